"""`samenspel worlds --observed`: a file of worlds, weighed anew by what was observed; everything runs in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from samenspel.experiments.observed.observe import PRIOR, Observed, observe
from samenspel.experiments.observed.reader import read_observations
from samenspel.experiments.observed.texts import what
from samenspel.experiments.output.progress import Progress
from samenspel.experiments.pilots.file.design import Posterior
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.plausible.make import folder_of
from samenspel.experiments.plausible.source import PLAUSIBLE, Source
from samenspel.experiments.plausible.worlds import WEIGHT, Worlds
from samenspel.experiments.statistics import weighted
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.input.scenario import Scenario
from samenspel.model.words import Message


@dataclass(frozen=True)
class Weighed:
    """Worlds weighed anew: what observations leave of them, and the file."""

    found: Posterior
    file: Path


def weigh(
    scenario: str | Path | Scenario,
    observed: str | Path,
    out: str | Path,
    *,
    worlds: str | Path = PLAUSIBLE,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Weighed:
    """Weigh the worlds of a partnership anew by what was observed, into a file of their own.

    Parameters
    ----------
    scenario
        The partnership.
    observed
        The path of a file of observations (docs/WORLDS.md).
    out
        The `.parquet` file; runs go into the folder of that name without its ending. It is written when any world
        agrees with what was observed.
    worlds
        `plausible`, or the path of a file that `samenspel worlds` wrote.
    seed, workers, progress
        As in `experiments.sweep`.

    Raises
    ------
    InputFaults
        When a file has faults, the worlds are of another partnership, or no world can show what was observed.
    KeyboardInterrupt
        When somebody asked to stop; finished runs are kept.
    """
    scenario = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    kept, file = _kept_of(scenario, worlds), Path(out)
    observations, pilots = read_observations(observed)
    points, weights = Source(str(worlds), scenario, kept).population(PRIOR, seed)
    found = observe(
        scenario, observations, pilots, points, weights, folder_of(file) / "runs", seed=seed,
        workers=workers, progress=progress,
    )  # fmt: skip
    posterior = _posterior_of(found, pilots)
    if found.effective:
        about = replace(kept.about, observed=(*kept.about.observed, *posterior.fit["what"]))
        table = kept.table.assign(**{WEIGHT: found.after})[found.after > 0]
        Worlds(about, table.reset_index(drop=True)).write(file)
    return Weighed(posterior, file)


def _kept_of(scenario: Scenario, worlds: str | Path) -> Worlds:
    """The worlds of this partnership that are weighed; raises `InputFaults` when they are none, or of another."""
    source = Source.of(worlds, scenario)
    own = Message("worlds of {scenario}; samenspel worlds makes them", scenario=scenario.name)
    if source.kept is None:
        raise InputFaults([Fault("", "--worlds", str(worlds), own)])
    if source.is_near:
        found = Message("worlds of {scenario}", scenario=source.kept.about.scenario)
        raise InputFaults([Fault("", "--worlds", found, own)])
    return source.kept


def in_observed_worlds(
    pilots: Pilots, observed: str | Path, out: Path, *, workers: int | None = None, progress: Progress | None = None
) -> Pilots:
    """The same comparison, in worlds drawn by how well they agree with what was observed.

    Never more of them than differ from each other. Runs go into the folder `observed` in that of the comparison.

    Raises
    ------
    InputFaults
        When the file has faults, the comparison samples no worlds, or no world agrees.
    """
    observations, _ = read_observations(observed, pilots)
    if not pilots.worlds:
        raise InputFaults([Fault(pilots.name, "worlds", "0", Message("a comparison that samples worlds"))])
    drawn, weights = pilots.source.population(PRIOR, pilots.seed)
    points = pilots.completed(drawn)
    found = observe(
        pilots.scenario, observations, pilots, points, weights, out / "observed", seed=pilots.seed, workers=workers,
        progress=progress,
    )  # fmt: skip
    if not found.effective:
        allowed = Message("what worlds can show: no world comes near all of it")
        raise InputFaults([Fault(observations.file, "", Message("what no world agrees with"), allowed)])
    number = min(pilots.worlds, weighted.most(found.after))
    accepted = tuple(points[at] for at in weighted.drawn(found.after, number))
    return replace(pilots, accepted=accepted, worlds=number, posterior=_posterior_of(found, pilots))


def _posterior_of(found: Observed, pilots: Pilots | None) -> Posterior:
    """What is told of it."""
    phrases = [what(one, pilots) for one in found.observations.all]
    texts = {"what": [one.text("en") for one in phrases], "what_nl": [one.text("nl") for one in phrases]}
    fit = pd.DataFrame(texts).join(found.table)
    return Posterior(found.parameters, fit, len(found.points), found.effective_before, found.effective)
