"""Are the keyed draws luck? The true hash passes a battery that weakened ones fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from samenspel.model.luck.draws import Draws, Stream, mix, stream_state, uniform, uniform_at
from tests.strategies import examples

Keys = NDArray[np.int64]
Numbers = NDArray[np.float64]
Words = NDArray[np.uint64]
Draw = Callable[[int, int, Keys, int, int], Numbers]
"""(seed, stream, keys, week, number) to one uniform number per key."""

SURE = 1e-6
"""Below this p-value a source is not uniform; a true one meets it once in a million tests."""
BITS = 53
MASK = (1 << 64) - 1
KIND, COHORT, PARTNERSHIP = 1 << 56, 1 << 40, 1 << 20


# --- the same hash, written twice more -------------------------------------------------------------------------------


def mix_in_whole_numbers(z: int) -> int:
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def uniform_in_whole_numbers(seed: int, stream: int, key: int, week: int, number: int) -> float:
    """The reference: Python's unbounded integers, nothing that can overflow or be cast."""
    golden = 0x9E3779B97F4A7C15
    state = 0
    for part in (seed, stream, week, number):
        state = mix_in_whole_numbers(((state ^ (part & MASK)) + golden) & MASK)
    keyed = mix_in_whole_numbers(((key & MASK) + golden) & MASK)
    return (mix_in_whole_numbers(((keyed ^ state) + golden) & MASK) >> 11) / 2**53


def finalise(z: Words) -> Words:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def multiply_only(z: Words) -> Words:
    return z * np.uint64(0xBF58476D1CE4E5B9)


def unchanged(z: Words) -> Words:
    return z


def hash_with(
    of_part: Callable[[Words], Words] = finalise,
    of_key: Callable[[Words], Words] = finalise,
    at_end: Callable[[Words], Words] = finalise,
) -> Draw:
    """The hash of `model/luck/draws.py` in numpy, with its mixing steps exchangeable for weaker ones."""
    golden = np.uint64(0x9E3779B97F4A7C15)

    def draw(seed: int, stream: int, keys: Keys, week: int, number: int) -> Numbers:
        state = np.zeros(1, np.uint64)
        for part in (seed, stream, week, number):
            state = of_part((state ^ np.uint64(part)) + golden)
        words = at_end((of_key(keys.astype(np.uint64) + golden) ^ state) + golden)
        return np.asarray((words >> np.uint64(11)) * 2.0**-BITS)

    return draw


def true_draw(seed: int, stream: int, keys: Keys, week: int, number: int) -> Numbers:
    return Draws(seed).uniform(stream, keys, week, number)  # type: ignore[arg-type]  # any whole number will do here


WEAK = {
    "no mixing at all": hash_with(unchanged, unchanged, unchanged),
    "multiplication for mixing": hash_with(multiply_only, multiply_only, multiply_only),
    "parts not mixed": hash_with(of_part=unchanged, at_end=unchanged),
    "key not mixed, no finaliser": hash_with(of_key=unchanged, at_end=unchanged),
    "no finaliser": hash_with(at_end=unchanged),
}


# --- the battery ----------------------------------------------------------------------------------------------------


