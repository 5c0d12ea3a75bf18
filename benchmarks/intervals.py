"""How often intervals hold the truth: every kind that reports show, simulated where the truth is known.

`python -m benchmarks.intervals [--samples N] [--seed N] [--store]` prints a row for each: how often a 95 % interval
held what it is about, with the Monte Carlo standard error of that share. Intervals come from the functions that reports
call. Of a test the row says how often it stayed silent where there is nothing, at 5 %.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from samenspel.experiments.assumptions.discovery import boxes_of
from samenspel.experiments.assumptions.sensitivity import POINTS, TRAJECTORIES
from samenspel.experiments.degradation.tables import SHARE, band, safe, shifts
from samenspel.experiments.pilots.comparison.robustness import interval_of_share
from samenspel.experiments.statistics.breaks import find_break
from samenspel.experiments.statistics.indices import LEVELS, Method, Sample, analyse, draw
from samenspel.experiments.statistics.intervals import CONFIDENCE, interval_of_mean
from samenspel.experiments.statistics.prim import SIGNIFICANT, Space, counted, find, quasi_p
from samenspel.experiments.statistics.safe_scale import safe_up_to
from samenspel.experiments.sweeps.results import Results
from samenspel.model.declared.parameters import PARAMETERS
from tools import campaigns

Array = NDArray[np.float64]
Luck = np.random.Generator

SAMPLES = 200
AT_ONCE = 50  # means reckoned in one call


class Interval(NamedTuple):
    """One interval, or an array of them, and what it should hold."""

    low: Any
    high: Any
    truth: Any

    @property
    def holds(self) -> NDArray[np.bool_]:
        """Whether it does; an interval without ends (NaN) does not."""
        return np.atleast_1d((self.low <= self.truth) & (self.truth <= self.high))


Trial = Callable[[Luck], Mapping[str, Interval]]


def silent(p: float) -> Interval:
    """A test that should find nothing: its p-value lies where nothing is claimed."""
    return Interval(SIGNIFICANT, 1.0, p)


# --- means, differences and shares -----------------------------------------------------------------------------------


def mean(n: int, shape: str, luck: Luck) -> dict[str, Interval]:
    """Means over n replications; the skewed ones are exponential."""
    values = luck.normal(1.0, 1.0, (AT_ONCE, n)) if shape == "normal" else luck.exponential(1.0, (AT_ONCE, n))
    of = pd.DataFrame(values.T)
    table = interval_of_mean(of.mean(), of.std(), of.count())
    return {f"mean of {n} replications, {shape}": Interval(table["low"].to_numpy(), table["high"].to_numpy(), 1.0)}


def difference(luck: Luck) -> dict[str, Interval]:
    """Two designs in three worlds, ten replications that share most of their luck; the true difference is 0.3."""
    worlds, replications = 3, 10
    at = np.arange(2 * worlds * replications)
    point, replication = at // replications, at % replications
    shared, of_world = luck.normal(0, 1, replications), luck.normal(0, 1, worlds)
    value = shared[replication] + of_world[point % worlds] + 0.3 * (point // worlds) + luck.normal(0, 0.5, at.size)
    runs = {"run_id": at, "point": point, "replication": replication + 1, "seed": at, "status": "done", "error": ""}
    table = pa.Table.from_pandas(pd.DataFrame({**runs, "lever": point // worlds, "value": value}))
    manifest = {"levers": ["lever"], "uncertainties": [], "worlds": worlds, "points": 2 * worlds, "study": {}}
    row = Results(Path(), manifest, [table]).differences.iloc[0]
    return {"paired difference of two designs": Interval(row["low"], row["high"], 0.3)}


def share_of_worlds(worlds: int, luck: Luck) -> dict[str, Interval]:
    """In which share of so many sampled worlds something is so, where it is so in any share of all worlds."""
    share = luck.uniform()
    low, high = interval_of_share(luck.binomial(worlds, share) / worlds, worlds)
    return {f"share of {worlds} worlds": Interval(low, high, share)}


# --- curves along an axis --------------------------------------------------------------------------------------------

SIZES = np.arange(6.0, 41.0, 2.0)
REPLICATIONS, SD, FLOOR = 30, 0.025, 0.8
Noise = Callable[[Luck], Array]


def independent(luck: Luck) -> Array:
    """Errors of their own at every size; shape (replications, sizes)."""
    return luck.normal(0.0, SD, (REPLICATIONS, len(SIZES)))


def shared(luck: Luck) -> Array:
    """A replication is better or worse as a whole, and more so for large sizes."""
    level, tilt = luck.normal(0.0, SD, (2, REPLICATIONS, 1))
    return independent(luck) + level + tilt * (SIZES - SIZES.mean()) / np.ptp(SIZES)


def chained(luck: Luck) -> Array:
    """Neighbouring sizes are alike: correlation 0.8 from each to the next."""
    steps = independent(luck)
    for at in range(1, len(SIZES)):
        steps[:, at] = 0.8 * steps[:, at - 1] + 0.6 * steps[:, at]
    return steps


NOISES: tuple[Noise, ...] = (independent, shared, chained)


def broken(luck: Luck) -> tuple[Array, float]:
    """A broken line, and where it breaks."""
    place = float(luck.uniform(12.0, 32.0))
    return line_with_break(place), place


def line_with_break(place: float) -> Array:
    return 0.9 - 0.002 * (SIZES - 6) - 0.018 * np.maximum(SIZES - place, 0.0)


def straight(luck: Luck) -> tuple[Array, float]:
    """A straight line, which breaks nowhere."""
    return 0.9 - float(luck.uniform(0.005, 0.015)) * (SIZES - 6), 0.0


def degradation_point(noise: Noise, luck: Luck) -> dict[str, Interval]:
    """Where a planted break is, as far as one is found: reports show it then."""
    curve, place = broken(luck)
    found = find_break(SIZES, curve + noise(luck))
    return (
        {f"degradation point, {noise.__name__} errors": Interval(found.low, found.high, place)} if found.found else {}
    )


def no_break(noise: Noise, luck: Luck) -> dict[str, Interval]:
    """Davies' test of a straight line."""
    p = find_break(SIZES, straight(luck)[0] + noise(luck)).davies_p
    return {f"Davies' test without a break, {noise.__name__} errors": silent(p)}


