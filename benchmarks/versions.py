"""The same run under the oldest and newest NumPy and Numba that `pyproject.toml` allows.

`python benchmarks/versions.py [--oldest]` makes throw-away environments, runs the baseline in each with a cache of
compiled rules of its own, and prints the fingerprints; it fails when they differ. `--processors` also runs the present
environment as if this processor could do less.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
RUN = ("-m", "samenspel", "run", "baseline", "--seed", "1", "--replications", "2", "--json")
IMPORTED = """
import sys
from importlib.metadata import packages_distributions
import samenspel
samenspel.main(sys.argv[1:])
of = packages_distributions()
print("\\n\\n", *{name.lower().replace("_", "-") for module in {*sys.modules} for name in of.get(module, ())})
"""  # which distributions a run imports: after its own output
NO_AVX512 = "X86_V4 AVX512_ICL AVX512_SPR"
LESS = {  # what is switched off, and how
    "rules compiled for any x86-64": {"NUMBA_CPU_NAME": "generic"},
    "rules compiled for Haswell": {"NUMBA_CPU_NAME": "haswell"},
    "NumPy without AVX-512": {"NPY_DISABLE_CPU_FEATURES": NO_AVX512},
    "NumPy without AVX2": {"NPY_DISABLE_CPU_FEATURES": f"{NO_AVX512} X86_V3"},
    "C library without AVX2 and FMA": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA,-FMA4"},
}


@dataclass(frozen=True)
class Case:
    """One way to run: libraries that are pinned (none: the present environment), and variables."""

    name: str
    pins: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)


def main() -> int:
    """Run all cases and compare them with the present environment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--oldest", action="store_true", help="the present environment and the oldest only")
    parser.add_argument("--processors", action="store_true", help="also as if this processor could do less")
    options = parser.parse_args()
    low, high = bounds("lower"), bounds("none")
    cases = [Case("present"), Case("oldest", low)]
    if not options.oldest:
        cases += [Case("newest", high)]
    if options.processors:
        cases += [Case(name, variables=variables) for name, variables in LESS.items()]
    found = {}
    for case in cases:
        began = time.perf_counter()
        found[case.name] = fingerprint_of(case)
        print(f"{case.name:<32} {' '.join(case.pins):<32} {found[case.name][:16]} {time.perf_counter() - began:.0f} s")
    return int(len(set(found.values())) > 1)


def bounds(which: str) -> tuple[str, ...]:
    """NumPy and Numba as pip should install them: the oldest allowed, or whatever is newest."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    wanted = [Requirement(line) for line in declared if Requirement(line).name in ("numpy", "numba")]
    if which == "none":
        return tuple(str(one) for one in wanted)
    lowest = {one.name: next(limit.version for limit in one.specifier if limit.operator == ">=") for one in wanted}
    return tuple(f"{name}=={version}.*" for name, version in lowest.items())


def fingerprint_of(case: Case) -> str:
    """The fingerprint of the run in this case."""
    with tempfile.TemporaryDirectory(prefix="samenspel-versions-") as folder:
        python = environment(Path(folder), case.pins) if case.pins else sys.executable
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        own = {"SAMENSPEL_CACHE_DIR": str(Path(folder) / "rules")} if case.pins or case.variables else {}
        variables = kept | own | case.variables
        done = subprocess.run([python, *RUN], cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{case.name}: {done.stderr[-1500:]}")
        return done.stdout.rpartition('"fingerprint": "')[2].partition('"')[0]


def environment(folder: Path, pins: tuple[str, ...]) -> str:
    """A throw-away environment with these libraries, what a run needs beside them, and this checkout; its Python."""
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    for what in ((*pins, *needed()), ("--no-deps", "-e", str(ROOT))):
        subprocess.run([python, "-m", "pip", "install", "-qqq", *what], check=True)
    return str(python)


@cache
def needed() -> list[str]:
    """What `samenspel run` imports, as the project declares it."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, *RUN[2:]], cwd=ROOT, capture_output=True, check=True, text=True
    )
    imported = done.stdout.rpartition("\n\n")[2].split()
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    return [line for line in declared if canonicalize_name(Requirement(line).name) in imported]


if __name__ == "__main__":
    sys.exit(main())
