"""The start, a change during a run, and lifted constraints, for any state and any parameters (RULES 5, 8, 9).

Each is reckoned once more, person by person, with the draw that RULES names: luck is looked up, nothing left to chance.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from samenspel.agents.organisations import Stage
from samenspel.agents.students import Programme, Status
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.constraints import LIFTED
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.world import StudentRow
from samenspel.model.here import Price
from samenspel.model.input.faults import InputFaults
from samenspel.model.luck.draws import Stream
from samenspel.model.luck.keys import Kind
from samenspel.model.money import price_in
from tests.lives import BASELINE, GROWING, make
from tests.places import ROOT
from tests.reckoned import (
    MENTORS,
    PABO,
    SHARES,
    SKILL,
    STUDENTS,
    by_largest_remainder,
    hbo_targets,
    key_of,
    new_mentors,
    new_students,
    new_trainers,
    numbers,
    often,
    rounded,
    same,
    seldom,
    spread,
    untrained_skill,
)
from tests.strategies import anything, values_of
from tests.textbook.constants import (
    STOCK_GAIN,
    STOCK_YEAR,
    SYNTHETIC_MOVE,
    SYNTHETIC_SIZE,
    WEIGHT_PABO,
    WEIGHT_PEDAGOGY,
)

# --- the start (5) ---------------------------------------------------------------------------------------------------


def described(number: int, **values: Any) -> Scenario:
    """The baseline's rows as two partnerships, with some of what a file may say besides."""
    rng, world = np.random.default_rng(number), BASELINE.world
    names = [replace(world.partnerships[0], name="one"), replace(world.partnerships[0], name="two")]
    second = [n % 2 == 1 if n < 2 else bool(rng.integers(2)) for n in range(len(world.boards))]
    boards = tuple(replace(row, partnership=names[two].name) for row, two in zip(world.boards, second, strict=True))
    of = {row.name: row.partnership for row in boards}

    def maybe(low: int, high: int) -> int | None:
        return int(rng.integers(low, high)) if rng.random() < 0.3 else None

    def hours(found: int | None) -> dict[str, Any]:
        return {} if found is None else {"trainer_hours": found}

    own = np.array([of[row.board] == "two" for row in world.clusters])
    other = own ^ (rng.random(len(own)) < 0.2)  # some are of a board of the other partnership
    clusters = tuple(
        replace(row, partnership=names[int(at)].name, places=maybe(4, 20), own=hours(maybe(2, 9)))
        for row, at in zip(world.clusters, other if other.any() and not other.all() else own, strict=True)
    )
    sites = [replace(row, care_mentors=maybe(0, 4)) for row in world.sites]
    sites = [replace(row, mentors=maybe(1, 9)) for row in sites]
    sites = [row if row.mentors is None else replace(row, mentors_trained=maybe(0, row.mentors + 1)) for row in sites]
    counted: tuple[StudentRow, ...] = ()
    if number % 3 == 0:
        counted = (StudentRow("two", "fulltime", 1, 40), StudentRow("two", "parttime", 3, 12))
    rows = tuple(sites[n] for n in rng.permutation(len(sites)))
    whole = replace(world, partnerships=tuple(names), boards=boards, clusters=clusters, sites=rows, students=counted)
    return replace(BASELINE.with_values(beyond_range=True, form_start="new", **values), world=whole)


START = (
    "merge_partnerships", "class_size", "climate_spread", "willing_share",
    "care_mentors_per_ikc", "mentors_trained_share", "trainer_hours", "students_per_cluster",
    "institute_trainer_hours", "trainer_skill_mean", "trainer_skill_spread", *STUDENTS, *MENTORS,
)  # fmt: skip
starts = values_of(
    *START,
    **SHARES,
    partnerships=st.integers(1, 4),
    clusters_share=st.floats(0.1, 1.0),
    hbo_demand=st.integers(60, 120),
)


def layout(scenario: Scenario, p: Any) -> tuple[list[Any], list[Any], list[Any], int]:
    """Boards, clusters and sites with their partnership, in row order, and how many partnerships the file describes."""
    world, merged = scenario.world, p.merge_partnerships
    names = [row.name for row in world.partnerships]
    boards = [(0 if merged else names.index(row.partnership), row) for row in world.boards]
    home = {row.name: k for k, row in boards}
    kept = []
    for name in names:
        of = [row for row in world.clusters if row.partnership == name]
        kept += of[: math.ceil(p.clusters_share * len(of) - 1e-9)]
    clusters = [(0 if merged else names.index(row.partnership), row) for row in world.clusters if row in kept]
    exists = {row.name: k for k, row in clusters}
    sites = [row if row.cluster in exists else replace(row, cluster=None) for row in world.sites]
    sites = [(exists[row.cluster] if row.cluster else home[row.board], row) for row in sites]
    count = 1 if merged else len(names)
    for rows in (boards, clusters, sites):
        first = [row for k, row in rows if k == 0]
        rows += [(k, row) for k in range(count, max(count, p.partnerships)) for row in first]
    return boards, clusters, sites, count


