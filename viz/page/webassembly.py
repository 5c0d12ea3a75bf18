"""Compiled rules as WebAssembly: what Numba makes of them, compiled for another machine and linked with `runtime.c`."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm  # type: ignore[import-untyped]
from numba import cfunc

from samenspel.agents.columns import BundleType
from samenspel.agents.compiled import cache_folder
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message
from samenspel.viz.page.entries import ENTRIES, Entry, bundle
from samenspel.viz.page.mending import NotForBrowsers, mended

HERE = Path(__file__).parent
RUNTIME = HERE / "runtime.c"
BESIDE_RULES = ("entries.py", "mending.py", "runtime.c", "webassembly.py")
TRIPLE = "wasm32-unknown-unknown"
FEATURES = "+simd128,+bulk-memory,+sign-ext,+nontrapping-fptoint"
STACK = 2**20  # bytes
PLAIN = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "NUMBA_DISABLE_JIT": "0"}
"""So that rules are compiled without instructions of one processor, of which LLVM makes wrong ones for browsers."""


def rules() -> bytes:
    """The rules that a page calls as a WebAssembly module; made once for the same rules.

    Raises
    ------
    InputFaults
        When there is nothing to link with.
    NotForBrowsers
        When rules use what there is on this machine only.
    """
    kept = _kept()
    if not kept.is_file():
        _raise_missing()
        partly = kept.with_suffix(f".{os.getpid()}")
        _in_a_process_of_its_own(partly)
        partly.replace(kept)
    return kept.read_bytes()


def are_made() -> bool:
    """Whether the module of these rules is there already."""
    return _kept().is_file()


def _kept() -> Path:
    return cache_folder() / f"page-{_digest()[:16]}.wasm"


def _digest() -> str:
    """Of all that is in the module besides the rules."""
    files = b"".join((HERE / name).read_bytes() for name in BESIDE_RULES)
    packages = [name for name in ("numba", "llvmlite", "ziglang") if find_spec(name)]
    return hashlib.sha256(files + repr([(name, version(name)) for name in packages]).encode()).hexdigest()


def _raise_missing() -> None:
    """Raise `InputFaults` when there is nothing to link with."""
    if find_spec("ziglang") is None:
        found = Message("no {names}", names="ziglang")
        first = Message("first: {command}", command="pip install 'samenspel[browser]'")
        raise InputFaults([Fault("samenspel pack", Message("installation"), found, first)])


def _in_a_process_of_its_own(to: Path) -> None:
    """Write the module: this process compiles its rules for its own processor."""
    command = [sys.executable, "-P", "-m", "samenspel.viz.page.webassembly", str(to)]
    done = subprocess.run(command, env=os.environ | PLAIN, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise NotForBrowsers(done.stderr.strip())


def built(entries: Sequence[Entry], kind: BundleType) -> bytes:
    """These entries, which take a bundle of this kind, as a WebAssembly module."""
    return compiled({entry.name: code_of(entry, kind) for entry in entries})


def code_of(entry: Entry, kind: BundleType) -> str:
    """What Numba makes of an entry and all that it calls, for LLVM."""
    made = cfunc(entry.answer(kind, *entry.numbers))(entry.call)
    code: str = made.inspect_llvm()
    return code.replace(made.native_name.removeprefix("cfunc."), entry.name)


def compiled(code: Mapping[str, str]) -> bytes:
    """Code for LLVM, by the names of the functions to call, as a WebAssembly module."""
    return linked(object_of(code), list(code))


# --- the object ---


def object_of(code: Mapping[str, str]) -> bytes:
    """An object file in which only these functions can be seen."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    target = llvm.Target.from_triple(TRIPLE)
    machine = target.create_target_machine(opt=3, reloc="static", features=FEATURES)
    whole = llvm.parse_assembly("")
    for one in code.values():
        whole.link_in(llvm.parse_assembly(mended(one)))
    whole.triple, whole.data_layout = TRIPLE, str(machine.target_data)
    _hide_all_but(set(code), whole)
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=2))
    builder.getModulePassManager().run(whole, builder)
    made: bytes = machine.emit_object(whole)
    return made


def _hide_all_but(names: set[str], module: Any) -> None:
    """Let the optimiser leave out what no entry calls, such as what speaks to Python."""
    for one in (*module.functions, *module.global_variables):
        if not one.is_declaration and one.name not in names:
            one.linkage = "internal"


# --- the module ---


def linked(made: bytes, names: Sequence[str]) -> bytes:
    """An object file and the run time as one module that exports these names; it asks its host for nothing."""
    exports = [f"--export={name}" for name in names]
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "rules.o").write_bytes(made)
        _zig(here, "cc", "-target", "wasm32-freestanding", "-O2", "-mbulk-memory", "-c", RUNTIME, "-o", "runtime.o")
        _zig(here, "wasm-ld", "rules.o", "runtime.o", *exports, "--no-entry", "--strip-all", "--gc-sections",
             "--stack-first", "-z", f"stack-size={STACK}", "-o", "rules.wasm")  # fmt: skip
        return (here / "rules.wasm").read_bytes()


def _zig(folder: Path, *command: str | Path) -> None:
    """Run a part of Zig, which keeps nothing but there; what it says of a fault is for whoever called."""
    own = {"ZIG_GLOBAL_CACHE_DIR": str(folder), "ZIG_LOCAL_CACHE_DIR": str(folder)}
    subprocess.run([sys.executable, "-m", "ziglang", *command], cwd=folder, env=os.environ | own, check=True)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(built(ENTRIES, bundle()))