def structured_keys(count: int) -> Keys:
    """Keys as the model makes them, (kind << 56) | (cohort << 40) | (partnership << 20) | index, all different."""
    kinds, cohorts, partnerships = 4, 10, 25
    index = np.arange(count // (kinds * cohorts * partnerships))
    outer = np.add.outer(np.arange(kinds) * KIND, np.arange(cohorts) * COHORT)
    inner = np.add.outer(np.arange(partnerships) * PARTNERSHIP, index)
    return np.add.outer(outer, inner).ravel()


def as_words(u: Numbers) -> Words:
    """The 53 random bits behind each number."""
    return (u * 2.0**BITS).astype(np.uint64)


def bit_counts(words: Words) -> NDArray[np.int64]:
    """How often each of the 53 bits is set, lowest first."""
    columns = np.unpackbits(words.astype("<u8").view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
    return np.asarray(columns[:, :BITS].sum(axis=0, dtype=np.int64))


def p_even(counts: NDArray[np.int64]) -> float:
    return float(stats.chisquare(counts.ravel()).pvalue)


def p_fair_coins(counts: NDArray[np.int64], tosses: int) -> float:
    """The smallest two-sided p-value of many coins, times their number (Bonferroni)."""
    z = np.abs(counts - tosses / 2).max() / (np.sqrt(tosses) / 2)
    return float(min(1.0, counts.size * 2 * stats.norm.sf(z)))


def uniformity(u: Numbers) -> Iterator[tuple[str, float]]:
    words = as_words(u)
    yield "high bits, chi-square", p_even(np.bincount((u * 4096).astype(np.int64), minlength=4096))
    yield "low bits, chi-square", p_even(np.bincount((words & np.uint64(1023)).astype(np.int64), minlength=1024))
    yield "each bit", p_fair_coins(bit_counts(words), u.size)
    yield "Kolmogorov-Smirnov", float(stats.kstest(u, "uniform", method="asymp").pvalue)


def independence(u: Numbers, v: Numbers) -> Iterator[tuple[str, float]]:
    cells = (u * 32).astype(np.int64) * 32 + (v * 32).astype(np.int64)
    yield "pairs, chi-square", p_even(np.bincount(cells, minlength=1024))
    yield "equal bits", p_fair_coins(bit_counts(as_words(u) ^ as_words(v)), u.size)
    r = np.mean((u - 0.5) * (v - 0.5)) * 12
    yield "correlation", float(2 * stats.norm.sf(abs(r) * np.sqrt(u.size)))


def battery(draw: Draw, count: int) -> dict[str, float]:
    """All p-values of a source of draws, by the name of the test."""
    keys = structured_keys(count)
    here = draw(1, Stream.ATTENDANCE, keys, 7, 0)
    neighbours = {
        "seed": draw(2, Stream.ATTENDANCE, keys, 7, 0),
        "stream": draw(1, Stream.SUBGROUP, keys, 7, 0),
        "week": draw(1, Stream.ATTENDANCE, keys, 8, 0),
        "number": draw(1, Stream.ATTENDANCE, keys, 7, 1),
        "seed and stream": draw(2, Stream.SUBGROUP, keys, 7, 0),
        "stream for week": draw(1, 7, keys, int(Stream.ATTENDANCE), 0),
    }
    found = {f"uniformity: {name}": p for name, p in uniformity(here)}
    for what, there in neighbours.items():
        found |= {f"next {what}: {name}": p for name, p in independence(here, there)}
    shape = here.reshape(4, 10, 25, -1)  # kind, cohort, partnership, index
    for axis, what in enumerate(("kind", "cohort", "partnership", "index")):
        along = np.moveaxis(shape, axis, 0)
        even = along.shape[0] // 2 * 2
        pairs = along[0:even:2].ravel(), along[1:even:2].ravel()  # no draw in two pairs
        found |= {f"next {what}: {name}": p for name, p in independence(*pairs)}
    life = np.concatenate([draw(1, Stream.SURVEY, keys[:1], *when) for when in product(range(4000), range(5))])
    found |= {f"one life: {name}": p for name, p in independence(life[0::2], life[1::2])}
    found["one life: Kolmogorov-Smirnov"] = float(stats.kstest(life, "uniform", method="asymp").pvalue)
    return found


# --- tests ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def a_million() -> Keys:
    return structured_keys(1_000_000)


whole_64 = st.integers(-(2**63), 2**63 - 1)
small = st.integers(0, 2**31)


@examples(300)
@given(seed=st.integers(-(2**70), 2**70), stream=small, key=whole_64, week=small, number=small)
def test_every_bit_is_that_of_the_reference(seed: int, stream: int, key: int, week: int, number: int) -> None:
    expected = uniform_in_whole_numbers(seed, stream, key, week, number)
    assert true_draw(seed, stream, np.array([key]), week, number)[0] == expected
    assert uniform_at(Draws(seed).state(stream, week, number), key) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [0, 1, -1, 2**63 - 1, 2**63, 2**64 - 1, 2**64])
def test_extreme_keys_and_seeds_agree_with_the_reference(seed: int) -> None:
    keys = [0, 1, -1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 3 * KIND + 12 * COHORT + 5 * PARTNERSHIP + 399]
    expected = [uniform_in_whole_numbers(seed, Stream.EXIT, key, 39, 2) for key in keys]
    assert Draws(seed).uniform(Stream.EXIT, np.array(keys), 39, 2).tolist() == expected


def test_the_scalar_form_is_the_same_draw() -> None:
    keys = structured_keys(2000)
    one_by_one = [uniform(5, int(Stream.HALF_YEAR), key, 11, 3) for key in keys]
    assert Draws(5).uniform(Stream.HALF_YEAR, keys, 11, 3).tolist() == one_by_one


def test_the_numpy_twin_that_is_weakened_below_is_the_true_hash_when_whole() -> None:
    keys = structured_keys(20_000)
    np.testing.assert_array_equal(hash_with()(3, 6, keys, 40, 1), true_draw(3, 6, keys, 40, 1))


def test_draws_lie_in_the_half_open_unit_interval() -> None:
    assert (MASK >> 11) * 2.0**-BITS < 1.0
    u = true_draw(1, 1, structured_keys(100_000), 1, 0)
    assert u.min() >= 0.0
    assert u.max() < 1.0


def test_a_million_draws_pass_the_battery() -> None:
    found = battery(true_draw, 1_000_000)
    assert {name: p for name, p in found.items() if p < SURE} == {}


def test_p_values_of_the_battery_are_themselves_uniform() -> None:
    found = [p for name, p in battery(true_draw, 100_000).items() if "bit" not in name]
    assert stats.kstest(found, "uniform").pvalue > SURE


@pytest.mark.parametrize("name", WEAK)
def test_the_battery_fails_a_weakened_hash(name: str) -> None:
    with np.errstate(over="ignore"):
        found = battery(WEAK[name], 100_000)
    assert min(found.values()) < SURE**3


def test_all_streams_weeks_and_numbers_are_uncorrelated() -> None:
    keys = structured_keys(10_000)
    whens = [(stream, week, number) for stream in Stream for week in (0, 1, 39, 40) for number in (0, 1)]
    draws = np.array([true_draw(1, stream, keys, week, number) for stream, week, number in whens])
    r = np.corrcoef(draws)[np.triu_indices(len(whens), 1)]
    p = 2 * stats.norm.sf(np.abs(r).max() * np.sqrt(keys.size)) * r.size
    assert p > SURE


def flip_shares(of: Callable[[int], Words], bits: int) -> NDArray[np.float64]:
    """Row i: the share of draws in which each of the 53 output bits flips when input bit i does; 0 flips none."""
    base = of(0)
    return np.array([bit_counts(base ^ of(1 << bit)) for bit in range(bits)]) / base.size


FLIPS = 100_000
FLIP_KEYS = structured_keys(FLIPS)


@pytest.mark.parametrize(
    ("flipped", "bits"),
    [
        (lambda f: true_draw(1, 1, FLIP_KEYS ^ np.uint64(f).astype(np.int64), 7, 0), 64),
        (lambda f: true_draw(1 ^ f, 1, FLIP_KEYS, 7, 0), 64),
        (lambda f: true_draw(1, 1 ^ f, FLIP_KEYS, 7, 0), 8),
        (lambda f: true_draw(1, 1, FLIP_KEYS, 7 ^ f, 0), 16),
        (lambda f: true_draw(1, 1, FLIP_KEYS, 7, 0 ^ f), 16),
    ],
    ids=["key", "seed", "stream", "week", "number"],
)
def test_each_input_bit_flips_each_output_bit_half_of_the_time(flipped: Callable[[int], Numbers], bits: int) -> None:
    shares = flip_shares(lambda f: as_words(flipped(f)), bits)
    np.testing.assert_allclose(shares, 0.5, atol=0.01)


def test_flips_of_a_multiplication_are_seen_to_be_uneven() -> None:
    weak = WEAK["multiplication for mixing"]
    shares = flip_shares(lambda f: as_words(weak(1, 1, FLIP_KEYS ^ np.uint64(f).astype(np.int64), 7, 0)), 64)
    assert np.abs(shares - 0.5).max() == 0.5


def test_a_million_agents_share_no_draw(a_million: Keys) -> None:
    assert np.unique(a_million).size == a_million.size
    assert np.unique(true_draw(1, 1, a_million, 7, 0)).size == a_million.size


def test_decisions_share_no_state() -> None:
    whens = product(range(20), Stream, range(0, 200, 5), range(4))
    states = Counter(stream_state(np.uint64(seed), int(stream), week, number) for seed, stream, week, number in whens)
    assert max(states.values()) == 1


def unmix(z: int) -> int:
    """The finaliser, walked backwards."""
    z = z ^ (z >> 31) ^ (z >> 62)
    z = z * pow(0x94D049BB133111EB, -1, 1 << 64) & MASK
    z = z ^ (z >> 27) ^ (z >> 54)
    z = z * pow(0xBF58476D1CE4E5B9, -1, 1 << 64) & MASK
    return z ^ (z >> 30) ^ (z >> 60)


@examples(300)
@given(word=st.integers(0, MASK))
def test_the_finaliser_loses_nothing(word: int) -> None:
    assert unmix(int(mix(np.uint64(word)))) == word


@examples(60)
@given(
    keys=st.lists(whole_64, min_size=1, max_size=40),
    order=st.randoms(use_true_random=False),
    extra=whole_64,
    week=small,
)
def test_luck_depends_on_neither_order_nor_company(keys: list[int], order, extra: int, week: int) -> None:
    draws = Draws(11)
    luck = dict(zip(keys, draws.uniform(Stream.SUBGROUP, np.array(keys), week), strict=True))
    some = order.sample(keys, order.randint(1, len(keys)))
    with_another = [*some, extra]
    again = draws.uniform(Stream.SUBGROUP, np.array(with_another), week)
    assert again[:-1].tolist() == [luck[key] for key in some]


def test_nobody_draws_nothing() -> None:
    assert Draws(1).uniform(Stream.EXIT, np.array([], dtype=np.int64), 1).shape == (0,)


def test_every_other_layout_of_the_keys_draws_the_same() -> None:
    keys = structured_keys(4000)
    strided, narrow = keys[::3], np.arange(100, dtype=np.int32)
    np.testing.assert_array_equal(true_draw(1, 1, strided, 1, 0), true_draw(1, 1, strided.copy(), 1, 0))
    np.testing.assert_array_equal(true_draw(1, 1, narrow, 1, 0), true_draw(1, 1, narrow.astype(np.int64), 1, 0))


def test_no_two_streams_have_one_number() -> None:
    assert all(name == stream.name for name, stream in Stream.__members__.items()), "a number was given out twice"
