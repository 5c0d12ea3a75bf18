"""Running a page of the documents from top to bottom, found by Sybil.

Python blocks share a namespace, commands go through the front door, and a TOML or CSV block with a title is written
under that name and checked. What a test must know stands in the page itself, in a comment before the block:

- `<!-- tested with: --years 1 replications=2 -->` makes it cheaper: an option is added to the commands that know it; a
  setting takes the place of the keyword in a python block, else of the key in every study or pilots file that is read;
- `<!-- ends with: 2 -->`: the exit status of the commands, or of `samenspel check` on a file that is meant to be wrong;
- `<!-- prints -->` before a `text` block holds its lines against what was printed last; a line `…` stands for anything.
"""

from __future__ import annotations

import io
import re
import shlex
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sybil import Document, Example, Lexeme, Region, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown.lexers import DirectiveInHTMLCommentLexer, RawFencedCodeBlockLexer

import samenspel

NOT_RUN = {
    "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e . && .venv/bin/samenspel run":
        "makes an environment; .ci/run does so",
    "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e '.[test]' && .venv/bin/python -m pytest":
        "makes an environment; .ci/run does so",
    "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e '.[docs]' && .venv/bin/mkdocs build --strict":
        "makes an environment; .ci/run does so",
    ".venv/bin/python -m pytest tests/model/week -q": "runs tests",
    '.venv/bin/python -m pytest -m "not slow"': "runs tests",
    ".venv/bin/ruff check .": ".ci/run does so",
    ".venv/bin/ruff format --check .": ".ci/run does so",
    ".venv/bin/python -m tools.types": ".ci/run does so",
    ".venv/bin/python -m tests.javascript": ".ci/run does so",
    "dask scheduler --host first --port 8786": "needs a network; test_sweep.py starts a scheduler",
    "dask worker tcp://first:8786 --nworkers 4 --nthreads 1": "needs a network",
    "dask worker tcp://first:8786 --nworkers 8 --nthreads 1": "needs a network",
    "samenspel sweep uncertainty --out results/uncertainty --cluster tcp://first:8786": "needs a network",
    "SOLARA_MODE=production solara run samenspel.viz.inspect": "serves until it is stopped; test_show.py opens it",
    "from dask_jobqueue import SLURMCluster": "needs a queue",
}  # fmt: skip
"""What cannot run in a test, by command or by the first line of its block, and why."""

WITHOUT_CHECK = {
    "observed.toml": "what was observed has no check of its own; `worlds --observed` and `pilots --observed` read it"
}


@dataclass(frozen=True)
class Cheaper:
    """What makes the next block cheaper: options by name with their values, and settings by name."""

    options: dict[str, list[str]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, said: str) -> Cheaper:
        options: dict[str, list[str]] = {}
        settings: dict[str, Any] = {}
        for word in shlex.split(said):
            if word.startswith("--"):
                options[word] = []
            elif "=" in word:
                name, _, value = word.partition("=")
                settings[name] = tomllib.loads(f"value = {value}")["value"]
            else:
                options[list(options)[-1]].append(word)
        return cls(options, settings)


class Page(Document):
    """A page that is being run: what comments said of the next block, and what was printed last."""

    cheaper = Cheaper()
    ends_with = 0
    prints = False
    printed = ""

    def told(self, name: str) -> Any:
        """What a comment said of this block, which holds for this block only."""
        value = getattr(self, name)
        self.__dict__.pop(name, None)
        return value


def page_of(example: Example) -> Page:
    assert isinstance(example.document, Page)
    return example.document


# --- finding ---------------------------------------------------------------------------------------------------------

BLOCK = RawFencedCodeBlockLexer(re.compile(r'(?P<language>\w*)[ \t]*(?:title="(?P<file>[^"]+)")?[^\n]*\n'))
COMMENT = DirectiveInHTMLCommentLexer("tested with|ends with|prints")


def comments(document: Document) -> Iterator[Region]:
    for region in COMMENT(document):
        region.evaluator = note
        yield region


def blocks(document: Document) -> Iterator[Region]:
    for region in BLOCK(document):
        region.parsed = region.lexemes["source"]
        region.evaluator = LANGUAGES.get(region.lexemes["language"], unknown)
        yield region


