"""The live view in a real browser, with every outside address blocked."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from samenspel.model import Partnership, Scenario
from samenspel.viz.replay import replay
from samenspel.viz.room.frames import SERIES
from samenspel.viz.texts import texts_in
from tests.viz.browser import HOSTILE, KEY, SIZES, Site, Visit, needs_browser, shown

pytest_plugins = ("tests.viz.fixtures",)
pytestmark = [pytest.mark.slow, needs_browser]


def share_moved(before: list[list[float]], after: list[list[float]]) -> float:
    """The share of the first hundred dots that stand elsewhere than before."""
    return float((np.abs(np.array(before[:100]) - np.array(after[:100])).sum(axis=1) > 0.01).mean())


def test_the_dots_move_and_the_numbers_are_the_models(visit: Callable[..., Visit], site: Site) -> None:
    here = visit(site.address("numbers", a="growth-mbo", seed="3"))
    here.until(lambda facts: len(facts["places"]) > 100)
    here.page.keyboard.press("Space")
    before = here.until(lambda facts: facts["week"] >= 2)
    here.until(lambda facts: share_moved(before["places"], facts["places"]) > 0.3)  # to the meeting, and back
    here.page.keyboard.press("Space")
    here.until(lambda facts: not facts["playing"])
    here.page.keyboard.press("ArrowRight")
    here.page.keyboard.press("End")
    facts = here.until(lambda facts: facts["week"] == 40)
    here.page.wait_for_timeout(300)
    partnership = Partnership(Scenario.load("growth-mbo"), rng=3)
    partnership.run(weeks=facts["week"])
    wanted = partnership.indicators().iloc[-1]
    for series in ("supervision_adequate_share", "supervision_mean_hbo", "supervision_mean_mbo", "supervision_p10",
                   "mentor_overload_share", "status_barrier", "coverage_fulltime", "own_contribution"):  # fmt: skip
        assert shown(here.page, series) == pytest.approx(wanted[series], rel=1e-6), series
    assert set(SERIES) >= {"students_inside", "students_mbo"}
    text = here.page.inner_text(".count")
    assert f"{wanted['students_inside']:.0f} hbo + {wanted['students_mbo']:.0f} mbo" in text
    assert here.page.inner_text(".clock") == "Schooljaar 2023-2024 · week 40"


def test_a_school_year_has_a_number_where_a_and_b_begin_in_other_years(visit: Callable[..., Visit], site: Site) -> None:
    for session, lanes, year in (
        ("own", {"a": "hostile"}, "2030-2031"),
        ("alike", {"a": "baseline", "b": "growth-mbo"}, "2023-2024"),
        ("other", {"a": "hostile", "b": "growth-mbo"}, "1"),
    ):
        here = visit(site.address(session, week="3", **lanes))
        here.until(lambda facts: facts["week"] == 3)
        assert here.page.inner_text(".clock") == f"Schooljaar {year} · week 3"


def test_before_the_start_of_who_lived_already_only_its_size_is_changed_in_the_past_too(
    visit: Callable[..., Visit], site: Site
) -> None:
    def acts(here: Visit, *names: str) -> list[str]:
        return [here.page.inner_text(f"#lever-{name}-acts") for name in names]

    lived = visit(site.address("lived", a="baseline"), "projector")
    assert acts(lived, "students_per_cluster", "mbo_students_per_cluster", "mentor_hours", "growth_clusters") == [
        "alsof het altijd al zo was",
        "vanaf schooljaar 2023-2024",
        "vanaf volgende week",
        "clusters op zijn vroegst in schooljaar 2024-2025",
    ]
    new = visit(site.address("new", a="first-edition"), "projector")
    assert acts(new, "mentor_hours", "facilitators", "wage_growth") == [
        "vanaf volgende week",
        "doet niets waar uren tellen en geen personen",
        "te zien in de rekening van schooljaar 2024-2025",
    ]


def test_it_says_from_when_growth_of_prices_is_assumed_and_how_b_differs(
    visit: Callable[..., Visit], site: Site
) -> None:
    here = visit(site.address("known", a="baseline", b="first-edition"), "projector")
    here.until(lambda facts: facts["lanes"] == 2)
    told = "Groei is aangenomen voor de lonen vanaf maart 2027 en voor de subsidie vanaf januari 2026."
    assert here.page.inner_text(".known-note") == f"A: {told}", "prices of the first edition are constant"
    differs = here.page.locator(".differs-line").all_inner_texts()[1]
    assert re.fullmatch(r"Verschil met A: .+ \d+", differs), "levers and the first of the others; the rest is counted"
    assert "en nog " in differs
    other = visit(site.address("otherwise", a="baseline", b="split-partnership"), "projector")
    other.until(lambda facts: facts["lanes"] == 2)
    assert other.page.locator(".differs-line").all_inner_texts()[1] == "Verschil met A, maar niet in een parameter"
    alike = visit(site.address("the same twice", a="baseline", b="baseline"), "projector")
    alike.until(lambda facts: facts["lanes"] == 2)
    assert alike.page.inner_text(".known-note") == told
    assert alike.page.locator(".differs-line").all_inner_texts()[1] == "Geen verschil met A"
    constant = visit(site.address("constant", a="first-edition"))
    assert not constant.page.locator(".known-note").is_visible()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_it_fits_reads_well_and_is_accessible(visit: Callable[..., Visit], site: Site, lang: str, size: str) -> None:
    dark = "1" if lang == "en" else "0"
    here = visit(site.address("fit", a="baseline", b="growth-mbo", week="41", lang=lang, dark=dark), size)
    here.until(lambda facts: facts["week"] == 41 and facts["lanes"] == 2 and facts["draws"] > 0)
    page = here.page
    assert page.get_attribute("html", "lang") == lang
    assert texts_in(lang)["quality"] in page.inner_text(".charts")
    other = texts_in("en" if lang == "nl" else "nl")
    assert other["mentor_overload_share"] not in page.inner_text(".samenspel")
    assert page.evaluate("document.querySelector('.samenspel').scrollWidth <= innerWidth"), "no scrolling sideways"
    cut = page.evaluate(
        "[...document.querySelectorAll('.bar button, .bar .clock, .chart h3, .number, .lane-title, .made-up,"
        " .lever-head label, .ends')]"
        ".filter(e => e.offsetWidth && (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline'"
        " || e.getBoundingClientRect().right > innerWidth + 1)).map(e => e.textContent)"
    )
    assert cut == []
    assert page.locator(".map .made-up").all_inner_texts() == [texts_in(lang)["made_up"]] * 2
    if size != "phone":  # where the page scrolls
        assert page.evaluate(
            "[...document.querySelectorAll('.map .made-up')].every(e => e.offsetHeight > 14"
            " && e.getBoundingClientRect().bottom <= e.closest('.map').getBoundingClientRect().bottom)"
        ), "it stands below the map, within the screen"
    found = Axe().run(page)
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in found.response["violations"]] == []


def test_a_guest_looks_on_and_votes_but_cannot_steer(
    visit: Callable[..., Visit], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samenspel.viz.room.session.FIRST_HORIZON", 40)
    host = visit(site.address("workshop"))
    guest = visit(site.address("workshop", host=False), "phone")
    page, phone = host.page, guest.page
    assert phone.locator(".transport").count() == 0
    phone.evaluate("document.querySelector('.samenspel').stage.send({ask: 'play', host: true})")
    phone.wait_for_selector(".toast:not([hidden])")
    phone.keyboard.press("Space")
    assert not site.session("workshop").playing
    page.click("[data-tool=story]")
    page.click("[data-act=begin]")
    page.click("[data-act=vote]")
    phone.click("[role=radio] >> nth=2")
    phone.fill("#guess", "64")
    phone.click("form button[type=submit]")
    phone.wait_for_selector("form [role=status]")
    phone.click("[role=radio] >> nth=0")
    phone.click("form button[type=submit]")
    page.wait_for_selector("[data-voters='1']")
    assert page.locator(".vote b, .vote i, .guess, .outcome").count() == 0, "while the room still votes"
    page.click("[data-act=run]")
    page.wait_for_selector(".vote:first-of-type b >> text=1")
    assert site.session("workshop").story.summary(0)["counts"] == [1, 0, 0]
    assert page.locator(".guess").count() == 1
    page.keyboard.press("End")
    page.wait_for_selector(".outcome[data-outcome]:not([data-outcome=''])")
    outcome = float(page.get_attribute(".outcome", "data-outcome") or "nan")
    table = site.session("workshop").record()
    assert outcome == pytest.approx(100 * table["supervision_adequate_share"].tail(40).mean(), rel=1e-5)
    phone.wait_for_selector(".outcome[data-outcome]:not([data-outcome=''])")


def test_a_lever_changes_from_next_week_on_in_both_languages(visit: Callable[..., Visit], site: Site) -> None:
    here = visit(site.address("lever", a="baseline", week="12"), "projector")
    here.until(lambda facts: facts["week"] == 12)
    slider = here.page.locator("#lever-mentor_hours")
    slider.fill("1")
    here.page.wait_for_selector(".changes li")
    assert here.page.inner_text(".changes li") == "▼ schooljaar 2023-2024, week 13: Uren per mentor 1,0 uur/week"
    assert site.session("lever").courses[0].text() == "baseline~mentor_hours:1.0@12"
    here.page.click("[data-tool=more]")
    here.page.click("dialog button >> text=English")
    assert here.page.inner_text(".changes li") == "▼ school year 2023-2024, week 13: Hours per mentor 1.0 h/week"
    assert here.facts()["week"] == 12, "another language keeps the run"
    here.page.wait_for_timeout(100)
    assert "lang=en" in here.page.url
    assert "mentor_hours%3A1.0%4012" in here.page.url


@pytest.mark.parametrize(
    ("lang", "places", "clusters", "mix"),
    [
        (
            "nl",
            "vanaf schooljaar 2025-2026",
            "clusters op zijn vroegst in schooljaar",
            "er geen mbo-studenten zijn",
        ),
        ("en", "from school year 2025-2026 on", "clusters in school year", "as long as there are no mbo students"),
    ],
)
def test_every_lever_says_from_when_it_acts(
    visit: Callable[..., Visit], site: Site, lang: str, places: str, clusters: str, mix: str
) -> None:
    here = visit(site.address(f"acts {lang}", a="baseline", week="60", lang=lang), "projector")
    here.until(lambda facts: facts["week"] == 60)

    def acts(name: str) -> str:
        return str(here.page.inner_text(f"#lever-{name}-acts"))

    assert acts("students_per_cluster") == acts("mbo_students_per_cluster") == places
    assert acts("growth_clusters").startswith(clusters)
    assert acts("growth_clusters").removesuffix(" at the earliest").endswith("2025-2026")
    assert "2026-2027" in acts("wage_growth"), "till then wages are known"
    assert mix in acts("mbo_mix")
    assert "week" in acts("mentor_hours")
    here.page.locator("#lever-students_per_cluster").fill("20")
    here.page.select_option("#lever-mbo_mix", "mixed")
    here.page.wait_for_selector(".changes li >> nth=1")
    said = here.page.locator(".changes li").all_inner_texts()
    assert said[0].endswith(f" · {places}")
    assert mix in said[1]
    here.page.locator(".map canvas").first.focus()
    here.page.keyboard.press("End")
    here.until(lambda facts: facts["week"] == 80)
    assert acts("students_per_cluster") == places, "between two years"
    assert acts("growth_clusters").removesuffix(" at the earliest").endswith("2026-2027")
    assert "2026-2027" in acts("wage_growth")


def test_the_address_brings_the_scene_back_after_a_restart(visit: Callable[..., Visit], site: Site) -> None:
    here = visit(site.address("back", a="baseline", b="growth-clusters", seed="8"))
    here.page.keyboard.press("End")
    here.page.keyboard.press("ArrowRight")
    here.until(lambda facts: facts["week"] == 41)
    here.page.wait_for_timeout(300)
    value, address = shown(here.page, "supervision_adequate_share", "B"), here.page.url
    here.page.goto("about:blank")
    site.hub.close()
    again = visit(f"{address}&key={KEY}")
    again.until(lambda facts: facts["week"] == 41 and facts["lanes"] == 2)
    again.page.wait_for_timeout(300)
    assert shown(again.page, "supervision_adequate_share", "B") == value > 0, "who comes late sees both lanes"
    assert site.session("back").seed == 8


def test_hostile_text_is_inert(visit: Callable[..., Visit], site: Site) -> None:
    here = visit(site.url + f"?s={HOSTILE}&key={KEY}&lang=<b>&a={HOSTILE}&seed=x", "laptop")
    here.page.wait_for_selector("dialog[open]")
    assert HOSTILE in here.page.inner_text("dialog")
    here.page.keyboard.press("Escape")
    assert here.page.inner_text(".map[data-lane=A] h2") == HOSTILE, "a scenario may be called that"
    assert here.page.inner_text(".map[data-lane=A] .made-up") == texts_in("nl")["made_up_people"], (
        "its sites may be real"
    )
    assert here.page.evaluate("window.hacked") is None
    guest = visit(site.address("nobody opened this", host=False), "phone")
    assert texts_in("nl")["no_session"] in guest.page.inner_text("dialog")


def test_a_click_tells_the_story_of_a_student_site_and_cluster(visit: Callable[..., Visit], site: Site) -> None:
    here = visit(site.address("cards", a="growth-mbo", week="8"))
    here.until(lambda facts: facts["week"] == 8 and facts["draws"] > 0)
    here.page.wait_for_timeout(600)
    for kind, title in (("student", "Student, "), ("cluster", ""), ("site", "")):
        place = here.page.evaluate(
            """kind => { const v = document.querySelector('.samenspel').stage.maps[0].view;
            const places = {student: [...v.now.values()], site: v.layout.sites, cluster: v.layout.clusters};
            return places[kind].find(([x, y]) => v.find(x, y)?.kind === kind && y > 40) }""",
            kind,
        )
        here.page.click(".map[data-lane=A] canvas", position={"x": place[0], "y": place[1]})
        here.page.wait_for_selector(".card:not([hidden]) dt")
        assert here.page.inner_text(".card h2").startswith(title)
        assert here.page.inner_text(".card .made-up") == texts_in("nl")["made_up"]
        assert here.page.locator(".card .reasons li").count() + here.page.locator(".card dt").count() > 3
        here.page.keyboard.press("Escape")
        assert here.page.locator(".card:not([hidden])").count() == 0


def test_picture_figures_and_film_can_be_kept(visit: Callable[..., Visit], site: Site, tmp_path: Path) -> None:
    here = visit(site.address("keep", a="baseline", b="growth-mbo", week="44"))
    here.until(lambda facts: facts["week"] == 44 and facts["replications"] >= 20, 60)
    kept = {}
    here.page.evaluate(
        "() => { const all = CanvasRenderingContext2D.prototype, was = all.fillText; window.written = [];"
        " all.fillText = function (text, ...at) { window.written.push(text); was.call(this, text, ...at); } }"
    )
    for key in ("png", "csv", "replay"):
        here.page.click("[data-tool=more]")
        with here.page.expect_download() as waiting:
            here.page.click(f"dialog button >> text={texts_in('nl')[key]}")
        kept[key] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(kept[key])
    assert kept["png"].read_bytes().startswith(b"\x89PNG")
    assert texts_in("nl")["made_up"] in here.page.evaluate("window.written"), "the picture says that it is made up"
    assert kept["csv"].read_text(encoding="utf-8") == site.session("keep").record().to_csv(index=False)
    assert kept["replay"].stat().st_size < 2_000_000
    film = visit(kept["replay"].as_uri())
    film.until(lambda facts: facts["draws"] > 0)
    assert film.page.inner_text(".map[data-lane=A] .made-up") == texts_in("nl")["made_up"]
    film.page.keyboard.press("Space")
    before = film.until(lambda facts: facts["week"] >= 3)
    later = film.until(lambda facts: facts["week"] > before["week"] and facts["draws"] > before["draws"])
    assert later["lanes"] == 2
    film.page.fill(".scrub", "44")
    film.until(lambda facts: facts["week"] == 44)
    film.page.wait_for_timeout(200)
    assert shown(film.page, "supervision_mean_hbo", "B") == shown(here.page, "supervision_mean_hbo", "B")


def test_what_is_nought_as_it_is_shown_has_no_sign(visit: Callable[..., Visit], site: Site) -> None:
    said = visit(site.address("signs")).page.evaluate(
        "() => { const n = document.querySelector('.samenspel').stage.numbers;"
        " return [n.plain(-0.001, 2), n.gap(-0.0001, 'share'), n.gap(200, 'euro'), n.gap(0.0123, 'share'),"
        " n.gap(-0.02, ''), n.gap(NaN, '')] }"
    )
    assert said == ["0,00", "0,0", "0k", "+1,2", "−0,02", "–"]


def test_a_film_without_bands_waits_for_none(visit: Callable[..., Visit], site: Site, tmp_path: Path) -> None:
    session = site.session("early")
    session.step()
    file = tmp_path / "early.html"
    file.write_text(replay({**session.film(), "bands": b""}, session.catalog, "nl"), encoding="utf-8")
    film = visit(file.as_uri())
    film.until(lambda facts: facts["draws"] > 0)
    assert film.page.inner_text(".band-note") == ""


def test_a_fault_of_the_model_is_a_card_and_not_a_frozen_page(
    visit: Callable[..., Visit], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = visit(site.address("fault", a="baseline", week="1"))
    here.until(lambda facts: facts["week"] == 1)

    def broken(*_: Any) -> None:
        raise ZeroDivisionError(f"planted {HOSTILE}")

    monkeypatch.setattr("samenspel.model.partnership.live_in", broken)
    here.page.keyboard.press("ArrowRight")
    here.page.wait_for_selector("dialog[open] .cause")
    text = here.page.inner_text(".cause")
    assert f"planted {HOSTILE}" in text
    assert re.search(r"scenario: baseline\nseed: \d+\nweek: 1", text)
    monkeypatch.undo()
    here.page.click("dialog .wide.act")
    here.page.keyboard.press("ArrowRight")
    here.until(lambda facts: facts["week"] == 1)
