"""JSON and CSV for other programs."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from samenspel.model.declared.declaration import Parameter

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a text may not begin with in CSV: a spreadsheet would take it for a formula (OWASP, CSV injection)."""


def parameter_document(parameter: Parameter[Any]) -> dict[str, Any]:
    """Everything declared about a parameter; a bound it does not have is None."""
    names = ("name", *(field for field in parameter.__slots__ if field not in ("name", "options")))
    fields = {name: getattr(parameter, name) for name in names}
    if parameter.distribution:
        fields["distribution"] = asdict(parameter.distribution)
    plain = {name: None if isinstance(value, float) and math.isinf(value) else value for name, value in fields.items()}
    return {**plain, "choices": list(parameter.choices), "assumed": parameter.assumed, "allowed": parameter.allowed}


def as_json(data: Any) -> str:
    """JSON text; refuses NaN and infinity, which JSON does not know."""
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_csv(table: pd.DataFrame) -> str:
    """CSV text of a table without its index, in which no text is taken for a formula: such a text begins with `'`."""
    import pandas as pd

    safe = table.copy()
    for name in table.select_dtypes(exclude=["number", "bool"]):
        safe[name] = pd.Series([inert(value) for value in table[name]], table.index, dtype=object)
    return safe.to_csv(index=False, lineterminator="\n")


def inert(value: Any) -> Any:
    """A text that a spreadsheet takes for text, also when it begins like a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value