def commands(source: str) -> list[str]:
    """The commands of a block: one a line, without remarks; a line that ends in a backslash goes on."""
    lines = (re.sub(r"\s+# .*$", "", line).strip() for line in source.replace("\\\n", " ").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def first_line(source: str) -> str:
    return source.lstrip().partition("\n")[0]


# --- running ---------------------------------------------------------------------------------------------------------


def note(example: Example) -> None:
    """Keep what a comment says of the block that follows."""
    page, said = page_of(example), example.region.lexemes["arguments"].strip()
    match example.region.lexemes["directive"]:
        case "tested with":
            page.cheaper = Cheaper.of(said)
        case "ends with":
            page.ends_with = int(said)
        case "prints":
            page.prints = True


def python(example: Example) -> None:
    page, source = page_of(example), str(example.parsed)
    settings = dict(page.told("cheaper").settings)
    if first_line(source) in NOT_RUN:
        return
    for name in list(settings):
        source, times = re.subn(rf"\b{name}=[^,)]+", f"{name}={settings[name]!r}", source)
        if times:
            del settings[name]
    example.parsed = Lexeme(source, example.parsed.offset, example.parsed.line_offset)
    printed = io.StringIO()
    with read_with(settings), redirect_stdout(printed), redirect_stderr(io.StringIO()):
        PythonEvaluator()(example)
    page.printed = printed.getvalue()


def console(example: Example) -> str | None:
    page = page_of(example)
    cheaper, expected = page.told("cheaper"), page.told("ends_with")
    unused = set(cheaper.options)
    page.printed = ""
    for command in commands(str(example.parsed)):
        if command in NOT_RUN:
            continue
        program, *words = shlex.split(command)
        if program != "samenspel":
            return f"{command!r} is not ours: run it otherwise, or list it in NOT_RUN"
        known = {name: values for name, values in cheaper.options.items() if has_option(words[0], name)}
        unused -= set(known)
        with read_with(cheaper.settings):
            status, printed = front_door([*words, *(word for name in known for word in (name, *known[name]))])
        page.printed += printed
        if status != expected:
            return f"{command!r} ended with {status}, not {expected}:\n{printed[-3000:]}"
    return f"no command of this block has {', '.join(unused)}" if unused else None


def written(example: Example) -> str | None:
    """Write a file that the page shows, and check it."""
    name, expected = example.region.lexemes["file"], page_of(example).told("ends_with")
    if name is None:
        return 'give the file a name: title="…"'
    Path(name).write_text(str(example.parsed), encoding="utf-8")
    if name in WITHOUT_CHECK or not name.endswith(".toml"):
        return None
    status, printed = front_door(["check", name])
    return None if status == expected else f"check ended with {status}, not {expected}:\n{printed}"


def text(example: Example) -> str | None:
    """Not code; but what claims to have been printed must have been."""
    page = page_of(example)
    if not page.told("prints"):
        return None
    seen = " ".join(page.printed.split())
    parts = (" ".join(part.split()) for part in re.split(r"^…$", str(example.parsed), flags=re.MULTILINE))
    missing = [part for part in parts if part not in seen]
    return f"was not printed: {missing}\nbut: {page.printed[-4000:]}" if missing else None


def unknown(example: Example) -> str:
    return f"{example.region.lexemes['language']!r} is none of {', '.join(LANGUAGES)}; what is no code is `text`"


LANGUAGES = {"python": python, "console": console, "toml": written, "csv": written, "text": text}
SYBIL = Sybil([comments, blocks], document_types={".md": Page})


def front_door(arguments: list[str]) -> tuple[int, str]:
    """The exit status of a command, and all that it printed."""
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            status = samenspel.main(arguments)
        except SystemExit as ended:
            status = int(ended.code or 0)
    return status, printed.getvalue()


@cache
def has_option(command: str, option: str) -> bool:
    return bool(re.search(rf"{option}\b", front_door([command, "--help"])[1]))


READ: dict[str, Any] = {}
"""Settings for the study and pilots files that are read just now."""


@contextmanager
def read_with(settings: dict[str, Any]) -> Iterator[None]:
    READ.update(settings)
    try:
        yield
    finally:
        READ.clear()


def with_settings(document: dict[str, Any]) -> dict[str, Any]:
    """A study or pilots file as it was read, with what a comment says instead."""
    for name, value in READ.items():
        *tables, key = name.split(".")
        table = document
        for one in tables:
            table = table.setdefault(one, {})
        table[key] = value
    return document
