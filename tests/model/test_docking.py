"""The fast model against the textbook: every state of every agent, every week.

And the textbook against good sense, since it is what the fast model is held against.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from samenspel.model import Partnership
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.world import StudentRow
from samenspel.model.input.scenario import Scenario
from samenspel.model.luck.draws import Draws, Stream
from tests.textbook import TextbookPartnership
from tests.textbook.docking import FAMILIES, compare, compare_family, first_differences, report

# Tracing makes the textbook slow, and compiled rules leave no trace.
pytestmark = pytest.mark.no_cover

MIXED = {"mbo_students_per_cluster": 4, "mbo_mix": "mixed"}
GROWING = {"growth_clusters": 4, "growth_boards": 4}
BUILT_IN = [name for name in Scenario.names() if name != "national"]
IN_PART = {"year_1_first_week": 21, "final_weeks": 20}
PERSONS = {"form_facilitation": "persons", "community_weight": 0.15, "with_fidelity": True}

DESIGNS: dict[str, dict[str, Any]] = {
    "growth": GROWING,
    "growth across denominations": GROWING | {"cross_denomination": True, "clusters_per_new_board": 2},
    "late growth with a busy leadership": GROWING | {"growth_start_year": 2, "leadership_hours": 420.0},
    "growth and mbo": GROWING | MIXED,
    "mbo in some clusters from year 2": MIXED | {"mbo_start_year": 2, "mbo_clusters_share": 0.5},
    "assistants free teachers": MIXED
    | {"assistant_relief": 0.25, "match_knowledge": 1.0, "mbo_assistant_share": 0.6, "mentor_hours": 0.8},
    "without a barrier assistants free teachers in full": MIXED
    | {"assistant_relief": 0.8, "match_knowledge": 0.5, "with_barrier": False},
    "mentored outside": GROWING
    | {"form_outside": "mentored", "outside_trainer_hours": 0.2, "outside_mentor_hours": 1.0, "parttime_share": 0.3},
    "mentored outside by straight lines": dict.fromkeys(("form_caseload", "form_dose"), "linear")
    | {"form_outside": "mentored"},
    "many mbo students": MIXED | {"mbo_students_per_cluster": 12, "mbo_half_year_share": 0.4, "mbo_first_year": 2},
    "large clusters": {"students_per_cluster": 30, "demand_follows_places": True, "site_capacity": "soft"},
    "large mixed clusters": MIXED
    | {"students_per_cluster": 30, "demand_follows_places": True, "site_capacity": "soft"},
    "pedagogy apart": {"pedagogy_share": 0.10, "across_variants": False, "cross_year": False},
    "few clusters": GROWING | MIXED | {"clusters_share": 0.35},
    "three partnerships": {"partnerships": 3, "clusters_share": 0.8},
    "poor boards": {"wage_growth": 0.06, "budget_growth": 0.0, "contribution_tolerance": 0.02} | GROWING,
    "dated prices": MIXED
    | GROWING
    | {"prices": "dated", "grant_growth": 0.03, "bbl_subsidy": 2200.0, "mbo_bbl_share": 0.5},
    "dated prices from 2025 on": {"prices": "dated", "first_school_year": 2025, "wage_growth": 0.06} | GROWING,
    "hours that are not all there": MIXED | GROWING | PERSONS | {"hours_delivered": 0.8, "survey_floor": 0.65},
    "hours that are not all there, by hours": {
        "hours_delivered": 0.7,
        "form_facilitation": "hours",
        "trainer_hours": 3.0,
    },
    "tired mentors": {"mentor_hours": 0.8, "withdrawal_rate": 0.02, "fatigue_rate": 0.06, "mentor_turnover": 0.2},
    "mentors leave faster than students": {
        "beyond_range": True,
        "mentor_turnover": 0.6,
        "mentor_recruitment": 0.2,
        "denomination_wish_share": 0.8,
        "willing_share": 0.3,
        "students_per_cluster": 40,
        "demand_follows_places": True,
        "with_dropout": False,
        "with_assessment": False,
    },
    "a leadership without hours": {"beyond_range": True, "leadership_hours": 0.0} | GROWING,
    "an institute without hours": {"beyond_range": True, "institute_trainer_hours": 0.0},
    "nothing happens by chance": dict.fromkeys(
        ("with_dropout", "with_turnover", "with_withdrawal", "with_assessment"), False
    ),
    "long travel": {"beyond_range": True, "denomination_wish_share": 0.8, "move_travel": 0.0},
    "small communities": MIXED | {"community_split_size": 8, "subgroup_size": 2, "meeting_interval": 1},
    "smooth skill, rich classes": MIXED
    | {"form_skill": "logistic", "richness_spread": 0.8, "mentor_turnover": 0.2, "form_outside": "mentored"},
    "the suitable are asked first": GROWING
    | MIXED
    | {"form_skill": "logistic", "selection": 0.5, "students_per_cluster": 20, "survey_floor": 0.55},
    "only skill counts": {"selection": 1.0, "mentor_accept_load": 1.5, "pedagogy_share": 0.10},
    "mentors are kept within the load": MIXED
    | {"keep_mentor_within_load": True, "mentor_hours_final": 2.5, "selection": 0.25, "students_per_cluster": 20}
    | {"demand_follows_places": True, "site_capacity": "soft"},
    "hours for the final year": GROWING
    | MIXED
    | {
        "mentor_hours_final": 3.0,
        "pedagogy_share": 0.10,
        "mbo_years": 4,
        "withdrawal_rate": 0.02,
        "fatigue_rate": 0.06,
    },
    "delayed at the institute": {"delay_later": 0.2, "enrolment_limit": 5, "placement_priority": "lottery"},
    "three floors": MIXED | GROWING | {"adequate_by": "floors", "floor_time": 0.8, "floor_contact": 2.0},
    "three floors in and outside": {
        "adequate_by": "floors",
        "form_outside": "mentored",
        "outside_trainer_hours": 0.3,
        "trainer_hours": 3.0,
        "mentor_hours": 1.2,
    },
    "three floors where a meeting takes the day": MIXED
    | {
        "adequate_by": "floors",
        "meeting_hours": 8.0,
        "meeting_interval": 3,
        "days_year_1": 0.5,
        "mbo_half_year_share": 0.6,
    }
    | {"survey_floor": 0.7, "attention": "need", "beyond_range": True},
    "placement in a part of the year": MIXED | GROWING | IN_PART | {"academic_share": 0.1, "attention": "need"},
    "placement in odd parts of the year": {"beyond_range": True, "year_1_first_week": 33, "final_weeks": 11},
    "duos": MIXED | IN_PART | {"duo_year_1": True, "pedagogy_share": 0.1, "hbo_demand": 200},
    "duos whose mentors withdraw": IN_PART
    | {"duo_year_1": True, "mentor_hours": 0.8, "withdrawal_rate": 0.02, "fatigue_rate": 0.06}
    | {"form_outside": "mentored", "form_fatigue": "linear", "form_caseload": "logistic", "failed_leaves": 0.1},
    "sessions cost hours": PERSONS | GROWING,
    "sessions of professions that meet": MIXED
    | PERSONS
    | {"roles": 0.4, "facilitators": 3, "form_outside": "mentored"},
    "sessions side by side": MIXED | PERSONS | {"mbo_mix": "parallel", "facilitators": 4, "trainer_turnover": 0.25},
    "sessions in turn": MIXED | PERSONS | {"mbo_mix": "alternating", "facilitators": 1, "mbo_students_per_cluster": 8},
    "sessions by study year": PERSONS
    | {"cross_year": False, "students_per_cluster": 18, "demand_follows_places": True, "session_share": 0.8},
    "sessions of part-timers apart": PERSONS
    | {"parttime_form": "other_day", "across_variants": False, "pedagogy_share": 0.1, "meeting_interval": 3},
    "sessions of parts every week": MIXED | PERSONS | {"community_split_size": 8, "meeting_interval": 1, "roles": 0.0},
    "sessions that nobody leads": PERSONS | {"facilitators": 0},
    "sessions of a few": PERSONS | {"students_per_cluster": 6, "cross_year": False, "meeting_hours": 4.0},
    "sessions without hours to give": PERSONS | MIXED | {"trainer_hours": 2.0, "institute_trainer_hours": 2.0},
    "a community in supervision without sessions": {"community_weight": 0.3, "induction": 1.0, "mbo_mix": "none"}
    | {"mbo_students_per_cluster": 4},
    "communities of a late leadership": GROWING | PERSONS | {"leadership_hours": 420.0},
    "all of the second edition": GROWING
    | MIXED
    | PERSONS
    | {"form_outside": "mentored", "assistant_relief": 0.25, "match_knowledge": 1.0, "delay_later": 0.1}
    | {"form_skill": "logistic", "richness_spread": 0.8, "selection": 0.5}
    | {"keep_mentor_within_load": True, "mentor_hours_final": 2.5, "adequate_by": "floors", "prices": "dated"}
    | IN_PART
    | {"duo_year_1": True},
    "strict school": {"required_year_1": 0.35, "failed_leaves": 0.1, "enrolment_limit": 5},
}


def rivals() -> Iterator[tuple[str, Any]]:
    """Every choice that is not the default, and every switch the other way."""
    for parameter in PARAMETERS.values():
        if parameter.kind == "choice":
            yield from ((parameter.name, choice) for choice in parameter.choices[1:])
        elif parameter.kind == "switch":
            yield parameter.name, not parameter.default


def anywhere(number: int) -> dict[str, Any]:
    """A point of the plausible space, with mbo and growth more often than not."""
    draws = Draws(number)
    found: dict[str, Any] = {}
    for i, (name, parameter) in enumerate(PARAMETERS.items()):
        u = float(draws.uniform(Stream.SYNTHETIC, np.array([i]), 0)[0])
        if name in ("hbo_demand", "partnerships", "merge_partnerships"):
            continue
        if parameter.kind == "real":
            found[name] = parameter.low + u * (parameter.high - parameter.low)
        elif parameter.kind == "whole":
            found[name] = min(int(parameter.high), int(parameter.low + u * (parameter.high - parameter.low + 1)))
        elif parameter.kind == "choice":
            found[name] = parameter.choices[int(u * len(parameter.choices))]
        elif not name.startswith("with_"):
            found[name] = u < 0.5
    return found


def described(scenario: Scenario) -> Scenario:
    """The same partnership with everything that a file may say, and its sites in another order."""
    world = scenario.world
    sites = [
        replace(
            site,
            mentors=None if i % 3 else 2 + i % 4,
            mentors_trained=None if i % 2 or i % 3 else 1,
            care_mentors=None if i % 5 or site.kind != "ikc" else 1,
        )
        for i, site in enumerate(reversed(world.sites))
    ]
    clusters = [
        replace(
            cluster,
            places=(None, 8, 20)[i % 3],
            own=({"trainer_hours": 3.0} if i % 2 else {}) | ({"institute_trainer_hours": 2.5} if i % 3 == 2 else {}),
        )
        for i, cluster in enumerate(world.clusters)
    ]
    counts = {"fulltime": (90, 60, 50, 40), "parttime": (30, 20, 10, 5), "pedagogy": (6, 4, 0, 0)}
    students = [
        StudentRow(world.partnerships[0].name, programme, year, count)
        for programme, of_years in counts.items()
        for year, count in enumerate(of_years, start=1)
        if count
    ]
    return replace(
        scenario, world=replace(world, sites=tuple(sites), clusters=tuple(clusters), students=tuple(students))
    )


def assert_same(scenario: Scenario, seed: int, weeks: int) -> None:
    found = first_differences(scenario, seed, weeks)
    assert not found, report(found)


# --- the fast model and the textbook ---------------------------------------------------------------------------------


def test_a_year_and_its_turn_are_the_same() -> None:
    """Of as few students as a partnership may have: mutants are asked this without compiled rules."""
    assert_same(Scenario.load("baseline").with_values(**MIXED, **GROWING, hbo_demand=100), seed=1, weeks=42)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "name"), list(enumerate(BUILT_IN)))
def test_built_in_scenarios_are_the_same(name: str, seed: int) -> None:
    assert_same(Scenario.load(name), seed, weeks=201)


@pytest.mark.slow
@pytest.mark.parametrize("name", DESIGNS)
def test_designs_are_the_same(name: str) -> None:
    """Everything has happened once students entered twice; clusters and boards are added over three years."""
    scenario = Scenario.load("baseline").with_values(**DESIGNS[name])
    more = scenario.values["growth_start_year"] if scenario.values["growth_clusters"] else 0
    assert_same(scenario, seed=4, weeks=82 + 40 * more)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "partnerships"), [("split-partnership", 3), ("merged-partnership", 2)])
def test_synthetic_variations_are_the_same(name: str, partnerships: int) -> None:
    assert_same(Scenario.load(name).with_values(partnerships=partnerships, **GROWING), seed=7, weeks=81)


def test_copies_of_a_cluster_stay_with_a_board_of_another_partnership() -> None:
    scenario = Scenario.load("split-partnership").with_values(partnerships=4, **GROWING)
    world, (first, second) = scenario.world, (row.name for row in scenario.world.partnerships)
    its_boards = {row.name for row in world.boards if row.partnership == second}
    moved = next(row for row in world.clusters if row.board in its_boards)
    clusters = tuple(replace(row, partnership=first) if row == moved else row for row in world.clusters)
    assert_same(replace(scenario, world=replace(world, clusters=clusters)), seed=7, weeks=42)


@pytest.mark.slow
@pytest.mark.parametrize(
    "more", [{}, MIXED | GROWING, {"partnerships": 2, "merge_partnerships": True}, {"demand_follows_places": True}]
)
def test_partnerships_described_in_full_are_the_same(more: dict[str, Any]) -> None:
    assert_same(described(Scenario.load("baseline").with_values(**more)), seed=6, weeks=81)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "value"), list(rivals()))
def test_rival_forms_and_switches_are_the_same(name: str, value: Any) -> None:
    changes = MIXED | {"students_per_cluster": 16} | {name: value}
    assert_same(Scenario.load("baseline").with_values(**changes), seed=5, weeks=42)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(12))
def test_points_of_the_plausible_space_are_the_same(number: int) -> None:
    assert_same(Scenario.load("baseline").with_values(**anywhere(number)), seed=number, weeks=82)


def test_a_planted_difference_in_any_state_is_seen() -> None:
    scenario = Scenario.load("baseline").with_values(**MIXED)
    textbook, fast = TextbookPartnership(scenario, rng=1), Partnership(scenario, rng=1)
    for both in (textbook, fast):
        both.step()
        both.step()
    assert list(compare(textbook, fast, 2)) == []
    for family in FAMILIES:
        rows = list(getattr(textbook, family.population))
        row = next(row for row, agent in enumerate(rows) if family.counts(agent))
        for state in family.states:
            column = getattr(fast, family.population).column(dict(family.columns).get(state, state))
            kept = column[row].item()
            column[row] = not kept if column.dtype == bool else kept + (1e-6 if column.dtype == float else 1)
            seen = {difference.state for difference in compare_family(family, textbook, fast, 2)}
            column[row] = kept
            assert state in seen or "present" in seen, (family.name, state)
    assert list(compare(textbook, fast, 2)) == []


# --- the textbook alone ----------------------------------------------------------------------------------------------

UNIT_STATES = {
    "students": (
        *("teaching", "care", "collaboration", "knowledge", "engagement", "belonging", "peer_support", "barrier"),
        *("remembered", "felt_support", "support", "guidance", "supervision", "contact_share", "contact_facilitation"),
    ),
    "mentors": ("skill", "fatigue", "base"),
    "communities": ("maturity", "mbo_share", "facilitation"),
    "boards": ("hours_factor",),
}


def check_sense(textbook: TextbookPartnership) -> None:
    """What must hold after every week, whatever the rules say."""
    for rows, names in UNIT_STATES.items():
        for agent in getattr(textbook, rows):
            for name in names:
                assert 0 <= getattr(agent, name) <= 1, (rows, name)
    keys = [agent.key for agent in textbook.agents if hasattr(agent, "key")]
    assert len(keys) == len(set(keys))
    for community in textbook.communities:
        given = sum(student.support * student.hours_asked for student in community.students())
        assert given <= sum(mentor.hours_available for mentor in community.mentors) * (1 + 1e-12)
    for student in textbook.students:
        assert (student.site is not None) == student.inside
        assert student.cluster is (student.site.cluster if student.inside else None)
        assert student.mentor is None or student.mentor.cluster is student.cluster
        assert not (student.inside and student.mentor_kind == "care" and not student.site.ikc)


@pytest.mark.parametrize("name", ["baseline", "growth and mbo"])
def test_the_textbook_makes_sense(name: str) -> None:
    textbook = TextbookPartnership(Scenario.load("baseline").with_values(**DESIGNS.get(name, {})), rng=1)
    for site in textbook.sites:
        assert sum(s.hbo and s.site is site for s in textbook.students) <= site.hbo_places
    for _ in range(43):
        textbook.step()
        check_sense(textbook)


def test_the_textbook_repeats_itself() -> None:
    scenario = Scenario.load("baseline").with_values(**MIXED)
    runs = [TextbookPartnership(scenario, rng=seed) for seed in (7, 7, 8)]
    for textbook in runs:
        for _ in range(4):
            textbook.step()
    first, again, other = (run.datacollector.get_model_vars_dataframe() for run in runs)
    assert first.equals(again)
    assert not first.equals(other)


@pytest.mark.slow
def test_the_baseline_of_the_textbook_is_plausible() -> None:
    textbook = TextbookPartnership(Scenario.load("baseline"), rng=1)
    for _ in range(200):
        textbook.step()
    years = textbook.datacollector.get_model_vars_dataframe().groupby("year")
    at_first, mean = years.first(), years.mean()
    assert at_first.inside.between(165, 180).all()
    assert (at_first.inside + at_first.outside).between(350, 380).all()
    assert mean.share_adequate.between(0.6, 1.0).all()
    assert mean.backlog.eq(0).all()
    assert not math.isnan(mean.to_numpy().sum())
