"""Findings say what the figures say: results made by hand, one for each thing that can be said."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from samenspel.experiments.output.language import euros, number, percent
from samenspel.experiments.runs.findings import findings
from samenspel.experiments.runs.run import Outcome, RunResult
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.input.scenario import Scenario

BASELINE = Scenario.load("baseline", {"adequate_threshold": 0.48, "safe_share": 0.8})
USUAL = {
    "students_inside": 180.0,
    "students_mbo": 0.0,
    "coverage": 0.5,
    "coverage_fulltime": 0.6,
    "coverage_parttime": 0.2,
    "supervision_adequate_share": 0.85,
    "supervision_p10": 0.45,
    "mentor_overload_share": 0.1,
    "mentor_withdrawn_share": 0.0,
    "cost_per_student": 2437.0,
    "grant_cover": 0.62,
    "own_contribution": 166_400.0,
    "hours_factor": 1.0,
}
WITH_MBO = {
    "students_mbo": 45.0,
    "supervision_adequate_share_mbo": 0.7,
    "supervision_adequate_share_hbo": 0.8,
    "status_barrier": 0.4,
}


def cluster(name: str, **figures: float) -> dict[str, Any]:
    usual = {
        "students": 12.0,
        "supervision_mean": 0.6,
        "supervision_adequate_share": 0.85,
        "mentor_overload_share": 0.1,
        "trainer_hours_left": 5.0,
        "felt_support": 0.9,
    }
    return {"cluster": name, "board": "Board A", **usual, **figures}


def group(by: str, key: object, share: float, students: float = 40.0) -> dict[str, Any]:
    return {by: key, "supervision_mean": 0.6, "supervision_adequate_share": share, "students": students}


def result(
    figures: dict[str, float] | None = None,
    *,
    first: dict[str, float] | None = None,
    clusters: list[dict[str, Any]] | None = None,
    groups: dict[str, list[dict[str, Any]]] | None = None,
    runs: int = 3,
    failed: int = 0,
    spread: float = 0.001,
) -> RunResult:
    """A run of two years, with these figures in the last year; `first` gives the first year where it differs."""
    last = USUAL | (figures or {})
    outcomes = []
    for k in range(runs):
        nudge = spread * (k - (runs - 1) / 2)
        year = {name: last[name] + nudge if name in last else float("nan") for name in INDICATORS}
        before = year | (first or {})
        weekly = pd.DataFrame([{"school_year": 1, "week": 1, **before}, {"school_year": 2, "week": 1, **year}])
        tables = {by: pd.DataFrame(rows) for by, rows in (groups or {}).items()}
        outcomes.append(Outcome(k + 1, k, year, weekly, pd.DataFrame(clusters or []), tables, digest="d"))
    outcomes += [Outcome(runs + k + 1, 0, error="ValueError: no") for k in range(failed)]
    return RunResult(BASELINE, 2, 1, runs + failed, tuple(outcomes))


def english(*args: Any, **kwargs: Any) -> str:
    return findings(result(*args, **kwargs), "en")


def dutch(*args: Any, **kwargs: Any) -> str:
    return findings(result(*args, **kwargs), "nl")


def test_the_plain_case_in_english() -> None:
    text = english()
    for part in (
        "3 runs of 2 school years: The partnership of the practice illustration",
        "180 hbo students are inside the partnership: 50% of the region's (60% of the full-time and 20% of the part",
        "about as many hbo students as in the first year (180)",
        "85% of the students are adequately supervised, more than the 80% called safe: with at least 60% of the mentor",
        "hours that they need, 1.0 hours with a trainer in four weeks and a quality of 0.48;",
        "the worst-off tenth get a quality below 0.45",
        "10% of the mentors with students are asked for more hours than they have.",
        "costs about €2,440 a year; the grant covers 62%, and boards and institute add €166,000 a year;",
        "; no hours were cut.",
        "not a forecast",
    ):
        assert part in text
    assert "mbo students" not in text
    assert "nan" not in text
    assert "–" not in text.replace("(95% interval 85–86%)", "")


def test_the_plain_case_in_dutch() -> None:
    text = dutch()
    for part in (
        "3 runs van 2 schooljaren: Het partnerschap uit de praktijkillustratie",
        "180 hbo-studenten binnen het partnerschap",
        "wordt 85% van de studenten toereikend begeleid, meer dan de 80% die veilig heet: met ten minste 60% van de",
        "1,0 uur met een opleider in vier weken en een kwaliteit van 0,48; het slechtst",
        "krijgt een kwaliteit onder 0,45",
        "ongeveer 2.440 euro per jaar; de subsidie dekt 62%, en besturen en hogeschool",
        "leggen per jaar 166.000 euro bij",
        "geen voorspelling",
    ):
        assert part in text
    assert not re.search(r"\d\.\d(?!\d\d)", text), "a decimal point in Dutch"


def test_it_is_one_paragraph() -> None:
    assert "\n" not in english()


@pytest.mark.parametrize(
    ("then", "said"),
    [(140.0, "40 hbo students more than"), (210.0, "30 hbo students fewer than"), (182.0, "about as many")],
)
def test_growth_is_compared_with_the_first_year(then: float, said: str) -> None:
    assert f"{said} " in english(first={"students_inside": then})


@pytest.mark.parametrize(
    ("share", "spread", "said"),
    [
        (0.90, 0.001, "more than the 80% called safe"),
        (0.70, 0.001, "less than the 80% called safe"),
        (0.802, 0.001, "about the 80% called safe"),
        (0.84, 0.05, "about the 80% called safe"),
    ],
)
def test_the_safe_share_is_judged_by_the_interval(share: float, spread: float, said: str) -> None:
    assert said in english({"supervision_adequate_share": share}, spread=spread)


def test_an_interval_is_given_where_it_says_something() -> None:
    assert "(95% interval 74–94%)" in english({"supervision_adequate_share": 0.84}, spread=0.04)
    assert "95%" not in english({"supervision_adequate_share": 0.84})


def test_one_run_says_that_it_has_no_intervals() -> None:
    text = english(runs=1)
    assert "One run of 2 school years" in text
    assert "no intervals" in text
    assert "called safe" not in text


def test_one_year_is_one_school_year() -> None:
    year = replace(result(), years=1)
    assert findings(year, "en").startswith("3 runs of one school year: ")
    assert findings(year, "nl").startswith("3 runs van één schooljaar: ")


def test_the_last_school_year_is_named_by_the_calendar() -> None:
    assert "In the last school year, 2024-2025, 180 hbo students" in english()
    assert "In het laatste schooljaar, 2024-2025, zitten 180 hbo-studenten" in dutch()


def test_a_run_beyond_what_is_known_says_so() -> None:
    long = replace(result(), scenario=BASELINE.with_values(prices="dated"), years=4)
    assert "wages follow an assumed growth of 3% a year. From January 2026 on the grant" in findings(long, "en")
    assert "Vanaf maart 2027 is voor de lonen" in findings(long, "nl")
    assert "From March 2027" not in english()


def test_failed_runs_are_mentioned() -> None:
    assert "left out are 2 that failed" in english(failed=2)
    assert "niet meegeteld: 2 mislukt" in dutch(failed=2)


def test_nothing_finished() -> None:
    assert "no findings" in english(runs=0, failed=2)
    assert "geen bevindingen" in dutch(runs=0)


def test_no_overload_is_said_as_such() -> None:
    text = english({"mentor_overload_share": 0.0}, spread=0.0)
    assert "No mentor with students is asked for more hours than there are." in text


def test_withdrawn_mentors_are_mentioned_when_there_are_any() -> None:
    assert "4% of all mentors have withdrawn" in english({"mentor_withdrawn_share": 0.04})
    assert "; 1.3% of all mentors have withdrawn" in english({"mentor_withdrawn_share": 0.013})
    assert "; 1,3% van alle mentoren is afgehaakt" in dutch({"mentor_withdrawn_share": 0.013})
    assert "withdrawn" not in english(spread=0.0)


def test_a_cluster_with_overload_names_overload() -> None:
    clusters = [*(cluster(f"C{k}") for k in range(9)), cluster("Noord", supervision_adequate_share=0.6)]
    clusters[-1]["mentor_overload_share"] = 0.5
    text = english(clusters=clusters)
    assert "thinnest in cluster Noord (Board A), where 60% are adequately supervised: 50% of its mentors are" in text
    assert "against 14% on average" in text
    assert "hours a week left" not in text
    assert "50% van de mentoren is er overbelast, tegen 14% gemiddeld" in dutch(clusters=clusters)


def test_a_cluster_short_of_trainers_names_trainers() -> None:
    clusters = [*(cluster(f"C{k}") for k in range(9)), cluster("Noord", supervision_adequate_share=0.6)]
    clusters[-1]["trainer_hours_left"] = 1.25
    text = dutch(clusters=clusters)
    assert "de opleiders houden er 1,2 uur per week over voor studenten, tegen 4,6 gemiddeld" in text
    assert "overbelast" not in text


def test_a_cluster_with_another_cause_claims_neither() -> None:
    clusters = [*(cluster(f"C{k}") for k in range(9)), cluster("Noord", supervision_adequate_share=0.6)]
    text = english(clusters=clusters)
    assert (
        "60% are adequately supervised, though its mentors are no more overloaded and its trainers no shorter" in text
    )


def test_no_cluster_stands_out() -> None:
    text = english(clusters=[cluster("A", supervision_adequate_share=0.84), cluster("B")])
    assert "No cluster stands out clearly; lowest on average is A (Board A) with 84%." in text
    text = dutch(clusters=[cluster("A", supervision_adequate_share=0.84, mentor_overload_share=0.3), cluster("B")])
    assert "Geen cluster blijft duidelijk achter; gemiddeld het laagst is A (Board A) met 84%: 30% van de" in text


def test_a_cluster_that_seldom_existed_or_is_tiny_is_not_named() -> None:
    many = [cluster("A"), cluster("B")]
    tiny = cluster("Klein", supervision_adequate_share=0.1, students=1.0)
    assert "Klein" not in english(clusters=[*many, tiny])
    assert "Klein" not in english(clusters=[*many, {**tiny, "students": 4.9}])
    assert "Klein" in english(clusters=[*many, {**tiny, "students": 5.0}])
    rare = result(clusters=many)
    rare.outcomes[0].clusters.loc[len(many)] = cluster("Zelden", supervision_adequate_share=0.1)
    assert "Zelden" not in findings(rare, "en")


def test_the_worst_off_programme_and_year_are_named() -> None:
    groups = {
        "programme": [group("programme", "fulltime", 0.86), group("programme", "parttime", 0.7)],
        "year": [group("year", 1, 0.86), group("year", 4, 0.75)],
    }
    assert "are part-time students (70%) and students in year 4 (75%)." in english(groups=groups)
    assert "worden deeltijders (70%) en studenten in jaar 4 (75%)." in dutch(groups=groups)


def test_even_groups_are_not_mentioned() -> None:
    assert "least often" not in english(groups={"year": [group("year", 1, 0.86), group("year", 4, 0.84)]})


WITH_FLOORS = {
    "short_of_time_share": 0.12,
    "short_of_contact_share": 0.015,
    "short_of_quality_share": 0.2,
    "restored_by_time_share": 0.08,
    "restored_by_contact_share": 0.0,
    "restored_by_quality_share": 0.05,
}


def with_floors(lang: Any, **figures: float) -> str:
    return findings(result(WITH_FLOORS | figures, spread=0.0), lang)


def by_quality_alone(lang: Any, **figures: float) -> str:
    quality = BASELINE.with_values(adequate_by="quality")
    return findings(replace(result(WITH_FLOORS | figures, spread=0.001), scenario=quality), lang)


def test_the_floor_that_gives_way_is_named() -> None:
    text = with_floors("en")
    assert (
        "Below the floor of mentor time are 12% of the students, of contact with trainers 1.5% and of quality 20%; "
        "mentor time gives way first: if that floor alone were met, another 8% would be adequately supervised."
    ) in text
    text = with_floors("nl")
    assert (
        "Onder de ondergrens voor tijd van mentoren blijft 12% van de studenten, voor contact met opleiders 1,5% en "
        "voor kwaliteit 20%; tijd van mentoren knelt het eerst: als alleen die ondergrens gehaald werd, zou nog eens "
        "8% toereikend begeleid worden."
    ) in text


def test_another_floor_gives_way_where_it_restores_most() -> None:
    assert "; contact with trainers gives way first: if" in with_floors("en", restored_by_contact_share=0.09)
    assert "; kwaliteit knelt het eerst: als" in with_floors("nl", restored_by_quality_share=0.09)


def test_floors_that_only_give_way_together_are_told_so() -> None:
    alone = {name: 0.0 for name in WITH_FLOORS if name.startswith("restored")}
    assert "; no floor gives way alone, for who" in with_floors("en", **alone)
    assert "; geen ondergrens knelt op zichzelf, want" in with_floors("nl", **alone)


def test_one_floor_on_the_quality_of_the_week_is_told_as_such() -> None:
    text = by_quality_alone("en")
    assert "85% of the students are adequately supervised, at or above the floor of 0.48, more than the 80%" in text
    assert "the worst-off tenth get less than 0.45" in text
    text = by_quality_alone("nl")
    assert "wordt 85% van de studenten toereikend begeleid, op of boven de ondergrens van 0,48" in text
    assert "krijgt minder dan 0,45" in text


def test_floors_that_hold_or_are_not_set_are_not_told() -> None:
    assert "Below the floor" not in with_floors("en", **dict.fromkeys(WITH_FLOORS, 0.0))
    assert "Below the floor" not in with_floors("en", short_of_time_share=float("nan"))
    assert "gives way" not in by_quality_alone("en")


def test_mbo_is_there() -> None:
    text = english(WITH_MBO, first={"students_mbo": 10.0, "status_barrier": 0.45})
    assert "beside them are 45 mbo students" in text
    assert "Of the mbo students 70% are adequately supervised, of the hbo students 80%" in text
    assert "the status barrier between them is 0.40 (0.45 in the first year with mbo)" in text


def test_mbo_that_came_in_the_last_year_has_no_first_year_to_compare_with() -> None:
    text = english(WITH_MBO, first={"students_mbo": 0.0, "status_barrier": 0.45})
    assert "is 0.40." in text


def test_cut_hours_and_a_grant_that_covers_all() -> None:
    text = english({"hours_factor": 0.9, "own_contribution": -5000.0, "grant_cover": 1.05})
    assert "boards cut facilitated hours, to 90% on average" in text
    assert "the grant covers 105%;" in text
    assert "add" not in text.split("costs about")[1]
    assert "kortten besturen de gefaciliteerde uren, tot gemiddeld 90%" in dutch({"hours_factor": 0.9})


def test_what_has_no_value_is_not_mentioned() -> None:
    missing = dict.fromkeys(USUAL, float("nan")) | {"students_inside": 180.0, "coverage": 0.5}
    text = english(missing)
    assert "nan" not in text.lower()
    assert "costs" not in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (number(1234.56, "en", 1), "1,234.6"),
        (number(1234.56, "nl", 1), "1.234,6"),
        (number(-0.04, "en", 1), "0.0"),
        (number(-2.0, "nl"), "−2"),
        (number(float("nan"), "en"), "–"),
        (percent(0.846, "nl", 1), "84,6%"),
        (euros(12_345.0, "nl", 1000), "12.000 euro"),
        (euros(12_345.0, "en", 10), "€12,340"),
    ],
)
def test_numbers_in_both_languages(text: str, expected: str) -> None:
    assert text == expected
