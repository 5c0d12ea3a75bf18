"""Cards: the story of one student, site or cluster, in plain words and numbers of this week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from samenspel.agents.mentors import MentorKind, Role
from samenspel.agents.students import Programme, Status
from samenspel.agents.trainers import KINDS, TrainerKind
from samenspel.experiments.output.floors import falling_short, with_floors
from samenspel.experiments.output.floors import names_of as floor_names
from samenspel.experiments.output.language import Language, enumerate_words, number, percent
from samenspel.model.measures.floors import shares_of
from samenspel.model.words import Message, counted, say
from samenspel.viz.room.frames import decode
from samenspel.viz.room.seen import AWAY

if TYPE_CHECKING:
    from samenspel.viz.room.lane import Lane

PROGRAMMES = {
    Programme.FULLTIME: Message("pabo full-time"),
    Programme.PARTTIME: Message("pabo part-time"),
    Programme.ACADEMIC: Message("academic pabo"),
    Programme.PEDAGOGY: Message("pedagogy (hbo)"),
    Programme.CARE_3: Message("pedagogical work 3 (mbo)"),
    Programme.CARE_4: Message("pedagogical work 4 (mbo)"),
    Programme.ASSISTANT: Message("teaching assistant (mbo)"),
}
SEATS = {
    TrainerKind.SCHOOL: Message("school trainer"),
    TrainerKind.INSTITUTE: Message("institute trainer"),
    TrainerKind.PRACTICE: Message("practice trainer"),
    TrainerKind.MBO: Message("mbo trainer"),
}
LITTLE_SUPPORT, LITTLE_SKILL, LITTLE_ATTENTION = 0.95, 0.5, 0.25  # below these a reason is worth a sentence

type Line = tuple[str, str]


def card(lane: Lane, kind: object, which: int, lang: Language) -> dict[str, Any] | None:
    """Title, lines, reasons and quality over time of what was clicked; nothing when it is not there any more."""
    teller = {"student": _student, "site": _site, "cluster": _cluster}.get(str(kind))
    return teller(_Reader(lane, lang), which) if teller else None


class _Reader:
    """A lane, read in one language."""

    def __init__(self, lane: Lane, lang: Language) -> None:
        self.lane = lane
        self.here = lane.partnership
        self.lang = lang

    def say(self, message: str, **fields: object) -> str:
        return say(message, self.lang, **fields)

    def hours(self, value: float) -> str:
        return f"{number(value, self.lang, 1)} {self.say('h')}"

    def quality(self, value: float) -> str:
        return number(value, self.lang, 2)

    @property
    def floor(self) -> float:
        return float(self.here.p.adequate_threshold)

    @property
    def with_floors(self) -> bool:
        return with_floors(self.here.scenario.values)


def _student(r: _Reader, which: int) -> dict[str, Any] | None:
    s, m = r.here.students.rows(), r.here.mentors.rows()
    found = np.flatnonzero((r.lane.identities.of(s.key) == which) & (s.site >= 0))
    if not found.size:
        return None
    row = int(found[0])
    programme = PROGRAMMES[Programme(int(s.programme[row]))].text(r.lang)
    mentor = int(s.mentor[row])
    lines: list[Line] = [
        (r.say("Site"), str(r.here.names("sites")[s.site[row]])),
        (r.say("Supervision quality"), r.quality(s.supervision[row]) if s.placed[row] else "–"),
    ]
    if mentor >= 0:
        count = int(m.students[mentor])
        who = r.say("mentor") if m.kind[mentor] == MentorKind.TEACHER else r.say("care mentor")
        shared = counted("{who}, with one other", "{who}, with {n} others", count - 1, who=who).text(r.lang)
        lines.append((r.say("Supervised by"), shared if count > 1 else r.say("{who}, alone", who=who)))
    asked = float(s.hours_asked[row])
    given = f"{r.hours(asked)} · {r.hours(asked * float(s.support[row]))}"
    lines += [
        (r.say("Hours asked and given"), given if s.placed[row] else "–"),
        (r.say("Support of peers"), r.quality(s.peer_support[row]) if s.placed[row] else "–"),
        (r.say("Engagement"), r.quality(s.engagement[row])),
    ]
    return {
        "title": r.say("Student, {programme}, year {year}", programme=programme, year=s.year[row]),
        "lines": lines,
        "reasons": _why(r, row),
        "floor": r.floor,
        "over_time": _over_time(r, which),
    }


def _why(r: _Reader, row: int) -> list[str]:
    """Why a student's supervision is low, or that it is not."""
    s, m, c = r.here.students.rows(), r.here.mentors.rows(), r.here.communities.rows()
    if not r.here.week:
        return [r.say("The school year has yet to begin.")]
    if not s.placed[row]:
        return [r.say("No placement this week.")]
    if not s.shortfalls[row]:
        return [_met(r)]
    mentor, cluster = int(s.mentor[row]), int(s.cluster[row])
    reasons = _short_of(r, int(s.shortfalls[row]))
    if mentor < 0 or m.role[mentor] == Role.WITHDRAWN:
        reasons.append(r.say("There is no mentor: withdrawn or gone."))
    else:
        if s.support[row] < LITTLE_SUPPORT:
            asked, there = r.hours(m.hours_asked[mentor]), r.hours(m.hours_available[mentor])
            reasons.append(r.say("The mentor is asked for {asked} a week, but has {there}.", asked=asked, there=there))
        if m.skill[mentor] < LITTLE_SKILL:
            skill = r.quality(m.skill[mentor])
            trained = "" if m.trained[mentor] else r.say(" and is not trained")
            reasons.append(
                r.say("The mentor is less skilled in supervision ({skill}){trained}.", skill=skill, trained=trained)
            )
    if cluster >= 0 and c.seats[cluster] < 1:
        reasons.append(r.say("The pair of trainers is not complete."))
    if cluster >= 0 and s.trainer_guidance[row] < LITTLE_ATTENTION:
        left = r.hours(c.trainer_time[cluster])
        students = int(c.students[cluster])
        reasons.append(
            r.say(
                "After coordination the trainers have {left} a week left for {students} students.",
                left=left,
                students=students,
            )
        )
    return reasons or [r.say("A little too little of everything.")]


