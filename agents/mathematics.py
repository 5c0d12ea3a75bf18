"""Exponentials, logarithms and powers that are the same to the bit on every machine and in a browser.

Those of a C library differ in the last bit from one library to the next. Here they are made of what IEEE 754 says to
the bit: sums, products and quotients. Methods and coefficients of `exp` and `log` are those of fdlibm (Sun Microsystems
1993, free to use); `power` is made of a logarithm in two parts. Errors stay below two units in the last place.
"""

from __future__ import annotations

import math

import numpy as np

from samenspel.agents.compiled import rule

LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
"""The logarithm of 2 in two parts: the first has so few bits that its multiples are exact."""
PER_LN2 = 1.44269504088896338700
LARGEST, SMALLEST = 709.782712893384, -745.1332191019412
"""Exponents beyond which the result is infinite, or nought."""
FRACTION = 0xFFFFFFFFFFFFF
"""The bits of a float after the exponent."""
HALF_ROOT = 0x6A09E00000000
"""Those of √½, so far as they matter."""
ONE = 0x3FF0000000000000
"""All bits of 1.0."""
SPLIT = 134217729.0
"""2²⁷ + 1: by which a float falls into two halves."""


@rule
def exp(x: float) -> float:
    """The exponential of a number."""
    if not SMALLEST <= x <= LARGEST:
        return math.inf if x > 0.0 else 0.0 if x < 0.0 else x
    k = math.floor(PER_LN2 * x + 0.5)
    high, low = x - k * LN2_HIGH, k * LN2_LOW
    r = high - low
    t = r * r
    c = r - t * (
        1.66666666666666019037e-01 + t * (-2.77777777770155933842e-03 + t * (
            6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08)))
    )  # fmt: skip
    return scaled(1.0 - ((low - r * c / (2.0 - c)) - high), int(k))


@rule
def scaled(x: float, k: int) -> float:
    """2^k times a number between 0.5 and 2; in two steps where one factor would be too large or too small."""
    half = k // 2
    return x * two_to(half) * two_to(k - half)


@rule
def two_to(k: int) -> float:
    """2^k, for k from -1022 to 1023."""
    return float(np.int64(ONE + (k << 52)).view(np.float64))


@rule
def halved(x: float) -> tuple[int, float]:
    """The k and m of x = 2^k · m, m from √½ to √2; x is positive and not subnormal."""
    bits = np.float64(x).view(np.int64)
    above = (bits & FRACTION) + (0x10000000000000 - HALF_ROOT)
    k = (bits >> 52) - 1023 + (above >> 52)
    return int(k), float(np.int64(bits - (k << 52)).view(np.float64))


@rule
def series(s: float) -> float:
    """What log((1 + s) / (1 − s)) / s is more than 2, for |s| below 0.1716."""
    z = s * s
    w = z * z
    even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    odd = z * (
        6.666666666666735130e-01 + w * (
            2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )  # fmt: skip
    return odd + even


@rule
def log(x: float) -> float:
    """The natural logarithm of a number; of nought minus infinity, of what is negative nan."""
    if not 0.0 < x < math.inf:
        return -math.inf if x == 0.0 else x if x > 0.0 else math.nan
    k, m = halved(x)
    f = m - 1.0
    s, square = f / (2.0 + f), 0.5 * f * f
    return s * (square + series(s)) + k * LN2_LOW - square + f + k * LN2_HIGH


@rule
def product(x: float, y: float) -> tuple[float, float]:
    """X · y as a float, and what that leaves out (Dekker 1971)."""
    p = x * y
    a, b = SPLIT * x, SPLIT * y
    x_high, y_high = a - (a - x), b - (b - y)
    x_low, y_low = x - x_high, y - y_high
    return p, ((x_high * y_high - p) + x_high * y_low + x_low * y_high) + x_low * y_low


@rule
def log_in_parts(x: float) -> tuple[float, float]:
    """The logarithm of a positive number as the sum of two floats, with six bits more than one has."""
    k, m = halved(x)
    f = m - 1.0
    t = 2.0 + f
    s = f / t
    p, rest = product(s, t)
    low = ((f - p) - rest - s * (f - (t - 2.0))) / t
    first, second = k * LN2_HIGH, 2.0 * s
    high = first + second
    lost = (first - (high - (high - first))) + (second - (high - first))
    low = lost + (k * LN2_LOW + (2.0 * low + s * series(s)))
    total = high + low
    return total, low - (total - high)


@rule
def power(x: float, y: float) -> float:
    """X to the power y, x not negative; anything to the power nought is 1."""
    if y == 0.0 or x == 1.0:
        return 1.0
    if not 0.0 < x < math.inf:
        return (0.0 if y > 0.0 else math.inf) if x == 0.0 else (x if y > 0.0 else 0.0) if x > 0.0 else math.nan
    high, low = log_in_parts(x)
    p, rest = product(y, high)
    e = exp(p)
    return e + e * (rest + y * low) if 0.0 < e < math.inf else e


@rule
def below(t: float) -> float:
    """The chance that a standard normal draw lies below t."""
    x, term = abs(t) / math.sqrt(2.0), abs(t)
    total, n = 0.0, 1
    if x < 6.0:
        while term > 1e-17 * total:
            total += term
            n += 2
            term *= t * t / n
        total *= exp(-0.5 * t * t) / math.sqrt(2.0 * math.pi)
    else:
        total = 0.5
    return 0.5 + total if t > 0.0 else 0.5 - total
