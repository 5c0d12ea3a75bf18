"""What workers need at hand: the process they are forked from imports this, and lives a week.

Then they have the compiled rules already, and none of them has to load those from disk again. Nothing is compiled here:
on a machine that has no rules yet the first workers do that.
"""

from __future__ import annotations

from contextlib import suppress

from samenspel.agents.compiled import are_compiled
from samenspel.model.input.scenario import Scenario
from samenspel.model.partnership import Partnership


def live_a_week() -> None:
    """Load all rules that a life needs, where they are compiled."""
    if are_compiled():
        with suppress(Exception):  # whatever is wrong, workers will meet it where it can be told
            Partnership(Scenario.load("baseline"), rng=1).run(weeks=1)


live_a_week()