def _met(r: _Reader) -> str:
    """That supervision is adequate."""
    if r.with_floors:
        return r.say("At or above the floors of mentor time, contact with trainers and quality: adequate.")
    return r.say("At or above the floor of {floor}: adequate.", floor=r.quality(r.floor))


def _short_of(r: _Reader, shortfalls: int) -> list[str]:
    """Which of the three floors a student falls short of, where there are three."""
    if not r.with_floors:
        return []
    floors = enumerate_words([name.text(r.lang) for name in floor_names(shortfalls)], r.lang)
    return [r.say("Of late short of {floors}.", floors=floors)]


def _over_time(r: _Reader, which: int) -> list[list[float]]:
    """Week and supervision quality of a student, for every week of placement inside."""
    found = []
    for data in r.lane.frames[1:]:
        frame = decode(data)
        at = np.flatnonzero(frame.student == which)
        if at.size and not frame.flags[at[0]] & AWAY:
            found.append([float(frame.week), round(float(frame.quality[at[0]]) / 255, 3)])
    return found


def _site(r: _Reader, row: int) -> dict[str, Any] | None:
    sites, s, m = r.here.sites.rows(), r.here.students.rows(), r.here.mentors.rows()
    if not 0 <= row < sites.key.size:
        return None
    kind = r.say("IKC: school and childcare") if sites.ikc[row] else r.say("primary school")  # fmt: skip
    cluster = int(sites.cluster[row])
    belongs = str(r.here.names("communities")[cluster]) if cluster >= 0 else r.say("none: a candidate for growth")
    lines: list[Line] = [
        (r.say("Kind"), kind),
        (r.say("Board"), str(r.here.names("boards")[sites.board[row]])),
        (r.say("Cluster"), belongs),
        (r.say("Pupils"), number(int(sites.pupils[row]), r.lang)),
    ]
    students = np.flatnonzero((s.site == row) & (s.cluster >= 0) & (s.status == Status.INSIDE))
    reasons: list[str] = []
    if cluster >= 0:
        at, active = m.site == row, m.role == Role.ACTIVE
        hosts = at & (m.students > 0)
        over = int(np.count_nonzero(hosts & (m.load > 1)))
        hosting, asked = int(np.count_nonzero(hosts)), float(m.hours_asked[hosts].sum())
        lines += [
            (r.say("Students"), str(students.size)),
            (r.say("Mentors with students"),
             r.say("{hosting} of {count_nonzero}", hosting=hosting, count_nonzero=np.count_nonzero(at & active))),
            (r.say("Hours asked and available"),
             f"{r.hours(asked)} · {r.hours(float(m.hours_available[hosts].sum()))}"),
        ]  # fmt: skip
        if over:
            reasons.append(
                r.say(
                    "{over} of {hosting} mentors are asked for more hours than they have.", over=over, hosting=hosting
                )
            )
        if gone := int(np.count_nonzero(at & (m.role == Role.WITHDRAWN))):
            reasons.append(r.say("Mentors withdrawn: {gone}.", gone=gone))
        reasons += _share(r, students)
    return {"title": str(r.here.names("sites")[row]), "lines": lines, "reasons": reasons, "over_time": []}


