"""Documents as TOML text, also documents that no reader should accept."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Mapping
from typing import Any


class Raw(str):
    """Stands in a document as it is."""


def toml(document: Mapping[Any, Any]) -> str:
    """The document as TOML; its tables get headings, and what is deeper stands on one line."""
    plain, headed = [], []
    for key, value in document.items():
        if isinstance(value, dict):
            headed.append(_table(f"[{_key(key)}]", value))
        elif isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            headed += [_table(f"[[{_key(key)}]]", row) for row in value]
        else:
            plain.append(f"{_key(key)} = {_value(value)}")
    return "\n".join([*plain, *headed]) + "\n"


def _table(heading: str, table: Mapping[Any, Any]) -> str:
    return "\n".join([heading, *(f"{_key(key)} = {_value(value)}" for key, value in table.items())])


def _key(key: Any) -> str:
    text = str(key)
    return text if text.isascii() and text.replace("_", "").replace("-", "").isalnum() else _quoted(text)


def _quoted(text: str) -> str:
    whole = text.encode("utf-8", "replace").decode()
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    match value:
        case Raw():
            return value
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case int():
            return hex(value) if abs(value) > 10**4000 and value > 0 else str(value)
        case float():
            return (
                "nan" if math.isnan(value) else ("-inf" if value < 0 else "inf") if math.isinf(value) else repr(value)
            )
        case datetime.date() | datetime.time():
            return value.isoformat()
        case list():
            return "[" + ", ".join(map(_value, value)) + "]"
        case dict():
            return "{ " + ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items()) + " }"
    return _quoted(str(value))
