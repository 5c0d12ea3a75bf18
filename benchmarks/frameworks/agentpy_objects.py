"""AgentPy: agents in lists of its own, whose methods are called on the whole list, and a model with a `step`."""

from __future__ import annotations

import math

import agentpy as ap
from part import DOMAINS, MEANS, WEEKS, Part


def gap_effect(x: float) -> float:
    """What is learned from somebody x ideal gaps ahead."""
    return x * math.exp(1.0 - x) if x > 0.0 else 0.0


class Mentor(ap.Agent):
    """Divides hours over students."""

    def setup(self) -> None:
        """Nobody asked yet."""
        self.asked = self.support = 0.0

    def begin_week(self) -> None:
        """Nobody asked yet."""
        self.asked = 0.0

    def divide_time(self) -> None:
        """The share of what is asked that can be given."""
        self.support = 1.0 / max(1.0, self.asked / self.hours)


class Cluster(ap.Agent):
    """Its trainers look after its students, and lead the meeting."""

    def setup(self) -> None:
        """No students yet."""
        self.students = []
        self.trainer_guidance = 0.0

    def divide_attention(self) -> None:
        """What each of the students gets from the trainers."""
        time = self.time / max(1, len(self.students))
        self.trainer_guidance = self.effect * time / (time + self.model.p.trainer_half)

    def meet(self) -> None:
        """Subgroups of who came, part by part."""
        p = self.model.p
        subgroups = []
        came = [student for student in self.students if student.came]
        for part in sorted({student.part for student in came}):
            seated = sorted((student for student in came if student.part == part), key=lambda who: who.seat_luck)
            n, q = len(seated), max(1, math.floor(len(seated) / p.subgroup_size + 0.5))
            cut = [[student for j, student in enumerate(seated) if j * q // n == group] for group in range(q)]
            subgroups += [subgroup for subgroup in cut if len(subgroup) > 1]
        if subgroups:
            facilitation = self.maturity * self.time / (self.time + p.facilitation_half * len(subgroups))
            for subgroup in subgroups:
                self.learn_together(subgroup, facilitation)

    def learn_together(self, subgroup: list, facilitation: float) -> None:
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


class Student(ap.Agent):
    """Asks, is guided, remembers, and meets others."""

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
        support = self.mentor.support if self.mentor is not None else 0.0
        skill = self.mentor.skill if self.mentor is not None else 0.0
        guidance = (1.0 + p.dose_half) * support / (support + p.dose_half) * skill
        s = (1.0 - p.trainer_weight) * guidance + p.trainer_weight * self.cluster.trainer_guidance
        self.supervision = min(1.0, max(0.0, s))
        self.remembered += p.memory_rate * (self.supervision - self.remembered)

    def feel_supported(self) -> None:
        """Support of peers fades, and grows with help."""
        p = self.model.p
        self.peer_support -= p.peer_fade * self.peer_support
        if self.help > 0.0:
            self.peer_support += p.peer_rate * self.help / (self.help + p.peer_half) * (1.0 - self.peer_support)


class Community(ap.Model):
    """One step is one week."""

    def setup(self) -> None:
        """Agents with the attributes of the part."""
        part: Part = self.p.part
        self.mentors = ap.AgentList(self, part.mentors["skill"].size, Mentor)
        self.clusters = ap.AgentList(self, part.clusters["time"].size, Cluster)
        self.students = ap.AgentList(self, part.size, Student)
        for agents, table in ((self.mentors, part.mentors), (self.clusters, part.clusters)):
            for name, column in table.items():
                setattr(agents, name, ap.AttrIter(column.tolist()))
        for name in ("part", "need", "days", "chance", *MEANS):
            setattr(self.students, name, ap.AttrIter(part.students[name].tolist()))
        links = zip(part.students["cluster"].tolist(), part.students["mentor"].tolist(), strict=True)
        for row, (student, (cluster, mentor)) in enumerate(zip(self.students, links, strict=True)):
            student.row, student.cluster = row, self.clusters[cluster]
            student.mentor = self.mentors[mentor] if mentor >= 0 else None
            student.cluster.students.append(student)

    def step(self) -> None:
        """A week, in the order of the rules."""
        part: Part = self.p.part
        n = self.t - 1
        self.meeting = part.is_meeting(WEEKS[n])
        self.luck, self.seat_luck = part.luck[n].tolist(), part.seat_luck[n].tolist()
        self.mentors.begin_week()
        self.students.begin_week()
        self.mentors.divide_time()
        self.clusters.divide_attention()
        self.students.be_guided()
        if self.meeting:
            self.clusters.meet()
        self.students.feel_supported()


class Model:
    """The AgentPy model, set up but not run."""

    def __init__(self, part: Part) -> None:
        self.model = Community({"part": part, "steps": len(WEEKS), **vars(part.p)})
        self.model.sim_setup()

    def live(self) -> None:
        """All weeks."""
        while self.model.running:
            self.model.sim_step()

    def means(self) -> dict[str, float]:
        """What everybody must find."""
        students = self.model.students
        return {name: sum(getattr(students, name)) / len(students) for name in MEANS}
