"""In which weeks of the school year a student has a placement (3)."""

from __future__ import annotations


def weeks_of(student) -> range:
    """Year 1 may begin later, year 4 has the first weeks or the last; part-time as full-time in year 4 only."""
    p = student.p
    if student.year == 1 and student.programme in ("fulltime", "academic"):
        return range(p.year_1_first_week, 41)
    if student.year == 4 and student.programme in ("fulltime", "academic", "parttime"):
        return range(1, p.final_weeks + 1) if student.key % 2 == 0 else range(41 - p.final_weeks, 41)
    return range(1, 41)
