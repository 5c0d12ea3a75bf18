"""Designs: from factors to points, by SALib and `scipy.stats.qmc`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from samenspel.experiments.study.factors import Crossed, Factor, Point, Points, Sampled
from samenspel.model.declared.declaration import Value

KINDS = ("factorial", "latin-hypercube", "sobol", "morris", "one-at-a-time", "table")
SAMPLED = ("latin-hypercube", "sobol")
MANY = 1_000_000  # so many points are made only when the study names their number


@dataclass(frozen=True)
class Design:
    """How points are chosen.

    Attributes
    ----------
    kind
        One of `KINDS`.
    points
        Sampled worlds (Latin hypercube, Sobol): of the uncertainties, and of the levers' ranges `lever_points`.
    levels
        Values of a range in a factorial and one at a time; steps of the grid of Morris.
    trajectories
        Of Morris; each visits one point more than there are factors.
    size
        The number of points, where that is a million or more and meant.
    table
        The rows of a table design.
    """

    kind: str = "factorial"
    points: int = 0
    lever_points: int = 0
    levels: int = 2
    trajectories: int = 10
    size: int = 0
    table: tuple[Point, ...] = ()


def points_of(
    design: Design, levers: Sequence[Factor], uncertainties: Sequence[Factor], base: Mapping[str, Value], seed: int
) -> Points:
    """The points of a study; lists are crossed, the design samples the rest."""
    match design.kind:
        case "factorial":
            return Points(_grid(levers, design.levels), _grid(uncertainties, design.levels))
        case "latin-hypercube" | "sobol":
            lever_points = design.lever_points or design.points
            return Points(
                _crossed(levers, _unit_cube(design.kind, lever_points, seed, 0)),
                _crossed(uncertainties, _unit_cube(design.kind, design.points, seed, 1)),
            )
        case "morris":
            return _morris(design, levers, uncertainties, seed)
        case "one-at-a-time":
            return Points(_one_at_a_time([*levers, *uncertainties], design.levels, base), [{}])
    return Points(Crossed([design.table, *_lists(levers)]), Crossed(_lists(uncertainties)))


def size_of(design: Design, levers: Sequence[Factor], uncertainties: Sequence[Factor]) -> int:
    """How many points the design will have, without making them; one at a time, how many at most."""
    both = [*levers, *uncertainties]
    sampled = [factor for factor in both if factor.sampled]
    crossed = 1
    for factor in both:
        if not factor.sampled or design.kind == "factorial":
            crossed *= len(factor.grid(design.levels))
    match design.kind:
        case "latin-hypercube" | "sobol":
            of_levers = design.lever_points or design.points if any(factor.sampled for factor in levers) else 1
            return crossed * of_levers * (design.points if any(factor.sampled for factor in uncertainties) else 1)
        case "morris":
            return crossed * (design.trajectories * (len(sampled) + 1) if sampled else 1)
        case "one-at-a-time":
            return 1 + sum(len(factor.grid(design.levels)) for factor in both)
        case "table":
            return crossed * len(design.table)
    return crossed


def _lists(factors: Sequence[Factor]) -> list[list[Point]]:
    """One block for every factor with a list."""
    return [[{factor.name: value} for value in factor.values] for factor in factors if not factor.sampled]


def _grid(factors: Sequence[Factor], levels: int) -> Crossed:
    return Crossed([[{factor.name: value} for value in factor.grid(levels)] for factor in factors])


def _crossed(factors: Sequence[Factor], sample: Any) -> Crossed:
    """Lists crossed with a sample of the ranges, if there are ranges."""
    sampled = [factor for factor in factors if factor.sampled]
    return Crossed([*_lists(factors), *([Sampled(sampled, sample(len(sampled)))] if sampled else [])])


def _unit_cube(kind: str, points: int, seed: int, which: int) -> Any:
    """A sampler of the unit cube of a given dimension; levers and uncertainties (`which`) get luck of their own."""
    import numpy as np
    from scipy.stats import qmc

    def sample(dimension: int) -> Any:
        luck = np.random.default_rng([seed, which])
        if kind == "sobol":
            return qmc.Sobol(dimension, rng=luck).random_base2(points.bit_length() - 1)
        return qmc.LatinHypercube(dimension, rng=luck).random(points)

    return sample


def _morris(design: Design, levers: Sequence[Factor], uncertainties: Sequence[Factor], seed: int) -> Points:
    """Trajectories through all ranges, in each combination of the lists."""
    from SALib.sample import morris

    sampled = [factor for factor in (*levers, *uncertainties) if factor.sampled]
    lists = Crossed([*_lists(levers), *_lists(uncertainties)])
    if not sampled:
        return Points(lists, [{}])
    problem = {
        "num_vars": len(sampled),
        "names": [factor.name for factor in sampled],
        "bounds": [[0.0, 1.0]] * len(sampled),
    }
    rows = morris.sample(problem, design.trajectories, num_levels=design.levels, seed=seed % 2**32)
    return Points(lists, Sampled(sampled, rows))


def _one_at_a_time(factors: Sequence[Factor], levels: int, base: Mapping[str, Value]) -> list[Point]:
    """The scenario itself, then one value changed at a time; what changes nothing is left out."""
    start = {factor.name: base[factor.name] for factor in factors}
    return [start] + [
        {**start, factor.name: value}
        for factor in factors
        for value in factor.grid(levels)
        if value != start[factor.name]
    ]