def _cluster(r: _Reader, row: int) -> dict[str, Any] | None:
    c, s, t = r.here.communities.rows(), r.here.students.rows(), r.here.trainers.rows()
    if not 0 <= row < c.key.size:
        return None
    students = np.flatnonzero((s.cluster == row) & (s.status == Status.INSIDE))
    mbo = int(np.count_nonzero(s.programme[students] >= Programme.CARE_3))
    hbo = students.size - mbo
    seats = slice(KINDS * row, KINDS * (row + 1))
    at_work: list[str] = []
    vacant: list[str] = []
    for kind, present, weeks in zip(TrainerKind, t.present[seats], t.vacant_weeks[seats], strict=True):
        if present:
            (vacant if weeks > 0 else at_work).append(SEATS[kind].text(r.lang))
    lines: list[Line] = [
        (r.say("Board"), str(r.here.names("boards")[c.board[row]])),
        (r.say("Students"), f"{hbo} hbo, {mbo} mbo" if mbo else f"{hbo} hbo"),
        (r.say("Hbo places"), str(int(c.places[row]))),
        (r.say("Trainers at work"), enumerate_words(at_work, r.lang) or "–"),
        (r.say("Trainer hours left for students"), r.hours(float(c.trainer_time[row]))),
        (r.say("Strength of the community"), r.quality(float(c.maturity[row]))),
    ]
    reasons = []
    if vacant:
        names = enumerate_words(vacant, r.lang)
        reasons.append(r.say("Vacancy: {names}.", names=names))
    came = int(np.count_nonzero(s.attended[students]))
    if came:
        members = int(c.members[row])
        reasons.append(r.say("Met this week: {came} of {members} members.", came=came, members=members))
    reasons += _share(r, students)
    return {"title": str(r.here.names("communities")[row]), "lines": lines, "reasons": reasons, "over_time": []}


def _share(r: _Reader, students: Any) -> list[str]:
    """How many have no placement this week, what share of the others is adequate, and which floor gives way."""
    placed = students[r.here.students.column("placed")[students]]
    away = students.size - placed.size if r.here.week else 0
    told = [r.say("No placement this week: {away} of {n} students.", away=away, n=students.size)] if away else []
    if not placed.size:
        return told
    shortfalls = r.here.students.column("shortfalls")[placed]
    text = percent(float(np.mean(shortfalls == 0)), r.lang)
    told.append(r.say("{value} are adequately supervised.", value=text))
    if r.with_floors and (short := falling_short(shares_of(shortfalls), r.lang)):
        told.append(short)
    return told
