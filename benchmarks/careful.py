"""A recorder for the textbook that looks at every agent once a week: what Mesa's `DataCollector` finds, in one pass.

Sixteen reporters of a `DataCollector` walk through all students sixteen times; that is most of what a textbook week
costs. Somebody who needs the speed writes this instead, so this is the fairer opponent.
"""

from __future__ import annotations

from typing import Any

MEANS = ("supervision", "peer_support", "teaching", "care", "collaboration", "barrier")
NOTHING = float("nan")


def share(part: float, whole: float) -> float:
    """A mean or share; NaN over nobody."""
    return part / whole if whole else NOTHING


def tenth_percentile(values: list[float]) -> float:
    """Linear at rank 0.1·(n − 1)."""
    if not values:
        return NOTHING
    ordered = sorted(values)
    rank = 0.1 * (len(ordered) - 1)
    low = int(rank)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (rank - low) * (ordered[high] - ordered[low])


class CarefulRecorder:
    """Takes the place of `model.datacollector`."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def collect(self, model: Any) -> None:
        """One row for this week."""
        row = {"year": model.year, "week": model.week_of_year}
        self.rows.append(row | self._students(model) | self._mentors(model))

    def _students(self, model: Any) -> dict[str, float]:
        sums = dict.fromkeys(MEANS, 0.0)
        inside = placed = outside = exits = adequate = members = came = 0
        asked: float = 0
        given: float = 0
        supervisions = []
        for student in model.students:
            status = student.status
            if status == "inside":
                inside += 1
                hours = student.hours_asked
                asked += hours
                given += student.support * hours
                for name in MEANS:
                    sums[name] += getattr(student, name)
                if student.placed:
                    placed += 1
                    supervisions.append(student.supervision)
                    adequate += not student.shortfalls
                    if student.member:
                        members += 1
                        came += student.attended
            elif status == "outside":
                outside += 1
            exits += student.exit_kind in ("stop", "switch")
        return {
            "inside": inside,
            "outside": outside,
            "exits": exits,
            "share_adequate": share(adequate, placed),
            "supervision_p10": tenth_percentile(supervisions),
            "hours_asked": asked,
            "hours_given": given,
            "attendance": share(came, members),
            **{name: share(total, placed if name == "supervision" else inside) for name, total in sums.items()},
        }

    def _mentors(self, model: Any) -> dict[str, float]:
        hosting = overloaded = 0
        for mentor in model.mentors:
            if mentor.students > 0:
                hosting += 1
                overloaded += mentor.load > 1
        backlog = max(leadership.backlog for leadership in model.leaderships)
        return {"share_overloaded": share(overloaded, hosting), "backlog": float(backlog)}
