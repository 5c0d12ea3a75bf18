"""Boards merge: what is one board's from then on, and what stays as it is (RULES 4.9)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samenspel.agents.organisations import Denomination, Stage
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.world import MergerRow
from samenspel.model.year.mergers import merge_boards, weighted_mean
from samenspel.model.year.settling import ask_leadership
from tests.lives import BASELINE, apply, columns_of, differences, in_any_state
from tests.textbook.docking import first_differences, report

TWO = MergerRow("Assen", ("Plateau Assen", "Perspectief"), 2)
THREE = MergerRow("Stad", ("KOC", "VCOG", "Nieuw bestuur A"), 2)
AGAIN = MergerRow("Alles", ("Stad", "Assen", "Quadraten"), 3)
CANDIDATES = MergerRow("Nieuw", ("Nieuw bestuur C", "Nieuw bestuur D"), 2)
POOR = {"wage_growth": 0.06, "budget_growth": 0.01, "contribution_tolerance": 0.02, "shortfall_response": "both"}
GROWING = {"growth_clusters": 8, "growth_boards": 4}
SURE = {
    "board_agrees": 1.0,
    "site_agrees": 1.0,
    "trainer_found": 1.0,
    "cluster_distance": 25.0,
    "with_leadership": False,
}
OWNED = ("sites", "communities", "mentors")
ADDED = (
    "max_clusters", "max_students", "made_of", "trained", "paid_teacher_hours", "paid_care_hours",
    "cost", "grant", "contribution",
)  # fmt: skip
"""What the merged board has of all boards together, and the others no more."""


def merging(*mergers: MergerRow, base: Scenario = BASELINE, **values: Any) -> Scenario:
    scenario = base.with_values(**values)
    return replace(scenario, world=replace(scenario.world, mergers=mergers))


def row_of(there: Partnership, name: str) -> int:
    return [board.name for board in there.scenario.world.boards].index(name)


def rows_of(there: Partnership, merger: MergerRow) -> list[int]:
    return [row_of(there, name) for name in merger.boards]


def at_week(week: int, *mergers: MergerRow, seed: int = 1, **values: Any) -> Partnership:
    there = Partnership(merging(*mergers, **values), rng=seed)
    there.run(weeks=week)
    return there


# --- when, and nobody moves ------------------------------------------------------------------------------------------


def test_boards_merge_when_the_first_week_of_the_year_begins() -> None:
    there = at_week(40, TWO)
    first, other = rows_of(there, TWO)
    assert there.boards.column("stage")[other] == Stage.MEMBER
    assert "Assen" not in there.names("boards")
    there.step()
    assert there.boards.column("stage")[[first, other]].tolist() == [Stage.MEMBER, Stage.MERGED]
    assert there.names("boards")[[first, other]].tolist() == ["Assen", "Perspectief"]


def test_a_merger_of_the_first_year_is_there_before_the_first_week() -> None:
    there = at_week(0, replace(TWO, year=1))
    assert "Assen" in there.names("boards")
    assert not np.isin(there.mentors.column("board"), rows_of(there, TWO)[1:]).any()


def test_without_money_growth_and_leadership_a_life_is_the_same_but_for_whose_all_is() -> None:
    quiet = {"with_finance": False, "with_leadership": False}
    apart, together = at_week(130, **quiet), at_week(130, TWO, THREE, AGAIN, **quiet)
    differ = set(differences(apart, together))
    assert {"sites.board", "mentors.board", "communities.board", "boards.stage"} <= differ
    its_own = {name for name in differ if name.split(".")[0] != "boards"}
    assert its_own <= {"sites.board", "mentors.board", "communities.board", "leaderships.asked", "weekly_record"}
    ours, theirs = apart.indicators(), together.indicators()
    moneyless = [name for name in ours if not ours[name].equals(theirs[name])]
    assert set(moneyless) <= {"cost_per_student", "grant_cover", "own_contribution"}
    np.testing.assert_allclose(ours[moneyless], theirs[moneyless], rtol=1e-12)


@given(st.integers(0, 2**31), st.integers(1, 4))
@settings(max_examples=10, deadline=None)
def test_without_mergers_nothing_is_of_another_board(number: int, year: int) -> None:
    there = in_any_state(number, partnerships=1)
    before = {name: column.copy() for name, column in columns_of(there).items()}
    apply(merge_boards, there, year)
    for name, column in columns_of(there).items():
        np.testing.assert_array_equal(column, before[name], err_msg=name)
    assert (there.boards.column("made_of") == 1).all()
    assert (there.boards.column("stage") != Stage.MERGED).all()
    assert there.names("boards").tolist() == [board.name for board in BASELINE.world.boards]


# --- what adds up ----------------------------------------------------------------------------------------------------


def test_students_sites_mentors_and_money_add_up() -> None:
    there = at_week(80, TWO, THREE, AGAIN, **POOR, **GROWING)
    before = {name: column.copy() for name, column in columns_of(there).items()}
    hours = facilitated(there)
    apply(merge_boards, there, 3)
    b, after = there.boards.rows(), columns_of(there)
    first = row_of(there, "KOC")
    gone = [row_of(there, name) for name in ("Plateau Assen", "Quadraten")]
    for name in ("max_clusters", "max_students", "made_of", "trained", "cost", "grant", "contribution"):
        assert name in ADDED
        assert after[f"boards.{name}"].sum() == pytest.approx(before[f"boards.{name}"].sum(), rel=1e-12), name
        assert not after[f"boards.{name}"][gone].any(), name
    assert b.made_of[first] == 6
    assert facilitated(there) == pytest.approx(hours, rel=1e-12)
    for population in OWNED:
        was, now = before[f"{population}.board"], after[f"{population}.board"]
        np.testing.assert_array_equal(now, np.where(np.isin(was, gone), first, was))
    moved = [name for name, column in after.items() if not np.array_equal(column, before[name], equal_nan=True)]
    assert {name.split(".")[0] for name in moved if not name.endswith(".board")} == {"boards"}
    assert b.lead.sum() == 1


def facilitated(there: Partnership) -> float:
    """Hours a week that boards facilitate after cuts, by hand."""
    m, b, c, p = there.mentors.rows(), there.boards.rows(), there.communities.rows(), there.p
    hours = sum(
        (p.care_mentor_hours if kind else p.mentor_hours) * b.hours_factor[board]
        for kind, board, role in zip(m.kind, m.board, m.role, strict=True)
        if role == 1
    )
    trainers = there.trainers.rows()
    school = [(h, at) for h, at, kind in zip(trainers.hours, trainers.cluster, trainers.kind, strict=True) if kind == 0]
    return float(hours + sum(h * b.hours_factor[c.board[at]] for h, at in school))


@given(st.integers(0, 2**31), st.lists(st.integers(0, 4), min_size=12, max_size=12))
@settings(max_examples=30, deadline=None)
def test_whichever_boards_merge_nothing_comes_or_goes(number: int, group: list[int]) -> None:
    rng = np.random.default_rng(number)
    names = [board.name for board in BASELINE.world.boards]
    parts = [tuple(name for name, at in zip(names, group, strict=True) if at == k) for k in range(1, 5)]
    mergers = tuple(MergerRow(f"Nieuw {k}", part, 3) for k, part in enumerate(parts) if len(part) > 1)
    there = in_any_state(number, base=merging(*mergers))
    b = there.boards.rows()
    for column in (b.cost, b.grant, b.contribution, b.paid_teacher_hours, b.paid_care_hours):
        column[:] = rng.uniform(-1e5, 1e5, column.size)
    before, hours = {name: column.copy() for name, column in columns_of(there).items()}, facilitated(there)
    apply(merge_boards, there, 3)
    after = columns_of(there)
    for name in (*ADDED, "lead"):
        was, now = before[f"boards.{name}"], after[f"boards.{name}"]
        assert now.sum() == pytest.approx(was.sum(), rel=1e-9, abs=1e-6), name
    assert facilitated(there) == pytest.approx(hours, rel=1e-9)
    went = b.stage == Stage.MERGED
    assert went.sum() == 2 * sum(len(merger.boards) - 1 for merger in mergers)
    np.testing.assert_array_equal(b.made_of == 0, went)
    assert not any(went[after[f"{population}.board"]].any() for population in OWNED)
    for name, column in after.items():
        if not name.startswith("boards.") and not name.endswith(".board"):
            np.testing.assert_array_equal(column, before[name], err_msg=name)


def test_the_accounts_of_a_year_after_it_add_up() -> None:
    apart, together = at_week(80, with_leadership=False), at_week(80, TWO, with_leadership=False)
    for name in ("cost", "grant", "contribution"):
        ours, theirs = apart.boards.column(name), together.boards.column(name)
        first, other = rows_of(together, TWO)
        assert theirs[first] == pytest.approx(ours[first] + ours[other], rel=1e-12)
        assert theirs[other] == 0


# --- by hand ---------------------------------------------------------------------------------------------------------


def with_accounts(year: int = 2) -> tuple[Partnership, int, int]:
    """Two boards after week 80, before they merge: school trainers' hours are 30 to 10, students too."""
    there = at_week(80, replace(TWO, year=3))
    first, other = rows_of(there, TWO)
    m, o, b = there.mentors.rows(), there.sites.rows(), there.boards.rows()
    m.role[np.isin(m.board, (first, other))] = 0
    t = there.trainers.rows()
    of_board = there.communities.column("board")[t.cluster]
    school = t.kind == 0
    for board, hours in ((first, 30.0), (other, 10.0)):
        seats = np.flatnonzero(school & (of_board == board))
        t.hours[seats] = hours / seats.size
    o.hbo_students[:] = 0
    for board, students in ((first, 30), (other, 10)):
        o.hbo_students[np.flatnonzero(o.board == board)[0]] = students
    b.budget_year[[first, other]] = (year, year)
    return there, first, other


