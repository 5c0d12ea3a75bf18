"""Bring `locale/nl.po` and `nl.mo` up to date with the texts in the code: `python -m tools.words`.

New texts are added without Dutch, to be filled in; texts that left the code leave the catalogue.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from samenspel.model.words import LOCALE

ROOT = Path(__file__).parents[1]
PO = LOCALE / "nl.po"
MO = LOCALE / "nl.mo"
PLACES = ("model", "experiments", "viz", "samenspel")
KEYWORDS = {"Message": None, "say": None, "counted": (1, 2)}  # which arguments are texts; None: the first
DATED = re.compile(rb'^"(POT-Creation|PO-Revision)-Date:.*\n', re.MULTILINE)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def texts(text: str | Sequence[str]) -> list[str]:
    """The text, or those for one and for more."""
    return [text] if isinstance(text, str) else list(text)


def sources() -> Iterator[Path]:
    """Every file that may hold texts."""
    for place in PLACES:
        path = ROOT / place
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (file for file in found if file.suffix in WRITTEN)


def of_python(file: IO[bytes], *_: object, **__: object) -> Iterator[tuple[int, str, list[str], list[str]]]:
    """The texts of a module, also those within the arguments of another, which Babel's own reader passes over."""
    for node in ast.walk(ast.parse(file.read())):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr="say" as name), args=args) if name in KEYWORDS:
                given = [text.value for text in args if isinstance(text, ast.Constant) and isinstance(text.value, str)]
                if given:
                    yield node.lineno, name, given, []


WRITTEN: dict[str, Any] = {".py": of_python, ".jinja": "jinja2.ext:babel_extract"}


def in_code() -> Catalog:
    """All texts of the code, with the files they stand in."""
    found = Catalog()
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        for _, text, comments, _ in extract_from_file(WRITTEN[path.suffix], path, keywords=KEYWORDS):
            found.add(text, locations=[(name, 0)], auto_comments=comments)
    return found


def catalogue() -> Catalog:
    """The Dutch as it stands."""
    with PO.open("rb") as file:
        return read_po(file, locale="nl")


def updated(dutch: Catalog) -> Catalog:
    """The Dutch of exactly the texts in the code."""
    made = Catalog(locale="nl", project="samenspel", header_comment="# Samenspel in Dutch.", fuzzy=False)
    made.creation_date = made.revision_date = EPOCH
    for message in in_code():
        if message.id:
            there = dutch.get(message.id if isinstance(message.id, str) else message.id[0])
            known = there.string if there is not None and there.id == message.id else None
            fuzzy = {"fuzzy"} if known and there is not None and there.fuzzy else set()
            made.add(message.id, known, locations=message.locations, flags=fuzzy).flags.discard("python-format")
    return made


def as_po(found: Catalog) -> bytes:
    """The catalogue for translators: sorted, without line numbers and dates that would change each time."""
    file = io.BytesIO()
    write_po(file, found, width=118, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return DATED.sub(b"", file.getvalue())


def as_mo(found: Catalog) -> bytes:
    """The catalogue as programs read it."""
    file = io.BytesIO()
    write_mo(file, found)
    return file.getvalue()


def in_dutch(message: Message) -> bool:
    """Whether a message has its Dutch; one that is new has none at all."""
    return message.string is not None and all(texts(message.string))


def main() -> None:
    """Write both files and tell what has no Dutch yet."""
    found = updated(catalogue())
    PO.write_bytes(as_po(found))
    MO.write_bytes(as_mo(found))
    missing = [message.id for message in found if message.id and (message.fuzzy or not in_dutch(message))]
    print(f"{len(found)} texts in {PO.relative_to(ROOT)}, {len(missing)} without Dutch")
    for text in missing:
        print(f"  {text}")


if __name__ == "__main__":
    main()
