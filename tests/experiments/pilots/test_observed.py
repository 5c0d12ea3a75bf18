"""What a real pilot measured, and what it narrows."""

from __future__ import annotations

from pathlib import Path

import pytest

from samenspel.experiments.pilots.comparison.observed import narrowed, read_observed
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.model.input.faults import InputFaults
from tests.experiments.pilots.planted import document


@pytest.mark.slow
def test_an_observation_narrows_what_it_depends_on(tmp_path: Path) -> None:
    """A pilot that sees much knowledge gained leaves the worlds in which a meeting teaches much."""
    pilots = Pilots.of(
        document(
            {"name": "x", "ikcs": 5, "meeting_interval": 1, "mbo_students_per_cluster": 4}, worlds=40,
            uncertainties={
                    "knowledge_start": {"low": 0.199, "high": 0.201}, "knowledge_gain": {"low": 0.01, "high": 0.06},
                },
        )
    )  # fmt: skip
    pilots = pilots.in_worlds("prior")
    file = tmp_path / "observed.toml"
    file.write_text(
        'design = "x"\n[knowledge_other_profession]\nmean = 0.25\nstandard_error = 0.01\n', encoding="utf-8"
    )
    after = narrowed(pilots, file)
    assert len(after.sampled) == 40
    posterior = after.posterior
    assert posterior is not None
    first = posterior.table.iloc[0]
    assert first["assumption"] == "knowledge_gain"
    assert first["sure"]
    assert first["after_low"] > 0.02
    fit = posterior.fit.iloc[0]
    assert abs(fit["after"] - 0.25) < abs(fit["before"] - 0.25)


def test_only_a_design_with_mbo_students_can_have_been_observed(tmp_path: Path) -> None:
    pilots = Pilots.of(document({"name": "x"}))
    file = tmp_path / "observed.toml"
    measured = "[status_barrier]\nmean = 0.3\nstandard_error = 0.02\n"
    file.write_text(f'design = "x"\n{measured}', encoding="utf-8")
    seen = read_observed(pilots, file)
    assert (seen.design, seen.means, seen.errors) == (1, {"status_barrier": 0.3}, {"status_barrier": 0.02})
    file.write_text(f'design = "None"\n{measured}', encoding="utf-8")
    with pytest.raises(InputFaults) as raised:
        read_observed(pilots, file)
    assert "allowed: one of x" in raised.value.text("en")


def test_a_reference_with_mbo_students_can_have_been_observed(tmp_path: Path) -> None:
    """A partnership that has them already compares with what it does now."""
    designs = [{"name": name, "mbo_mix": "mixed", "mbo_students_per_cluster": count} for name, count in
               (("as now", 2), ("twice as many", 4))]  # fmt: skip
    file = tmp_path / "observed.toml"
    file.write_text('design = "as now"\n[status_barrier]\nmean = 0.3\nstandard_error = 0.02\n', encoding="utf-8")
    seen = read_observed(Pilots.of(document() | {"design": designs}), file)
    assert (seen.design, seen.means) == (0, {"status_barrier": 0.3})


def test_a_file_of_observations_with_every_fault(tmp_path: Path) -> None:
    file = tmp_path / "observed.toml"
    file.write_text('design = "y"\ncolour = 1\n[status_barrier]\nmean = 3\n', encoding="utf-8")
    with pytest.raises(InputFaults) as raised:
        narrowed(Pilots.of(document({"name": "x"})), file)
    text = raised.value.text("en")
    for told in ('observed.toml, design: found the text "y"; allowed: one of x', "colour", "mean", "standard_error"):
        assert told in text
