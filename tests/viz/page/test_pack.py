"""What `samenspel pack` puts into a page, and what it refuses."""

from __future__ import annotations

import base64
import json
import re
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import samenspel
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.input.workbook import write_template
from samenspel.viz.one_file import as_json
from samenspel.viz.page import document, webassembly
from samenspel.viz.page.document import Beginning, about, described, named, on_map, with_built_in
from samenspel.viz.page.html import page
from samenspel.viz.page.packed import land_of
from samenspel.viz.room.course import Catalog, Course, catalog_of
from samenspel.viz.room.lane import Lane
from tests.samenspel.test_endings import ON_LINUX, interrupted, told_in_one_line
from tests.viz.browser import HOSTILE

CATALOG = catalog_of()
MB = 1_000_000
OWN = 'extends = "baseline"\ntitle = "Our own"\ntitle_nl = "Van ons"\n'

type Pack = Callable[..., tuple[int, str]]


def inflated(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))


def document_in(text: str) -> Any:
    """What scripts of a page are given."""
    found = re.search(r'<script type="application/json" id="document">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Pack:
    """The command, in a folder of its own: its exit status, and all that it said."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str]:
        status = samenspel.main(["pack", *words])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


# --- what is in it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CATALOG)
def test_a_scenario_is_there_as_the_live_view_has_it(name: str) -> None:
    scenario = CATALOG[name]
    given, lane = described(Beginning(scenario), CATALOG.worlds), Lane(Course(name), CATALOG, 1)
    said, land = lane.about(10 * WEEKS), lane.land()
    assert inflated(given["land"]["bytes"]) == land_of(scenario).data
    assert given["land"]["sizes"] == land_of(scenario).sizes
    assert given["values"] == lane.values
    assert given["of"] is None
    assert given["lived"] == said["lived"]
    assert given["wages_grow_from"] == said["wages_grow_from"]
    assert given["known"][9] == said["known"]
    assert len(given["known"]) > 20
    assert given["map"]["towns"] == land["towns"]
    assert given["map"]["sites"] == [site[0] for site in land["sites"]]
    assert given["map"]["clusters"] == [cluster[0] for cluster in land["clusters"]]


@pytest.mark.parametrize("name", ["baseline", "merger"])
def test_boards_are_called_as_in_the_school_year(name: str) -> None:
    partnership = Partnership(CATALOG[name])
    boards = on_map(CATALOG[name])["boards"]
    assert (len(boards) > 1) == (name == "merger")
    for year in range(1, 5):
        partnership.run(years=1)
        called = [names for since, names in boards if since <= year][-1]
        assert called == partnership.names("boards").tolist()


def test_designs_of_the_built_in_pilots_are_something_to_begin_with() -> None:
    pilots = Pilots.load("mbo")
    designs = [one for one in with_built_in([]) if one.past]
    assert len({one.scenario.name for one in designs}) == len(designs)
    assert {one.scenario.title_nl.removeprefix("Pilot: ") for one in designs} == {
        design.title("nl") for design in pilots.designs[1:] if not design.then
    }, "not the reference, and none that changes later"
    assert {described(one, CATALOG.worlds)["of"] for one in designs} == {"baseline"}
    assert all(
        preset["built_in"] for preset in about(designs, Catalog(one.scenario for one in designs), "nl")["presets"]
    ), "its schools are made up"
    assert not [one for one in designs if re.search("[^a-z0-9-]", one.scenario.name)]


def test_a_design_lives_as_in_the_comparison_of_pilots_and_its_levers_act() -> None:
    pilots = Pilots.load("mbo")
    design = next(one for one in pilots.designs if one.name == "Few and deep")
    (made,) = [one for one in with_built_in([]) if one.scenario.title == "Pilot: Few and deep"]
    compared = Partnership(design.scenario, rng=3, past=pilots.scenario)
    shown = Partnership(made.scenario, rng=3, past=made.past)
    for partnership in (compared, shown):
        partnership.run(weeks=45)
    assert shown.weekly_record.tobytes() == compared.weekly_record.tobytes()
    shown.change(mbo_mix="parallel")
    for partnership in (compared, shown):
        partnership.run(weeks=20)
    assert shown.this_week()["status_barrier"] != compared.this_week()["status_barrier"]


def test_what_is_named_comes_first_and_takes_the_place_of_what_is_built_in(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN)
    own = [*named(str(tmp_path / "own.toml")), *named("merger"), *named("growth-all")]
    names = [one.scenario.name for one in with_built_in(own)]
    assert names[:4] == ["own", "merger", "growth-all", "baseline"]
    assert len(set(names)) == len(names)
    other = Beginning(replace(Scenario.load("merger"), name="baseline"))
    assert with_built_in([other])[0] is other


def test_designs_of_ones_own_come_with_their_scenario(tmp_path: Path) -> None:
    built_in = Path(document.__file__).parents[2] / "experiments/pilots/mbo.toml"
    (tmp_path / "ours.toml").write_text(built_in.read_text(encoding="utf-8"), encoding="utf-8")
    first, *designs = named(str(tmp_path / "ours.toml"))
    assert first.scenario.name == "baseline"
    assert designs[0].scenario.name == "ours-careful-start"


@pytest.mark.slow
def test_a_page_is_small_holds_any_text_and_is_the_same_every_time() -> None:
    hostile = replace(Scenario.load("baseline"), name="own", title="</script><!--<script>", title_nl=HOSTILE)
    text, again = (page(with_built_in([Beginning(hostile)]), "nl") for _ in range(2))
    assert text == again
    assert len(text.encode()) < 2 * MB
    assert document_in(text)["setup"]["presets"][0]["title"] == {"en": "</script><!--<script>", "nl": HOSTILE}
    assert inflated(document_in(text)["wasm"]) == webassembly.rules()
    assert "<" not in as_json({"title": "</script>"})


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_it_says_what_it_made(pack: Pack, tmp_path: Path) -> None:
    write_template(tmp_path / "own.xlsx", "nl")
    (tmp_path / "own.toml").write_text(OWN)
    status, said = pack("own.toml", "--out", "page.html", "--lang", "nl")
    assert status == 0, said
    assert re.fullmatch(r"page\.html \(1,\d MB\): het model met 19 uitgangspunten\. Het opent .*\n", said)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert document_in(text)["setup"]["presets"][0]["title"]["nl"] == "Van ons"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own.toml", "own.xlsx", "page.html"]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["--out", "page.htm"], ["page.htm", "a file name that ends in .html", "page.html?"]),
        (["--out", "no/such/page.html"], ["page.html", "a folder that exists"]),
        (["--out", "taken.html"], ["taken.html", "a name that is still free (or --force)"]),
        ([], ["--out", "nothing", "the file to make"]),
        (["national", "--out", "page.html"], ["national with about 20,640 students", "at most 5,000 students"]),
        (["basline", "--out", "page.html"], ["basline", "baseline?"]),
        (["a/own.toml", "b/own.toml", "--out", "page.html"], ["own", "a name that no other scenario has"]),
    ],
)
def test_what_it_refuses_is_one_sentence(pack: Pack, tmp_path: Path, words: list[str], parts: list[str]) -> None:
    (tmp_path / "taken.html").touch()
    for folder, title in (("a", "One"), ("b", "Other")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "own.toml").write_text(OWN.replace("Our own", title))
    status, said = pack(*words, "--lang", "en")
    assert status == 2
    assert [part for part in parts if part not in said] == []
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "page.html").exists()


@pytest.mark.slow
def test_a_file_that_is_too_large_is_not_written(pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samenspel.commands.pack.LARGEST", 1_000_000)
    status, said = pack("--out", "page.html", "--lang", "nl")
    assert status == 2
    assert re.search(r"een pagina van 1,\d MB; toegestaan: hoogstens 1 MB", said)
    assert not (tmp_path / "page.html").exists()


def test_without_a_linker_it_says_what_to_install(pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webassembly, "find_spec", lambda _: None)
    monkeypatch.setattr(webassembly, "_kept", lambda: tmp_path / "none.wasm")
    status, said = pack("--out", "page.html", "--lang", "nl")
    assert status == 2
    assert "geen ziglang" in said
    assert "pip install 'samenspel[browser]'" in said
    assert len(said.splitlines()) == 1


# --- interrupts ------------------------------------------------------------------------------------------------------

WHILE_COMPILING = """
import sys, samenspel
from pathlib import Path
from samenspel.viz.page import webassembly
webassembly._kept = lambda: Path("kept/page.wasm")
own = webassembly._in_a_process_of_its_own
webassembly._in_a_process_of_its_own = lambda to: (print("!", flush=True), to.touch(), own(to))
sys.exit(samenspel.main(sys.argv[1:]))
"""
WHILE_WRITING = """
import os, sys, time, samenspel
from samenspel.viz.page import document
document.rules = lambda: b""
replace = os.replace
os.replace = lambda one, other: (print("!", flush=True), [time.sleep(0.1) for _ in range(600)])
sys.exit(samenspel.main(sys.argv[1:]))
"""


@ON_LINUX
@pytest.mark.slow
@pytest.mark.parametrize(("code", "after"), [(WHILE_COMPILING, 0.0), (WHILE_COMPILING, 3.0), (WHILE_WRITING, 0.0)])
def test_an_interrupt_is_one_line_and_leaves_nothing(tmp_path: Path, code: str, after: float) -> None:
    for folder in ("bin", "kept"):
        (tmp_path / folder).mkdir()
    command = [sys.executable, "-c", code, "pack", "--out", "page.html", "--lang", "en"]
    told_in_one_line(*interrupted(command, tmp_path, after))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []
