"""Frames say what the model says, and courses come back from their address."""

import contextlib
from queue import SimpleQueue

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samenspel.agents.students import Programme, Status
from samenspel.experiments.study.seeds import seed_of, seeds_besides
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from samenspel.viz.room.course import Change, Course, catalog_of, run, value_of
from samenspel.viz.room.ensemble import REPLICATIONS, Bands, Ensemble, Question, band, difference, replication
from samenspel.viz.room.frames import SERIES, Identities, decode, encode
from samenspel.viz.room.lane import Lane, live_a_week
from samenspel.viz.room.levers import LEVERS
from samenspel.viz.room.seen import AWAY, MBO, MEETING, MEETS, SHORT, UNGUIDED

CATALOG = catalog_of()


@pytest.fixture(scope="module")
def mixed() -> Partnership:
    partnership = Partnership(Scenario.load("growth-mbo"), rng=3)
    partnership.run(weeks=6)
    return partnership


def test_a_frame_holds_what_the_model_holds(mixed: Partnership) -> None:
    frame = decode(encode(mixed, Identities(), 7))
    s = mixed.students.rows()
    here = (s.status == Status.INSIDE) & (s.site >= 0)
    assert (frame.week, frame.structure) == (6, 7)
    np.testing.assert_array_equal(frame.series, mixed.indicators()[list(SERIES)].to_numpy(np.float32)[-1])
    np.testing.assert_array_equal(frame.site, s.site[here])
    np.testing.assert_allclose(frame.quality / 255, s.supervision[here], atol=0.5 / 255 + 1e-9)
    np.testing.assert_allclose(frame.barrier / 255, s.barrier[here], atol=0.5 / 255 + 1e-9)
    np.testing.assert_array_equal(frame.flags & MBO > 0, s.programme[here] >= Programme.CARE_3)
    np.testing.assert_array_equal(frame.flags & MEETS > 0, s.attended[here])
    np.testing.assert_array_equal(frame.flags & UNGUIDED > 0, s.mentor[here] < 0)
    np.testing.assert_array_equal((frame.flags >> 4 & 3) + 1, s.year[here])
    np.testing.assert_array_equal(frame.flags & SHORT > 0, s.shortfalls[here] > 0)
    assert 0 < (frame.flags & SHORT > 0).mean() < 1
    assert frame.load.size == len(mixed.sites)
    assert frame.trainers.size == len(mixed.communities)
    assert (frame.trainers & MEETING > 0).any(), "week 6 is a week of meetings"


def test_who_has_no_placement_this_week_is_away_from_the_first_week_on() -> None:
    partnership = Partnership(Scenario.load("growth-mbo").with_values(year_1_first_week=21, final_weeks=20), rng=3)
    assert not (decode(encode(partnership, Identities(), 0)).flags & AWAY).any()
    for week in (6, 21):
        partnership.run(weeks=week - partnership.week)
        s = partnership.students.rows()
        here = (s.status == Status.INSIDE) & (s.site >= 0)
        frame = decode(encode(partnership, Identities(), 0))
        np.testing.assert_array_equal(frame.flags & AWAY > 0, ~s.placed[here])
        np.testing.assert_array_equal((frame.flags >> 4 & 3) + 1, s.year[here])
        assert (frame.flags & AWAY > 0).sum() > 10


def test_the_ring_of_a_site_is_asked_over_available(mixed: Partnership) -> None:
    frame = decode(encode(mixed, Identities(), 1))
    m = mixed.mentors.rows()
    for site in np.unique(m.site[m.students > 0]).tolist():
        at = (m.site == site) & (m.students > 0)
        load = m.hours_asked[at].sum() / m.hours_available[at].sum()
        assert frame.load[site] == min(255, round(100 * load))


def test_a_cut_frame_is_refused(mixed: Partnership) -> None:
    data = encode(mixed, Identities(), 1)
    with pytest.raises(ValueError, match=r"buffer"):
        decode(data[:-200])


