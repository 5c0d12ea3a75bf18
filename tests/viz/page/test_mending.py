"""Code for addresses of 64 bits on a machine where they have 32."""

import base64
from pathlib import Path

import pytest

from samenspel.viz.page.mending import NotForBrowsers, leaves, mended, type_end, wide
from samenspel.viz.page.webassembly import compiled
from tests.viz.page.running import in_node

ARRAY = "{ ptr, ptr, i64, [2 x double] }"
KIND = f"{{ ptr, {ARRAY}, i8, double }}"

# Numba's way: one function stores a structure as a whole, another reads its parts by their places in bytes, or the
# other way round. `x` is the only column of the bundle.
STORED = f"""
define void @fill(ptr %to, ptr %x) noinline {{
  %a = insertvalue {KIND} undef, ptr %x, 0
  %b = insertvalue {KIND} %a, ptr %to, 1, 0
  %c = insertvalue {KIND} %b, i64 7, 1, 2
  %d = insertvalue {KIND} %c, double 2.5, 1, 3, 1
  %e = insertvalue {KIND} %d, i8 3, 2
  %f = insertvalue {KIND} %e, double 4.5, 3
  store {KIND} %f, ptr %to, align 8
  ret void
}}
define i32 @check(ptr %result, ptr %error, ptr %bundle) {{
  %word = load i64, ptr %bundle, align 8
  %x = inttoptr i64 %word to ptr
  %s = alloca {KIND}, align 8
  call void @fill(ptr %s, ptr %x)
  %own = load ptr, ptr %s, align 8
  %at.seven = getelementptr i8, ptr %s, i64 24
  %seven = load i64, ptr %at.seven, align 8
  %as.float = sitofp i64 %seven to double
  store double %as.float, ptr %own, align 8
  %at.half = getelementptr i8, ptr %s, i64 40
  %half = load double, ptr %at.half, align 8
  %second = getelementptr double, ptr %own, i64 1
  store double %half, ptr %second, align 8
  %at.last = getelementptr i8, ptr %s, i64 56
  %last = load double, ptr %at.last, align 8
  %third = getelementptr double, ptr %own, i64 2
  store double %last, ptr %third, align 8
  ret i32 0
}}
"""
LOADED = f"""
define double @sum(ptr %from) noinline {{
  %s = load {KIND}, ptr %from, align 8
  %x = extractvalue {KIND} %s, 1, 1
  %seven = extractvalue {KIND} %s, 1, 2
  %last = extractvalue {KIND} %s, 3
  %as.float = sitofp i64 %seven to double
  %sum = fadd double %as.float, %last
  store double %sum, ptr %x, align 8
  ret double %sum
}}
define i32 @check(ptr %result, ptr %error, ptr %bundle) {{
  %word = load i64, ptr %bundle, align 8
  %x = inttoptr i64 %word to ptr
  %s = alloca [64 x i8], align 8
  %at.x = getelementptr i8, ptr %s, i64 16
  store ptr %x, ptr %at.x, align 8
  %at.seven = getelementptr i8, ptr %s, i64 24
  store i64 7, ptr %at.seven, align 8
  %at.last = getelementptr i8, ptr %s, i64 56
  store double 4.5, ptr %at.last, align 8
  %sum = call double @sum(ptr %s)
  %second = getelementptr double, ptr %x, i64 1
  store double %sum, ptr %second, align 8
  ret i32 0
}}
"""


@pytest.mark.parametrize(("code", "wanted"), [(STORED, [7.0, 2.5, 4.5]), (LOADED, [11.5, 11.5, 0.0])])
def test_a_structure_has_the_shape_that_code_was_written_for(code: str, wanted: list[float], tmp_path: Path) -> None:
    given = {
        "wasm": base64.b64encode(compiled({"check": code})).decode(),
        "layout": {"members": [{"name": "x", "dtype": "f8"}]},
        "name": "check",
        "numbers": [0, 0, 0],
    }
    assert in_node("answer", given, tmp_path) == wanted


def test_addresses_in_structures_and_arrays_are_as_wide_as_elsewhere() -> None:
    code = f"  %s = alloca [2 x {ARRAY}], align 8\n  %p = getelementptr inbounds [2 x {ARRAY}], ptr %s, i64 0, i64 %n\n"
    assert mended(code) == code.replace(ARRAY, "{ i64, i64, i64, [2 x double] }")


def test_what_has_no_addresses_stays_as_it_is() -> None:
    code = "  store { i64, [2 x double], i8 } %a, ptr %b, align 8\n  %c = load <4 x double>, ptr %d, align 8\n"
    assert mended(code) == code


def test_what_rules_change_is_not_said_to_stay_the_same() -> None:
    assert mended("  %n = load i64, ptr %at, align 8, !invariant.load !0, !noalias !7\n") == (
        "  %n = load i64, ptr %at, align 8, !noalias !7\n"
    )


def test_types_are_read_to_their_end() -> None:
    assert [text[: type_end(text)] for text in ("i64, i8", "[2 x { ptr, i64 }] %a", "<4 x i8>", "double")] == [
        "i64", "[2 x { ptr, i64 }]", "<4 x i8>", "double",
    ]  # fmt: skip
    assert leaves(KIND) == [
 ("ptr", (0,)), ("ptr", (1, 0)), ("ptr", (1, 1)), ("i64", (1, 2)), ("double", (1, 3, 0)), ("double", (1, 3, 1)),
        ("i8", (2,)), ("double", (3,)),
    ]  # fmt: skip
    assert wide(ARRAY) == "{ i64, i64, i64, [2 x double] }"


@pytest.mark.parametrize(
    "line",
    [
        "  %a = tail call <64 x i8> @llvm.masked.load.v64i8.p0(ptr align 1 %p, <64 x i1> %m, <64 x i8> poison)",
        "  %a = tail call i8 @llvm.x86.atomic.sub.cc.i64(ptr nonnull %p, i64 1, i32 4)",
        "@numba.dynamic.globals.7f = internal constant i64 140234",
        "  store <2 x ptr> %a, ptr %p, align 8",
    ],
)
def test_what_no_browser_has_is_refused(line: str) -> None:
    with pytest.raises(NotForBrowsers):
        mended(line + "\n")


def test_messages_of_errors_are_left_out_and_counting_is_the_run_times() -> None:
    raising = "define linkonce_odr i32 @_ZN5ol_raise_with_shape_context_cpuB1(ptr %a) #1 {\n"
    unwrapping = "define internal ptr @__excinfo_unwrap_args12ab(ptr %a) {\n"
    code = f"{raising}  call void @words()\n  ret i32 3\n}}\n"
    code += f"{unwrapping}  %b = call ptr @PyTuple_Pack(i64 1)\n  ret ptr %b\n}}\n"
    code += "define linkonce_odr void @NRT_decref(ptr %.1) #3 {\n  ret void\n}\n"
    assert mended(code) == (f"{raising}  ret i32 1\n}}\n{unwrapping}  unreachable\n}}\ndeclare void @NRT_decref(ptr)\n")
