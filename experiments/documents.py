"""JSON documents for other programs."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.declaration import Parameter


def parameter_document(parameter: Parameter) -> dict[str, Any]:
    """Everything declared about a parameter; a bound it does not have is None."""
    fields = {field: getattr(parameter, field) for field in parameter.__slots__}
    plain = {name: None if isinstance(value, float) and math.isinf(value) else value for name, value in fields.items()}
    return {**plain, "choices": list(parameter.choices), "assumed": parameter.assumed, "allowed": parameter.allowed}


def as_json(data: Any) -> str:
    """JSON text; refuses NaN and infinity, which JSON does not know."""
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
