"""Cards: what is known of one student, site or cluster this week, as numbers, rows and codes.

The page tells them in its language (`viz/web/panels/card.js`) and knows the names of rows; `viz/web/local/cards.js`
finds the same facts in the columns of a page.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.mentors import Role
from samenspel.agents.students import FIRST_MBO, Floor, Status
from samenspel.agents.trainers import KINDS
from samenspel.experiments.output.floors import with_floors
from samenspel.model import Partnership
from samenspel.viz.room.frames import decode
from samenspel.viz.room.seen import AWAY

if TYPE_CHECKING:
    from samenspel.viz.room.lane import Lane

type Facts = dict[str, Any]


def facts_of(lane: Lane, kind: object, which: int) -> Facts | None:
    """The facts of what was clicked; nothing when it is not there any more.

    A student is found by the small number that frames give, a site or cluster by its row.
    """
    here = lane.partnership
    match kind:
        case "student":
            found = _student(here, lane.identities.key_of(which))
            found = found and found | {"over_time": _over_time(lane.frames, which)}
        case "site":
            found = _site(here, which)
        case "cluster":
            found = _cluster(here, which)
        case _:
            return None
    return found and {"kind": kind, "week": here.week, "with_floors": with_floors(here.scenario.values)} | found


def _student(here: Partnership, key: int | None) -> Facts | None:
    s = here.students.rows()
    found = np.flatnonzero((s.key == key) & (s.site >= 0))
    if key is None or not found.size:
        return None
    row = int(found[0])
    return {
        "programme": int(s.programme[row]),
        "year": int(s.year[row]),
        "site": int(s.site[row]),
        "placed": bool(s.placed[row]),
        "supervision": _number(s.supervision[row]),
        "hours_asked": _number(s.hours_asked[row]),
        "support": _number(s.support[row]),
        "peer_support": _number(s.peer_support[row]),
        "engagement": _number(s.engagement[row]),
        "trainer_guidance": _number(s.trainer_guidance[row]),
        "shortfalls": int(s.shortfalls[row]),
        "floor": float(here.p.adequate_threshold),
        "mentor": _mentor(here, int(s.mentor[row])),
        "community": _community(here, int(s.cluster[row])),
    }


def _mentor(here: Partnership, row: int) -> Facts | None:
    """Who supervises a student, if there is somebody."""
    m = here.mentors.rows()
    if row < 0:
        return None
    return {
        "kind": int(m.kind[row]),
        "withdrawn": bool(m.role[row] == Role.WITHDRAWN),
        "students": int(m.students[row]),
        "hours_asked": _number(m.hours_asked[row]),
        "hours_available": _number(m.hours_available[row]),
        "skill": _number(m.skill[row]),
        "trained": bool(m.trained[row]),
    }


def _community(here: Partnership, row: int) -> Facts | None:
    """The learning community that a student belongs to, if there is one."""
    c = here.communities.rows()
    if row < 0:
        return None
    return {
        "complete": bool(c.seats[row] >= 1),
        "trainer_time": _number(c.trainer_time[row]),
        "students": int(c.students[row]),
    }


def _over_time(frames: list[bytes], which: int) -> list[list[float]]:
    """Week and supervision quality of a student, for every week of placement inside."""
    found = []
    for data in frames[1:]:
        frame = decode(data)
        at = np.flatnonzero(frame.student == which)
        if at.size and not frame.flags[at[0]] & AWAY:
            found.append([frame.week, int(frame.quality[at[0]]) / 255])
    return found


def _site(here: Partnership, row: int) -> Facts | None:
    sites, s = here.sites.rows(), here.students.rows()
    if not 0 <= row < sites.key.size:
        return None
    cluster = int(sites.cluster[row])
    students = np.flatnonzero((s.site == row) & (s.cluster >= 0) & (s.status == Status.INSIDE))
    return {
        "row": row,
        "ikc": bool(sites.ikc[row]),
        "board": int(sites.board[row]),
        "cluster": cluster,
        "pupils": int(sites.pupils[row]),
        "taking_part": _taking_part(here, row, students) if cluster >= 0 else None,
    }


def _taking_part(here: Partnership, site: int, students: NDArray[np.intp]) -> Facts:
    """What is known of a site that has a place in a cluster."""
    m = here.mentors.rows()
    at = m.site == site
    hosts = at & (m.students > 0)
    return {
        "mentors": int(np.count_nonzero(at & (m.role == Role.ACTIVE))),
        "hosting": int(np.count_nonzero(hosts)),
        "over": int(np.count_nonzero(hosts & (m.load > 1))),
        "withdrawn": int(np.count_nonzero(at & (m.role == Role.WITHDRAWN))),
        "hours_asked": _sum(m.hours_asked[hosts]),
        "hours_available": _sum(m.hours_available[hosts]),
        "students": _group(here, students),
    }


def _cluster(here: Partnership, row: int) -> Facts | None:
    c, s, t = here.communities.rows(), here.students.rows(), here.trainers.rows()
    if not 0 <= row < c.key.size:
        return None
    students = np.flatnonzero((s.cluster == row) & (s.status == Status.INSIDE))
    seats = slice(KINDS * row, KINDS * (row + 1))
    present, vacant = t.present[seats], t.vacant_weeks[seats] > 0
    return {
        "row": row,
        "board": int(c.board[row]),
        "places": int(c.places[row]),
        "mbo": int(np.count_nonzero(s.programme[students] >= FIRST_MBO)),
        "at_work": np.flatnonzero(present & ~vacant).tolist(),
        "vacant": np.flatnonzero(present & vacant).tolist(),
        "trainer_time": _number(c.trainer_time[row]),
        "strength": _number(c.maturity[row]),
        "came": int(np.count_nonzero(s.attended[students])),
        "members": int(c.members[row]),
        "students": _group(here, students),
    }


def _group(here: Partnership, students: NDArray[np.intp]) -> Facts:
    """How many students there are, how many have a placement, and who of those falls short of which floor.

    `short` counts by floor who falls short of it, `restored` who falls short of nothing else.
    """
    placed = students[here.students.column("placed")[students]]
    shortfalls = here.students.column("shortfalls")[placed]
    return {
        "all": students.size,
        "placed": placed.size,
        "adequate": int(np.count_nonzero(shortfalls == 0)),
        "short": [int(np.count_nonzero(shortfalls & floor)) for floor in Floor],
        "restored": [int(np.count_nonzero(shortfalls == floor)) for floor in Floor],
    }


def _sum(hours: NDArray[np.float64]) -> float:
    """The sum from first to last, so that it is the same wherever it is reckoned."""
    return float(np.cumsum(hours)[-1]) if hours.size else 0.0


def _number(value: np.floating[Any]) -> float | None:
    """A number as JSON can hold it."""
    return float(value) if math.isfinite(value) else None
