"""The types of rule arguments: a column is one array per state, one element per agent."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Ints = NDArray[Any]
"""Whole numbers of any width: rows, counts, codes."""
type Flags = NDArray[Any]
"""True or false."""
type Settings = Any
"""The record of parameters; a rule reads `p.mentor_hours`."""
