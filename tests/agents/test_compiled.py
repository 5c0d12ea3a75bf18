"""Compiled rules on real processes: never stale, reused when nothing changed, and at home in a read-only package."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numba
import numpy as np
import pytest

from samenspel.agents import compiled, sources
from samenspel.agents.compiled import KEEP_DAYS, cache_folder, rule
from samenspel.agents.sources import code_digest

ROOT = Path(compiled.__file__).resolve().parent.parent

CALLEE = """
from samenspel.agents.compiled import rule

@rule
def pace(x):
    return {factor} * x
"""

CALLER = """
from samenspel.agents.compiled import rule
from samenspel.model.planted_callee import pace

@rule
def distance(x):
    return pace(x) + 1.0
"""

REPORT = """
import json
from samenspel.agents import compiled
{before}
from samenspel.model.planted_caller import distance
answer = distance(10.0)
print(json.dumps({{
    "answer": answer,
    "hits": sum(distance.stats.cache_hits.values()),
    "misses": sum(distance.stats.cache_misses.values()),
    "folder": str(compiled.cache_folder()),
    "source": compiled.__file__,
}}))
"""
BLIND = 'compiled.code_digest = lambda: "0" * 64  # a cache that does not look at the sources'


@dataclass(frozen=True)
class Package:
    """A copy of the model's packages with two planted rules, the one calling the other across files."""

    root: Path
    cache: Path
    environment: dict[str, str] = field(default_factory=dict)

    def plant(self, factor: float) -> None:
        (self.root / "model" / "planted_callee.py").write_text(CALLEE.format(factor=factor))

    def run(self, before: str = "") -> dict[str, object]:
        """What a new Python process answers."""
        left_out = ("NUMBA_", "PYTHON", "COV_CORE", "COVERAGE_")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        ours = {"SAMENSPEL_CACHE_DIR": str(self.cache), "PYTHONPATH": str(self.root.parent)}
        ours["PYTHONDONTWRITEBYTECODE"] = "1"
        done = subprocess.run(
            [sys.executable, "-c", REPORT.format(before=before)],
            cwd=self.root.parent,
            env=clean | ours | self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        told: dict[str, object] = json.loads(done.stdout)
        assert told["source"] == str(self.root / "agents" / "compiled.py"), "another copy than the planted one was run"
        return told


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file under a folder, with when it was last written and its bytes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


@pytest.fixture
def package(tmp_path: Path) -> Package:
    root = tmp_path / "package" / "samenspel"
    for folder in ("agents", "model"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
        (root / folder / "__init__.py").write_text("")  # the two rules alone: no model, so each process is quick
    (root / "__init__.py").write_text("")
    (root / "model" / "planted_caller.py").write_text(CALLER)
    made = Package(root, tmp_path / "cache")
    made.plant(2.0)
    return made


def test_a_change_in_the_called_file_is_never_missed(package: Package) -> None:
    first = package.run()
    assert first["answer"] == 21.0
    assert (first["hits"], first["misses"]) == (0, 1)
    kept = contents(package.cache)
    assert any(name.endswith(".nbc") for name in kept), "nothing was cached"

    again = package.run()
    assert again["answer"] == 21.0
    assert (again["hits"], again["misses"]) == (1, 0)
    assert again["folder"] == first["folder"]
    assert contents(package.cache) == kept

    package.plant(3.0)
    changed = package.run()
    assert changed["answer"] == 31.0
    assert (changed["hits"], changed["misses"]) == (0, 1)
    assert changed["folder"] != first["folder"]

    package.plant(2.0)
    back = package.run()
    assert back["answer"] == 21.0
    assert back["folder"] == first["folder"]


def test_after_a_comment_nothing_is_compiled_anew(package: Package) -> None:
    package.run()
    kept = contents(package.cache)
    for path in package.root.rglob("*.py"):
        path.write_text("# a remark\n\n" + path.read_text().replace("\n    return", "\n    # why\n    return"))
        os.utime(path, (1, 1))
    again = package.run()
    assert (again["answer"], again["hits"], again["misses"]) == (21.0, 1, 0)
    now = contents(package.cache)
    assert all(name.startswith("sources-") for name in now.keys() - kept.keys())
    assert {name: now[name] for name in kept} == kept


def test_without_the_digest_the_old_code_would_run(package: Package) -> None:
    """The fault that the digest is there for; if Numba mends it one day, the digest may go."""
    assert package.run(BLIND)["answer"] == 21.0
    package.plant(3.0)
    stale = package.run(BLIND)
    assert (stale["answer"], stale["hits"]) == (21.0, 1)


def test_a_read_only_package_is_left_alone(package: Package) -> None:
    for path in package.root.rglob("*"):
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    before = contents(package.root)
    assert package.run()["answer"] == 21.0
    assert contents(package.root) == before  # true for root too, whom permissions do not stop
    for path in package.root.rglob("*"):
        path.chmod(path.stat().st_mode | stat.S_IWUSR)


def test_a_cache_that_cannot_be_made_is_replaced_by_a_temporary_one(package: Package, tmp_path: Path) -> None:
    package.cache.write_text("a file where the folder should be")
    elsewhere = tmp_path / "temporary"
    elsewhere.mkdir()
    package.environment["TMPDIR"] = str(elsewhere)
    told = package.run()
    assert told["answer"] == 21.0
    assert Path(str(told["folder"])).is_relative_to(elsewhere)
    assert package.cache.read_text() == "a file where the folder should be"


# --- the parts, in this process --------------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small source tree in place of ours, with the remembered digest forgotten before and after."""
    for folder in ("agents", "model"):
        (tmp_path / "sources" / folder).mkdir(parents=True)
    (tmp_path / "sources" / "agents" / "one.py").write_text("a = 1\n")
    (tmp_path / "sources" / "model" / "two.py").write_text("b = 2\n")
    monkeypatch.setattr(sources, "root", lambda: tmp_path / "sources")
    monkeypatch.setenv("SAMENSPEL_CACHE_DIR", str(tmp_path / "cache"))
    forget()
    yield tmp_path / "sources"
    forget()


def forget() -> None:
    code_digest.cache_clear()
    cache_folder.cache_clear()


def digest_now() -> str:
    forget()
    return code_digest()


def test_the_digest_sees_contents_names_and_places(tree: Path) -> None:
    seen = [digest_now()]
    (tree / "agents" / "one.py").write_text("a = 2\n")
    seen.append(digest_now())
    (tree / "agents" / "one.py").rename(tree / "agents" / "uno.py")
    seen.append(digest_now())
    (tree / "agents" / "uno.py").rename(tree / "model" / "uno.py")
    seen.append(digest_now())
    (tree / "model" / "deep").mkdir()
    (tree / "model" / "deep" / "three.py").write_text("")
    seen.append(digest_now())
    assert len(set(seen)) == len(seen)
    assert all(len(digest) == 64 for digest in seen)


def test_the_digest_ignores_times_and_what_is_no_source(tree: Path) -> None:
    before = digest_now()
    os.utime(tree / "agents" / "one.py", (1, 1))
    (tree / "agents" / "notes.txt").write_text("not a rule")
    assert digest_now() == before


def test_the_cache_folder_is_named_by_the_digest(tree: Path) -> None:
    folder = cache_folder()
    assert folder.name == f"rules-{code_digest()[:16]}"
    assert list(folder.iterdir()) == []


def test_only_rules_that_nobody_used_for_long_are_forgotten(tree: Path) -> None:
    base = tree.parent / "cache"
    ages = {f"rules-{'a' * 16}": KEEP_DAYS + 1, f"rules-{'b' * 16}": KEEP_DAYS - 1, "results": 10 * KEEP_DAYS}
    for name, days in ages.items():
        (base / name).mkdir(parents=True)
        (base / name / "kept.nbi").write_bytes(b"")
        os.utime(base / name, (time.time() - days * 86_400,) * 2)
    (base / "sources-old").write_text("")
    os.utime(base / "sources-old", (1, 1))
    in_use = cache_folder()
    (kept,) = base.glob("sources-*")
    assert kept.read_text() == code_digest()
    assert {path.name for path in base.iterdir()} == {f"rules-{'b' * 16}", "results", in_use.name, kept.name}


def test_using_a_folder_again_keeps_it_young(tree: Path) -> None:
    folder = cache_folder()
    os.utime(folder, (1, 1))
    forget()
    assert cache_folder() == folder
    assert folder.stat().st_mtime > time.time() - 60


def test_a_rule_leaves_numbas_own_setting_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", "where the user wants it")
    assert Path(rule(plus_one).stats.cache_path).is_relative_to(cache_folder())
    assert numba.config.CACHE_DIR == "where the user wants it"
    with pytest.raises(TypeError, match="not a function"):
        rule(len)


def test_a_rule_computes_what_its_python_computes() -> None:
    x = np.linspace(-3.0, 3.0, 1001)
    np.testing.assert_array_equal(rule(total)(x), total(x))
    assert rule(inverse)(0.0) == np.inf


def plus_one(x: float) -> float:
    return x + 1.0


def inverse(x: float) -> float:
    return 1.0 / x


def total(x: np.ndarray) -> float:
    """A sum whose last bits change when its order does, as fast-math would let it."""
    s = 0.1
    for i in range(x.size):
        s += x[i] * x[i] / 3.0
    return s


LIVE = """
import hashlib
from samenspel.model import Partnership, Scenario
values = dict(mbo_students_per_cluster=4, mbo_mix="mixed", growth_clusters=2, students_per_cluster=6)
partnership = Partnership(Scenario.load("baseline").with_values(**values), rng=1)
for _ in range(42):
    partnership.step()
print(hashlib.sha256(partnership.indicators().to_numpy(float).tobytes()).hexdigest())
"""


def test_without_compilation_a_partnership_lives_the_same_life_to_the_bit() -> None:
    """So a debugger may stop in a rule, and coverage and mutants of rules mean what they say."""
    lives = [
        subprocess.run(
            [sys.executable, "-W", "error", "-c", LIVE], cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True,
            env=os.environ | {"NUMBA_DISABLE_JIT": disabled},
        ).stdout
        for disabled in ("0", "1")
    ]  # fmt: skip
    assert lives[0] == lives[1]


OF_NO_MODULE = """
import sys
with open(sys.argv[1]) as file:
    names = {}
    exec(compile(file.read(), sys.argv[1], "exec"), names)
print(names["twice"](21.0))
"""


def test_a_rule_of_no_module_works_again_and_again(tmp_path: Path) -> None:
    """As in a document whose code blocks are run."""
    page = tmp_path / "page.py"
    page.write_text("from samenspel.agents.compiled import rule\n@rule\ndef twice(x):\n    return 2 * x\n")
    environment = os.environ | {"SAMENSPEL_CACHE_DIR": str(tmp_path / "cache")}
    for _ in range(2):
        command = [sys.executable, "-c", OF_NO_MODULE, str(page)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert done.stdout == "42.0\n", done.stderr
