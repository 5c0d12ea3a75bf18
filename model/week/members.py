"""Who belongs to a learning community, who is placed this week, and what of it meets apart (RULES 1, 3.0, 3.4, 3.6)."""

from __future__ import annotations

import numpy as np

from samenspel.agents.columns import Ints
from samenspel.agents.compiled import rule
from samenspel.agents.organisations import CommunityColumns
from samenspel.agents.students import FIRST_MBO, Programme, Status, StudentColumns
from samenspel.model.declared.choices import MboMix, ParttimeForm
from samenspel.model.declared.parameters import Parameters

STRATA_OF_A_YEAR = 8
"""Variants by professions; an odd stratum is of mbo students alone."""
STRATA = 8 * STRATA_OF_A_YEAR
"""Strata that a part of a community can have at most."""


@rule
def is_member(s: StudentColumns, c: CommunityColumns, i: int) -> bool:
    """Inside hbo students of years 1 to 3, and mbo students unless their community keeps them apart."""
    if s.status[i] != Status.INSIDE:
        return False
    if s.programme[i] >= FIRST_MBO:
        return c.mbo_mix[s.cluster[i]] != MboMix.NONE
    return s.year[i] <= 3


@rule
def is_final(s: StudentColumns, i: int) -> bool:
    """Whether a student is in the final year of hbo."""
    return s.programme[i] < FIRST_MBO and s.year[i] >= 4


@rule
def stratum(p: Parameters, cross_year: bool, together: bool, part: int, programme: int, year: int) -> int:
    """A number that is equal for those who may sit in one subgroup."""
    variant = 0
    if not p.across_variants:
        variant = 1 if programme == Programme.PARTTIME else 2 if programme == Programme.PEDAGOGY else 0
    if p.parttime_form == ParttimeForm.OTHER_DAY and programme == Programme.PARTTIME:
        variant = 1
    profession = 1 if programme >= FIRST_MBO and not together else 0
    study_year = 0 if cross_year else year
    return part * STRATA + study_year * STRATA_OF_A_YEAR + variant * 2 + profession


@rule
def room_for_strata(c: CommunityColumns) -> Ints:
    """Room for a count of members by stratum, all 0, of the community with most parts."""
    parts = 1
    for k in range(c.parts.size):
        parts = max(parts, c.parts[k])
    return np.zeros(parts * STRATA, np.int64)


@rule
def note_member(p: Parameters, s: StudentColumns, c: CommunityColumns, i: int, strata: Ints) -> None:
    """Count a member in the stratum of who meets apart from the other profession."""
    cross_year = c.cross_year[s.cluster[i]]
    strata[stratum(p, cross_year, False, s.part[i], s.programme[i], s.year[i])] += 1


@rule
def count_sessions(p: Parameters, c: CommunityColumns, community: int, strata: Ints) -> None:
    """What meets apart with at least two members who are placed; sets the count by stratum back to 0."""
    together = hbo = mbo = 0
    in_use = STRATA_OF_A_YEAR if c.cross_year[community] else STRATA
    for first in range(0, c.parts[community] * STRATA, STRATA):
        for k in range(first, first + in_use, 2):
            together += strata[k] + strata[k + 1] >= 2
            hbo += strata[k] >= 2
            mbo += strata[k + 1] >= 2
            strata[k] = strata[k + 1] = 0
    c.sessions[community] = c.sessions_mbo[community] = 0.0
    if p.with_peer_learning:
        mix = c.mbo_mix[community]
        mixed = 1.0 if mix == MboMix.MIXED else 0.5 if mix == MboMix.ALTERNATING else 0.0
        c.sessions[community] = mixed * together + (1.0 - mixed) * (hbo + mbo)
        c.sessions_mbo[community] = (1.0 - mixed) * mbo


@rule
def count_members(p: Parameters, s: StudentColumns, c: CommunityColumns) -> None:
    """Students placed this week, members, the mbo share of the members, and sessions of a meeting, per community."""
    strata = room_for_strata(c)
    for k in range(c.first.size):
        placed = member = mbo = 0
        for i in range(c.first[k], c.end[k]):
            if s.status[i] == Status.INSIDE:
                placed += s.placed[i]
                if is_member(s, c, i):
                    member += 1
                    mbo += s.programme[i] >= FIRST_MBO
                    if s.placed[i]:
                        note_member(p, s, c, i, strata)
        c.students[k] = placed
        c.members[k] = member
        c.mbo_share[k] = mbo / member if member > 0 else 0.0
        count_sessions(p, c, k, strata)
