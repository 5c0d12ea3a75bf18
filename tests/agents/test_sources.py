"""The digest of the rules: every rule and number changes it; comments, words, layout and what only reads never do."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from samenspel.agents import sources
from samenspel.agents.sources import code_digest, counts, digest_of
from samenspel.experiments.sweeps.results import load
from samenspel.model.input.faults import InputFaults
from tests.cheap_runs import finish, same, undisturbed

TEXTS = sources._texts(sources.root())
DIGEST = digest_of(TEXTS)
COUNTED = sorted(path for path in TEXTS if counts(path))
MUTANTS = 6


def place(stem: str) -> str:
    """The place of the one file of this name."""
    (found,) = (path for path in TEXTS if Path(path).stem == stem)
    return found


def edited(path: str, old: str, new: str) -> dict[str, bytes]:
    """All sources, after one edit."""
    text = TEXTS[path].decode()
    assert text.count(old) >= 1, f"{path} has no {old!r}"
    return TEXTS | {path: text.replace(old, new, 1).encode()}


# --- what changes nothing --------------------------------------------------------------------------------------------


def with_comments(text: str) -> str:
    """Comments and empty lines wherever a line begins a statement at the top."""
    return re.sub(r"^(def|class|from|@rule)\b", r"# a remark\n\n\1", text, flags=re.MULTILINE) + "\n# the end\n"


def with_other_docstrings(text: str) -> str:
    return re.sub(r'^( *)"""(\w)', r'\1"""Reworded. \2', text, flags=re.MULTILINE)


@pytest.mark.parametrize("edit", [with_comments, with_other_docstrings])
def test_comments_empty_lines_and_docstrings_of_all_files_change_nothing(edit: Callable[[str], str]) -> None:
    everywhere = {path: edit(text.decode()).encode() for path, text in TEXTS.items()}
    assert sum(everywhere[path] != TEXTS[path] for path in COUNTED) > 30
    assert digest_of(everywhere) == DIGEST


def test_layout_changes_nothing() -> None:
    assert digest_of({path: ast.unparse(ast.parse(text)).encode() for path, text in TEXTS.items()}) == DIGEST


@pytest.mark.parametrize(
    ("stem", "old", "new"),
    [
        ("parameters", "hbo-studenten in deeltijd", "hbo-studenten dat in deeltijd studeert"),
        ("parameters", "Pupils per class", "Children per class"),
        ("parameters", '"M19, assumption"', '"M19, M20"'),
        ("indicators", "Bekwaamheid in zorg", "Bekwaamheid in de zorg"),
        ("indicators", "of {en} students, mean", "of {en} students on average"),
        ("indicators", '"alle "', '"al de "'),
        ("students", '"placement days this week"', '"days of placement this week"'),
        ("world", "Hbo-plaatsen, jaar 1", "Plaatsen voor hbo, jaar 1"),
        ("changes", "no change during a run", "not to be changed during a run"),
    ],
)
def test_the_words_of_a_declaration_change_nothing(stem: str, old: str, new: str) -> None:
    assert digest_of(edited(place(stem), old, new)) == DIGEST


def test_what_only_reads_checks_or_tells_changes_nothing() -> None:
    others = [path for path in TEXTS if not counts(path)]
    assert len(others) >= 7
    assert digest_of(TEXTS | {path: TEXTS[path] + b"\nX = 1\n" for path in others}) == DIGEST


# --- what always changes it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stem", "old", "new"),
    [
        ("parameters", "hbo_demand = g.whole(360, 100, 1200", "hbo_demand = g.whole(361, 100, 1200"),
        ("parameters", "hbo_demand = g.whole(360, 100, 1200", "hbo_demand = g.whole(360, 100, 1201"),
        ("parameters", "    hbo_demand =", "    hbo_wish ="),
        ("parameters", 'class_size = g.real(22.8, 20.0, 25.0, "pupils"', 'class_size = g.real(22.8, 20.0, 25.0, "0-1"'),
        ("choices", "HARD = 0", "HARD = 2"),
        ("draws", "ATTENDANCE = 1", "ATTENDANCE = 7"),
        ("draws", "0x9E3779B97F4A7C15", "0x9E3779B97F4A7C17"),
        ("calendar", "MIDDLE = 20", "MIDDLE = 21"),
        ("calendar", "EVENTS = (MIDDLE, FIRST_OF_APRIL, WEEKS)", "EVENTS = (MIDDLE, WEEKS)"),
        ("settings", '"whole": np.int64', '"whole": np.int32'),
        ("students", 'State(np.float64, "competence, 0-1")', 'State(np.float32, "competence, 0-1")'),
        ("compiled", '"fastmath": False', '"fastmath": True'),
        ("learning", "import Parameters", "import Settings as Parameters"),
    ],
)
def test_a_planted_change_is_seen(stem: str, old: str, new: str) -> None:
    assert digest_of(edited(place(stem), old, new)) != DIGEST


def test_the_order_of_parameters_is_seen() -> None:
    path = place("parameters")
    lines = TEXTS[path].decode().splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if "parttime_share = " in line)
    lines[at], lines[at + 1] = lines[at + 1], lines[at]
    assert digest_of(TEXTS | {path: "".join(lines).encode()}) != DIGEST


SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Lt: ast.LtE, ast.LtE: ast.Lt,
    ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


def mutants(text: bytes) -> Iterator[tuple[str, bytes]]:
    """The source with one number or operator changed, at places spread over it."""
    count = len(sites(ast.parse(text)))
    for at in sorted({count * part // MUTANTS for part in range(MUTANTS)} if count else ()):
        tree = ast.parse(text)
        node, field = sites(tree)[at]
        value = getattr(node, field)
        setattr(node, field, value + 1 if isinstance(value, int | float) else SWAPPED[type(value)]())
        yield f"site {at}", ast.unparse(ast.fix_missing_locations(tree)).encode()


def sites(tree: ast.AST) -> list[tuple[ast.AST, str]]:
    """Where a number or an operator stands; docstrings hold neither."""
    found: list[tuple[ast.AST, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            found.append((node, "value"))
        elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in SWAPPED:
            found.append((node, "op"))
    return found


@pytest.mark.parametrize("path", COUNTED)
def test_a_changed_number_or_operator_of_any_rule_file_is_seen(path: str) -> None:
    alone = digest_of({path: TEXTS[path]})
    for name, mutant in mutants(TEXTS[path]):
        assert digest_of({path: mutant}) != alone, name
    assert digest_of({path: TEXTS[path] + b"\nX = 1\n"}) != alone


def test_new_files_count_wherever_they_stand_and_what_they_are_called() -> None:
    for path in ("model/new.py", "model/deep/new.py", "agents/new.py", "model/scenario_growth.py"):
        assert digest_of(TEXTS | {path: b"X = 1\n"}) != DIGEST, path
    moved = dict(TEXTS)
    moved["model/deep/draws.py"] = moved.pop(place("draws"))
    assert digest_of(moved) != DIGEST


def test_all_that_a_partnership_is_made_of_counts_or_only_reads() -> None:
    """What rules take from files outside the digest: values and rows of a scenario, and faults to raise."""
    outside = {path.removesuffix(".py").replace("/", ".") for path in TEXTS if not counts(path)}
    taken = {
        name.name
        for path in COUNTED
        for node in ast.walk(ast.parse(TEXTS[path]))
        if isinstance(node, ast.ImportFrom) and node.module and any(node.module.endswith(one) for one in outside)
        for name in node.names
    }
    checks = {"Findings", "note_leaders", "note_unknown_cluster", "own_settings"} | {"await_share"}  # for a process
    assert taken <= {"Scenario", "World", "Fault", "InputFaults", "Message", "Phrase", "shown"} | checks
    assert not [path for path in TEXTS if not counts(path) and b"@rule" in TEXTS[path]]


# --- a function's words ----------------------------------------------------------------------------------------------

DECLARES = "def declare(name, en, nl): ...\n"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (DECLARES + "declare('a', 'one', 'een')", DECLARES + "declare('a', 'two', 'twee')", True),
        (DECLARES + "declare('a', en='one', nl='een')", DECLARES + "declare('a', en='two', nl='een')", True),
        (DECLARES + "declare('a', 'one', 'een')", DECLARES + "declare('b', 'one', 'een')", False),
        (DECLARES + "declare('a', 1, 'een')", DECLARES + "declare('a', 2, 'een')", False),
        (DECLARES + "declare(*x, 'one', 'een')", DECLARES + "declare(*x, 'two', 'een')", False),
        ("def read(source): ...\nread('one')", "def read(source): ...\nread('two')", False),
        (
            "class A:\n    en: str\n    size: str\nA('one', 'a')",
            "class A:\n    en: str\n    size: str\nA('two', 'a')",
            True,
        ),
        (
            "class A:\n    en: str\n    size: str\nA('one', 'a')",
            "class A:\n    en: str\n    size: str\nA('one', 'b')",
            False,
        ),
        ("x = None", "x = 'None'", False),
        ("x = 1", "x = 1.0", False),
        ("x = 1", "x = True", False),
        ("x = b'a'", "x = 'a'", False),
        ("def f(*, a=None, b): ...", "def f(*, a, b=None): ...", False),
        ("x = {**a, 'b': 1}", "x = {'b': 1, **a}", False),
        ("'''one'''\nx = 1", "'''two'''\nx = 1", True),
        ("x = 'one'", "x = 'two'", False),
    ],
)
def test_words_are_what_stands_where_words_are_declared(one: str, other: str, same: bool) -> None:
    one_digest, other_digest = (digest_of({"model/a.py": text.encode()}) for text in (one, other))
    assert (one_digest == other_digest) is same


def test_where_a_name_has_two_meanings_its_texts_count() -> None:
    two = {"model/a.py": DECLARES.encode(), "model/b.py": b"def declare(size, en): ...\n"}
    call = "declare('a', '{}')".format
    assert digest_of(two | {"model/c.py": call("x").encode()}) == digest_of(two | {"model/c.py": call("y").encode()})
    two["model/b.py"] = b"def declare(size, law): ...\n"
    assert digest_of(two | {"model/c.py": call("x").encode()}) != digest_of(two | {"model/c.py": call("y").encode()})


# --- a copy of the sources, and a sweep of it ------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the sources, taken for the real ones."""
    for path, text in TEXTS.items():
        (tmp_path / "copy" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "copy" / path).write_bytes(text)
    monkeypatch.setattr(sources, "root", lambda: tmp_path / "copy")
    monkeypatch.setenv("SAMENSPEL_CACHE_DIR", str(tmp_path / "cache"))
    code_digest.cache_clear()
    yield tmp_path / "copy"
    code_digest.cache_clear()


