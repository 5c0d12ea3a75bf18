"""Measures of the validation: against planted tables, and in the model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from samenspel.agents.mentors import MentorKind, Role
from samenspel.agents.students import Exit, Programme, Status
from samenspel.experiments.validation import calibration, measures, paired
from samenspel.experiments.validation.measures import diplomas, exits_of_first_years, spread_between_mentors
from samenspel.experiments.validation.paired import full_timers, future, growth, present, share_mentors, to
from samenspel.experiments.validation.patterns import CRITERIA, HORIZON, SD
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.input.scenario import Scenario
from samenspel.model.partnership import Partnership
from samenspel.model.year.assessment import REPEATS

# --- measures against planted tables ---------------------------------------------------------------------------------


def of_students(rows: int, **columns: Any) -> pd.DataFrame:
    """A table of full-time first-years inside, with what is given."""
    plain: dict[str, Any] = {
        "key": np.arange(rows), "programme": int(Programme.FULLTIME), "year": 1, "enrolled": 0,
        "status": int(Status.INSIDE), "exit_kind": int(Exit.NONE), "outcome": 0, "school_year": 5, "run": 1,
    }  # fmt: skip
    return pd.DataFrame({**plain, **columns}, index=range(rows))


def test_leaving_is_by_choice_or_by_failing_and_stopping_is_one_way() -> None:
    left, inside = int(Status.LEFT), int(Status.INSIDE)
    table = of_students(
        8, status=[left, left, *[inside] * 6],
        exit_kind=[int(Exit.STOP), int(Exit.SWITCH), *[0] * 6], outcome=[0, 0, Exit.FAILED, REPEATS, *[0] * 4],
    )  # fmt: skip
    elder = of_students(9, enrolled=1)
    assert exits_of_first_years(pd.concat([table, elder]), Programme.FULLTIME) == (3 / 8, 1 / 8)


def life(key: int, *years: tuple[int, int]) -> pd.DataFrame:
    """One student from school year 5 on: study year and outcome of every year."""
    table = of_students(len(years), key=key, year=[year for year, _ in years], outcome=[end for _, end in years])
    return table.assign(enrolled=range(len(years)), school_year=range(5, 5 + len(years)))


def test_a_cohort_is_followed_for_five_years() -> None:
    quick = life(1, (1, 0), (2, 0), (3, 0), (4, Exit.GRADUATED))
    once_more = life(2, (1, 0), (2, 0), (3, REPEATS), (3, 0), (4, Exit.GRADUATED))
    too_late = life(3, (1, REPEATS), (1, 0), (2, 0), (3, REPEATS), (3, 0), (4, Exit.GRADUATED))
    gone_before_year_2 = life(4, (1, Exit.FAILED))
    repeater_only = life(5, (1, REPEATS), (1, Exit.FAILED))
    found = diplomas(pd.concat([quick, once_more, too_late, gone_before_year_2, repeater_only], ignore_index=True))
    assert found["graduated_in_5"] == pytest.approx(2 / 3)
    assert found["graduated_in_5_reenrolled"] == pytest.approx(2 / 4)
    assert found["repeats_later"] == pytest.approx(2 / 11)


def test_full_time_and_part_time_cohorts_are_followed_apart() -> None:
    """Who never reaches year 2 counts in neither; of two part-timers one graduates in time."""
    in_time, too_late = life(1, (1, 0), (2, 0), (3, 0), (4, Exit.GRADUATED)), life(2, (1, 0), (2, 0), (3, 0), (4, 0))
    part_time = [too_late.assign(programme=int(Programme.PARTTIME), key=3),
                 in_time.assign(programme=int(Programme.PARTTIME), key=4)]  # fmt: skip
    others = [in_time.assign(key=5), in_time.assign(key=6), life(7, (1, Exit.FAILED))]
    found = diplomas(pd.concat([in_time, too_late, *part_time, *others], ignore_index=True))
    assert found["graduated_in_5_fulltime"] == pytest.approx(3 / 4)
    assert found["graduated_in_5_parttime"] == pytest.approx(1 / 2)
    assert found["graduated_in_5"] == pytest.approx(4 / 6)


def test_who_starts_too_late_to_be_followed_for_five_years_does_not_count() -> None:
    last = HORIZON - 4  # its fifth year is the last that is lived
    years = ((1, 0), (2, 0), (3, 0), (3, REPEATS), (4, Exit.GRADUATED))
    in_time, later = (life(key, *years[:lived]) for key, lived in ((1, 5), (2, 4)))
    in_time["school_year"] += last - in_time["school_year"].min()
    later["school_year"] += last + 1 - later["school_year"].min()
    assert later["school_year"].max() == in_time["school_year"].max() == HORIZON
    found = diplomas(pd.concat([in_time, later], ignore_index=True))
    assert found["graduated_in_5"] == 1.0


@pytest.mark.parametrize("true", [0.0, 0.3, 0.8])
def test_the_spread_between_mentors_is_found_again(true: float) -> None:
    luck = np.random.default_rng(7)
    mentors, each = 1500, 3
    of_mentor = np.repeat(luck.normal(0, true, mentors), each)
    gain = 1.0 + of_mentor + luck.normal(0, 0.5, mentors * each)
    table = of_students(
        mentors * each, mentor=0, mentor_before=0, mentor_key=np.repeat(np.arange(mentors), each),
        teaching_before=0.3, teaching=0.3 + SD["teaching"] * gain,
    )  # fmt: skip
    assert spread_between_mentors(table) == pytest.approx(true, abs=0.06)


# --- measures of the model -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def now() -> Partnership:
    return present(Scenario.load("baseline"), 3)


def test_futures_share_their_present_and_their_luck(now: Partnership) -> None:
    one, other = future(now, to()), future(now, to())
    assert now.week_of_year == 1
    assert one.week_of_year == 40
    assert np.array_equal(one.students.column("key"), now.students.column("key"))
    assert np.array_equal(one.students.column("teaching"), other.students.column("teaching"))
    assert growth(now, now, full_timers(now)) == 0.0
    assert growth(now, one, full_timers(now)) > 0.5


@pytest.mark.parametrize("each", [1, 2])
def test_mentors_are_shared_by_so_many(now: Partnership, each: int) -> None:
    twin = now.copy()
    share_mentors(twin, each)
    s, m = twin.students.rows(), twin.mentors.rows()
    guided = (s.mentor >= 0) & (s.status == Status.INSIDE)
    counts = np.bincount(s.mentor[guided], minlength=m.key.size)
    clusters = len(twin.communities)
    assert counts.max() == each
    assert np.count_nonzero((counts > 0) & (counts < each)) <= clusters  # one odd student a cluster at most
    assert np.array_equal(m.cluster[s.mentor[guided]], s.cluster[guided])
    assert (now.students.column("duo") >= 0).any()
    assert (s.duo == -1).all()
    matched = [full_timers(now) & paired._matched(partnership) for partnership in (now, twin)]
    assert np.array_equal(*matched)


def test_only_teachers_who_host_now_share_the_students(now: Partnership) -> None:
    twin = now.copy()
    m = twin.mentors.rows()
    hosting = np.flatnonzero((m.role == Role.ACTIVE) & (m.kind == MentorKind.TEACHER))
    m.role[hosting[::3]] = Role.WITHDRAWN
    m.kind[hosting[1::3]] = MentorKind.CARE
    share_mentors(twin, 1)
    s = twin.students.rows()
    guiding = s.mentor[(s.mentor >= 0) & (s.status == Status.INSIDE)]
    assert guiding.size > 0
    assert set(guiding) <= set(hosting[2::3])


def test_doubled_days_ask_the_same_hours(now: Partnership) -> None:
    """The quality of supervision is to stay as it is: only practice doubles."""
    seen: list[Partnership] = []
    original = paired.future

    def watched(present_: Partnership, change: Any) -> Partnership:
        seen.append(original(present_, change))
        return seen[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paired, "future", watched)
        found = paired.with_days_and_skill(now)
    low, high, low_more, high_more = seen
    early = full_timers(now)
    gained = [growth(now, more, early) - growth(now, one, early) for one, more in ((low, low_more), (high, high_more))]
    assert found["days_doubled"] == pytest.approx(np.mean(gained))
    asked, asked_more = (one.students.column("hours_asked")[early].sum() for one in (low, low_more))
    assert asked_more == pytest.approx(asked, rel=0.10)  # week 40: the meeting takes a smaller part of more days
    assert low_more.students.column("days")[early] == pytest.approx(2 * low.students.column("days")[early])
    skills = now.mentors.column("skill")[paired._active_teachers(now.mentors.rows())]
    assert high.mentors.column("skill") - low.mentors.column("skill") == pytest.approx(skills.std())


def test_fewer_trainers_guide_more_students_who_have_as_many_mentors_each(now: Partnership) -> None:
    seen: list[Scenario] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paired, "present", lambda scenario, _: seen.append(scenario) or now)
        patch.setattr(paired, "future", lambda present_, _: present_)
        (name,) = paired.with_fewer_trainers(now.scenario, 3)
    few, many = (scenario.values for scenario in seen)
    assert name == f"trainers_{few['students_per_cluster']}_to_{many['students_per_cluster']}"
    assert few["trainer_hours"] == many["trainer_hours"]
    of_a_student = [float(one["willing_share"]) / int(one["students_per_cluster"]) for one in (few, many)]
    assert of_a_student[0] == pytest.approx(of_a_student[1])


@pytest.mark.parametrize(("places", "meant"), [(paired.MEETING_OF_12, 12), (paired.MEETING_OF_20, 20)])
def test_meetings_are_of_the_size_that_the_pattern_speaks_of(places: int, meant: int) -> None:
    here = present(paired._of_size(Scenario.load("baseline"), places, community_split_size=60), 5)
    came = []
    while here.week_of_year < WEEKS:
        here.run(weeks=1)
        attended = here.students.column("attended")
        if attended.any():
            came.append(attended.sum() / len(here.communities))
    assert np.mean(came) == pytest.approx(meant, rel=0.1)
    assert here.communities.column("parts").max() == 1


def test_one_sd_is_what_was_stored() -> None:
    here = Partnership(Scenario.load("baseline"), rng=11)
    table = pd.concat(measures.school_years(here, 11), ignore_index=True)
    assert table["school_year"].max() == HORIZON
    for name, found in measures.spread_between_students(table).items():
        assert SD[name] == pytest.approx(found, rel=0.06)


def test_without_peer_learning_a_community_brings_nothing() -> None:
    scenario = Scenario.load("baseline").with_values(peer_gain=0.0015)
    weak = paired.with_and_without_community(present(scenario, 2))
    full = paired.with_and_without_community(present(Scenario.load("baseline"), 2))
    assert weak["community_juniors"] < full["community_juniors"] / 2


def test_the_order_of_attitude_gains_turns_with_the_balance_of_teams() -> None:
    """Hbo students gain more in balanced teams; few mbo students meet hbo all the time, and gain more."""
    scenario, even = Scenario.load("baseline"), "attitude_hbo_over_mbo_even"
    balanced, few = paired.in_balanced_teams(scenario, 3), paired.in_mixed_teams(scenario, 3)
    assert balanced[even] > 0 > few["attitude_hbo_over_mbo"]
    assert CRITERIA["attitude_hbo_over_mbo_even"].judged
    assert not CRITERIA["attitude_hbo_over_mbo"].judged


def test_half_of_those_who_come_to_a_balanced_meeting_are_mbo() -> None:
    shares = []
    for seed in range(1, 6):
        here = paired.balanced(Scenario.load("baseline"), seed)
        here.change(mbo_mix="mixed")
        while here.week_of_year < 40:
            here.run(weeks=1)
            s = here.students.rows()
            came = s.attended & here.communities.column("has_mbo")[s.cluster]
            shares += [float((s.programme[came] >= Programme.CARE_3).mean())] if came.any() else []
    assert np.mean(shares) == pytest.approx(0.5, abs=0.04)


def test_tired_mentors_are_counted_against_their_base(now: Partnership) -> None:
    here = now.copy()
    m = here.mentors.rows()
    m.base[:], m.fatigue[:] = 0.1, 0.1
    m.fatigue[:3] = 0.9
    loads = np.full((40, len(here.mentors)), 0.5)
    loads[:, :3] = 2.0
    found = measures.tired_mentors(here, loads)
    assert found == {"tired_without": 0.0, "tired_within": 0.0, "tired_above": 1.0}


def test_calibration_tells_of_its_own_patterns_only() -> None:
    told = calibration.table_of(dict.fromkeys(CRITERIA, 0.25)).splitlines()[2:]
    assert len(told) == sum(one.use == "C" and one.judged for one in CRITERIA.values())
    assert "| P2 | full-time students who leave in year 1 | 0.2 to 0.33 | 0.250 | held |" in told
    assert "| P16 | adequately supervised in the baseline, 5 years | 0.8 to 0.9 | 0.250 | **missed** |" in told


def test_calibration_says_of_which_runs_it_is() -> None:
    told = calibration.report({"richness_spread": 0.8}, dict.fromkeys(CRITERIA, 0.25), SD, range(4, 7))
    assert "from 3 runs of the baseline\n(seeds 4 to 6)" in told


def test_what_calibration_aims_at_lies_within_the_target() -> None:
    aims = {
        "left_fulltime": calibration.FULLTIME_LEAVE, "stopped_fulltime": calibration.FULLTIME_STOP,
        "stopped_parttime": calibration.PARTTIME_STOP, "between_mentors": calibration.BETWEEN_MENTORS,
        "graduated_in_5": calibration.IN_FIVE_YEARS, "coverage_parttime": calibration.PARTTIME_INSIDE,
        "tired_without": calibration.TIRED, "adequate": calibration.ADEQUATE,
    }  # fmt: skip
    assert {name: CRITERIA[name].verdict(aim) for name, aim in aims.items()} == dict.fromkeys(aims, "held")
