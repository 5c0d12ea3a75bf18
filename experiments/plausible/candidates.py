"""Candidates: draws of everything that nobody knows, before anything has judged them."""

from __future__ import annotations

from collections.abc import Sequence

from samenspel.experiments.plausible.refit import REFITTED
from samenspel.experiments.study.designs import Design, points_of
from samenspel.experiments.study.factors import Factor, Point
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.scenario import Scenario

UNCERTAIN: tuple[str, ...] = tuple(name for name, parameter in PARAMETERS.items() if parameter.sampled)
"""What nobody knows and nothing is fitted to: it differs from world to world. No lever and no floor is among them."""


def known_by(scenario: Scenario) -> frozenset[str]:
    """What a scenario knows of what nobody knows elsewhere: what it sets otherwise than the default."""
    differing = (*UNCERTAIN, *REFITTED)
    return frozenset(name for name in differing if scenario.values[name] != PARAMETERS[name].default)


def uncertain_in(scenario: Scenario) -> tuple[str, ...]:
    """What nobody knows of this partnership."""
    known = known_by(scenario)
    return tuple(name for name in UNCERTAIN if name not in known)


def refitted_in(scenario: Scenario) -> tuple[str, ...]:
    """What is fitted anew in every world of this partnership."""
    known = known_by(scenario)
    return tuple(name for name in REFITTED if name not in known)


def candidates(scenario: Scenario, number: int, seed: int) -> Sequence[Point]:
    """So many candidate worlds: a Latin hypercube over what is uncertain, by declared distributions.

    Not a Sobol sequence: of the first five hundred points in 140 dimensions, 64 pairs of parameters would go together
    with a rank correlation of up to 0.4, and judging one would seem to inform the other.
    """
    factors = [Factor.declared(PARAMETERS[name]) for name in uncertain_in(scenario)]
    points = points_of(Design("latin-hypercube", points=number), (), factors, scenario.values, seed)
    return [points[at] for at in range(number)]
