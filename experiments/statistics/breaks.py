"""Where a curve breaks, with its interval, and whether it breaks at all.

Data are whole curves, one a replication, over the same sizes. Replications share their luck over the sizes, so errors
along a curve hang together in an unknown way. Every test and interval therefore takes its spread from replication to
replication of one number made of a whole curve; it holds whatever the dependence along the curve is.

Sources: Muggeo (2003), Statistics in Medicine 22, 3055 (segmented regression); Davies (1987), Biometrika 74, 33 (test
of a break at an unknown place); Schäfer & Strimmer (2005), SAGMB 4, 32 (shrunken correlations); Raftery (1995),
Sociological Methodology 25, 111 (differences of BIC).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Array = NDArray[np.float64]
Shape = Literal["break", "smooth", "straight", "flat", "undecided"]

LEVEL = 0.05
STRICT = 0.02  # level of the test behind the interval of a break: the best place is found on the same curves
CLEAR = 6.0  # so much lower must the BIC of a broken line be than that of any smooth curve (Raftery: strong evidence)
NEGLIGIBLE = 0.01  # a curve that changes less over all its sizes is called flat
FEWEST_SIZES = 9  # below this, curves of four parameters can hardly be told from each other
FEWEST_CURVES = 10
PLACES = 300  # at which a break is looked for
RESAMPLES = 600


@dataclass(frozen=True)
class Break:
    """What a curve does.

    Attributes
    ----------
    shape
        `break` (a broken line), `smooth` (a gradual change without break), `straight`, `flat`, or `undecided`: too few
        sizes or replications.
    point, low, high
        Where the best broken line breaks, with its 95 % interval, in units of the size; meant only for a `break`.
    slope_before, slope_after
        Of that broken line, change per unit of size.
    davies_p
        Davies' test of a straight line against a break anywhere.
    bic
        Of each form of curve; the lowest describes best.
    points
        The place of the break in every resample of the replications.
    """

    shape: Shape
    point: float = math.nan
    low: float = math.nan
    high: float = math.nan
    slope_before: float = math.nan
    slope_after: float = math.nan
    davies_p: float = math.nan
    bic: dict[str, float] = field(default_factory=dict)
    points: Array = field(default_factory=lambda: np.zeros(0))

    @property
    def found(self) -> bool:
        """Whether there is a break."""
        return self.shape == "break"

    @property
    def worsens(self) -> bool:
        """Whether the fall is steeper after the break; otherwise the curve levels off there."""
        return self.slope_after < self.slope_before


def find_break(sizes: Any, curves: Any, resamples: NDArray[np.int64] | None = None) -> Break:
    """Where the mean of these curves breaks.

    Parameters
    ----------
    sizes
        Ascending, shape (n,).
    curves
        One row a replication, shape (replications, n); rows with NaN are left out.
    resamples
        Rows drawn for each resample, shape (resamples, replications): give the same to curves that are compared.
    """
    x, y = np.asarray(sizes, float), np.asarray(curves, float)
    if resamples is None or not np.isfinite(y).all():
        y = y[np.isfinite(y).all(axis=1)]
        resamples = draw(len(y))
    if len(x) < FEWEST_SIZES or len(y) < FEWEST_CURVES:
        return Break("undecided")
    family = family_of(x)
    mean = y.mean(axis=0)
    at = int(family.place(mean))
    points = family.places[family.place(y[resamples].mean(axis=1))]
    low, high = family.interval(y, at, points)
    before, after = family.slopes(mean, at)
    davies_p = family.davies(y)
    bic = bic_of_forms(x, y)
    shape = _shape(x, y, davies_p, bic)
    return Break(shape, float(family.places[at]), low, high, before, after, davies_p, bic, points)


def draw(replications: int, seed: int = 1) -> NDArray[np.int64]:
    """Replications drawn with replacement, shape (RESAMPLES, replications)."""
    return np.random.default_rng([seed, 7]).integers(0, max(1, replications), (RESAMPLES, replications))


def _shape(x: Array, y: Array, davies_p: float, bic: dict[str, float]) -> Shape:
    """Flat, straight, broken or smooth, in that order of simplicity."""
    slope_p = _p_value(_t_values(y, (x - x.mean())[None, :]), len(y))[0]
    if np.ptp(y.mean(axis=0)) < NEGLIGIBLE or min(slope_p, davies_p) >= LEVEL / 2:
        return "flat"
    if davies_p >= LEVEL or min(bic, key=lambda form: bic[form]) in ("flat", "straight"):
        return "straight"
    clear = bic["segmented"] + CLEAR <= min(bic["quadratic"], bic["logistic"])
    return "break" if clear else "smooth"


# --- broken lines ----------------------------------------------------------------------------------------------------


class BrokenLines:
    """All broken lines over some sizes: one for each place where the break may be, by ordinary least squares."""

    def __init__(self, x: Array) -> None:
        self.x = x
        self.places = np.linspace(x[1], x[-2], PLACES)
        self.hinges = np.maximum(x - self.places[:, None], 0.0)
        self.line = np.stack([np.ones_like(x), x], axis=1)
        self._rows = np.arange(PLACES)

    @cached_property
    def bases(self) -> Array:
        """Orthonormal columns that span each broken line, shape (places, n, 3)."""
        return _orthonormal(self.line, self.hinges)

    @cached_property
    def bends(self) -> Array:
        """What each hinge has beyond a straight line, shape (places, n)."""
        basis: Array = np.linalg.qr(self.line)[0]
        return np.asarray(self.hinges - self.hinges @ basis @ basis.T)

    def place(self, y: Array) -> NDArray[np.intp]:
        """Which place of the break fits best, for one curve or a stack of them."""
        explained = ((y @ self.bases) ** 2).sum(axis=-1)  # (places, curves) or (places,)
        return np.asarray(explained.argmax(axis=0))

    def slopes(self, y: Array, at: int) -> tuple[float, float]:
        """Slope before and after the break of the best line that breaks there."""
        coefficients = np.linalg.lstsq(np.column_stack([self.line, self.hinges[at]]), y, rcond=None)[0]
        return float(coefficients[1]), float(coefficients[1] + coefficients[2])

    def davies(self, y: Array) -> float:
        """The p-value of Davies' test that the mean of the curves is a straight line; shape (replications, n).

        The process over places is the t value of each bend over replications, made normal; Davies' bound uses its
        highest value and its total variation.
        """
        process = _normal(_t_values(y, self.bends), len(y))
        highest = np.abs(process).max()
        variation = np.abs(np.diff(process)).sum()
        bound = 2 * (special.ndtr(-highest) + variation * math.exp(-(highest**2) / 2) / math.sqrt(8 * math.pi))
        return float(min(1.0, bound))

    def interval(self, y: Array, at: int, resampled: Array) -> tuple[float, float]:
        """95 % interval of the break: places that a t test does not reject, and where resampled curves break.

        A place is rejected when a second bend, where the mean curve fits best, adds significantly to the bend there.
        The interval that is given spans both.
        """
        basis = self.bases
        best = self.hinges[at]
        beyond = best - (basis @ (best @ basis)[:, :, None])[:, :, 0]
        kept: NDArray[np.bool_] = _p_value(_t_values(y, beyond), len(y)) >= STRICT
        kept[at] = True
        tested = self.places[kept]
        low, high = np.quantile(resampled, [LEVEL / 2, 1 - LEVEL / 2])
        return float(min(tested[0], low)), float(max(tested[-1], high))


def _orthonormal(line: Array, extra: Array) -> Array:
    """Orthonormal columns for a line with one more column each, shape (number, n, 3)."""
    stacked = np.concatenate([np.broadcast_to(line, (len(extra), *line.shape)), extra[:, :, None]], axis=2)
    return np.asarray(np.linalg.qr(stacked)[0])


_FAMILIES: dict[bytes, BrokenLines] = {}


def family_of(x: Array) -> BrokenLines:
    """The broken lines over these sizes; many curves share their sizes, so each family is made once."""
    return _FAMILIES.setdefault(x.tobytes(), BrokenLines(x))


# --- spread from replication to replication --------------------------------------------------------------------------


def _t_values(y: Array, contrasts: Array) -> Array:
    """Student's t over replications of each contrast of the curves, shape (contrasts,)."""
    values = contrasts @ y.T
    error = values.std(axis=1, ddof=1) / math.sqrt(len(y))
    rounding = 1e-12 * (1.0 + np.abs(y).max()) * np.linalg.norm(contrasts, axis=1)  # curves may be equal to the bit
    return np.asarray(values.mean(axis=1) / np.maximum(np.maximum(error, rounding), 1e-300))


