"""Every rule of the school week alone: closed forms where there are some, properties where there are none (RULES 3)."""

from __future__ import annotations

import math
from itertools import pairwise, product
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from samenspel.agents.columns import members_of
from samenspel.agents.mentors import Mentor, MentorKind, MentorPlaces, Role
from samenspel.agents.organisations import Board, Institute, LearningCommunity, ProgrammeLeadership, Site, Stage
from samenspel.agents.students import Exit, Programme, Status, Student, Track
from samenspel.agents.trainers import Trainer
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.luck.draws import Draws, Stream
from samenspel.model.week.contact import barrier_follows_contact
from samenspel.model.week.engagement import burden_of_meetings, engage, leave
from samenspel.model.week.leadership import fall_behind
from samenspel.model.week.learning import learn_at_work
from samenspel.model.week.meeting import (
    attendance,
    cut,
    exchange,
    is_meeting_week,
    meet,
    peer_gap,
    peer_support_follows,
    seat_order,
    share_contact,
    stratum,
    subgroups_of,
    talk,
)
from samenspel.model.week.record import tenth_percentile
from samenspel.model.week.supervision import (
    caseload,
    coordination_of,
    count_students,
    demand,
    dose,
    match,
    mentor_guidance,
    mentor_time,
    settle_trainers,
    supervision_quality,
    trainer_guidance,
    trainer_time,
)
from samenspel.model.week.workload import give_up, kind_for, reassign, strain, tire
from samenspel.model.year.newcomers import study_plan
from samenspel.model.year.settling import ask_leadership
from tests.lives import after, copied, floats, in_any_state, make, rows_of, settings_of
from tests.strategies import allowed, plausible, unit, values_of

FORMS = {name: parameter.choices for name, parameter in PARAMETERS.items() if parameter.kind == "choice"}
often = settings(deadline=None, derandomize=True, max_examples=60)
seldom = settings(deadline=None, derandomize=True, max_examples=30)
CLOSE = 1e-12
SURE = 1e-6
"""Below this p-value a count is not that of its chance; a true one meets it once in a million tests."""


# --- supervision -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS["form_caseload"])
@often
@given(load=st.floats(0, 1e4), slope=allowed("caseload_slope"), middle=allowed("caseload_middle"))
def test_no_hours_are_given_that_are_not_there(form: str, load: float, slope: float, middle: float) -> None:
    p = settings_of(form_caseload=form, caseload_slope=slope, caseload_middle=middle)
    share = caseload(p, load)
    assert 0 <= share <= 1
    assert share * load <= 1 + CLOSE
    assert caseload(p, load + 0.01) <= share
    assert caseload(p, 0.0) == 1


def test_the_limits_of_the_caseload_forms_are_those_at_which_all_hours_are_given() -> None:
    assert caseload(settings_of(form_caseload="linear", caseload_slope=0.25), 2.0) * 2.0 == 1
    loads = np.linspace(0.5, 3, 20_001)
    for middle, most in ((4 / 3**0.75, 1.0), (4 / 3**0.75 + 0.01, 1.005)):
        p = settings_of(form_caseload="logistic", caseload_middle=middle)
        assert max(caseload(p, load) * load for load in loads) == pytest.approx(most, abs=2e-3)
    assert PARAMETERS["caseload_middle"].most < 4 / 3**0.75
    assert PARAMETERS["caseload_slope"].least == 0.25


@pytest.mark.parametrize(
    ("form", "load", "share"),
    [
        ("hyperbolic", 0.5, 1.0),
        ("hyperbolic", 1.0, 1.0),
        ("hyperbolic", 4.0, 0.25),
        ("linear", 1.0, 0.7),
        ("linear", 5.0, 0.0),
        ("logistic", 1.5, 0.5),
        ("logistic", 3.0, 1 / 17),
    ],
)
def test_caseload_by_hand(form: str, load: float, share: float) -> None:
    p = settings_of(form_caseload=form, caseload_slope=0.3, caseload_middle=1.5)
    assert caseload(p, load) == pytest.approx(share, abs=CLOSE)


@pytest.mark.parametrize("form", FORMS["form_dose"])
@often
@given(support=unit, more=unit, half=allowed("dose_half"))
def test_dose_rises_from_nothing_to_one_and_never_falls_short_of_a_straight_line(
    form: str, support: float, more: float, half: float
) -> None:
    p = settings_of(form_dose=form, dose_half=half)
    assert dose(p, 0.0) == 0
    assert dose(p, 1.0) == pytest.approx(1, abs=CLOSE)
    low, high = sorted((support, more))
    assert dose(p, low) <= dose(p, high) + CLOSE
    assert low - CLOSE <= dose(p, low) <= 1 + CLOSE
    assert (dose(p, low) + dose(p, high)) / 2 <= dose(p, (low + high) / 2) + CLOSE


def test_half_the_support_is_more_than_half_the_guidance() -> None:
    assert dose(settings_of(form_dose="hyperbolic", dose_half=0.5), 0.5) == pytest.approx(0.75)
    by_hand = (1 - math.exp(-1)) / (1 - math.exp(-2))
    assert dose(settings_of(form_dose="exponential", dose_half=0.5), 0.5) == pytest.approx(by_hand)
    assert dose(settings_of(form_dose="linear"), 0.5) == 0.5


@pytest.mark.parametrize("kind", MentorKind)
@pytest.mark.parametrize("programme", Programme)
def test_a_teacher_with_an_assistant_is_the_only_mismatch(kind: MentorKind, programme: Programme) -> None:
    p = settings_of(match_cross=0.7, interprofessional_restoration=0.5)
    crossed = kind == MentorKind.TEACHER and programme == Programme.ASSISTANT
    assert match(p, kind, programme, False) == pytest.approx(0.7 if crossed else 1.0)
    assert match(p, kind, programme, True) == pytest.approx(0.85 if crossed else 1.0)


@pytest.mark.parametrize("programme", Programme)
def test_who_supervises_whom(programme: Programme) -> None:
    in_care = programme in (Programme.PEDAGOGY, Programme.CARE_3, Programme.CARE_4)
    assert kind_for(programme) == (MentorKind.CARE if in_care else MentorKind.TEACHER)


@often
@given(need=plausible("need_per_day"), days=st.floats(0, 5), peers=unit, relief=unit)
def test_hours_asked(need: float, days: float, peers: float, relief: float) -> None:
    s = rows_of(Student, 3, need=need, days_now=days, peer_support=peers, hours_asked=9.0)
    s.status[:] = Status.INSIDE, Status.OUTSIDE, Status.LEFT
    demand(settings_of(peer_relief=relief), s)
    assert s.hours_asked[0] == pytest.approx(need * days * (1 - relief * peers))
    assert s.hours_asked[1:].tolist() == [0, 0]
    assert s.hours_asked[0] >= 0


def load_of(p: Any, m: Any, factor: float = 1.0) -> None:
    mentor_time(p, m, rows_of(Board, 1, hours_factor=factor))


def test_mentor_time_by_hand() -> None:
    m = rows_of(Mentor, 5, role=Role.ACTIVE, students=1, hours_asked=3.0, fatigue=0.5, load=9.0)
    m.kind[1] = MentorKind.CARE
    m.students[2] = 0
    m.role[3] = Role.WITHDRAWN
    m.fatigue[4] = 0.0
    load_of(settings_of(mentor_hours=2.0, care_mentor_hours=1.5, fatigue_time_loss=0.4), m, factor=0.5)
    assert m.hours_available.tolist() == pytest.approx([0.8, 0.6, 0, 0, 1.0])
    assert m.load.tolist() == pytest.approx([3.75, 5.0, 0, 0, 3.0])
    load_of(settings_of(mentor_hours=2.0, with_fatigue=False), m)
    assert m.hours_available[0] == 2.0


people = st.integers(0, 2**20).map(np.random.default_rng)
"""Whose states are anything."""


@seldom
@given(
    rng=people,
    values=values_of("mentor_hours", "care_mentor_hours", "fatigue_time_loss", "with_fatigue", "form_caseload",
                     "form_dose", "caseload_slope", "dose_half", "match_cross", "interprofessional_restoration"),
)  # fmt: skip
def test_mentors_give_what_their_load_skill_and_match_leave(rng: np.random.Generator, values: dict[str, Any]) -> None:
    p, n = settings_of(**values), 40
    m = rows_of(Mentor, n, kind=rng.integers(0, 2, n), role=rng.integers(0, 3, n), board=rng.integers(0, 2, n))
    m.fatigue[:], m.skill[:], m.interprofessional[:] = rng.random(n) * 0.99, rng.random(n), rng.random(n) < 0.5
    s = rows_of(Student, 90, mentor=rng.integers(-1, n, 90), status=rng.integers(0, 3, 90), hours_asked=rng.random(90))
    s.programme[:] = rng.integers(0, 7, 90)
    count_students(s, m)
    factor = floats(1.0, 0.7)
    mentor_time(p, m, rows_of(Board, 2, hours_factor=factor))
    mentor_guidance(p, s, m)
    inside = s.status == Status.INSIDE
    for k in range(n):
        mine = inside & (s.mentor == k)
        tired = m.fatigue[k] if values["with_fatigue"] else 0
        full = (values["mentor_hours"], values["care_mentor_hours"])[m.kind[k]] * factor[m.board[k]]
        hours = full * (1 - values["fatigue_time_loss"] * tired) if m.role[k] == Role.ACTIVE and mine.any() else 0
        assert m.hours_available[k] == pytest.approx(hours)
        assert m.load[k] == pytest.approx(s.hours_asked[mine].sum() / hours if hours else 0)
    for i in range(90):
        k = s.mentor[i]
        if not inside[i] or k < 0 or m.role[k] != Role.ACTIVE:
            assert (s.support[i], s.guidance[i]) == (0, 0)
            continue
        crossed = m.kind[k] == MentorKind.TEACHER and s.programme[i] == Programme.ASSISTANT
        left = 1 - values["interprofessional_restoration"] * m.interprofessional[k]
        fit = 1 - (1 - values["match_cross"]) * left if crossed else 1
        assert s.support[i] == caseload(p, m.load[k])
        assert s.guidance[i] == pytest.approx(dose(p, s.support[i]) * m.skill[k] * fit)


