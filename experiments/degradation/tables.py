"""The tables of `samenspel degrade`, made from the runs of its sweeps.

Arrays are shaped (arms, places on the axes, replications or worlds). A replication or a world in which a run failed is
NaN in all arms and places alike, for only what lived through the same can be compared; an arm and place of which every
run failed is NaN, and takes nothing from the others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.statistics.breaks import Break, draw, find_break
from samenspel.experiments.statistics.intervals import interval_of_mean
from samenspel.experiments.statistics.safe_scale import (
    Scale,
    crossing_with_interval,
    evened,
    safe_scale,
    safe_scale_with_interval,
    safe_up_to,
)

if TYPE_CHECKING:
    from samenspel.experiments.degradation.axes import Axis
    from samenspel.experiments.degradation.plan import Plan
    from samenspel.experiments.degradation.there_and_back import Way
    from samenspel.experiments.sweeps.results import Results

Array = NDArray[np.float64]
Group = tuple[str, str, str]  # indicator, by, group

SHARE = "supervision_adequate_share"
WHOLE = ("all", "all")
WORLDS_SHOWN = (0.05, 0.95)
SAFE_SCALE = "safe scale"


# --- from runs to arrays ---------------------------------------------------------------------------------------------


def cubes(results: Results, shape: tuple[int, ...], names: Sequence[str]) -> dict[str, Array]:
    """Every indicator of every run that counts, in the order of the points, replications last."""
    runs = results.shared.runs
    replications = int(results.manifest["replications"])
    at = runs["point"].to_numpy() * replications + runs["replication"].to_numpy() - 1
    found = {}
    for name in names:
        cube = np.full(math.prod(shape), np.nan)
        cube[at] = runs[name].to_numpy(float)
        found[name] = cube.reshape(shape)
    return found


def cubes_of_groups(results: Results, shape: tuple[int, int, int], names: Sequence[str]) -> dict[Group, Array]:
    """The same for every group of students; NaN where a run had nobody in a group."""
    table = results.of_shared(results.groups)
    if table.empty:
        return {}
    replications = int(results.manifest["replications"])
    found: dict[Group, Array] = {}
    for (by, group), rows in table.groupby(["by", "group"], sort=False):
        at = rows["point"].to_numpy() * replications + rows["replication"].to_numpy() - 1
        for name in names:
            cube = np.full(math.prod(shape), np.nan)
            cube[at] = rows[name].to_numpy(float)
            found[name, str(by), str(group)] = cube.reshape(shape)
    return dict(sorted(found.items()))


def complete(cube: Array) -> Array:
    """The replications, or worlds, of which every arm and place is there; shape (arms, places, fewer)."""
    whole = np.isfinite(cube).all(axis=tuple(range(cube.ndim - 1)))
    return cube[..., whole]


# --- curves ----------------------------------------------------------------------------------------------------------


def curves(
    plan: Plan, whole: Mapping[str, Array], of_groups: Mapping[Group, Array], of_worlds: Mapping[str, Array] | None
) -> pd.DataFrame:
    """Every curve with its band, and over worlds where there are any."""
    parts = []
    for (name, by, group), cube in _all_curves(whole, of_groups).items():
        for arm, values in zip(plan.arms, cube, strict=True):
            table = _places(plan).assign(arm=arm.name, indicator=name, by=by, group=group)
            table["mean"], table["low"], table["high"] = band(values, plan.seed)
            table["replications"] = np.isfinite(values).sum(axis=1)
            if of_worlds is not None and (by, group) == WHOLE:
                worlds = of_worlds[name][plan.arms.index(arm)]
                table["worlds_low"], table["worlds_high"] = np.nanquantile(worlds, WORLDS_SHOWN, axis=1)
                table["worlds"] = np.isfinite(worlds).sum(axis=1)
            parts.append(table)
    table = pd.concat(parts, ignore_index=True)
    first = ["arm", "indicator", "by", "group", *(axis.name for axis in plan.axes)]
    return table[[*first, *(name for name in table if name not in first)]]


def _all_curves(whole: Mapping[str, Array], of_groups: Mapping[Group, Array]) -> dict[Group, Array]:
    from samenspel.experiments.degradation.plan import OUTCOMES

    return {(name, *WHOLE): whole[name] for name in OUTCOMES} | dict(of_groups)


def _places(plan: Plan) -> pd.DataFrame:
    return pd.DataFrame(plan.places)


def band(values: Array, seed: int = 1) -> tuple[Array, Array, Array]:
    """Mean of the curves with a band that holds the whole mean curve in 95 % of cases; shape (places,) each.

    Whole replications are drawn anew; how far the mean curve then strays at its worst place, in standard errors, sets
    the width. It is never less than Student's t for one place.
    """
    y = values.T[np.isfinite(values.T).all(axis=1)]
    if len(y) < 2:
        mean = np.nanmean(values, axis=1) if np.isfinite(values).any() else np.full(len(values), np.nan)
        return mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan)
    mean, error = y.mean(axis=0), y.std(axis=0, ddof=1) / math.sqrt(len(y))
    strayed = np.abs(y[draw(len(y), seed)].mean(axis=1) - mean) / np.maximum(error, 1e-12)
    usual = interval_of_mean(pd.Series([0.0]), pd.Series([math.sqrt(len(y))]), pd.Series([len(y)]))["high"].iloc[0]
    width = max(float(np.quantile(strayed.max(axis=1), 0.95)), float(usual)) * error
    return mean, mean - width, mean + width


def sizes(plan: Plan, whole: Mapping[str, Array], names: Sequence[str]) -> pd.DataFrame:
    """What else goes with every size: students, mentor load and the like, as means."""
    parts = []
    for at, arm in enumerate(plan.arms):
        means = {name: np.nanmean(whole[name][at], axis=1) for name in names}
        counted = np.isfinite(whole[names[0]][at]).sum(axis=1)
        parts.append(_places(plan).assign(arm=arm.name, replications=counted, **means))
    return pd.concat(parts, ignore_index=True)


# --- breaks ----------------------------------------------------------------------------------------------------------


def breaks(plan: Plan, whole: Mapping[str, Array], of_groups: Mapping[Group, Array]) -> pd.DataFrame:
    """The degradation point of every curve."""
    lines = []
    for (name, by, group), cube in _all_curves(whole, of_groups).items():
        for arm, values in zip(plan.arms, cube, strict=True):
            found = find_break(plan.axes[0].values, values.T)
            whole_curves = int(np.isfinite(values).all(axis=0).sum())
            of = {"arm": arm.name, "indicator": name, "by": by, "group": group}
            lines.append({**of, **described(found), "replications": whole_curves})
    return pd.DataFrame(lines)


def described(found: Break) -> dict[str, Any]:
    """A break as a row; where the fall is less steep after it, the curve `levels off`."""
    kind = found.shape if not found.found or found.worsens else "levels off"
    numbers = {key: getattr(found, key) for key in ("point", "low", "high", "slope_before", "slope_after", "davies_p")}
    return {"shape": kind, **numbers, **{f"bic_{form}": value for form, value in found.bic.items()}}


# --- the safe scale --------------------------------------------------------------------------------------------------


class Along:
    """An axis read from its good end: upwards where supervision falls along it, else downwards."""

    def __init__(self, axis: Axis, shares: Array, numbers: Array | None = None) -> None:
        mean = np.nanmean(shares, axis=(0, 2))
        self.rises = bool(mean[-1] > mean[0])
        self.whole = axis.whole
        numbers = np.array(axis.values) if numbers is None else numbers
        self.order = np.arange(len(numbers))[:: -1 if self.rises else 1]
        self.sizes = (-numbers if self.rises else numbers)[self.order]

    def curves(self, cube: Array) -> Array:
        """Curves as rows, from the good end; from shape (places, many)."""
        return cube[self.order].T

    def worlds(self, cube: Array) -> Array:
        """Curves of worlds as rows, with the luck of single runs evened out."""
        return evened(self.sizes, self.curves(cube))

    def at(self, place: int) -> int:
        """Where a place on the axis stands in such a row."""
        return int(np.flatnonzero(self.order == place)[0])

    def passing(self, cube: Array, floor: float) -> float:
        """Where the mean curve passes the floor, as a value of the axis; from shape (places, many)."""
        scale = float(safe_up_to(self.sizes, self.curves(cube).mean(axis=0), floor)[0])
        return -scale if self.rises else scale

    def safe_scale(self, cube: Array, floor: float) -> float:
        """The safe scale over worlds, as a value of the axis; from shape (places, worlds)."""
        scale = safe_scale(safe_up_to(self.sizes, self.worlds(cube), floor))
        return -scale if self.rises else scale

    def back(self, scale: float) -> float:
        """A scale as a value of the axis; of a whole number the last that is safe."""
        if math.isfinite(scale) and self.whole:
            scale = math.floor(scale + 1e-9)
        return -scale if self.rises else scale


def safe(plan: Plan, whole: Mapping[str, Array], of_worlds: Mapping[str, Array] | None) -> pd.DataFrame:
    """Safe scale by share and by loss over worlds, and where the mean share passes the floor.

    `n` is how many worlds stand behind a row, or replications behind the mean share.
    """
    shares = complete(whole[SHARE])
    if not shares.shape[2]:
        return pd.DataFrame()
    along = Along(plan.axes[0], shares)
    resamples = draw(shares.shape[2], plan.seed)
    lines = []
    for at, arm in enumerate(plan.arms):
        mean = crossing_with_interval(along.sizes, along.curves(shares[at]), plan.safe_share, resamples)
        lines.append(_line(along, arm.name, "mean share", plan.safe_share, mean) | {"n": shares.shape[2]})
        if of_worlds is not None:
            limits = safe_limits(plan, along, complete(of_worlds[SHARE]))
            for criterion, floor in (("share", plan.safe_share), ("loss", plan.loss)):
                scale = safe_scale_with_interval(limits[criterion][at], plan.seed)
                lines.append(_line(along, arm.name, criterion, floor, scale) | {"n": limits[criterion].shape[1]})
    return pd.DataFrame(lines)


def safe_limits(plan: Plan, along: Along, of_worlds: Array) -> dict[str, Array]:
    """Up to which scale every world is safe, by share and by loss, shape (arms, worlds)."""
    rows = [along.worlds(cube) for cube in of_worlds]
    own = rows[0][:, along.at(plan.own_place)]  # loss counts from the first arm at the scenario's own place
    return {
        "share": np.array([safe_up_to(along.sizes, curve, plan.safe_share) for curve in rows]),
        "loss": np.array([safe_up_to(along.sizes, curve, own - plan.loss) for curve in rows]),
    }


def scales(plan: Plan, whole: Mapping[str, Array], of_worlds: Mapping[str, Array], runs: pd.DataFrame) -> pd.DataFrame:
    """Up to where every world is safe in every arm, with its assumptions; worlds with a failed run are left out.

    `runs` are those of the worlds: arms × places × worlds, the last fastest.
    """
    along, cube = Along(plan.axes[0], complete(whole[SHARE])), of_worlds[SHARE]
    kept = np.flatnonzero(np.isfinite(cube).all(axis=(0, 1)))
    limits = safe_limits(plan, along, complete(cube))
    assumed = runs.set_index("point").loc[kept, list(plan.assumptions)].reset_index(drop=True)
    sign = -1.0 if along.rises else 1.0
    parts = [
        assumed.assign(arm=arm.name, world=kept, by_share=sign * limits["share"][at], by_loss=sign * limits["loss"][at])
        for at, arm in enumerate(plan.arms)
    ]
    return pd.concat(parts, ignore_index=True)[["arm", "world", "by_share", "by_loss", *plan.assumptions]]


def _line(along: Along, arm: str, criterion: str, floor: float, scale: Scale) -> dict[str, Any]:
    ends = sorted((along.back(scale.low), along.back(scale.high)))
    return {
        "arm": arm, "criterion": criterion, "floor": floor,
        "scale": along.back(scale.value), "low": ends[0], "high": ends[1],
    }  # fmt: skip


def worlds(plan: Plan, of_worlds: Mapping[str, Array] | None) -> pd.DataFrame:
    """At every place: in which part of the worlds the share reaches the floor, or loses no more than is borne."""
    if of_worlds is None:
        return pd.DataFrame()
    cube = complete(of_worlds[SHARE])
    if len(plan.axes) == 1 and cube.shape[2]:
        along = Along(plan.axes[0], cube)
        cube = np.array([along.worlds(shares)[:, along.order].T for shares in cube])
    own = cube[0, plan.own_place]
    parts = []
    for arm, shares in zip(plan.arms, cube, strict=True):
        table = _places(plan).assign(arm=arm.name, worlds=cube.shape[2], mean=shares.mean(axis=1))
        table["low"], table["high"] = np.quantile(shares, WORLDS_SHOWN, axis=1)
        table["safe_by_share"] = (shares >= plan.safe_share).mean(axis=1)
        table["safe_by_loss"] = (shares >= own - plan.loss).mean(axis=1)
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


# --- arms against each other -----------------------------------------------------------------------------------------


def shifts(plan: Plan, whole: Mapping[str, Array], of_worlds: Mapping[str, Array] | None) -> pd.DataFrame:
    """Every arm against the first: difference of the share, and how far the headlines move, all paired.

    `n` is how many replications stand behind a row, or worlds behind a safe scale.
    """
    shares = complete(whole[SHARE])
    numbers = {True: 0 if of_worlds is None else complete(of_worlds[SHARE]).shape[2], False: shares.shape[2]}
    first, lines = shares[0], []
    for at, arm in enumerate(plan.arms[1:], 1):
        over_all = (shares[at] - first).mean(axis=0)
        here = shares[at, plan.own_place] - first[plan.own_place]
        found = {"share, over all sizes": mean_of(over_all), "share, at the scenario's size": mean_of(here)}
        if len(plan.axes) == 1 and shares.shape[2]:
            found |= _moves(plan, shares, at, of_worlds)
        lines += [
            {
                "arm": arm.name,
                "against": plan.arms[0].name,
                "what": what,
                "shift": s.value,
                "low": s.low,
                "high": s.high,
                "n": numbers[what.startswith(SAFE_SCALE)],
            }
            for what, s in found.items()
        ]
    return pd.DataFrame(lines)


def _moves(plan: Plan, shares: Array, at: int, of_worlds: Mapping[str, Array] | None) -> dict[str, Scale]:
    """How far the degradation point (or what comes nearest), the passing of the floor and the safe scale move."""
    along, resamples = Along(plan.axes[0], shares), draw(shares.shape[2], plan.seed)
    ours, first = (find_break(plan.axes[0].values, shares[arm].T, resamples) for arm in (at, 0))
    found = {}
    if len(ours.points) and len(first.points):
        what = "degradation point" if ours.found and first.found else "bend of the best broken line"
        found[what] = Scale(ours.point - first.point, *_ends(ours.points - first.points))
    passed = [
        safe_up_to(along.sizes, along.curves(shares[arm])[resamples].mean(axis=1), plan.safe_share) for arm in (at, 0)
    ]
    now = [safe_up_to(along.sizes, along.curves(shares[arm]).mean(axis=0), plan.safe_share)[0] for arm in (at, 0)]
    found["size where the mean share passes the floor"] = _moved(along, now, passed)
    if of_worlds is not None:
        limits = safe_limits(plan, along, complete(of_worlds[SHARE]))
        for criterion, values in limits.items():
            rows = draw(values.shape[1], plan.seed)
            both = [np.array([safe_scale(values[arm][row]) for row in rows]) for arm in (at, 0)]
            found[f"{SAFE_SCALE} by {criterion}"] = _moved(along, [safe_scale(values[arm]) for arm in (at, 0)], both)
    return found


def _moved(along: Along, now: Sequence[float], resampled: Sequence[Array]) -> Scale:
    """The difference of two scales; NaN as soon as one of them lies beyond the axis."""
    sign = -1.0 if along.rises else 1.0
    if not np.isfinite(now).all():
        return Scale(math.nan, math.nan, math.nan)
    known = np.isfinite(resampled[0]) & np.isfinite(resampled[1])
    if known.mean() < 0.95:
        return Scale(sign * (now[0] - now[1]), math.nan, math.nan)
    return Scale(sign * (now[0] - now[1]), *_ends(sign * (resampled[0][known] - resampled[1][known])))


def _ends(resampled: Array) -> tuple[float, float]:
    low, high = np.quantile(resampled, [0.025, 0.975])
    return float(low), float(high)


def mean_of(values: Array) -> Scale:
    """Mean over replications with its Student's t interval."""
    series = pd.Series(values)
    table = interval_of_mean(*(pd.Series([number]) for number in (series.mean(), series.std(), series.count())))
    return Scale(*(float(table[name].iloc[0]) for name in ("mean", "low", "high")))