def _p_value(t: Array, replications: int) -> Array:
    """Two-sided p-value of t over so many replications."""
    return np.asarray(2 * special.stdtr(replications - 1, -np.abs(t)))


def _normal(t: Array, replications: int) -> Array:
    """The normal deviates with the same p-values."""
    tail = np.maximum(special.stdtr(replications - 1, -np.abs(t)), 1e-300)
    return np.asarray(-np.sign(t) * special.ndtri(tail))


# --- forms of curve, compared ----------------------------------------------------------------------------------------


def bic_of_forms(x: Array, y: Array) -> dict[str, float]:
    """BIC of the mean curve as each form, by generalised least squares.

    Errors have the shape of the shrunken covariance of the replications; their size is estimated from what a form
    leaves over, so that it holds what no form describes.
    """
    whiten = whitener(y)
    target = whiten @ y.mean(axis=0)
    centred = (x - x.mean()) / np.ptp(x)
    ones = np.ones_like(x)
    hinges = family_of(x).hinges
    line = np.stack([ones, centred], axis=1)
    left = {
        "flat": (_left(whiten @ ones[:, None], target), 1),
        "straight": (_left(whiten @ line, target), 2),
        "quadratic": (_left(whiten @ np.column_stack([line, centred**2]), target), 3),
        "segmented": (_left_of_many(_orthonormal(whiten @ line, hinges @ whiten.T), target), 4),
        "logistic": (_left_of_logistic(centred, whiten, target), 4),
    }
    n = len(x)
    least = n * (1e-12 * (1 + float(np.abs(target).max()))) ** 2
    return {form: n * math.log(max(rest, least) / n) + k * math.log(n) for form, (rest, k) in left.items()}