def test_identity_follows_a_student_through_the_turn_of_the_year() -> None:
    partnership, identities = Partnership(CATALOG["baseline"], rng=1), Identities()
    before = set(decode(encode(partnership, identities, 1)).student.tolist())
    partnership.run(weeks=41)
    s = partnership.students.rows()
    here = (s.status == Status.INSIDE) & (s.site >= 0)
    after = decode(encode(partnership, identities, 1)).student
    assert len(set(after.tolist())) == after.size
    stayed = np.isin(after, list(before))
    assert 0 < stayed.sum() < after.size
    np.testing.assert_array_equal(identities.of(s.key[here]), after)


# --- addresses ---


def changes() -> st.SearchStrategy[Change]:
    numbers = {
        "mentor_hours": st.floats(0.5, 3.0),
        "students_per_cluster": st.integers(6, 40),
        "cross_year": st.booleans(),
        "mbo_mix": st.sampled_from(PARAMETERS["mbo_mix"].choices),
    }
    return st.sampled_from(sorted(numbers)).flatmap(
        lambda name: st.builds(Change, st.integers(0, 200), st.just(name), numbers[name])
    )


@given(st.sampled_from(sorted(CATALOG)), st.lists(changes(), max_size=4, unique_by=lambda c: (c.week, c.name)))
@settings(max_examples=25, deadline=None)
def test_a_course_comes_back_from_its_address(scenario: str, made: list[Change]) -> None:
    course = Course(scenario, tuple(made))
    assert Course.read(course.text(), CATALOG) == course


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_address_does_more_than_be_refused(text: str) -> None:
    for hostile in (text, f"baseline~{text}", f"baseline~mentor_hours:{text}"):
        with contextlib.suppress(InputFaults):
            assert Course.read(hostile, CATALOG).scenario in CATALOG


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/etc/passwd", "scenario"),
        ("basline", "baseline"),
        ("baseline~mentor_hours:99", "mentor_hours"),
        ("baseline~mentr_hours:1", "mentor_hours"),
        ("baseline~mentor_hours:1@99999", "mentor_hours"),
        ("baseline~mentor_hours:1@x", "mentor_hours"),
        ("baseline~cross_year:maybe", "cross_year"),
        ("baseline~partnerships:2@40", "partnerships"),
    ],
)
def test_a_wrong_address_is_told_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(InputFaults) as faults:
        run(Course.read(text, CATALOG), CATALOG, 1, 60)
    assert says in faults.value.text("nl")


@pytest.mark.parametrize(
    ("text", "en", "nl"),
    [
        ("mentor_hours:much", "allowed: a number from", "toegestaan: een getal van"),
        ("cross_year:maybe", "allowed: true or false", "toegestaan: true of false"),
        ("stock_gain:0.3", "it is a constant of the rules now (0.2)", "het is nu een vaste waarde van de regels (0.2)"),
    ],
)
def test_what_an_address_may_say_is_told_in_both_languages(text: str, en: str, nl: str) -> None:
    with pytest.raises(InputFaults) as faults:
        Course.read(f"baseline~{text}", CATALOG)
    assert en in faults.value.text("en")
    assert nl in faults.value.text("nl")


def test_a_course_lives_as_the_model_does_when_changed_by_hand() -> None:
    usual = CATALOG["baseline"]
    by_hand = Partnership(usual.with_values(subgroup_size=6), rng=5, past=usual)
    by_hand.run(weeks=30)
    by_hand.change(mentor_hours=1.0)
    by_hand.run(weeks=30)
    course = Course.read("baseline~subgroup_size:6~mentor_hours:1.0@30", CATALOG)
    lived = run(course, CATALOG, seed=5, weeks=60)
    lane = Lane(course, CATALOG, 5)
    for _ in range(60):
        lane.step()
    for other in (lived, lane.partnership):
        np.testing.assert_array_equal(by_hand.weekly_record, other.weekly_record)
    assert (
        by_hand.weekly_record[29:32].tolist() != Partnership(CATALOG["baseline"], rng=5).weekly_record[29:32].tolist()
    )


