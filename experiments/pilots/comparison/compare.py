"""Compares designs of an mbo pilot: every design in the same worlds with the same luck, each with a sweep of its own.

A design's sweep lives in a folder named by what the design asks, so a comparison goes on where it was, a design that
was changed is the only one that is done again, and two designs that ask the same are run once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from samenspel.experiments.output.progress import Progress, told
from samenspel.experiments.pilots.comparison.comparison import Comparison
from samenspel.experiments.pilots.comparison.costs import totals, with_full_cost
from samenspel.experiments.pilots.comparison.runs import PilotRun, measured
from samenspel.experiments.pilots.comparison.worlds import study_of
from samenspel.experiments.pilots.file.design import PilotDesign
from samenspel.experiments.pilots.file.measures import LOSS
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.statistics.shared import in_common
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.runner import Ending, sweep
from samenspel.experiments.sweeps.work import Simulate
from samenspel.model.input.faults import Fault
from samenspel.model.words import Message

if TYPE_CHECKING:
    import pandas as pd

    from samenspel.experiments.pilots.comparison.questions import Answers


CLOSE_WORLDS, CLOSE_REPLICATIONS = 12, 3


class Stopped(KeyboardInterrupt):
    """Somebody asked to stop; finished runs are kept."""


def compare_pilots(
    pilots: Pilots | str | Path,
    out: str | Path,
    *,
    workers: int | None = None,
    progress: Progress | bool | None = None,
    simulate: Simulate | None = None,
    close_worlds: int = CLOSE_WORLDS,
    questions: bool = True,
) -> Comparison:
    """Run every design in every world, or go on with that in the same folder.

    Parameters
    ----------
    pilots
        A comparison, the name of a built-in one, or the path of a pilots file.
    out
        The folder. What is finished there is not done again.
    workers
        Processes to use, by default one a core; 0 does everything in this process.
    progress
        Called with the number of runs done, the number asked, and how many failed; True shows a bar.
    simulate
        What does one run of any design, in the model's place; what changes during a run is then left out.
    close_worlds
        Worlds in which clusters and boards are looked at from close by, for power and contributions; 0: none.
    questions
        Whether the variants behind the ten decision questions are run too.

    Returns
    -------
    Comparison
        Tables as pandas DataFrames; `samenspel.experiments.pilots.report.shown.PilotReport` makes the report.

    Raises
    ------
    InputFaults
        When the file has faults, or the folder holds another comparison.
    Stopped
        When Ctrl-C ended it; finished runs are kept.
    """
    pilots = pilots if isinstance(pilots, Pilots) else Pilots.load(pilots)
    folder = Path(out)
    with told(progress) as tell:
        endings = _swept(pilots, _plan(pilots, questions), folder, workers, tell, simulate)
    _refuse_failed(pilots, endings)
    runs = _with_loss(_compared(folder, _measured(pilots, endings, workers)), pilots)
    close = None
    if close_worlds:
        from samenspel.experiments.pilots.comparison.close import look

        close = look(pilots, min(close_worlds, len(pilots.sampled)), CLOSE_REPLICATIONS, workers)
    failures = sum(ending.failed for ending in endings.values())
    return Comparison(pilots, folder, runs, failures, close, _answers(pilots, endings))


def _swept(
    pilots: Pilots,
    plan: Mapping[str, Study],
    folder: Path,
    workers: int | None,
    tell: Progress | None,
    simulate: Simulate | None,
) -> dict[str, Ending]:
    """A sweep of every study of the plan, each in a folder of its own."""
    endings: dict[str, Ending] = {}
    asked = sum(len(study.points) * study.replications for study in plan.values())
    for name, study in plan.items():
        before = sum(ending.done for ending in endings.values())
        failed = sum(ending.failed for ending in endings.values())
        ending = sweep(
            study, folder / name, workers=workers, progress=_added(tell, before, failed, asked),
            by_point=True, simulate=simulate or _run_of(pilots, name),
        )  # fmt: skip
        if ending.interrupted:
            raise Stopped
        endings[name] = ending
    return endings


def _measured(pilots: Pilots, endings: Mapping[str, Ending], workers: int | None) -> pd.DataFrame:
    """The runs of all designs, with what each measured."""
    import pandas as pd

    extra = totals(pilots, workers)
    tables = [
        with_full_cost(measured(endings[_where(pilots, design)].results), extra[at]).assign(design=at)
        for at, design in enumerate(pilots.designs)
    ]
    return pd.concat(tables, ignore_index=True)


def _answers(pilots: Pilots, endings: Mapping[str, Ending]) -> Answers | None:
    """What the variants behind the decision questions gave, if they were asked and any run finished."""
    asked = next((ending for name, ending in endings.items() if name.startswith(QUESTIONS)), None)
    if asked is None or asked.failed >= asked.done:
        return None
    from samenspel.experiments.pilots.comparison.questions import Answers

    return Answers.of(pilots, measured(asked.results))


def _compared(folder: Path, runs: pd.DataFrame) -> pd.DataFrame:
    """The runs in worlds and replications that no design lacks: means over different ones cannot be ranked."""
    from samenspel.experiments.sweeps.outcomes import RunsFailed

    compared = in_common(runs).reset_index(drop=True)
    if compared.empty:
        found = Message("a design that failed in every world")
        allowed = Message("worlds in which all designs finish")
        raise RunsFailed([Fault(str(folder), "runs", found, allowed)])
    return compared


def _refuse_failed(pilots: Pilots, endings: Mapping[str, Ending]) -> None:
    """A design of which every run failed cannot be compared."""
    from samenspel.experiments.sweeps.outcomes import RunsFailed

    found = Message("every run failed")
    allowed = Message("runs that finish; their errors stand in runs/")
    faults = [
        Fault(str(ending.folder), design.name, found, allowed)
        for design in pilots.designs
        if (ending := endings[_where(pilots, design)]).failed >= ending.done
    ]
    if faults:
        raise RunsFailed(faults)


# --- the sweeps ------------------------------------------------------------------------------------------------------

QUESTIONS = "runs/questions-"


def _plan(pilots: Pilots, questions: bool) -> dict[str, Study]:
    """A study for every design that asks something of its own, by folder; and one for the questions."""
    plan = {_where(pilots, design): _study(pilots, design) for design in pilots.designs}
    if questions:
        from samenspel.experiments.pilots.comparison.questions import study

        asked = study(pilots)
        plan[QUESTIONS + _digest(list(asked.points))] = asked
    return plan


def _where(pilots: Pilots, design: PilotDesign) -> str:
    """The folder of a design's runs, named by what it asks in which worlds; its name and texts ask nothing."""
    asked = {"values": design.values, "sites": design.sites, "then": design.then, "worlds": pilots.sampled}
    return "runs/" + _digest(asked)