def test_the_hours_factor_is_the_mean_by_hours() -> None:
    there, first, other = with_accounts()
    b = there.boards.rows()
    b.hours_factor[[first, other]] = 0.8, 0.6
    apply(merge_boards, there, 3)
    assert b.hours_factor[first] == pytest.approx((30 * 0.8 + 10 * 0.6) / 40)
    assert b.hours_factor[other] == 1


def test_active_mentors_are_among_the_hours() -> None:
    there, first, other = with_accounts()
    m, b = there.mentors.rows(), there.boards.rows()
    b.hours_factor[[first, other]] = 0.8, 0.6
    m.role[np.flatnonzero((m.board == other) & (m.kind == 0))[:10]] = 1
    apply(merge_boards, there, 3)
    more = 10 * there.p.mentor_hours
    assert b.hours_factor[first] == pytest.approx((30 * 0.8 + (10 + more) * 0.6) / (40 + more))


def test_budgets_are_the_mean_by_students_each_as_it_has_grown() -> None:
    there, first, other = with_accounts()
    b = there.boards.rows()
    b.budget_rate[[first, other]] = 4000.0, 3000.0
    b.budget_year[[first, other]] = 1, 2
    apply(merge_boards, there, 3)
    grown = 1 + there.p.budget_growth
    assert b.budget_rate[first] == pytest.approx((30 * 4000 * grown + 10 * 3000) / 40)
    assert (b.budget_year[first], b.budget_year[other], b.budget_rate[other]) == (2, 0, 0)


