"""Belonging, engagement, and leaving during the year (RULES 3.10)."""

from __future__ import annotations

from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import exp, log
from samenspel.agents.organisations import CommunityColumns, SiteColumns
from samenspel.agents.students import FIRST_MBO, Exit, Programme, Status, StudentColumns, exit_chance
from samenspel.model.declared.choices import ParttimeForm
from samenspel.model.declared.constants import (
    ENGAGEMENT_REFERENCE,
    ENGAGEMENT_SD,
    STOP_SHARE_MBO,
    SUPERVISION_REFERENCE,
    SUPERVISION_SD,
)
from samenspel.model.declared.parameters import Parameters
from samenspel.model.luck.draws import Seed, Stream, stream_state, uniform_at
from samenspel.model.week.learning import climate_of
from samenspel.model.week.members import is_member


@rule
def burden_of_meetings(p: Parameters, member: bool, programme: int) -> float:
    """What compulsory meetings cost a part-time member's engagement."""
    burdened = member and programme == Programme.PARTTIME and p.with_peer_learning
    if not burdened or p.parttime_form == ParttimeForm.OTHER_DAY:
        return 0.0
    return p.engagement_burden / p.light_interval if p.parttime_form == ParttimeForm.LIGHT else p.engagement_burden


@rule
def engage(p: Parameters, s: StudentColumns, o: SiteColumns, c: CommunityColumns) -> None:
    """Belonging follows peers and site; engagement follows supervision, belonging, travel and burden."""
    for i in range(s.status.size):
        if s.status[i] == Status.LEFT:
            continue
        place = climate_of(p, o, s.site[i])
        home = min(1.0, p.belonging_peer * s.peer_support[i] + (1.0 - p.belonging_peer) * place)
        s.belonging[i] += p.belonging_rate * (home - s.belonging[i])
        level = (
            p.engagement_base
            + p.engagement_supervision * s.remembered[i]
            + p.engagement_belonging * s.belonging[i]
            - p.engagement_travel * s.travel[i] / (s.travel[i] + p.travel_half)
            - burden_of_meetings(p, is_member(s, c, i), s.programme[i])
        )
        s.engagement[i] += p.engagement_rate * (min(1.0, max(0.0, level)) - s.engagement[i])


@rule
def stop_share(p: Parameters, programme: int) -> float:
    """The share of leavers of a programme who stop; the others switch."""
    if programme == Programme.PARTTIME:
        return p.stop_share_parttime
    if programme >= FIRST_MBO:
        return STOP_SHARE_MBO
    return p.stop_share_fulltime


@rule
def leave(p: Parameters, seed: Seed, week: int, s: StudentColumns) -> None:
    """Who stops or switches this week."""
    if not p.with_dropout:
        return
    luck = stream_state(seed, Stream.EXIT, week, 0)
    luck_of_kind = stream_state(seed, Stream.EXIT_KIND, week, 0)
    odds_at_worst = exp(
        -ENGAGEMENT_REFERENCE / ENGAGEMENT_SD * log(p.exit_odds_engagement)
        - SUPERVISION_REFERENCE / SUPERVISION_SD * log(p.exit_odds_supervision)
    )
    for i in range(s.status.size):
        if s.status[i] == Status.LEFT:
            continue
        u = uniform_at(luck, s.key[i])
        if u >= s.hazard[i] * odds_at_worst:  # most are this lucky, and exponentials are dear
            continue
        chance = exit_chance(
            s.hazard[i],
            p.exit_odds_engagement,
            (s.engagement[i] - ENGAGEMENT_REFERENCE) / ENGAGEMENT_SD,
            p.exit_odds_supervision,
            (s.remembered[i] - SUPERVISION_REFERENCE) / SUPERVISION_SD,
        )
        if u < chance:
            s.status[i] = Status.LEFT
            stops = uniform_at(luck_of_kind, s.key[i]) < stop_share(p, s.programme[i])
            s.exit_kind[i] = Exit.STOP if stops else Exit.SWITCH
