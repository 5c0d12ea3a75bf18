"""Smooth curves over inputs of a model, as columns for a regression.

A number gives a straight line and natural cubic splines on a few knots (Green & Silverman 1994, Nonparametric
Regression and Generalized Linear Models, chapter 2), a choice a column for each of its values but one, and every two
inputs of a group the products of their straight or choice columns. Straight and choice columns are free; bends and
products carry a ridge penalty, so that one number, found by cross-validation, says how far they take part.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg

from samenspel.experiments.statistics.weighted import quantile

Floats = NDArray[np.float64]

AT_MOST = 4  # inputs in a group: more cannot be told from each other in some hundreds of worlds
KNOTS = (0.05, 0.275, 0.5, 0.725, 0.95)  # Harrell (2001), Regression Modeling Strategies, table 2.3
NEGLIGIBLE = 1e-9  # part of the largest spread, below which a column only repeats others


@dataclass(frozen=True)
class Input:
    """One assumption, or a group of up to four that would be asked together.

    Attributes
    ----------
    values
        Shape (worlds,) or (worlds, group), in any unit.
    choices
        For every column whether it holds whole codes of a choice, which have no order; none does when left empty.
    """

    values: ArrayLike
    choices: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Basis:
    """Columns without mean, of spread 1 and unrelated to each other, all by weight.

    Attributes
    ----------
    columns
        Shape (worlds, columns); without columns when the input is the same everywhere.
    penalty
        Of each column, 0 or more; 0 is free.
    """

    columns: Floats
    penalty: Floats


def basis_of(asked: Input | ArrayLike, weights: Floats) -> Basis:
    """The columns of an input; weights, shape (worlds,), add up to 1 and say where the knots lie.

    Raises
    ------
    ValueError
        When the input is missing somewhere, has too many columns, has no flag for each, or codes that are not whole.
    """
    values, choices = checked(asked, len(weights))
    firsts, bends = [], []
    for column, choice in zip(values.T, choices, strict=True):
        straight = _alike(_codes(column) if choice else column[:, None], weights)
        firsts.append(straight)
        if not choice and straight.shape[1]:
            bends.append(_bends(straight[:, 0], weights))
    products = [_products(one, other, weights) for one, other in combinations(firsts, 2)]
    free, bent = np.hstack(firsts), np.hstack([np.empty((len(weights), 0)), *bends, *products])
    penalty = np.concatenate([np.zeros(free.shape[1]), np.ones(bent.shape[1])])
    return _unrelated(np.hstack([free, bent]), penalty, weights)


def checked(asked: Input | ArrayLike, worlds: int) -> tuple[Floats, tuple[bool, ...]]:
    """The values of an input, shape (worlds, group), and which of its columns are choices."""
    given = asked if isinstance(asked, Input) else Input(asked)
    values = np.asarray(given.values, float)
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or len(values) != worlds or not 1 <= values.shape[1] <= AT_MOST:
        raise ValueError(f"an input has {worlds} worlds and 1 to {AT_MOST} columns, not the shape {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("an input has a value in every world")
    choices = given.choices or (False,) * values.shape[1]
    if len(choices) != values.shape[1]:
        raise ValueError(f"{values.shape[1]} columns need as many flags of choices, not {len(choices)}")
    if not (values[:, list(choices)] % 1 == 0).all():
        raise ValueError("a choice has whole codes")
    return values, choices


def _codes(column: Floats) -> Floats:
    """A column for each value of a choice but the first, 1 or 0."""
    return np.asarray(column[:, None] == np.unique(column)[1:], float)


def _alike(columns: Floats, weights: Floats) -> Floats:
    """The columns without their mean and with spread 1; those that are the same everywhere left out."""
    size = np.maximum(np.abs(columns).max(axis=0, initial=0.0), np.finfo(float).tiny)
    columns = columns / size
    columns = columns - weights @ columns
    spread = np.sqrt(weights @ columns**2)
    return np.asarray(columns[:, spread > NEGLIGIBLE] / spread[spread > NEGLIGIBLE])


def _bends(x: Floats, weights: Floats) -> Floats:
    """What natural cubic splines have beyond a straight line, scaled so that the sum of squares of coefficients is
    their curvature (the integral of the squared second derivative); none with fewer than three knots.
    """  # noqa: D205
    knots = np.unique(np.round(quantile(x, weights, KNOTS), 6))
    if len(knots) < 3:
        return np.empty((len(x), 0))
    natural = linalg.null_space(np.stack([np.ones_like(knots), knots]))  # straight beyond the outer knots
    curvature = natural.T @ (np.abs(knots[:, None] - knots) ** 3 / 12) @ natural
    scale = linalg.inv(linalg.cholesky(curvature))
    bends = np.abs(x[:, None] - knots) ** 3 / 12 @ natural @ scale
    return np.asarray(bends - weights @ bends)


def _products(one: Floats, other: Floats, weights: Floats) -> Floats:
    """Every column of one times every column of the other."""
    return _alike((one[:, :, None] * other[:, None, :]).reshape(len(one), one.shape[1] * other.shape[1]), weights)


def _unrelated(columns: Floats, penalty: Floats, weights: Floats) -> Basis:
    """The same curves with the same penalty, by columns that are unrelated and do not share a penalty."""
    spread, turned = np.linalg.eigh(columns.T @ (weights[:, None] * columns))
    kept = spread > NEGLIGIBLE * spread.max(initial=0.0)
    turn = turned[:, kept] / np.sqrt(spread[kept])
    penalties, again = np.linalg.eigh(turn.T @ (penalty[:, None] * turn))
    return Basis(columns @ turn @ again, np.maximum(penalties, 0.0))