def test_a_board_without_a_budget_leaves_that_of_the_other() -> None:
    there, first, other = with_accounts()
    b = there.boards.rows()
    b.budget_rate[[first, other]], b.budget_year[[first, other]] = (0.0, 3000.0), (0, 2)
    apply(merge_boards, there, 3)
    assert (b.budget_rate[first], b.budget_year[first]) == (3000, 2)


@pytest.mark.parametrize(("stopped", "after"), [((1, 1), True), ((1, 0), False), ((0, 1), False)])
def test_stopped_when_all_were(stopped: tuple[int, int], after: bool) -> None:
    there, first, other = with_accounts()
    there.boards.column("stopped")[[first, other]] = stopped
    apply(merge_boards, there, 3)
    assert bool(there.boards.column("stopped")[first]) is after
    assert not there.boards.column("stopped")[other]


def test_where_nothing_has_weight_the_plain_mean_holds() -> None:
    assert weighted_mean(np.array([0.4, 0.8]), np.zeros(2)) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("boards", "denomination"),
    [(("VCOG", "VCPONG"), "christian"), (("Nieuw bestuur B", "Nieuw bestuur A"), "public"), (TWO.boards, "mixed")],
)
def test_the_denomination_is_that_of_all_or_mixed(boards: tuple[str, ...], denomination: str) -> None:
    there = at_week(0, MergerRow("Een", boards, 1))
    row = there.names("boards").tolist().index("Een")
    assert Denomination(there.boards.column("denomination")[row]).name.lower() == denomination
    public = np.array([site.denomination == "public" for site in there.scenario.world.sites])
    np.testing.assert_array_equal(there.sites.column("public"), public)


