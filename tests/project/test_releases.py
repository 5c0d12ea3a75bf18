"""Stored runs of releases: the present code reproduces them, or the changelog says why it does not."""

from __future__ import annotations

import copy
import platform
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from samenspel.experiments.output.version import version
from tests.places import ROOT
from tools import releases

STORED = releases.stored()


@cache
def now() -> dict[str, Any]:
    return releases.record(version())


def changelog() -> str:
    return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_release_in_the_project_file_has_a_stored_run() -> None:
    assert version() in [path.stem for path in STORED]


@pytest.mark.parametrize("path", STORED, ids=[path.stem for path in STORED])
def test_a_release_is_reproduced_or_its_change_is_named(path: Path) -> None:
    old = releases.read(path)
    found = releases.differences(old, now())
    if found:
        assert path != STORED[-1], f"results changed; name the change and store a run of the new code: {found[:5]}"
        assert old["changed"], f"{path.name} is not reproduced: put the changelog's line into `changed`: {found[:5]}"
    missing = set(old["changed"]) - set(releases.changed_lines(changelog()))
    assert not missing, f"not under Changed in CHANGELOG.md: {missing}"


def test_the_newest_release_is_reproduced_to_the_bit_where_it_was_made() -> None:
    old = releases.read(STORED[-1])
    if not same_mathematics(old["made_with"]):
        pytest.skip("made with another mathematical library, or on a processor on which it takes another way")
    assert releases.same_bits(old, now())


def same_mathematics(made: dict[str, str]) -> bool:
    """Whether powers and exponentials have the last bits that they had where a run was stored."""
    here = releases.made_with()
    return all(made[part] == here[part] for part in ("system", "processor", "libc")) and _has_fused_multiply_add()


def _has_fused_multiply_add() -> bool:
    flags = Path("/proc/cpuinfo")
    return platform.machine() != "x86_64" or not flags.is_file() or " fma " in flags.read_text(encoding="utf-8")


def test_a_fingerprint_changes_only_with_what_it_covers() -> None:
    old = releases.read(STORED[-1])
    new = releases.new_parameters(old, now())
    unnamed = [name for name in new if f"`{name}`" not in changelog()]
    assert not unnamed, f"new parameters that CHANGELOG.md does not name: {unnamed}"
    if releases.same_bits(old, now()) and not new:
        assert old["fingerprint"] == now()["fingerprint"]


def test_a_changed_value_default_or_rule_is_seen() -> None:
    old = now()
    other = copy.deepcopy(old)
    assert releases.differences(old, other) == []
    year = other["runs"][1]["years"][3]
    year["supervision_mean"] = (float.fromhex(year["supervision_mean"]) * (1 + 1e-8)).hex()
    assert "replication 2, school year 4, supervision_mean" in releases.differences(old, other)[0]
    year["supervision_mean"] = (float.fromhex(old["runs"][1]["years"][3]["supervision_mean"]) * (1 + 1e-15)).hex()
    assert releases.differences(old, other) == []
    other["parameters"]["mentor_hours"] = 99.0
    assert releases.differences(old, other)[0].startswith("mentor_hours: 99.0, was ")
    del other["parameters"]["mentor_hours"]
    assert "mentor_hours" in releases.differences(old, other)[0]


def test_entries_under_changed_are_found_with_their_later_lines() -> None:
    text = (
        "## [2.0.0]\n\n### Added\n\n- No.\n\n### Changed\n\n- The rule of\n  talk.\n- Another.\n\n## [1.0.0]\n\n- No.\n"
    )
    assert releases.changed_lines(text) == ["The rule of talk.", "Another."]
