"""Indicators: each is reckoned once more from the agents of the week, as RULES 6 and its own meaning have it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from samenspel.agents.mentors import Role
from samenspel.agents.organisations import Stage
from samenspel.agents.students import Exit, Programme, Status
from samenspel.model import Partnership, life
from samenspel.model.declared.calendar import MIDDLE
from samenspel.model.declared.choices import Adequate, Outside
from samenspel.model.declared.indicators import INDICATORS, RECORD, over_the_year
from samenspel.model.here import Here
from samenspel.model.year.mbo import half_year_change
from tests.lives import GROWING, MIXED, after, in_any_state, make, plain
from tests.textbook.constants import FATIGUE_THRESHOLD

OF_THE_TURN = ("graduates", "cost_per_student", "grant_cover", "own_contribution")  # RULES 4.3, 4.4; tested there
FLOORS = ("time", "contact", "quality")
SUMS = (
    "weeks_inside", "year_supervision", "year_adequate", "year_support",
    *(f"year_{kind}_{floor}" for kind in ("short_of", "restored_by") for floor in FLOORS),
)  # fmt: skip


def mean(values: NDArray[np.generic]) -> float:
    return float(values.mean()) if values.size else math.nan


def share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    return mean(part[whole])


def falling_short(there: Partnership) -> dict[str, NDArray[np.bool_]]:
    """By floor, who falls short of it."""
    p, s = there.p, there.students.rows()
    if p.adequate_by == Adequate.QUALITY:
        nobody = np.zeros(s.key.size, np.bool_)
        return {"time": nobody, "contact": nobody, "quality": s.supervision < p.adequate_threshold}
    counted = (s.status == Status.INSIDE) | (p.form_outside == Outside.MENTORED)
    return {
        "time": counted & (s.time_memory < p.floor_time - 1e-9),
        "contact": counted & (4 * s.contact_memory < p.floor_contact - 1e-9),
        "quality": s.quality_memory < p.adequate_threshold,
    }


def of_floors(there: Partnership) -> dict[str, NDArray[np.bool_]]:
    """Who counts in which indicator of floors."""
    short = falling_short(there)
    found = {f"short_of_{floor}": short[floor] for floor in FLOORS}
    for floor in FLOORS:
        others = [short[other] for other in FLOORS if other != floor]
        found[f"restored_by_{floor}"] = short[floor] & ~np.any(others, axis=0)
    return found


def left_in_the_year(there: Partnership) -> NDArray[np.bool_]:
    """Who stopped or switched while inside."""
    s = there.students.rows()
    return (s.cluster >= 0) & (s.status == Status.LEFT) & np.isin(s.exit_kind, (Exit.STOP, Exit.SWITCH))


def of_students(there: Partnership, meeting: bool) -> dict[str, float]:
    s = there.students.rows()
    inside, outside = s.status == Status.INSIDE, s.status == Status.OUTSIDE
    mbo, parttime = s.programme >= Programme.CARE_3, s.programme == Programme.PARTTIME
    fulltime = ~mbo & ~parttime & (s.programme != Programme.PEDAGOGY)
    served = inside & s.placed
    member = inside & np.where(mbo, there.p.mbo_mix != 0, s.year <= 3)
    gone = left_in_the_year(there)
    adequate = ~np.any([*falling_short(there).values()], axis=0)
    wishing = inside & ~mbo & s.wish & (s.year >= 3)
    found = {
        "felt_support": mean(s.felt_support[served]),
        "mentor_hours_asked": s.hours_asked[inside].sum(),
        "mentor_hours_given": (s.hours_asked * s.support)[inside].sum(),
        "attendance_share": share(s.attended, member & s.placed) if meeting else math.nan,
        "peer_support": mean(s.peer_support[member]),
        "competence_teaching": mean(s.teaching[inside]),
        "competence_care": mean(s.care[inside]),
        "competence_collaboration": mean(s.collaboration[inside]),
        "knowledge_other_profession": mean(s.knowledge[member]),
        "status_barrier": mean(s.barrier[member]),
        "engagement": mean(s.engagement[inside]),
        "dropout_rate": share(gone, ~mbo & (inside | gone)),
        "dropout_rate_mbo": share(gone, mbo & (inside | gone)),
        "students_inside": (inside & ~mbo).sum(),
        "students_mbo": (inside & mbo).sum(),
        "students_unplaced": (outside & (~parttime | s.available)).sum() + there.communities.column("unplaced").sum(),
        "coverage": share(inside, ~mbo & (inside | outside)),
        "coverage_fulltime": share(inside, fulltime & (inside | outside)),
        "coverage_parttime": share(inside, parttime & (inside | outside)),
        "denomination_unmet_share": share(~s.wish_met, wishing),
        "travel_km": mean(s.travel[inside & ~mbo]),
    }
    found["supervision_adequate_share_region"] = share(adequate, ~mbo & s.placed & (inside | outside))
    for role, rows in (("", served), ("_hbo", served & ~mbo), ("_mbo", served & mbo)):
        quality = s.supervision[rows]
        found[f"supervision_mean{role}"] = mean(quality)
        found[f"supervision_p10{role}"] = float(np.percentile(quality, 10)) if quality.size else math.nan
        found[f"supervision_adequate_share{role}"] = share(adequate, rows)
    return found


def of_others(there: Partnership) -> dict[str, float]:
    m, c, b, o = there.mentors.rows(), there.communities.rows(), there.boards.rows(), there.sites.rows()
    mentor, hosting = m.role != Role.EMPTY, hosts(there)
    served = (there.students.column("status") == Status.INSIDE) & there.students.column("placed")
    return {
        **{f"{name}_share": share(who, served) for name, who in of_floors(there).items()},
        "mentor_overload_share": mean(m.load[hosting] > 1),
        "mentor_load": mean(m.load[hosting]),
        "mentor_withdrawn_share": share(m.role == Role.WITHDRAWN, mentor),
        "mentor_fatigued_share": share(m.fatigue > FATIGUE_THRESHOLD, mentor),
        "teacher_hours_freed": o.hours_freed[o.hosting_teachers > 0].sum(),
        "trainer_hours_left": mean(c.trainer_time),
        "leadership_backlog": mean(there.leaderships.column("backlog")),
        "facilitation": mean(c.facilitation[c.subgroups > 0]),
        "sessions": mean(c.sessions / c.meeting_interval),
        "session_hours_asked": mean(c.session_hours_asked),
        "session_hours_given": mean(c.session_hours_given),
        "session_facilitators": facilitators_in_the_room(there),
        "clusters": c.key.size,
        "hours_factor": mean(b.hours_factor[b.stage == Stage.MEMBER]),
    }


def facilitators_in_the_room(there: Partnership) -> float:
    """Of one session after the other; nobody knows where sessions cost nothing."""
    c, persons = there.communities.rows(), there.scenario.values["form_facilitation"] == "persons"
    hours = there.p.meeting_hours * (1 + there.p.preparation) / c.meeting_interval
    return float(c.session_hours_given @ (1 / hours) / c.sessions.sum()) if persons and c.sessions.any() else math.nan


def hosts(there: Partnership) -> NDArray[np.bool_]:
    m = there.mentors.rows()
    return (m.role != Role.EMPTY) & (m.load > 0) & (m.students > 0)


@settings(deadline=None)
@given(
    number=st.integers(0, 10_000), weeks=st.integers(0, 1), mbo=st.integers(0, 8),
    mix=st.sampled_from(["none", "mixed", "parallel"]), demand=st.sampled_from([40, 120, 240]),
    form=st.sampled_from(["fixed", "mentored"]), sessions=st.sampled_from(["hours", "persons"]),
    adequate=st.sampled_from(["quality", "floors"]),
)  # fmt: skip
def test_the_record_of_a_week_is_that_of_its_agents(
    number: int, weeks: int, mbo: int, mix: str, demand: int, form: str, sessions: str, adequate: str
) -> None:
    forms = {"form_outside": form, "form_facilitation": sessions, "adequate_by": adequate}
    mechanisms = {"assistant_relief": 0.25, **forms}
    there = in_any_state(number, mbo_students_per_cluster=mbo, mbo_mix=mix, hbo_demand=demand, **mechanisms)
    rng = np.random.default_rng(number)
    there.communities.column("unplaced")[:] = rng.integers(0, 3, len(there.communities))
    there.run(weeks=weeks)
    s, m, c = there.students.rows(), there.mentors.rows(), there.communities.rows()
    before = {name: getattr(s, name).copy() for name in SUMS}
    overloaded, hosting, trainer_time = c.year_overloaded.copy(), c.year_hosting.copy(), c.year_trainer_time.copy()
    there.run(weeks=1)

    told = there.indicators().iloc[-1]
    reckoned = of_students(there, meeting=(weeks + 1) % there.p.meeting_interval == 0) | of_others(there)
    assert {*reckoned} | {*OF_THE_TURN} == {*INDICATORS}
    assert {name: float(told[name]) for name in reckoned} == pytest.approx(reckoned, rel=1e-9, abs=1e-12, nan_ok=True)

    served = (s.status == Status.INSIDE) & s.placed
    enough = ~np.any([*falling_short(there).values()], axis=0)
    for name, added in zip(SUMS, (1.0, s.supervision, enough, s.support, *of_floors(there).values()), strict=True):
        assert getattr(s, name) == pytest.approx(before[name] + np.where(served, added, 0))
    hosted = hosts(there)
    clusters = range(c.key.size)
    assert c.year_hosting - hosting == pytest.approx([(m.cluster[hosted] == at).sum() for at in clusters])
    assert c.year_overloaded - overloaded == pytest.approx(
        [(m.cluster[hosted & (m.load > 1)] == at).sum() for at in clusters]
    )
    assert c.year_trainer_time == pytest.approx(trainer_time + c.trainer_time)


def test_a_year_is_the_mean_of_the_weeks_that_have_a_value_or_the_last_week() -> None:
    weeks = np.zeros(4, RECORD)
    for name in INDICATORS:
        weeks[name] = [math.nan, 1.0, 4.0, math.nan]
    weeks["supervision_mean_mbo"] = math.nan
    year = over_the_year(weeks)
    for name, indicator in INDICATORS.items():
        missing = indicator.over_year == "last" or name == "supervision_mean_mbo"
        assert math.isnan(year[name]) if missing else year[name] == 2.5, name


# --- tables by group -------------------------------------------------------------------------------------------------


LABELS: dict[str, Callable[[Partnership, Any], Any]] = {
    "board": lambda there, of: there.names("boards")[there.sites.column("board")[of.site]],
    "cluster": lambda there, of: there.names("communities")[of.cluster],
    "site": lambda there, of: there.names("sites")[of.site],
    "programme": lambda there, of: Programme(of.programme).name.lower(),
    "year": lambda there, of: of.year,
    "role": lambda there, of: "mbo" if of.programme >= Programme.CARE_3 else "hbo",
}


@pytest.fixture(scope="module")
def year() -> tuple[Partnership, pd.DataFrame, dict[str, list[NDArray[np.float64]]]]:
    """A year of a growing partnership: each student in each week, and what each cluster had in each week."""
    there = after(years=2, **MIXED, **GROWING, adequate_by="floors")
    students, clusters = [], {"load": [], "trainer_time": []}

    def note() -> None:
        s, m = there.students.rows(), there.mentors.rows()
        now = {name: there.students.column(name) for name in ("key", "cluster", "site", "programme", "year")}
        now |= {"quality": s.supervision, "support": s.support, **of_floors(there)}
        now["adequate"] = s.shortfalls == 0
        students.append(pd.DataFrame(now)[(s.status == Status.INSIDE) & s.placed])
        clusters["load"].append(np.column_stack([m.cluster, m.load])[hosts(there)])
        clusters["trainer_time"].append(there.communities.column("trainer_time").copy())

    def middle(here: Here, school_year: int) -> None:
        note()  # seats change hands before the week is over for who looks from outside
        half_year_change(here, school_year)

    for week in range(1, 41):
        with pytest.MonkeyPatch.context() as patch:
            if week == MIDDLE:
                patch.setattr("samenspel.model.memory.live", plain(life.live))
                patch.setattr("samenspel.model.life.live_stretch", plain(life.live_stretch))
                patch.setattr("samenspel.model.life.half_year_change", middle)
            there.run(weeks=1)
        if week != MIDDLE:
            note()
    return there, pd.concat(students), clusters


def test_seats_of_half_a_year_had_two_students(year: tuple[Partnership, pd.DataFrame, object]) -> None:
    weeks = year[1].groupby("key").size()
    mbo = year[1].groupby("key")["programme"].first() >= Programme.CARE_3
    assert (weeks[mbo] == 20).sum() > 10


@pytest.mark.parametrize("weeks", [0, 1, 30, 45])
def test_where_nobody_goes_at_midyear_tables_are_of_those_in_the_rows(weeks: int) -> None:
    there = after(weeks=weeks)
    assert there.groups_last_year("role")["students"].sum() == (there.students.column("weeks_inside") > 0).sum()


@pytest.mark.parametrize("by", LABELS)
def test_a_table_by_group_is_of_the_weeks_of_its_students(
    year: tuple[Partnership, pd.DataFrame, object], by: str
) -> None:
    there, students, _ = year
    labels = np.array([LABELS[by](there, row) for row in students.itertuples()], object)
    table = there.groups_last_year(by).set_index(by)
    assert len(table) == len({*labels}) > 1
    for label, some in students.groupby(labels):
        row = table.loc[label]
        assert row["students"] == some["key"].nunique()
        assert row["supervision_mean"] == pytest.approx(some["quality"].mean())
        assert row["felt_support"] == pytest.approx(some["support"].mean())
        assert row["supervision_adequate_share"] == pytest.approx(some["adequate"].mean())
        for name in of_floors(there):
            assert row[f"{name}_share"] == pytest.approx(some[name].mean()), name
        of_each = some.groupby("key")["quality"].mean()
        assert row["supervision_p10"] == pytest.approx(np.percentile(of_each, 10))


def test_the_table_of_clusters_is_of_their_weeks(
    year: tuple[Partnership, pd.DataFrame, dict[str, list[NDArray[np.float64]]]],
) -> None:
    there, students, clusters = year
    table = there.clusters_last_year()
    assert len(table) == there.communities.size > 15
    cluster, load = np.vstack(clusters["load"]).T
    for at, row in enumerate(table.itertuples()):
        some = students[students["cluster"] == at]
        assert row.supervision_mean == pytest.approx(some["quality"].mean())
        assert row.felt_support == pytest.approx(some["support"].mean())
        assert row.supervision_adequate_share == pytest.approx(some["adequate"].mean())
        for name in of_floors(there):
            assert getattr(row, f"{name}_share") == pytest.approx(some[name].mean()), name
        assert row.mentor_overload_share == pytest.approx((load[cluster == at] > 1).mean())
        assert row.trainer_hours_left == pytest.approx(np.mean([week[at] for week in clusters["trainer_time"]]))


def test_names_tell_synthetic_partnerships_and_new_clusters_apart() -> None:
    there = make(partnerships=2)
    for population in ("boards", "sites", "communities"):
        names = there.names(population).tolist()
        half = len(names) // 2
        assert names[half:] == [f"{name} (2)" for name in names[:half]]
        assert len({*names}) == len(names)
    grown = after(years=3, weeks=1, **GROWING)
    founded, names = len(grown.state.world.clusters), grown.names("communities").tolist()
    assert names[:founded] == [row.name for row in grown.state.world.clusters]
    boards = grown.names("boards")[grown.communities.column("board")].tolist()
    count: dict[str, int] = {}
    for board, name in zip(boards[founded:], names[founded:], strict=True):
        count[board] = count.get(board, 0) + 1
        assert name == f"{board} +{count[board]}"
    assert max(count.values()) > 1
