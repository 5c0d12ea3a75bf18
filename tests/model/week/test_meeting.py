"""The meeting of a learning community: closed forms, and properties where there are none (RULES 3.0, 3.6)."""

from __future__ import annotations

import math
from itertools import pairwise, permutations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from samenspel.agents.columns import members_of
from samenspel.agents.students import Programme, Status, Student
from samenspel.model.luck.draws import Draws, Stream
from samenspel.model.week.meeting import (
    attendance,
    call_meetings,
    cut,
    exchange,
    is_meeting_week,
    meet,
    peer_gap,
    peer_support_follows,
    seat_order,
    share_contact,
    subgroups_of,
    talk,
)
from samenspel.model.week.members import stratum
from tests.lives import communities_of, copied, floats, rows_of, settings_of
from tests.model.week.rules import CLOSE, FORMS, SURE, often, people, seldom
from tests.strategies import plausible, unit, values_of
from tests.textbook.constants import HOURS_PER_DAY


def test_meetings_are_every_so_many_weeks_of_the_year() -> None:
    p = settings_of()
    for interval in range(1, 6):
        assert [w for w in range(1, 41) if is_meeting_week(p, interval, w)] == list(range(interval, 41, interval))
    assert not any(is_meeting_week(settings_of(with_peer_learning=False), 1, w) for w in range(1, 41))


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
    seed, c = np.uint64(5), communities_of(p, 1, meets=True)
    attendance(p, seed, 2, 2, True, s, c)
    assert stats.binomtest(int(s.attended.sum()), n // 2, chance).pvalue > SURE
    assert not s.attended[n // 2 :].any()
    np.testing.assert_allclose(s.days_now, np.where(s.attended, 2.0 - 2.0 / 8.0, 2.0))
    attendance(p, seed, 3, 3, False, s, c)
    assert not s.attended.any()
    assert (s.days_now == 2.0).all()


@seldom
@given(
    rng=people,
    meeting=st.booleans(),
    values=values_of("mbo_mix", "parttime_form", "support_parttime", "support_fulltime", "light_interval",
                     "meeting_hours"),
)  # fmt: skip
def test_each_member_comes_by_the_own_draw(rng: np.random.Generator, meeting: bool, values: dict[str, Any]) -> None:
    n, week = 200, int(rng.integers(1, 400))
    s = rows_of(Student, n, status=rng.integers(0, 3, n), programme=rng.integers(0, 7, n), year=rng.integers(1, 5, n))
    s.key[:], s.engagement[:], s.days[:] = rng.integers(0, 2**60, n), rng.random(n), rng.choice((0.1, 1.0, 2.5), n)
    s.available[:] = rng.random(n) < 0.8
    p = settings_of(**values)
    attendance(p, np.uint64(7), week, 1, meeting, s, communities_of(p, 1, meets=meeting))
    mbo, parttime = s.programme >= Programme.CARE_3, s.programme == Programme.PARTTIME
    member = (s.status == Status.INSIDE) & np.where(mbo, values["mbo_mix"] != "none", s.year <= 3)
    support = np.where(mbo, 1, np.where(parttime, values["support_parttime"], values["support_fulltime"]))
    form = np.where(parttime & (values["parttime_form"] == "light"), 1 / values["light_interval"], 1)
    u = Draws(7).uniform(Stream.ATTENDANCE, s.key, week)
    came = meeting & member & (u < s.available * s.engagement * support * form)
    np.testing.assert_array_equal(s.attended, came)
    left = np.maximum(0, s.days - came * values["meeting_hours"] / HOURS_PER_DAY)
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
    groups = cut(aimed, strata, n, starts)
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
    p = settings_of(parttime_form=form, across_variants=across)

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
    found = [stratum(p, cross_year, together, *who) for who in everyone]
    expected = [kept_apart_by(*who) for who in everyone]
    assert len(set(zip(found, expected, strict=True))) == len(set(found)) == len(set(expected))


def learning(p: Any, facilitation: float, s: Any, members: NDArray[np.int64]) -> tuple[NDArray[np.float64], ...]:
    """What one subgroup learns: gains by domain, contact heard, help; in the order of members."""
    gain, heard, helped = np.zeros((3, members.size)), np.zeros(members.size), np.zeros(members.size)
    exchange(p, s, members, facilitation, p.roles, gain[:, :], heard, helped)
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


HOURS = {"form_facilitation": "hours"}


def hold_meeting(p: Any, s: Any, week: int, time: float, maturity: float = 1.0) -> Any:
    c = communities_of(p, 1, end=s.key.size, trainer_time=time, maturity=maturity)
    meet(p, np.uint64(1), week, call_meetings(p, week, c), s, c)
    return c


def attendees(hbo: int, mbo: int) -> Any:
    s = rows_of(Student, hbo + mbo, attended=True, year=1, teaching=0.3, barrier=0.5, knowledge=0.2)
    s.key[:] = np.arange(hbo + mbo)
    s.programme[hbo:] = Programme.CARE_4
    s.teaching[::2] = 0.5
    return s


def test_facilitation_by_hand() -> None:
    s = attendees(12, 0)
    c = hold_meeting(settings_of(**HOURS, subgroup_size=4, facilitation_half=0.5), s, 2, time=4.5, maturity=0.6)
    assert c.subgroups[0] == 3
    assert c.facilitation[0] == pytest.approx(0.6 * 4.5 / (4.5 + 0.5 * 3))
    assert hold_meeting(settings_of(**HOURS, subgroup_size=4), s, 2, time=0.0).facilitation[0] == 0


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
        hold_meeting(settings_of(**HOURS, mbo_mix=mix, subgroup_size=8), s, week, time=4.5)
        assert s.contact_share.any() == expected
        assert (s.knowledge > 0.2).any() == expected


def test_all_read_the_states_before_the_meeting() -> None:
    s = attendees(3, 0)
    s.teaching[:] = 0.2, 0.4, 0.6
    hold_meeting(settings_of(**HOURS, peer_gain=0.1, roles=0.0, form_peer_gap="monotone", subgroup_size=3), s, 2, 1e12)
    x = {gap: 2 * (gap / 0.2) / (1 + gap / 0.2) * 0.1 / 2 for gap in (0.2, 0.4)}
    assert s.teaching.tolist() == pytest.approx([0.2 + x[0.2] + x[0.4], 0.4 + x[0.2], 0.6])


DOMAINS = ("teaching", "care", "collaboration")
GAINS = (*DOMAINS, "knowledge", "help", "contact_share", "contact_facilitation")


def together(values: dict[str, Any], week: int) -> bool:
    """Whether the professions meet in one room."""
    return values["mbo_mix"] == "mixed" or (values["mbo_mix"] == "alternating" and week % 4 == 0)


def may_sit_with(s: Any, i: int, mixed: bool, values: dict[str, Any]) -> tuple[Any, ...]:
    """Who has the same may sit with student `i`."""
    parttime = s.programme[i] == Programme.PARTTIME
    variant = s.programme[i] in (Programme.PARTTIME, Programme.PEDAGOGY)
    return (
        s.part[i],
        None if values["cross_year"] else s.year[i],
        not mixed and s.programme[i] >= Programme.CARE_3,
        values["parttime_form"] == "other_day" and parttime,
        not values["across_variants"] and variant and s.programme[i],
    )


def groups_of(s: Any, there: NDArray[np.bool_], week: int, values: dict[str, Any]) -> list[list[int]]:
    """The subgroups of two and more: by who may sit together, and then by luck."""
    mixed, luck = together(values, week), Draws(1).uniform(Stream.SUBGROUP, s.key, week)
    strata: dict[Any, list[int]] = {}
    for i in np.flatnonzero(there):
        strata.setdefault(may_sit_with(s, i, mixed, values), []).append(i)
    groups = []
    for seats in strata.values():
        seats.sort(key=lambda i: luck[i])
        q = max(1, math.floor(len(seats) / values["subgroup_size"] + 0.5))
        groups += [[i for j, i in enumerate(seats) if j * q // len(seats) == k] for k in range(q)]
    return [group for group in groups if len(group) > 1]


def gains_of(p: Any, before: Any, groups: list[list[int]], f: float, values: dict[str, Any]) -> dict[str, Any]:
    """What each student gains, pair by pair."""
    mbo = before.programme >= Programme.CARE_3
    gain = {name: np.zeros(mbo.size) for name in GAINS}
    for group in groups:
        gain["contact_facilitation"][group] = f
        for i, j in permutations(group, 2):
            across, share = mbo[i] != mbo[j], f / (len(group) - 1)
            trust = (1 - before.barrier[i]) * (1 - before.barrier[j]) if across and values["with_barrier"] else 1.0
            gain["contact_share"][i] += across / (len(group) - 1)
            gain["knowledge"][i] += across * values["knowledge_gain"] * share * (1 - before.knowledge[i]) * trust
            for domain in DOMAINS:
                mine, theirs = getattr(before, domain)[i], getattr(before, domain)[j]
                k = peer_gap(p, (theirs - mine) / values["gap_best"]) * trust * talk(p, len(group)) * share
                gain[domain][i] += values["peer_gain"] * k
                told = values["explaining_gain"] * values["roles"] * values["peer_gain"] * k
                gain[domain][j] += told * (1 - theirs)
                gain["help"][i] += k / 3
    return gain


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
    p = settings_of(**HOURS, **values, meeting_interval=2)
    s = rows_of(Student, n, programme=rng.integers(0, 7, n), year=rng.integers(1, 4, n), part=rng.integers(0, 2, n))
    s.key[:], s.attended[:] = rng.integers(0, 2**60, n), rng.random(n) < 0.8
    for column in (s.teaching, s.care, s.collaboration, s.barrier, s.knowledge):
        column[:] = rng.random(n)
    before = copied(s)
    time, maturity = float(rng.choice((0.0, 1.0, 5.0))), float(rng.random())
    c = hold_meeting(p, s, week, time, maturity)

    meeting = values["with_peer_learning"] and week % 2 == 0
    groups = groups_of(before, before.attended & bool(meeting), week, values)
    f = maturity * time / (time + values["facilitation_half"] * len(groups)) if groups and time else 0.0
    assert (c.subgroups[0], c.facilitation[0]) == (len(groups), pytest.approx(f))
    for name, more in gains_of(p, before, groups, f, values).items():
        start = getattr(before, name) if name in (*DOMAINS, "knowledge") else 0
        expected = np.minimum(1, start + more) if name != "help" else more
        np.testing.assert_allclose(getattr(s, name), expected, atol=CLOSE)


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
