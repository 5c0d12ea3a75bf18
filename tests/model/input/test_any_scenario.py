"""Damaged files, any content and any change give a scenario or faults, and nothing else."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.world import TABLES
from samenspel.model.input import source as scenario_source
from samenspel.model.input.draft import DIRECTIONS, Draft
from samenspel.model.input.draft import KEYS as OWN_KEYS
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.input.scenario import Scenario
from samenspel.model.input.source import FOLDER
from tests.model.input.files import SMALL, Write

pytest_plugins = ("tests.model.input.files",)


HERE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
SEED = (FOLDER / "growth-all.toml").read_text(encoding="utf-8") + SMALL[SMALL.index("[[towns]]") :]


def faults_of(load: Callable[[], object]) -> list[Fault]:
    """The faults of loading, each of which must read as one line; any other exception passes through."""
    try:
        load()
    except InputFaults as wrong:
        faults = wrong.faults
    else:
        return []
    assert faults
    assert all(fault.text(lang).isprintable() for fault in faults for lang in ("nl", "en"))
    return faults


@given(at=st.integers(0, len(SEED)), length=st.integers(0, 40), put=st.text(max_size=12))
@HERE
def test_a_damaged_file_gives_faults_and_nothing_else(file: Write, at: int, length: int, put: str) -> None:
    path = file((SEED[:at] + put + SEED[at + length :]).encode("utf-8", "surrogatepass"))
    faults_of(lambda: Scenario.load(path))


SCALARS = st.one_of(st.integers(), st.floats(), st.booleans(), st.text(max_size=8), st.dates(), st.none())
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
SOME = st.text(max_size=6)
KEYS = st.sampled_from([*OWN_KEYS, "mentor_hours", "hbo_demand", "mbo_mix", "cross_year"]) | SOME
COLUMNS = st.sampled_from(sorted({column.name for table in TABLES.values() for column in table.columns})) | SOME
ROWS = st.lists(st.dictionaries(COLUMNS, ANYTHING, max_size=8) | ANYTHING, max_size=4)


@given(content=st.dictionaries(KEYS, ANYTHING | ROWS, max_size=6))
@HERE
def test_any_content_gives_faults_and_nothing_else(content: dict[str, Any]) -> None:
    draft = Draft("own", "own.toml")
    content = {key: value for key, value in content.items() if key not in DIRECTIONS}
    scenario_source._take_over(content, draft)
    faults_of(lambda: Scenario._checked(draft))


@given(name=st.sampled_from(sorted(PARAMETERS)), value=SCALARS)
@settings(max_examples=200, deadline=None)
def test_any_change_is_taken_or_refused(name: str, value: Any) -> None:
    baseline = Scenario.load("baseline")
    faults = faults_of(lambda: baseline.with_values(**{name: value}))
    assert {fault.file for fault in faults} <= {"baseline"}
    assert faults or baseline.with_values(**{name: value}).values[name] == value


@given(text=st.text(max_size=20))
@settings(max_examples=100, deadline=None)
def test_any_text_may_be_set(text: str) -> None:
    changes = dict.fromkeys(("mentor_hours", "hbo_demand", "mbo_mix", "cross_year", "beyond_range"), text)
    faults = faults_of(lambda: Scenario.load("parttime-flex", changes))
    assert {fault.file for fault in faults} == {"--set"}


def test_built_in_files_say_nothing_twice() -> None:
    for name in Scenario.names():
        content = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
        assert {"title", "title_nl", "description", "description_nl"} <= content.keys()