def whole_curve(luck: Luck) -> dict[str, Interval]:
    """The band of a curve holds all of it, or does not."""
    curve = straight(luck)[0]
    _, low, high = band((curve + chained(luck)).T)
    return {"band of a curve, all of it": Interval((low - curve).max(), (high - curve).min(), 0.0)}


def plan(*arms: str) -> Any:
    """What tables are told of an analysis."""
    axis = SimpleNamespace(name="size", values=tuple(SIZES), whole=False)
    names = [SimpleNamespace(name=arm) for arm in arms]
    return SimpleNamespace(axes=(axis,), arms=names, seed=1, safe_share=FLOOR, loss=0.05, own_place=3)


def two_arms(luck: Luck) -> dict[str, Interval]:
    """Two arms on the same luck, the second with a later break: how far the break and the passing of the floor move."""
    first, later = luck.uniform(12.0, 20.0), luck.uniform(2.0, 6.0)
    curves = [line_with_break(first), line_with_break(first + later)]
    luck_of_both = chained(luck)
    cube = np.stack([(curve + luck_of_both + 0.5 * independent(luck)).T for curve in curves])
    moves = shifts(plan("a", "b"), {SHARE: cube}, None).set_index("what")
    passes = safe_up_to(SIZES, curves, FLOOR)
    level = safe(plan("a", "b"), {SHARE: cube}, None).iloc[0]
    held = {"mean share passes the floor": Interval(level["low"], level["high"], passes[0])}
    truths = {
        "degradation point": ("shift of the degradation point, paired", later),
        "size where the mean share passes the floor": ("shift of where the mean share passes, paired", np.diff(passes)),
        "share, over all sizes": ("shift of the share, paired", (curves[1] - curves[0]).mean()),
    }
    rows = ((name, moves.loc[what], truth) for what, (name, truth) in truths.items() if what in moves.index)
    return held | {name: Interval(row["low"], row["high"], truth) for name, row, truth in rows}


