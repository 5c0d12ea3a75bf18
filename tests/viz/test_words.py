"""Every word of the view exists in both languages, and every word that its scripts use exists."""

import re

from samenspel.model.words import Language
from samenspel.viz.page.scripts import OF_PAGE, OF_WORKER
from samenspel.viz.room import levers, story
from samenspel.viz.room.course import catalog_of
from samenspel.viz.room.ensemble import REPLICATIONS
from samenspel.viz.stage import SCRIPTS, WEB, script, setup, style
from samenspel.viz.texts import texts_in

LANGUAGES: tuple[Language, ...] = ("nl", "en")


def test_no_word_of_the_view_is_empty() -> None:
    assert [(lang, key) for lang in LANGUAGES for key, text in texts_in(lang).items() if not text.strip()] == []


def test_scripts_use_words_that_exist_and_leave_none_unused() -> None:
    source = script()
    asked = set(re.findall(r"""(?:\bt|\.text)\("(\w+)"\)""", source))
    assert asked - set(texts_in("nl")) == set()
    assert set(texts_in("nl")) - set(re.findall(r'"(\w+)"', source)) == set()


def test_the_scripts_are_one_module_without_links() -> None:
    source = script()
    assert not re.search(r"^import |^export (?!default)", source, re.MULTILINE)
    assert source.count("export default") == 1
    assert "http://" not in source.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in source
    assert "innerHTML" not in source, "what comes from people is text, never markup"
    assert not re.search(r"url\(", style())
    names = re.findall(r"^(?:async )?(?:function|class|const|let) (\w+)", source, re.MULTILINE)
    assert len(names) == len(set(names)), "parts of one module may not share names"


def test_no_script_lies_about_unused() -> None:
    used = {*SCRIPTS, *OF_PAGE, *OF_WORKER, "local/able.js"}
    assert used == {path.relative_to(WEB).as_posix() for path in WEB.rglob("*.js")}


def test_levers_and_scenes_speak_both_languages() -> None:
    about = setup(catalog_of(), "nl")
    for texts in [lever["label"] for lever in levers.as_texts()] + [scene["question"] for scene in story.as_texts()]:
        assert set(texts) == {"nl", "en"}
        assert all(texts.values())
    assert len(about["levers"]) == len(levers.LEVERS) == 13
    assert len(about["scenes"]) == 6
    assert {preset["name"] for preset in about["presets"]} == set(catalog_of())
    assert REPLICATIONS >= 20
    assumed = {lever["name"] for lever in about["levers"] if lever["assumed"]}
    assert assumed == {"facilitators", "mbo_students_per_cluster", "mentor_hours", "trainer_hours"}
