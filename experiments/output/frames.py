"""Tables as plain data."""

from __future__ import annotations

from typing import Any

import pandas as pd


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as plain dictionaries."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def rows_by_name(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """The same, found by the table's index."""
    return dict(zip(map(str, table.index), rows(table), strict=True))
