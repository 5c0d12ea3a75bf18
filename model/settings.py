"""Parameter values as one record, so that a rule reads `p.mentor_hours` like its formula."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.declaration import Value
from model.parameters import PARAMETERS

DTYPES = {"real": np.float64, "whole": np.int64, "switch": np.bool_, "choice": np.int64}
RECORD = np.dtype([(name, DTYPES[parameter.kind]) for name, parameter in PARAMETERS.items()], align=True)

# Choices by their place in the declaration; tests/test_settings.py holds the two together.
HYPERBOLIC, LINEAR, LOGISTIC = 0, 1, 2  # form_caseload
EXPONENTIAL, STRAIGHT = 1, 2  # form_dose, after HYPERBOLIC
INVERTED_U, THRESHOLD, MONOTONE = 0, 1, 2  # form_peer_gap
PLATEAU, INVERSE, NO_SIZE_EFFECT = 0, 1, 2  # form_group_size
FIRST_CONTACTS_HURT, CONTACT_LINEAR = 0, 1  # form_contact
EXCESS, ALL_LOAD = 0, 1  # form_fatigue
NOT_TOGETHER, PARALLEL, MIXED, ALTERNATING = 0, 1, 2, 3  # mbo_mix
SAME_DAY, OTHER_DAY, LIGHT = 0, 1, 2  # parttime_form
EVENLY, BY_NEED = 0, 1  # attention
PARTTIME_FIRST, LOTTERY, FULLTIME_FIRST = 0, 1, 2  # placement_priority
HARD, SOFT = 0, 1  # site_capacity
CUT_AND_STOP, CUT, STOP = 0, 1, 2  # shortfall_response
ASSISTANTS_ONLY, NOBODY = 0, 1  # mbo_without_ikc


def settings(values: Mapping[str, Value]) -> NDArray[Any]:
    """One record of all parameters, shape (1,); a choice is stored as its place in the declaration."""
    record = np.zeros(1, RECORD).view(np.recarray)  # fields are attributes where rules are not compiled, too
    for name, parameter in PARAMETERS.items():
        value = values[name]
        record[name] = parameter.choices.index(str(value)) if parameter.kind == "choice" else value
    return record
