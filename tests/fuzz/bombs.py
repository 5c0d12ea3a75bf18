"""Files that are made to exhaust whoever reads them; `python -m tests.fuzz.bombs` checks each, with little memory.

Each must be refused, or read when it is harmless, within `SECONDS` of CPU and `MEGABYTES` of memory;
the process may map `BYTES` and no more.
"""

from __future__ import annotations

import io
import re
import resource
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.fuzz.property import check
from tests.fuzz.toml_kinds import PILOTS
from tests.fuzz.toml_text import toml
from tests.fuzz.workbook_kind import ENTITIES, OUTSIDE, books, declared, packed

SECONDS = 30.0
MEGABYTES = 1_000.0
BYTES = 4_000_000_000
MUCH = 9_900_000  # of TOML
MANY = 1_000_000
STUDY = '[design]\nkind = "factorial"\n[levers]\n'
MAIN = b"xl/worksheets/sheet5.xml"


def _folded(name: str, change: Callable[[bytes], bytes], times: int = 0) -> bytes:
    """A workbook with one part changed."""
    parts = dict(books()[times])
    parts[name] = change(parts[name])
    return packed(parts, zipfile.ZIP_DEFLATED)


def _into(part: bytes, end: bytes, what: bytes) -> bytes:
    return part.replace(end, what + end)


def _sheet(what: bytes) -> bytes:
    return _folded(MAIN.decode(), lambda part: _into(part, b"</sheetData>", what))


def _zeros() -> bytes:
    """A gigabyte of zeros beside the parts."""
    made = io.BytesIO(packed(books()[0], zipfile.ZIP_DEFLATED))
    with (
        zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("xl/z.xml", "w") as part,
    ):
        for _ in range(1000):
            part.write(bytes(1_000_000))
    return made.getvalue()


def _lying() -> bytes:
    """A sheet of 60 MB whose directory says that it holds ten bytes."""
    whole = _sheet(b"<row/>" * 10_000_000)
    at = whole.rindex(MAIN) - 46
    return whole[: at + 24] + (10).to_bytes(4, "little") + whole[at + 28 :]


def _strings(items: bytes) -> bytes:
    """Texts in a shared part."""
    parts = dict(books()[0])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    entry = f'<Override PartName="/xl/worksheets/sheet99.xml" ContentType="{kind}"/></Types>'.encode()
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", entry)
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/worksheets/sheet99.xml"] = b'<worksheet xmlns="' + space + b'">' + items + b"</worksheet>"
    return packed(parts, zipfile.ZIP_DEFLATED)


