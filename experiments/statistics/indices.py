"""Sensitivity indices of a sample of the unit cube, by SALib, with their intervals and what chance alone would give.

Everything here works on means over replications. How far those means are still luck is measured, not assumed: all
points share their luck, so noise is what is left of a point's replication when the effect of the point and that of the
replication are taken away (a two-way analysis of variance).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Method = Literal["morris", "sobol", "pawn"]

LEVELS = 4  # of the grid of Morris
RESAMPLES = {"morris": 1000, "sobol": 500, "pawn": 50}  # bootstrap; those of PAWN are slow
SLIDES = 10  # conditioning intervals of PAWN
PARTS = (0.25, 0.5)  # of a sample, to see whether its indices have settled
MAIN_INDEX = {"morris": "mu_star", "sobol": "ST", "pawn": "pawn"}
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Sample:
    """Points of the unit cube, by a method's own design, and what came out there.

    Attributes
    ----------
    method
        The method that made the rows; `pawn` takes any.
    names
        The factors.
    rows
        Places in the unit cube, shape (points, factors).
    values
        The indicator, shape (points, replications).
    """

    method: Method
    names: tuple[str, ...]
    rows: NDArray[np.float64]
    values: NDArray[np.float64]

    @property
    def means(self) -> NDArray[np.float64]:
        """The mean over replications of every point."""
        means: NDArray[np.float64] = self.values.mean(axis=1)
        return means

    @property
    def block(self) -> int:
        """How many points belong together: a trajectory, or a row of Saltelli's scheme."""
        return {"morris": len(self.names) + 1, "sobol": len(self.names) + 2, "pawn": 1}[self.method]

    def first(self, share: float) -> Sample:
        """The first part of the sample, in whole blocks."""
        points = max(2, int(share * len(self.rows) / self.block)) * self.block
        return replace(self, rows=self.rows[:points], values=self.values[:points])

    def independent(self) -> Sample:
        """As a sample for PAWN: of Saltelli's scheme the points that do not share coordinates (its A and B)."""
        if self.method == "sobol":
            block = self.block
            at = np.arange(len(self.rows)) % block
            chosen = (at == 0) | (at == block - 1)
            return replace(self, method="pawn", rows=self.rows[chosen], values=self.values[chosen])
        return replace(self, method="pawn")


def problem(names: tuple[str, ...]) -> dict[str, Any]:
    """The unit cube as SALib describes it."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def draw(method: Method, names: tuple[str, ...], size: int, seed: int) -> NDArray[np.float64]:
    """Places in the unit cube: `size` trajectories (Morris), rows of Saltelli's scheme (Sobol), or points (PAWN)."""
    cube = problem(names)
    luck = np.random.default_rng([seed, 2])
    match method:
        case "morris":
            from SALib.sample import morris

            rows = morris.sample(cube, size, num_levels=LEVELS, seed=_whole(luck))
        case "sobol":
            from SALib.sample import sobol

            rows = sobol.sample(cube, size, calc_second_order=False, seed=luck)
        case "pawn":
            from scipy.stats import qmc

            rows = qmc.LatinHypercube(len(names), rng=luck).random(size)
    return np.asarray(rows, float)


def analyse(sample: Sample, seed: int, resamples: int = 0) -> pd.DataFrame:
    """Every index of every factor: `factor`, `index`, `value`, `low`, `high` (95 % by bootstrap), `noise`.

    `noise` is the value that chance alone would give the index; NaN where that is not known. Indices: of Morris
    `mu_star`, `mu`, `sigma` (effects from one end of the range to the other, in the indicator's unit); of Sobol `S1`
    and `ST` (parts of the variance); of PAWN `pawn` (the median Kolmogorov-Smirnov distance).
    """
    again = resamples or RESAMPLES[sample.method]
    luck = np.random.default_rng([seed, 3])
    tables = {"morris": _morris, "sobol": _sobol, "pawn": _pawn}[sample.method](sample, luck, again)
    whole = pd.concat([pd.DataFrame({"factor": sample.names, **table}) for table in tables], ignore_index=True)
    return whole[["factor", "index", "value", "low", "high", "noise"]]


def convergence(sample: Sample, seed: int) -> pd.DataFrame:
    """The main index from the first quarter and the first half of the sample: `factor`, `points`, `value`."""
    tables = []
    for part in _parts(sample):
        table = analyse(part, seed, resamples=2)
        table = table[table["index"] == MAIN_INDEX[sample.method]]
        tables.append(table[["factor", "value"]].assign(points=len(part.rows)))
    return pd.concat(tables, ignore_index=True)


def _parts(sample: Sample) -> Iterator[Sample]:
    for share in PARTS:
        yield sample.first(share)


