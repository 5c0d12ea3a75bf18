"""What a learning community has for itself, and where it has nothing of its own what the partnership has (RULES 8)."""

from __future__ import annotations

from samenspel.agents.organisations import CommunityColumns
from samenspel.model.declared.parameters import COMMUNITY
from samenspel.model.state import ModelState

STATES = tuple(name for name in COMMUNITY if hasattr(CommunityColumns, name))
"""Settings that are a state of communities; hours of trainers are a state of their seats."""


def follow_partnership(here: ModelState) -> None:
    """Every community takes over what the partnership has."""
    for name in STATES:
        here.communities.column(name)[:] = getattr(here.p, name)
