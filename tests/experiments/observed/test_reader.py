"""What a file of observations says, and what is said of its faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from samenspel.experiments.observed.reader import read_observations
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.model.input.faults import InputFaults
from tests.experiments.pilots.planted import document

COUNT = '[[count]]\nname = "coverage"\nvalue = 0.5\nof = 100\n'
DIFFERENCE = (
    '[[difference]]\ndesign = "x"\noutcome = "status_barrier"\ninstrument = "ripls"\n'
    "difference = 0.2\nstandard_error = 0.1\n"
)


def written(folder: Path, text: str) -> Path:
    path = folder / "observed.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(InputFaults) as raised:
        read_observations(written(folder, text), Pilots.of(document({"name": "x"})))
    return [fault.text("en") for fault in raised.value.faults]


def test_counts_and_differences_are_read(tmp_path: Path) -> None:
    own = '[[instrument]]\nname = "own"\nlow = 0\nhigh = 20\nreliability = 0.7\n'
    more = DIFFERENCE.replace("ripls", "own").replace("status_barrier", "knowledge_other_profession")
    found, _ = read_observations(
        written(tmp_path, COUNT + own + DIFFERENCE + more), Pilots.of(document({"name": "x"}))
    )  # fmt: skip
    (count,) = found.counts
    assert (count.name, count.year, count.value, count.error) == ("coverage", 1, 0.5, 0.05)
    ripls, test = found.differences
    assert (ripls.design, ripls.against, ripls.value, ripls.error) == (1, "other clusters", 0.2, 0.1)
    assert (ripls.instrument.reversed, test.instrument.high, test.instrument.reliability) == (True, 20, 0.7)


def test_counts_alone_need_no_pilots(tmp_path: Path) -> None:
    found, pilots = read_observations(written(tmp_path, COUNT))
    assert (len(found.counts), pilots) == (1, None)


def test_the_pilots_that_a_file_names_are_taken(tmp_path: Path) -> None:
    text = 'pilots = "mbo"\n' + DIFFERENCE.replace('"x"', '"Careful start"')
    found, pilots = read_observations(written(tmp_path, text))
    assert pilots is not None
    assert pilots.designs[found.differences[0].design].name == "Careful start"
    assert "[[difference]] 1 design" in faults(tmp_path, 'pilots = "mbo"\n' + DIFFERENCE.replace('"x"', '"y"'))[0]


def test_a_reference_with_mbo_students_can_have_been_observed(tmp_path: Path) -> None:
    """A partnership that has them already compares with what it does now."""
    designs = [{"name": name, "mbo_mix": "mixed", "mbo_students_per_cluster": count} for name, count in
               (("as now", 2), ("twice as many", 4))]  # fmt: skip
    text = DIFFERENCE.replace('"x"', '"as now"')
    found, _ = read_observations(written(tmp_path, text), Pilots.of(document() | {"design": designs}))
    assert found.differences[0].design == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["nothing measured; allowed: [[count]] or [[difference]]"]),
        ("colour = 1\n" + COUNT, ['colour: found the unknown key "colour"']),
        ("count = 3\n", ["count: found", "nothing measured"]),
        (COUNT.replace("coverage", "covrage"), ["[[count]] 1 name", "nothing measured"]),
        (COUNT.replace("0.5", "1.5"), ["[[count]] 1 value: found 1.5; allowed: a number from 0 to 1", "nothing"]),
        (COUNT + "standard_error = 0.1\n", ["[[count]] 1 of: found the number of those counted"]),
        (COUNT + COUNT, ["two observations of coverage, 1"]),
        (DIFFERENCE + DIFFERENCE, ["two observations of 1, status_barrier, other clusters"]),
        (DIFFERENCE.replace("ripls", "riple"), ['[[difference]] 1 instrument: found the text "riple"', "nothing"]),
        (DIFFERENCE.replace("ripls", "iccas"), ["iccas, which measures competence_collaboration", "nothing"]),
        (DIFFERENCE.replace("0.2", "4.5"), ["difference: found 4.5; allowed: a number from -4 to 4", "nothing"]),
        (DIFFERENCE.replace('"x"', '"None"'), ['[[difference]] 1 design: found the text "None"', "nothing"]),
        (DIFFERENCE.replace("standard_error = 0.1", ""), ["standard_error: found nothing", "nothing"]),
        (DIFFERENCE + "effect_size = 0.3\n", ["found a difference and an effect size", "nothing"]),
        (DIFFERENCE + 'against = "nobody"\n', ["[[difference]] 1 against", "nothing"]),
    ],
)
def test_every_fault_is_told_where_it_is(tmp_path: Path, text: str, told: list[str]) -> None:
    found = faults(tmp_path, text)
    assert any(told[0] in line for line in found), found
    assert all("observed.toml" in line for line in found)


def test_an_instrument_of_ones_own_is_checked(tmp_path: Path) -> None:
    found = faults(tmp_path, COUNT + '[[instrument]]\nname = "own"\nlow = 5\nhigh = 1\nreliability = 2\n')
    assert any("low 5 and high 1; allowed: low below high" in line for line in found)
    assert any("reliability: found 2; allowed: a number from 0.1 to 1" in line for line in found)
    assert any("a name that no other instrument has" in line for line in faults(
        tmp_path, COUNT + '[[instrument]]\nname = "ripls"\nlow = 1\nhigh = 5\nreliability = 0.9\n'))  # fmt: skip


def test_without_pilots_a_difference_has_no_design(tmp_path: Path) -> None:
    with pytest.raises(InputFaults) as raised:
        read_observations(written(tmp_path, DIFFERENCE))
    assert "pilots: found nothing; allowed: built-in pilots, or the path of a file of them" in raised.value.text("en")


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(InputFaults) as raised:
            read_observations(path)
        assert "the path of a .toml file that exists" in raised.value.text("en")
