"""The pictures in `docs/screens`, of the live view and of a report: ``python -m tools.screens``."""

from __future__ import annotations

import re
import shutil
import tempfile
import tomllib
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.view import ARGUMENTS, ROOT, ask, opened, served
from samenspel.experiments import compare_pilots
from samenspel.experiments.output.reports import write
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.pilots.report.shown import PilotReport

FOLDER = ROOT / "docs" / "screens"
PROJECTOR, LAPTOP, PHONE = (1920, 1080), (1280, 720), (390, 844)


def taken(browser: Browser, address: str, size: tuple[int, int]) -> Page:
    """A page of this size, on the way to its picture."""
    page = opened(browser, address)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_function("document.querySelector('.samenspel').stage.bands?.replications >= 24", timeout=120_000)
    page.wait_for_timeout(1500)
    return page


def keep(page: Page, name: str, folder: Path) -> None:
    """Take the picture when all stands still."""
    page.wait_for_timeout(700)
    page.screenshot(path=folder / f"{name}.png")
    page.context.close()
    shrink(folder / f"{name}.png")


def shrink(file: Path) -> None:
    """Keep 256 colours: nobody sees the difference, and the file is a third of the size."""
    with Image.open(file) as picture:
        small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(file, optimize=True)


def click_low_student(page: Page) -> None:
    """The student in the left half of the map who is worst off."""
    place = page.evaluate(
        """() => { const v = document.querySelector('.samenspel').stage.maps[0].view, f = v.frame;
        const left = v.moves.filter(m => m.x < v.width * 0.45 && m.y > 60);
        const low = left.sort((p, q) => f.quality[p.i] - f.quality[q.i]);
        return [low[0].x, low[0].y] }"""
    )
    page.click(".map[data-lane=A] canvas", position={"x": place[0], "y": place[1]})
    page.wait_for_selector(".card:not([hidden]) dt")


def answered(browser: Browser, address: str, size: tuple[int, int], question: str) -> Page:
    """A page on which the host asked what pinches or how far it can grow."""
    page = taken(browser, address, size)
    page.click(f"[data-tool={question}]")
    page.wait_for_selector("dialog[open] .said", timeout=120_000)
    return page


def vote(browser: Browser, address: str) -> None:
    """Twelve invented voters, each with a browser of its own."""
    for k, guess in enumerate((62, 68, 70, 72, 72, 75, 78, 80, 80, 81, 85, 90)):
        page = opened(browser, address)
        ask(page, "vote", choice=(2, 2, 1, 0)[k % 4], guess=guess)
        page.wait_for_selector("form [role=status]")
        page.context.close()


def pilot_report(browser: Browser, folder: Path) -> None:
    """The top of the report that the tutorial makes, from the pilots file that stands on its page."""
    tutorial = (ROOT / "docs/tutorials/pilot-report.md").read_text(encoding="utf-8")
    text = re.search(r'```toml title="our-pilots.toml"\n(.*?)```', tutorial, re.DOTALL)
    assert text, "the tutorial shows a pilots file"
    with tempfile.TemporaryDirectory() as passing:
        found = compare_pilots(Pilots.of(tomllib.loads(text[1])), passing)
        page = browser.new_page(viewport={"width": LAPTOP[0], "height": 900})
        write(PilotReport(found, "our-pilots.toml"), "en")
        page.goto((found.folder / "report.html").as_uri())
        keep(page, "pilot-report-1280", folder)


def make(folder: Path) -> None:
    """Take every picture anew."""
    folder.mkdir(parents=True, exist_ok=True)
    with served("400") as server, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        keep(taken(browser, server.address("a", a="growth-mbo", week="124"), PROJECTOR), "beeld-1920", folder)
        pair = {"a": "baseline", "b": "growth-mbo~mentor_hours:1.5@80", "week": "150"}
        keep(taken(browser, server.address("b", **pair), PROJECTOR), "a-naast-b-1920", folder)
        keep(taken(browser, server.address("c", **pair, lang="en", dark="1"), LAPTOP), "a-beside-b-dark-1280", folder)
        page = taken(browser, server.address("d", a="baseline~mentor_hours:1.0", week="61"), LAPTOP)
        click_low_student(page)
        keep(page, "kaartje-1280", folder)
        page = taken(browser, server.address("e", a="growth-clusters", week="82"), PHONE)
        page.click("[data-tool=levers]") if page.is_visible(".side.levers") else None
        keep(page, "telefoon-390", folder)
        page = taken(browser, server.address("f"), PROJECTOR)
        page.click("[data-tool=story]")
        page.click("[data-act=begin]")
        page.click("[data-act=vote]")
        vote(browser, server.address("f", host=False))
        page.click("[data-act=run]")
        for _ in range(5):
            page.keyboard.press("End")
        page.wait_for_selector(".outcome[data-outcome]:not([data-outcome=''])", timeout=120_000)
        keep(page, "verhaal-1920", folder)
        page = taken(browser, server.address("g", a="baseline", week="44", big="1"), PROJECTOR)
        keep(page, "beamerstand-1920", folder)
        stands = {"a": "growth-mbo", "week": "60"}
        keep(answered(browser, server.address("h", **stands), PROJECTOR, "pinch"), "wat-knelt-1920", folder)
        keep(answered(browser, server.address("i", **stands), PHONE, "pinch"), "wat-knelt-390", folder)
        grown = {"a": "baseline", "b": "baseline~mentor_hours:3.0", "week": "60"}
        keep(answered(browser, server.address("j", **grown), PROJECTOR, "growth"), "groeien-1920", folder)
        keep(answered(browser, server.address("k", a="baseline", week="60"), PHONE, "growth"), "groeien-390", folder)
        pilot_report(browser, folder)
        browser.close()


if __name__ == "__main__":
    make(FOLDER)
