"""Belonging, engagement, and leaving during the year (RULES 3.10)."""

from __future__ import annotations

from agents.columns import Floats, Ints, Settings
from agents.compiled import rule
from agents.students import Exit, exit_chance
from model.draws import Stream, stream_state, uniform_at
from model.learning import climate_of
from model.settings import LIGHT, OTHER_DAY
from model.supervision import FIRST_MBO, PARTTIME, is_member

EXIT, EXIT_KIND = int(Stream.EXIT), int(Stream.EXIT_KIND)
STOP, SWITCH = int(Exit.STOP), int(Exit.SWITCH)


@rule
def burden_of_meetings(p: Settings, member: bool, programme: int) -> float:
    """What compulsory meetings cost a part-time member's engagement."""
    if not (member and programme == PARTTIME and p.with_peer_learning) or p.parttime_form == OTHER_DAY:
        return 0.0
    return p.engagement_burden / p.light_interval if p.parttime_form == LIGHT else p.engagement_burden


@rule
def engage(
    p: Settings, status: Ints, programme: Ints, year: Ints, site: Ints, climate: Floats, travel: Floats,
    remembered: Floats, peer_support: Floats, belonging: Floats, engagement: Floats,
) -> None:  # fmt: skip
    """Belonging follows peers and site; engagement follows supervision, belonging, travel and burden."""
    for i in range(status.size):
        if status[i] == 0:
            continue
        place = climate_of(p, site[i], climate)
        home = min(1.0, p.belonging_peer * peer_support[i] + (1.0 - p.belonging_peer) * place)
        belonging[i] += p.belonging_rate * (home - belonging[i])
        level = (
            p.engagement_base
            + p.engagement_supervision * remembered[i]
            + p.engagement_belonging * belonging[i]
            - p.engagement_travel * travel[i] / (travel[i] + p.travel_half)
            - burden_of_meetings(p, is_member(p, status[i], programme[i], year[i]), programme[i])
        )
        engagement[i] += p.engagement_rate * (min(1.0, max(0.0, level)) - engagement[i])


@rule
def leave(
    p: Settings, seed: int, week: int, key: Ints, programme: Ints, hazard: Floats, engagement: Floats,
    remembered: Floats, status: Ints, exit_kind: Ints,
) -> None:  # fmt: skip
    """Who stops or switches this week."""
    if not p.with_dropout:
        return
    luck = stream_state(seed, EXIT, week, 0)
    luck_of_kind = stream_state(seed, EXIT_KIND, week, 0)
    odds_at_worst = p.exit_odds_engagement ** (-p.engagement_reference / p.engagement_sd)
    odds_at_worst *= p.exit_odds_supervision ** (-p.supervision_reference / p.supervision_sd)
    for i in range(status.size):
        if status[i] == 0:
            continue
        u = uniform_at(luck, key[i])
        if u >= hazard[i] * odds_at_worst:  # most are this lucky, and powers are dear
            continue
        chance = exit_chance(
            hazard[i],
            p.exit_odds_engagement,
            (engagement[i] - p.engagement_reference) / p.engagement_sd,
            p.exit_odds_supervision,
            (remembered[i] - p.supervision_reference) / p.supervision_sd,
        )
        if u < chance:
            stops = p.stop_share_fulltime
            if programme[i] == PARTTIME:
                stops = p.stop_share_parttime
            elif programme[i] >= FIRST_MBO:
                stops = p.stop_share_mbo
            status[i] = 0
            exit_kind[i] = STOP if uniform_at(luck_of_kind, key[i]) < stops else SWITCH