# --- members, candidates and growth ----------------------------------------------------------------------------------


def test_a_member_and_a_candidate_are_a_member_that_leads_as_before() -> None:
    there = at_week(0, MergerRow("Een", ("Nieuw bestuur A", "CKC Drenthe"), 1), growth_boards=2)
    first, gone = row_of(there, "CKC Drenthe"), row_of(there, "Nieuw bestuur A")
    b = there.boards.rows()
    assert there.names("boards")[first] == "Een"
    assert (b.stage[first], b.lead[first], b.founder[first], b.stage[gone]) == (Stage.MEMBER, True, True, Stage.MERGED)
    ours = there.sites.column("board") == first
    assert (ours & (there.sites.column("cluster") < 0)).sum() == 16


def test_no_other_candidate_is_invited_in_the_place_of_one_that_merged() -> None:
    there = at_week(121, MergerRow("Een", ("VCOG", "Nieuw bestuur A"), 1), growth_boards=2, **SURE)
    names, b = there.names("boards"), there.boards.rows()
    new = b.stage[~b.founder]
    assert names[~b.founder][new == Stage.MEMBER].tolist() == ["Nieuw bestuur B"]
    assert new.tolist() == [Stage.MERGED, Stage.MEMBER, Stage.OUTSIDE, Stage.OUTSIDE]


def test_merged_candidates_are_one_in_talks_and_open_as_many_clusters_as_both() -> None:
    wanted = {"growth_boards": 4, "clusters_per_new_board": 2, "with_finance": False} | SURE
    there = at_week(1, replace(CANDIDATES, year=1), **wanted)
    apply(ask_leadership, there)
    p, asked = there.p, there.leaderships.column("asked")[0]
    alone = at_week(1, **wanted).leaderships.column("asked")[0]
    assert alone - asked == pytest.approx(p.leadership_accession_hours)
    there.run(years=5)
    clusters = np.bincount(there.communities.column("board"), minlength=len(there.boards))
    assert clusters[[row_of(there, name) for name in CANDIDATES.boards]].tolist() == [4, 0]


def test_the_leadership_talks_with_fewer_boards() -> None:
    apart, together = at_week(41), at_week(41, TWO, replace(THREE, boards=("KOC", "VCOG", "Quadraten")))
    less = apart.leaderships.column("asked")[0] - together.leaderships.column("asked")[0]
    assert less == pytest.approx(3 * apart.p.leadership_board_hours)


def test_a_cluster_may_stand_across_denominations_in_a_merged_board_only() -> None:
    base = Scenario.load("merger").with_values(**SURE)
    across = {}
    for name, scenario in {"with": base, "without": replace(base, world=replace(base.world, mergers=()))}.items():
        there = Partnership(scenario, rng=2)
        there.run(years=5, weeks=1)
        o, new = there.sites.rows(), np.flatnonzero(there.communities.column("opened"))
        its_own = [set(o.board[o.cluster == k]) == {there.communities.column("board")[k]} for k in new]
        assert new.size
        assert all(its_own)
        across[name] = {k for k in new if len(set(o.public[o.cluster == k].tolist())) == 2}
        merged = there.boards.column("made_of") > 1
        across[name] = {k for k in across[name] if merged[there.communities.column("board")[k]]}
    assert across["with"]
    assert not across["without"]


def test_a_merged_board_has_an_extra_cluster_for_each_that_it_was() -> None:
    there = at_week(161, MergerRow("Noord", ("VCPONG", "Nieuw bestuur B"), 1), growth_clusters=8, **SURE)
    clusters = np.bincount(there.communities.column("board"), minlength=len(there.boards))
    assert clusters[row_of(there, "VCPONG")] == 2 + 2
    opened = there.communities.column("opened")[there.communities.column("board") == row_of(there, "VCPONG")]
    assert opened.tolist() == [0, 0, 1, 2]


def test_what_was_planned_opens_at_the_turn_of_the_merger() -> None:
    values = GROWING | SURE
    apart, together = at_week(41, **values), at_week(41, TWO, THREE, **values)
    np.testing.assert_array_equal(apart.sites.column("cluster"), together.sites.column("cluster"))
    np.testing.assert_array_equal(apart.communities.column("key"), together.communities.column("key"))
    assert apart.names("communities").tolist() == together.names("communities").tolist()