def nth(rows: list[Any]) -> list[tuple[int, int]]:
    """Partnership, and the running number within it."""
    seen: Counter[int] = Counter()
    found = []
    for k, _ in rows:
        found.append((k, seen[k]))
        seen[k] += 1
    return found


def check_mentors(there: Partnership, rows: list[Any]) -> None:
    """Each site has the mentors of its row in the file, or as many as are willing; some of them trained."""
    p, o, m, draws = there.p, there.sites.rows(), there.mentors.rows(), there.draws
    order = sorted(np.flatnonzero(o.cluster >= 0), key=lambda site: (o.cluster[site], site))
    willing = draws.uniform(Stream.MENTOR_WILLING, o.key, 0)
    who, counted = [], []
    for site in order:
        row = rows[site]
        teachers = min(32, max(1, math.floor(p.willing_share * o.classes[site] + willing[site])))
        teachers = teachers if row.mentors is None else row.mentors
        carers = p.care_mentors_per_ikc * o.ikc[site] if row.care_mentors is None else row.care_mentors
        who += [(site, place) for place in (*range(teachers), *range(32, 32 + carers))]
        known = row.mentors_trained
        counted += [-1 if known is None else int(n < known) for n in range(teachers)] + [-1] * carers
    assert list(zip(m.site, m.place, strict=True)) == who
    new = new_mentors(there, slice(None), 0, p.mentors_trained_share)
    trained = np.where(np.array(counted) >= 0, np.array(counted) == 1, new["trained"])
    new["skill"] = untrained_skill(p, draws.uniform(Stream.MENTOR_STATE, m.key, 0, 2))
    new["skill"] = (new["skill"] + p.mentor_training_gain * trained).clip(0, 1)
    same(m, new | {"trained": trained, "new": False})


@often
@given(number=numbers, values=starts)
def test_the_land_lies_as_the_file_describes_it_and_in_variations(number: int, values: dict[str, Any]) -> None:
    scenario = described(number, **values)
    there = Partnership(scenario, rng=number)
    p, b, c, o, draws = there.p, there.boards.rows(), there.communities.rows(), there.sites.rows(), there.draws
    boards, clusters, sites, count = layout(scenario, p)
    for kind, rows, laid in ((Kind.BOARD, b, boards), (Kind.COMMUNITY, c, clusters), (Kind.SITE, o, sites)):
        assert rows.key.tolist() == [key_of(kind, 0, k, n) for k, n in nth(laid)]
        assert rows.partnership.tolist() == [k for k, _ in laid]
    of_the_file = {row.name: n for n, (k, row) in enumerate(boards) if k < count}
    board_row = {(k, name): n for k in range(p.partnerships + count) for name, n in of_the_file.items()}
    board_row |= {(k, row.name): n for n, (k, row) in enumerate(boards)}
    cluster_row = {(k, row.name): n for n, (k, row) in enumerate(clusters)}
    assert b.stage.tolist() == [Stage.MEMBER if row.member else Stage.OUTSIDE for _, row in boards]
    same(b, {name: [getattr(row, name) for _, row in boards] for name in ("max_clusters", "max_students", "lead")})
    places = [p.students_per_cluster if row.places is None else row.places for _, row in clusters]
    same(c, {"board": [board_row[k, row.board] for k, row in clusters], "places": places, "maturity": 1.0, "opened": 0})
    assert o.board.tolist() == [board_row[k, row.board] for k, row in sites]
    assert o.cluster.tolist() == [cluster_row[k, row.cluster] if row.cluster else -1 for k, row in sites]

    synthetic = o.partnership >= count
    u = [draws.uniform(Stream.SYNTHETIC, o.key, 0, n) for n in range(3)]
    moved = [np.where(synthetic, spread(0, SYNTHETIC_MOVE, u[n]), 0) for n in range(2)]
    same(o, {"x": 67.0 * np.array([row.longitude - 6.5 for _, row in sites]) + moved[0]})
    same(o, {"y": 111.2 * np.array([row.latitude - 53.0 for _, row in sites]) + moved[1]})
    factor = np.where(synthetic, spread(1, SYNTHETIC_SIZE, u[2]), 1)
    pupils = [max(1, rounded(row.pupils * factor[n])) for n, (_, row) in enumerate(sites)]
    same(o, {"pupils": pupils, "classes": [max(1, rounded(n / p.class_size)) for n in pupils]})
    same(o, {"climate": spread(p.climate_mean, p.climate_spread, draws.uniform(Stream.SITE_STATE, o.key, 0))})
    same(o, {"public": [r.denomination == "public" for _, r in sites], "ikc": [r.kind == "ikc" for _, r in sites]})

    t, i = there.trainers.rows(), there.institutes.rows()
    school = [row.own.get("trainer_hours", p.trainer_hours) for _, row in clusters]
    same(t, {"hours": school}, slice(0, None, 4))
    same(t, {"skill": new_trainers(there, slice(None), 0), "familiarity": 1.0, "vacant_weeks": 0})
    asked = np.bincount(c.partnership, t.hours[1::4], there.state.partnership_count)
    same(i, {"hours_pool": asked, "pool": 1.0})
    check_mentors(there, [row for _, row in sites])


