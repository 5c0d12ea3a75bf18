"""What people see when the model stops: enough to do it again."""

from __future__ import annotations

import traceback
from collections.abc import Sequence

from samenspel.experiments.output.version import version
from samenspel.viz.room.course import Course

LONGEST = 500  # characters


def failure(error: Exception, courses: Sequence[Course], seed: int, week: int) -> dict[str, str]:
    """The card of an error: its cause, and what was being shown."""
    return {
        "cause": f"{type(error).__name__}: {error}"[:LONGEST],
        "scenario": " | ".join(course.text() for course in courses),
        "seed": str(seed),
        "week": str(week),
        "version": version(),
        "where": traceback.format_exception_only(error)[-1].strip()[:LONGEST],
    }
