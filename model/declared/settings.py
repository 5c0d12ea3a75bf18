"""Parameter values as one record, so that a rule reads `p.mentor_hours` like its formula."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.model.declared.declaration import Parameter, Value
from samenspel.model.declared.parameters import PARAMETERS

DTYPES = {"real": np.float64, "whole": np.int64, "switch": np.bool_, "choice": np.int64}
RECORD = np.dtype([(name, DTYPES[parameter.kind]) for name, parameter in PARAMETERS.items()], align=True)


def settings(values: Mapping[str, Value]) -> NDArray[Any]:
    """One record of all parameters, shape (1,); a choice is stored as its place in the declaration."""
    row = tuple(coded(parameter, values[name]) for name, parameter in PARAMETERS.items())
    return np.array([row], RECORD).view(np.recarray)  # fields are attributes where rules are not compiled, too


def coded(parameter: Parameter[Any], value: Value) -> Any:
    """A value as rules read it."""
    return parameter.options[str(value).upper()] if parameter.options else value
