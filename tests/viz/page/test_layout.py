"""What a page is told about memory, against what numpy says."""

import sys

import numpy as np
import pytest

from samenspel.model import Scenario
from samenspel.model.declared.indicators import RECORD
from samenspel.model.declared.settings import RECORD as SETTINGS
from samenspel.model.here import NOW, Room
from samenspel.model.input.faults import InputFaults
from samenspel.model.start.land import lay_out
from samenspel.viz.page import webassembly
from samenspel.viz.page.entries import bundle
from samenspel.viz.page.layout import Layout, layout_of
from samenspel.viz.page.packed import FULL, GROWS, columns_in, land_of
from samenspel.viz.room.seen import seen_for


def flat(layout: Layout, name: str = "") -> dict[str, Layout]:
    if "members" not in layout:
        return {name: layout}
    return {one: kind for member in layout["members"] for one, kind in flat(member, f"{name}.{member['name']}").items()}


def test_columns_are_those_of_a_partnership_in_order() -> None:
    described = flat(layout_of(bundle()))
    here = lay_out(Scenario.load("baseline")).all()
    bundles = {"here": here, "land": here, "seen": seen_for(1, 1, 1)}
    columns = {f".{name}": column for of, all_of in bundles.items() for name, column, _ in columns_in(all_of, of)}
    assert {*described} == {*columns, ".before", ".record"}
    assert [name for name in described if name in columns] == [*columns]
    assert {name: kind["dtype"] for name, kind in described.items() if "dtype" in kind} == {
        name: column.dtype.str[1:] for name, column in columns.items() if not column.dtype.names
    }


@pytest.mark.parametrize(("name", "dtype"), [(".here.settings", SETTINGS), (".here.now", NOW), (".record", RECORD)])
def test_fields_of_records_lie_where_numpy_has_them(name: str, dtype: np.dtype[np.void]) -> None:
    assert dtype.names
    assert dtype.fields
    found = flat(layout_of(bundle()))[name]
    assert found["size"] == dtype.itemsize
    assert found["fields"] == [
        {"name": field, "dtype": dtype.fields[field][0].str[1:], "at": dtype.fields[field][1]} for field in dtype.names
    ]


def test_all_that_can_grow_is_named() -> None:
    here = lay_out(Scenario.load("baseline")).all()
    bundles = {"here": here, "seen": seen_for(1, 1, 1)}
    names = {name for of, all_of in bundles.items() for name, _, _ in columns_in(all_of, of)}
    bundles = {name.rpartition(".")[0] for name in names}
    assert set(GROWS) | set(FULL) <= names | bundles
    assert set(GROWS.values()) == set(Room)


def test_land_has_the_bytes_of_its_columns() -> None:
    land = land_of(Scenario.load("baseline"))
    described = flat(layout_of(bundle()))
    widths = {name[1:]: kind.get("size") or np.dtype(kind["dtype"]).itemsize for name, kind in described.items()}
    assert len(land.data) == sum(size["count"] * widths[name] for name, size in land.sizes.items())
    assert all(size["count"] <= size["room"] for size in land.sizes.values())


def test_without_a_linker_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setitem(sys.modules, "ziglang", None)
    monkeypatch.setattr(webassembly, "cache_folder", lambda: tmp_path)
    with pytest.raises(InputFaults, match=r"no ziglang.*pip install 'samenspel\[browser\]'"):
        webassembly.rules()
