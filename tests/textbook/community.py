"""The learning community of a training cluster: its trainers' time (3.4) and its parts (4.8)."""

from __future__ import annotations

import math

from .agent import COMMUNITY, KeyedAgent, make_key
from .constants import VACANCY_LOSS
from .trainers import TRAINER_KINDS, Trainer


class Community(KeyedAgent):
    """One training cluster and the community of its students of years 1–3 (with mbo, unless `mbo_mix` is none)."""

    def __init__(self, model, number, cohort, board, partnership, places, own, maturity, familiarity) -> None:
        super().__init__(model, make_key(COMMUNITY, cohort, partnership, number))
        p = self.p
        self.number = number
        self.board = board
        self.partnership = partnership
        self.places = p.students_per_cluster if places is None else places
        self.own = own
        self.school_trainer_hours = self.has("trainer_hours")
        self.institute_trainer_hours = self.has("institute_trainer_hours")
        self.maturity = maturity
        self.extra_hours = 0.0
        self.plan = False
        self.has_mbo = False
        self.parts = 1
        self.clear_week()
        self.trainers = [Trainer(model, self, kind, cohort, familiarity) for kind in TRAINER_KINDS]

    def has(self, name: str):
        """A setting of its own, else that of the partnership (1)."""
        return self.own.get(name, getattr(self.p, name))

    def clear_week(self) -> None:
        self.members = 0
        self.mbo_share = 0.0
        self.hosting = 0
        self.coordination = 0.0
        self.sessions = 0.0
        self.session_hours_asked = 0.0
        self.session_hours_given = 0.0
        self.persons = 0.0
        self.persons_mbo = 0.0
        self.trainer_time = 0.0
        self.subgroups = 0
        self.facilitation = 0.0

    # --- who belongs to it -------------------------------------------------------------------------------------------

    @property
    def institute(self):
        return self.model.institutes[self.partnership]

    @property
    def leadership(self):
        return self.model.leaderships[self.partnership]

    @property
    def sites(self) -> list:
        return [site for site in self.model.sites if site.cluster is self]

    @property
    def mentors(self) -> list:
        return [mentor for site in self.sites for mentor in site.mentors]

    def students(self) -> list:
        """Everyone inside, in row order."""
        return [student for student in self.model.students if student.cluster is self]

    # --- trainers (3.4) ----------------------------------------------------------------------------------------------

    @property
    def trainer_hours(self) -> float:
        return sum(trainer.hours for trainer in self.trainers if trainer.counted) + self.plan_hours

    @property
    def plan_hours(self) -> float:
        """What is really there of the hours that plans add."""
        return self.extra_hours * self.p.hours_delivered

    @property
    def mix(self) -> float:
        """The coordination that meeting across professions asks."""
        p, f = self.p, self.mbo_share
        m = {"mixed": 1.0, "alternating": 0.5, "parallel": 0.0, "none": 0.0}[self.has("mbo_mix")]
        return p.coordination_mix * p.mbo_institutions * self.members * 4 * f * (1 - f) * m

    def count_heads(self, students) -> None:
        """Members, the mbo share of them, and mentors with students."""
        members = [student for student in students if student.member]
        self.members = len(members)
        self.mbo_share = sum(student.mbo for student in members) / len(members) if members else 0.0
        self.hosting = sum(mentor.students > 0 for mentor in self.mentors)

    def coordinate(self) -> None:
        p = self.p
        new_hosting = sum(mentor.new and mentor.students > 0 for mentor in self.mentors)
        self.coordination = (
            p.coordination_base
            + p.coordination_site * len(self.sites)
            + p.coordination_mentor * self.hosting
            + p.coordination_new_mentor * new_hosting
            + self.mix
            + p.coordination_split * (self.parts - 1)
            + p.coordination_backlog * self.leadership.backlog
        )
        self.trainer_time = max(0.0, self.trainer_hours - self.coordination)

    @property
    def trainer_effect(self) -> float:
        """skill · familiarity · seats."""
        counted = [trainer for trainer in self.trainers if trainer.counted]
        hours = sum(trainer.hours for trainer in counted)
        if hours == 0:
            return 0.0
        skill = sum(trainer.hours * trainer.skill for trainer in counted) / hours
        familiarity = sum(trainer.hours * trainer.familiarity for trainer in counted) / hours
        vacant = sum(trainer.vacant for trainer in self.trainers if trainer.kind in ("school", "institute"))
        return skill * familiarity * (1 - VACANCY_LOSS * vacant / 2)

    def guide(self, students) -> None:
        """Divide the trainers' attention over those inside who have a placement this week."""
        if self.p.attention == "need":
            claims = [1 - student.remembered for student in students]
        else:
            claims = [1.0 for _ in students]
        if sum(claims) == 0:
            claims = [1.0 for _ in students]
        effect = self.trainer_effect
        for student, claim in zip(students, claims, strict=True):
            t = self.trainer_time * claim / sum(claims)
            student.trainer_contact = t
            student.trainer_guidance = effect * t / (t + self.p.trainer_half) if t > 0 else 0.0

    # --- the turn of the year ----------------------------------------------------------------------------------------

    def mature(self) -> None:
        """4.3.4."""
        full = 1 / (1 + self.leadership.backlog / 40) if self.p.with_fidelity and self.p.with_leadership else 1.0
        self.maturity += self.p.maturity_rate * (full - self.maturity)

    def split(self) -> None:
        """4.8: too large a community meets in parts."""
        students = self.students()
        members = [student for student in students if student.member]
        self.parts = max(1, math.ceil(len(members) / self.p.community_split_size))
        for student in students:
            student.part = 0
        for i, student in enumerate(sorted(members, key=lambda s: (s.year, s.key))):
            student.part = i % self.parts
