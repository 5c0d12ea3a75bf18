"""PRIM, the patient rule induction method: boxes in which an outcome is unusually frequent.

Friedman & Fisher (1999) peel a box, little by little, from the face where most is won, and then move its faces again
(they paste; here each goes to where the box stands out most, and a limit that thin layers missed may join). What is won
is counted per point given up, so that reals, whole numbers and choices compete fairly (Kwakkel & Jaxa-Rozen 2016).
Quasi-p-values say which limits of a box could be chance, and resampling which limits come back (Bryant & Lempert 2010).
Because a box is the best of many, a quasi-p-value flatters; whether there is a box at all is decided by shuffling the
outcomes.

A choice is a column for each of its values, 1 or 0; the only limit there is "not this one".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PEELED = 0.05  # of the points in the box, in one step
LEAST_MASS = 0.05  # of all points, in a box
LEAST_POINTS = 10
SIGNIFICANT = 0.05
POINTS_A_COLUMN, FEWEST_COLUMNS = 30, 5


@dataclass(frozen=True)
class Space:
    """Where the points are, and on which side a column may be limited.

    Attributes
    ----------
    values
        Shape (points, columns).
    only_above
        Columns that are a value of a choice, which may be excluded and nothing else, shape (columns,).
    """

    values: Floats
    only_above: Flags

    def some(self, points: NDArray[np.intp]) -> Space:
        """The same space with these points."""
        return Space(self.values[points], self.only_above)


@dataclass(frozen=True)
class Box:
    """Limits of every column, both ends included, infinite where there is none; and what lies inside.

    Attributes
    ----------
    low, high
        Shape (columns,).
    points, hits
        How many points lie inside, and how many of them have the outcome.
    """

    low: Floats
    high: Floats
    points: int
    hits: int

    @property
    def density(self) -> float:
        """The share of points inside that have the outcome."""
        return self.hits / self.points if self.points else 0.0

    def holds(self, values: Floats) -> Flags:
        """Which points lie inside, shape (points,)."""
        inside: Flags = ((values >= self.low) & (values <= self.high)).all(axis=1)
        return inside

    def sides(self) -> Iterator[tuple[int, bool]]:
        """Every limit: its column, and whether it is the upper one."""
        for column in np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high)):
            if np.isfinite(self.low[column]):
                yield int(column), False
            if np.isfinite(self.high[column]):
                yield int(column), True


def find(space: Space, hit: Flags) -> Box:
    """The box that stands out most, with limits that a quasi-p-value supports; without limits when there is none.

    Only the columns that do most by themselves take part: with more, a box drowns in limits that fit by chance.
    """
    columns = strongest(space, hit)
    few = Space(space.values[:, columns], space.only_above[columns])
    whole = box = counted(few, hit, *_without_limits(few))
    while True:  # go on from what was found: a limit that was missed may stand out now
        ways = [*peel(few, hit, box), one_more(few, hit, box, whole)]
        found = prune(few, hit, best(ways, whole))
        found = prune(few, hit, settle(few, hit, found))
        if standing_out(found, whole) <= standing_out(box, whole) + 1e-12:
            break
        box = found
    low, high = _without_limits(space)
    low[columns], high[columns] = box.low, box.high
    return Box(low, high, box.points, box.hits)


def strongest(space: Space, hit: Flags) -> NDArray[np.intp]:
    """The columns of which one limit alone makes a box stand out most, at most one for every `POINTS_A_COLUMN`."""
    most = max(FEWEST_COLUMNS, len(hit) // POINTS_A_COLUMN)
    if space.values.shape[1] <= most:
        return np.arange(space.values.shape[1])
    order = np.argsort(space.values, axis=0, kind="stable")
    at = np.take_along_axis(space.values, order, axis=0)
    points = np.arange(1, len(hit))[:, None]
    below = _correlation(np.cumsum(hit[order], axis=0)[:-1], points, int(hit.sum()), len(hit))
    below = np.where(at[1:] > at[:-1], below, 0.0)  # a limit stands between values, not between equals
    gain = np.maximum(below.max(axis=0), np.where(space.only_above, 0.0, -below.min(axis=0)))
    return np.sort(np.argsort(-gain, kind="stable")[:most])


def _without_limits(space: Space) -> tuple[Floats, Floats]:
    columns = space.values.shape[1]
    return np.full(columns, -np.inf), np.full(columns, np.inf)


def standing_out(box: Box, whole: Box) -> float:
    """The correlation, over all points, between lying in the box and having the outcome (phi, 0 to 1 for a good box).

    It weighs how many hits the box holds against how many other points, and is largest where a box ends exactly: a
    layer too few loses hits, a layer too many brings in points that have fewer.
    """
    return float(_correlation(np.array([box.hits]), np.array([box.points]), whole.hits, whole.points)[0])


def _correlation(hits: Any, points: Any, all_hits: int, all_points: int) -> Floats:
    """Phi of boxes with so many hits and points; 0 where all or nothing is inside, or has the outcome."""
    spread = (points * (all_points - points)) * float(all_hits * (all_points - all_hits))
    excess = hits * all_points - points * float(all_hits)
    with np.errstate(divide="ignore", invalid="ignore"):
        phi: Floats = np.where(spread > 0, excess / np.sqrt(spread), 0.0)
    return phi


# --- peeling ---------------------------------------------------------------------------------------------------------


def peel(space: Space, hit: Flags, start: Box | None = None) -> list[Box]:
    """The way from all points, or from a box, to the smallest box, a thin layer at a time."""
    boxes = [start or counted(space, hit, *_without_limits(space))]
    least = max(LEAST_POINTS, int(np.ceil(LEAST_MASS * len(hit))))
    within = boxes[0].holds(space.values)
    inside, hits = space.values[within], hit[within]
    while (cut := _best_cut(inside, hits, space.only_above, least)) is not None:
        column, above, limit = cut
        low, high = boxes[-1].low.copy(), boxes[-1].high.copy()
        (high if above else low)[column] = limit
        kept = inside[:, column] <= limit if above else inside[:, column] >= limit
        inside, hits = inside[kept], hits[kept]
        boxes.append(Box(low, high, len(hits), int(hits.sum())))
    return boxes


def best(boxes: list[Box], whole: Box) -> Box:
    """The box of a way that stands out most in the whole; the larger of equals."""
    return max(boxes, key=lambda box: standing_out(box, whole))


def _best_cut(values: Floats, hits: Flags, only_above: Flags, least: int) -> tuple[int, bool, float] | None:
    """The column, side and new limit where the density rises most per point given up."""
    points = len(values)
    if points <= least:
        return None
    found = None
    most = -np.inf
    weights = hits.astype(float)
    for above in (False, True):
        limits = _limits(values, above)
        kept = values <= limits if above else values >= limits
        count = kept.sum(axis=0)
        allowed = (count >= least) & (count < points)
        if not above:
            allowed &= ~only_above
        with np.errstate(divide="ignore", invalid="ignore"):
            gain = ((weights @ kept) / count - weights.mean()) / (points - count)
        gain = np.where(allowed, gain, -np.inf)
        column = int(gain.argmax())
        if gain[column] > most:
            most, found = float(gain[column]), (column, above, float(limits[column]))
    return found


def _limits(values: Floats, above: bool) -> Floats:
    """Of each column the limit that takes the thinnest layer away, whole values at a time; NaN where all are equal."""
    thin = max(1, int(PEELED * len(values)))
    if above:
        return -_limits(-values, above=False)
    limits: Floats = np.partition(values, thin, axis=0)[thin]
    lowest = values.min(axis=0)
    for column in np.flatnonzero(limits == lowest):
        higher = values[values[:, column] > lowest[column], column]
        limits[column] = higher.min() if len(higher) else np.nan
    return limits


# --- what is left out again ------------------------------------------------------------------------------------------


def quasi_p(space: Space, hit: Flags, box: Box, column: int, above: bool) -> float:
    """How likely so many hits are if this limit did nothing: a one-sided binomial test against the box without it."""
    from scipy.stats import binom

    without = space_without(space, hit, box, column, above)
    return float(binom.sf(box.hits - 1, box.points, without.density))


def space_without(space: Space, hit: Flags, box: Box, column: int, above: bool) -> Box:
    """The box without one of its limits."""
    low, high = box.low.copy(), box.high.copy()
    if above:
        high[column] = np.inf
    else:
        low[column] = -np.inf
    return counted(space, hit, low, high)


def counted(space: Space, hit: Flags, low: Floats, high: Floats) -> Box:
    """The box with these limits, and what lies in it."""
    box = Box(low, high, 0, 0)
    inside = box.holds(space.values)
    return Box(low, high, int(inside.sum()), int(hit[inside].sum()))


def prune(space: Space, hit: Flags, box: Box) -> Box:
    """Leave out limits that could be chance, the weakest first."""
    while sides := list(box.sides()):
        weakest = max(sides, key=lambda side: quasi_p(space, hit, box, *side))
        if quasi_p(space, hit, box, *weakest) < SIGNIFICANT:
            return box
        box = space_without(space, hit, box, *weakest)
    return box


def settle(space: Space, hit: Flags, box: Box) -> Box:
    """Move limits out or in, one at a time, to where the box stands out most; layers are thin but not exact."""
    whole = counted(space, hit, *_without_limits(space))
    while moved := [_placed(space, hit, box, column, above) for column, above in box.sides()]:
        most = max(moved, key=lambda one: standing_out(one, whole))
        if standing_out(most, whole) <= standing_out(box, whole) + 1e-12:
            return box
        box = most
    return box


def one_more(space: Space, hit: Flags, box: Box, whole: Box) -> Box:
    """The box with the one limit more by which it stands out most; thin layers may never get there."""
    sides = [(column, above) for column in range(len(box.low)) for above in (False, True)]
    sides = [(column, above) for column, above in sides if above or not space.only_above[column]]
    return best([_placed(space, hit, box, *side) for side in sides], whole)


def _placed(space: Space, hit: Flags, box: Box, column: int, above: bool) -> Box:
    """The box with this limit where it stands out most, all others as they are."""
    free = space_without(space, hit, box, column, above)
    inside = free.holds(space.values)
    at = space.values[inside, column] if above else -space.values[inside, column]
    order = np.argsort(at, kind="stable")
    at = at[order]
    points = np.arange(1, len(at) + 1)
    ends = np.append(at[1:] > at[:-1], True) & (points >= min(box.points, LEAST_POINTS))
    phi = _correlation(np.cumsum(hit[inside][order]), points, int(hit.sum()), len(hit))
    gain = np.where(ends, phi, -np.inf)
    limit = at[int(gain.argmax())]
    low, high = free.low.copy(), free.high.copy()
    if above:
        high[column] = limit
    else:
        low[column] = -limit
    return counted(space, hit, low, high)


# --- how sure it is --------------------------------------------------------------------------------------------------


def chance(space: Space, hit: Flags, luck: np.random.Generator, shuffles: int = 99) -> float:
    """How often shuffled outcomes give a box that stands out as much: a p-value.

    Once it is clear that it will not be significant no more are done (Besag & Clifford 1991).
    """
    whole = counted(space, hit, *_without_limits(space))
    found = standing_out(find(space, hit), whole)
    enough = int(SIGNIFICANT * (shuffles + 1))
    as_good = 0
    for done in range(1, shuffles + 1):
        as_good += standing_out(find(space, luck.permutation(hit)), whole) >= found
        if as_good >= enough:
            return (as_good + 1) / (done + 1)
    return (as_good + 1) / (shuffles + 1)


@dataclass(frozen=True)
class Resampled:
    """What came back when points were drawn again.

    Attributes
    ----------
    low, high
        The share of resamples whose box has this limit, shape (columns,).
    density
        The density of those boxes in the points they were not found with, mean over resamples.
    """

    low: Floats
    high: Floats
    density: float


def resample(space: Space, hit: Flags, luck: np.random.Generator, times: int = 20) -> Resampled:
    """Find a box in each of so many bootstrap samples, and see how it does in the points left out."""
    columns = space.values.shape[1]
    low, high, density = np.zeros(columns), np.zeros(columns), []
    for _ in range(times):
        drawn = luck.integers(len(hit), size=len(hit))
        box = find(space.some(drawn), hit[drawn])
        low += np.isfinite(box.low)
        high += np.isfinite(box.high)
        left_out = np.setdiff1d(np.arange(len(hit)), drawn)
        inside = box.holds(space.values[left_out])
        if inside.any():
            density.append(float(hit[left_out][inside].mean()))
    return Resampled(low / times, high / times, float(np.mean(density)) if density else float("nan"))
