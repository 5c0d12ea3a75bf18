"""Which assumptions matter: Morris screens all, Sobol shares out the variance among what is left, PAWN for skew.

Everything a study varies is a factor, over its range or over the values of its list, each as likely. A stage is an
ordinary sweep of a table of points in a folder of its own, so it resumes, survives and reports like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.output.progress import Progress
from samenspel.experiments.runs.findings import ADEQUATE
from samenspel.experiments.statistics.indices import MAIN_INDEX, Method, Sample, analyse, convergence, draw, noise_share
from samenspel.experiments.study.designs import Design
from samenspel.experiments.study.factors import Factor, Sampled
from samenspel.experiments.study.parts import Precision, Record
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.outcomes import ENOUGH, check_indicators, outcomes, too_few_replications
from samenspel.experiments.sweeps.runner import sweep
from samenspel.experiments.sweeps.work import Simulate, simulate
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message

How = Literal["screen", "morris", "sobol", "pawn"]
METHODS: tuple[How, ...] = ("screen", "morris", "sobol", "pawn")
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
    """

    study: Study
    indices: pd.DataFrame
    stages: pd.DataFrame
    convergence: pd.DataFrame
    kept: tuple[str, ...]

    @property
    def indicators(self) -> list[str]:
        """The indicators that were analysed."""
        return list(dict.fromkeys(map(str, self.stages["indicator"])))

    def ranked(self, indicator: str, method: str) -> pd.DataFrame:
        """A row a factor, the most influential first; the main index is `value`, others have columns of their own."""
        table = self.indices[(self.indices["indicator"] == indicator) & (self.indices["method"] == method)]
        main = table[table["index"] == MAIN_INDEX[method]].set_index("factor")
        whole = main[["value", "low", "high", "noise"]]
        for index, other in table[table["index"] != MAIN_INDEX[method]].groupby("index", sort=True):
            named = {"value": f"{index}", "low": f"{index}_low", "high": f"{index}_high"}
            whole = whole.join(other.set_index("factor")[list(named)].rename(columns=named))
        return whole.sort_values("value", ascending=False, kind="stable")


def sensitivity(
    study: Study | str | Path,
    out: str | Path,
    *,
    method: How = "screen",
    indicators: Sequence[str] = (ADEQUATE,),
    replications: int = 0,
    trajectories: int = 0,
    points: int = 0,
    keep: int = KEPT,
    workers: int | None = None,
    shown: Shown | None = None,
    simulate: Simulate = simulate,
) -> Sensitivity:
    """Find out which of a study's factors an indicator depends on.

    Parameters
    ----------
    study
        A study, the name of a built-in one, or the path of a study file; of its design only sizes are used.
    out
        A folder; every stage sweeps into a folder of its own there, and goes on where it was.
    method
        `screen` is Morris, then Sobol on at most `keep` factors that stand out from chance; others stay as in the
        scenario. `morris`, `sobol` and `pawn` take all factors.
    indicators
        What is analysed.
    replications, trajectories, points
        Sizes; 0 means those of the study, or 10 trajectories, 128 rows of Saltelli's scheme (each as many points as
        there are factors, and two more), 1024 points for PAWN.
    workers, simulate
        As in `experiments.sweep`.
    shown
        Gives, for each stage, what is told of its progress.

    Raises
    ------
    InputFaults
        When there is nothing to vary, or an outcome is missing.
    KeyboardInterrupt
        When somebody asked to stop; finished runs are kept.
    """
    study = study if isinstance(study, Study) else Study.load(study)
    check_indicators(indicators, study.name)
    found = _Analysis(study, Path(out), tuple(indicators), replications or study.replications, workers, shown, simulate)
    found.check()
    factors = factors_of(study)
    trajectories = trajectories or study.design.trajectories or TRAJECTORIES
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
    return Sensitivity(
        study, found.table("indices"), found.table("stages"), found.table("convergence"),
        tuple(factor.name for factor in factors),
    )  # fmt: skip