@pytest.mark.parametrize("name", LEVERS)
def test_every_lever_moves_during_a_run(name: str) -> None:
    parameter = PARAMETERS[name]
    given = {"switch": "false", "choice": parameter.choices[-1] if parameter.choices else ""}.get(
        parameter.kind, str(parameter.high)
    )
    lane = Lane(Course("growth-mbo"), CATALOG, 1)
    lane.step()
    lane.change({name: value_of(parameter, given)})
    lane.step()
    assert lane.values[name] == value_of(parameter, given)
    assert lane.course.changes == (Change(1, name, lane.values[name]),)


# --- replications ---


def test_replications_are_the_models_own_runs_with_other_luck() -> None:
    lucks = seeds_besides(1, REPLICATIONS)
    ours = replication(Course("baseline"), CATALOG, lucks[0], 45)
    partnership = Partnership(CATALOG["baseline"], rng=lucks[0])
    partnership.run(weeks=45)
    np.testing.assert_array_equal(ours, partnership.indicators()[list(SERIES)].to_numpy(np.float32))


def test_bands_are_over_the_replications_of_run_without_the_life_that_is_shown() -> None:
    shown = seed_of(3, 2)
    for seed, lucks in ((3, [seed_of(3, k) for k in range(1, 7)]), (shown, [seed_of(shown, k) for k in range(1, 7)])):
        told: SimpleQueue[Bands] = SimpleQueue()
        ensemble = Ensemble(CATALOG, told.put)
        ensemble.ask(Question((Course("baseline"),), seed, 2))
        first = told.get(timeout=20)
        ensemble.close()
        runs = [replication(Course("baseline"), CATALOG, luck, 2) for luck in lucks]
        np.testing.assert_array_equal(first.bands[0], band(runs))


def test_the_seed_that_is_shown_is_no_rung_of_its_own_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samenspel.experiments.study.seeds.seed_of", lambda seed, replication: 10 * replication)
    assert seeds_besides(20, 4) == [10, 30, 40, 50]


def test_bands_and_paired_differences_are_the_textbook_ones() -> None:
    rng = np.random.default_rng(1)
    ours = [rng.normal(size=(3, len(SERIES))).astype(np.float32) for _ in range(24)]
    theirs = [one + np.float32(0.5) + rng.normal(0, 0.01, one.shape).astype(np.float32) for one in ours]
    mean, low, high = band(ours)
    stack = np.array(ours)
    np.testing.assert_allclose(mean, stack.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(low, np.quantile(stack, 0.05, axis=0), atol=1e-6)
    np.testing.assert_allclose(high, np.quantile(stack, 0.95, axis=0), atol=1e-6)
    gap, lower, upper = difference(ours, theirs)
    np.testing.assert_allclose(gap, 0.5, atol=0.02)
    half = 2.0687 * (np.array(theirs, float) - np.array(ours, float)).std(axis=0, ddof=1) / np.sqrt(24)
    np.testing.assert_allclose(upper - gap, half, rtol=1e-3)
    np.testing.assert_allclose(gap - lower, half, rtol=1e-3)
    assert (half < 0.1 * stack.std(axis=0)).all(), "pairing takes the common luck away"


def test_weeks_without_a_value_stay_without_one() -> None:
    empty = [np.full((2, len(SERIES)), np.nan, np.float32)] * 6
    assert np.isnan(band(empty)).all()
    assert np.isnan(difference(empty, empty)).all()


def test_after_a_merger_browsers_are_told_whose_sites_are_whose() -> None:
    scenario = Scenario.load("merger").with_values(growth_clusters=0)
    lane = Lane(Course("quiet"), {"quiet": scenario}, 1)
    told = []
    for _ in range(41):
        news = live_a_week([lane])
        told += news.get("land", [])
    (land,) = told
    assert lane.partnership.week == 41
    oost = land["boards"].index("Fusiebestuur Oost")
    assert land["boards"][oost] != scenario.world.boards[oost].name == "VCOMOG"
    its_own = {row.name for row in scenario.world.sites if row.board in ("VCOMOG", "Nieuw bestuur C")}
    assert {site[0] for site in land["sites"] if site[5] == oost} == its_own
    assert {name for name, board, _ in land["clusters"] if board == oost} == {"VCOMOG 1", "VCOMOG 2"}
