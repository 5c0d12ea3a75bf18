"""Sites: schools and integrated child centres (1, 4.3.9, 4.3.10)."""

from __future__ import annotations

import math

from samenspel.model.luck.draws import Stream

from .agent import KeyedAgent
from .arithmetic import round_half_up, spread
from .mentors import Mentor


class Site(KeyedAgent):
    """A place where students work; without a cluster it is a candidate for growth."""

    def __init__(self, model, key, number, row, board, partnership, x, y, pupils, counts) -> None:
        super().__init__(model, key)
        self.number = number
        self.board = board
        self.partnership = partnership
        self.town = row.town
        self.x, self.y = x, y
        self.public = row.denomination == "public"
        self.ikc = row.kind == "ikc"
        self.recognised = row.recognised
        self.pupils = pupils
        self.counts = counts  # mentors, mentors_trained, care_mentors of the file, or None
        self.classes = max(1, round_half_up(pupils / self.p.class_size))
        self.climate = spread(self.p.climate_mean, self.p.climate_spread, self.u(Stream.SITE_STATE))
        self.cluster = None
        self.planned = False
        self.mentors: list[Mentor] = []
        self.hbo_places = 0
        self.mbo_places = 0
        self.hours_freed = 0.0
        self.hosting_teachers = 0

    def engage_mentors(self, cohort: int, trained_share: float) -> None:
        """The mentors of a site whose cluster begins (4.3.9)."""
        p = self.p
        teachers, teachers_trained, carers = self.counts
        if teachers is None:
            willing = math.floor(p.willing_share * self.classes + self.u(Stream.MENTOR_WILLING))
            teachers = min(32, max(1, willing))
        if carers is None:
            carers = p.care_mentors_per_ikc if self.ikc else 0
        for place in range(teachers):
            trained = None if teachers_trained is None else place < teachers_trained
            self.mentors.append(Mentor(self.model, self, place, cohort, trained_share, trained))
        for place in range(32, 32 + carers):
            self.mentors.append(Mentor(self.model, self, place, cohort, trained_share))

    def free_teachers(self, placed) -> None:
        """3.2: of who is placed in the cluster, assistants here free hours, and so many teachers share them."""
        self.hours_freed = sum(
            self.p.assistant_relief * student.openness * student.days_now
            for student in placed
            if student.programme == "assistant" and student.site is self
        )
        hosting = {student.mentor for student in placed}
        teachers = [mentor for mentor in self.mentors if mentor.kind == "teacher" and mentor.active]
        self.hosting_teachers = sum(mentor in hosting for mentor in teachers)

    @property
    def active_teachers(self) -> int:
        return sum(mentor.active and mentor.kind == "teacher" for mentor in self.mentors)

    @property
    def capacity(self) -> float:
        """Most hbo students the site can take (4.3.10)."""
        p = self.p
        if p.site_capacity == "soft":
            return math.inf
        by_classes = math.floor(p.students_per_class_limit * self.classes)
        return max(0, min(by_classes, 2 * self.active_teachers) - p.external_students_per_site)

    @property
    def proportion(self) -> float:
        """What places are dealt in proportion to (4.3.10)."""
        return self.classes if self.p.site_capacity == "soft" else self.capacity