def safe_scale(worlds: int, luck: Luck) -> dict[str, Interval]:
    """Worlds that are safe up to a normal scale (mean 23, SD 4), each lived once at every size."""
    limits = luck.normal(23.0, 4.0, worlds)
    curves = FLOOR - 0.01 * (SIZES[:, None] - limits) + luck.normal(0.0, SD, (len(SIZES), worlds))
    mean_share = {SHARE: np.tile(FLOOR - 0.01 * (SIZES[:, None] - 23.0), (1, 2))[None]}
    table = safe(plan("a"), mean_share, {SHARE: curves[None]}).set_index("criterion")
    truth = 23.0 - 4.0 * 1.2815515655446004  # of nine worlds in ten
    return {f"safe scale over {worlds} worlds": Interval(*table.loc["share", ["low", "high"]], truth)}


# --- sensitivity -----------------------------------------------------------------------------------------------------

WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0])
NAMES = ("x1", "x2", "x3", "x4")


def sobol_g(rows: Array) -> Array:
    """Sobol's G function of the first columns."""
    return np.asarray(((np.abs(4 * rows[:, :4] - 2) + WEIGHTS) / (1 + WEIGHTS)).prod(axis=1))


def sampled(method: Method, names: tuple[str, ...], size: int, luck: Luck) -> pd.DataFrame:
    """Indices of the G function, by index and factor; three replications share their luck over the points."""
    seed = int(luck.integers(2**31))
    rows = draw(method, names, size, seed)
    sample = Sample(method, names, rows, sobol_g(rows)[:, None] + luck.normal(0.0, 1.0, 3))
    return analyse(sample, seed).set_index(["index", "factor"])


def held(table: pd.DataFrame, index: str, truth: Any) -> Interval:
    """The intervals of all four factors."""
    rows = table.loc[index].loc[list(NAMES)]
    return Interval(rows["low"].to_numpy(), rows["high"].to_numpy(), truth)


def sobol(luck: Luck) -> dict[str, Interval]:
    table = sampled("sobol", NAMES, POINTS["sobol"], luck)
    parts = 1 / (3 * (1 + WEIGHTS) ** 2)
    whole = np.prod(1 + parts) - 1
    total = parts * (1 + whole) / (1 + parts) / whole
    return {"Sobol, first order": held(table, "S1", parts / whole), "Sobol, total": held(table, "ST", total)}


def morris(luck: Luck) -> dict[str, Interval]:
    table = sampled("morris", NAMES, TRAJECTORIES, luck)
    star, effect = np.abs(all_effects()).mean(axis=1), all_effects().mean(axis=1)
    return {
        "Morris, mean size of effects": held(table, "mu_star", star),
        "Morris, mean effect": held(table, "mu", effect),
    }


@cache
def all_effects() -> Array:
    """Every elementary effect that the grid of Morris has, shape (factors, effects)."""
    step = LEVELS / (2 * (LEVELS - 1))
    grid = np.array(list(product(np.linspace(0, 1, LEVELS), repeat=len(NAMES))))
    found = []
    for factor in range(len(NAMES)):
        low = grid[grid[:, factor] < 1 - step + 1e-9]
        high = low + step * np.eye(len(NAMES))[factor]
        found.append((sobol_g(high) - sobol_g(low)) / step)
    return np.array(found)


def pawn(luck: Luck) -> dict[str, Interval]:
    """PAWN's index of factors that matter, and what chance gives one that does nothing."""
    table = sampled("pawn", (*NAMES, "nothing"), POINTS["pawn"], luck)
    none = table.loc[("pawn", "nothing")]
    return {
        "PAWN": held(table, "pawn", true_distances()),
        "PAWN without effect: index below chance": Interval(0.0, none["noise"], none["value"]),
        "PAWN without effect: interval not above chance": Interval(0.0, none["noise"], none["low"]),
    }


@cache
def true_distances() -> Array:
    """PAWN's index of so many points that luck hardly matters."""
    rows = draw("pawn", NAMES, 2**15, 1)
    return analyse(Sample("pawn", NAMES, rows, sobol_g(rows)[:, None]), 1, resamples=2)["value"].to_numpy()


# --- boxes -----------------------------------------------------------------------------------------------------------

