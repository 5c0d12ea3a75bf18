"""Documents that cannot rot: every code block of README, CONTRIBUTING and `docs/` runs, and the site shows it all."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import matplotlib
import pytest
import yaml
from playwright.sync_api import sync_playwright
from sybil import Document

import samenspel as sp
import samenspel.experiments.observed.worlds
import samenspel.viz.serve
from samenspel.experiments.bottlenecks.pinch import pinch
from samenspel.model.words import in_language
from samenspel.viz.room.course import Course
from samenspel.viz.room.course import run as live
from samenspel.viz.room.story import SCENES
from samenspel.viz.texts import texts_in
from tests.pages import BLOCK, NOT_RUN, SYBIL, commands, first_line, with_settings
from tests.places import ROOT
from tests.viz.browser import ARGUMENTS, CHROMIUM, needs_browser
from tools import scenes

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]

# --- code blocks -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_block_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.setattr(samenspel.viz.serve, "serve", lambda *_, **__: None)  # all of `show` but waiting for visitors
    monkeypatch.setattr(samenspel.experiments.observed.worlds, "PRIOR", 128)  # worlds held against what was observed
    for kind in (sp.Study, sp.Pilots):
        monkeypatch.setattr(kind, "document_of", lambda *at, read=kind.document_of: with_settings(read(*at)))
    for example in SYBIL.parse(path):
        example.evaluate()


def test_nothing_is_left_out_in_silence() -> None:
    found: set[str] = set()
    for path in PAGES:
        for region in BLOCK(Document(path.read_text(encoding="utf-8"), str(path))):
            source = str(region.lexemes["source"])
            found |= {first_line(source)} if region.lexemes["language"] == "python" else set(commands(source))
    assert set(NOT_RUN) <= found, "these stand in no page any more"


# --- the facilitator's guide ---------------------------------------------------------------------------------------

GUIDE = (DOCS / "draaiboek.md").read_text(encoding="utf-8")
CELL = re.compile(r"([\d.]+) \(([\d.]+) tot ([\d.]+)\)")


@pytest.mark.slow
@pytest.mark.parametrize("scene", range(len(SCENES)))
def test_the_guide_has_the_figures_of_the_model(scene: int) -> None:
    printed = next(at[0] for at in scenes.BLOCK.finditer(GUIDE) if int(at[2]) == scene + 1)
    assert scenes.on_screen(SCENES[scene]) in printed
    rows = dict(re.findall(r"^\| (\w[^|]+) \| (.+) \|$", printed, re.MULTILINE))
    for name, sides in scenes.pairs(SCENES[scene], scenes.BESIDE[scene], replications=4).items():
        cells = CELL.findall(rows[scenes.LABELS[name]])
        for values, cell in zip(sides, cells, strict=True):
            mean, low, high = (float(number.replace(".", "")) for number in cell)
            assert low <= mean <= high
            assert low - 1 <= values.mean() <= high + 1, "python -m tools.scenes --write"


@pytest.mark.slow
def test_the_guide_says_what_pinches_in_the_last_scene() -> None:
    said = re.findall(r"\*(tijd van\s\w+)\*", GUIDE)
    assert len(said) == len(SCENES[-1].courses)
    for course, first in zip(SCENES[-1].courses, said, strict=True):
        partnership = live(Course.read(course, scenes.CATALOG), scenes.CATALOG, seed=1, weeks=200)
        assert f"knelt het eerst bij {' '.join(first.split())} " in pinch(partnership, "nl")


def test_the_guide_has_the_words_of_the_view() -> None:
    words = " ".join(GUIDE.lower().split())
    for number, scene in enumerate(SCENES, start=1):
        assert f"scène {number}: {in_language(scene.title, 'nl')}".lower() in words
        assert " / ".join(in_language(option, "nl") for option in scene.options).lower() in words
    for key in (
        "open_vote",
        "run_it",
        "next",
        "story_start",
        "share",
        "projector",
        "pinch",
        "png",
        "csv",
        "replay",
        "restart",
    ):
        assert texts_in("nl")[key].lower() in words, key


# --- the site --------------------------------------------------------------------------------------------------------


def pages_in(nav: Any) -> set[str]:
    match nav:
        case str():
            return {nav}
        case list():
            return set().union(*map(pages_in, nav))
        case dict():
            return set().union(*map(pages_in, nav.values()))
    return set()


def test_the_navigation_has_every_page() -> None:
    config = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), yaml.BaseLoader)
    assert pages_in(config["nav"]) >= {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}


def test_every_picture_is_made_by_the_script_and_shown() -> None:
    script = (ROOT / "tools/screens.py").read_text(encoding="utf-8")
    texts = "".join(path.read_text(encoding="utf-8") for path in PAGES)
    for picture in DOCS.rglob("*.png"):
        assert f'"{picture.stem}"' in script, f"{picture.name} is made by no script"
        assert picture.name in texts, f"{picture.name} is shown nowhere"
        assert picture.stat().st_size < 300_000, picture.name


class Loads(HTMLParser):
    """What a page makes the browser fetch by itself; links to click on are not among it."""

    FETCHED = ("script", "img", "iframe", "source", "video", "audio", "embed", "object", "input")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in self.FETCHED:
            self.found += [given[name] for name in ("src", "srcset", "data", "poster") if name in given]
        if tag == "link" and given.get("rel") not in ("canonical", "next", "prev", "alternate"):
            self.found.append(given.get("href", ""))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a dead link, a missing anchor or an omitted page ends the build."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-4000:]
    return folder


@pytest.mark.slow
def test_the_site_asks_nothing_of_the_outside(site: Path) -> None:
    asked = {}
    for file in site.rglob("*.html"):
        asked[file.name] = [load for load in Loads(file.read_text(encoding="utf-8")).found if "//" in load]
    for file in site.rglob("*.css"):
        asked[file.name] = re.findall(
            r"(?:@import\s*[\"']?|url\([\"']?)((?:https?:)?//[^\"')]+)", file.read_text("utf-8")
        )
    assert {name: loads for name, loads in asked.items() if loads} == {}


@pytest.mark.slow
@needs_browser
def test_the_site_opens_and_searches_from_a_folder(site: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((site / "index.html").as_uri())
        page.locator("input[name=query]").press_sequentially("draaiboek")  # the search listens to keys
        page.wait_for_selector(".md-search-result__item a[href*='draaiboek.html']", timeout=20_000)
        browser.close()
    assert [url for url in asked if url.startswith("http")] == []


def only_dejavu(folder: Path) -> dict[str, str]:
    """What makes this a machine whose only fonts are DejaVu, which are wide; matplotlib brings them."""
    for font in Path(matplotlib.get_data_path(), "fonts", "ttf").glob("DejaVu*.ttf"):
        shutil.copy(font, folder)
    config = folder / "fonts.conf"
    config.write_text(f"<fontconfig><dir>{folder}</dir><cachedir>{folder / 'cache'}</cachedir></fontconfig>")
    return {"FONTCONFIG_FILE": str(config)}


@pytest.mark.slow
@needs_browser
@pytest.mark.parametrize("machine", ["this one", "only DejaVu"])
def test_the_hand_out_is_one_page_whatever_fonts_a_machine_has(site: Path, tmp_path: Path, machine: str) -> None:
    fonts = only_dejavu(tmp_path) if machine == "only DejaVu" else {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, env=dict(os.environ) | fonts)
        page = browser.new_page()
        page.goto((site / "hand-out.html").as_uri())
        page.evaluate("document.fonts.ready.then(() => true)")
        brought = page.evaluate("[...document.fonts].filter(font => font.status === 'loaded').map(font => font.family)")
        sheets = re.findall(rb"/Type /Page\b", page.pdf(format="A4"))
        browser.close()
    assert len(sheets) == 1
    assert {family.strip('"') for family in brought} == {"Roboto", "Roboto Mono"}
