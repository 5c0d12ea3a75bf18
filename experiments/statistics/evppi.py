"""What it is worth to ask: the expected value of partial perfect information (EVPPI), from runs that are there.

Whoever knew an assumption could choose the design that is best under it. EVPPI is what that would bring on average:
the mean over worlds of the best expected net, given the assumption, less the best mean net. What is expected given an
assumption is a smooth curve through the worlds, fitted by regression (Strong, Oakley & Brennan 2014, Medical Decision
Making 34, 311; Heath, Manolopoulou & Baio 2017, Medical Decision Making 37, 747); no run is made for it. For one
figure without designs, it is the part of its variance that would go (the first-order index of Sobol').

Curves through noise bend, and bends look like value. Four things stand against it. How far a curve may bend is chosen
by generalised cross-validation, counting each freedom 1.4 times (Kim & Gu 2004, JRSS B 66, 337). A curve is shrunk to
the spread that is left when the spread of its noise is taken away. What the same procedure finds on shuffled inputs is
subtracted. And the p-value from these shuffles is corrected for all inputs that were asked (Holm 1979).

Weights are worth of worlds, so noise goes by the effective number of worlds. Shuffles deal inputs out to worlds that
keep net and weight. When weighting informs an irrelevant input, and favours one part of its range, tests err to the
safe side; when it favours both ends they may not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from samenspel.experiments.statistics import weighted
from samenspel.experiments.statistics.basis import Basis, Input, basis_of, checked
from samenspel.experiments.statistics.intervals import CONFIDENCE, holm

Floats = NDArray[np.float64]
Asked = Mapping[str, Input | ArrayLike]

SIGNIFICANT = 0.05
RESAMPLES = 300  # bootstrap, over worlds
SHUFFLES = 200  # in one go
SHUFFLES_AN_INPUT = 30  # at most, for each input asked: the smallest p-value stays below 0.05 after Holm's correction
FEWEST_SHUFFLES = 1000  # before a small p-value is believed
ENOUGH = 10  # shuffles that do as well: the p-value is not small, and no more are needed (Besag & Clifford 1991)
STIFFNESS = np.array([1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1e4])  # ridge penalties tried; the last allows no bend
CHARGE = 1.4  # for each freedom of a curve
LIKELY = (0.05, 0.95)  # quantiles of the 90 % interval
SAME = 1e-12
EVPPI, EXPLAINS = 0, 1
NARROWS = {"explains": "narrows", "low": "narrows_low", "high": "narrows_high"}


@dataclass(frozen=True)
class Worlds:
    """The worlds that count, and what is asked about them.

    Attributes
    ----------
    net
        Shape (worlds, designs).
    columns
        What curves are fitted to, shape (worlds, designs): the net of every design but the one with the best mean, less
        that one's, and last the figure that is explained.
    weights
        Shape (worlds,), adding up to 1.
    inputs
        The basis of each input, by name.
    """

    net: Floats
    columns: Floats
    weights: Floats
    inputs: dict[str, Basis]

    @property
    def evpi(self) -> float:
        """What knowing everything would bring, in the unit of net."""
        return float(self.weights @ self.net.max(axis=1) - (self.weights @ self.net).max())


def evpi(net: ArrayLike, weights: ArrayLike) -> float:
    """What knowing everything would bring, in the unit of net, shape (worlds, designs): no EVPPI is higher.

    Luck that is left in net counts as something that could be known, so this is a bound and not a promise.
    """
    return _worlds(net, {}, weights).evpi


def evppi(net: ArrayLike, asked: Input | ArrayLike, weights: ArrayLike) -> float:
    """What knowing one input, or a group, would bring, in the unit of net; what shuffles find is not subtracted.

    Arguments and errors are those of `ask`.
    """
    worlds = _worlds(net, {"asked": asked}, weights)
    found = _fit(worlds.inputs["asked"], _as_they_are(worlds))[0, EVPPI]
    return float(min(found, worlds.evpi))


def ask(
    net: ArrayLike,
    inputs_by_name: Asked,
    weights: ArrayLike,
    luck: np.random.Generator,
    figure: ArrayLike | None = None,
) -> pd.DataFrame:
    """Which assumptions are worth asking before a design is chosen: one row an input, the most valuable first.

    Parameters
    ----------
    net
        What counts, higher is better, shape (worlds, designs); worlds in which a design has none (NaN) are left out.
    inputs_by_name
        Arrays of numbers, shape (worlds,) or (worlds, group), or `Input`s, which may hold choices.
    weights
        Of the worlds, shape (worlds,); only ratios matter, and worlds of weight 0 are left out.
    luck
        Where resamples and shuffles come from; the same generator gives the same table.
    figure
        The figure that is explained, shape (worlds,); the net of the design with the best mean when left out.

    Returns
    -------
    DataFrame
        `name`; `evppi` with `low` and `high`, in the unit of net, from 0 to the value of knowing everything; `p`, how
        often a shuffled input does as well, and `p_holm`, for all inputs together; `explains` with `explains_low` and
        `explains_high`, the share of the weighted variance of the figure, 0 to 1; `worth_asking`: `low` is above 0 and
        `p_holm` below 0.05. Intervals are 95 %, by bootstrap over worlds.

    Raises
    ------
    ValueError
        When shapes differ, an input has a gap or more than four columns, or less than 20 effective worlds are left.
    """
    worlds = _worlds(net, inputs_by_name, weights, figure)
    table = _judged(worlds, luck, EVPPI)
    values = ["evppi", "low", "high"]
    table[values] = table[values].clip(upper=worlds.evpi)
    table["worth_asking"] = (table["low"] > 0) & (table["p_holm"] < SIGNIFICANT)
    return table.sort_values(["evppi", "explains"], ascending=False, kind="stable", ignore_index=True)


def explain(figure: ArrayLike, inputs_by_name: Asked, weights: ArrayLike, luck: np.random.Generator) -> pd.DataFrame:
    """How much of the uncertainty of one figure, shape (worlds,), each input explains; the most first.

    Arguments and errors are those of `ask`.

    Returns
    -------
    DataFrame
        `name`; `explains` with `low` and `high`, the share of the weighted variance that is expected to go when the
        input is known, 0 to 1; `narrows` with `narrows_low` and `narrows_high`, by how much the 90 % interval is then
        expected to shrink, in the unit of the figure, as if what is left were spread in the same form; `p` and
        `p_holm`, as in `ask` but of the share.
    """
    worlds = _worlds(np.asarray(figure, float)[:, None], inputs_by_name, weights)
    judged = _judged(worlds, luck, EXPLAINS)
    table = judged[["name", "explains", "explains_low", "explains_high", "p", "p_holm"]].set_axis(
        ["name", "explains", "low", "high", "p", "p_holm"], axis=1
    )
    low, high = weighted.quantile(worlds.columns[:, -1], worlds.weights, LIKELY)
    for at, (share, narrows) in enumerate(NARROWS.items()):
        table.insert(4 + at, narrows, (high - low) * (1 - np.sqrt(1 - table[share])))
    return table.sort_values("explains", ascending=False, kind="stable", ignore_index=True)


def _worlds(net: ArrayLike, asked: Asked, weights: ArrayLike, figure: ArrayLike | None = None) -> Worlds:
    """The worlds that count; what is asked is checked."""
    values, weight = np.asarray(net, float), np.asarray(weights, float)
    if values.ndim != 2 or not values.shape[1] or weight.shape != values.shape[:1]:
        raise ValueError(f"net has a row a world and a column a design, not {values.shape} for {weight.shape} weights")
    explained = values[:, :0] if figure is None else np.asarray(figure, float).reshape(len(values), 1)
    counts = (weight > 0) & ~np.isnan(np.hstack([values, explained])).any(axis=1)
    size = weighted.effective(weight[counts]) if (weight >= 0).all() else weighted.effective(weight)
    if size < weighted.FEWEST - 1e-6:  # of equal weights rounding may take a little
        raise ValueError(f"{size:.1f} effective worlds with a value are left; curves need {weighted.FEWEST}")
    inputs = {}
    weight = weight[counts] / weight[counts].sum()
    for name, one in asked.items():
        whole, choices = checked(one, len(values))
        inputs[name] = basis_of(Input(whole[counts], choices), weight)
    kept, explained = values[counts], explained[counts]
    best = int(np.argmax(weight @ kept))
    others = np.delete(kept, best, axis=1) - kept[:, [best]]
    return Worlds(kept, np.hstack([others, kept[:, [best]] if figure is None else explained]), weight, inputs)


# --- tests and intervals ---------------------------------------------------------------------------------------------


def _judged(worlds: Worlds, luck: np.random.Generator, which: int) -> pd.DataFrame:
    """Every input with its numbers, their intervals and the p-values of one of the two."""
    counts = luck.multinomial(len(worlds.weights), np.full(len(worlds.weights), 1 / len(worlds.weights)), RESAMPLES)
    as_they_are, again = _as_they_are(worlds), Draws.of(worlds.columns[None], counts * worlds.weights)
    found = {name: _fit(basis, as_they_are)[0] for name, basis in worlds.inputs.items()}
    chance = _by_chance(worlds, found, luck, which)
    tail = (1 - CONFIDENCE) / 2
    rows = []
    for name, basis in worlds.inputs.items():
        resampled = _fit(basis, again)
        value = found[name] - chance[name].mean(axis=0)
        low, high = value + np.quantile(resampled, [tail, 1 - tail], axis=0) - resampled.mean(axis=0)
        as_well = (chance[name][:, which] >= found[name][which] - SAME).sum()
        p = (1 + as_well) / (1 + len(chance[name]))
        numbers = np.maximum(np.stack([value, low, high]), 0.0)
        rows.append((name, *numbers[:, EVPPI], p, *np.minimum(numbers[:, EXPLAINS], 1.0)))
    names = ["name", "evppi", "low", "high", "p", "explains", "explains_low", "explains_high"]
    table = pd.DataFrame(rows, columns=names)
    table.insert(5, "p_holm", holm(table["p"].to_numpy(float)))
    return table


def _by_chance(worlds: Worlds, found: Mapping[str, Floats], luck: np.random.Generator, which: int) -> dict[str, Floats]:
    """What shuffles of each input find, shape (shuffles, 2); more of them where the p-value may be small."""
    chance = {name: np.empty((0, 2)) for name in found}
    unsure, most = list(found), max(FEWEST_SHUFFLES, SHUFFLES_AN_INPUT * len(found))
    for _ in range(math.ceil(most / SHUFFLES)):
        order = luck.permuted(np.tile(np.arange(len(worlds.weights)), (SHUFFLES, 1)), axis=1)
        shuffled = Draws.of(worlds.columns[order], worlds.weights[order])
        for name in unsure:
            chance[name] = np.concatenate([chance[name], _fit(worlds.inputs[name], shuffled)])
        unsure = [name for name in unsure if (chance[name][:, which] >= found[name][which] - SAME).sum() < ENOUGH]
        if not unsure:
            break
    return chance


# --- curves ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Draws:
    """Many samples of the worlds, prepared once for all inputs.

    Attributes
    ----------
    weights
        Shape (draws, worlds), each row adding up to 1.
    size
        Effective number of worlds of each, shape (draws,).
    mean, variance
        Of each column, shape (draws, columns).
    pulled
        Weight times distance from the mean, shape (worlds, draws x columns).
    """

    weights: Floats
    size: Floats
    mean: Floats
    variance: Floats
    pulled: Floats

    @classmethod
    def of(cls, values: Floats, weights: Floats) -> Draws:
        """Values, shape (draws or 1, worlds, columns), by weights, shape (draws, worlds)."""
        weights = weights / weights.sum(axis=1, keepdims=True)
        mean = weights[:, None, :] @ values
        apart = values - mean
        pulled = weights[:, :, None] * apart
        variance = (pulled * apart).sum(axis=1)
        size = 1 / np.square(weights).sum(axis=1)
        return cls(weights, size, mean[:, 0], variance, pulled.transpose(1, 0, 2).reshape(weights.shape[1], -1))


def _as_they_are(worlds: Worlds) -> Draws:
    return Draws.of(worlds.columns[None], worlds.weights[None])


def _fit(basis: Basis, draws: Draws) -> Floats:
    """EVPPI, and the share of the variance of the last column that is explained, adjusted for freedom: (draws, 2).

    Ridge regression of every column, each with its own stiffness; one turn of the basis a draw serves them all.
    """
    turn, penalty = _turned(basis, draws)
    pull = (basis.columns.T @ draws.pulled).reshape(len(basis.penalty), *draws.mean.shape).transpose(1, 0, 2)
    straight = turn.transpose(0, 2, 1) @ pull  # coefficients without penalty, shape (draws, basis, columns)
    held, noise = _stiffened(straight, penalty, draws)
    curve = held * straight
    whole = draws.variance / (1 - 1 / draws.size[:, None])
    left = np.maximum(whole - noise, 0.0)  # spread of the curve when that of its noise is taken away
    spread = np.square(curve).sum(axis=1)
    shrink = np.sqrt(np.minimum(1.0, np.divide(left, spread, out=np.zeros_like(left), where=spread > 0)))
    explains = 1 - np.divide(noise[:, -1], whole[:, -1], out=np.ones(len(turn)), where=whole[:, -1] > 0)
    value = _value_of_choosing(basis, draws, turn @ (curve * shrink[:, None, :])[:, :, :-1])
    return np.stack([value, explains], axis=1)


def _turned(basis: Basis, draws: Draws) -> tuple[Floats, Floats]:
    """For each draw the turn by which columns are unrelated and do not share a penalty, and their penalties."""
    columns, count = basis.columns, len(basis.penalty)
    mean = draws.weights @ columns
    pairs = (columns[:, :, None] * columns[:, None, :]).reshape(len(columns), count**2)
    spread = (draws.weights @ pairs).reshape(len(mean), count, count) - mean[:, :, None] * mean[:, None, :]
    root = np.linalg.inv(np.linalg.cholesky(spread + 1e-6 * np.eye(count)))  # a draw may miss a code of a choice
    penalty, again = np.linalg.eigh((root * basis.penalty) @ root.transpose(0, 2, 1))
    return root.transpose(0, 2, 1) @ again, np.maximum(penalty, 0.0)


def _stiffened(straight: Floats, penalty: Floats, draws: Draws) -> tuple[Floats, Floats]:
    """How much of each coefficient is kept, shape (draws, basis, columns), and the noise, shape (draws, columns).

    The stiffness is the one with the lowest generalised cross-validation, for each draw and column.
    """
    kept = 1 / (1 + STIFFNESS[:, None, None] * penalty)  # (stiffnesses, draws, basis)
    used = 2 * kept - kept**2
    taken = (used.transpose(1, 0, 2) @ straight**2).transpose(1, 0, 2)
    left = np.maximum(draws.variance - taken, SAME * draws.variance)
    room = 1 - (1 + CHARGE * kept.sum(axis=2)) / draws.size
    score = np.where(room[:, :, None] > 0.1, left / np.maximum(room, 0.1)[:, :, None] ** 2, np.inf)
    score[-1] = np.where(np.isinf(score).all(axis=0), 0.0, score[-1])  # the stiffest is always possible
    best, draw = score.argmin(axis=0), np.arange(len(straight))[:, None]
    free = np.maximum(1 - (1 + used.sum(axis=2)) / draws.size, 0.1)
    noise = np.take_along_axis(left, best[None], axis=0)[0] / free[best, draw]
    return kept[best, draw].transpose(0, 2, 1), noise


def _value_of_choosing(basis: Basis, draws: Draws, coefficients: Floats) -> Floats:
    """What choosing by the curves brings beyond choosing by the means, for each draw; what stands against all is 0."""
    if not coefficients.shape[2]:
        return np.zeros(len(coefficients))
    by_column = coefficients.transpose(2, 0, 1)
    mean = draws.mean[:, : len(by_column)].T
    level = mean - (by_column * (draws.weights @ basis.columns)).sum(axis=2)
    expected = by_column @ basis.columns.T  # (columns, draws, worlds)
    expected += level[:, :, None]
    best = np.maximum(expected.max(axis=0), 0.0)
    value: Floats = (draws.weights * best).sum(axis=1) - np.maximum(mean.max(axis=0), 0.0)
    return np.maximum(value, 0.0)
