"""What a hostile or careless hand may put into any place."""

from __future__ import annotations

import datetime
import sys
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.toml_text import Raw

NAMES = (
    "../../escaped", "../" * 40 + "etc/passwd", "/etc/passwd", "/dev/zero", "/dev/stdin", "/proc/self/mem",
    "C:\\x\\..\\y", "..", ".", "", " ", "a/b", "~", "$HOME", "`id`", "$(id)", "%s%n{0}{x}", "nul", "con.txt",
    "-rf", "--out=/tmp/x",
    "a\0b", "\x1b[31mred", "\x1b]0;title\x07", "line\nbreak", "tab\there", "\u202egnp.exe", "\ufeff", "e\u0301",
    "🙂" * 20,
    "=1+1", "=HYPERLINK(\"http://127.0.0.1:9\")", "+cmd|' /C calc'!A0", "@x", "<script>alert(1)</script>", "{{ 7*7 }}",
    "&lt;", "'; drop table x;--", "a" * 300, "ß" * 5000, "baseline", "../baseline.toml", "own.toml", "own.xlsx",
    "points.csv", "declared", "nan", "inf", "true", "1e999", "0x10", "1_0", "70 %", "½", "\uff11\uff12",
    "__class__", "None",
)  # fmt: skip
NUMBERS = (
    0, 1, 2, 3, -1, 10**15, 2**31, 2**63, -(2**63), 10**30, 9 * 10**400, 10**4200, 0.5, -0.0, 1e-320, 5e-324, 1e308,
    -1e308, sys.float_info.max, 1.0000000000000002, float("nan"), float("inf"), float("-inf"), 1e15, 12.0, 3.7,
)  # fmt: skip
DATES = (
    datetime.date(1, 1, 1), datetime.date(9999, 12, 31), datetime.time(23, 59, 59, 999999),
    datetime.datetime(2026, 2, 28, 12), datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
)  # fmt: skip


def _nested(depth: int, table: bool) -> Raw:
    return Raw("{a=" * depth + "1" + "}" * depth if table else "[" * depth + "]" * depth)


DEEP = tuple(_nested(depth, table) for depth in (3, 90, 900, 3000) for table in (False, True))
names = st.sampled_from(NAMES) | st.text(max_size=12)
scalars = st.one_of(
    st.sampled_from(NUMBERS), st.integers(-10, 100), st.floats(-2, 3), st.booleans(), names, st.sampled_from(DATES)
)
values = st.one_of(
    scalars,
    scalars,
    st.sampled_from(DEEP),
    st.lists(scalars, max_size=4),
    st.dictionaries(names, scalars, max_size=3),
    st.lists(st.dictionaries(names, scalars, max_size=2), max_size=3),
    st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=6
    ),
    st.builds(lambda value, times: [value] * times, scalars, st.sampled_from((10, 2000))),
)
documents: st.SearchStrategy[dict[str, Any]] = st.dictionaries(names, values, max_size=6)