# --- there and back --------------------------------------------------------------------------------------------------


def there_and_back(plan: Plan, sizes: Way, went: pd.DataFrame, stayed: pd.DataFrame) -> pd.DataFrame:
    """The share in the last year of every step, beside who had that size all along in that year, paired."""
    whole = set(went["replication"])  # a replication that failed for one size is left out for all
    for _, runs in stayed.groupby("point"):
        whole &= set(runs["replication"])
    went, stayed = (weekly[weekly["replication"].isin(whole)] for weekly in (went, stayed))
    of_way, of_stayed = (_last_years(weekly, sizes.years_at_each, SHARE) for weekly in (went, stayed))
    students = _last_years(went, sizes.years_at_each, "students_inside")
    lines = []
    for step, size in enumerate(sizes.path):
        ours = of_way.loc[0].loc[step]
        theirs = of_stayed.loc[sizes.sizes.index(size)].loc[step]
        difference = mean_of((ours - theirs).dropna().to_numpy())
        lines.append(
            {
                plan.axes[0].name: size,
                "way": "growing" if step < len(sizes.sizes) else "shrinking",
                "school_year": (step + 1) * sizes.years_at_each,
                "students": students.loc[0].loc[step].mean(),
                "share": ours.mean(), "share_of_stayed": theirs.mean(),
                "difference": difference.value, "low": difference.low, "high": difference.high,
                "replications": len(whole),
            }
        )  # fmt: skip
    return pd.DataFrame(lines)


def _last_years(weekly: pd.DataFrame, years_at_each: int, name: str) -> pd.Series:
    """An indicator in the last year of every step, by point, step and replication."""
    last = weekly[weekly["school_year"] % years_at_each == 0]
    step = last["school_year"] // years_at_each - 1
    found: pd.Series = last.assign(step=step).groupby(["point", "step", "replication"])[name].mean()
    return found
