"""What a page says of answers, in the sentences of Python where Python says the same."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.experiments.bottlenecks.futures import CONSTRAINTS
from samenspel.experiments.bottlenecks.pinch import PINCHES, Pinches
from samenspel.experiments.degradation.growth import Growth, Nobody
from samenspel.experiments.output.language import number
from samenspel.experiments.statistics.breaks import Break
from samenspel.experiments.statistics.safe_scale import Scale
from samenspel.viz.room.questions import facts_of
from samenspel.viz.texts import texts_in
from tests.strategies import examples, unit
from tests.viz.page.calling import Scripts, node

SIZES = (6, 8, 12, 16, 20, 24, 28, 34, 40)
FALLING = tuple(np.linspace(0.9, 0.4, len(SIZES)).tolist())
TEXTS = {"nl": texts_in("nl"), "en": texts_in("en")}
INF = math.inf


@pytest.fixture(scope="module")
def scripts() -> Iterator[Scripts]:
    with node() as scripts:
        yield scripts


def told(scripts: Scripts, found: Growth | Nobody) -> dict[str, str]:
    said: dict[str, str] = scripts.call("asks.js", "told", "growth", found.facts(), TEXTS)
    return said


def curve(bend: Break, safe: Scale, mean: tuple[float, ...] = FALLING) -> Growth:
    return Growth(SIZES, mean, mean, mean, 12, 0.8, bend, safe)


# --- numbers ---

halves = st.integers(-16_000, 16_000).map(lambda eighths: eighths / 8)


@examples(60)
@given(
    values=st.lists(st.floats(-1e7, 1e7) | halves | st.just(math.nan), min_size=1),
    digits=st.integers(0, 2),
)
def test_numbers_are_written_as_python_writes_them(scripts: Scripts, values: list[float], digits: int) -> None:
    dutch, english = scripts.call("asks.js", "written", values, digits)
    assert dutch == [number(value, "nl", digits) for value in values]
    assert english == [number(value, "en", digits) for value in values]


# --- what pinches ---

strongest = st.lists(st.tuples(st.sampled_from(CONSTRAINTS), st.floats(PINCHES, 1)), max_size=2)


@examples(100)
@given(now=unit | st.just(math.nan), best=unit, first=strongest)
def test_what_pinches_is_said_in_the_sentence_of_python(
    scripts: Scripts, now: float, best: float, first: list[tuple[str, float]]
) -> None:
    found = Pinches(now, best, tuple(first))
    said = scripts.call("asks.js", "told", "pinch", facts_of(found), TEXTS)
    assert said == {"nl": found.told("nl"), "en": found.told("en")}


# --- how far it can grow ---


@pytest.mark.parametrize(
    ("bend", "nl", "en"),
    [
        (Break("break", 20, 18, 23, -0.001, -0.03), "breekpunt bij ongeveer 20 (18 tot 23)", "breaking point at about"),
        (Break("break", 20, 18, 23, -0.03, -0.001), "vlakt het af", "levels off"),
        (Break("smooth"), "geen breekpunt: het gaat geleidelijk achteruit", "gradually"),
        (Break("straight"), "elke stap scheelt evenveel", "every step differs as much"),
        (Break("flat"), "maakt hier geen verschil", "makes no difference"),
        (Break("undecided"), "valt niet te zeggen", "cannot be told"),
    ],
)  # fmt: skip
def test_the_shape_of_the_curve_is_said_in_plain_words(scripts: Scripts, bend: Break, nl: str, en: str) -> None:
    words = told(scripts, curve(bend, Scale(17.2, 15.6, 18.8)))
    assert nl in words["nl"]
    assert en in words["en"]
    assert "van 90% toereikend begeleid bij 6" in words["nl"]
    assert "tot ongeveer 17 (16 tot 19) studenten per cluster boven de ondergrens van 80%" in words["nl"]
    assert f"Nu zijn het er 12; daar is het {100 * FALLING[2]:.0f}%." in words["nl"]
    assert not any(mark in text for text in words.values() for mark in "{}")


@pytest.mark.parametrize(
    ("safe", "nl"),
    [
        (Scale(INF, INF, INF), "bij elke omvang tot en met 40"),
        (Scale(-INF, -INF, -INF), "al vanaf 6 onder de ondergrens"),
        (Scale(39.0, 36.0, INF), "39 (ten minste 36)"),
        (Scale(7.0, -INF, 9.0), "7 (hoogstens 9)"),
        (Scale(20.0, -INF, INF), "20 (onzeker)"),
    ],
)
def test_what_lies_beyond_the_axis_stays_open(scripts: Scripts, safe: Scale, nl: str) -> None:
    words = told(scripts, curve(Break("smooth"), safe))
    assert nl in words["nl"]
    assert not any(no in text for text in words.values() for no in ("Infinity", "NaN", "null", "–"))


def test_a_whole_answer_in_both_languages(scripts: Scripts) -> None:
    found = curve(Break("break", 20, 18, 23, -0.001, -0.03), Scale(17.2, 15.6, 18.8))
    assert told(scripts, found)["en"] == (
        "There is a breaking point at about 20 (18 to 23): beyond it things get worse faster, from 90% adequately "
        "supervised at 6 students per cluster to 40% at 40. On average it stays above the floor of 80% up to about 17 "
        "(16 to 19) students per cluster. Now there are 12; there it is 78%."
    )


def test_a_partnership_that_rises_is_not_said_to_fall(scripts: Scripts) -> None:
    found = curve(Break("smooth"), Scale(INF, INF, INF), FALLING[::-1])
    assert "geleidelijk vooruit" in told(scripts, found)["nl"]


@pytest.mark.parametrize(
    ("always", "nl", "en"),
    [
        (True, "Er is niemand om te begeleiden.", "There is nobody to supervise."),
        (False, "soms niemand", "at times there is nobody"),
    ],
)
def test_that_there_is_nobody_to_supervise_is_an_answer(scripts: Scripts, always: bool, nl: str, en: str) -> None:
    said = told(scripts, Nobody(always))
    assert nl in said["nl"]
    assert en in said["en"]


def test_facts_are_plain_json(scripts: Scripts) -> None:
    safe = Scale(-INF, -INF, 9.0)
    facts: dict[str, Any] = curve(Break("smooth"), safe).facts()
    assert facts["safe"] == {"value": None, "low": None, "high": 9.0}
    assert (facts["stays"], facts["turn"]) == ("nowhere", None)
