"""English in the code, Dutch in the catalogue: every text has both, and both travel."""

import ast
import copy
import io
import pickle
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from string import Formatter

import pytest
from babel.messages.catalog import Catalog

from samenspel.model.words import Language, Listed, Message, Number, Phrase, as_language, counted, in_language, say
from tests.places import ROOT
from tools import words
from tools.words import texts

ROWS = Message("{value} rows", value=Number(1234))  # in the catalogue, as a fault of a scenario
LEFT_OUT = {'the unknown {column} "{name}"'}  # in Dutch the article would depend on the column
ASKS = {"model/words.py"}  # the one place that asks which language it is


def fields(text: str) -> set[str]:
    """The named fields of a text; one with other braces is shown as it is."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return set()


def faults_of(dutch: Catalog, code: Catalog) -> Iterator[str]:
    """What a translator still has to do."""
    wanted = {tuple(texts(message.id)) for message in code if message.id}
    there = {tuple(texts(message.id)): message for message in dutch if message.id}
    yield from (f"not in the catalogue: {one[0]}" for one in sorted(wanted - set(there)))
    yield from (f"not in the code: {one[0]}" for one in sorted(set(there) - wanted))
    for english, message in there.items():
        said = texts(message.string)
        if message.fuzzy:
            yield f"fuzzy: {english[0]}"
        elif not all(said):
            yield f"without Dutch: {english[0]}"
        elif {name for one in english for name in fields(one)} != {name for one in said for name in fields(one)}:
            yield f"other fields: {english[0]}"


def languages_asked(source: str) -> list[int]:
    """Lines where code chooses between languages itself, or carries a pair of texts instead of a message."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Compare(comparators=[ast.Constant(value="nl" | "en")]):
                found.append(node.lineno)
            case ast.Call(func=ast.Name(id="Phrase"), args=[ast.Constant() | ast.JoinedStr(), _]):
                found.append(node.lineno)
    return found


def test_every_text_of_the_code_has_its_dutch_and_no_other_is_kept() -> None:
    faults = [fault for fault in faults_of(words.catalogue(), words.in_code()) if not fault.endswith(tuple(LEFT_OUT))]
    assert faults == []


def test_the_catalogue_is_as_its_command_writes_it() -> None:
    now = words.updated(words.catalogue())
    assert words.PO.read_bytes() == words.as_po(now)
    assert words.MO.read_bytes() == words.as_mo(now), "python -m tools.words"


@pytest.mark.parametrize(
    ("english", "dutch", "flags", "fault"),
    [
        ("{n} runs", "{n} runs", (), []),
        ("{n} runs", "", (), ["without Dutch: {n} runs"]),
        ("{n} runs", "{m} runs", (), ["other fields: {n} runs"]),
        ("{n} runs", "{n} runs", ("fuzzy",), ["fuzzy: {n} runs"]),
        (("one run", "{n} runs"), ("één run", ""), (), ["without Dutch: one run"]),
    ],
)
def test_what_a_translator_forgets_is_seen(
    english: str | tuple[str, str], dutch: str | tuple[str, str], flags: tuple[str, ...], fault: list[str]
) -> None:
    code, catalogue = Catalog(), Catalog(locale="nl")
    code.add(english)
    catalogue.add(english, dutch, flags=flags)
    assert list(faults_of(catalogue, code)) == fault


def test_a_text_too_few_and_one_too_many_are_seen() -> None:
    code, catalogue = Catalog(), Catalog(locale="nl")
    code.add("new")
    catalogue.add("old", "oud")
    assert list(faults_of(catalogue, code)) == ["not in the catalogue: new", "not in the code: old"]


def test_only_one_module_asks_which_language_it_is() -> None:
    asking = {
        path.relative_to(ROOT).as_posix()
        for folder in ("agents", "model", "experiments", "viz")
        for path in (ROOT / folder).rglob("*.py")
        if languages_asked(path.read_text(encoding="utf-8"))
    }
    assert asking == ASKS


@pytest.mark.parametrize(
    "source",
    ['"ja" if lang == "nl" else "yes"', 'if self.lang == "en": pass', 'Phrase("yes", "ja")', 'Phrase(f"{a}", b)'],
)
def test_a_planted_pair_of_texts_is_seen(source: str) -> None:
    assert languages_asked(source) == [1]