def whitener(y: Array) -> Array:
    """The matrix that makes errors of the mean curve independent and equal, shape (n, n)."""
    count, n = y.shape
    sd = y.std(axis=0, ddof=1)
    if not sd.min() > 1e-12:
        return np.eye(n)
    z = (y - y.mean(axis=0)) / sd
    products = z[:, :, None] * z[:, None, :]
    correlation = products.sum(axis=0) / (count - 1)
    variance = count / (count - 1) ** 3 * ((products - products.mean(axis=0)) ** 2).sum(axis=0)
    off = ~np.eye(n, dtype=bool)
    shrink = min(1.0, float(variance[off].sum() / max(float((correlation[off] ** 2).sum()), 1e-12)))
    shrunk = np.where(off, (1 - shrink) * correlation, 1.0)
    factor = np.linalg.cholesky(shrunk * np.outer(sd, sd) / count + 1e-18 * np.eye(n))
    return np.asarray(np.linalg.inv(factor))


def _left(columns: Array, target: Array) -> float:
    """Sum of squares that these columns leave over."""
    basis = np.linalg.qr(columns)[0]
    rest = target - basis @ (basis.T @ target)
    return float(rest @ rest)


def _left_of_many(bases: Array, target: Array) -> float:
    """The least that any of these orthonormal bases leaves over."""
    best = bases[int(((target @ bases) ** 2).sum(axis=-1).argmax())]
    rest = target - best @ (best.T @ target)
    return float(rest @ rest)


def _left_of_logistic(centred: Array, whiten: Array, target: Array) -> float:
    """What the best logistic curve between two free levels leaves over: a grid of middles and widths, then refined."""
    middles, widths = np.meshgrid(np.linspace(-1.0, 1.0, 33), np.geomspace(0.02, 1.5, 16), indexing="ij")
    curves = _logistic(centred, middles.ravel()[:, None], widths.ravel()[:, None]) @ whiten.T
    flat = whiten @ np.ones_like(centred)
    flat /= np.linalg.norm(flat)
    curves = curves - np.outer(curves @ flat, flat)
    norm = np.maximum(np.linalg.norm(curves, axis=1), 1e-12)
    fits = np.abs(curves @ target) / norm
    best = int(np.round(fits / max(fits.max(), 1e-300), 9).argmax())  # of steps between the same sizes all fit alike

    def left(at: Array) -> float:
        curve = _logistic(centred, at[0], math.exp(at[1]))
        return _left(whiten @ np.column_stack([np.ones_like(centred), curve]), target)

    start = np.array([middles.ravel()[best], math.log(widths.ravel()[best])])
    bounds = [(-3.0, 3.0), (math.log(0.005), math.log(5.0))]
    found = optimize.minimize(left, start, method="Nelder-Mead", bounds=bounds, options={"maxfev": 160})
    return float(min(found.fun, left(start)))


def _logistic(centred: Array, middle: Any, width: Any) -> Array:
    """Logistic curves; those with their middle beyond an end are near 0 there, which keeps digits, and not near 1."""
    return np.asarray(special.expit(np.where(middle > 0, 1.0, -1.0) * (centred - middle) / width))
