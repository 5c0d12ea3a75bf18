"""Bring `locale/nl.po` and `nl.mo` up to date with the texts in the code: `python -m tools.words`.

New texts are added without Dutch, to be filled in; texts that left the code leave the catalogue.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from samenspel.model.words import LOCALE

ROOT = Path(__file__).parents[1]
PO = LOCALE / "nl.po"
MO = LOCALE / "nl.mo"
PLACES = ("model", "experiments", "viz", "samenspel")
KEYWORDS = {"Message": None, "say": None, "counted": (1, 2)}  # which arguments are texts; None: the first
WRITTEN = {".py": "python", ".jinja": "jinja2.ext:babel_extract"}
DATED = re.compile(rb'^"(POT-Creation|PO-Revision)-Date:.*\n', re.MULTILINE)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def sources() -> Iterator[Path]:
    """Every file that may hold texts."""
    for place in PLACES:
        path = ROOT / place
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (file for file in found if file.suffix in WRITTEN)


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


def main() -> None:
    """Write both files and tell what has no Dutch yet."""
    found = updated(catalogue())
    PO.write_bytes(as_po(found))
    MO.write_bytes(as_mo(found))
    missing = [message.id for message in found if message.id and (not message.string or message.fuzzy)]
    print(f"{len(found)} texts in {PO.relative_to(ROOT)}, {len(missing)} without Dutch")
    for text in missing:
        print(f"  {text}")


if __name__ == "__main__":
    main()
