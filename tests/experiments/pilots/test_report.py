"""The report of a comparison of pilots: safe whatever a design is called, accessible, complete, in both languages."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright
from pyarrow.parquet import read_schema

from samenspel.experiments.output.documents import inert
from samenspel.experiments.output.reports import write
from samenspel.experiments.pilots.comparison.compare import compare_pilots
from samenspel.experiments.pilots.comparison.comparison import Comparison
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.pilots.report.figures import Scale, bar, track
from samenspel.experiments.pilots.report.html import html
from samenspel.experiments.pilots.report.shown import PilotReport
from samenspel.experiments.pilots.report.words import Words

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
SCRIPT = "<script>document.title='hacked'</script>"
FORMULA = '=HYPERLINK("http://x.invalid","click")'
needs_chromium = pytest.mark.skipif(
    not CHROMIUM and not os.environ.get("CI"), reason="there is no chromium on this machine"
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Three designs with names that would do harm, run by the model."""
    pilots = Pilots.of(
        {
            "title": f"Pilots {SCRIPT}", "replications": 2, "worlds": 4, "years": 1,
            "floors": {"pabo_adequate_share": 0.75, "pabo_loss": 0.02},
            "design": [
                {"name": "no mbo", "mbo_students_per_cluster": 0},
                {"name": SCRIPT, "mbo_students_per_cluster": 4, "mbo_mix": "mixed", "ikcs": 3, "source": SCRIPT},
                {"name": FORMULA, "mbo_students_per_cluster": 2, "mbo_mix": "parallel", "description": "A & B < C"},
            ],
        }
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("report")
    comparison = compare_pilots(pilots, folder, workers=0, close_worlds=2)
    write(PilotReport(comparison), "en")
    return comparison


class Outline(HTMLParser):
    """Tags with their attributes, in order; and whether every tag that is opened is closed."""

    VOID = frozenset(["meta", "br", "line", "rect", "link", "img"])

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_report_needs_nothing_else_and_is_well_formed(found: Comparison, lang: Any) -> None:
    text = html(Words(found, lang))
    outline = Outline(text)
    assert outline.open == []
    names = [name for name, _ in outline.tags]
    assert not {"script", "link", "img", "iframe", "object"} & set(names)
    assert not re.search(r"(src|href)=\"(?!#)", text)
    assert "url(" not in text
    assert outline.tags[0] == ("html", {"lang": lang})
    headings = [int(name[1]) for name in names if re.fullmatch("h[1-6]", name)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))
    assert all(attributes.get("scope") in ("col", "row") for name, attributes in outline.tags if name == "th")
    assert names.count("caption") == names.count("table")
    pictures = [attributes for name, attributes in outline.tags if name == "svg"]
    assert pictures
    assert all(attributes["role"] == "img" for attributes in pictures)
    assert text.count("<svg") == len(re.findall(r"<svg[^>]*><title>[^<]+</title>", text))
    anchors = {attributes.get("id") for _, attributes in outline.tags}
    assert {str(attributes["href"])[1:] for name, attributes in outline.tags if name == "a"} <= anchors


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_names_of_designs_are_text_and_nothing_else(found: Comparison, lang: Any) -> None:
    text = html(Words(found, lang))
    assert SCRIPT not in text
    assert "&lt;script&gt;" in text
    assert "A &amp; B &lt; C" in text


def test_the_advice_is_never_a_bare_winner_and_says_what_it_cannot(found: Comparison) -> None:
    words = Words(found, "en")
    assert re.search(r"in \d+% of the 4 worlds \(\d+% to \d+%\)|there is no advice", words.advice())
    text = html(Words(found, "en"))
    assert text.index("What this cannot tell you") < text.index("What comes out")
    assert "cannot show anything in its first year" in text
    for number in range(1, 11):
        assert f"<h3>{number}. " in text
    for fact in ("Code hash", "Hash of the outcomes", "Seed", "samenspel pilots"):
        assert fact in text


def test_without_questions_and_close_look_the_report_leaves_them_out(found: Comparison) -> None:
    text = html(Words(replace(found, close=None, answers=None), "nl"))
    assert 'id="questions"' not in text
    assert 'id="power"' not in text
    assert "In twee minuten" in text


def test_formulas_in_names_stay_text_in_csv_and_excel(found: Comparison) -> None:
    designs = pd.read_csv(found.folder / "tables" / "designs.csv")
    assert designs["name"].tolist() == ["no mbo", SCRIPT, f"'{FORMULA}"]
    book = openpyxl.load_workbook(found.folder / "pilots.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert FORMULA in [cell.value for cell in cells]
    assert [inert(text) for text in ("+1", "-1", "@x", "\tx", "fine", 3)] == ["'+1", "'-1", "'@x", "'\tx", "fine", 3]


def test_tables_are_the_same_as_parquet_and_csv(found: Comparison) -> None:
    for name in ("summary", "pairs", "robustness", "power", "worlds"):
        csv, parquet = (
            pd.read_csv(found.folder / "tables" / f"{name}.csv"),
            pd.read_parquet(found.folder / "tables" / f"{name}.parquet"),
        )
        pd.testing.assert_frame_equal(csv, parquet, check_dtype=False)
        stored = read_schema(found.folder / "tables" / f"{name}.parquet").names  # also what pandas takes for an index
        assert stored == csv.columns.tolist()
    assert len(pd.read_parquet(found.folder / "tables" / "runs.parquet")) == len(found.runs) == 3 * 4 * 2


def test_pictures_stay_within_their_frame_and_escape_their_title() -> None:
    scale = Scale.over([0.2, 0.8, float("nan")], share=True)
    assert scale.at(-5) == 0.0
    assert scale.at(5) == 100.0
    picture = track(scale, 0.5, (0.4, 0.6), (0.3, 0.7), SCRIPT, line=0.75)
    assert SCRIPT not in picture
    assert picture.count("<line") == 5
    assert "<rect" not in bar(float("nan"), 0, 1, "nothing")


# --- a real browser --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "continuous integration must have chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_a_browser_finds_nothing_wrong_on_desk_and_phone(
    found: Comparison, browser: Browser, tmp_path: Path, lang: Any
) -> None:
    """No request leaves the file, nothing runs, nothing sticks out of a phone's screen, axe-core has no complaint."""
    path = tmp_path / "report.html"
    path.write_text(html(Words(found, lang)), encoding="utf-8")
    wrong: list[str] = []
    for width, height in ((1280, 900), (360, 740)):
        page = browser.new_page(viewport={"width": width, "height": height})
        page.on("request", lambda request: None if request.url.startswith("file:") else wrong.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(path.as_uri())
        assert page.title() == f"Pilots {SCRIPT}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()
        checked = browser.new_context(bypass_csp=True, viewport={"width": width, "height": height}).new_page()
        checked.goto(path.as_uri())
        violations = Axe().run(checked).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in violations] == []
        checked.close()
    assert wrong == []


@pytest.mark.slow
@needs_chromium
def test_it_prints_with_the_summary_on_a_page_of_its_own(found: Comparison, browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(html(Words(found, "nl")), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('#summary')).breakAfter") == "page"
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    page.close()
