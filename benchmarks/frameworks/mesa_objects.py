"""Plain Mesa: students and mentors are agents with attributes and methods, clusters hold the meeting."""

from __future__ import annotations

import math
from collections import defaultdict

import mesa
from part import DOMAINS, MEANS, WEEKS, Part


def gap_effect(x: float) -> float:
    """What is learned from somebody x ideal gaps ahead."""
    return x * math.exp(1.0 - x) if x > 0.0 else 0.0


class Mentor(mesa.Agent):
    """Divides hours over students."""

    def __init__(self, model: Model, skill: float, hours: float) -> None:
        super().__init__(model)
        self.skill, self.hours, self.asked = skill, hours, 0.0

    def begin_week(self) -> None:
        """Nobody asked yet."""
        self.asked = 0.0

    @property
    def support(self) -> float:
        """The share of what is asked that can be given."""
        return 1.0 / max(1.0, self.asked / self.hours)


class Cluster(mesa.Agent):
    """Its trainers look after its students, and lead the meeting."""

    def __init__(self, model: Model, time: float, effect: float, maturity: float) -> None:
        super().__init__(model)
        self.time, self.effect, self.maturity = time, effect, maturity
        self.students: list[Student] = []

    def trainer_guidance(self) -> float:
        """What each of the students gets from the trainers."""
        time = self.time / len(self.students)
        return self.effect * time / (time + self.model.p.trainer_half)

    def meet(self) -> None:
        """Cut who came into subgroups, and let them learn."""
        p = self.model.p
        strata = defaultdict(list)
        for student in self.students:
            if student.came:
                strata[student.part].append(student)
        subgroups = []
        for stratum in strata.values():
            n, q = len(stratum), max(1, math.floor(len(stratum) / p.subgroup_size + 0.5))
            cut: list[list[Student]] = [[] for _ in range(q)]
            for j, student in enumerate(sorted(stratum, key=lambda who: who.seat_luck)):
                cut[j * q // n].append(student)
            subgroups += [subgroup for subgroup in cut if len(subgroup) > 1]
        facilitation = self.maturity * self.time / (self.time + p.facilitation_half * len(subgroups) or 1.0)
        for subgroup in subgroups:
            self.learn_together(subgroup, facilitation)

    def learn_together(self, subgroup: list[Student], facilitation: float) -> None:
        """Every ordered pair, all as they were before the meeting."""
        p, size = self.model.p, len(subgroup)
        talk = 1.0 if size <= p.talk_size else (p.talk_size / size) ** p.talk_exponent
        weight = facilitation * talk / (size - 1)
        gained = {student: dict.fromkeys(DOMAINS, 0.0) for student in subgroup}
        for learner in subgroup:
            for explainer in subgroup:
                if learner is explainer:
                    continue
                for domain in DOMAINS:
                    theirs = getattr(explainer, domain)
                    k = gap_effect((theirs - getattr(learner, domain)) / p.gap_best) * weight
                    gained[learner][domain] += p.peer_gain * k
                    gained[explainer][domain] += p.explaining_gain * p.roles * p.peer_gain * k * (1.0 - theirs)
                    learner.help += k / 3.0
        for student, gains in gained.items():
            for domain, gain in gains.items():
                setattr(student, domain, min(1.0, getattr(student, domain) + gain))


class Student(mesa.Agent):
    """Asks, is guided, remembers, and meets others."""

    def __init__(self, model: Model, row: int, cluster: Cluster, mentor: Mentor | None, states: dict) -> None:
        super().__init__(model)
        self.row, self.cluster, self.mentor = row, cluster, mentor
        for name, value in states.items():
            setattr(self, name, value)
        self.came, self.help, self.seat_luck = False, 0.0, 0.0
        cluster.students.append(self)

    def begin_week(self) -> None:
        """Come or not, and ask the mentor for time."""
        model, p = self.model, self.model.p
        self.came = model.meeting and model.luck[self.row] < self.chance
        self.seat_luck, self.help = model.seat_luck[self.row], 0.0
        days = max(0.0, self.days - p.meeting_hours / p.hours_per_day) if self.came else self.days
        if self.mentor is not None:
            self.mentor.asked += self.need * days * (1.0 - p.peer_relief * self.peer_support)

    def be_guided(self) -> None:
        """By mentor and trainers."""
        p = self.model.p
        guidance = 0.0
        if self.mentor is not None:
            support = self.mentor.support
            guidance = (1.0 + p.dose_half) * support / (support + p.dose_half) * self.mentor.skill
        s = (1.0 - p.trainer_weight) * guidance + p.trainer_weight * self.cluster.trainer_guidance()
        self.supervision = min(1.0, max(0.0, s))
        self.remembered += p.memory_rate * (self.supervision - self.remembered)

    def feel_supported(self) -> None:
        """Support of peers fades, and grows with help."""
        p = self.model.p
        self.peer_support -= p.peer_fade * self.peer_support
        if self.help > 0.0:
            self.peer_support += p.peer_rate * self.help / (self.help + p.peer_half) * (1.0 - self.peer_support)


class Model(mesa.Model):
    """One step is one week."""

    def __init__(self, part: Part) -> None:
        super().__init__(rng=1)
        self.part, self.p, self.done = part, part.p, 0
        self.meeting = False
        self.luck: list[float] = []
        self.seat_luck: list[float] = []
        mentors = [Mentor(self, *row) for row in rows(part.mentors, "skill", "hours")]
        clusters = [Cluster(self, *row) for row in rows(part.clusters, "time", "effect", "maturity")]
        names = ("cluster", "mentor", "part", "need", "days", "chance", *MEANS)
        for n, (cluster, mentor, *states) in enumerate(rows(part.students, *names)):
            guide = mentors[mentor] if mentor >= 0 else None
            Student(self, n, clusters[cluster], guide, dict(zip(names[2:], states, strict=True)))

    def step(self) -> None:
        """A week, in the order of the rules."""
        self.meeting = self.part.is_meeting(WEEKS[self.done])
        self.luck, self.seat_luck = self.part.luck[self.done].tolist(), self.part.seat_luck[self.done].tolist()
        students = self.agents_by_type[Student]
        self.agents_by_type[Mentor].do("begin_week")
        students.do("begin_week")
        students.do("be_guided")
        if self.meeting:
            self.agents_by_type[Cluster].do("meet")
        students.do("feel_supported")
        self.done += 1

    def live(self) -> None:
        """All weeks."""
        for _ in WEEKS:
            self.step()

    def means(self) -> dict[str, float]:
        """What everybody must find."""
        return {
            name: self.agents_by_type[Student].agg(name, lambda values: sum(values) / len(values)) for name in MEANS
        }


def rows(table: dict, *names: str) -> zip:
    """Rows of some columns, as plain numbers."""
    return zip(*(table[name].tolist() for name in names), strict=True)