# --- trainers --------------------------------------------------------------------------------------------------------


def shares_of_time(p: Any, time: float, remembered: NDArray[np.float64], status: NDArray[Any]) -> NDArray[Any]:
    """Each student's trainer hours, from the guidance that they give."""
    s = rows_of(Student, remembered.size, remembered=remembered, status=status)
    c = rows_of(LearningCommunity, 1, end=remembered.size, trainer_time=time, skill=1, familiarity=1, seats=1)
    trainer_guidance(p, s, c)
    return np.asarray(p["trainer_half"] * s.trainer_guidance / (1 - s.trainer_guidance))


@pytest.mark.parametrize("attention", FORMS["attention"])
@often
@given(
    remembered=st.lists(unit, min_size=1, max_size=30),
    time=st.floats(0.01, 20),
    half=plausible("trainer_half"),
    data=st.data(),
)
def test_attention_adds_up_to_trainer_time(
    attention: str, remembered: list[float], time: float, half: float, data: st.DataObject
) -> None:
    n = len(remembered)
    status = np.array(data.draw(st.lists(st.sampled_from((Status.INSIDE, Status.LEFT)), min_size=n, max_size=n)))
    shares = shares_of_time(settings_of(attention=attention, trainer_half=half), time, floats(*remembered), status)
    inside = status == Status.INSIDE
    assert not shares[~inside].any()
    if inside.any():
        assert shares.sum() == pytest.approx(time, rel=1e-9)
        weights = (1 - floats(*remembered))[inside] if attention == "need" else np.ones(inside.sum())
        weights = np.ones(inside.sum()) if weights.sum() == 0 else weights
        np.testing.assert_allclose(shares[inside], time * weights / weights.sum(), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("attention", FORMS["attention"])
def test_attention_is_even_when_nobody_needs_it_more(attention: str) -> None:
    shares = shares_of_time(settings_of(attention=attention), 3.0, np.ones(4), np.full(4, Status.INSIDE))
    np.testing.assert_allclose(shares, 0.75)


def test_attention_by_need_is_for_who_got_least() -> None:
    shares = shares_of_time(settings_of(attention="need"), 3.0, floats(0.2, 0.6, 1.0), np.full(3, Status.INSIDE))
    np.testing.assert_allclose(shares, [2.0, 1.0, 0.0])


def test_no_time_is_no_guidance() -> None:
    assert not shares_of_time(settings_of(), 0.0, floats(0.2, 0.6), np.full(2, Status.INSIDE)).any()


@pytest.mark.parametrize(("mix", "factor"), [("none", 0.0), ("parallel", 0.0), ("alternating", 0.5), ("mixed", 1.0)])
def test_coordination_by_hand(mix: str, factor: float) -> None:
    p = settings_of(
        mbo_mix=mix, mbo_institutions=2, coordination_base=1.0, coordination_site=0.40, coordination_mentor=0.10,
        coordination_new_mentor=0.10, coordination_mix=0.05, coordination_split=1.0, coordination_backlog=0.05,
    )  # fmt: skip
    c = rows_of(
        LearningCommunity, 2, sites=[0, 4], hosting=[0, 9], new_hosting=[0, 2], members=[0, 16], mbo_share=[0, 0.25],
        parts=[0, 2],
    )  # fmt: skip
    asked = coordination_of(p, c, 1, 10.0)
    mixing = 0.05 * 2 * 16 * 4 * 0.25 * 0.75 * factor
    assert asked == pytest.approx(1.0 + 4 * 0.40 + 9 * 0.10 + 2 * 0.10 + mixing + 1.0 + 10 * 0.05)


def hours_left(vacant: tuple[int, ...], present: tuple[bool, ...], **states: float) -> Any:
    """One cluster with a school, institute, practice and mbo trainer; its columns after the rule."""
    p = settings_of(coordination_base=1.0, coordination_site=0.4, coordination_mentor=0.1, vacancy_loss=0.5)
    c = rows_of(LearningCommunity, 1, sites=4, hosting=9, parts=1, **states)
    t = rows_of(Trainer, 4, present=present, vacant_weeks=vacant, hours=[6.0, 4.0, 1.0, 0.75])
    t.skill[:], t.familiarity[:] = (0.8, 0.6, 0.4, 0.4), (1.0, 0.5, 1.0, 1.0)
    b, i = rows_of(Board, 1, hours_factor=0.9), rows_of(Institute, 1, hours_factor=0.8, pool=0.5)
    trainer_time(p, c, t, b, i, rows_of(ProgrammeLeadership, 1))
    return c


def test_trainer_time_by_hand() -> None:
    school, institute, coordination = 6.0 * 0.9, 4.0 * 0.8 * 0.5, 1.0 + 4 * 0.4 + 9 * 0.1
    pair = (True, True, False, False)
    c = hours_left((0, 0, 0, 0), pair, extra_hours=0.5)
    assert c.coordination[0] == pytest.approx(coordination)
    assert c.trainer_time[0] == pytest.approx(school + institute + 0.5 - coordination)
    assert c.skill[0] == pytest.approx((0.8 * school + 0.6 * institute) / (school + institute))
    assert c.familiarity[0] == pytest.approx((school + 0.5 * institute) / (school + institute))
    assert c.seats[0] == 1
    quartet = hours_left((0, 0, 0, 0), (True, True, True, True))
    assert quartet.trainer_time[0] == pytest.approx(school + institute + 1.75 - coordination)


def test_vacancies_by_hand() -> None:
    half, whole = hours_left((3, 0, 0, 0), (True,) * 4), hours_left((3, 1, 0, 0), (True,) * 4)
    assert (half.seats[0], whole.seats[0]) == (0.75, 0.5)
    assert hours_left((0, 0, 9, 9), (True,) * 4).seats[0] == 1  # of the pair only
    assert half.skill[0] == pytest.approx((0.6 * 1.6 + 0.4 * 1.75) / (1.6 + 1.75))
    nobody = hours_left((3, 1, 0, 0), (True, True, False, False))
    assert (nobody.trainer_time[0], nobody.skill[0], nobody.familiarity[0]) == (0, 0, 0)


@seldom
@given(
    rng=people,
    values=values_of("mbo_mix", "mbo_institutions", "vacancy_loss", "coordination_base", "coordination_site",
                     "coordination_mentor", "coordination_new_mentor", "coordination_mix", "coordination_split",
                     "coordination_backlog"),
)  # fmt: skip
def test_trainers_have_what_coordination_leaves_and_count_when_they_are_there(
    rng: np.random.Generator, values: dict[str, Any]
) -> None:
    p, n = settings_of(**values), 20
    c = rows_of(LearningCommunity, n, partnership=rng.integers(0, 2, n), board=rng.integers(0, 3, n))
    for column, most in ((c.sites, 5), (c.hosting, 12), (c.new_hosting, 5), (c.members, 40), (c.parts, 4)):
        column[:] = rng.integers(1 if column is c.parts else 0, most, n)
    c.mbo_share[:], c.extra_hours[:] = rng.random(n), rng.random(n) * 2
    t = rows_of(Trainer, 4 * n, present=rng.random(4 * n) < 0.8, vacant_weeks=rng.integers(-3, 3, 4 * n).clip(0))
    t.hours[:], t.skill[:], t.familiarity[:] = rng.random((3, 4 * n)) * [[9], [1], [1]]
    of_board, of_institute, pool, backlog = floats(1, 0.8, 0.5), floats(0.9, 0.6), floats(1, 0.7), floats(0, 12)
    b, i = rows_of(Board, 3, hours_factor=of_board), rows_of(Institute, 2, hours_factor=of_institute, pool=pool)
    trainer_time(p, c, t, b, i, rows_of(ProgrammeLeadership, 2, backlog=backlog))
    m = {"mixed": 1, "alternating": 0.5, "parallel": 0, "none": 0}[values["mbo_mix"]]
    for k in range(n):
        four, institute = slice(4 * k, 4 * k + 4), c.partnership[k]
        factor = floats(of_board[c.board[k]], of_institute[institute] * pool[institute], 1, 1)
        counted = t.present[four] & (t.vacant_weeks[four] == 0)
        hours = np.where(counted, t.hours[four] * factor, 0)
        mixing = values["mbo_institutions"] * c.members[k] * 4 * c.mbo_share[k] * (1 - c.mbo_share[k]) * m
        asked = values["coordination_base"] + values["coordination_site"] * c.sites[k]
        asked += values["coordination_mentor"] * c.hosting[k] + values["coordination_new_mentor"] * c.new_hosting[k]
        asked += values["coordination_mix"] * mixing + values["coordination_split"] * (c.parts[k] - 1)
        asked += values["coordination_backlog"] * backlog[institute]
        assert c.coordination[k] == pytest.approx(asked)
        assert c.trainer_time[k] == pytest.approx(max(0, hours.sum() + c.extra_hours[k] - asked), abs=CLOSE)
        mean = [(hours * of[four]).sum() / hours.sum() if hours.any() else 0 for of in (t.skill, t.familiarity)]
        assert (c.skill[k], c.familiarity[k]) == pytest.approx(mean)
        vacant = (t.present[four] & (t.vacant_weeks[four] > 0))[:2].sum()
        assert c.seats[k] == pytest.approx(1 - values["vacancy_loss"] * vacant / 2)


@often
@given(weeks=st.integers(1, 12), vacant=st.integers(0, 20), known=unit, rate=plausible("familiarity_rate"))
def test_familiarity_grows_from_when_the_seat_is_filled(weeks: int, vacant: int, known: float, rate: float) -> None:
    t = rows_of(Trainer, 2, familiarity=known, vacant_weeks=vacant)
    t.present[0] = True
    for _ in range(weeks):
        settle_trainers(settings_of(familiarity_rate=rate), t)
    assert t.vacant_weeks.tolist() == [max(0, vacant - weeks), vacant]
    assert t.familiarity[0] == pytest.approx(1 - (1 - known) * (1 - rate) ** max(0, weeks - vacant))
    assert t.familiarity[1] == known


@often
@given(guidance=st.floats(0, 1.5), trainers=unit, weight=unit, start=unit, rate=unit, weeks=st.integers(1, 12))
def test_memory_approaches_supervision_exponentially(
    guidance: float, trainers: float, weight: float, start: float, rate: float, weeks: int
) -> None:
    p = settings_of(trainer_weight=weight, memory_rate=rate, outside_supervision=0.5)
    s = rows_of(Student, 3, guidance=guidance, trainer_guidance=trainers, remembered=start, felt_support=1, support=0.4)
    s.status[:] = Status.INSIDE, Status.OUTSIDE, Status.LEFT
    for _ in range(weeks):
        supervision_quality(p, s)
    expected = min(1.0, (1 - weight) * guidance + weight * trainers), 0.5, 0.0
    left = (1 - rate) ** weeks
    assert s.supervision.tolist() == pytest.approx(expected)
    for i in (0, 1):
        assert s.remembered[i] == pytest.approx(expected[i] + (start - expected[i]) * left, abs=1e-9)
    assert s.remembered[2] == start
    assert s.felt_support.tolist() == pytest.approx([0.4 + 0.6 * left, 1, 1])


# --- the meeting -----------------------------------------------------------------------------------------------------


def test_meetings_are_every_so_many_weeks_of_the_year() -> None:
    for interval in range(1, 6):
        p = settings_of(meeting_interval=interval)
        assert [w for w in range(1, 41) if is_meeting_week(p, w)] == list(range(interval, 41, interval))
    assert not any(is_meeting_week(settings_of(with_peer_learning=False), w) for w in range(1, 41))


@pytest.mark.parametrize(
    ("programme", "form", "chance"),
    [
        (Programme.FULLTIME, "same_day", 0.7 * 0.95),
        (Programme.ACADEMIC, "light", 0.7 * 0.95),
        (Programme.PARTTIME, "same_day", 0.7 * 0.6),
        (Programme.PARTTIME, "other_day", 0.7 * 0.6),
        (Programme.PARTTIME, "light", 0.7 * 0.6 / 3),
        (Programme.ASSISTANT, "same_day", 0.7),
    ],
)
def test_attendance_is_its_binomial(programme: Programme, form: str, chance: float) -> None:
    n = 20_000
    p = settings_of(
        parttime_form=form, support_parttime=0.6, support_fulltime=0.95, light_interval=3.0, mbo_mix="mixed"
    )
    s = rows_of(Student, n, programme=programme, year=1, status=Status.INSIDE, engagement=0.7, available=True, days=2.0)
    s.key[:] = np.arange(n)
    s.available[n // 2 :] = False
    seed = np.uint64(5)
    attendance(p, seed, 2, True, s)
    assert stats.binomtest(int(s.attended.sum()), n // 2, chance).pvalue > SURE
    assert not s.attended[n // 2 :].any()
    np.testing.assert_allclose(s.days_now, np.where(s.attended, 2.0 - 2.0 / 8.0, 2.0))
    attendance(p, seed, 3, False, s)
    assert not s.attended.any()
    assert (s.days_now == 2.0).all()


@seldom
@given(
    rng=people,
    meeting=st.booleans(),
    values=values_of("mbo_mix", "parttime_form", "support_parttime", "support_fulltime", "light_interval",
                     "meeting_hours", "hours_per_day"),
)  # fmt: skip
def test_each_member_comes_by_the_own_draw(rng: np.random.Generator, meeting: bool, values: dict[str, Any]) -> None:
    n, week = 200, int(rng.integers(1, 400))
    s = rows_of(Student, n, status=rng.integers(0, 3, n), programme=rng.integers(0, 7, n), year=rng.integers(1, 5, n))
    s.key[:], s.engagement[:], s.days[:] = rng.integers(0, 2**60, n), rng.random(n), rng.choice((0.1, 1.0, 2.5), n)
    s.available[:] = rng.random(n) < 0.8
    attendance(settings_of(**values), np.uint64(7), week, meeting, s)
    mbo, parttime = s.programme >= Programme.CARE_3, s.programme == Programme.PARTTIME
    member = (s.status == Status.INSIDE) & np.where(mbo, values["mbo_mix"] != "none", s.year <= 3)
    support = np.where(mbo, 1, np.where(parttime, values["support_parttime"], values["support_fulltime"]))
    form = np.where(parttime & (values["parttime_form"] == "light"), 1 / values["light_interval"], 1)
    u = Draws(7).uniform(Stream.ATTENDANCE, s.key, week)
    came = meeting & member & (u < s.available * s.engagement * support * form)
    np.testing.assert_array_equal(s.attended, came)
    left = np.maximum(0, s.days - came * values["meeting_hours"] / values["hours_per_day"])
    np.testing.assert_allclose(s.days_now, np.where(s.status == Status.LEFT, 0, left))


@pytest.mark.parametrize(
    ("form", "points"),
    [
        ("inverted_u", {0.5: 0.5 * math.exp(0.5), 1: 1.0, 2: 2 * math.exp(-1)}),
        ("threshold", {1e-9: 1.0, 1: 1.0, 2: 1.0, 2.0001: 0.0}),
        ("monotone", {0.5: 2 / 3, 1: 1.0, 3: 1.5}),
    ],
)
def test_learning_from_a_gap_by_hand(form: str, points: dict[float, float]) -> None:
    p = settings_of(form_peer_gap=form)
    assert {x: peer_gap(p, float(x)) for x in points} == pytest.approx(points)


@pytest.mark.parametrize("form", FORMS["form_peer_gap"])
@often
@given(x=st.floats(-20, 20))
def test_nobody_learns_from_who_knows_less(form: str, x: float) -> None:
    learned = peer_gap(settings_of(form_peer_gap=form), x)
    assert learned == 0 if x <= 0 else 0 <= learned <= (2 if form == "monotone" else 1)


@often
@given(size=st.integers(2, 30), best=plausible("talk_size"), exponent=plausible("talk_exponent"))
def test_talk_by_size(size: int, best: float, exponent: float) -> None:
    p = settings_of(form_group_size="plateau", talk_size=best, talk_exponent=exponent)
    assert talk(p, size) == pytest.approx(1.0 if size <= best else (best / size) ** exponent)
    assert talk(settings_of(form_group_size="inverse"), size) == 2 / size
    assert talk(settings_of(form_group_size="none"), size) == 1


@often
@given(sizes=st.lists(st.integers(1, 60), min_size=1, max_size=6), aimed=st.integers(2, 15))
def test_subgroups_are_near_equal_and_nobody_is_lost(sizes: list[int], aimed: int) -> None:
    n = sum(sizes)
    strata = np.repeat(np.arange(len(sizes)), sizes)
    starts = np.full(n + 1, -1, np.int64)
    groups = cut(settings_of(subgroup_size=aimed), strata, n, starts)
    bounds = starts[: groups + 1]
    assert (bounds[0], bounds[-1]) == (0, n)
    group_of = np.searchsorted(bounds, np.arange(n), side="right") - 1
    first = 0
    for size in sizes:
        q = max(1, math.floor(size / aimed + 0.5))
        assert subgroups_of(size, aimed) == q
        mine = group_of[first : first + size]
        assert (mine - mine[0]).tolist() == [j * q // size for j in range(size)]
        counts = np.bincount(mine - mine[0])
        assert counts.size == q
        assert counts.max() - counts.min() <= 1
        first += size
    assert (np.diff(bounds) > 0).all()
    assert all(np.unique(strata[a:z]).size == 1 for a, z in pairwise(bounds))


@often
@given(seats=st.lists(st.tuples(st.integers(0, 4), st.sampled_from((0.1, 0.5, 0.5000001, 0.9))), max_size=40))
def test_seats_are_by_stratum_then_luck_then_row(seats: list[tuple[int, float]]) -> None:
    order, strata = np.arange(len(seats)), np.array([s for s, _ in seats], np.int64)
    luck = floats(*(u for _, u in seats))
    seat_order(order, strata, luck, len(seats))
    assert order.tolist() == sorted(range(len(seats)), key=lambda i: (*seats[i], i))
    assert list(zip(strata.tolist(), luck.tolist(), strict=True)) == sorted(seats)


@pytest.mark.parametrize("form", FORMS["parttime_form"])
@pytest.mark.parametrize("across", [True, False])
@pytest.mark.parametrize("cross_year", [True, False])
@pytest.mark.parametrize("together", [True, False])
def test_who_may_sit_together(form: str, across: bool, cross_year: bool, together: bool) -> None:
    p = settings_of(parttime_form=form, across_variants=across, cross_year=cross_year)

    def kept_apart_by(part: int, programme: Programme, year: int) -> tuple[Any, ...]:
        parttime, pedagogy = programme == Programme.PARTTIME, programme == Programme.PEDAGOGY
        variant = "parttime" if parttime else "pedagogy" if pedagogy else "others"
        return (
            part,
            None if cross_year else year,
            None if across else variant,
            parttime if form == "other_day" else None,
            None if together else programme >= Programme.CARE_3,
        )

    everyone = list(product((0, 1, 2), Programme, (1, 2, 3, 4)))
    found = [stratum(p, together, *who) for who in everyone]
    expected = [kept_apart_by(*who) for who in everyone]
    assert len(set(zip(found, expected, strict=True))) == len(set(found)) == len(set(expected))


def learning(p: Any, facilitation: float, s: Any, members: NDArray[np.int64]) -> tuple[NDArray[np.float64], ...]:
    """What one subgroup learns: gains by domain, contact heard, help; in the order of members."""
    gain, heard, helped = np.zeros((3, members.size)), np.zeros(members.size), np.zeros(members.size)
    exchange(p, s, members, facilitation, gain[:, :], heard, helped)
    return gain, heard, helped


@st.composite
def subgroups(draw: st.DrawFn) -> Any:
    g = draw(st.integers(2, 9))
    s = rows_of(Student, g)
    s.programme[:] = draw(st.lists(st.sampled_from(list(Programme)), min_size=g, max_size=g))
    for state in (s.barrier, s.teaching, s.care, s.collaboration):
        state[:] = draw(st.lists(unit, min_size=g, max_size=g))
    return s


@pytest.mark.parametrize("form", FORMS["form_peer_gap"])
def test_equals_learn_nothing_from_each_other(form: str) -> None:
    s = rows_of(Student, 5, teaching=0.4, care=0.2, collaboration=0.9)
    gain, heard, helped = learning(settings_of(form_peer_gap=form), 1.0, s, np.arange(5))
    assert not gain.any()
    assert not heard.any()
    assert not helped.any()


@often
@given(s=subgroups(), facilitation=unit, data=st.data())
def test_learning_does_not_depend_on_the_order_of_seats(s: Any, facilitation: float, data: st.DataObject) -> None:
    p = settings_of()
    seats = np.array(data.draw(st.permutations(range(s.key.size))))
    one, other = (learning(p, facilitation, s, members) for members in (np.arange(s.key.size), seats))
    for ours, theirs in zip(one, other, strict=True):
        np.testing.assert_allclose(ours[..., seats], theirs, rtol=1e-9, atol=1e-15)


@often
@given(s=subgroups(), facilitation=unit)
def test_equal_students_learn_equally(s: Any, facilitation: float) -> None:
    for column in members_of(s).values():
        column[1] = column[0]
    for found in learning(settings_of(), facilitation, s, np.arange(s.key.size)):
        np.testing.assert_allclose(found[..., 0], found[..., 1], rtol=1e-9, atol=1e-15)


@often
@given(s=subgroups(), facilitation=unit)
def test_learning_is_proportional_to_facilitation_and_never_negative(s: Any, facilitation: float) -> None:
    p, members = settings_of(), np.arange(s.key.size)
    full, part = learning(p, 1.0, s, members), learning(p, facilitation, s, members)
    np.testing.assert_allclose(part[0], facilitation * full[0], rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(part[2], facilitation * full[2], rtol=1e-9, atol=1e-15)
    np.testing.assert_array_equal(part[1], full[1])  # who is heard is a matter of trust
    assert (full[0] >= 0).all()


@often
@given(s=subgroups())
def test_without_roles_the_best_learns_nothing(s: Any) -> None:
    gain, _, _ = learning(settings_of(roles=0.0), 1.0, s, np.arange(s.key.size))
    for d, competence in enumerate((s.teaching, s.care, s.collaboration)):
        assert gain[d, competence.argmax()] == 0


def test_a_pair_by_hand() -> None:
    p = settings_of(form_peer_gap="inverted_u", gap_best=0.2, peer_gain=0.01, explaining_gain=1.5, roles=0.5)
    s = rows_of(Student, 2)
    s.programme[:] = Programme.FULLTIME, Programme.CARE_3
    s.barrier[:] = 0.5, 0.2
    s.teaching[:] = 0.5, 0.3
    s.care[:] = 0.2, 0.6
    gain, heard, helped = learning(p, 0.8, s, np.arange(2))
    trust = 0.5 * 0.8
    at_best, at_double = 1.0, 2 * math.exp(-1)
    share = trust * 0.8
    explained = 1.5 * 0.5 * 0.01
    assert gain[0].tolist() == pytest.approx([explained * share * 0.5, 0.01 * share])
    assert gain[1].tolist() == pytest.approx([0.01 * at_double * share, explained * at_double * share * 0.4])
    assert gain[2].tolist() == [0, 0]
    assert helped.tolist() == pytest.approx([at_double * share / 3, at_best * share / 3])
    assert heard.tolist() == pytest.approx([trust, trust])
    _, heard, _ = learning(settings_of(with_barrier=False), 0.8, s, np.arange(2))
    assert heard.tolist() == [1, 1]


@often
@given(programmes=st.lists(st.sampled_from(list(Programme)), min_size=2, max_size=12), facilitation=unit)
def test_contact_is_the_share_of_partners_of_the_other_profession(
    programmes: list[Programme], facilitation: float
) -> None:
    s = rows_of(Student, len(programmes), programme=programmes)
    share_contact(s, np.arange(len(programmes)), facilitation)
    mbo = [programme >= Programme.CARE_3 for programme in programmes]
    expected = [sum(other != mine for other in mbo) / (len(mbo) - 1) for mine in mbo]
    assert s.contact_share.tolist() == pytest.approx(expected)
    assert set(s.contact_facilitation) == {facilitation}


def hold_meeting(p: Any, s: Any, week: int, time: float, maturity: float = 1.0) -> Any:
    c = rows_of(LearningCommunity, 1, end=s.key.size, trainer_time=time, maturity=maturity)
    meet(p, np.uint64(1), week, week, s, c)
    return c


def attendees(hbo: int, mbo: int) -> Any:
    s = rows_of(Student, hbo + mbo, attended=True, year=1, teaching=0.3, barrier=0.5, knowledge=0.2)
    s.key[:] = np.arange(hbo + mbo)
    s.programme[hbo:] = Programme.CARE_4
    s.teaching[::2] = 0.5
    return s


def test_facilitation_by_hand() -> None:
    s = attendees(12, 0)
    c = hold_meeting(settings_of(subgroup_size=4, facilitation_half=0.5), s, 2, time=4.5, maturity=0.6)
    assert c.subgroups[0] == 3
    assert c.facilitation[0] == pytest.approx(0.6 * 4.5 / (4.5 + 0.5 * 3))
    assert hold_meeting(settings_of(subgroup_size=4), s, 2, time=0.0).facilitation[0] == 0


def test_in_other_weeks_nothing_happens() -> None:
    s = attendees(12, 4)
    s.help[:] = s.contact_share[:] = s.contact_facilitation[:] = 1.0
    before = s.teaching.copy()
    c = hold_meeting(settings_of(mbo_mix="mixed"), s, 3, time=4.5)
    assert (c.subgroups[0], c.facilitation[0]) == (0, 0)
    for state in (s.help, s.contact_share, s.contact_facilitation):
        assert not state.any()
    np.testing.assert_array_equal(s.teaching, before)


def test_one_alone_learns_nothing_and_is_no_subgroup() -> None:
    s = attendees(1, 1)
    c = hold_meeting(settings_of(mbo_mix="parallel"), s, 2, time=4.5)
    assert c.subgroups[0] == 0
    assert c.facilitation[0] == 0
    assert not s.help.any()
    assert not s.contact_share.any()


@pytest.mark.parametrize(
    ("mix", "meet_in_2", "meet_in_4"),
    [("none", False, False), ("parallel", False, False), ("mixed", True, True), ("alternating", False, True)],
)
def test_which_meetings_are_mixed(mix: str, meet_in_2: bool, meet_in_4: bool) -> None:
    for week, expected in ((2, meet_in_2), (4, meet_in_4)):
        s = attendees(4, 4)
        hold_meeting(settings_of(mbo_mix=mix, subgroup_size=8), s, week, time=4.5)
        assert s.contact_share.any() == expected
        assert (s.knowledge > 0.2).any() == expected


def test_all_read_the_states_before_the_meeting() -> None:
    s = attendees(3, 0)
    s.teaching[:] = 0.2, 0.4, 0.6
    hold_meeting(settings_of(peer_gain=0.1, roles=0.0, form_peer_gap="monotone", subgroup_size=3), s, 2, 1e12)
    x = {gap: 2 * (gap / 0.2) / (1 + gap / 0.2) * 0.1 / 2 for gap in (0.2, 0.4)}
    assert s.teaching.tolist() == pytest.approx([0.2 + x[0.2] + x[0.4], 0.4 + x[0.2], 0.6])


@seldom
@given(
    rng=people,
    week=st.sampled_from((2, 3, 4, 6, 8)),
    values=values_of("mbo_mix", "cross_year", "across_variants", "parttime_form", "subgroup_size", "form_peer_gap",
                     "form_group_size", "gap_best", "roles", "explaining_gain", "knowledge_gain", "facilitation_half",
                     "with_barrier", "with_peer_learning", "talk_size", "talk_exponent",
                     peer_gain=st.floats(0.01, 0.1)),
)  # fmt: skip
def test_a_meeting_is_the_sum_of_its_pairs(rng: np.random.Generator, week: int, values: dict[str, Any]) -> None:
    n = 24
    p = settings_of(**values, meeting_interval=2)
    s = rows_of(Student, n, programme=rng.integers(0, 7, n), year=rng.integers(1, 4, n), part=rng.integers(0, 2, n))
    s.key[:], s.attended[:] = rng.integers(0, 2**60, n), rng.random(n) < 0.8
    for column in (s.teaching, s.care, s.collaboration, s.barrier, s.knowledge):
        column[:] = rng.random(n)
    before = copied(s)
    time, maturity = float(rng.choice((0.0, 1.0, 5.0))), float(rng.random())
    c = hold_meeting(p, s, week, time, maturity)

    meeting = values["with_peer_learning"] and week % 2 == 0
    together = values["mbo_mix"] == "mixed" or (values["mbo_mix"] == "alternating" and week % 4 == 0)
    mbo, luck = s.programme >= Programme.CARE_3, Draws(1).uniform(Stream.SUBGROUP, s.key, week)

    def may_sit_with(i: int) -> tuple[Any, ...]:
        parttime, variant = (
            s.programme[i] == Programme.PARTTIME,
            s.programme[i] in (Programme.PARTTIME, Programme.PEDAGOGY),
        )
        apart = s.part[i], None if values["cross_year"] else s.year[i], not together and mbo[i]
        return (
            *apart,
            values["parttime_form"] == "other_day" and parttime,
            not values["across_variants"] and variant and s.programme[i],
        )

    strata: dict[Any, list[int]] = {}
    for i in np.flatnonzero(s.attended & bool(meeting)):
        strata.setdefault(may_sit_with(i), []).append(i)
    groups = []
    for seats in strata.values():
        seats.sort(key=lambda i: luck[i])
        q = max(1, math.floor(len(seats) / values["subgroup_size"] + 0.5))
        groups += [[i for j, i in enumerate(seats) if j * q // len(seats) == k] for k in range(q)]
    groups = [group for group in groups if len(group) > 1]
    f = maturity * time / (time + values["facilitation_half"] * len(groups)) if groups and time else 0.0
    assert (c.subgroups[0], c.facilitation[0]) == (len(groups), pytest.approx(f))

    domains = ("teaching", "care", "collaboration")
    gain = {name: np.zeros(n) for name in (*domains, "knowledge", "help", "contact_share", "contact_facilitation")}
    for group in groups:
        g = len(group)
        for i in group:
            gain["contact_facilitation"][i] = f
        for i, j in product(group, group):
            if i == j:
                continue
            across = mbo[i] != mbo[j]
            trust = (1 - before.barrier[i]) * (1 - before.barrier[j]) if across and values["with_barrier"] else 1.0
            gain["contact_share"][i] += across / (g - 1)
            gain["knowledge"][i] += across * values["knowledge_gain"] * f * (1 - before.knowledge[i]) * trust / (g - 1)
            for domain in domains:
                mine, theirs = getattr(before, domain)[i], getattr(before, domain)[j]
                k = peer_gap(p, (theirs - mine) / values["gap_best"]) * trust * f * talk(p, g) / (g - 1)
                gain[domain][i] += values["peer_gain"] * k
                told = values["explaining_gain"] * values["roles"] * values["peer_gain"] * k
                gain[domain][j] += told * (1 - theirs)
                gain["help"][i] += k / 3
    for name, more in gain.items():
        start = getattr(before, name) if name in (*domains, "knowledge") else 0
        np.testing.assert_allclose(
            getattr(s, name), np.minimum(1, start + more) if name != "help" else more, atol=CLOSE
        )


@often
@given(start=unit, fade=unit, weeks=st.integers(1, 12))
def test_support_of_peers_fades_exponentially(start: float, fade: float, weeks: int) -> None:
    s = rows_of(Student, 2, peer_support=start)
    s.status[0] = Status.INSIDE
    for _ in range(weeks):
        peer_support_follows(settings_of(peer_fade=fade), s)
    assert s.peer_support.tolist() == pytest.approx([start * (1 - fade) ** weeks, start], abs=CLOSE)


@often
@given(start=unit, help=st.floats(1e-6, 3), fade=plausible("peer_fade"), rate=plausible("peer_rate"))
def test_support_of_peers_approaches_where_help_and_fading_meet(
    start: float, help: float, fade: float, rate: float
) -> None:
    p = settings_of(peer_fade=fade, peer_rate=rate)
    got = rate * help / (help + p["peer_half"])
    kept = (1 - fade) * (1 - got)
    level = got / (1 - kept)
    s = rows_of(Student, 2, help=help, status=Status.INSIDE)
    s.peer_support[:] = start, level
    peer_support_follows(p, s)
    assert s.peer_support.tolist() == pytest.approx([level + (start - level) * kept, level], abs=CLOSE)


# --- the status barrier ----------------------------------------------------------------------------------------------


def barrier_after(p: Any, barrier: float, facilitation: float, **states: Any) -> tuple[float, float]:
    """The barrier and the contacts after one meeting with only partners across, unless said otherwise."""
    s = rows_of(Student, 1, **({"contact_share": 1.0} | states), barrier=barrier, contact_facilitation=facilitation)
    barrier_follows_contact(p, s)
    return float(s.barrier[0]), float(s.contacts[0])


within = st.floats(0.01, 0.99)


@often
@given(barrier=within, facilitation=unit, contacts=st.floats(0, 30))
def test_first_contacts_ask_more_facilitation(barrier: float, facilitation: float, contacts: float) -> None:
    p = settings_of(form_contact="threshold", barrier_contacts_half=2.0)
    asked = p["barrier_threshold"] + p["barrier_first_contacts"] * 2.0 / (2.0 + contacts)
    assume(abs(facilitation - asked) > 1e-9)
    now, met = barrier_after(p, barrier, facilitation, contacts=contacts)
    assert (now > barrier) == (facilitation < asked)
    assert met == contacts + 1


@often
@given(barrier=within, facilitation=unit, contacts=st.floats(0, 30))
def test_in_the_linear_form_good_facilitation_never_raises_the_barrier(
    barrier: float, facilitation: float, contacts: float
) -> None:
    p = settings_of(form_contact="linear")
    now, _ = barrier_after(p, barrier, facilitation, contacts=contacts)
    assert now <= barrier if facilitation >= p["barrier_threshold"] else now >= barrier


@often
@given(
    barrier=unit,
    facilitation=unit,
    share=unit,
    contacts=st.floats(0, 30),
    gain=unit,
    form=st.sampled_from(FORMS["form_contact"]),
)
def test_the_barrier_stays_in_its_range(
    barrier: float, facilitation: float, share: float, contacts: float, gain: float, form: str
) -> None:
    p = settings_of(form_contact=form, barrier_gain=gain, barrier_first_contacts=1.0, barrier_threshold=1.0)
    now, met = barrier_after(p, barrier, facilitation, contact_share=share, contacts=contacts)
    assert 0 <= now <= 1
    assert met == contacts + share
    if barrier in (0, 1) or share == 0:
        assert now == barrier


@often
@given(
    barrier=unit, facilitation=unit, share=unit, contacts=st.floats(0, 30), programme=st.sampled_from(list(Programme)),
    values=values_of("barrier_gain", "barrier_threshold", "barrier_first_contacts", "barrier_contacts_half",
                     "barrier_mbo_factor", "form_contact", "with_barrier"),
)  # fmt: skip
def test_the_barrier_falls_by_what_facilitation_passes_its_threshold(
    barrier: float, facilitation: float, share: float, contacts: float, programme: Programme, values: dict[str, Any]
) -> None:
    states = {"contact_share": share, "contacts": contacts, "programme": programme}
    now, met = barrier_after(settings_of(**values), barrier, facilitation, **states)
    half, change = values["barrier_contacts_half"], 0.0
    if share > 0 and values["with_barrier"]:
        first = values["barrier_first_contacts"] * half / (half + contacts) * (values["form_contact"] == "threshold")
        change = values["barrier_gain"] * share * (facilitation - values["barrier_threshold"] - first)
        change *= barrier * (1 - barrier) * (values["barrier_mbo_factor"] if programme >= Programme.CARE_3 else 1)
    assert now == pytest.approx(min(1, max(0, barrier - change)), abs=CLOSE)
    assert met == contacts + share * values["with_barrier"]


def test_the_barrier_by_hand() -> None:
    p = settings_of(
        barrier_gain=0.1,
        barrier_threshold=0.35,
        barrier_first_contacts=0.5,
        barrier_contacts_half=2.0,
        barrier_mbo_factor=0.8,
    )
    now, _ = barrier_after(p, 0.4, 0.9, contact_share=0.5, contacts=2.0)
    change = 0.1 * 0.5 * (0.9 - 0.35 - 0.25) * 0.4 * 0.6
    assert now == pytest.approx(0.4 - change)
    of_mbo, _ = barrier_after(p, 0.4, 0.9, contact_share=0.5, contacts=2.0, programme=Programme.CARE_3)
    assert of_mbo == pytest.approx(0.4 - 0.8 * change)
    assert barrier_after(settings_of(with_barrier=False), 0.4, 0.9) == (0.4, 0.0)


# --- learning at the workplace ---------------------------------------------------------------------------------------

WEIGHTS = {
    Programme.FULLTIME: "pabo",
    Programme.PARTTIME: "pabo",
    Programme.ACADEMIC: "pabo",
    Programme.PEDAGOGY: "pedagogy",
    Programme.CARE_3: "care",
    Programme.CARE_4: "care",
    Programme.ASSISTANT: "assistant",
}
DOMAINS = ("teaching", "care", "collaboration")


@often
@given(
    programme=st.sampled_from(list(Programme)),
    days=st.floats(0.1, 5),
    supervision=unit,
    start=unit,
    climate=st.floats(0.5, 1.2),
    inside=st.booleans(),
    weeks=st.integers(1, 12),
)
def test_workplace_learning_is_an_exponential_approach(
    programme: Programme, days: float, supervision: float, start: float, climate: float, inside: bool, weeks: int
) -> None:
    p = settings_of(climate_mean=0.9)
    s = rows_of(
        Student, 1, status=Status.INSIDE, programme=programme, site=0 if inside else -1,
        days_now=days, supervision=supervision, teaching=start, care=start, collaboration=start,
    )  # fmt: skip
    o = rows_of(Site, 1, climate=climate)
    for _ in range(weeks):
        learn_at_work(p, s, o)
    practice = p["practice_weight"] * (days / p["days_reference"]) ** p["practice_exponent"]
    rate = p["workplace_gain"] * (practice + (1 - p["practice_weight"]) * supervision) * (climate if inside else 0.9)
    for domain in DOMAINS:
        weight = p[f"weight_{WEIGHTS[programme]}_{domain}"]
        expected = 1 - (1 - start) * (1 - rate * weight) ** weeks
        assert getattr(s, domain)[0] == pytest.approx(expected, abs=CLOSE)


def test_without_days_nothing_is_learned() -> None:
    s = rows_of(Student, 2, status=Status.INSIDE, supervision=1.0, teaching=0.3)
    s.status[1], s.days_now[1] = Status.LEFT, 2.0
    learn_at_work(settings_of(), s, rows_of(Site, 1, climate=1.0))
    assert s.teaching.tolist() == [0.3, 0.3]


def test_a_year_of_one_student_with_one_mentor_is_an_exponential_approach() -> None:
    off = ("fatigue", "peer_learning", "dropout", "leadership", "evaluation")
    there = make(**{f"with_{rule}": False for rule in off})
    s, p = there.students.rows(), there.p
    before = {domain: getattr(s, domain).copy() for domain in DOMAINS}
    there.run(weeks=40)
    m, o = there.mentors.rows(), there.sites.rows()
    alone = (s.mentor >= 0) & (s.status == Status.INSIDE)
    alone[alone] = m.students[s.mentor[alone]] == 1
    rows = np.flatnonzero(alone)
    assert rows.size > 30
    at_load = s.need[rows] * s.days[rows] / p.mentor_hours
    support = np.minimum(1, 1 / at_load)
    guidance = (1 + p.dose_half) * support / (support + p.dose_half) * m.skill[s.mentor[rows]]
    quality = (1 - p.trainer_weight) * guidance + p.trainer_weight * s.trainer_guidance[rows]
    np.testing.assert_allclose(s.supervision[rows], quality.clip(max=1), rtol=1e-12)
    practice = p.practice_weight * (s.days[rows] / p.days_reference) ** p.practice_exponent
    rate = p.workplace_gain * (practice + (1 - p.practice_weight) * s.supervision[rows]) * o.climate[s.site[rows]]
    for domain in DOMAINS:
        weight = getattr(p, f"weight_pabo_{domain}")
        expected = 1 - (1 - before[domain][rows]) * (1 - rate * weight) ** 40
        np.testing.assert_allclose(getattr(s, domain)[rows], expected, rtol=1e-12)


# --- mentor load -----------------------------------------------------------------------------------------------------


@numba.njit(error_model="numpy")
def weeks_of_load(p, weeks, m, b):  # type: ignore[no-untyped-def]
    for _ in range(weeks):
        mentor_time(p, m, b)
        tire(p, m)


def fatigue_after(p: Any, load: float, fatigue: float, weeks: int) -> float:
    """Fatigue of a mentor with base 0 of whom `load` times the full hours are asked, week after week."""
    m = rows_of(Mentor, 1, role=Role.ACTIVE, students=1, hours_asked=load * p["mentor_hours"], fatigue=fatigue)
    weeks_of_load(p, weeks, m, rows_of(Board, 1, hours_factor=1.0))
    return float(m.fatigue[0])


def tiring(rate: float, recovery: float, loss: float) -> tuple[Any, float]:
    p = settings_of(
        form_fatigue="excess",
        fatigue_exponent=1.0,
        fatigue_rate=rate,
        fatigue_recovery=recovery,
        fatigue_time_loss=loss,
    )
    return p, recovery / rate


def fixed_points(k: float, loss: float, load: float) -> list[float]:
    """The roots of (1 − λf)(1 + kf) = x, lowest first."""
    half, root = (k - loss) / (2 * loss * k), (k - loss) ** 2 - 4 * loss * k * (load - 1)
    return [half - math.sqrt(root) / (2 * loss * k), half + math.sqrt(root) / (2 * loss * k)]


tiring_parameters = {name: plausible(f"fatigue_{name}") for name in ("rate", "recovery", "time_loss")}


@seldom
@given(**tiring_parameters, position=st.floats(0.05, 0.95))
def test_fatigue_settles_at_the_lower_fixed_point_below_the_tipping_load(
    rate: float, recovery: float, time_loss: float, position: float
) -> None:
    p, k = tiring(rate, recovery, time_loss)
    assume(k > 1.1 * time_loss)
    tipping = 1 + (k - time_loss) ** 2 / (4 * time_loss * k)
    load = 1 + position * (tipping - 1)
    low, high = fixed_points(k, time_loss, load)
    assume(low < 0.98)
    assert (1 - time_loss * low) * (1 + k * low) == pytest.approx(load)
    slope = rate * time_loss * load / (1 - time_loss * low) ** 2
    assert slope < recovery
    assert fatigue_after(p, load, low, 1) == pytest.approx(low, abs=CLOSE)
    assert fatigue_after(p, load, 0.0, 60_000) == pytest.approx(low, abs=1e-6)
    if high < 1:
        assert rate * time_loss * load / (1 - time_loss * high) ** 2 > recovery
        near = 0.01 * min(high - low, 1 - high)
        assert fatigue_after(p, load, high - near, 60_000) == pytest.approx(low, abs=1e-6)
        assert fatigue_after(p, load, high + near, 60_000) == 1


@seldom
@given(**tiring_parameters, beyond=st.floats(0.01, 1))
def test_beyond_the_tipping_load_fatigue_runs_away(
    rate: float, recovery: float, time_loss: float, beyond: float
) -> None:
    p, k = tiring(rate, recovery, time_loss)
    if k > time_loss:
        fold = (k - time_loss) / (2 * time_loss * k)
        tipping = 1 + (k - time_loss) ** 2 / (4 * time_loss * k)
        load = (tipping if fold <= 1 else (1 - time_loss) * (1 + k)) + beyond
    else:
        load = 1 + beyond
    assert fatigue_after(p, load, 0.0, 60_000) == 1


@seldom
@given(**tiring_parameters, distance=st.floats(0.001, 0.5))
def test_full_fatigue_holds_from_its_bound_on(rate: float, recovery: float, time_loss: float, distance: float) -> None:
    p, k = tiring(rate, recovery, time_loss)
    bound = (1 - time_loss) * (1 + k)
    assert fatigue_after(p, bound * (1 + distance), 1.0, 3) == 1
    assert fatigue_after(p, bound * (1 - distance), 1.0, 3) < 1


@seldom
@given(**tiring_parameters, position=st.floats(0.1, 0.9))
def test_between_the_two_fatigue_remembers_where_it_came_from(
    rate: float, recovery: float, time_loss: float, position: float
) -> None:
    p, k = tiring(rate, recovery, time_loss)
    assume(k > time_loss)
    fold = (k - time_loss) / (2 * time_loss * k)
    assume(fold < 0.9)
    tipping, bound = 1 + (k - time_loss) ** 2 / (4 * time_loss * k), (1 - time_loss) * (1 + k)
    load = max(1.0, bound) + position * (tipping - max(1.0, bound))
    assert fatigue_after(p, load, 0.0, 60_000) < fold
    assert fatigue_after(p, load, 1.0, 60_000) == 1


@often
@given(fatigue=unit, base=unit, weeks=st.integers(1, 12), recovery=plausible("fatigue_recovery"), load=unit)
def test_without_overload_fatigue_recovers_exponentially(
    fatigue: float, base: float, weeks: int, recovery: float, load: float
) -> None:
    m = rows_of(Mentor, 3, fatigue=fatigue, base=base, load=load)
    m.role[:] = Role.ACTIVE, Role.WITHDRAWN, Role.EMPTY
    for _ in range(weeks):
        tire(settings_of(fatigue_recovery=recovery), m)
    rested = base + (fatigue - base) * (1 - recovery) ** weeks
    assert m.fatigue.tolist() == pytest.approx([rested, rested, fatigue])


def test_strain_by_hand() -> None:
    assert strain(settings_of(), 1.0) == 0
    assert strain(settings_of(), 0.2) == 0
    assert strain(settings_of(fatigue_exponent=2.0), 2.5) == pytest.approx(2.25)
    linear = settings_of(form_fatigue="linear")
    assert (strain(linear, 0.0), strain(linear, 1.0), strain(linear, 2.0)) == (0, 0.5, strain(settings_of(), 2.0))


@seldom
@given(
    rng=people,
    values=values_of("form_fatigue", "fatigue_exponent", "fatigue_rate", "fatigue_recovery", "with_fatigue",
                     "with_withdrawal", withdrawal_rate=unit),
)  # fmt: skip
def test_each_mentor_tires_and_gives_up_by_the_own_draw(rng: np.random.Generator, values: dict[str, Any]) -> None:
    p, n, week = settings_of(**values), 200, int(rng.integers(1, 400))
    m = rows_of(Mentor, n, role=rng.integers(0, 3, n), students=rng.integers(0, 3, n), key=rng.integers(0, 2**60, n))
    m.load[:], m.base[:], m.fatigue[:] = rng.random(n) * 3, rng.random(n), rng.random(n)
    role, fatigue = m.role.copy(), m.fatigue.copy()
    tire(p, m)
    excess = values["form_fatigue"] == "excess"
    strained = np.maximum(0, m.load - 1) ** values["fatigue_exponent"] if excess else m.load / 2
    tired = fatigue + values["fatigue_rate"] * strained - values["fatigue_recovery"] * (fatigue - m.base)
    there = (role != Role.EMPTY) & values["with_fatigue"]
    np.testing.assert_allclose(m.fatigue, np.where(there, tired.clip(0, 1), fatigue))

    some = give_up(p, np.uint64(7), week, m)
    gives_up = (role == Role.ACTIVE) & (m.students > 0) & values["with_fatigue"] & values["with_withdrawal"]
    gives_up &= Draws(7).uniform(Stream.WITHDRAWAL, m.key, week) < values["withdrawal_rate"] * m.fatigue**2
    np.testing.assert_array_equal(m.role, np.where(gives_up, Role.WITHDRAWN, role))
    assert some == gives_up.any()


def test_fatigue_is_left_alone_when_it_is_off() -> None:
    assert fatigue_after(settings_of(with_fatigue=False), 3.0, 0.4, 10) == 0.4


@pytest.mark.parametrize(("rate", "fatigue"), [(0.02, 0.5), (0.02, 1.0), (0.5, 0.3), (1.0, 1.0)])
def test_withdrawals_are_their_binomial(rate: float, fatigue: float) -> None:
    n = 40_000
    m = rows_of(Mentor, n, role=Role.ACTIVE, students=1, fatigue=fatigue)
    m.key[:] = np.arange(n)
    m.students[n // 2 :] = 0
    m.role[:10] = Role.EMPTY
    some = give_up(settings_of(withdrawal_rate=rate), np.uint64(3), 1, m)
    withdrawn = m.role == Role.WITHDRAWN
    assert some == withdrawn.any()
    assert not withdrawn[n // 2 :].any()
    assert (m.role[:10] == Role.EMPTY).all()
    assert stats.binomtest(int(withdrawn.sum()), n // 2 - 10, rate * fatigue**2).pvalue > SURE


@pytest.mark.parametrize("off", ["with_withdrawal", "with_fatigue"])
def test_nobody_withdraws_when_it_is_off(off: str) -> None:
    m = rows_of(Mentor, 100, role=Role.ACTIVE, students=1, fatigue=1.0)
    p = settings_of(withdrawal_rate=1.0, **{off: False})
    assert not give_up(p, np.uint64(3), 1, m)
    assert (m.role == Role.ACTIVE).all()


SITES_OF = ((0, 1), (2, 3, 4))
"""Two clusters with their sites; three mentors at each site."""


@st.composite
def withdrawals(draw: st.DrawFn) -> tuple[Any, Any]:
    """Mentors, of whom some withdrew, and students, of whom some have them."""
    sites = [site for cluster in SITES_OF for site in cluster]
    n = 3 * len(sites)
    m = rows_of(Mentor, n, site=np.repeat(sites, 3))
    m.cluster[:] = m.site >= SITES_OF[1][0]
    m.kind[:] = draw(st.lists(st.sampled_from((0, 0, 1)), min_size=n, max_size=n))
    m.role[:] = draw(st.lists(st.sampled_from((Role.ACTIVE, Role.WITHDRAWN, Role.EMPTY)), min_size=n, max_size=n))
    m.fatigue[:] = draw(st.lists(st.sampled_from((0.0, 0.5)), min_size=n, max_size=n))
    count = draw(st.integers(1, 12))
    s = rows_of(Student, count, status=Status.INSIDE)
    s.site[:] = draw(st.lists(st.sampled_from(sites), min_size=count, max_size=count))
    s.cluster[:] = s.site >= SITES_OF[1][0]
    s.programme[:] = draw(st.lists(st.sampled_from((0, 1, 4, 6)), min_size=count, max_size=count))
    s.hours_asked[:] = draw(st.lists(st.sampled_from((0.5, 1.0, 2.0)), min_size=count, max_size=count))
    s.status[:] = draw(
        st.lists(st.sampled_from((Status.INSIDE, Status.INSIDE, Status.LEFT)), min_size=count, max_size=count)
    )
    for i in range(count):
        mine = np.flatnonzero((m.cluster == s.cluster[i]) & (m.kind == kind_for(s.programme[i])))
        s.mentor[i] = draw(st.sampled_from([-1, *mine.tolist()]))
        if s.mentor[i] >= 0 and s.status[i] == Status.INSIDE:
            m.students[s.mentor[i]] += 1
            m.hours_asked[s.mentor[i]] += s.hours_asked[i]
    for i in np.flatnonzero((m.students > 0) & (m.role == Role.EMPTY)):
        m.role[i] = Role.WITHDRAWN
    return s, m


@often
@given(case=withdrawals())
def test_students_go_to_the_least_loaded_at_the_site_then_in_the_cluster_then_to_nobody(case: tuple[Any, Any]) -> None:
    s, m = case
    p = settings_of(mentor_hours=2.0, care_mentor_hours=1.5, fatigue_time_loss=0.4)
    load_of(p, m)
    full = np.where(m.kind == MentorKind.CARE, 1.5, 2.0) * (1 - 0.4 * m.fatigue)
    links, loads, asked = s.mentor.tolist(), m.load.copy(), m.hours_asked.copy()
    active = m.role == Role.ACTIVE
    for i in range(s.key.size):
        if s.status[i] != Status.INSIDE or links[i] < 0 or active[links[i]]:
            continue
        right = active & (m.kind == kind_for(s.programme[i]))
        near = right & (m.site == s.site[i])
        able = np.flatnonzero(near if near.any() else right & (m.cluster == s.cluster[i]))
        links[i] = int(able[np.argmin(loads[able])]) if able.size else -1
        if able.size:
            asked[links[i]] += s.hours_asked[i]
            loads[links[i]] = asked[links[i]] / full[links[i]]
    students = m.students.copy()
    first, end = 3 * np.arange(5), 3 * np.arange(5) + 3
    places = MentorPlaces.of(
        site_first=first, site_end=end, cluster_first=np.array([0, 6]), cluster_end=np.array([6, 15])
    )
    reassign(p, s, m, rows_of(Board, 1, hours_factor=1.0), places)
    assert s.mentor.tolist() == links
    np.testing.assert_allclose(m.load, loads)
    np.testing.assert_allclose(m.hours_asked, asked)
    np.testing.assert_array_equal(m.students, students)


# --- engagement and leaving ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "burden"), [("same_day", 0.12), ("other_day", 0.0), ("light", 0.04)])
def test_meetings_burden_parttime_members_only(form: str, burden: float) -> None:
    p = settings_of(parttime_form=form, engagement_burden=0.12, light_interval=3.0)
    assert burden_of_meetings(p, True, Programme.PARTTIME) == pytest.approx(burden)
    assert burden_of_meetings(p, False, Programme.PARTTIME) == 0
    assert burden_of_meetings(p, True, Programme.FULLTIME) == 0
    without = settings_of(parttime_form=form, with_peer_learning=False)
    assert burden_of_meetings(without, True, Programme.PARTTIME) == 0


@often
@given(remembered=unit, peers=unit, travel=st.floats(0, 80), climate=st.floats(0.6, 1.2), start=unit)
def test_belonging_and_then_engagement_approach_their_levels(
    remembered: float, peers: float, travel: float, climate: float, start: float
) -> None:
    p = settings_of(
        engagement_rate=0.1, engagement_base=0.5, engagement_supervision=0.30, engagement_belonging=0.25,
        engagement_travel=0.15, travel_half=30.0, belonging_rate=0.06, belonging_peer=0.5,
    )  # fmt: skip
    states = {"remembered": remembered, "peer_support": peers, "belonging": start, "engagement": start}
    s = rows_of(Student, 3, year=1, **states)
    s.status[:] = Status.INSIDE, Status.OUTSIDE, Status.LEFT
    s.travel[0], s.site[1] = travel, -1
    engage(p, s, rows_of(Site, 1, climate=climate))
    for i, (place, away) in enumerate(((climate, travel), (p["climate_mean"], 0.0))):
        belonging = start + 0.06 * (min(1, 0.5 * peers + 0.5 * place) - start)
        level = min(1, max(0, 0.5 + 0.30 * remembered + 0.25 * belonging - 0.15 * away / (away + 30)))
        assert s.belonging[i] == pytest.approx(belonging)
        assert s.engagement[i] == pytest.approx(start + 0.1 * (level - start))
    assert (s.belonging[2], s.engagement[2]) == (start, start)


@often
@given(programme=st.sampled_from(list(Programme)), member=st.booleans(),
       values=values_of("parttime_form", "engagement_burden", "light_interval", "with_peer_learning"))  # fmt: skip
def test_meetings_burden_by_their_form(programme: Programme, member: bool, values: dict[str, Any]) -> None:
    times = {"same_day": 1, "other_day": 0, "light": 1 / values["light_interval"]}[values["parttime_form"]]
    burdened = member and programme == Programme.PARTTIME and values["with_peer_learning"]
    burden = values["engagement_burden"] * times if burdened else 0
    assert burden_of_meetings(settings_of(**values), member, programme) == pytest.approx(burden)


@seldom
@given(
    rng=people,
    values=values_of("exit_fulltime_first", "exit_fulltime_later", "exit_parttime_first", "exit_parttime_later",
                     "exit_mbo", "engagement_reference", "engagement_sd", "supervision_reference", "supervision_sd",
                     "stop_share_fulltime", "stop_share_parttime", "stop_share_mbo", "with_dropout",
                     exit_odds_engagement=st.floats(0.1, 1), exit_odds_supervision=st.floats(0.1, 1)),
)  # fmt: skip
def test_each_student_stays_stops_or_switches_by_the_own_draw(rng: np.random.Generator, values: dict[str, Any]) -> None:
    p, n, week = settings_of(**values), 400, int(rng.integers(1, 400))
    s = rows_of(Student, n, status=rng.integers(0, 3, n), programme=rng.integers(0, 7, n), year=rng.integers(1, 5, n))
    s.key[:], s.engagement[:], s.remembered[:] = rng.integers(0, 2**60, n), rng.random(n), rng.random(n)
    status = s.status.copy()
    study_plan(p, s)
    leave(p, np.uint64(7), week, s)
    group = np.where(s.programme >= Programme.CARE_3, 2, s.programme == Programme.PARTTIME)
    first = [values["exit_fulltime_first"], values["exit_parttime_first"], values["exit_mbo"]]
    later = [values["exit_fulltime_later"], values["exit_parttime_later"], values["exit_mbo"]]
    weekly = 1 - (1 - np.where(s.year == 1, np.array(first)[group], np.array(later)[group])) ** (1 / 40)
    z_e = (s.engagement - values["engagement_reference"]) / values["engagement_sd"]
    z_s = (s.remembered - values["supervision_reference"]) / values["supervision_sd"]
    chance = weekly * values["exit_odds_engagement"] ** z_e * values["exit_odds_supervision"] ** z_s
    u, kind = Draws(7).uniform(Stream.EXIT, s.key, week), Draws(7).uniform(Stream.EXIT_KIND, s.key, week)
    goes = (status != Status.LEFT) & (u < np.minimum(1, chance)) & values["with_dropout"]
    stops = np.array([values[f"stop_share_{name}"] for name in ("fulltime", "parttime", "mbo")])[group]
    np.testing.assert_array_equal(s.status, np.where(goes, Status.LEFT, status))
    np.testing.assert_array_equal(
        s.exit_kind, np.where(goes, np.where(kind < stops, Exit.STOP, Exit.SWITCH), Exit.NONE)
    )


def leavers(p: Any, n: int, weeks: int, programme: Programme, year: int, **states: float) -> Any:
    """Students after so many weeks in which nothing happens but leaving."""
    at_reference = {"engagement": p["engagement_reference"], "remembered": p["supervision_reference"]}
    s = rows_of(Student, n, status=Status.INSIDE, programme=programme, year=year, **(at_reference | states))
    s.key[:] = np.arange(n)
    study_plan(p, s)
    for week in range(1, weeks + 1):
        leave(p, np.uint64(8), week, s)
    return s


@pytest.mark.parametrize(
    ("programme", "year", "chance", "stops"),
    [
        (Programme.FULLTIME, 1, "exit_fulltime_first", "stop_share_fulltime"),
        (Programme.ACADEMIC, 1, "exit_fulltime_first", "stop_share_fulltime"),
        (Programme.PEDAGOGY, 2, "exit_fulltime_later", "stop_share_fulltime"),
        (Programme.PARTTIME, 1, "exit_parttime_first", "stop_share_parttime"),
        (Programme.PARTTIME, 3, "exit_parttime_later", "stop_share_parttime"),
        (Programme.CARE_3, 2, "exit_mbo", "stop_share_mbo"),
        (Programme.ASSISTANT, 1, "exit_mbo", "stop_share_mbo"),
    ],
)
def test_a_years_leavers_are_their_binomial(programme: Programme, year: int, chance: str, stops: str) -> None:
    n, p = 20_000, settings_of()
    s = leavers(p, n, 40, programme, year)
    left = s.status == Status.LEFT
    assert stats.binomtest(int(left.sum()), n, p[chance]).pvalue > SURE
    stopped = int((s.exit_kind == Exit.STOP).sum())
    assert stopped + int((s.exit_kind == Exit.SWITCH).sum()) == left.sum()
    assert stats.binomtest(stopped, int(left.sum()), p[stops]).pvalue > SURE


@pytest.mark.parametrize(("sd_engagement", "sd_supervision"), [(1, 0), (0, 1), (-1, -1), (2, -2)])
def test_odds_of_leaving_shift_by_standard_deviations(sd_engagement: int, sd_supervision: int) -> None:
    p, n = settings_of(), 100_000
    states = {
        "engagement": p["engagement_reference"] + sd_engagement * p["engagement_sd"],
        "remembered": p["supervision_reference"] + sd_supervision * p["supervision_sd"],
    }
    s = leavers(p, n, 1, Programme.FULLTIME, 1, **states)
    weekly = 1 - (1 - p["exit_fulltime_first"]) ** (1 / 40)
    chance = weekly * p["exit_odds_engagement"] ** sd_engagement * p["exit_odds_supervision"] ** sd_supervision
    assert stats.binomtest(int((s.status == Status.LEFT).sum()), n, chance).pvalue > SURE


def test_nobody_leaves_when_it_is_off() -> None:
    s = leavers(settings_of(with_dropout=False, exit_fulltime_first=1.0), 100, 40, Programme.FULLTIME, 1)
    assert (s.status == Status.INSIDE).all()


def test_who_leaves_for_sure_leaves_at_once() -> None:
    s = leavers(settings_of(exit_fulltime_first=1.0), 1000, 1, Programme.FULLTIME, 1, engagement=0.0, remembered=0.0)
    assert (s.status == Status.LEFT).all()


def test_the_study_plan_by_hand() -> None:
    p = settings_of(
        days_year_1=1.0, days_year_3=2.0, days_year_4=2.5, days_parttime=1.2, days_academic=0.75, days_pedagogy=1.4,
        days_bol=1.5, days_bbl=3.0, need_per_day=0.94, need_per_day_final=0.80, need_per_day_mbo=0.50,
    )  # fmt: skip
    cases = {
        (Programme.FULLTIME, Track.NONE, 1): (1.0, 0.94),
        (Programme.FULLTIME, Track.NONE, 4): (2.5, 0.80),
        (Programme.ACADEMIC, Track.NONE, 3): (1.5, 0.94),
        (Programme.PARTTIME, Track.NONE, 3): (1.2, 0.94),
        (Programme.PARTTIME, Track.NONE, 4): (2.5, 0.80),
        (Programme.PEDAGOGY, Track.NONE, 4): (1.4, 0.80),
        (Programme.CARE_4, Track.BOL, 4): (1.5, 0.50),
        (Programme.ASSISTANT, Track.BBL, 1): (3.0, 0.50),
    }
    s = rows_of(Student, len(cases))
    s.programme[:], s.track[:], s.year[:] = np.array(list(cases)).T
    study_plan(p, s)
    assert list(zip(s.days.tolist(), s.need.tolist(), strict=True)) == list(cases.values())


# --- leadership, record ----------------------------------------------------------------------------------------------


@often
@given(asked=st.floats(0, 2000), hours=st.floats(1, 1500), weeks=st.integers(1, 40))
def test_the_backlog_grows_by_what_is_asked_beyond_the_hours(asked: float, hours: float, weeks: int) -> None:
    lead = rows_of(ProgrammeLeadership, 1, asked=asked)
    for _ in range(weeks):
        fall_behind(settings_of(leadership_hours=hours), lead)
    assert lead.backlog[0] == pytest.approx(max(0.0, weeks * (asked - hours) / hours), abs=1e-9)


@seldom
@given(
    number=st.integers(0, 2**20),
    year=st.integers(1, 4),
    values=values_of("leadership_board_hours", "leadership_cluster_hours", "leadership_trainer_hours", "growth_boards",
                     "leadership_accession_hours", "leadership_mbo_hours", growth_start_year=st.integers(1, 4)),
)  # fmt: skip
def test_the_leadership_is_asked_for_boards_clusters_trainers_talks_and_mbo(
    number: int, year: int, values: dict[str, Any]
) -> None:
    there = in_any_state(number, mbo_students_per_cluster=1, mbo_clusters_share=0.4, **values)
    there.state.week = 40 * (year - 1)
    ask_leadership(there.state)
    b, c = there.boards.rows(), there.communities.rows()
    for k in range(2):
        mine, clusters = b.partnership == k, np.count_nonzero(c.partnership == k)
        asked = values["leadership_board_hours"] * np.count_nonzero(mine & (b.stage == Stage.MEMBER))
        asked += (values["leadership_cluster_hours"] + 2 * values["leadership_trainer_hours"]) * clusters
        asked += values["leadership_mbo_hours"] * np.count_nonzero(c.has_mbo & (c.partnership == k))
        if year >= values["growth_start_year"]:
            candidates = np.flatnonzero(mine & ~b.founder)[: values["growth_boards"]]
            asked += values["leadership_accession_hours"] * np.count_nonzero(b.stage[candidates] != Stage.MEMBER)
        assert there.leaderships.column("asked")[k] == pytest.approx(asked)


def test_leaders_without_hours_and_without_limits() -> None:
    lead = rows_of(ProgrammeLeadership, 1, asked=2000.0, backlog=3.0)
    fall_behind(settings_of(with_leadership=False), lead)
    assert lead.backlog[0] == 0
    lead.asked[:] = 100.0
    for _ in range(4):
        fall_behind(settings_of(leadership_hours=0.0), lead)
    assert lead.backlog[0] == 160


@often
@given(values=st.lists(unit, min_size=1, max_size=200), beyond=st.integers(0, 5))
def test_the_tenth_percentile_is_numpys(values: list[float], beyond: int) -> None:
    scratch = floats(*values, *([-9.0] * beyond))
    assert tenth_percentile(scratch, len(values)) == pytest.approx(np.percentile(values, 10), abs=CLOSE)


@pytest.mark.parametrize("n", [63, 64, 65, 66, 1000, 1001])
def test_the_tenth_percentile_of_many(n: int) -> None:
    values = np.random.default_rng(n).random(n)
    assert tenth_percentile(values.copy(), n) == pytest.approx(np.percentile(values, 10), abs=CLOSE)


def test_the_tenth_percentile_of_nobody_is_missing() -> None:
    assert math.isnan(tenth_percentile(np.zeros(3), 0))


@pytest.mark.parametrize("outside", [0.0, 0.6, 1.0])
def test_percentiles_of_the_record_are_those_of_the_students(outside: float) -> None:
    """However few students are outside, whose places in the scratch array are those of mbo students."""
    demand = {0.0: 100, 0.6: 220, 1.0: 360}[outside]
    there = after(weeks=3, hbo_demand=demand, mbo_students_per_cluster=12, mbo_mix="mixed", mbo_places_per_site=8)
    s = there.students.rows()
    inside, mbo = s.status == Status.INSIDE, s.programme >= Programme.CARE_3
    last = there.indicators().iloc[-1]
    for name, rows in (("", inside), ("_hbo", inside & ~mbo), ("_mbo", inside & mbo)):
        assert last[f"supervision_p10{name}"] == pytest.approx(np.percentile(s.supervision[rows], 10), abs=CLOSE)
