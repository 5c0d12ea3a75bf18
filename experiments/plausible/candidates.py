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
    """So many candidate worlds: the first of a Sobol sequence over what is uncertain, by declared distributions.

    The first are the same however many there are up to the next power of two.
    """
    factors = [Factor.declared(PARAMETERS[name]) for name in uncertain_in(scenario)]
    design = Design("sobol", points=1 << max(0, number - 1).bit_length())
    points = points_of(design, (), factors, scenario.values, seed)
    return [points[at] for at in range(number)]
