"""The `rule` decorator: plain Python loops compiled by Numba, with a cache that cannot go stale.

Numba's own cache looks only at the file in which a function stands: when a rule calls a rule of another file and that
other one changes, the old machine code of the caller would silently be used; and when a comment changes, machine code
that is as good as ever is thrown away. Here the cache folder is named by the digest of all rules
(`samenspel.agents.sources`), so any change to any rule starts a new folder, and nothing else does. The folder lives in
the user's cache directory (or in `SAMENSPEL_CACHE_DIR`), because an installed package may be read-only.
"""

from __future__ import annotations

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
from numba.core.caching import CompileResultCacheImpl, FunctionCache, UserProvidedCacheLocator

from samenspel.agents.parts import Parts
from samenspel.agents.sources import cache_base, code_digest, is_covered

KEEP_DAYS = 30
LIFE = "live"


@cache
def cache_folder() -> Path:
    """The folder for compiled rules of exactly these rules; a temporary one where none can be written."""
    base = cache_base()
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
    """Whether exactly these rules are in the cache; the one that calls most others comes after them."""
    return any(cache_folder().rglob(f"*.{LIFE}-*.nbc"))


def _forget_old(base: Path) -> None:
    """Remove rule folders that no run has used for `KEEP_DAYS`, and digests of sources as old."""
    oldest = time.time() - KEEP_DAYS * 86_400
    for old in (*base.glob("rules-*"), *base.glob("sources-*")):
        try:
            if old.stat().st_mtime < oldest:
                shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink()
        except OSError:
            continue


class _Locator(UserProvidedCacheLocator):  # type: ignore[misc]  # Numba has no types
    """Tells Numba where machine code is kept, and how long it holds: for a rule, as long as the digest is the same.

    Numba would ask whether the file is the same and the function on the same line. It does so still for functions
    that the digest does not cover, such as rules in tests and benchmarks.
    """

    def __init__(self, function: Any, file: str) -> None:
        self._py_file, self._lineno = file, function.__code__.co_firstlineno
        self._is_covered = is_covered(file) and function.__qualname__ == function.__name__
        self._cache_path = str(cache_folder() / self.get_suitable_cache_subpath(file))

    def get_source_stamp(self) -> Any:
        return code_digest() if self._is_covered else super().get_source_stamp()

    def get_disambiguator(self) -> Any:
        return "rule" if self._is_covered else super().get_disambiguator()

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> Any:
        return super(UserProvidedCacheLocator, cls).from_function(py_func, py_file)  # whatever Numba's own setting


class _CacheFiles(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = [_Locator, *CompileResultCacheImpl._locator_classes]  # noqa: RUF012  as in its parent


class _Cache(FunctionCache):  # type: ignore[misc]
    _impl_class = _CacheFiles


OPTIONS = {"nogil": True, "fastmath": False, "error_model": "numpy"}


def rule[F: Callable[..., Any]](function: F) -> F:
    """Compile a rule: no Python objects, no hidden state, no fast-math (bits must not depend on the optimiser).

    With `NUMBA_DISABLE_JIT=1` it stays plain Python, for a debugger or for coverage.
    """
    return _compile(function, cached=True)


def part_of_rule[F: Callable[..., Any]](function: F) -> F:
    """Compile a function made by another function, of which only the rules that call it are kept in the cache."""
    return _compile(function, cached=False)


def _compile[F: Callable[..., Any]](function: F, cached: bool) -> F:
    if numba.config.DISABLE_JIT:
        np.seterr(over="ignore", divide="ignore", invalid="ignore")  # as compiled: draws wrap around on purpose
        return function
    compiled: Any = numba.njit(function, **OPTIONS)
    if cached and function.__module__:  # what a bare `exec` defines has no module, by which Numba would find it again
        compiled._cache = _Cache(function)
    parts = Parts(numba.njit(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, **OPTIONS))
    compiled.get_call_template, compiled.get_overload = parts.called, parts.of.get_overload
    return compiled
