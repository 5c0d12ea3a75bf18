"""Mentors and trainers at the turn of the year (4.3.3, 4.3.4)."""

from __future__ import annotations

from ..mentors import Mentor


def turn_mentors(model, year: int) -> None:
    for board in model.boards:
        board.mentors_trained = 0
    model.mentors.do(Mentor.rest)
    for mentor in model.mentors:
        mentor.turn_over(year)
        mentor.train()


def turn_trainers(model, year: int) -> None:
    for community in model.communities:
        backlog = community.leadership.backlog if model.p.with_leadership else 0.0
        done = 1 / (1 + backlog / 40)
        for trainer in community.trainers:
            if trainer.present:
                trainer.professionalise(done)
                trainer.turn_over(year)
        community.mature()
