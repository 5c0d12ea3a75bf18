"""Engagement and leaving: closed forms, and properties where there are none (RULES 3.10)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from samenspel.agents.organisations import Site
from samenspel.agents.students import Exit, Programme, Status, Student, Track
from samenspel.model.luck.draws import Draws, Stream
from samenspel.model.week.engagement import burden_of_meetings, engage, leave
from samenspel.model.year.newcomers import study_plan
from tests.lives import communities_of, rows_of, settings_of
from tests.model.week.rules import SURE, often, people, seldom
from tests.strategies import unit, values_of
from tests.textbook.constants import (
    ENGAGEMENT_REFERENCE,
    ENGAGEMENT_SD,
    STOP_SHARE_MBO,
    SUPERVISION_REFERENCE,
    SUPERVISION_SD,
)


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
    engage(p, s, rows_of(Site, 1, climate=climate), communities_of(p, 1))
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
                     "exit_mbo", "stop_share_fulltime", "stop_share_parttime", "with_dropout",
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
    z_e = (s.engagement - ENGAGEMENT_REFERENCE) / ENGAGEMENT_SD
    z_s = (s.remembered - SUPERVISION_REFERENCE) / SUPERVISION_SD
    chance = weekly * values["exit_odds_engagement"] ** z_e * values["exit_odds_supervision"] ** z_s
    u, kind = Draws(7).uniform(Stream.EXIT, s.key, week), Draws(7).uniform(Stream.EXIT_KIND, s.key, week)
    goes = (status != Status.LEFT) & (u < np.minimum(1, chance)) & values["with_dropout"]
    stops = np.array([values["stop_share_fulltime"], values["stop_share_parttime"], STOP_SHARE_MBO])[group]
    np.testing.assert_array_equal(s.status, np.where(goes, Status.LEFT, status))
    np.testing.assert_array_equal(
        s.exit_kind, np.where(goes, np.where(kind < stops, Exit.STOP, Exit.SWITCH), Exit.NONE)
    )


def leavers(p: Any, n: int, weeks: int, programme: Programme, year: int, **states: float) -> Any:
    """Students after so many weeks in which nothing happens but leaving."""
    at_reference = {"engagement": ENGAGEMENT_REFERENCE, "remembered": SUPERVISION_REFERENCE}
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
        (Programme.CARE_3, 2, "exit_mbo", ""),
        (Programme.ASSISTANT, 1, "exit_mbo", ""),
    ],
)
def test_a_years_leavers_are_their_binomial(programme: Programme, year: int, chance: str, stops: str) -> None:
    n, p = 20_000, settings_of()
    stop_share = p[stops] if stops else STOP_SHARE_MBO
    s = leavers(p, n, 40, programme, year)
    left = s.status == Status.LEFT
    assert stats.binomtest(int(left.sum()), n, p[chance]).pvalue > SURE
    stopped = int((s.exit_kind == Exit.STOP).sum())
    assert stopped + int((s.exit_kind == Exit.SWITCH).sum()) == left.sum()
    assert stats.binomtest(stopped, int(left.sum()), stop_share).pvalue > SURE


@pytest.mark.parametrize(("sd_engagement", "sd_supervision"), [(1, 0), (0, 1), (-1, -1), (2, -2)])
def test_odds_of_leaving_shift_by_standard_deviations(sd_engagement: int, sd_supervision: int) -> None:
    p, n = settings_of(), 100_000
    states = {
        "engagement": ENGAGEMENT_REFERENCE + sd_engagement * ENGAGEMENT_SD,
        "remembered": SUPERVISION_REFERENCE + sd_supervision * SUPERVISION_SD,
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
