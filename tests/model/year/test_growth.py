"""Growth: who decides before 1 April, and what opens after summer (RULES 4.2, 4.3.6)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from samenspel.agents.mentors import Role
from samenspel.agents.organisations import Stage
from samenspel.agents.trainers import KINDS
from samenspel.model import Partnership
from tests.lives import GROWING, make
from tests.strategies import examples
from tests.textbook.constants import CLUSTER_PLACES_LEAST, CLUSTER_PLACES_MOST, COVENANT_PLACES

SURE = {"board_agrees": 1.0, "site_agrees": 1.0, "trainer_found": 1.0, "with_leadership": False}
ALL = GROWING | SURE


def opened(there: Partnership) -> dict[int, int]:
    """Clusters by the turn at which they opened."""
    return dict(zip(*np.unique(there.communities.column("opened"), return_counts=True), strict=True))


def clusters_of(there: Partnership) -> np.ndarray[Any, Any]:
    return np.bincount(there.communities.column("board"), minlength=len(there.boards))


# --- when ------------------------------------------------------------------------------------------------------------


def test_plans_are_made_on_1_april_and_open_at_the_turn() -> None:
    there = make(**ALL)
    at_start = len(there.communities)
    for week in range(1, 42):
        there.step()
        assert bool(there.state.plans) == (27 <= week <= 40), week
        assert (len(there.communities) > at_start) == (week == 41), week
    assert opened(there) == {0: at_start, 1: 8}
    assert there.indicators()["clusters"].tolist() == [at_start] * 40 + [at_start + 8]


@pytest.mark.parametrize("start", [2, 3])
def test_nothing_opens_before_the_talks_began(start: int) -> None:
    there = make(**ALL, growth_start_year=start)
    there.run(years=start, weeks=1)
    assert set(opened(there)) == {0, start}


def test_without_growth_nothing_opens() -> None:
    there = make(**SURE)
    there.run(years=3, weeks=1)
    assert set(opened(there)) == {0}
    assert (there.boards.column("stage") == np.where(there.boards.column("founder"), Stage.MEMBER, Stage.OUTSIDE)).all()


# --- who -------------------------------------------------------------------------------------------------------------


def test_a_founding_board_opens_one_more_and_a_new_one_a_cluster_a_year() -> None:
    there = make(**ALL, clusters_per_new_board=3)
    founder = there.boards.column("founder").copy()
    at_start = clusters_of(there)
    counts = []
    for _ in range(5):
        there.run(years=1)
        there.step() if there.week % 40 == 0 else None
        counts.append(clusters_of(there))
    extra = counts[-1] - at_start
    assert extra[founder].max() == 1
    assert extra[founder].sum() == 4
    for year, count in enumerate(counts, 1):
        assert (count[~founder] == min(year, 3)).all()


def test_a_founding_board_opens_one_more_however_much_room_it_has() -> None:
    there = make(**SURE, growth_clusters=8, cluster_distance=25.0)
    there.boards.set("max_clusters", 9)
    there.boards.set("max_students", 200)
    there.sites.column("board")[there.sites.column("cluster") < 0] = 0
    at_start = clusters_of(there)
    there.run(years=4, weeks=1)
    assert (clusters_of(there) - at_start).tolist() == [1] + [0] * 11


@pytest.mark.parametrize(("clusters", "boards"), [(0, 2), (1, 0), (3, 1), (8, 4)])
def test_no_more_than_what_is_wanted(clusters: int, boards: int) -> None:
    there = make(**SURE, growth_clusters=clusters, growth_boards=boards)
    founder, at_start = there.boards.column("founder").copy(), clusters_of(there)
    there.run(years=5, weeks=1)
    extra = clusters_of(there) - at_start
    assert extra[founder].sum() == min(clusters, 4)  # four boards have room in their covenant
    joined = there.boards.column("stage")[~founder] == Stage.MEMBER
    assert joined.tolist() == [n < boards for n in range(joined.size)]
    assert (extra[~founder] == np.where(joined, 3, 0)).all()


@examples(25)
@given(
    seed=st.integers(0, 10_000),
    places=st.integers(8, 20),
    chance=st.floats(0.6, 1.0),
)
def test_extra_clusters_stay_within_the_covenant(seed: int, places: int, chance: float) -> None:
    values = {"students_per_cluster": places, "board_agrees": chance, "site_agrees": chance, "trainer_found": chance}
    there = make(seed, **ALL | values)
    b, before = there.boards, clusters_of(there)
    founder = b.column("founder").copy()
    room = b.column("max_students") - COVENANT_PLACES * before
    there.run(years=3, weeks=1)
    extra = clusters_of(there) - before
    assert (clusters_of(there)[founder] <= b.column("max_clusters")[founder]).all()
    assert (extra[founder] <= 1).all()
    assert (room[founder & (extra > 0)] >= CLUSTER_PLACES_LEAST).all()
    assert extra[founder].sum() <= 4
    c = there.communities.rows()
    for k in np.flatnonzero(c.opened > 0):
        board = c.board[k]
        share = min(room[board], CLUSTER_PLACES_MOST) / COVENANT_PLACES if founder[board] else 1
        assert c.places[k] == np.floor(places * share + 0.5)
        per_turn = np.count_nonzero((c.board == board) & (c.opened == c.opened[k]))
        assert per_turn == 1


def test_a_board_that_said_yes_is_agreed_until_its_first_cluster_opens() -> None:
    there = make(**ALL)
    new = ~there.boards.column("founder")
    there.run(weeks=26)
    assert (there.boards.column("stage")[new] == Stage.OUTSIDE).all()
    there.run(weeks=14)
    assert (there.boards.column("stage")[new] == Stage.AGREED).all()
    there.step()
    assert (there.boards.column("stage")[new] == Stage.MEMBER).all()


def test_boards_say_yes_by_their_chance() -> None:
    yes = []
    for seed in range(60):
        there = make(seed, **ALL | {"board_agrees": 0.6})
        there.run(weeks=27)
        yes += (there.boards.column("stage")[~there.boards.column("founder")] == Stage.AGREED).tolist()
    assert stats.binomtest(sum(yes), len(yes), 0.6).pvalue > 1e-4


# --- sites -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cross", [False, True])
@examples(20)
@given(seed=st.integers(0, 10_000), distance=st.floats(8, 25), needed=st.integers(2, 4), chance=st.floats(0.5, 1.0))
def test_sites_of_a_plan_are_free_willing_and_near(
    cross: bool, seed: int, distance: float, needed: int, chance: float
) -> None:
    values = {"cluster_distance": distance, "sites_needed": needed, "site_agrees": chance, "cross_denomination": cross}
    there = make(seed, **ALL | values)
    there.run(weeks=27)
    o, stage = there.sites.rows(), there.boards.column("stage")
    taken = [site for plan in there.state.plans for site in plan.sites]
    assert len(set(taken)) == len(taken)
    assert (o.cluster[taken] == -1).all()
    for plan in there.state.plans:
        seed_site, *others = plan.sites
        assert needed <= len(plan.sites) <= 4
        assert o.board[seed_site] == plan.board
        assert (np.hypot(o.x[others] - o.x[seed_site], o.y[others] - o.y[seed_site]) <= distance).all()
        if not cross:
            assert (o.board[others] == plan.board).all()
        assert (stage[o.board[others]] != Stage.OUTSIDE).all()
        far = np.hypot(o.x[others] - o.x[seed_site], o.y[others] - o.y[seed_site])
        assert (np.diff(far[1:] if cross else far) >= 0).all()


def test_without_the_wish_to_cross_every_cluster_is_of_one_board() -> None:
    there = make(**ALL)
    there.run(years=4, weeks=1)
    o, c = there.sites.rows(), there.communities.rows()
    inside = o.cluster >= 0
    assert (o.board[inside] == c.board[o.cluster[inside]]).all()


def test_crossing_denominations_joins_public_and_other_sites_who_keep_their_board() -> None:
    there = make(**ALL, cross_denomination=True)
    board = there.sites.column("board").copy()
    there.run(years=4, weeks=1)
    o, m, c = there.sites.rows(), there.mentors.rows(), there.communities.rows()
    np.testing.assert_array_equal(o.board, board)
    np.testing.assert_array_equal(m.board, o.board[m.site])
    sides = [set(o.public[o.cluster == k].tolist()) for k in np.flatnonzero(c.opened > 0)]
    boards = [set(o.board[o.cluster == k].tolist()) for k in np.flatnonzero(c.opened > 0)]
    assert sum(len(side) == 2 for side in sides) > len(sides) / 3
    assert any(len(of) > 1 for of in boards)
    assert all(board in of for board, of in zip(c.board[c.opened > 0], boards, strict=True))


def test_the_second_site_is_the_nearest_of_the_other_side() -> None:
    there = make(**ALL, cross_denomination=True)
    there.run(weeks=27)
    o, stage = there.sites.rows(), there.boards.column("stage")
    plan = there.state.plans[0]  # no site was promised before
    seed = plan.sites[0]
    far = np.hypot(o.x - o.x[seed], o.y - o.y[seed])
    pool = (o.cluster < 0) & (stage[o.board] == Stage.MEMBER) & (far <= there.p.cluster_distance)
    across = np.flatnonzero(pool & (o.public != o.public[seed]))
    assert across.size > 0
    assert plan.sites[1] == across[far[across].argmin()]


def test_the_first_seed_with_enough_sites_around_it_is_taken() -> None:
    there = make(**ALL, cluster_distance=1.0, sites_needed=4, beyond_range=True)
    there.run(weeks=27)
    o = there.sites.rows()
    seeds = {plan.board: plan.sites[0] for plan in there.state.plans}
    assert len(seeds) == 1
    for board in np.flatnonzero(there.boards.column("stage") != Stage.OUTSIDE):
        candidates = np.flatnonzero((o.board == board) & (o.cluster < 0))
        near = np.hypot(*(at[candidates][:, None] - at[candidates] for at in (o.x, o.y))) <= 1.0
        enough = candidates[near.sum(axis=1) >= 4]
        if not there.boards[int(board)].founder:
            assert seeds.get(board) == (enough[0] if enough.size else None)


def test_sites_that_do_not_decide_for_it_open_nothing() -> None:
    there = make(**ALL | {"site_agrees": 0.0}, beyond_range=True)
    there.run(years=1, weeks=1)
    assert set(opened(there)) == {0}


# --- trainers and new clusters ---------------------------------------------------------------------------------------


def test_no_trainer_no_cluster_and_sites_are_free_again() -> None:
    there = make(**ALL | {"trainer_found": 0.0}, beyond_range=True)
    there.run(weeks=40)
    planned = [site for plan in there.state.plans for site in plan.sites]
    assert planned
    there.step()
    assert set(opened(there)) == {0}
    assert (there.sites.column("cluster")[planned] == -1).all()
    assert not there.boards.column("grown").any()
    new = ~there.boards.column("founder")
    assert (there.boards.column("stage")[new] == Stage.AGREED).all()
    there.run(weeks=26)
    assert [site for plan in there.state.plans for site in plan.sites] == planned  # the board plans anew


def test_trainers_are_found_by_their_chance() -> None:
    came = []
    for seed in range(40):
        there = make(seed, **ALL | {"trainer_found": 0.7})
        there.run(years=1)
        planned = len(there.state.plans)
        there.step()
        came += [n < opened(there).get(1, 0) for n in range(planned)]
    assert stats.binomtest(sum(came), len(came), 0.7).pvalue > 1e-4


def test_a_new_cluster_is_immature_unfamiliar_and_new() -> None:
    there = make(**ALL, maturity_new=0.55, familiarity_new=0.5, new_mentors_trained_share=0.0, familiarity_rate=0.1)
    there.run(weeks=41)
    c, t, m = there.communities.rows(), there.trainers.rows(), there.mentors.rows()
    new = np.flatnonzero(c.opened == 1)
    assert set(c.maturity[new]) == {0.55}
    assert (c.maturity[c.opened == 0] == 1).all()
    pair = (np.repeat(c.opened, KINDS) == 1) & (t.kind <= 1)
    assert t.present[pair].all()
    np.testing.assert_allclose(t.familiarity[pair], 1 - 0.5 * 0.9)  # after one week
    mentors = np.isin(m.cluster, new)
    assert m.new[mentors].all()
    assert not m.trained[mentors].any()
    assert (m.role[mentors] != Role.EMPTY).all()
    there.run(years=1)
    assert np.allclose(there.communities.column("maturity")[new], 1 - 0.45 * (1 - there.p.maturity_rate))
    assert not there.mentors.column("new")[np.isin(there.mentors.column("cluster"), new)].all()


def test_mentors_of_new_clusters_are_trained_by_their_share() -> None:
    trained = []
    for seed in range(8):
        there = make(seed, **ALL | {"new_mentors_trained_share": 0.3})
        there.run(weeks=41)
        m = there.mentors.rows()
        trained += m.trained[there.communities.column("opened")[m.cluster] == 1].tolist()
    assert stats.binomtest(sum(trained), len(trained), 0.3).pvalue > 1e-4


def test_new_clusters_take_students() -> None:
    there = make(**ALL)
    there.run(weeks=41)
    first_year = there.indicators()["students_inside"]
    assert first_year.iloc[40] > first_year.iloc[0] + 60
    c = there.communities.rows()
    assert (c.students[c.opened == 1] > 0).all()


def test_the_institute_finds_a_part_of_the_missing_hours() -> None:
    there = make(**ALL, institute_hiring=0.4)
    asked = 4.0 * len(there.communities)
    institute = there.institutes[0]
    assert (institute.hours_pool, institute.pool) == (asked, 1.0)
    for _ in range(3):
        pool = institute.hours_pool
        there.run(weeks=40 - there.week_of_year % 40)
        there.step()
        asked = 4.0 * len(there.communities)
        assert institute.hours_pool == pytest.approx(pool + 0.4 * (asked - pool))
        assert institute.pool == pytest.approx(institute.hours_pool / asked)


# --- the leadership --------------------------------------------------------------------------------------------------

LATE = GROWING | SURE | {"with_leadership": True, "leadership_hours": 300.0}


def test_a_late_leadership_holds_no_talks() -> None:
    there = make(**LATE)
    there.run(weeks=27)
    assert there.leaderships[0].backlog > there.p.leadership_backlog_limit
    assert there.state.plans == []
    assert (there.boards.column("stage")[~there.boards.column("founder")] == Stage.OUTSIDE).all()


def test_a_late_leadership_does_not_stop_who_said_yes() -> None:
    there = make(**LATE)
    said_yes = int(np.flatnonzero(~there.boards.column("founder"))[0])
    there.boards.column("stage")[said_yes] = Stage.AGREED
    there.run(weeks=41)
    assert opened(there) == {0: 15, 1: 1}
    assert there.boards[said_yes].stage == Stage.MEMBER
    there.run(years=1)
    assert clusters_of(there)[said_yes] == 2


def test_a_leadership_in_time_changes_nothing_about_growth() -> None:
    one, other = make(**LATE | {"leadership_hours": 1200.0}), make(**ALL)
    for there in (one, other):
        there.run(years=2, weeks=1)
    assert one.leaderships[0].backlog == 0
    assert opened(one) == opened(other)


def test_what_is_asked_of_the_leadership() -> None:
    there = make(**LATE)
    p = there.p
    asked = p.leadership_board_hours * 8 + (p.leadership_cluster_hours + 2 * p.leadership_trainer_hours) * 15
    assert there.leaderships[0].asked == pytest.approx(asked + p.leadership_accession_hours * 4)
    later = make(**LATE, growth_start_year=2)
    assert later.leaderships[0].asked == pytest.approx(asked)
    there.run(weeks=40)
    assert there.leaderships[0].backlog == pytest.approx(40 * (there.leaderships[0].asked - 300) / 40 / 300 * 40)
    there.step()
    assert there.leaderships[0].backlog == pytest.approx(max(0, (there.leaderships[0].asked - 300) / 300))