def digest_now() -> str:
    code_digest.cache_clear()
    return code_digest()


def test_a_kept_digest_is_never_that_of_other_sources(copy: Path) -> None:
    first = digest_now()
    assert (first, digest_now()) == (DIGEST, DIGEST)
    file = copy / place("calendar")
    before, text = file.stat(), file.read_text()
    file.write_text(text.replace("MIDDLE = 20", "MIDDLE = 21"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert digest_now() != first
    file.write_text(text)
    assert digest_now() == first


def test_a_kept_digest_is_read_and_a_broken_one_made_anew(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest_now()
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_text("half a dig")
    assert digest_now() == DIGEST
    assert kept.read_text() == DIGEST
    monkeypatch.setattr(sources, "digest_of", lambda _: pytest.fail("read all sources again"))
    assert digest_now() == DIGEST


def test_without_a_folder_to_keep_it_in_the_digest_is_the_same(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    assert digest_now() == DIGEST


def test_a_sweep_goes_on_after_words_were_changed_and_not_after_a_rule(copy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sweep"
    whole = undisturbed(folder, chunk=5)
    parts = sorted((folder / "runs").glob("*.parquet"))
    parts[-1].unlink()
    template = next(path for path in TEXTS if path.endswith("template.py"))
    for path in (template, place("faults"), place("meeting")):
        (copy / path).write_bytes(TEXTS[path] + b"\n# a remark\n")
    code_digest.cache_clear()
    finish(folder, chunk=5)
    same(load(folder).runs, whole)
    assert {*parts[:-1]} <= {*(folder / "runs").glob("*.parquet")}
    (copy / place("calendar")).write_text("WEEKS = 41\n")
    code_digest.cache_clear()
    with pytest.raises(InputFaults, match=r"manifest\.json, code"):
        finish(folder, chunk=5)