def noise_share(values: NDArray[np.float64]) -> float:
    """The share of the variance between points' means that is luck of the replications, 0-1."""
    points, replications = values.shape
    means = values.mean(axis=1)
    left = values - means[:, None] - values.mean(axis=0) + values.mean()
    noise = np.square(left).sum() / ((points - 1) * (replications - 1)) / replications
    between = float(means.var(ddof=1))
    return float(min(1.0, noise / between)) if between > 0 else 0.0


def elementary_effects(sample: Sample) -> NDArray[np.float64]:
    """Morris's effects by factor, trajectory and replication, shape (factors, trajectories, replications)."""
    size, replications = len(sample.names), sample.values.shape[1]
    rows = sample.rows.reshape(-1, size + 1, size)
    values = sample.values.reshape(-1, size + 1, replications)
    steps = np.diff(rows, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    length = np.take_along_axis(steps, moved[:, :, None], axis=2)
    effects = np.empty((size, len(rows), replications))
    effects[moved, np.arange(len(rows))[:, None]] = np.diff(values, axis=1) / length
    return effects


# --- the methods -----------------------------------------------------------------------------------------------------


def _morris(sample: Sample, luck: np.random.Generator, resamples: int) -> list[dict[str, Any]]:
    """Means and spread of elementary effects (Morris 1991; Campolongo, Cariboni & Saltelli 2007)."""
    from SALib.analyze import morris
    from scipy.special import stdtrit

    found = morris.analyze(
        problem(sample.names), sample.rows, sample.means, num_resamples=resamples, num_levels=LEVELS, seed=_whole(luck)
    )
    star, mu, sigma = (np.asarray(found[name], float) for name in ("mu_star", "mu", "sigma"))
    trajectories = len(sample.rows) // sample.block
    half = stdtrit(trajectories - 1, (1 + CONFIDENCE) / 2) * sigma / np.sqrt(trajectories)
    return [
        _around("mu_star", star, np.asarray(found["mu_star_conf"], float), _effect_of_chance(sample), least=0.0),
        _around("mu", mu, half, np.full(len(mu), np.nan)),
        _around("sigma", sigma, np.full(len(mu), np.nan), np.full(len(mu), np.nan)),
    ]


def _effect_of_chance(sample: Sample) -> NDArray[np.float64]:
    """What mu* would be if nothing but luck moved the outcome: E|z| · standard error of an effect, z normal."""
    effects = elementary_effects(sample)
    variance = effects.var(axis=2, ddof=1).mean(axis=1) / effects.shape[2]
    chance: NDArray[np.float64] = np.sqrt(2 / np.pi * variance)
    return chance


def _sobol(sample: Sample, luck: np.random.Generator, resamples: int) -> list[dict[str, Any]]:
    """First-order and total indices by Saltelli's scheme (Saltelli et al. 2010)."""
    from SALib.analyze import sobol

    found = sobol.analyze(
        problem(sample.names), sample.means, calc_second_order=False, num_resamples=resamples, seed=_whole(luck)
    )
    share = np.full(len(sample.names), noise_share(sample.values))
    return [
        _around("S1", found["S1"], found["S1_conf"], np.full(len(share), np.nan)),
        _around("ST", found["ST"], found["ST_conf"], share, least=0.0),
    ]


def _pawn(sample: Sample, luck: np.random.Generator, resamples: int) -> list[dict[str, Any]]:
    """Distance between the distributions with and without knowing a factor (Pianosi & Wagener 2018).

    Its noise is what 95 % of made-up factors stay below, one drawn in each resample.
    """
    made_up = luck.permutation(len(sample.rows)) / len(sample.rows)
    value = _distances(np.column_stack([sample.rows, made_up]), sample.means)[:-1]
    again = np.empty((resamples, len(sample.names) + 1))
    for which in range(resamples):
        at = luck.integers(len(sample.rows), size=len(sample.rows))
        rows = np.column_stack([sample.rows[at], luck.random(len(at))])
        again[which] = _distances(rows, sample.means[at])
    chance = np.full(len(value), np.quantile(again[:, -1], CONFIDENCE))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(again[:, :-1], [tail, 1 - tail], axis=0)
    return [{"index": "pawn", "value": value, "low": low, "high": high, "noise": chance}]


def _distances(rows: NDArray[np.float64], means: NDArray[np.float64]) -> NDArray[np.float64]:
    from SALib.analyze import pawn

    names = tuple(map(str, range(rows.shape[1])))
    return np.asarray(pawn.analyze(problem(names), rows, means, S=SLIDES)["median"], float)


def _around(
    index: str,
    value: NDArray[np.float64],
    half: NDArray[np.float64],
    noise: NDArray[np.float64],
    least: float = -np.inf,
) -> dict[str, Any]:
    low = np.maximum(np.asarray(value) - half, least)
    return {"index": index, "value": value, "low": low, "high": np.asarray(value) + half, "noise": noise}


def _whole(luck: np.random.Generator) -> int:
    """A seed for SALib, which takes 0 for none."""
    return int(luck.integers(1, 2**31))
