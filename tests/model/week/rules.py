"""How the rules of a week are tested: on how many examples, and what counts as equal."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from samenspel.agents.organisations import Board, Site
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.week.supervision import mentor_time
from tests.lives import rows_of
from tests.strategies import examples

FORMS = {name: parameter.choices for name, parameter in PARAMETERS.items() if parameter.kind == "choice"}
often = examples(60)
seldom = examples(30)
CLOSE = 1e-12
SURE = 1e-6
"""Below this p-value a count is not that of its chance; a true one meets it once in a million tests."""


def load_of(p: Any, m: Any, factor: float = 1.0) -> None:
    """What mentors have and bear at sites where no assistant frees anybody."""
    sites = rows_of(Site, int(m.site.max()) + 1, hosting_teachers=1)
    mentor_time(p, m, sites, rows_of(Board, 1, hours_factor=factor))


people = st.integers(0, 2**20).map(np.random.default_rng)
"""Whose states are anything."""