def _digest(asked: Any) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:12]


def _run_of(pilots: Pilots, folder: str) -> PilotRun:
    """What does one run of the design whose runs live there, or of a variant behind the questions."""
    from samenspel.experiments.pilots.comparison.questions import past

    for design in pilots.designs:
        if _where(pilots, design) == folder:
            return PilotRun(design.changes, pilots.past(design.scenario))
    return PilotRun(past=past(pilots))


def _study(pilots: Pilots, design: PilotDesign) -> Study:
    """A design in every world."""
    return study_of(pilots, design.scenario, pilots.sampled, pilots.replications, {"name": _where(pilots, design)})


def _added(tell: Progress | None, before: int, failed: int, asked: int) -> Progress | None:
    """Progress of one sweep as part of all."""
    if tell is None:
        return None
    return lambda done, total, wrong: tell(before + done, asked, failed + wrong)


def _with_loss(runs: pd.DataFrame, pilots: Pilots) -> pd.DataFrame:
    """What pabo students lose against the reference in the same world with the same luck.

    NaN for a design that changes the whole partnership: it would lose or gain without mbo students too.
    """
    reference = runs[runs["design"] == 0].set_index(["world", "replication"])["pabo_adequate_share"]
    theirs = runs.set_index(["world", "replication"])["pabo_adequate_share"]
    pilot_alone = runs["design"].map(pilots.comparable)
    runs[LOSS] = np.where(pilot_alone, reference.reindex(theirs.index) - theirs, np.nan)
    return runs


def as_run(pilots: Pilots) -> str:
    """The comparison as a TOML file that can be run again."""
    from samenspel.experiments.sweeps.manifest import as_toml

    document = {key: value for key, value in pilots.document.items() if key != "design"}
    designs = [_design_toml(design) for design in pilots.document["design"]]
    return "\n".join([as_toml(document), *designs])


def _design_toml(design: Mapping[str, Any]) -> str:
    from samenspel.experiments.sweeps.manifest import as_toml

    return "[[design]]\n" + as_toml(design)