def factors_of(study: Study) -> list[Factor]:
    """Everything that a study varies, each to be sampled; a table of points cannot be."""
    factors = [replace(factor, sampled=True) for factor in (*study.levers, *study.uncertainties)]
    if factors and not study.design.table:
        return factors
    found = Message("a table of points") if study.design.table else Message("nothing")
    allowed = Message("levers or uncertainties with a range or a list")
    raise InputFaults([Fault(study.name, "[design]", found, allowed)])


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

    def stage(self, method: Method, factors: Sequence[Factor], size: int) -> None:
        """Sweep the points of one method and analyse what came out."""
        names = tuple(factor.name for factor in factors)
        rows = draw(method, names, size, self.study.seed)
        folder = self.out / method
        asked = study_of_points(self.study, factors, rows, self.replications)
        with self.shown(method, len(rows), self.replications) as progress:
            ending = sweep(asked, folder, workers=self.workers, progress=progress, simulate=self.simulate)
        results = ending.finished()
        for indicator in self.indicators:
            values = outcomes(results, indicator)
            _refuse_constant(folder, indicator, values)
            self._analyse(indicator, Sample(method, names, rows, values))

    def _analyse(self, indicator: str, sample: Sample) -> None:
        """The tables of one stage and indicator; a skewed outcome gets PAWN as well, from the same runs."""
        stage = _stage(sample)
        mark: dict[str, Any] = {"indicator": indicator, "method": sample.method}
        indices = analyse(sample, self.study.seed)
        main = indices[indices["index"] == MAIN_INDEX[sample.method]]
        all_points = main[["factor", "value"]].assign(points=len(sample.rows))
        settled = pd.concat([convergence(sample, self.study.seed), all_points], ignore_index=True)
        for name, table in (("indices", indices), ("stages", stage), ("convergence", settled)):
            self.parts[name].append(_marked(table, mark))
        if sample.method == "sobol" and abs(float(stage["skewness"].iloc[0])) >= SKEWED:
            self._analyse(indicator, sample.independent())

    def outstanding(self, keep: int) -> list[str]:
        """Factors of which mu* is certainly above what chance gives, the most influential of each indicator."""
        names = dict[str, None]()
        for table in self.parts["indices"]:
            star = table[(table["index"] == "mu_star") & (table["low"] > table["noise"])]
            names |= dict.fromkeys(star.sort_values("value", ascending=False, kind="stable")["factor"][:keep])
        return list(names)


def study_of_points(study: Study, factors: Sequence[Factor], rows: NDArray[np.float64], replications: int) -> Study:
    """The study as a sweep of these places in the unit cube, all indicators kept."""
    document = {key: value for key, value in study.document.items() if key not in ("record", "precision")}
    varied = {factor.name for factor in (*study.levers, *study.uncertainties)}
    for table in ("levers", "uncertainties"):
        fixed = {name: value for name, value in document.pop(table, {}).items() if name not in varied}
        document |= {table: fixed} if fixed else {}
    document |= {"design": {"kind": "table"}, "replications": replications}
    points = tuple(_all(Sampled(factors, rows.tolist())))
    return replace(
        study, design=Design("table", table=points), levers=(), uncertainties=(), replications=replications,
        record=Record(), precision=Precision(), document=document,
    )  # fmt: skip


def _all(points: Sampled) -> Iterable[dict[str, Any]]:
    return (points[at] for at in range(len(points)))


def _stage(sample: Sample) -> pd.DataFrame:
    """How a stage was done, and how much of what it saw is luck."""
    from scipy.stats import skew

    means = sample.means
    return pd.DataFrame(
        {
            "factors": [len(sample.names)],
            "points": [len(sample.rows)],
            "replications": [sample.values.shape[1]],
            "mean": [float(means.mean())],
            "sd": [float(means.std(ddof=1))],
            "skewness": [float(skew(means))],
            "noise_share": [noise_share(sample.values)],
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
