"""A community has settings of its own; where it has not, it has those of the partnership (RULES 1, 8)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from samenspel.agents.organisations import CommunityColumns
from samenspel.agents.students import FIRST_MBO, Status
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.parameters import COMMUNITY, PARAMETERS
from samenspel.model.declared.settings import DTYPES, coded
from samenspel.model.input.faults import InputFaults
from samenspel.model.year.communities import SEATS, setting
from tests.lives import BASELINE, GROWING, MIXED, STATES, after, columns_of
from tests.textbook.docking import first_differences, report

NAMES = [row.name for row in BASELINE.world.clusters]
ONE = 4  # a cluster that takes mbo students of all kinds
OTHERWISE: dict[str, Any] = {
    "mbo_mix": "alternating", "cross_year": False, "subgroup_size": 7, "meeting_interval": 3, "roles": 0.2,
    "trainer_hours": 2.5, "institute_trainer_hours": 5.5, "interprofessional_trained_share": 0.6,
    "mbo_students_per_cluster": 6, "facilitators": 1,
}  # fmt: skip
IN_TURN = ("none", "parallel", "mixed", "alternating")
MANY: dict[str, dict[str, Any]] = {
    name: {
        "mbo_mix": IN_TURN[at % 4], "cross_year": at % 2 == 1, "subgroup_size": 2 + at % 5,
        "meeting_interval": 1 + at % 4, "roles": at % 3 / 2, "trainer_hours": 3.0 + at % 5,
        "interprofessional_trained_share": at % 6 / 10, "mbo_students_per_cluster": at % 6,
        "facilitators": at % 5,
    }
    for at, name in enumerate(NAMES)
    if at % 5 < 4
}  # fmt: skip


def scenario(own: dict[str, dict[str, Any]] | None = None, **values: Any) -> Scenario:
    """Everybody is new: the start as it lives is one for all clusters, by what the partnership has."""
    return BASELINE.with_values(**MIXED | {"form_start": "new"} | values).with_clusters(own or {})


def lived(made: Scenario, weeks: int) -> Partnership:
    here = Partnership(made, rng=5)
    here.run(weeks=weeks)
    return here


def assert_same(ours: Partnership, theirs: Partnership) -> None:
    left, right = columns_of(ours), columns_of(theirs)
    assert left.keys() == right.keys()
    for name, column in left.items():
        if name == "communities.own":  # whose the values are, not what they are
            continue
        np.testing.assert_array_equal(column, right[name], err_msg=name)
    np.testing.assert_array_equal(ours.weekly_record, theirs.weekly_record)


LIVES = {"students": ("duo",), "mentors": (), "communities": ("first", "end", "own"), "trainers": ()}


def lives_of(here: Partnership, cluster: int, *, elsewhere: bool = False) -> dict[tuple[str, int], bytes]:
    """Every state of all who are of a cluster, or of the others and of none, by population and key."""
    found = {}
    for population, without in LIVES.items():
        rows = getattr(here, population)
        of = np.arange(rows.size) if population == "communities" else rows.column("cluster")
        columns = [rows.column(name) for name in rows.columns if name not in without]
        for row in np.flatnonzero((of == cluster) != elsewhere).tolist():
            states = b"".join(column[row].tobytes() for column in columns)
            found[population, int(rows.column("key")[row])] = states
    return found


def test_every_setting_is_a_state_of_communities_or_of_their_trainers() -> None:
    assert {*OTHERWISE} == {*COMMUNITY}
    assert {*COMMUNITY} - {*STATES} == {*COMMUNITY} & {*SEATS}
    for name in STATES:
        state = getattr(CommunityColumns, name)
        assert state.dtype.kind == np.dtype(DTYPES[PARAMETERS[name].kind]).kind, name


def test_a_community_that_opens_has_what_the_partnership_has() -> None:
    """The rule names every setting; one that it forgot would be 0."""
    there = after(years=3, **OTHERWISE, **GROWING, growth_start_year=1, trainer_found=1.0)
    opened = there.communities.column("opened") > 0
    assert opened.any()
    for name in COMMUNITY:
        assert setting(there.state, name)[opened].tolist() == [getattr(there.p, name)] * int(opened.sum()), name


@pytest.mark.parametrize("name", COMMUNITY)
def test_all_clusters_with_a_value_of_their_own_live_as_when_the_partnership_has_it(name: str) -> None:
    own = {name: OTHERWISE[name]}
    assert_same(lived(scenario(dict.fromkeys(NAMES, own)), 83), lived(scenario(**own), 83))


@pytest.mark.parametrize("name", COMMUNITY)
def test_one_cluster_lives_as_where_all_are_so_and_the_others_as_where_none_is(name: str) -> None:
    """Until places are dealt anew: up to then clusters share the leadership only, whose work is the same in all."""
    own = {name: OTHERWISE[name]}
    here, everywhere, nowhere = (
        lived(made, 40) for made in (scenario({NAMES[ONE]: own}), scenario(**own), scenario())
    )  # fmt: skip
    assert lives_of(here, ONE) == lives_of(everywhere, ONE)
    assert lives_of(here, ONE, elsewhere=True) == lives_of(nowhere, ONE, elsewhere=True)
    assert lives_of(here, ONE) != lives_of(nowhere, ONE)


def test_the_share_who_come_is_of_members_of_the_communities_that_meet() -> None:
    here = Partnership(scenario({NAMES[ONE]: {"meeting_interval": 3}}, with_dropout=False), rng=5)
    for week in range(1, 8):
        here.step()
        s, meets = here.students.rows(), here.communities.column("meets")
        assert meets.tolist() == [week % (3 if at == ONE else 2) == 0 for at in range(len(NAMES))]
        asked = (s.status == Status.INSIDE) & ((s.year <= 3) | (s.programme >= FIRST_MBO)) & meets[s.cluster] & s.placed
        expected = s.attended.sum() / asked.sum() if asked.any() else np.nan
        assert here.this_week()["attendance_share"] == pytest.approx(expected, nan_ok=True)
        assert not s.attended[~asked].any()


def test_students_of_a_cluster_that_keeps_mbo_apart_are_no_members_there_only() -> None:
    here = lived(scenario({NAMES[ONE]: {"mbo_mix": "none"}}), 2)
    s = here.students.rows()
    mbo = (s.programme >= FIRST_MBO) & (s.status == Status.INSIDE)
    assert s.attended[mbo & (s.cluster != ONE)].any()
    assert not s.attended[mbo & (s.cluster == ONE)].any()
    assert here.communities.column("mbo_share")[ONE] == 0


def test_many_settings_in_one_partnership_are_those_of_the_textbook() -> None:
    found = first_differences(scenario(MANY, mbo_clusters_share=0.4, **GROWING), 1, 42)
    assert not found, report(found)


@pytest.mark.slow
@pytest.mark.parametrize("partnerships", [1, 2])
def test_many_settings_are_those_of_the_textbook_over_years_and_in_copies(partnerships: int) -> None:
    made = scenario(MANY, mbo_clusters_share=0.4, partnerships=partnerships, **GROWING)
    found = first_differences(made, 2, 122)
    assert not found, report(found)


def test_one_student_more_changes_no_life_in_clusters_with_other_settings() -> None:
    made = scenario(MANY, form_start="lived", with_finance=False)
    here, usual = Partnership(made, rng=5), lived(made, 40)
    key = here.add_student(int(np.flatnonzero(here.sites.column("cluster") == ONE)[0])).key
    here.run(weeks=40)
    ours, theirs = lives_of(here, ONE, elsewhere=True), lives_of(usual, ONE, elsewhere=True)
    assert ours == theirs
    assert lives_of(here, ONE).keys() - lives_of(usual, ONE).keys() == {("students", key)}


def test_copies_have_what_their_cluster_has_and_new_clusters_what_the_partnership_has() -> None:
    here = lived(scenario(MANY, partnerships=3, cluster_distance=25.0, **GROWING), 81)
    of_file, all_of_them = len(NAMES), here.communities.size
    assert all_of_them > 3 * of_file
    for name in COMMUNITY:
        column, usual = setting(here.state, name), getattr(here.p, name)
        for at, cluster in enumerate(NAMES):
            expected = coded(PARAMETERS[name], MANY[cluster][name]) if name in MANY.get(cluster, {}) else usual
            assert column[at : 3 * of_file : of_file].tolist() == [expected] * 3, (name, cluster)
        assert (column[3 * of_file :] == usual).all(), name


def test_own_mbo_places_go_before_the_share_of_clusters() -> None:
    last = NAMES[-1]
    own = {NAMES[0]: {"mbo_students_per_cluster": 0}, last: {"mbo_students_per_cluster": 3}}
    here, usual = Partnership(scenario(own, mbo_clusters_share=0.2)), Partnership(scenario(mbo_clusters_share=0.2))
    places, before = (
        np.bincount(s.cluster[s.programme >= FIRST_MBO], minlength=len(NAMES))
        for s in (here.students.rows(), usual.students.rows())
    )
    assert (places[0], places[-1], before[-1]) == (0, 3, 0)
    assert before[0] > 0
    assert (places[1:-1] == before[1:-1]).all()


# --- a change during a run -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in COMMUNITY if name != "mbo_students_per_cluster"])
@pytest.mark.parametrize("by_row", [True, False])
def test_a_change_of_a_cluster_is_as_if_it_had_been_so(name: str, by_row: bool) -> None:
    here = Partnership(scenario(), rng=5)
    here.change(cluster=ONE if by_row else NAMES[ONE], **{name: OTHERWISE[name]})
    here.run(weeks=40)
    if name == "institute_trainer_hours":  # the institute had not found these hours yet
        assert here.institutes.column("pool")[0] < 1
        return
    assert_same(here, lived(scenario({NAMES[ONE]: {name: OTHERWISE[name]}}), 40))


def test_mbo_places_of_a_cluster_change_when_the_year_turns() -> None:
    here = Partnership(scenario(), rng=5)
    here.run(weeks=20)
    here.change(cluster=ONE, mbo_students_per_cluster=7)
    here.run(weeks=21)
    s = here.students.rows()
    assert (
        np.count_nonzero((s.cluster == ONE) & (s.programme >= FIRST_MBO)) + here.communities.column("unplaced")[ONE]
        == 7
    )


def test_what_the_partnership_changes_holds_where_a_cluster_has_nothing_of_its_own() -> None:
    here = Partnership(scenario({NAMES[0]: {"subgroup_size": 9, "trainer_hours": 3.0}}))
    here.change(cluster=1, subgroup_size=8)
    here.change(subgroup_size=5, trainer_hours=7.0)
    assert here.communities.column("subgroup_size").tolist() == [9, 8, *[5] * (len(NAMES) - 2)]
    school = setting(here.state, "trainer_hours")
    assert school.tolist() == [4.0, *[7.0] * (len(NAMES) - 1)]  # counted hours move along: 3 + 7 - 6


def test_a_copy_of_a_run_has_settings_of_its_own() -> None:
    here = Partnership(scenario())
    twin = here.copy()
    twin.change(cluster=2, roles=0.0)
    twin.change(roles=0.5)
    here.change(roles=0.5)
    assert here.communities.column("roles")[2] == 0.5
    assert twin.communities.column("roles")[2] == 0.0


# --- faults ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cluster", "values", "place", "found", "found_nl"),
    [
        ("Nergens", {"roles": 0.5}, "Nergens", 'the unknown cluster "Nergens"', '"Nergens", dat niet bestaat'),
        (99, {"roles": 0.5}, "cluster", "cluster 99", "cluster 99"),
        (NAMES[1], {"mentor_hours": 2.0}, "mentor_hours", '"mentor_hours", which holds', '"mentor_hours"'),
        (NAMES[1], {"rolls": 0.5}, "rolls", 'the unknown name "rolls"', '"rolls"'),
        (NAMES[1], {"meeting_interval": 0}, "meeting_interval", "0", "1 tot en met 40"),
        (NAMES[1], {"mbo_mix": "stirred"}, "mbo_mix", 'the text "stirred"', "stirred"),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_one_fault(
    cluster: str | int, values: dict[str, Any], place: str, found: str, found_nl: str
) -> None:
    here = Partnership(scenario())
    before = {name: column.copy() for name, column in columns_of(here).items()}
    with pytest.raises(InputFaults) as refused:
        here.change(cluster=cluster, **values)
    assert len(refused.value.faults) == 1
    assert place in refused.value.faults[0].place
    assert found in str(refused.value)
    assert found_nl in refused.value.text("nl")
    for name, column in columns_of(here).items():
        np.testing.assert_array_equal(column, before[name], err_msg=name)


def test_faults_of_all_clusters_of_a_scenario_come_together() -> None:
    with pytest.raises(InputFaults) as refused:
        BASELINE.with_clusters({"Nergens": {"roles": 0.5}, NAMES[0]: {"roles": 2.0, "hbo_demand": 3}})
    assert len(refused.value.faults) == 3
