"""Texts in the two languages of the interface: English stands in the code, Dutch in `locale/nl.po`.

A `Message` can wait: it keeps its English and what is to be filled in, travels between processes, and is put into words
when somebody's language is known. Where that is known already, `say` does the same at once. `python -m tools.words`
brings the catalogue up to date with the code; Dutch is read from `nl.mo`, which that command makes of `nl.po`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Literal, Self

Language = Literal["en", "nl"]

LOCALE = Path(__file__).parents[1] / "locale"  # beside the packages, in a checkout and in an installed wheel alike
NO_VALUE = "–"

_REGIONS: dict[Language, str] = {"en": "en_GB", "nl": "nl"}  # whose marks and lists are used: no comma before "and"


class Message(str):
    """An English text, such as `Message("{n} rows", n=3)`, that can be said in Dutch too.

    A message, number or list among what is filled in follows the language.
    """

    message: str
    many: str
    n: int
    fields: dict[str, object]

    def __new__(cls, message: str, /, **fields: object) -> Self:
        """Fill in the English text."""
        return cls._of(message, "", 1, fields)

    @classmethod
    def _of(cls, message: str, many: str, n: int, fields: dict[str, object]) -> Self:
        made = super().__new__(cls, _filled(message if n == 1 else many, fields, "en"))
        made.message, made.many, made.n, made.fields = message, many, n, fields
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return self._of, (self.message, self.many, self.n, self.fields)

    def text(self, lang: Language) -> str:
        """The text in a language."""
        if lang == "en":
            return str(self)
        if self.many:
            return _filled(_dutch().ngettext(self.message, self.many, self.n), self.fields, lang)
        return _filled(_dutch().gettext(self.message), self.fields, lang)


class Phrase(Message):
    """An English text with its Dutch beside it, as tables of declarations have them."""

    nl: str

    def __new__(cls, en: str, nl: str = "", /) -> Self:
        """Make the English text; without `nl` it reads the same in Dutch."""
        phrase = cls._of(en, "", 1, {})
        phrase.nl = nl or en
        return phrase

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (str(self), self.nl)

    def text(self, lang: Language) -> str:
        """The text in a language."""
        return self.nl if lang == "nl" else str(self)


def counted(one: str, many: str, count: int, /, **fields: object) -> Message:
    """A message about so many things, with a text for one and a text for none or more; `{n}` is the number."""
    return Message._of(one, many, count, {"n": count, **fields})


@dataclass(frozen=True)
class Number:
    """A number with thousands marked: `1,234.5` in English, `1.234,5` in Dutch; `–` when there is none."""

    value: float
    digits: int = 0

    def __str__(self) -> str:
        return self.text("en")

    def text(self, lang: Language) -> str:
        """The number with the marks of a language."""
        if not math.isfinite(self.value):
            return NO_VALUE
        text = f"{self.value:,.{self.digits}f}"
        if text[0] == "-" and not text.strip("-0."):
            text = text[1:]
        return text.translate(_marks(lang))


@dataclass(frozen=True)
class Listed:
    """`a, b and c`."""

    items: Sequence[str]

    def __str__(self) -> str:
        return self.text("en")

    def text(self, lang: Language) -> str:
        """The list as a language puts it."""
        from babel.lists import format_list

        return format_list([in_language(item, lang) for item in self.items], locale=_REGIONS[lang])


def school_year(first: int, number: int) -> str:
    """The `number`-th school year of a run whose first begins in `first`, by the calendar: `2025-2026`."""
    return f"{first + number - 1}-{first + number}"


def in_language(text: object, lang: Language) -> str:
    """The text in `lang`, as far as it knows that language."""
    return text.text(lang) if isinstance(text, Message | Number | Listed) else str(text)


def as_language(given: object, otherwise: Language = "en") -> Language:
    """The language that is asked for from outside; another where it is none of ours."""
    return "nl" if given == "nl" else "en" if given == "en" else otherwise


def say(message: str, lang: Language, /, **fields: object) -> str:
    """An English text of the code in a language, filled in."""
    return _filled(message if lang == "en" else _dutch().gettext(message), fields, lang)


@cache
def decimal_mark(lang: Language) -> str:
    """What a language writes before decimals."""
    return _marks(lang)[ord(".")]


def _filled(text: str, fields: dict[str, object], lang: Language) -> str:
    if not fields:
        return text
    return text.format_map({name: in_language(value, lang) for name, value in fields.items()})


@cache
def _dutch() -> GNUTranslations:
    with (LOCALE / "nl.mo").open("rb") as file:
        return GNUTranslations(file)


@cache
def _marks(lang: Language) -> dict[int, str]:
    """What stands for Python's marks in the numbers of a language."""
    from babel import Locale

    symbols = Locale.parse(_REGIONS[lang]).number_symbols["latn"]
    return str.maketrans({",": symbols["group"], ".": symbols["decimal"], "-": "−"})
