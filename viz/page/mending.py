"""What Numba makes for a processor with addresses of 64 bits, mended for one with 32.

LLVM compiles it for WebAssembly as it is, but for this. Memory keeps the shape that Numba gave it, since sizes and
places are written into the code: an address in a structure takes 64 bits there, the lower 32 of which are used. Sizes
of columns are read anew, since rules change them. What counts references is in `runtime.c`. Messages of errors are
left out: a page is told only that there was one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

OF_RUNTIME = r"NRT_incref|NRT_decref"
WORDS_OF_ERRORS = r"\w*ol_raise_with_shape_context\w*|__excinfo_unwrap_args\w*"
DEFINED = re.compile(rf"^(define [^\n]*@({OF_RUNTIME}|{WORDS_OF_ERRORS})\(.*?\{{)$.*?^}}$", re.MULTILINE | re.DOTALL)
IN_MEMORY = re.compile(
    r"^( *(?:(%[^ ]+) = )?(alloca|getelementptr|load|store)(?: (?:inbounds|nuw|nusw))* )([{\[<].*)$", re.MULTILINE
)
"""An instruction about a structure, an array or a vector in memory."""
UNCHANGING = re.compile(r", !invariant\.load !\d+")
FOREIGN = re.compile(
    r"^.* call .*@(?P<instruction>llvm\.(?:masked|x86|aarch64|arm|ppc|s390|riscv)\.[\w.]+)"
    r"|^@(?P<address>numba\.dynamic\.globals\.\w+)",
    re.MULTILINE,
)
"""Instructions that not every processor has, and addresses in the process that compiles."""
ADDRESS = re.compile(r"\bptr\b")
type Leaf = tuple[str, tuple[int, ...]]
"""A type that has no parts, and where it stands in the whole."""


class NotForBrowsers(RuntimeError):
    """Rules of which no WebAssembly can be made."""


def mended(text: str) -> str:
    """A module of LLVM for 64 bits, such that it is right for 32 too. Raises `NotForBrowsers`."""
    numbers = count()
    known = UNCHANGING.sub("", DEFINED.sub(_defined, text))
    if foreign := sorted({found["instruction"] or found["address"] for found in FOREIGN.finditer(known)}):
        raise NotForBrowsers(f"there is no {', '.join(foreign)} in a browser")
    return IN_MEMORY.sub(lambda found: _in_memory(found, numbers), known)


def _defined(definition: re.Match[str]) -> str:
    """What stands for a definition: a declaration, or an error without a message."""
    start, name = definition[1], definition[2]
    if re.fullmatch(OF_RUNTIME, name):
        return f"declare void @{name}(ptr)"
    return f"{start}\n  {'ret i32 1' if ' i32 @' in start else 'unreachable'}\n}}"


def _in_memory(found: re.Match[str], numbers: Iterator[int]) -> str:
    """The same instruction about memory in which addresses take 64 bits."""
    start, name, what, rest = found.groups()
    end = type_end(rest)
    kind, after = rest[:end], rest[end:]
    if not ADDRESS.search(kind):
        return found[0]
    if what in ("alloca", "getelementptr"):
        return start + wide(kind) + after
    if kind.startswith("<"):
        raise NotForBrowsers(f"addresses side by side in memory: {found[0].strip()}")
    lines = _stored(kind, after, numbers) if what == "store" else _loaded(kind, after, name, numbers)
    return "\n".join(f"  {line}" for line in lines)


def _stored(kind: str, after: str, numbers: Iterator[int]) -> Iterator[str]:
    """A structure stored part by part."""
    value, place = _operands(after, r" (.*?), ptr (.*?)(?:, .*)?")
    for leaf, path in leaves(kind):
        part, at = f"%part.{next(numbers)}", ", ".join(map(str, path))
        yield f"{part} = extractvalue {kind} {value}, {at}"
        yield f"{part}.at = getelementptr {wide(kind)}, ptr {place}, i32 0, {_indices(path)}"
        yield f"store {leaf} {part}, ptr {part}.at"


def _loaded(kind: str, after: str, name: str, numbers: Iterator[int]) -> Iterator[str]:
    """A structure read part by part."""
    (place,) = _operands(after, r", ptr (.*?)(?:, .*)?")
    whole, parts = "poison", leaves(kind)
    for nth, (leaf, path) in enumerate(parts):
        part, at = f"%part.{next(numbers)}", ", ".join(map(str, path))
        yield f"{part}.at = getelementptr {wide(kind)}, ptr {place}, i32 0, {_indices(path)}"
        yield f"{part} = load {leaf}, ptr {part}.at"
        made = name if nth == len(parts) - 1 else f"{part}.whole"
        yield f"{made} = insertvalue {kind} {whole}, {leaf} {part}, {at}"
        whole = made


def _operands(text: str, pattern: str) -> tuple[str, ...]:
    found = re.fullmatch(pattern, text)
    assert found, text
    return found.groups()


def _indices(path: tuple[int, ...]) -> str:
    return ", ".join(f"i32 {place}" for place in path)


# --- types ---


def wide(kind: str) -> str:
    """A type in which every address has become a word of 64 bits."""
    return ADDRESS.sub("i64", kind)


def type_end(text: str) -> int:
    """Where a type that a text starts with ends."""
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter in "{[<") - (letter in "}]>")
        if depth == 0 and (letter in "}]>" or letter in ", "):
            return at + (letter in "}]>")
    return len(text)


def leaves(kind: str, path: tuple[int, ...] = ()) -> list[Leaf]:
    """All parts of a type that have no parts, in order."""
    if kind[0] not in "{[":
        return [(kind, path)]
    inner = kind[1:-1].strip()
    if kind[0] == "[":
        number, inner = inner.split(" x ", 1)
        return [leaf for nth in range(int(number)) for leaf in leaves(inner, (*path, nth))]
    found: list[Leaf] = []
    for nth in count():
        end = type_end(inner)
        found += leaves(inner[:end], (*path, nth))
        inner = inner[end:].lstrip(", ")
        if not inner:
            return found
    raise AssertionError