def test_the_scripts_of_the_view_hold_no_dutch() -> None:
    dutch = {text for message in words.catalogue() for text in texts(message.string) if len(text) > 12}
    said = [text for path in (ROOT / "viz/web").rglob("*.js") for text in re.findall(r'"([^"]+)"', path.read_text())]
    assert dutch & set(said) == set()


# --- messages --------------------------------------------------------------------------------------------------------


def test_a_message_speaks_both_languages_with_what_is_filled_in() -> None:
    assert ROWS == "1,234 rows"
    assert ROWS.text("nl") == "1.234 rijen"
    within = Message("{phrase}, or further with beyond_range = true", phrase=Message("a number"))
    assert within == "a number, or further with beyond_range = true"
    assert within.text("nl") == "een getal, of verder met beyond_range = true"


def test_a_text_without_fields_may_hold_braces() -> None:
    assert say("{ low = …, high = … }", "nl") == "{ low = …, high = … }"
    assert Message("{ low = …, high = … }") == "{ low = …, high = … }"


def test_a_count_has_a_text_for_one_and_for_more() -> None:
    said = [[counted("One run", "{n} runs", n).text(lang) for n in (0, 1, 2)] for lang in ("en", "nl")]
    assert said == [["0 runs", "One run", "2 runs"], ["0 runs", "Eén run", "2 runs"]]


@pytest.mark.parametrize("text", [ROWS, counted("One run", "{n} runs", 1), Phrase("school", "scholen")])
def test_messages_keep_both_languages_when_copied_and_pickled(text: Message) -> None:
    for same in (pickle.loads(pickle.dumps(text)), copy.deepcopy(text)):
        assert type(same) is type(text)
        assert (same, same.text("nl")) == (text, text.text("nl"))


def _rows(count: int) -> Message:
    return Message("{value} rows", value=Number(count))


def test_a_message_comes_back_from_a_worker() -> None:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert in_language(pool.submit(_rows, 1234).result(), "nl") == "1.234 rijen"


@pytest.mark.parametrize(
    ("value", "digits", "en", "nl"),
    [
        (1234.5, 1, "1,234.5", "1.234,5"),
        (-1234567.0, 0, "−1,234,567", "−1.234.567"),
        (-0.04, 1, "0.0", "0,0"),
        (2.675, 2, "2.67", "2,67"),
        (float("nan"), 2, "–", "–"),
        (float("-inf"), 2, "–", "–"),
    ],
)
def test_numbers_have_the_marks_of_a_language(value: float, digits: int, en: str, nl: str) -> None:
    assert (Number(value, digits).text("en"), Number(value, digits).text("nl")) == (en, nl)


@pytest.mark.parametrize(
    ("items", "en", "nl"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a and b", "a en b"),
        (["a", "b", Message("a number")], "a, b and a number", "a, b en een getal"),
    ],
)
def test_lists_end_as_a_language_ends_them(items: list[str], en: str, nl: str) -> None:
    assert (Listed(items).text("en"), Listed(items).text("nl")) == (en, nl)


@pytest.mark.parametrize(("given", "lang"), [("nl", "nl"), ("en", "en"), (None, "en"), (["nl"], "en")])
def test_a_language_from_outside_is_one_of_ours(given: object, lang: Language) -> None:
    assert as_language(given) == lang
    assert as_language("fr", "nl") == "nl"


def test_a_text_within_another_is_found() -> None:
    source = b'say("{head} is late", lang, head=r.say("everybody") if all_of_them else counted("one", "{n}", n))'
    assert [text for _, _, text, _ in words.of_python(io.BytesIO(source))] == [
        ["{head} is late"],
        ["everybody"],
        ["one", "{n}"],
    ]


def test_a_method_named_as_a_message_holds_no_text() -> None:
    assert list(words.of_python(io.BytesIO(b'students.counted("length", "cm", "Length", "Lengte")'))) == []


def test_a_new_text_is_told_to_have_no_dutch() -> None:
    catalogue = Catalog(locale="nl")
    catalogue.add("A new text.")
    catalogue.add(("One.", "{n} of them."))
    catalogue.add("An old text.", "Een oude tekst.")
    catalogue.add(("A thing.", "{n} things."), ("Een ding.", "{n} dingen."))
    assert [words.in_dutch(message) for message in catalogue if message.id] == [False, False, True, True]
