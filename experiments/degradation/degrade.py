"""`samenspel degrade`: how supervision falls off along one or two axes of scale, where it breaks, and what is safe.

Three kinds of sweeps stand in the folder, each resumable: `curves` (the scenario's own world, many replications),
`worlds` (sampled assumptions, the same at every size) and, when asked for, `structure` and `structure-worlds` (every
rival form and every mechanism left out) and `there-and-back` (growing and shrinking again).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.degradation import tables as tables
from samenspel.experiments.degradation.asking import asks
from samenspel.experiments.degradation.plan import BESIDES, BY, DRAWS, OUTCOMES, Plan, plan_of
from samenspel.experiments.degradation.structure import structure as table_of_structure
from samenspel.experiments.degradation.there_and_back import there_and_back, way
from samenspel.experiments.plausible.source import PLAUSIBLE
from samenspel.experiments.statistics.breaks import FEWEST_SIZES
from samenspel.experiments.study.factors import Point
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.runner import sweep
from samenspel.experiments.sweeps.work import Simulate, simulate
from samenspel.model.declared.declaration import Value

Array = NDArray[np.float64]

REPLICATIONS_OF_STRUCTURE, WORLDS_OF_STRUCTURE = 10, 20
REPLICATIONS_THERE_AND_BACK = 10

Tell = Callable[[str, int, int, int], None]  # which sweep, runs done, out of how many, and how many of them failed


class Stopped(KeyboardInterrupt):
    """Somebody asked to stop; all finished runs are kept."""

    def __init__(self, done: int, asked: int) -> None:
        super().__init__(f"{done} of {asked} runs are finished")
        self.done, self.asked = done, asked


@dataclass(frozen=True)
class Degradation:
    """What came out. Sizes stand in columns named after their parameter.

    Attributes
    ----------
    curves
        By arm, indicator, group and size: mean, a 95 % band over replications for the whole curve at once, and the
        5 and 95 % quantiles over worlds.
    breaks
        By arm, indicator and group: the shape of the curve, the degradation point with its interval, slopes, Davies'
        p-value and BICs.
    safe
        By arm: safe scale by the share and by the loss, and where the mean share passes the floor.
    worlds
        By arm and size: the part of the worlds that is safe there, and the share over worlds.
    scales
        By arm and world: up to where it is safe, by the share and by the loss, with its assumptions.
    asks
        By assumption, or group that one would measure together: how much it explains of what is unsure about the loss.
    shifts
        Every arm against the first, paired.
    sizes
        By arm and size: students, mentor load and the like.
    there_and_back
        By step of the way up and down: the share there, that of partnerships that had this size all along in the same
        school year, and the paired difference.
    structure
        Every headline under every rival form and without every mechanism.
    """

    plan: Plan
    folder: Path
    runs: int
    failed: int
    curves: pd.DataFrame
    breaks: pd.DataFrame
    safe: pd.DataFrame
    worlds: pd.DataFrame
    shifts: pd.DataFrame
    sizes: pd.DataFrame
    scales: pd.DataFrame = field(default_factory=pd.DataFrame)
    asks: pd.DataFrame = field(default_factory=pd.DataFrame)
    there_and_back: pd.DataFrame = field(default_factory=pd.DataFrame)
    structure: pd.DataFrame = field(default_factory=pd.DataFrame)


def degrade(
    scenario: str | Path = "baseline",
    over: str | Sequence[str] = "students_per_cluster=6:40",
    out: str | Path = "degradation",
    *,
    replications: int = 30,
    years: int = 5,
    worlds: str | Path = PLAUSIBLE,
    draws: int = DRAWS,
    seed: int = 1,
    loss: float = 0.05,
    compare: str = "",
    changes: Mapping[str, str | Value] | None = None,
    structure: bool = False,
    back: bool = False,
    workers: int | None = None,
    tell: Tell | None = None,
    simulate: Simulate = simulate,
) -> Degradation:
    """How supervision falls off along an axis of scale, into a folder that can be gone on with.

    Parameters
    ----------
    scenario
        A built-in name, or the path of a `.toml` or `.xlsx`.
    over
        One axis or two: `name=low:high`, `name=low:high:points` or `name=a,b,c,d`.
    out
        The folder for sweeps, tables and figures.
    replications, years, seed
        Of every place on the axis, in the scenario's own world.
    worlds, draws
        Which worlds (`plausible`, `prior`, or a file that `samenspel worlds` wrote), and how many of them, the same at
        every place, one run each; 0 for none.
    loss
        What may be lost against the scenario's own place on the axis in the same world, for the safe scale by loss.
    compare
        One of `COMPARISONS`.
    changes
        Parameters with another value.
    structure
        Whether all is repeated under each rival form and without each mechanism.
    back
        Whether the partnership also grows along the axis and shrinks again.
    workers
        Processes, by default one a core.
    tell
        Told how far it is.
    simulate
        What does one run.

    Raises
    ------
    InputFaults
        With every fault in what was asked.
    Stopped
        When it was interrupted; what is finished is kept, and the same call goes on.
    """
    axes = [over] if isinstance(over, str) else list(over)
    extras = (*(["structure"] if structure else []), *(["there-and-back"] if back else []))
    plan = plan_of(
        scenario, axes, compare, changes or {}, extras,
        replications=replications, years=years, worlds=worlds, draws=draws, seed=seed, loss=loss,
    )  # fmt: skip
    return carry_out(plan, Path(out), workers, tell, simulate)


def carry_out(
    plan: Plan, folder: Path, workers: int | None = None, tell: Tell | None = None, simulate: Simulate = simulate
) -> Degradation:
    """Run what is not run yet, and make the tables."""
    run = _Runner(folder, workers, tell, simulate)
    arms, at = len(plan.arms), len(plan.places)
    curves = run(plan.study(folder, "curves", plan.replications, by=BY), "curves")
    by_name = tables.cubes(curves, (arms, at, plan.replications), [*OUTCOMES, *BESIDES])
    of_groups = tables.cubes_of_groups(curves, (arms, at, plan.replications), OUTCOMES)
    of_worlds, scales, asked = None, pd.DataFrame(), pd.DataFrame()
    one_axis = len(plan.axes) == 1
    if plan.draws:
        results = run(plan.study(folder, "worlds", 1, worlds=plan.draws, by=plan.groups), "worlds")
        of_worlds = tables.cubes(results, (arms, at, plan.draws), OUTCOMES)
        scales = tables.scales(plan, by_name, of_worlds, results.runs) if one_axis else scales
        asked = asks(plan, by_name, of_worlds, scales) if one_axis else asked
    found = {
        "curves": tables.curves(plan, by_name, of_groups, of_worlds),
        "breaks": tables.breaks(plan, by_name, of_groups) if one_axis else pd.DataFrame(),
        "safe": tables.safe(plan, by_name, of_worlds) if one_axis else pd.DataFrame(),
        "worlds": tables.worlds(plan, of_worlds),
        "shifts": tables.shifts(plan, by_name, of_worlds) if arms > 1 else pd.DataFrame(),
        "scales": scales,
        "asks": asked,
        "sizes": tables.sizes(plan, by_name, BESIDES),
    }
    if "there-and-back" in plan.extras:
        found["there_and_back"] = _there_and_back(plan, run)
    if "structure" in plan.extras:
        found["structure"] = _structure(plan, run)
    return Degradation(plan, folder, run.runs, run.failed, **found)


def _structure(plan: Plan, run: _Runner) -> pd.DataFrame:
    """The headlines under every variant: with arms, or over worlds, at every second size."""
    variants, arms = list(plan.variants.values()), len(plan.arms)
    replications, count = min(plan.replications, REPLICATIONS_OF_STRUCTURE), min(plan.draws, WORLDS_OF_STRUCTURE)
    all_sizes, some = np.array(plan.axes[0].values), _thinned(len(plan.places))
    at = some if arms > 1 else np.arange(len(plan.places))
    shares = run.shares(plan, "structure", replications, variants, at)
    of_worlds = None
    if count and not plan.comparison:
        of_worlds = all_sizes[some], run.shares(plan, "structure-worlds", 1, variants, some, count)
    return table_of_structure(plan, all_sizes[at], shares, of_worlds)


def _thinned(places: int) -> NDArray[np.intp]:
    """Every second place, where enough are left to tell one form of curve from another."""
    return np.arange(0, places, 2 if places >= 2 * FEWEST_SIZES else 1)


def _there_and_back(plan: Plan, run: _Runner) -> pd.DataFrame:
    """The share while growing along the axis and while shrinking again, and of who stayed; under the first arm."""
    sizes = way(plan.axes[0])
    record = {"weekly": True, "indicators": [*OUTCOMES, *BESIDES]}
    document = plan.document(min(plan.replications, REPLICATIONS_THERE_AND_BACK), record) | {"years": sizes.years}

    def study(name: str, values: Sequence[Value]) -> Study:
        levers = document["levers"] | plan.arms[0].at({}, plan.scenario) | {sizes.name: list(values)}
        return Study.of(document | {"levers": levers}, name=name, file="degrade")

    went = run(study("there-and-back", sizes.path[:1]), "there-and-back", there_and_back(sizes))
    stayed = run(study("stayed", sizes.sizes), "stayed")
    return tables.there_and_back(plan, sizes, went.weekly, stayed.weekly)


class _Runner:
    """Runs one study after another in the same folder, counting."""

    def __init__(self, folder: Path, workers: int | None, tell: Tell | None, simulate: Simulate) -> None:
        self.folder = folder
        self.workers = workers
        self.tell = tell
        self.simulate = simulate
        self.runs = self.failed = 0

    def __call__(self, study: Study, part: str, simulate: Simulate | None = None) -> Any:
        """The results of a study, run as far as that is not done yet."""

        def told(done: int, asked: int, failed: int) -> None:
            if self.tell:
                self.tell(part, done, asked, failed)

        ending = sweep(
            study, self.folder / part, workers=self.workers, progress=told, simulate=simulate or self.simulate
        )
        self.runs += ending.done
        self.failed += ending.failed
        if ending.interrupted:
            raise Stopped(ending.done, ending.asked)
        return ending.results

    def shares(
        self,
        plan: Plan,
        part: str,
        replications: int,
        variants: Sequence[Point],
        at: NDArray[np.intp],
        worlds: int = 0,
    ) -> Array:
        """The share of every run of these variants, shape (variants, arms, places, replications or worlds)."""
        chosen = [plan.places[place] for place in at]
        study = plan.study(self.folder, part, replications, worlds=worlds, variants=variants, at=chosen)
        shape = (len(variants), len(plan.arms), len(at), worlds or replications)
        return tables.cubes(self(study, part), shape, OUTCOMES[:1])[OUTCOMES[0]]
