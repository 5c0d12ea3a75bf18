"""What adequate supervision must not fall short of (3.5.1)."""

from __future__ import annotations


def judge(p, student) -> None:
    """The floors that a student falls short of in a week with placement."""
    remember(p, student)
    student.shortfalls = frozenset(floor for floor, short in floors(p, student) if short)


def remember(p, student) -> None:
    """The first week with placement of a school year is all that is remembered of it."""
    for memory, now in (
        ("time_memory", student.support),
        ("contact_memory", student.trainer_contact + student.session_contact),
        ("quality_memory", student.supervision),
    ):
        before = getattr(student, memory)
        setattr(student, memory, before + p.memory_rate * (now - before) if student.weeks_placed else now)
    student.weeks_placed += 1


def floors(p, student):
    """Each floor that is asked of a student, and whether the student falls short of it."""
    if p.adequate_by == "quality":
        yield "quality", student.supervision < p.adequate_threshold
        return
    yield "quality", student.quality_memory < p.adequate_threshold
    if student.inside or p.form_outside == "mentored":
        yield "time", student.time_memory < p.floor_time - 1e-9
        yield "contact", 4 * student.contact_memory < p.floor_contact - 1e-9