def _many(line: str, bytes_: int = MUCH) -> str:
    return line * (bytes_ // len(line))


def _numbered(line: str, bytes_: int = MUCH) -> str:
    return "".join(line.format(at) for at in range(bytes_ // (len(line) + 5)))


def _late(years: int) -> str:
    """Pilots with a change in each of many years."""
    document = {**PILOTS, "design": [*PILOTS["design"]], "years": 50}
    document["design"][1] = {**PILOTS["design"][1], "then": [{"year": 2 + at % 49} for at in range(years)]}
    return toml(document).replace("}, {", "},\n{")


BOMBS: Mapping[str, Callable[[], str | bytes]] = {
    "lists-in-lists.toml": lambda: "a = " + "[\n" * (MUCH // 2),
    "tables-in-tables.toml": lambda: "a = " + "{a = " * 1_990,
    "keys-in-keys.toml": lambda: "\n".join(f"b{at}." + ".".join(["a"] * 4_900) + " = 1" for at in range(1_000)),
    "quoted-keys.toml": lambda: "\n".join(f"b{at}." + ".".join(['"a"'] * 2_400) + " = 1" for at in range(1_000)),
    "headings-of-keys.toml": lambda: "\n".join("[" + ".".join(["a"] * 4_900) + f".b{at}]" for at in range(1_000)),
    "quotes.toml": lambda: _many('"' + '\\"' * 4_900 + "\n"),
    "one-line.toml": lambda: "a = " + "1" * MUCH,
    "too-large.toml": lambda: "#" * 10_000_001,
    "many-keys.toml": lambda: _numbered("x{} = 1\n"),
    "many-tables.toml": lambda: _numbered("[x{}]\n"),
    "many-rows.toml": lambda: _many("[[sites]]\n"),
    "empty-rows.toml": lambda: 'extends = "baseline"\n' + "[[sites]]\n" * 10_000,
    "same-key.toml": lambda: _many("[[sites.a]]\n", 2_000_000),
    "long-number.toml": lambda: "mentor_hours = " + "9" * 9_000,
    "hex-number.toml": lambda: "mentor_hours = 0x" + "f" * 9_000,
    "long-list.toml": lambda: STUDY + "mentor_hours = [\n" + _numbered("0.{},\n") + "]\n",
    "wide-names.toml": lambda: STUDY + "\n".join(f'"{"é" * 4_900}{at}" = 1' for at in range(500)),
    "late-changes.toml": lambda: _late(1_900),
    "escapes.toml": lambda: 'title = """' + _many("\\u00e9" * 100 + "\n") + '"""',
    "zeros.xlsx": _zeros,
    "lying.xlsx": _lying,
    "laughs.xlsx": lambda: _folded("xl/worksheets/sheet2.xml", lambda part: declared(part, ENTITIES)),
    "laughs-in-styles.xlsx": lambda: _folded("xl/styles.xml", lambda part: declared(part, ENTITIES)),
    "outside.xlsx": lambda: _folded("xl/workbook.xml", lambda part: declared(part, OUTSIDE)),
    "texts.xlsx": lambda: _strings(b"<si/>" * 6_000_000),
    "runs.xlsx": lambda: _strings(b"<si>" + b"<r/>" * 6_000_000 + b"</si>"),
    "fonts.xlsx": lambda: _folded("xl/styles.xml", lambda part: _into(part, b"</fonts>", b"<font/>" * 10_000_000)),
    "types.xlsx": lambda: _folded(
        "[Content_Types].xml", lambda part: _into(part, b"</Types>", b'<Default Extension="a" ContentType="b"/>' * MANY)
    ),
    "rows.xlsx": lambda: _sheet(b"<row/>" * 4_000_000),
    "cells.xlsx": lambda: _sheet((b"<row>" + b"<c/>" * 400_000 + b"<c><v>1</v></c></row>") * 60),
    "nested.xlsx": lambda: _sheet(b"<row>" + b"<a>" * 600_000),
    "nested-styles.xlsx": lambda: _folded("xl/styles.xml", lambda part: _into(part, b"</fonts>", b"<font>" * 390_000)),
    "far.xlsx": lambda: _sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "size.xlsx": lambda: _folded(
        MAIN.decode(), lambda part: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', part)
    ),
    "merged.xlsx": lambda: _folded(
        MAIN.decode(), lambda part: _into(part, b"</worksheet>", b'<mergeCell ref="A1:XFD1048576"/>' * 300_000)
    ),
    "text.xlsx": lambda: _sheet(b'<row r="9"><c t="inlineStr"><is><t>' + b"a" * 1_900_000 + b"</t></is></c></row>"),
}  # fmt: skip


def main() -> int:
    """Check every bomb, or those that are named; prints how long each took and what was said first."""
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    for name in sys.argv[1:] or BOMBS:
        content = BOMBS[name]()
        with tempfile.TemporaryDirectory(prefix="samenspel-bomb-") as folder:
            path = Path(folder) / name
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            size = path.stat().st_size / 1e6
            del content
            verdict = check(path, seconds=SECONDS, megabytes=MEGABYTES)
            said = verdict.lines[0].partition(f"{name}")[2] if verdict.lines else "fine"
        print(f"{name:<24} {size:6.1f} MB {verdict.seconds:6.2f} s {verdict.megabytes:6.0f} MB{said:.70}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
