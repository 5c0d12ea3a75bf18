"""Every rule of the moments of the year for any state and any parameters (RULES 4).

Each is reckoned once more, person by person, with the draw that RULES names: luck is looked up, nothing left to chance.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from samenspel.agents.columns import members_of
from samenspel.agents.mentors import MentorKind, Role
from samenspel.agents.organisations import Stage
from samenspel.agents.students import Exit, Programme, Status, Track
from samenspel.agents.trainers import TrainerKind
from samenspel.model import Partnership
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.luck.draws import Stream
from samenspel.model.luck.keys import SECOND_HALF, Kind
from samenspel.model.state import Plan
from samenspel.model.year.assessment import assess
from samenspel.model.year.evaluation import end_evaluation, interim_evaluation
from samenspel.model.year.finance import close_accounts
from samenspel.model.year.growth import first_of_april, open_planned
from samenspel.model.year.intake import intake
from samenspel.model.year.life import turn
from samenspel.model.year.mbo import half_year_change, place_mbo
from samenspel.model.year.newcomers import study_plan
from samenspel.model.year.placement import ask_mentors, deal_places, place_hbo
from samenspel.model.year.settling import WEEK_STATES
from samenspel.model.year.staff import turn_mentors, turn_trainers
from tests.lives import GROWING, copied, in_any_state, make
from tests.reckoned import (
    CARED_FOR,
    MENTORS,
    PABO,
    SHARES,
    STUDENTS,
    YEAR,
    backlog_of,
    hbo_targets,
    key_of,
    new_mentors,
    new_students,
    new_trainers,
    number_of,
    numbers,
    often,
    rounded,
    same,
    same_but,
    seldom,
    spread,
)
from tests.strategies import plausible, values_of

# --- the middle of the year (4.1) ------------------------------------------------------------------------------------


@settings(often, max_examples=3)
@given(number=numbers)
def test_the_moments_of_the_year_come_after_their_weeks(number: int) -> None:
    floor = {"survey_floor": 1.0, "survey_noise": 0.0, "plan_hours": 0.5, "plan_hours_limit": 3.0}
    sure = {"board_agrees": 1.0, "site_agrees": 1.0, "with_leadership": False, "beyond_range": True}
    there = make(number, **floor, **sure, **GROWING, mbo_students_per_cluster=4, mbo_half_year_share=0.4)
    founded = len(there.communities)
    for week in range(1, 42):
        there.step()
        extra = set(there.communities.column("extra_hours")[:founded].tolist())
        assert extra == {0.0 if week < 20 else 0.5 if week <= 40 else 1.0}
        mbo = there.students.column("programme") >= Programme.CARE_3
        assert (there.students.column("key")[mbo] & SECOND_HALF).any() == (week >= 20)
        assert bool(there.state.plans) == (27 <= week <= 40)
        assert there.boards.column("cost").any() == (week >= 40)
        cohort = there.students.column("key")[~mbo] // 2**40 % 2**16
        assert (cohort == 1).any() == (week == 41)


@often
@given(number=numbers, values=values_of("mbo_mix", "mbo_half_year_share", "mbo_first_year", "mbo_bbl_share", *STUDENTS))
def test_half_year_seats_change_hands(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, mbo_students_per_cluster=4, **values)
    s = there.students.rows()
    before = copied(s)
    inside, mbo = s.status == Status.INSIDE, s.programme >= Programme.CARE_3
    goes = inside & mbo & s.half_year
    half_year_change(there.state, YEAR)

    cluster = s.cluster[goes]
    seat = before.key[goes] % 2**7
    index = number_of(there.communities.column("key")[cluster]) * 2**8 + seat + 2**7
    same(s, {"key": key_of(Kind.MBO, YEAR, s.partnership[goes], index)}, goes)
    same(s, new_students(there, goes, YEAR) | {"half_year": False, "status": Status.INSIDE}, goes)
    for name in ("year", "programme", "track", "site", "cluster", "mentor", "part", "partnership", "days", "need"):
        np.testing.assert_array_equal(getattr(s, name), getattr(before, name), err_msg=name)
    at = there.sites.rows()
    away = np.hypot(s.home_x - at.x[s.site], s.home_y - at.y[s.site])
    same(s, {"travel": np.where(goes, away, before.travel)})
    contacts = before.contacts.copy()
    if there.p.mbo_mix != 0:
        for i in np.flatnonzero(inside & ~mbo & (s.year <= 3)):
            of_cluster = inside & mbo & (before.cluster == s.cluster[i])
            contacts[i] *= 1 - (of_cluster & goes).sum() / max(1, of_cluster.sum())
    same(s, {"contacts": np.where(goes, 0, contacts)})
    for name, column in members_of(before).items():
        if name != "contacts":
            np.testing.assert_array_equal(getattr(s, name)[~goes], column[~goes], err_msg=name)
    assert there.state.departed[Exit.ENDED] == goes.sum()


def answers(there: Partnership, number: int) -> NDArray[np.float64]:
    """The mean answer of every cluster; missing where nobody is inside."""
    p, s, found = there.p, there.students.rows(), []
    u = there.draws.uniform(Stream.SURVEY, s.key, YEAR, number)
    noise = p.survey_noise * (1 + backlog_of(there)[s.partnership] / p.leadership_backlog_limit)
    said = spread(s.remembered, noise, u).clip(0, 1)
    for cluster in range(len(there.communities)):
        mine = said[(s.cluster == cluster) & (s.status == Status.INSIDE)]
        found.append(mine.mean() if mine.size else math.nan)
    return np.array(found)


EVALUATION = (
    "survey_noise", "survey_floor", "plan_hours", "plan_hours_limit", "leadership_backlog_limit", "with_leadership",
    "with_evaluation",
)  # fmt: skip


@often
@given(number=numbers, values=values_of(*EVALUATION))
def test_the_interim_evaluation_adds_hours_where_answers_are_low_and_the_leadership_in_time(
    number: int, values: dict[str, Any]
) -> None:
    there = in_any_state(number, **values)
    p, c = there.p, there.communities.rows()
    before = copied(c)
    low = (answers(there, 1) < p.survey_floor) & (backlog_of(there)[c.partnership] <= p.leadership_backlog_limit)
    interim_evaluation(there.state, YEAR)
    more = np.minimum(p.plan_hours_limit, before.extra_hours + p.plan_hours)
    same(c, {"extra_hours": np.where(low & bool(p.with_evaluation), more, before.extra_hours)})
    same_but(c, before, "extra_hours")


# --- 1 April (4.2) ---------------------------------------------------------------------------------------------------


class April:
    """Plans as RULES 4.2 makes them, board by board."""

    def __init__(self, there: Partnership, year: int) -> None:
        self.there, self.year, self.p = there, year, there.p
        self.b, self.o, self.c = there.boards.rows(), there.sites.rows(), there.communities.rows()
        self.stage = self.b.stage.copy()
        self.plans: list[Plan] = []
        self.talks = there.draws.uniform(Stream.BOARD_TALK, self.b.key, year)
        self.decides = there.draws.uniform(Stream.SITE_DECISION, self.o.key, year) < self.p.site_agrees
        if year >= self.p.growth_start_year:
            for k in range(there.state.partnership_count):
                in_time = backlog_of(there)[k] <= self.p.leadership_backlog_limit
                if in_time:
                    self.extra_clusters(k)
                self.new_boards(k, in_time)

    def clusters_of(self, board: int) -> int:
        return int(((self.c.board == board) & (self.c.partnership == self.b.partnership[board])).sum())

    def extra_clusters(self, partnership: int) -> None:
        p, b = self.p, self.b
        founders = np.flatnonzero((b.partnership == partnership) & b.founder)
        agreed = b.grown[founders].sum()
        for board in founders:
            clusters = self.clusters_of(board)
            room = b.max_students[board] - p.covenant_places * clusters
            free = not b.grown[board] and not b.stopped[board] and clusters < b.max_clusters[board]
            if agreed < p.growth_clusters and free and room >= p.cluster_places_least:
                share = min(room, p.cluster_places_most) / p.covenant_places
                agreed += self.plan(board, rounded(p.students_per_cluster * share))

    def new_boards(self, partnership: int, in_time: bool) -> None:
        p, b = self.p, self.b
        candidates = np.flatnonzero((b.partnership == partnership) & ~b.founder)
        for board in candidates[: p.growth_boards]:
            if in_time and self.stage[board] == Stage.OUTSIDE and self.talks[board] < p.board_agrees:
                self.stage[board] = Stage.AGREED
            wants = self.stage[board] != Stage.OUTSIDE and not b.stopped[board]
            if wants and self.clusters_of(board) < p.clusters_per_new_board:
                self.plan(board, p.students_per_cluster)

    def plan(self, board: int, places: int) -> bool:
        p, o, b = self.p, self.o, self.b
        kept = {site for plan in self.plans for site in plan.sites}
        deciding = [n for n in range(o.key.size) if o.cluster[n] < 0 and self.decides[n] and n not in kept]
        mine = [n for n in deciding if o.board[n] == board]
        pool = mine
        if p.cross_denomination:
            joined = (self.stage != Stage.OUTSIDE) & (b.partnership == b.partnership[board])
            pool = [n for n in deciding if joined[o.board[n]]]
        for seed in mine:
            far = {n: math.hypot(o.x[n] - o.x[seed], o.y[n] - o.y[seed]) for n in pool if n != seed}
            near = sorted((n for n in far if far[n] <= p.cluster_distance), key=lambda n: (far[n], n))
            if p.cross_denomination:
                second = [n for n in near if o.public[n] != o.public[seed]][:1]
                near = second + [n for n in near if n not in second]
            sites = (seed, *near[:3])
            if len(sites) >= p.sites_needed:
                self.plans.append(Plan(board, places, sites))
                return True
        return False


TALKS = (
    "growth_start_year", "board_agrees", "site_agrees", "sites_needed", "cluster_distance", "cross_denomination",
    "clusters_per_new_board", "covenant_places", "cluster_places_least", "cluster_places_most", "with_leadership",
    "leadership_backlog_limit", "students_per_cluster",
)  # fmt: skip
growth = values_of(
    *(name for name in TALKS if name != "growth_start_year"), growth_start_year=st.sampled_from((1, 1, YEAR, YEAR + 1))
)
wanted = st.sampled_from([(1, 0), (0, 1), (2, 0), (0, 2), (3, 1), (2, 3), (0, 0)])


@settings(often, max_examples=50)
@given(number=numbers, values=growth, wanted=wanted)
def test_plans_of_1_april_are_those_of_the_rule(number: int, values: dict[str, Any], wanted: tuple[int, int]) -> None:
    there = in_any_state(number, **values, growth_clusters=wanted[0], growth_boards=wanted[1])
    p, b, c = there.p, there.boards.rows(), there.communities.rows()
    for board in range(number % 2, b.key.size, 2):  # with just enough room
        mine = np.count_nonzero((c.board == board) & (c.partnership == b.partnership[board]))
        b.max_students[board] = p.covenant_places * mine + p.cluster_places_least
    before, expected = copied(b), April(there, YEAR)
    first_of_april(there.state, YEAR)
    assert [(plan.board, plan.places, plan.sites) for plan in there.state.plans] == [
        (plan.board, plan.places, plan.sites) for plan in expected.plans
    ]
    np.testing.assert_array_equal(b.stage, expected.stage)
    same_but(b, before, "stage")


# --- the turn of the year: evaluation and assessment (4.3.1, 4.3.2) --------------------------------------------------


@often
@given(number=numbers, values=values_of(*EVALUATION))
def test_the_end_evaluation_makes_and_ends_plans_by_the_mean_answer(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, **values)
    p, c = there.p, there.communities.rows()
    before, result = copied(c), answers(there, 0)
    end_evaluation(there.state, YEAR)
    if not p.with_evaluation:
        result[:] = math.nan
    for n in range(len(result)):
        hours, plan = before.extra_hours[n], before.plan[n]
        if result[n] < p.survey_floor:
            hours, plan = min(p.plan_hours_limit, hours + p.plan_hours), True
        elif result[n] >= p.survey_floor:
            hours, plan = max(0.0, hours - p.plan_hours), False
        assert (c.extra_hours[n], c.plan[n]) == (pytest.approx(hours), plan)
    same_but(c, before, "extra_hours", "plan")


ASSESSMENT = (
    *(f"required_year_{year}" for year in (1, 2, 3, 4)), "assessment_noise", "failed_leaves", "enrolment_limit",
    "with_assessment", "mbo_years", "mbo_return_share",
)  # fmt: skip


@often
@given(number=numbers, values=values_of(*ASSESSMENT))
def test_the_assessment_goes_by_score_draw_and_years_enrolled(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, mbo_students_per_cluster=4, **values)
    p, s, draws = there.p, there.students.rows(), there.draws
    before = copied(s)
    noise, fails, returns = (
        draws.uniform(stream, s.key, YEAR) for stream in (Stream.ASSESSMENT, Stream.FAILED_LEAVES, Stream.MBO_RETURN)
    )
    assess(there.state, YEAR)
    seen: Counter[Exit] = Counter()
    for i in np.flatnonzero(before.status != Status.LEFT):
        year, enrolled, outcome = before.year[i], before.enrolled[i], Exit.NONE
        if s.programme[i] < Programme.CARE_3:
            enrolled += 1
            of = "pedagogy" if s.programme[i] == Programme.PEDAGOGY else "pabo"
            weight = [getattr(p, f"weight_{of}_{name}") for name in PABO]
            mean = sum(w * getattr(before, name)[i] for w, name in zip(weight, PABO, strict=True)) / sum(weight)
            passed = (
                not p.with_assessment or spread(mean, p.assessment_noise, noise[i]) >= values[f"required_year_{year}"]
            )
            if passed and year == 4:
                outcome = Exit.GRADUATED
            elif (not passed and fails[i] < p.failed_leaves) or enrolled >= p.enrolment_limit:
                outcome = Exit.FAILED
            stays = passed
        else:
            outcome = Exit.GRADUATED if year >= p.mbo_years else Exit.NONE
            if not outcome and not returns[i] < p.mbo_return_share:
                outcome = Exit.ENDED
            stays = True
        seen[outcome] += 1
        assert s.enrolled[i] == enrolled
        assert s.exit_kind[i] == outcome
        assert s.status[i] == (Status.LEFT if outcome else before.status[i])
        assert outcome or s.year[i] == year + stays
    assert len(seen) > 2
    same_but(s, before, "enrolled", "exit_kind", "status", "year")


# --- the turn of the year: mentors and trainers (4.3.3, 4.3.4) -------------------------------------------------------

TURNOVER = (
    "fatigue_summer", "mentor_turnover", "mentor_return", "mentor_recruitment", "mentor_training_rate",
    "with_turnover", *MENTORS,
)  # fmt: skip


@settings(often, max_examples=30)
@given(number=numbers, values=values_of(*TURNOVER))
def test_each_mentor_rests_leaves_returns_and_trains_by_the_own_draw(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, **values)
    p, m, o, s, draws = there.p, there.mentors.rows(), there.sites.rows(), there.students.rows(), there.draws
    before, link = copied(m), s.mentor.copy()
    turn_mentors(there.state, YEAR)

    u = [draws.uniform(Stream.MENTOR_TURNOVER, before.key, YEAR, n) for n in range(2)]
    leaves = (before.role != Role.EMPTY) & (u[0] < p.mentor_turnover) & bool(p.with_turnover)
    returns = (before.role == Role.WITHDRAWN) & ~leaves & (u[1] < p.mentor_return)
    role = np.where(leaves, Role.EMPTY, np.where(returns, Role.ACTIVE, before.role))
    key = key_of(Kind.MENTOR, YEAR, o.partnership[m.site], number_of(o.key[m.site]) * 2**6 + m.place)
    recruited = (role == Role.EMPTY) & bool(p.with_turnover)
    recruited &= draws.uniform(Stream.MENTOR_TURNOVER, key, YEAR, 2) < p.mentor_recruitment
    np.testing.assert_array_equal(m.key, np.where(recruited, key, before.key))

    rested = before.base + p.fatigue_summer * (before.fatigue - before.base)
    now = members_of(before) | {"fatigue": rested, "role": role}
    new = new_mentors(there, slice(None), YEAR, p.new_mentors_trained_share)
    now |= {name: np.where(recruited, values, now[name]) for name, values in new.items()}
    rate = np.minimum(1, p.mentor_training_rate * np.where(there.communities.column("plan")[m.cluster], 2, 1))
    rate[there.boards.column("stopped")[m.board]] = 0
    trains = (
        (now["role"] == Role.ACTIVE) & ~now["trained"] & (draws.uniform(Stream.MENTOR_TRAINING, m.key, YEAR) < rate)
    )
    same(m, {name: now[name] for name in ("fatigue", "base", "role", "interprofessional")})
    same(m, {"trained": now["trained"] | trains, "new": recruited})
    same(m, {"skill": np.where(trains, np.minimum(1, now["skill"] + p.mentor_training_gain), now["skill"])})
    same_but(m, before, "key", "new", "trained", "skill", *new)
    np.testing.assert_array_equal(s.mentor, np.where((link >= 0) & leaves[link], -1, link))
    trained = there.boards.column("trained").tolist()
    assert trained == np.bincount(m.board[trains], minlength=len(there.boards)).tolist()


@often
@given(
    number=numbers,
    values=values_of(
        "trainer_skill_gain", "trainer_skill_loss", "trainer_turnover", "trainer_found", "familiarity_new",
        "vacancy_weeks", "trainer_skill_mean", "trainer_skill_spread", "maturity_rate", "with_turnover",
        "with_leadership",
    ),
)  # fmt: skip
def test_each_trainer_learns_and_leaves_by_the_own_draw_and_communities_mature(
    number: int, values: dict[str, Any]
) -> None:
    there = in_any_state(number, **values)
    p, t, c, draws = there.p, there.trainers.rows(), there.communities.rows(), there.draws
    before, maturity = copied(t), c.maturity.copy()
    turn_trainers(there.state, YEAR)

    done = 1 / (1 + backlog_of(there)[c.partnership[t.cluster]] / 40)
    skill = before.skill + p.trainer_skill_gain * (1 - before.skill) * done
    skill = (skill - p.trainer_skill_loss * before.skill * (1 - done)).clip(0, 1)
    leaves = t.present & bool(p.with_turnover)
    leaves &= draws.uniform(Stream.TRAINER_TURNOVER, before.key, YEAR) < p.trainer_turnover
    key = key_of(Kind.TRAINER, YEAR, c.partnership[t.cluster], number_of(c.key[t.cluster]) * 4 + t.kind)
    np.testing.assert_array_equal(t.key, np.where(leaves, key, before.key))
    vacant = np.where(draws.uniform(Stream.TRAINER_FOUND, key, YEAR) < p.trainer_found, 0, p.vacancy_weeks)
    same(t, {"skill": np.select([leaves, t.present], [new_trainers(there, slice(None), YEAR), skill], before.skill)})
    same(t, {"familiarity": np.where(leaves, p.familiarity_new, before.familiarity)})
    same(t, {"vacant_weeks": np.where(leaves, vacant, before.vacant_weeks)})
    same_but(t, before, "key", "skill", "familiarity", "vacant_weeks")
    same(c, {"maturity": maturity + p.maturity_rate * (1 - maturity)})


# --- the turn of the year: growth and intake (4.3.6 to 4.3.9) --------------------------------------------------------


def mentors_of(there: Partnership, sites: list[int], week: int) -> list[tuple[int, int]]:
    """Site and place of every mentor there should be, in order, where no file counts them."""
    p, o, found = there.p, there.sites.rows(), []
    u = there.draws.uniform(Stream.MENTOR_WILLING, o.key, week)
    for site in sites:
        teachers = min(32, max(1, math.floor(p.willing_share * o.classes[site] + u[site])))
        carers = p.care_mentors_per_ikc if o.ikc[site] else 0
        found += [(site, place) for place in (*range(teachers), *range(32, 32 + carers))]
    return found


@often
@given(
    number=numbers,
    values=values_of(
        "trainer_found", "maturity_new", "familiarity_new", "institute_hiring", "trainer_hours", "willing_share",
        "institute_trainer_hours", "care_mentors_per_ikc", "cross_denomination", "trainer_skill_mean",
        "trainer_skill_spread", *MENTORS,
    ),
)  # fmt: skip
def test_clusters_open_when_their_trainer_is_found(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, **GROWING, **values)
    there.boards.column("stopped")[:] = False
    first_of_april(there.state, YEAR)
    p, b, o, i = there.p, there.boards.rows(), there.sites.rows(), there.institutes.rows()
    assert there.state.plans
    sure = there.draws.uniform(Stream.TRAINER_FOUND, b.key, YEAR, 1) < p.trainer_found
    plans = [plan for plan in there.state.plans if sure[plan.board]]
    kept = len(there.communities), len(there.mentors)
    stage, grown, cluster, pool = b.stage.copy(), b.grown.copy(), o.cluster.copy(), i.hours_pool.copy()
    open_planned(there.state, YEAR)

    c, t, m, at = there.communities.rows(), there.trainers.rows(), there.mentors.rows(), kept[0]
    assert len(there.communities) - at == len(plans)
    assert there.state.plans == []
    for n, plan in enumerate(plans, start=at):
        cluster[list(plan.sites)], stage[plan.board] = n, Stage.MEMBER
        grown[plan.board] += 1
        k = b.partnership[plan.board]
        assert (c.board[n], c.partnership[n], c.places[n], c.opened[n]) == (plan.board, k, plan.places, YEAR)
        assert c.key[n] == key_of(Kind.COMMUNITY, YEAR, k, np.count_nonzero(c.partnership[:n] == k))
        assert (c.maturity[n], c.sites[n]) == (p.maturity_new, len(plan.sites))
    np.testing.assert_array_equal(o.cluster, cluster)
    same(b, {"stage": stage, "grown": grown})
    seats = slice(4 * at, None)
    hours = (p.trainer_hours, p.institute_trainer_hours, p.practice_trainer_hours, p.mbo_trainer_hours)
    same(t, {"hours": hours * len(plans), "familiarity": p.familiarity_new, "vacant_weeks": 0}, seats)
    same(t, {"skill": new_trainers(there, seats, YEAR)}, seats)
    assert t.key[seats].tolist() == [
        key_of(Kind.TRAINER, YEAR, c.partnership[n], number_of(c.key[n]) * 4 + kind)
        for n in range(at, c.key.size) for kind in TrainerKind
    ]  # fmt: skip
    new = slice(kept[1], None)
    order = sorted(np.flatnonzero(cluster >= at), key=lambda site: (cluster[site], site))
    assert list(zip(m.site[new], m.place[new], strict=True)) == mentors_of(there, order, YEAR)
    same(
        m,
        {"key": key_of(Kind.MENTOR, YEAR, o.partnership[m.site], number_of(o.key[m.site]) * 2**6 + m.place)[new]},
        new,
    )
    same(m, new_mentors(there, new, YEAR, p.new_mentors_trained_share) | {"new": True}, new)
    same(m, {"cluster": o.cluster[m.site], "board": o.board[m.site], "kind": m.place >= 32})
    asked = np.bincount(c.partnership, t.hours[1::4])
    hired = pool + np.where(i.stopped, 0, p.institute_hiring * np.maximum(0, asked - pool))
    same(i, {"hours_pool": hired, "pool": np.minimum(1, hired / asked)})


@often
@given(number=numbers, values=values_of(*STUDENTS, "covenant_places", "demand_follows_places", **SHARES))
def test_intake_fills_every_programme_up_with_new_students(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, **values)
    s, at = there.students.rows(), there.students.size
    there.change(hbo_demand=200 + number % 60)
    now = np.zeros((2, 7), np.int64)
    np.add.at(now, (s.partnership[s.status != Status.LEFT], s.programme[s.status != Status.LEFT]), 1)
    before = copied(s)
    intake(there.state, YEAR)
    s, new = there.students.rows(), slice(at, None)
    wanted = np.maximum(0, hbo_targets(there) - now[:, :4])
    who = [(k, programme, n) for (k, programme), count in np.ndenumerate(wanted) for n in range(count)]
    assert who
    partnership, programme, n = np.array(who).T
    states = {"partnership": partnership, "programme": programme, "year": 1, "enrolled": 0, "status": Status.OUTSIDE}
    same(s, states | {"key": key_of(Kind.HBO, YEAR, partnership, programme * 2**17 + n)}, new)
    same(s, new_students(there, new, YEAR) | {"site": -1, "cluster": -1, "mentor": -1, "half_year": False}, new)
    for name, column in members_of(before).items():
        np.testing.assert_array_equal(getattr(s, name)[:at], column, err_msg=name)


# --- places and placement (4.3.10, 4.3.11, 4.5, 4.6) -----------------------------------------------------------------

SITES = ("students_per_class_limit", "external_students_per_site", "site_capacity", "class_size", "willing_share")


@often
@given(number=numbers, values=values_of(*SITES, "students_per_cluster"))
def test_places_are_dealt_within_the_capacity_of_sites(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, **values)
    p, m, o, c = there.p, there.mentors.rows(), there.sites.rows(), there.communities.rows()
    soft = values["site_capacity"] == "soft"
    teachers = np.bincount(m.site[(m.role == Role.ACTIVE) & (m.kind == MentorKind.TEACHER)], minlength=o.key.size)
    limit = np.floor(p.students_per_class_limit * o.classes)
    capacity = np.maximum(0, np.minimum(limit, 2 * teachers) - p.external_students_per_site)
    expected = np.zeros(o.key.size, np.int64)
    for cluster in range(c.key.size):
        sites = np.flatnonzero(o.cluster == cluster)
        for _ in range(c.places[cluster]):
            able = [n for n in sites if soft or expected[n] < capacity[n]]
            if able:
                weight = o.classes if soft else capacity
                expected[max(able, key=lambda n: (weight[n] / (expected[n] + 1), -n))] += 1
    deal_places(there.state)
    np.testing.assert_array_equal(o.hbo_places, expected)


def placed_by_rule(there: Partnership, k: int) -> dict[int, int]:
    """The site of every hbo student of a partnership; -1 outside (4.5)."""
    p, s, o = there.p, there.students.rows(), there.sites.rows()
    mine = np.flatnonzero((s.partnership == k) & (s.programme < Programme.CARE_3) & (s.status != Status.LEFT)).tolist()
    luck = dict(zip(mine, there.draws.uniform(Stream.ADMISSION, s.key[mine], 0), strict=True))
    wishes = {i: s.wish[i] and not s.wish_met[i] and s.year[i] <= 3 for i in mine}
    site = {i: int(s.site[i]) if s.status[i] == Status.INSIDE else -1 for i in mine}
    homeless, brings, seats = [], [], []
    for n in np.flatnonzero((o.partnership == k) & (o.cluster >= 0)).tolist():
        there_now = sorted((i for i in mine if site[i] == n), key=luck.__getitem__)
        kept = there_now[: o.hbo_places[n]]
        homeless += there_now[o.hbo_places[n] :]
        moving = [i for i in kept if wishes[i] and not o.public[n]]
        brings += moving
        seats += [n] * (o.hbo_places[n] - len(kept) + len(moving))
    homeless.sort(key=luck.__getitem__)
    free = len(seats) - len(brings)
    with_ikc = (o.ikc & (o.cluster >= 0) & (o.hbo_places > 0))[o.partnership == k].any()
    queue = [
        i for i in mine
        if site[i] < 0
        and (s.available[i] or s.programme[i] != Programme.PARTTIME)
        and (with_ikc or s.programme[i] != Programme.PEDAGOGY)
    ]  # fmt: skip
    before = {"parttime_first": (1, 0), "fulltime_first": (0, 1), "lottery": (0, 0)}
    rank = before[PARAMETERS["placement_priority"].choices[p.placement_priority]]
    queue.sort(key=lambda i: (rank[int(s.programme[i] == Programme.PARTTIME)], luck[i]))
    chosen = sorted(brings + homeless[:free] + queue[: max(0, free - len(homeless))])
    now = site | dict.fromkeys(homeless, -1)
    if chosen:
        travel = np.hypot(s.home_x[chosen][:, None] - o.x[seats], s.home_y[chosen][:, None] - o.y[seats])
        cost = travel + p.wish_travel * np.outer([wishes[i] for i in chosen], ~o.public[seats])
        cost -= p.move_travel * (s.site[chosen][:, None] == np.array(seats))
        barred = (s.programme[chosen] == Programme.PEDAGOGY)[:, None] & ~o.ikc[seats] | (travel > p.travel_limit)
        for row, column in zip(*linear_sum_assignment(cost + 10_000 * barred), strict=True):
            now[chosen[row]] = -1 if barred[row, column] else seats[column]
    return now


PLACEMENT = ("placement_priority", "wish_travel", "move_travel", "students_per_cluster", "denomination_wish_share")


@often
@given(
    number=numbers,
    values=values_of(*PLACEMENT, pedagogy_share=st.sampled_from((0.0, 0.1)), travel_limit=st.floats(10, 90)),
    free=st.tuples(st.integers(-2, 3), st.integers(-2, 3)),
)
def test_hbo_students_are_placed_as_the_rule_says(number: int, values: dict[str, Any], free: tuple[int, int]) -> None:
    there = in_any_state(number, hbo_demand=300, **values)
    s, o, rng = there.students.rows(), there.sites.rows(), np.random.default_rng(number)
    o.ikc[o.partnership == 1] &= number % 3 > 0
    hbo = (s.status == Status.INSIDE) & (s.programme < Programme.CARE_3)
    o.hbo_places[:] = np.bincount(s.site[hbo], minlength=o.key.size)
    for k, more in enumerate(free):
        sites = rng.permutation(np.flatnonzero((o.partnership == k) & (o.hbo_places > 0)))
        o.hbo_places[sites[:4]] -= 1
        o.hbo_places[sites[4 : 8 + more]] += 1
    if number % 3 == 1:  # an IKC, but no place at it for pedagogy; room elsewhere
        o.hbo_places[(o.partnership == 0) & (o.cluster >= 0)] += 4
        o.hbo_places[(o.partnership == 0) & o.ikc] = 0
    before = copied(s)
    expected = placed_by_rule(there, 0) | placed_by_rule(there, 1)
    place_hbo(there.state)
    rows = list(expected)
    assert s.site[rows].tolist() == list(expected.values())
    inside = s.site[rows] >= 0
    assert (s.status[rows] == np.where(inside, Status.INSIDE, Status.OUTSIDE)).all()
    for i in rows:
        if s.site[i] < 0:
            assert (s.cluster[i], s.mentor[i], s.travel[i]) == (-1, -1, 0)
            continue
        moved = s.site[i] != before.site[i]
        assert s.cluster[i] == o.cluster[s.site[i]]
        assert s.mentor[i] == (-1 if moved else before.mentor[i])
        if moved:
            far = math.hypot(s.home_x[i] - o.x[s.site[i]], s.home_y[i] - o.y[s.site[i]])
            assert s.travel[i] == pytest.approx(far)
    assigned = s.wish_met[rows] != before.wish_met[rows]
    assert (inside & o.public[s.site[rows]])[assigned].all()
    came = inside & (before.status[rows] == Status.OUTSIDE)
    assert s.wish_met[rows][came & o.public[s.site[rows]]].all()
    same_but(s, before, "site", "cluster", "mentor", "status", "travel", "wish_met")


MBO = (
    "mbo_clusters_share", "mbo_without_ikc", "mbo_places_per_site", "mbo_bbl_share", "mbo_half_year_share", "mbo_years",
    "mbo_first_year", "site_capacity",
)  # fmt: skip


@settings(often, max_examples=30)
@given(
    number=numbers,
    values=values_of(
        *MBO,
        mbo_assistant_share=plausible("mbo_assistant_share"),
        mbo_level3_share=plausible("mbo_level3_share"),
        mbo_start_year=st.sampled_from((1, 1, 1, 4, 5)),
        mbo_students_per_cluster=st.integers(0, 9),
    ),
)
def test_mbo_seats_are_filled_as_the_rule_says(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, mbo_students_per_cluster=4)
    there.change(**{name: value for name, value in values.items() if name != "mbo_start_year"})
    there.p.mbo_start_year = values["mbo_start_year"]
    s, o, c, draws, p = there.students.rows(), there.sites.rows(), there.communities.rows(), there.draws, there.p
    mbo = (s.programme >= Programme.CARE_3) & (s.status == Status.INSIDE)
    before, at = copied(s), s.key.size
    hosted = np.bincount(s.site[mbo], minlength=o.key.size)
    soft, choices = values["site_capacity"] == "soft", []
    has_mbo, unplaced = np.zeros(c.key.size, np.bool_), np.zeros(c.key.size, np.int64)
    for n in range(c.key.size):
        k = c.partnership[n]
        rank, clusters = number_of(c.key[n]), np.count_nonzero(c.partnership == k)
        sites = np.flatnonzero((o.cluster == n) & o.recognised)
        only_assistants = not o.ikc[sites].any()
        takes = sites.size > 0 and (not only_assistants or values["mbo_without_ikc"] == "assistants")
        takes &= rank < math.ceil(p.mbo_clusters_share * clusters - 1e-9)
        has_mbo[n] = takes and p.mbo_start_year <= YEAR + 1 and p.mbo_students_per_cluster > 0
        taken = set((s.key[mbo & (s.cluster == n)] % 2**7).tolist())
        for seat in range(p.mbo_students_per_cluster if has_mbo[n] else 0):
            if seat in taken:
                continue
            key = key_of(Kind.MBO, YEAR, k, rank * 2**8 + seat)
            u, track, year, half = (
                float(draws.uniform(stream, np.array([key]), YEAR)[0])
                for stream in (Stream.PROGRAMME, Stream.TRACK, Stream.STUDY_YEAR, Stream.HALF_YEAR)
            )
            programme = Programme.CARE_3 if u < p.mbo_assistant_share + p.mbo_level3_share else Programme.CARE_4
            if only_assistants or u < p.mbo_assistant_share:
                programme = Programme.ASSISTANT
            able = [
                site for site in sites
                if (programme == Programme.ASSISTANT or o.ikc[site]) and (soft or hosted[site] < p.mbo_places_per_site)
            ]  # fmt: skip
            if not able:
                unplaced[n] += 1
                continue
            site = min(able, key=lambda site: hosted[site])
            hosted[site] += 1
            f = min(p.mbo_first_year, p.mbo_years)
            choices.append(
                (key, programme, Track.BBL if track < p.mbo_bbl_share else Track.BOL, k, site, n,
                 f + math.floor(year * (p.mbo_years - f + 1)), half < p.mbo_half_year_share)
            )  # fmt: skip
    place_mbo(there.state, YEAR, YEAR + 1)

    s, new = there.students.rows(), slice(at, None)
    same(c, {"has_mbo": has_mbo, "unplaced": unplaced})
    offers = (o.cluster >= 0) & o.recognised & has_mbo[o.cluster]
    same(o, {"mbo_places": np.where(offers, p.mbo_places_per_site, 0)})
    t = there.trainers.rows()
    late = t.kind >= TrainerKind.PRACTICE
    np.testing.assert_array_equal(t.present[late], has_mbo[t.cluster[late]])
    names = ("key", "programme", "track", "partnership", "site", "cluster", "year", "half_year")
    assert list(zip(*(getattr(s, name)[new] for name in names), strict=True)) == choices
    same(s, new_students(there, new, YEAR) | {"status": Status.INSIDE}, new)
    same(s, {"travel": np.hypot(s.home_x - o.x[s.site], s.home_y - o.y[s.site])[new]}, new)
    for name, column in members_of(before).items():
        np.testing.assert_array_equal(getattr(s, name)[:at], column, err_msg=name)


@seldom
@given(number=numbers, years=st.integers(1, 2))
def test_after_the_turn_the_week_begins_anew_and_rows_stand_in_order(number: int, years: int) -> None:
    there = make(number, **GROWING, mbo_students_per_cluster=4, partnerships=2, hbo_demand=200)
    there.run(years=years)
    turn(there.state)
    s, c = there.students.rows(), there.communities.rows()
    for name in WEEK_STATES:
        assert not getattr(s, name).any(), name
    assert not there.leaderships.column("backlog").any()
    assert not (s.status == Status.LEFT).any()
    order = list(zip(s.partnership, np.where(s.cluster < 0, c.key.size, s.cluster), s.key, strict=True))
    assert order == sorted(order)
    for n in range(c.key.size):
        assert np.flatnonzero(s.cluster == n).tolist() == list(range(c.first[n], c.end[n]))


# --- money (4.4) -----------------------------------------------------------------------------------------------------

MONEY = (
    "teacher_hour_cost", "care_hour_cost", "institute_hour_cost", "mentor_training_cost", "wage_growth", "grant_fixed",
    "grant_per_student", "grant_growth", "grant_institute_share", "leadership_hours", "practice_trainer_hours",
)  # fmt: skip
CONSEQUENCES = (
    "budget_growth", "contribution_tolerance", "shortfall_response", "hours_cut", "hours_floor", "with_finance",
)  # fmt: skip


@often
@given(number=numbers, year=st.integers(1, 4), values=values_of(*MONEY, *CONSEQUENCES))
def test_the_accounts_of_a_year_are_those_of_the_rule(number: int, year: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, mbo_students_per_cluster=2, **values)
    p, b, i, o, c = there.p, there.boards.rows(), there.institutes.rows(), there.sites.rows(), there.communities.rows()
    rng = np.random.default_rng(number)
    o.hbo_students[:] = np.where((o.cluster >= 0) & (o.board % 5 > 0), rng.integers(0, 6, o.key.size), 0)
    b.paid_teacher_hours[:], b.paid_care_hours[:] = rng.uniform(0, 900, (2, b.key.size))
    b.trained[:] = rng.integers(0, 5, b.key.size)
    for party in (b, i):
        party.budget_year[:] = rng.integers(0, year, len(party.pool if party is i else party.key))
        party.budget_rate[:] = rng.uniform(500, 6000, party.budget_year.size)
    was = copied(b), copied(i)
    close_accounts(there.state, year)

    wages = (1 + p.wage_growth) ** (year - 1)
    of_board = o.board[:, None] == np.arange(b.key.size)
    of_partnership = o.partnership[:, None] == np.arange(2)
    inside = o.hbo_students @ of_partnership
    together = np.einsum("s,sb,sk->bk", o.hbo_students, of_board, of_partnership) / inside
    hours = there.trainers.column("hours").reshape(-1, 4)
    by_board = c.board[:, None] == np.arange(b.key.size)
    teachers = was[0].paid_teacher_hours + 40 * (
        hours[:, 0] @ by_board * was[0].hours_factor + c.extra_hours @ by_board
    )
    carers = was[0].paid_care_hours + 40 * p.practice_trainer_hours * (c.has_mbo.astype(int) @ by_board)
    cost = p.teacher_hour_cost * teachers + p.care_hour_cost * carers + p.mentor_training_cost * b.trained
    cost += p.teacher_hour_cost * p.leadership_hours / 2 * together.sum(axis=1)
    grant = (p.grant_fixed + p.grant_per_student * inside) * (1 + p.grant_growth) ** (year - 1)
    same(b, {"cost": wages * cost, "grant": together @ ((1 - p.grant_institute_share) * grant)})
    given_hours = np.bincount(c.partnership, hours[:, 1]) * was[1].hours_factor * i.pool
    same(i, {"cost": wages * p.institute_hour_cost * (40 * given_hours + p.leadership_hours / 2)})
    same(i, {"grant": p.grant_institute_share * grant})

    for party, before, students in ((b, was[0], o.hbo_students @ of_board), (i, was[1], inside)):
        for n, count in enumerate(students):
            added, since = party.cost[n] - party.grant[n], before.budget_year[n]
            rate, factor, stopped = before.budget_rate[n], before.hours_factor[n], before.stopped[n]
            if p.with_finance and count and not since:
                rate, since, stopped = added / count, year, False
            elif p.with_finance and count:
                budget = rate * (1 + p.budget_growth) ** (year - since) * count
                short = added - budget > p.contribution_tolerance * party.cost[n]
                if short and values["shortfall_response"] != "stop":
                    factor = max(p.hours_floor, factor * (1 - p.hours_cut))
                stopped = short and values["shortfall_response"] != "cut"
            assert party.contribution[n] == pytest.approx(added)
            assert (party.budget_rate[n], party.budget_year[n]) == (pytest.approx(rate), since)
            assert (party.hours_factor[n], party.stopped[n]) == (pytest.approx(factor), stopped)


# --- mentors are asked (4.7) -----------------------------------------------------------------------------------------


@often
@given(
    number=numbers,
    values=values_of(
        *("mentor_accept_load", "mentor_hours", "care_mentor_hours", "with_fatigue"),
        fatigue_time_loss=plausible("fatigue_time_loss"),
    ),
)
def test_mentors_are_asked_as_the_rule_says(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, mbo_students_per_cluster=6, pedagogy_share=0.1, hbo_demand=120, **values)
    p, s, m, c = there.p, there.students.rows(), there.mentors.rows(), there.communities.rows()
    m.role[m.site % 3 == 0] = Role.WITHDRAWN
    m.fatigue[:] = np.round(m.fatigue, 1)
    study_plan(there.settings[0], s)
    hours, load = np.zeros(m.key.size), np.zeros(m.key.size)
    full = np.where(m.kind == MentorKind.CARE, p.care_mentor_hours, p.mentor_hours)
    full *= there.boards.column("hours_factor")[m.board] * (1 - p.fatigue_time_loss * m.fatigue * bool(p.with_fatigue))
    link, students = np.full(s.key.size, -1), np.zeros(m.key.size, np.int64)

    def takes(mentor: int, i: int) -> None:
        link[i] = mentor
        students[mentor] += 1
        hours[mentor] += s.need[i] * s.days[i]
        load[mentor] = hours[mentor] / full[mentor]

    inside = np.flatnonzero(s.status == Status.INSIDE).tolist()
    order = sorted(inside, key=lambda i: (-s.year[i], s.key[i]))
    right = {i: (m.kind == np.isin(s.programme[i], CARED_FOR)) & (m.role == Role.ACTIVE) for i in inside}
    for i in order:
        if s.mentor[i] >= 0 and right[i][s.mentor[i]] and m.site[s.mentor[i]] == s.site[i]:
            takes(s.mentor[i], i)
    for i in order:
        if link[i] >= 0:
            continue
        near = np.flatnonzero(right[i] & (m.site == s.site[i])).tolist()
        further = np.flatnonzero(right[i] & (m.cluster == s.cluster[i]) & (m.site != s.site[i])).tolist()
        plan = c.plan[s.cluster[i]]
        for able in (near, further):
            accepting = [
                n for n in able
                if not students[n] or (hours[n] + s.need[i] * s.days[i]) / full[n] <= p.mentor_accept_load
            ]  # fmt: skip
            if accepting:
                takes(min(accepting, key=lambda n: (plan and not m.trained[n], load[n], n)), i)
                break
        else:
            able = near or further
            if able:
                takes(min(able, key=lambda n: (load[n], n)), i)
    ask_mentors(there.state)
    np.testing.assert_array_equal(s.mentor, link)
    same(m, {"students": students, "hours_asked": hours, "load": load})
