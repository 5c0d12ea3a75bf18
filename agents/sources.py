"""The digest of the rules: one name for all that decides what a run gives, whoever words, comments or lays it out.

It names the folder of compiled rules, and stands in the manifest and the run ids of a sweep. All Python files of
`agents/` and `model/` count, new ones too, but those of `NO_RULES`. Of a file counts what Python would do, with the
file's place; not its comments, docstrings, layout, or the words of its declarations.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

FOLDERS = ("agents", "model")
NO_RULES = ("model/__init__.py", "model/face.py", "model/compilation.py", "model/input", "model/words.py")
"""Files and folders that only offer, read, check and tell: what they give a rule has a digest of its own."""
WORDS = {"en", "nl", "meaning", "message"}
"""A function or class that takes one of these declares something, in words that no rule reads."""
OF_WORDS = WORDS | {"source", "fitted_to", "heading", "heading_nl"}


@cache
def root() -> Path:
    """The folder in which `agents/` and `model/` stand."""
    return Path(__file__).resolve().parent.parent


def counts(path: str) -> bool:
    """Whether a file, by its place such as `model/week/diary.py`, is part of the digest."""
    in_ours = path.split("/")[0] in FOLDERS
    return in_ours and not any(path == other or path.startswith(f"{other}/") for other in NO_RULES)


def is_covered(file: str | Path) -> bool:
    """Whether the file in which a function stands is part of the digest."""
    path = Path(file).resolve()
    return path.is_relative_to(root()) and counts(path.relative_to(root()).as_posix())


def cache_base() -> Path:
    """The user's folder for what can be made anew."""
    chosen = os.environ.get("SAMENSPEL_CACHE_DIR")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("samenspel", appauthor=False))


@cache
def code_digest() -> str:
    """The digest of the rules, 64 hex digits.

    Reading Python takes longer than a start should, so the digest is kept in a file that is named by a hash of all
    bytes read: another byte is another file.
    """
    texts = _texts(root())
    name = hashlib.sha256()
    for path, text in texts.items():
        name.update(f"{path} {len(text)}\0".encode() + text)
    kept = cache_base() / f"sources-{name.hexdigest()[:32]}"
    with suppress(OSError):
        known = kept.read_text(encoding="ascii", errors="replace")
        if re.fullmatch("[0-9a-f]{64}", known):
            return known
    digest = digest_of(texts)
    with suppress(OSError):
        _keep(kept, digest)
    return digest


def _texts(folder: Path) -> dict[str, bytes]:
    """All Python files under a root, by place and in its order."""
    found = [path for name in FOLDERS for path in (folder / name).rglob("*.py")]
    return {path: (folder / path).read_bytes() for path in sorted(one.relative_to(folder).as_posix() for one in found)}


def _keep(path: Path, text: str) -> None:
    """Write a file that nobody ever sees half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partly = path.with_name(f".{path.name}-{os.getpid()}")
    partly.write_text(text, encoding="ascii")
    partly.replace(path)


def digest_of(texts: Mapping[str, bytes]) -> str:
    """The digest of these files, given by place."""
    trees = {path: ast.parse(text) for path, text in texts.items()}
    anywhere = _places_of_words(trees.values())
    digest = hashlib.sha256()
    for path, tree in trees.items():
        if counts(path):
            bare = _Bare(anywhere | _places_of_words([tree])).visit(tree)
            digest.update(f"{path} {written(bare)}\n".encode())
    return digest.hexdigest()


# --- what a file says ------------------------------------------------------------------------------------------------


def written(node: Any) -> str:
    """A syntax tree as text: the same from every version of Python that reads the file so (`ast.dump` is not)."""
    if isinstance(node, list):
        return f"[{','.join(map(written, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = [(name, value) for name, value in ast.iter_fields(node) if name != "kind" and value not in (None, [])]
    return f"{type(node).__name__}({','.join(f'{name}={written(value)}' for name, value in fields)})"


class _Bare(ast.NodeTransformer):
    """Takes docstrings and the words of declarations out of a tree."""

    def __init__(self, places: Mapping[str, set[int]]) -> None:
        self.places = places

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """A constant that nobody takes is a docstring, or nothing."""
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A call of what declares something loses the texts that are words there."""
        self.generic_visit(node)
        places = self.places.get(getattr(node.func, "id", getattr(node.func, "attr", "")))
        if places and not any(isinstance(argument, ast.Starred) for argument in node.args):
            node.args = [_NO_WORDS if at in places and _is_text(one) else one for at, one in enumerate(node.args)]
            named = [one for one in node.keywords if one.arg not in OF_WORDS or not _is_text(one.value)]
            node.keywords = named
        return node


_NO_WORDS = ast.Constant("")


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _places_of_words(trees: Iterable[ast.AST]) -> dict[str, set[int]]:
    """By name of what is defined: which of its arguments are words; where a name has two meanings, are so in both."""
    found: dict[str, set[int]] = {}
    for name, parameters in (one for tree in trees for node in ast.walk(tree) for one in _signatures(node)):
        words = {at for at, parameter in enumerate(parameters) if parameter in OF_WORDS and WORDS & {*parameters}}
        found[name] = found.get(name, words) & words
    return found


def _signatures(node: ast.AST) -> Iterator[tuple[str, list[str]]]:
    """Name and parameters of a function, or of a class by its maker or its fields."""
    if isinstance(node, ast.FunctionDef):
        yield node.name, _parameters(node)
    elif isinstance(node, ast.ClassDef):
        makers = [one for one in node.body if isinstance(one, ast.FunctionDef) and one.name in ("__init__", "__new__")]
        fields = [
            one.target.id for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        ]
        yield node.name, _parameters(makers[-1]) if makers else fields


def _parameters(function: ast.FunctionDef) -> list[str]:
    given = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    return given[1:] if given[:1] in (["self"], ["cls"]) else given
