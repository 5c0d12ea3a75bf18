"""What is asked of the model: runs, sweeps, their findings and reports. Importing this package stays quick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from samenspel.model.face import face

if TYPE_CHECKING:
    from samenspel.experiments.assumptions.discovery import discover as discover
    from samenspel.experiments.assumptions.sensitivity import sensitivity as sensitivity
    from samenspel.experiments.bottlenecks.attribution import bottleneck as bottleneck
    from samenspel.experiments.bottlenecks.pinch import pinch as pinch
    from samenspel.experiments.degradation.degrade import degrade as degrade
    from samenspel.experiments.observed.worlds import weigh as weigh
    from samenspel.experiments.pilots.comparison.compare import compare_pilots as compare_pilots
    from samenspel.experiments.pilots.file.pilots import Pilots as Pilots
    from samenspel.experiments.plausible.make import worlds as worlds
    from samenspel.experiments.plausible.worlds import Worlds as Worlds
    from samenspel.experiments.runs.run import run as run
    from samenspel.experiments.study.study import Study as Study
    from samenspel.experiments.sweeps.results import load as load
    from samenspel.experiments.sweeps.runner import sweep as sweep
    from samenspel.experiments.validation.validate import validate as validate
else:
    __getattr__, __dir__ = face(__name__)
