"""A meeting of who is expected in a community (5.1): what each kind of student takes home on average."""

from __future__ import annotations

from math import exp, floor, sqrt
from types import SimpleNamespace

from .students import DOMAINS
from .week.meeting import gap_effect, talk
from .week.sessions import facilitation

MBO = ("care3", "care4", "assistant")


def is_member(p, programme: str, year: int) -> bool:
    return p.mbo_mix != "none" if programme in MBO else year <= 3


def comes(p, programme: str, engagement: float) -> float:
    """3.0, for who is available: part-time students inside always are."""
    if programme in MBO:
        return p.mbo_availability * engagement
    if programme != "parttime":
        return engagement * p.support_fulltime
    return engagement * p.support_parttime / (p.light_interval if p.parttime_form == "light" else 1)


def stratum(p, programme: str, year: int, together: bool) -> tuple:
    """Who may sit with whom (3.6)."""
    variant = programme if programme in ("parttime", "pedagogy") else "others"
    if p.across_variants and not (programme == "parttime" and p.parttime_form == "other_day"):
        variant = "all"
    return (None if p.cross_year else year, variant, programme in MBO and not together)


def left(cell, first, state: str) -> float:
    """The part that is left of how beginners differ."""
    start = getattr(first, state)
    return (1 - getattr(cell, state)) / (1 - start) if start < 1 else 0.0


def members_placed(p, communities, cells) -> dict:
    """Of one community; `cells` are states and numbers of who is expected inside by (programme, year)."""
    return {
        name: cell.number * cell.placed / len(communities)
        for name, cell in cells.items()
        if communities and is_member(p, *name) and cell.number * cell.placed > 0
    }


def ways(p) -> dict[bool, float]:
    """In which part of meetings professions sit together (True) or apart."""
    return {"mixed": {True: 1.0}, "alternating": {True: 0.5, False: 0.5}}.get(p.mbo_mix, {False: 1.0})


def by_stratum(p, names, together: bool) -> dict[tuple, list]:
    tables: dict[tuple, list] = {}
    for name in names:
        tables.setdefault(stratum(p, *name, together), []).append(name)
    return tables


def sessions(p, communities, cells) -> tuple[float, float]:
    """Of mbo students alone and others: strata of a part that have two members who are placed, by a Poisson chance."""
    members = members_placed(p, communities, cells)
    found = {True: 0.0, False: 0.0}
    parts = sum(community.expected_parts for community in communities) / max(1, len(communities))
    for together, share in ways(p).items() if p.with_peer_learning else ():
        for names in by_stratum(p, members, together).values():
            n = sum(members[name] for name in names) / parts
            found[alone(names, together)] += share * parts * (1 - exp(-n) - n * exp(-n))
    return found[True], found[False]


def alone(names, together: bool) -> bool:
    return not together and names[0][0] in MBO


def meet(p, communities, cells, beginners) -> dict:
    """What a meeting gives to each (programme, year) that is expected inside."""
    gains = {
        name: SimpleNamespace(
            learned=[0.0] * 3, explained=[0.0] * 3, company=0.0, help=0.0, varied=0.0, heard=0.0, across=0.0,
            facilitated=0.0,
        )
        for name in cells
    }  # fmt: skip
    come = {
        name: number * comes(p, name[0], cells[name].engagement)
        for name, number in members_placed(p, communities, cells).items()
    }
    for together, share in ways(p).items():
        tables = by_stratum(p, come, together)
        groups = {
            key: max(1, floor(sum(come[n] for n in names) / p.subgroup_size + 0.5)) for key, names in tables.items()
        }
        for key, names in tables.items():
            n = sum(come[name] for name in names)
            if n > 0:
                f = sum(
                    facilitation(community, sum(groups.values()), groups[key], alone(names, together))
                    for community in communities
                ) / len(communities)  # fmt: skip
                for name in names:
                    gains[name].company += share * (1 - exp(-n))
                    partners, g = {other: come[other] / n for other in names}, max(2.0, n / groups[key])
                    sit_down(p, name, partners, g, f, share, cells, beginners, gains[name])
    mbo = {name: cell.number for name, cell in cells.items() if name[0] in MBO}
    new = sum(number for name, number in mbo.items() if name[1] == 1)
    replaced = p.mbo_half_year_share * new / sum(mbo.values()) if any(mbo.values()) else 0.0
    return {"gains": gains, "replaced": replaced}


def sit_down(p, name, partners, g, f, share, cells, beginners, gain) -> None:
    """Add what one kind of student takes home from this share of meetings, in subgroups of g."""
    me, first = cells[name], beginners[name[0]]
    mean = square = 0.0
    for other, part in partners.items():
        you = cells[other]
        across = (name[0] in MBO) != (other[0] in MBO)
        trust = (1 - me.barrier) * (1 - you.barrier) if across and p.with_barrier else 1.0
        s = trust * f * talk(p, g)
        both_hbo = name[0] not in MBO and other[0] not in MBO
        received = s * p.roles if p.form_facilitation == "persons" and both_hbo and name[1] != other[1] else s
        taught, variance = 0.0, 0.0
        for d, domain in enumerate(DOMAINS):
            mine, theirs = getattr(me, domain), getattr(you, domain)
            sd = p.competence_spread * sqrt(
                (left(me, first, domain) ** 2 + left(you, beginners[other[0]], domain) ** 2) / 3
            )
            k, k2 = normal_kappa(p, theirs - mine, sd)
            gain.learned[d] += share * part * received * p.peer_gain * k
            gain.explained[d] += share * part * s * p.explaining_gain * p.roles * p.peer_gain * normal_kappa(
                p, mine - theirs, sd
            )[0]  # fmt: skip
            taught += k / 3
            variance += (k2 - k * k) / 9
        mean += part * received * taught
        square += part * received**2 * (taught**2 + variance)
        if across:
            gain.heard += share * part * trust * f * p.knowledge_gain
            gain.across += share * part
            gain.facilitated += share * part * f
    gain.help += share * mean
    gain.varied += share * max(0.0, square - mean**2) / max(1.0, g - 1)


def normal_kappa(p, ahead: float, sd: float) -> tuple[float, float]:
    """Mean and mean square of κ over a normal gap: three points, with weights 1/6, 2/3, 1/6."""
    points = ((ahead - sqrt(3) * sd, 1), (ahead, 4), (ahead + sqrt(3) * sd, 1))
    values = [(gap_effect(p, gap / p.gap_best), weight) for gap, weight in points]
    return sum(v * w for v, w in values) / 6, sum(v * v * w for v, w in values) / 6
