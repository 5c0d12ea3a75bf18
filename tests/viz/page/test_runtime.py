"""What compiled rules ask of a run time in a browser."""

import base64
from pathlib import Path

import pytest

from samenspel.viz.page.webassembly import compiled
from tests.viz.page.running import in_node

MEMORY = """
declare ptr @NRT_MemInfo_alloc_aligned(i64, i32)
declare void @NRT_incref(ptr)
declare void @NRT_decref(ptr)
define void @put(ptr %x, i64 %n, i1 %flag) {
  %at = getelementptr double, ptr %x, i64 %n
  %value = uitofp i1 %flag to double
  store double %value, ptr %at
  ret void
}
define i32 @check(ptr %result, ptr %error, ptr %bundle) {
  %word = load i64, ptr %bundle
  %x = inttoptr i64 %word to ptr
  %a = call ptr @NRT_MemInfo_alloc_aligned(i64 1000, i32 32)
  %b = call ptr @NRT_MemInfo_alloc_aligned(i64 1000, i32 32)
  call void @NRT_incref(ptr %b)
  call void @NRT_decref(ptr %a)
  call void @NRT_decref(ptr %b)
  %c = call ptr @NRT_MemInfo_alloc_aligned(i64 1000, i32 32)
  %above = icmp ugt ptr %c, %b
  call void @put(ptr %x, i64 0, i1 %above)
  call void @NRT_decref(ptr %c)
  call void @NRT_decref(ptr %b)
  %d = call ptr @NRT_MemInfo_alloc_aligned(i64 1000, i32 32)
  %again = icmp eq ptr %d, %a
  call void @put(ptr %x, i64 1, i1 %again)
  %at.data = getelementptr i8, ptr %d, i64 24
  %data = load i64, ptr %at.data
  %rest = urem i64 %data, 32
  %aligned = icmp eq i64 %rest, 0
  call void @put(ptr %x, i64 2, i1 %aligned)
  %e = call ptr @NRT_MemInfo_alloc_aligned(i64 1099511627776, i32 32)
  %none = icmp eq ptr %e, null
  call void @put(ptr %x, i64 3, i1 %none)
  ret i32 0
}
"""
PRODUCT = """
define i32 @check(ptr %result, ptr %error, ptr %bundle) {
  %word = load i64, ptr %bundle
  %x = inttoptr i64 %word to ptr
  %a = load double, ptr %x
  %second = getelementptr double, ptr %x, i64 1
  %b = load double, ptr %second
  %int.a = fptosi double %a to i64
  %int.b = fptosi double %b to i64
  %whole.a = sext i64 %int.a to i128
  %whole.b = sext i64 %int.b to i128
  %product = mul i128 %whole.a, %whole.b
  %high = ashr i128 %product, 64
  %high.word = trunc i128 %high to i64
  %high.float = sitofp i64 %high.word to double
  store double %high.float, ptr %x
  %low = trunc i128 %product to i64
  %shifted = lshr i64 %low, 12
  %low.float = uitofp i64 %shifted to double
  store double %low.float, ptr %second
  ret i32 0
}
"""
ONE_COLUMN = {"members": [{"name": "x", "dtype": "f8"}]}


def answer(code: str, numbers: list[float], folder: Path) -> list[float]:
    wasm = base64.b64encode(compiled({"check": code})).decode()
    given = {"wasm": wasm, "layout": ONE_COLUMN, "name": "check", "numbers": numbers}
    return [float(number) for number in in_node("answer", given, folder)]


def test_memory_is_used_again_when_nobody_refers_to_it(tmp_path: Path) -> None:
    assert answer(MEMORY, [0.5] * 4, tmp_path) == [1.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(("a", "b"), [(2**52 + 1, 2**52 + 3), (-(2**53) + 1, 2**50 + 7), (-3, -5), (2**62, -(2**61))])
def test_products_of_128_bits(a: int, b: int, tmp_path: Path) -> None:
    high, low = (a * b) >> 64, (a * b) % 2**64
    assert answer(PRODUCT, [float(a), float(b)], tmp_path) == [float(high), float(low >> 12)]
