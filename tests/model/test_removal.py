"""Taking agents out by hand: students stop, all others stay."""

from __future__ import annotations

import pytest

from samenspel.agents.students import Exit, Status
from tests.lives import make


def test_a_student_who_is_removed_stops_and_is_gone_at_the_turn_of_the_year() -> None:
    partnership = make()
    student = partnership.students[0]
    student.remove()
    assert (student.status, student.exit_kind) == (Status.LEFT, Exit.STOP)
    partnership.run(weeks=41)
    with pytest.raises(LookupError, match="has left the model"):
        _ = student.engagement


@pytest.mark.parametrize("population", ["mentors", "trainers", "sites", "communities", "boards", "institutes"])
def test_nobody_else_can_be_removed(population: str) -> None:
    agent = getattr(make(), population)[0]
    with pytest.raises(TypeError, match="cannot be removed"):
        agent.remove()