@often
@given(number=numbers, values=starts)
def test_the_stock_of_students_is_shared_over_years_and_has_learned(number: int, values: dict[str, Any]) -> None:
    scenario = described(number, **values)
    there = Partnership(scenario, rng=number)
    p, s = there.p, there.students.rows()
    stock = [
        [by_largest_remainder(n, [*STOCK_YEAR, 1 - sum(STOCK_YEAR)]) for n in row]
        for row in hbo_targets(there).tolist()
    ]
    if scenario.world.students:
        k = 0 if p.merge_partnerships else 1
        stock[k] = [[40, 0, 0, 0], [0, 0, 12, 0], [0] * 4, [0] * 4]
    who = [
        (key_of(Kind.HBO, 0, k, programme * 2**17 + sum(years[:y]) + n), y + 1)
        for k, programmes in enumerate(stock)
        for programme, years in enumerate(programmes)
        for y, count in enumerate(years)
        for n in range(count)
    ]
    assert sorted(zip(s.key.tolist(), s.year.tolist(), strict=True)) == sorted(who)
    same(s, {"enrolled": s.year - 1})
    new = new_students(there, slice(None), 0)
    for domain, pabo, pedagogy in zip(PABO, WEIGHT_PABO, WEIGHT_PEDAGOGY, strict=True):
        weight = np.where(s.programme == Programme.PEDAGOGY, pedagogy, pabo)
        new[domain] = 1 - (1 - new[domain]) * (1 - STOCK_GAIN * weight) ** (s.year - 1)
    placed_public = (s.site >= 0) & there.sites.column("public")[s.site]
    same(s, new | {"wish_met": placed_public})


@seldom
@given(number=numbers, values=values_of("placement_priority", hbo_demand=st.integers(100, 400)))
def test_at_the_start_places_go_by_priority_then_year_then_luck(number: int, values: dict[str, Any]) -> None:
    there = make(number, form_start="new", beyond_range=True, **values)
    s = there.students.rows()
    parttime = s.programme == Programme.PARTTIME
    eligible = np.flatnonzero(~parttime | s.available)
    rank = {"parttime_first": ~parttime, "fulltime_first": parttime, "lottery": 0 * parttime}[
        values["placement_priority"]
    ]
    luck = there.draws.uniform(Stream.ADMISSION, s.key, 0)
    queue = sorted(eligible.tolist(), key=lambda i: (rank[i], -s.year[i], luck[i]))
    inside = np.flatnonzero(s.status == Status.INSIDE).tolist()
    assert sorted(queue[: there.sites.column("hbo_places").sum()]) == inside


TOWN = {"name": "Dorp", "latitude": 53.1, "longitude": 6.5, "inhabitants": 3000}
FILE = """
boards = [{name = "Linde", denomination = "public", member = true, lead = true, max_clusters = 2, max_students = 24}]
clusters = [{name = "Linde 1", board = "Linde"}]
sites = [{name = "Wilg", board = "Linde", cluster = "Linde 1", town = "Dorp", kind = "ikc", pupils = 180}]
title = "Klein"
"""


