"""The `rule` decorator: plain Python loops compiled by Numba, with a cache that cannot go stale.

Numba's own cache looks only at the file in which a function stands: when a rule calls a rule of
another file and that other one changes, the old machine code of the caller would silently be used.
Here the cache folder is named by a digest of *all* sources of `agents/` and `model/`, so any change to
any rule starts a new folder. The folder lives in the user's cache directory (or in
`SAMENSPEL_CACHE_DIR`), because an installed package may be read-only.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
import platformdirs

SOURCE_FOLDERS = ("agents", "model")
KEEP_DAYS = 30
DIARY = "school_weeks"


def _source_root() -> Path:
    return Path(__file__).resolve().parent.parent


@cache
def code_digest() -> str:
    """SHA-256 over the names and contents of all Python files of `agents/` and `model/`, 64 hex digits."""
    digest = hashlib.sha256()
    root = _source_root()
    for folder in SOURCE_FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(b"\0")
            digest.update(path.read_bytes())
            digest.update(b"\0")
    return digest.hexdigest()


@cache
def cache_folder() -> Path:
    """The folder for compiled rules of exactly these sources; a temporary one where none can be written."""
    chosen = os.environ.get("SAMENSPEL_CACHE_DIR")
    base = Path(chosen) if chosen else Path(platformdirs.user_cache_dir("samenspel", appauthor=False))
    folder = base / f"rules-{code_digest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".write-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError:
        return Path(tempfile.mkdtemp(prefix="samenspel-rules-"))
    os.utime(folder)
    _forget_old(base)
    return folder


def are_compiled() -> bool:
    """Whether rules of exactly these sources are in the cache; the one that calls most others comes after them."""
    return any(cache_folder().rglob(f"*.{DIARY}-*.nbc"))


def _forget_old(base: Path) -> None:
    """Remove rule folders that no run has used for `KEEP_DAYS`."""
    oldest = time.time() - KEEP_DAYS * 86_400
    for folder in base.glob("rules-*"):
        try:
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


def rule[F: Callable[..., Any]](function: F) -> F:
    """Compile a rule: no Python objects, no hidden state, no fast-math (bits must not depend on the optimiser).

    With `NUMBA_DISABLE_JIT=1` it stays plain Python, for a debugger or for coverage.
    """
    previous = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(cache_folder())
    try:
        return _compile(function, cached=True)
    finally:
        numba.config.CACHE_DIR = previous


def part_of_rule[F: Callable[..., Any]](function: F) -> F:
    """Compile a function made by another function, of which only the rules that call it are kept in the cache."""
    return _compile(function, cached=False)


def _compile[F: Callable[..., Any]](function: F, cached: bool) -> F:
    if numba.config.DISABLE_JIT:
        np.seterr(over="ignore", divide="ignore", invalid="ignore")  # as compiled: draws wrap around on purpose
        return function
    compiled: F = numba.njit(function, cache=cached, nogil=True, fastmath=False, error_model="numpy")
    return compiled
