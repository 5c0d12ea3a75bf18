"""Which assumptions matter: Morris screens all, Sobol shares out the variance among what is left, PAWN for skew.

Everything a study varies is a factor, over its range or over the values of its list, each as likely; or, in worlds that
could be this partnership, nothing is moved, and what each assumption explains is read from the worlds as they are. A
stage is an ordinary sweep of a table of points in a folder of its own, so it resumes, survives and reports like any
other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.assumptions.given_worlds import (
    SHARE,
    GivenWorlds,
    explained,
    no_table,
    settling,
    study_of_points,
)
from samenspel.experiments.output.progress import Progress
from samenspel.experiments.runs.findings import ADEQUATE
from samenspel.experiments.statistics.indices import MAIN_INDEX, Method, Sample, analyse, convergence, draw, noise_share
from samenspel.experiments.study.factors import Factor, Sampled
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.outcomes import ENOUGH, check_indicators, outcomes, too_few_replications
from samenspel.experiments.sweeps.runner import sweep
from samenspel.experiments.sweeps.work import Simulate, simulate
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Listed, Message

How = Literal["screen", "morris", "sobol", "pawn"]
METHODS: tuple[How, ...] = ("screen", "morris", "sobol", "pawn")
WORLDS = "worlds"  # the method of worlds that are as they are
MAIN = {**MAIN_INDEX, WORLDS: SHARE}
POINTS = {"sobol": 128, "pawn": 1024}
TRAJECTORIES = 10
KEPT = 12  # factors that are left for Sobol at most: its cost grows with their number
SKEWED = 1.0  # skewness from which variance says little, and PAWN is added
Shown = Callable[[str, int, int], AbstractContextManager[Progress | None]]  # of a stage: method, points, replications


@dataclass(frozen=True)
class Sensitivity:
    """What a sensitivity analysis found.

    Attributes
    ----------
    study
        The study whose factors these are.
    indices
        One row per indicator, method, factor and index: `value`, `low`, `high` (95 %), and `noise`, the value that
        chance alone would give it.
    stages
        One row per indicator and method: `points`, `replications`, `factors`, and of the points' means `mean`, `sd`,
        `skewness` and `noise_share`, the part of their variance that is luck.
    convergence
        The main index of each method from the first quarter and half of the points, beside that from all.
    kept
        What was left after screening; all factors where nothing was screened.
    worlds
        The worlds that took the place of the study's uncertainties, if any did; their only method is `worlds`, with the
        indices of `given_worlds.explained`.
    """

    study: Study
    indices: pd.DataFrame
    stages: pd.DataFrame
    convergence: pd.DataFrame
    kept: tuple[str, ...]
    worlds: GivenWorlds | None = None

    @property
    def indicators(self) -> list[str]:
        """The indicators that were analysed."""
        return list(dict.fromkeys(map(str, self.stages["indicator"])))

    def ranked(self, indicator: str, method: str) -> pd.DataFrame:
        """A row a factor, the most influential first; the main index is `value`, others have columns of their own."""
        table = self.indices[(self.indices["indicator"] == indicator) & (self.indices["method"] == method)]
        main = table[table["index"] == MAIN[method]].set_index("factor")
        whole = main[["value", "low", "high", "noise"]]
        for index, other in table[table["index"] != MAIN[method]].groupby("index", sort=True):
            named = {"value": f"{index}", "low": f"{index}_low", "high": f"{index}_high"}
            whole = whole.join(other.set_index("factor")[list(named)].rename(columns=named))
        return whole.sort_values("value", ascending=False, kind="stable")


def sensitivity(
    study: Study | str | Path,
    out: str | Path,
    *,
    method: How | None = None,
    indicators: Sequence[str] = (ADEQUATE,),
    replications: int = 0,
    trajectories: int = 0,
    points: int = 0,
    keep: int = 0,
    worlds: str | Path | None = None,
    draws: int = 0,
    workers: int | None = None,
    shown: Shown | None = None,
    simulate: Simulate = simulate,
) -> Sensitivity:
    """Find out which of a study's factors, or of a partnership's assumptions, an indicator depends on.

    Parameters
    ----------
    study
        A study, the name of a built-in one, or the path of a study file; of its design only sizes are used.
    out
        A folder; every stage sweeps into a folder of its own there, and goes on where it was.
    method
        `screen` (None) is Morris, then Sobol on at most `keep` factors that stand out from chance; others stay as in
        the scenario. `morris`, `sobol` and `pawn` take all factors.
    indicators
        What is analysed.
    replications, trajectories, points, keep
        Sizes; 0 means those of the study, or 10 trajectories, 128 rows of Saltelli's scheme (each as many points as
        there are factors, and two more), 1024 points for PAWN, 12 factors that are kept.
    worlds, draws
        Worlds that take the place of the study's uncertainties (`plausible`, `prior`, or a file that `samenspel worlds`
        wrote), and how many (0: 200), never more than differ. Each is one point, beside one place of the levers, and
        what each assumption explains is read from these runs: there is no method to choose, and no size but
        replications.
    workers, simulate
        As in `experiments.sweep`.
    shown
        Gives, for each stage, what is told of its progress.

    Raises
    ------
    InputFaults
        When there is nothing to vary, an outcome is missing, worlds are too few or none, or what was asked does not go
        together.
    KeyboardInterrupt
        When somebody asked to stop; finished runs are kept.
    """
    of_ranges = {"method": method, "trajectories": trajectories, "points": points, "keep": keep}
    _refuse_both(worlds, draws, [name for name, given in of_ranges.items() if given])
    study = study if isinstance(study, Study) else Study.load(study)
    check_indicators(indicators, study.name)
    found = _Analysis(study, Path(out), tuple(indicators), replications or study.replications, workers, shown, simulate)
    found.check()
    if worlds is not None:
        given = GivenWorlds.of(study, worlds, draws)
        found.in_worlds(given)
        return found.told(given.names, given)
    return found.told(_over_ranges(found, method or "screen", trajectories, points, keep or KEPT))


def _over_ranges(found: _Analysis, method: How, trajectories: int, points: int, keep: int) -> tuple[str, ...]:
    """The stages of a method; gives the factors that are left at its end."""
    factors = factors_of(found.study)
    trajectories = trajectories or found.study.design.trajectories or TRAJECTORIES
    match method:
        case "screen":
            found.stage("morris", factors, trajectories)
            factors = [factor for factor in factors if factor.name in found.outstanding(keep)]
            if factors:
                found.stage("sobol", factors, points or POINTS["sobol"])
        case "morris":
            found.stage("morris", factors, trajectories)
        case "sobol" | "pawn":
            found.stage(method, factors, points or POINTS[method])
    return tuple(factor.name for factor in factors)


def _refuse_both(worlds: str | Path | None, draws: int, of_ranges: Sequence[str]) -> None:
    """Worlds are as they are, and ranges have a design: what belongs to the one says nothing to the other."""
    if worlds is not None and of_ranges:
        found = Listed([f"--{name}" for name in of_ranges])
        allowed = Message("nothing of the kind beside --worlds, which takes worlds as they are; or no --worlds")
        raise InputFaults([Fault("sensitivity", "--worlds", Message("{options} as well", options=found), allowed)])
    if worlds is None and draws:
        allowed = Message("only with --worlds: how many worlds are drawn")
        raise InputFaults([Fault("sensitivity", "--draws", str(draws), allowed)])


def factors_of(study: Study) -> list[Factor]:
    """Everything that a study varies, each to be sampled; a table of points cannot be."""
    if study.design.table:
        raise InputFaults([no_table(study)])
    if factors := [replace(factor, sampled=True) for factor in (*study.levers, *study.uncertainties)]:
        return factors
    allowed = Message("levers or uncertainties with a range or a list")
    raise InputFaults([Fault(study.name, "[design]", Message("nothing"), allowed)])


class _Analysis:
    """Stage after stage, and the tables they fill."""

    def __init__(
        self, study: Study, out: Path, indicators: tuple[str, ...], replications: int,
        workers: int | None, shown: Shown | None, simulate: Simulate,
    ) -> None:  # fmt: skip
        self.study = study
        self.out = out
        self.indicators = indicators
        self.replications = replications
        self.workers = workers
        self.shown = shown or (lambda *_: nullcontext())
        self.simulate = simulate
        self.parts: dict[str, list[pd.DataFrame]] = {"indices": [], "stages": [], "convergence": []}

    def check(self) -> None:
        """Refuse what is too little to tell influence from luck."""
        if self.replications < ENOUGH:
            raise InputFaults([too_few_replications(self.study.name, self.replications)])

    def table(self, name: str) -> pd.DataFrame:
        """A table over all stages."""
        return pd.concat(self.parts[name], ignore_index=True)

    def told(self, kept: tuple[str, ...], worlds: GivenWorlds | None = None) -> Sensitivity:
        """What was found."""
        indices, stages, settled = (self.table(name) for name in ("indices", "stages", "convergence"))
        return Sensitivity(self.study, indices, stages, settled, kept, worlds)

    def stage(self, method: Method, factors: Sequence[Factor], size: int) -> None:
        """Sweep the points of one method and analyse what came out."""
        names = tuple(factor.name for factor in factors)
        rows = draw(method, names, size, self.study.seed)
        sampled = Sampled(factors, rows.tolist())
        points = [sampled[at] for at in range(len(sampled))]
        for indicator, values in self._swept(method, study_of_points(self.study, points, self.replications)):
            self._analyse(indicator, Sample(method, names, rows, values))

    def in_worlds(self, given: GivenWorlds) -> None:
        """Sweep worlds as they are, and read from them what each assumption explains."""
        points, seed, levers = given.points(), self.study.seed, self.study.lever_names
        for indicator, values in self._swept(WORLDS, given.sweep(self.replications)):
            means = values.mean(axis=1)
            indices = explained(means, points, seed, levers)
            settled = settling(means, points, seed, levers)
            self._add(indicator, WORLDS, indices, _stage(len(given.names), values), settled)

    def _swept(self, method: str, asked: Study) -> Iterator[tuple[str, NDArray[np.float64]]]:
        """Sweep the points of a stage; gives each indicator with its values, shape (points, replications)."""
        folder = self.out / method
        with self.shown(method, len(asked.points), self.replications) as progress:
            ending = sweep(asked, folder, workers=self.workers, progress=progress, simulate=self.simulate)
        results = ending.finished()
        for indicator in self.indicators:
            values = outcomes(results, indicator)
            _refuse_constant(folder, indicator, values)
            yield indicator, values

    def _analyse(self, indicator: str, sample: Sample) -> None:
        """The tables of one stage and indicator; a skewed outcome gets PAWN as well, from the same runs."""
        stage = _stage(len(sample.names), sample.values)
        indices = analyse(sample, self.study.seed)
        self._add(indicator, sample.method, indices, stage, convergence(sample, self.study.seed))
        if sample.method == "sobol" and abs(float(stage["skewness"].iloc[0])) >= SKEWED:
            self._analyse(indicator, sample.independent())

    def _add(
        self, indicator: str, method: str, indices: pd.DataFrame, stage: pd.DataFrame, on_the_way: pd.DataFrame
    ) -> None:
        """Take the tables of one stage and indicator; the way to the main index ends at all points."""
        main = indices[indices["index"] == MAIN[method]]
        all_points = main[["factor", "value"]].assign(points=int(stage["points"].iloc[0]))
        settled = pd.concat([on_the_way, all_points], ignore_index=True)
        mark = {"indicator": indicator, "method": method}
        for name, table in (("indices", indices), ("stages", stage), ("convergence", settled)):
            self.parts[name].append(_marked(table, mark))

    def outstanding(self, keep: int) -> list[str]:
        """Factors of which mu* is certainly above what chance gives, the most influential of each indicator."""
        names = dict[str, None]()
        for table in self.parts["indices"]:
            star = table[(table["index"] == "mu_star") & (table["low"] > table["noise"])]
            names |= dict.fromkeys(star.sort_values("value", ascending=False, kind="stable")["factor"][:keep])
        return list(names)


def _stage(factors: int, values: NDArray[np.float64]) -> pd.DataFrame:
    """How a stage was done, and how much of what it saw, shape (points, replications), is luck."""
    from scipy.stats import skew

    means = values.mean(axis=1)
    return pd.DataFrame(
        {
            "factors": [factors],
            "points": [len(values)],
            "replications": [values.shape[1]],
            "mean": [float(means.mean())],
            "sd": [float(means.std(ddof=1))],
            "skewness": [float(skew(means))],
            "noise_share": [noise_share(values)],
        }
    )


def _marked(table: pd.DataFrame, mark: dict[str, Any]) -> pd.DataFrame:
    return table.assign(**mark)[[*mark, *table.columns]]


def _refuse_constant(folder: Path, indicator: str, values: NDArray[np.float64]) -> None:
    """What never varies depends on nothing, and its indices would be 0 / 0."""
    if float(np.ptp(values.mean(axis=1))) > 0:
        return
    found = Message("{indicator} the same in every point", indicator=indicator)
    allowed = Message("an indicator that varies")
    raise InputFaults([Fault(str(folder), "--indicator", found, allowed)])