@pytest.mark.parametrize("missing", TOWN)
def test_a_town_is_known_by_all_its_columns(missing: str, tmp_path: Path) -> None:
    file = tmp_path / "small.toml"
    for left_out in ("", missing):
        town = ", ".join(f"{name} = {value!r}".replace("'", '"') for name, value in TOWN.items() if name != left_out)
        file.write_text(f"towns = [{{{town}}}]\n{FILE}", encoding="utf-8")
        if not left_out:
            assert Scenario.load(file).world.towns[0].latitude == 53.1
            continue
        with pytest.raises(InputFaults, match=missing):
            Scenario.load(file)


# --- a change during a run (8) ---------------------------------------------------------------------------------------

SEATS = ("trainer_hours", "institute_trainer_hours", "practice_trainer_hours", "mbo_trainer_hours")
SHAPE_SKILL = (
    "mentors_trained_share", "new_mentors_trained_share", "interprofessional_trained_share", *SKILL,
    "mentor_training_gain",
)  # fmt: skip
CHANGES = (
    *SEATS, *SHAPE_SKILL, "students_per_cluster", "parttime_form", "parttime_availability",
    "parttime_availability_flex", "mbo_availability", "wage_growth", "grant_growth", "budget_growth",
    "with_finance", "days_year_1", "need_per_day",
)  # fmt: skip
changes = st.fixed_dictionaries({}, optional={name: anything(name) for name in CHANGES})


def mentors_after(
    there: Partnership, old: Any, trained: NDArray[np.bool_], skill: NDArray[np.float64]
) -> dict[str, Any]:
    """What mentors are after a change of parameters from `old`, with who was `trained` and their `skill` before it."""
    p, m = there.p, there.mentors.rows()
    cohort, trained = m.key // 2**40 % 2**16, trained.copy()
    u = [np.array([there.draws.uniform(Stream.MENTOR_STATE, m.key, int(y), n) for y in range(3)]) for n in range(3)]
    u = [draws[cohort, np.arange(m.key.size)] for draws in u]
    was, now = (np.where(cohort == 0, q.mentors_trained_share, q.new_mentors_trained_share) for q in (old, p))
    trained[(was <= u[0]) & (u[0] < now)] = True
    trained[(now <= u[0]) & (u[0] < was)] = False
    if any(getattr(p, name) != getattr(old, name) for name in SHAPE_SKILL):
        skill = untrained_skill(p, u[2]) + p.mentor_training_gain * trained
    return {
        "trained": trained,
        "skill": skill.clip(0, 1),
        "interprofessional": u[1] < p.interprofessional_trained_share,
    }


def available_after(there: Partnership) -> NDArray[np.bool_]:
    """Which students are available, by the draw of the year in which they came."""
    p, s = there.p, there.students.rows()
    same_day = PARAMETERS["parttime_form"].choices[p.parttime_form] == "same_day"
    parttime = s.programme == Programme.PARTTIME
    chance = np.where(parttime, p.parttime_availability if same_day else p.parttime_availability_flex, 1.0)
    chance[s.programme >= Programme.CARE_3] = p.mbo_availability
    entered = s.key // 2**40 % 2**16
    luck = np.array([there.draws.uniform(Stream.AVAILABLE, s.key, y) for y in range(3)])
    return luck[entered, np.arange(s.key.size)] < chance


@often
@given(number=numbers, weeks=st.sampled_from((0, 30, 40, 41, 75)), values=changes)
def test_what_was_made_from_a_parameter_follows_its_change(number: int, weeks: int, values: dict[str, Any]) -> None:
    there = make(number, **GROWING, form_start="new", mbo_students_per_cluster=2, growth_start_year=1)
    there.run(weeks=weeks)
    old = there.p
    m, t, c, s = there.mentors.rows(), there.trainers.rows(), there.communities.rows(), there.students.rows()
    parties = there.boards.rows(), there.institutes.rows()
    trained, hours, places, pool = m.trained.copy(), t.hours.copy(), c.places.copy(), parties[1].hours_pool.copy()
    skill = m.skill.copy()
    there.change(**values, beyond_range=True)

    p = there.p
    same(m, mentors_after(there, old, trained, skill))
    more = np.array([getattr(p, name) - getattr(old, name) for name in SEATS])
    same(t, {"hours": np.maximum(0, hours + more[t.kind])})
    same(c, {"places": np.maximum(0, places + p.students_per_cluster - old.students_per_cluster)})
    same(parties[1], {"hours_pool": pool, "pool": min(1, pool[0] / t.hours[1::4].sum())})
    same(s, {"available": available_after(there)})
    if not p.with_finance:
        for party in parties:
            same(party, {"hours_factor": 1.0, "stopped": False})
    first_year = (s.programme == Programme.FULLTIME) & (s.year == 1)
    same(s, {"days": p.days_year_1, "need": p.need_per_day}, first_year)


