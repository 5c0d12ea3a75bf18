"""Cost, grant, contribution and what follows from a shortfall (4.4)."""

from __future__ import annotations

from collections import Counter

from samenspel.agents.mathematics import power
from samenspel.model.declared.schedules import SCHEDULES

from ..constants import GRANT_FIXED, GRANT_PER_STUDENT


def count_students(model) -> None:
    """Inside hbo students after week 1, by partnership and by the board of the site."""
    model.bbl = Counter(
        student.site.board for student in model.present_students() if student.inside and student.track == "bbl"
    )
    model.counted = Counter(
        (student.partnership, student.site.board)
        for student in model.present_students()
        if student.hbo and student.inside
    )


def students_of(model, board) -> int:
    return sum(n for (_, owner), n in model.counted.items() if owner is board)


def students_in(model, partnership: int) -> int:
    return sum(n for (number, _), n in model.counted.items() if number == partnership)


def share_of(model, board, partnership: int) -> float:
    """A board's part of the inside hbo students of a partnership."""
    everyone = students_in(model, partnership)
    return model.counted[partnership, board] / everyone if everyone else 0.0


def close_year(model, year: int) -> None:
    """The accounts of school year `year`, which is over; the consequences for the next."""
    for board in model.boards:
        board.cost = board_cost(model, board, year)
        board.grant = sum(
            (1 - model.p.grant_institute_share)
            * grant(model, i.partnership, year)
            * share_of(model, board, i.partnership)
            for i in model.institutes
        )
        board.grant += model.p.bbl_subsidy * model.bbl[board]
        settle(model.p, board, students_of(model, board), year)
    for institute in model.institutes:
        institute.cost = institute_cost(model, institute, year)
        institute.grant = model.p.grant_institute_share * grant(model, institute.partnership, year)
        settle(model.p, institute, students_in(model, institute.partnership), year)
    for mentor in model.mentors:
        mentor.paid_hours = 0.0


def wages(model, year: int) -> float:
    p = model.p
    if p.prices == "dated":
        return dated(model, "wage_index", p.wage_growth, year)
    return power(1 + p.wage_growth, float(year - 1))


def dated(model, name: str, growth: float, year: int) -> float:
    """The mean of what each month of a school year has, August to July."""
    starts = model.p.first_school_year + year - 1
    months = [(starts, m) for m in range(8, 13)] + [(starts + 1, m) for m in range(1, 8)]
    return sum(in_month(model, name, growth, month) for month in months) / 12


def in_month(model, name: str, growth: float, month: tuple[int, int]) -> float:
    """What holds in a (year, month): the last step before it, and a raise for each year begun since the end."""
    steps, end = steps_of(model, name)
    value = [value for since, value in steps if since <= month][-1]
    while month >= end:
        value *= 1 + growth
        end = (end[0] + 1, end[1])
    return value


def steps_of(model, name: str):
    """From when each value holds, in order, and until when that is known."""
    own = sorted(((row.year, row.month), row.value) for row in model.world.schedules if row.name == name)
    if own:
        (last, _), _ = own[-1]
        return own, (last + 1, 1)
    schedule = SCHEDULES[name]
    return [((step.year, step.month), step.value) for step in schedule.steps], schedule.until


def board_cost(model, board, year: int) -> float:
    p = model.p
    mentors = [mentor for mentor in model.mentors if mentor.board is board]
    teacher_hours = sum(mentor.paid_hours for mentor in mentors if mentor.kind == "teacher")
    care_hours = sum(mentor.paid_hours for mentor in mentors if mentor.kind == "care")
    for community in board.clusters:
        teacher_hours += 40 * community.school_trainer_hours * board.hours_factor + 40 * community.extra_hours
        if community.has_mbo:
            care_hours += 40 * p.practice_trainer_hours
    own = (
        p.teacher_hour_cost * teacher_hours
        + p.care_hour_cost * care_hours
        + p.mentor_training_cost * board.mentors_trained
    )
    half_leadership = p.teacher_hour_cost * p.leadership_hours / 2
    led = sum(share_of(model, board, institute.partnership) for institute in model.institutes)
    return wages(model, year) * (own + half_leadership * led)


def institute_cost(model, institute, year: int) -> float:
    p = model.p
    hours = 40 * institute.hours_wanted * institute.hours_factor * institute.pool + p.leadership_hours / 2
    return wages(model, year) * p.institute_hour_cost * hours


def grant(model, partnership: int, year: int) -> float:
    p = model.p
    if p.prices == "dated":
        fixed, of_one = (dated(model, name, p.grant_growth, year) for name in ("grant_fixed", "grant_per_student"))
        return fixed + of_one * students_in(model, partnership)
    amount = GRANT_FIXED + GRANT_PER_STUDENT * students_in(model, partnership)
    return amount * power(1 + p.grant_growth, float(year - 1))


def settle(p, party, students: int, year: int) -> None:
    """Contribution, budget, shortfall, and what the party does."""
    party.contribution = party.cost - party.grant
    if not p.with_finance or students == 0:
        return
    party.stopped = False
    if party.budget_year == 0:
        party.budget_rate = party.contribution / students
        party.budget_year = year
        return
    budget = party.budget_rate * power(1 + p.budget_growth, float(year - party.budget_year)) * students
    shortfall = party.contribution - budget
    if shortfall > p.contribution_tolerance * party.cost:
        if p.shortfall_response in ("cut", "both"):
            party.hours_factor = max(p.hours_floor, party.hours_factor * (1 - p.hours_cut))
        if p.shortfall_response in ("stop", "both"):
            party.stopped = True