FACTORS = tuple(name for name, one in PARAMETERS.items() if one.sampled and one.kind == "real")[:5]


def nothing_to_discover(luck: Luck) -> dict[str, Interval]:
    """200 points of which three in ten fail for no reason."""
    space = Space(luck.random((200, len(FACTORS))), np.zeros(len(FACTORS), bool))
    fails = luck.random(200) < 0.3
    free = np.full(len(FACTORS), np.inf)
    half = counted(space, fails, -free, np.where(np.arange(len(FACTORS)), np.inf, 0.5))
    boxes = boxes_of(pd.DataFrame(space.values, columns=FACTORS).assign(fails=fails), FACTORS, luck)
    return {
        "PRIM without effect: no box": silent(0.0 if boxes else 1.0),
        "PRIM without effect: no limit by quasi-p alone": silent(0.0 if list(find(space, fails).sides()) else 1.0),
        "quasi-p of one limit that was not looked for": silent(quasi_p(space, fails, half, 0, above=True)),
    }


# --- all of them -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A kind of interval: the function that reports call, one simulated case, how many times the samples it gets."""

    function: str
    trial: Trial
    share: float = 1.0


KINDS = (
    *(Kind("interval_of_mean", partial(mean, n, shape)) for shape in ("normal", "skewed") for n in (5, 10, 30)),
    Kind("Results.differences", difference),
    *(Kind("interval_of_share", partial(share_of_worlds, worlds), share=10) for worlds in (20, 100)),
    *(Kind("find_break", partial(degradation_point, noise)) for noise in NOISES),
    *(Kind("find_break", partial(no_break, noise)) for noise in NOISES),
    Kind("band", whole_curve, share=5),
    Kind("safe, shifts", two_arms, share=3),
    *(Kind("safe", partial(safe_scale, worlds), share=5) for worlds in (20, 100)),
    Kind("analyse", sobol, share=3),
    Kind("analyse", morris, share=2),
    Kind("analyse", pawn, share=0.08),  # two seconds each
    Kind("boxes_of, quasi_p", nothing_to_discover),
)


def campaign(
    samples: int, seed: int, kinds: Sequence[Kind], spoilt: Callable[[Interval], Interval] = lambda one: one
) -> Iterator[dict[str, Any]]:
    """A row for every kind of interval.

    Parameters
    ----------
    samples
        Trials of a kind; more of what is quick, fewer of what takes long.
    seed
        Of the luck; a trial has its own.
    kinds
        Which.
    spoilt
        What is done to every interval before it is judged: a planted fault.
    """
    for number, kind in enumerate(kinds):
        found: dict[str, list[NDArray[np.bool_]]] = {}
        for trial in range(max(1, round(samples * kind.share))):
            luck = np.random.default_rng([seed, number, trial])
            for name, interval in kind.trial(luck).items():
                found.setdefault(name, []).append(spoilt(interval).holds)
        for name, holds in found.items():
            yield {"interval": name, "function": kind.function} | figures(np.array(holds, float))


def figures(holds: Array) -> dict[str, Any]:
    """Which part of the intervals held, shape (trials, intervals in each), with its standard error over trials.

    The error is never less than what one interval moves.
    """
    error = max(float(holds.mean(axis=1).std()) / math.sqrt(len(holds)), 1 / holds.size)
    return {
        "nominal": CONFIDENCE,
        "covered": round(float(holds.mean()), 4),
        "error": round(error, 4),
        "trials": len(holds),
        "intervals": holds.size,
    }


def main() -> int:
    """Simulate, print, and store where that is asked."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.intervals", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--samples", type=int, default=SAMPLES, help=f"trials of each kind ({SAMPLES})")
    parser.add_argument("--seed", type=int, default=1, help="seed of the luck (1)")
    parser.add_argument("--store", action="store_true", help="keep the rows in docs/campaigns/intervals.csv")
    options = parser.parse_args()
    rows = []
    for row in campaign(options.samples, options.seed, KINDS):
        rows.append(row)
        print("{interval:<62} {covered:6.1%} ± {error:.1%} of {intervals}".format(**row), flush=True)
    print(f"{time.process_time():.0f} s of CPU")
    if options.store:
        campaigns.store("intervals", options.samples, options.seed, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