def prices_in(there: Partnership, school_year: int) -> tuple[float, float]:
    """Wages and the grant, as indices."""
    here = there.state.all()
    return price_in(here, Price.WAGE_INDEX, school_year), price_in(here, Price.GRANT_INDEX, school_year)


@often
@given(number=numbers, weeks=st.sampled_from((0, 30, 40, 41, 75)), values=changes)
def test_prices_and_budgets_grow_on_from_where_a_change_finds_them(
    number: int, weeks: int, values: dict[str, Any]
) -> None:
    there = make(number, **GROWING, prices="constant", mbo_students_per_cluster=2, growth_start_year=1)
    there.run(weeks=weeks)
    old, year = there.p, weeks // 40 + 1
    parties = there.boards.rows(), there.institutes.rows()
    budgets = [(party.budget_rate.copy(), party.budget_year.copy()) for party in parties]
    prices = prices_in(there, year)
    there.change(**values, beyond_range=True)

    p = there.p
    for later in (year, year + 2):
        wages, grants = prices_in(there, later)
        assert wages == pytest.approx(prices[0] * (1 + p.wage_growth) ** (later - year))
        assert grants == pytest.approx(prices[1] * (1 + p.grant_growth) ** (later - year))
        for party, (rate, since) in zip(parties, budgets, strict=True):
            known = since > 0
            level = rate[known] * (1 + old.budget_growth) ** (year - since[known])
            years = later - party.budget_year[known].astype(int)
            np.testing.assert_allclose(
                party.budget_rate[known] * (1 + p.budget_growth) ** years,
                level * (1 + p.budget_growth) ** (later - year),
            )


# --- constraints (9) -------------------------------------------------------------------------------------------------


def lifted_by_the_document() -> dict[str, dict[str, Any]]:
    rules = (ROOT / "docs" / "RULES.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z ]+) \| (`.+) \|$", rules.split("## 9 ")[1], re.MULTILINE)
    words = {"off": False, "on": True}
    found: dict[str, dict[str, Any]] = {}
    for constraint, cell in rows:
        for names, value in re.findall(r"((?:`\w+`(?:, | and )?)+) (\d[\d ]*\d|[\d.]+\d|\w+)", cell.split(":")[0]):
            plain = value.replace(" ", "")
            said = words.get(plain, float(plain) if plain[0].isdigit() else plain)
            found.setdefault(constraint.replace(" ", "_"), {}).update(
                dict.fromkeys(re.findall(r"`(\w+)`", names), said)
            )
    return found


def test_lifted_constraints_are_those_of_the_document() -> None:
    assert lifted_by_the_document() == LIFTED


@seldom
@given(
    number=numbers,
    values=values_of("need_per_day", "need_per_day_final", "days_year_4", "mbo_mix", "form_group_size", "form_skill"),
)
def test_a_lifted_constraint_holds_nobody_back(number: int, values: dict[str, Any]) -> None:
    lived = make(number, **GROWING, mbo_students_per_cluster=4, leadership_hours=300.0, wage_growth=0.06, **values)
    lived.run(years=2)
    for constraint, lifts in LIFTED.items():
        there = lived.copy()
        there.change(**lifts, beyond_range=True)
        if constraint == "mentor_time":
            there.step()
            assert there.mentors.column("load").max() < 1
        elif constraint == "mentor_skill":
            assert (there.mentors.column("skill") == 1).all()
        elif constraint == "trainer_time":
            assert (there.trainers.column("hours")[::4] == 80).all()
        elif constraint == "leadership":
            there.run(weeks=2)
            assert not there.leaderships.column("backlog").any()
        elif constraint == "meeting_size":
            there.run(weeks=2)
            c = there.communities.rows()
            fewest = np.where(c.sessions_mbo > 0, np.minimum(c.persons, c.persons_mbo), c.persons)
            met = (c.subgroups > 0) & (fewest > 0)
            assert met.any()
            assert (c.facilitation[met] > 0.95 * (c.maturity * np.minimum(1, fewest))[met]).all()
        elif constraint == "mixing":
            assert (there.p.coordination_mix, there.p.match_cross, there.p.with_barrier) == (0, 1, 0)
        elif constraint == "money":
            assert (there.boards.column("hours_factor") == 1).all()
        else:
            there.run(weeks=1)
            c, o = there.communities.rows(), there.sites.rows()
            assert np.bincount(o.cluster[o.cluster >= 0], o.hbo_places[o.cluster >= 0]).tolist() == c.places.tolist()