# --- more than one, copies, changes ----------------------------------------------------------------------------------


def test_three_merge_and_what_they_became_merges_again() -> None:
    there = at_week(81, TWO, THREE, AGAIN)
    b, names = there.boards.rows(), there.names("boards")
    first = row_of(there, "KOC")
    assert names[first] == "Alles"
    assert b.made_of[first] == 6
    assert (b.stage == Stage.MERGED).sum() == 5
    assert names[b.stage == Stage.MERGED].tolist() == [
        "Assen", "Perspectief", "Quadraten", "VCOG", "Nieuw bestuur A",
    ]  # fmt: skip
    assert b.max_clusters[first] == sum(
        board.max_clusters for board in BASELINE.world.boards if row_of(there, board.name) in (1, 2, 3, 4, 5, 8)
    )


def test_synthetic_variations_merge_the_same_boards() -> None:
    there = at_week(41, TWO, partnerships=3)
    b, names = there.boards.rows(), there.names("boards")
    assert [str(name) for name in names[b.made_of == 2]] == ["Assen", "Assen (2)", "Assen (3)"]
    assert b.partnership[b.made_of == 0].tolist() == [0, 1, 2]
    for row in np.flatnonzero(b.made_of == 2):
        assert (there.sites.column("partnership")[there.sites.column("board") == row] == b.partnership[row]).all()


def test_a_copy_lives_the_same_life_before_and_after_a_merger() -> None:
    there = at_week(60, TWO, AGAIN_OF_TWO, **GROWING, **POOR)
    twin = there.copy()
    for one in (there, twin):
        one.run(weeks=61)
    assert differences(there, twin) == []
    assert there.names("boards").tolist() == twin.names("boards").tolist()


AGAIN_OF_TWO = MergerRow("Alles", ("Assen", "Quadraten"), 3)


def test_parameters_change_after_a_merger() -> None:
    there = at_week(50, TWO, **POOR)
    first = row_of(there, "Plateau Assen")
    there.change(trainer_hours=7.0, budget_growth=0.03)
    there.run(weeks=50)
    assert there.names("boards")[first] == "Assen"
    assert there.boards.column("made_of")[first] == 2
    there.change(with_finance=False)
    assert (there.boards.column("hours_factor") == 1).all()


# --- tables ----------------------------------------------------------------------------------------------------------


def test_tables_name_the_board_of_now() -> None:
    there = at_week(60, TWO)
    assert "Assen" in set(there.groups_last_year("board")["board"])
    assert not set(TWO.boards) & set(there.groups_last_year("board")["board"])
    there.run(weeks=20)
    clusters: pd.DataFrame = there.clusters_last_year()
    its_own = clusters.loc[clusters["board"] == "Assen", "cluster"].tolist()
    assert its_own == ["Plateau Assen 1", "Perspectief 1", "Perspectief 2"]


def test_a_cluster_keeps_the_name_of_the_board_that_opened_it() -> None:
    noord = MergerRow("Noord", ("VCPONG", "VCOMOG"), 2)
    there = at_week(41, noord, growth_clusters=4, **SURE)
    before = there.names("communities").tolist()
    assert "VCOMOG +1" in before
    there.run(years=1)
    assert there.names("communities").tolist()[: len(before)] == before


# --- the textbook ----------------------------------------------------------------------------------------------------

DOCKED: dict[str, tuple[Any, ...]] = {
    "poor boards that grow": ((TWO, THREE, AGAIN, CANDIDATES), 122, POOR | GROWING),
    "from the start, in two partnerships": (
        (replace(TWO, year=1), replace(CANDIDATES, year=1)), 42,
        GROWING | {"partnerships": 2, "cross_denomination": True},
    ),
    "with mbo": ((TWO, AGAIN_OF_TWO), 82, {"mbo_students_per_cluster": 4, "mbo_mix": "mixed"} | POOR),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("name", DOCKED)
def test_lives_with_mergers_are_those_of_the_textbook(name: str) -> None:
    mergers, weeks, values = DOCKED[name]
    found = first_differences(merging(*mergers, **values), 2, weeks)
    assert not found, report(found)


@pytest.mark.no_cover
def test_the_turn_of_a_merger_is_that_of_the_textbook() -> None:
    found = first_differences(merging(TWO, replace(THREE, year=1), **GROWING), 3, 42)
    assert not found, report(found)
