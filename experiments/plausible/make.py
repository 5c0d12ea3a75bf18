"""`samenspel worlds`: draw candidates, fit each anew, judge it, and keep those that are not ruled out.

Candidates are measured in batches by sweeps of their own, which stand in a folder beside the file, so that the work
can be gone on with; it ends with the batch in which enough are found. So the worlds are the same, to the bit, for any
number of workers and any history of interruptions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from samenspel.experiments.output.progress import Progress, within
from samenspel.experiments.output.version import version
from samenspel.experiments.plausible.candidates import candidates as drawn
from samenspel.experiments.plausible.judges import JUDGES, MOST, PATTERNS, by_pattern, weight
from samenspel.experiments.plausible.lives import FITTED, SPREAD, TIME_AND_CONTACT, VALUE, measure_world
from samenspel.experiments.plausible.refit import LEAST_BY_TIME_AND_CONTACT
from samenspel.experiments.plausible.worlds import (
    CANDIDATE,
    FIGURE,
    LUCK,
    WEIGHT,
    About,
    Worlds,
    parameters_digest,
    partnership_digest,
    rules,
)
from samenspel.experiments.study.designs import Design
from samenspel.experiments.study.factors import Point
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.outcomes import nothing_but_failures
from samenspel.experiments.sweeps.results import Results
from samenspel.experiments.sweeps.runner import sweep
from samenspel.experiments.validation.patterns import HORIZON
from samenspel.model.input.scenario import Scenario

BATCH = 256
CANDIDATES, KEEP = 2048, 500


@dataclass(frozen=True)
class Made:
    """What was found.

    Attributes
    ----------
    scenario
        The partnership.
    file
        Where the kept worlds are.
    worlds
        They themselves.
    candidates
        Every candidate that was measured, one row each: `candidate`, its values, `figure.` and `luck.` by measure,
        `implausibility.` by pattern, and `weight`.
    """

    scenario: Scenario
    file: Path
    worlds: Worlds
    candidates: pd.DataFrame

    @property
    def folder(self) -> Path:
        """Where runs and report are."""
        return folder_of(self.file)


def folder_of(file: Path) -> Path:
    """The folder beside a file of worlds."""
    return file.with_suffix("")


def worlds(
    scenario: str | Path | Scenario = "baseline",
    out: str | Path = "worlds.parquet",
    *,
    candidates: int = CANDIDATES,
    keep: int = KEEP,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Made:
    """Worlds that could be this partnership, into a file; what is finished beside it is not done again.

    Parameters
    ----------
    scenario
        The partnership as it is today: a scenario, a built-in name, or the path of a `.toml` or `.xlsx`.
    out
        The `.parquet` file of the kept worlds, which is written when there are any; runs go into the folder of that
        name without its ending.
    candidates
        The most candidates.
    keep
        How many worlds are enough.
    seed
        Of draws and luck.
    workers, progress
        As in `experiments.sweep`.

    Raises
    ------
    InputFaults
        When the scenario has faults, the folder holds something else, or every candidate failed.
    KeyboardInterrupt
        When somebody asked to stop; finished candidates are kept.
    """
    scenario = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    file = Path(out)
    points = drawn(scenario, candidates, seed)
    tables = list[pd.DataFrame]()
    failed = found = 0
    for first in range(0, candidates, BATCH):
        batch = points[first : first + BATCH]
        results = _measured(scenario, batch, first, seed, folder_of(file), workers, within(progress, first, candidates))
        table = _judged(results, batch, first)
        tables.append(table)
        failed += len(batch) - len(table)
        found += int((table[WEIGHT] > 0).sum())
        if found >= keep:
            break
    whole = pd.concat(tables, ignore_index=True)
    made = Made(scenario, file, _kept(scenario, whole, candidates, failed, keep, seed), whole)
    if len(made.worlds):
        made.worlds.write(file)
    return made


def _measured(
    scenario: Scenario, batch: Sequence[Point], first: int, seed: int, folder: Path, workers: int | None,
    progress: Progress | None,
) -> Results:  # fmt: skip
    """The sweep of a batch, as far as it is not done yet."""
    name = f"{first:05d}"
    document = {"scenario": scenario.name, "design": {"kind": "table"}, "worlds": {"first": first}}
    study = Study(
        name, scenario, Design("table", table=tuple(batch)), years=HORIZON, replications=1, seed=seed,
        record=Record(by=("measure",), indicators=()), document=document,
    )  # fmt: skip
    ending = sweep(
        study, folder / "runs" / name, workers=workers, progress=progress, simulate=measure_world, retry_failed=True
    )
    return ending.finished()


def _judged(results: Results, batch: Sequence[Point], first: int) -> pd.DataFrame:
    """The candidates of a batch, those that could be measured, with what judges say of them."""
    groups = results.groups
    if groups.empty:
        raise nothing_but_failures(results)
    rows = []
    for point in sorted(set(groups["point"].tolist())):
        found = groups[groups["point"] == point]
        figures = dict(zip(found["group"], found[VALUE], strict=True))
        lucks = dict(zip(found["group"], found[SPREAD], strict=True))
        fitted = {name.removeprefix(FITTED): value for name, value in figures.items() if name.startswith(FITTED)}
        measures = [name for name in figures if not name.startswith(FITTED)]
        rows.append(
            {CANDIDATE: first + point, **batch[point], **fitted}
            | {FIGURE + name: figures[name] for name in measures}
            | {LUCK + name: lucks[name] for name in measures}
            | _judgement(figures, lucks)
        )
    return pd.DataFrame(rows)


def _judgement(figures: dict[str, float], lucks: dict[str, float]) -> dict[str, float]:
    """What judges say: implausibility by pattern, and the weight; without one where no fit could mend the world."""
    if figures[TIME_AND_CONTACT] < LEAST_BY_TIME_AND_CONTACT or not set(JUDGES) <= set(figures):
        return {f"implausibility.{pattern}": math.nan for pattern in PATTERNS} | {WEIGHT: 0.0}
    found = by_pattern(figures, lucks)
    return {f"implausibility.{pattern}": one for pattern, one in found.items()} | {WEIGHT: weight(found)}


def _kept(scenario: Scenario, whole: pd.DataFrame, asked: int, failed: int, keep: int, seed: int) -> Worlds:
    """The first so many that are not ruled out, and where they come from."""
    unfit = int((whole[FIGURE + TIME_AND_CONTACT] < LEAST_BY_TIME_AND_CONTACT).sum())
    accepted = whole[whole[WEIGHT] > 0]
    ruled_out = {p: int((whole[f"implausibility.{p}"] > MOST).sum()) for p in PATTERNS}
    about = About(
        version(), rules(), parameters_digest(), scenario.name, partnership_digest(scenario), seed, asked,
        len(whole) + failed, failed, unfit, len(accepted), ruled_out,
    )  # fmt: skip
    table = accepted.head(keep)
    names = [name for name in table if not str(name).startswith("implausibility.")]
    return Worlds(about, table[names].reset_index(drop=True))
