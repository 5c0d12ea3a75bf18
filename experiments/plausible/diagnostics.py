"""What was found, as tables: whether worlds reproduce the patterns, what judging taught, and what no world meets."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.plausible.judges import JUDGES, MOST, PATTERNS
from samenspel.experiments.plausible.make import Made
from samenspel.experiments.plausible.worlds import FIGURE, LUCK, WEIGHT
from samenspel.experiments.statistics import weighted
from samenspel.experiments.statistics.intervals import holm
from samenspel.experiments.validation.patterns import CRITERIA
from samenspel.model.declared.parameters import PARAMETERS

SHOWN = (0.05, 0.5, 0.95)
BINS = 8
SURE = 0.05  # that a parameter is informed, after correction for how many were asked
FEW, SHUFFLES = 0.005, 9_999  # with so many, p can be sure for any one of two hundred parameters


def patterns(made: Made) -> pd.DataFrame:
    """One row a criterion, before judging and after.

    `use` is C, V or S, `judge` whether it judged; `before_` and `after_` with `low`, `middle`, `high` are the 5, 50 and
    95 % quantiles over candidates measured in full and over kept worlds by weight; `before_held` and `after_held` the
    share that reproduces the target; `luck` the standard deviation by luck of one world's figure. Before judging is not
    known of what is measured in worlds that are not ruled out only.
    """
    everyone, kept = made.candidates, made.worlds.table
    in_full = everyone[everyone[f"implausibility.{PATTERNS[0]}"].notna()]
    rows = []
    for measure, one in CRITERIA.items():
        if not one.judged or FIGURE + measure not in kept:
            continue
        before, after = (table[FIGURE + measure].to_numpy(float) for table in (in_full, kept))
        ruled_out = before[in_full[WEIGHT].to_numpy() == 0]
        if ruled_out.size and not np.isfinite(ruled_out).any():
            before = np.full(len(in_full), np.nan)  # it was measured in worlds that were not ruled out only
        alike = np.ones(len(in_full))
        weights = made.worlds.weights
        rows.append(
            {
                "pattern": one.pattern, "use": one.use, "measure": measure, "what": one.what,
                "judge": measure in JUDGES,
                "target_low": one.low, "target_high": one.high, "unit": one.unit,
                **_quantiles("before", before, alike), "before_held": held(measure, before, alike),
                **_quantiles("after", after, weights), "after_held": held(measure, after, weights),
                "luck": float(np.nanmean(kept[LUCK + measure])),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _quantiles(when: str, values: NDArray[np.float64], weights: NDArray[np.float64]) -> dict[str, float]:
    found = weighted.quantile(values, weights, SHOWN)
    return {f"{when}_{name}": float(one) for name, one in zip(("low", "middle", "high"), found, strict=True)}


def held(measure: str, values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The share that reproduces the target, by weight."""
    flags = [np.nan if np.isnan(one) else float(CRITERIA[measure].verdict(one) == "held") for one in values]
    return weighted.share(flags, weights)


def unmet(table: pd.DataFrame) -> list[str]:
    """The measures that fewer than one kept world in twenty reproduces: there the model falls short."""
    return list(table.loc[table["after_held"] < SHOWN[0], "measure"])


def parameters(made: Made) -> pd.DataFrame:
    """One row a parameter that differs between worlds, the most informed first.

    `low`, `middle`, `high` before and after judging (5, 50 and 95 %); of a choice its codes in declared order.
    `distance` is that of Kolmogorov and Smirnov between candidates by weight and all alike, with `p` by shuffling
    weights; `informed` says whether p is sure after correction for all that were asked (Holm). Parameters that are
    `fitted` anew are told apart.
    """
    everyone = made.candidates
    luck = np.random.default_rng([made.worlds.about.seed, 20])
    alike, weights = np.ones(len(everyone)), everyone[WEIGHT].to_numpy(float)
    rows = []
    for name in made.worlds.names:
        values = coded(name, everyone[name])
        found = weighted.kolmogorov(values, weights, luck)
        if found.p < FEW:  # what may stay sure after correction is shuffled often enough to say so
            found = weighted.kolmogorov(values, weights, luck, SHUFFLES)
        rows.append(
            {
                "parameter": name, "fitted": PARAMETERS[name].refitted,
                **_quantiles("before", values, alike), **_quantiles("after", values, weights),
                "distance": found.distance, "p": found.p,
            }
        )  # fmt: skip
    table = pd.DataFrame(rows).sort_values(["p", "distance"], ascending=[True, False], ignore_index=True)
    return table.assign(informed=holm(table["p"].to_numpy(float)) <= SURE)


def coded(name: str, values: pd.Series) -> NDArray[np.float64]:
    """Values as numbers: of a choice the place among its options."""
    parameter = PARAMETERS[name]
    if parameter.kind == "choice":
        codes = {option: at for at, option in enumerate(parameter.choices)}
        return np.array([codes[option] for option in values], float)
    return values.to_numpy(float)


def minimum_implausibility(made: Made, names: list[str]) -> pd.DataFrame:
    """The least implausibility of any candidate by two parameters at a time, in equal parts of their ranges.

    One row a pair and cell: `first`, `second`, the `column` and `row` of the cell, `least`, the smallest of the largest
    implausibility over patterns, and `plausible`, the share of the cell's candidates that is not ruled out.
    """
    columns = [f"implausibility.{pattern}" for pattern in PATTERNS]
    everyone = made.candidates[made.candidates[columns[0]].notna()]
    worst = everyone[columns].max(axis=1)
    parts = {name: _parts(name, everyone[name]) for name in names}
    tables = []
    for first, second in combinations(names, 2):
        cells = pd.DataFrame({"column": parts[first], "row": parts[second], "worst": worst, "ok": worst <= MOST})
        found = cells.groupby(["column", "row"]).agg(least=("worst", "min"), plausible=("ok", "mean"))
        tables.append(found.reset_index().assign(first=first, second=second))
    return pd.concat(tables, ignore_index=True)


def _parts(name: str, values: pd.Series) -> NDArray[np.intp]:
    """In which of equal parts of its declared range each value lies; of a choice which option."""
    parameter, numbers = PARAMETERS[name], coded(name, values)
    if parameter.kind == "choice":
        return numbers.astype(np.intp)
    place = (numbers - parameter.low) / (parameter.high - parameter.low)
    return np.clip((place * BINS).astype(np.intp), 0, BINS - 1)
