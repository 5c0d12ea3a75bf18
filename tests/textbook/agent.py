"""What all agents share: a key, and luck that is looked up with it (RULES, conventions and section 2)."""

from __future__ import annotations

import mesa

HBO_STUDENT, MBO_STUDENT, MENTOR, TRAINER, SITE, COMMUNITY, BOARD = range(1, 8)
"""The kinds of key."""


def make_key(kind: int, cohort: int, partnership: int, index: int) -> int:
    """Section 2: kind·2^56 + cohort·2^40 + partnership·2^20 + index."""
    return kind * 2**56 + cohort * 2**40 + partnership * 2**20 + index


class KeyedAgent(mesa.Agent):
    """A Mesa agent with a key."""

    def __init__(self, model, key: int) -> None:
        super().__init__(model)
        self.key = key

    @property
    def p(self):
        """The parameters of the run, by name."""
        return self.model.p

    def u(self, stream, number: int = 0) -> float:
        """The agent's draw of this moment (a running week, or the number of a school year outside the weeks)."""
        return self.model.luck(stream, self.key, self.model.moment, number)
