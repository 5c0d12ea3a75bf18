"""The textbook and the fast model side by side: where they first differ, in which week, agent and state.

python -m tests.textbook.docking baseline --seed 1 --years 5 mbo_mix=mixed mbo_students_per_cluster=4
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .agent import make_key
from .model import WEEKS, TextbookPartnership
from .trainers import TRAINER_KINDS

RELATIVE, ABSOLUTE = 1e-9, 1e-12

NAMES = {
    "programme": ("fulltime", "parttime", "academic", "pedagogy", "care3", "care4", "assistant"),
    "track": ("none", "bol", "bbl"),
    "status": ("left", "inside", "outside"),
    "exit_kind": ("none", "stop", "switch", "failed", "graduated", "ended"),
    "role": ("empty", "active", "withdrawn"),
    "stage": ("outside", "agreed", "member", "merged"),
    "denomination": ("christian", "catholic", "public", "mixed"),
    "mentor kind": ("teacher", "care"),
    "trainer kind": TRAINER_KINDS,
    "shortfalls": [
        frozenset(floor for bit, floor in enumerate(("time", "contact", "quality")) if code >> bit & 1)
        for code in range(8)
    ],
}
CODES = {state: dict(enumerate(names)) for state, names in NAMES.items()}
"""What the fast model's whole numbers stand for."""
COHORTS = make_key(0, 2**16 - 1, 0, 0)
"""The bits of a key that say when somebody came; without them a key is a role's."""


class Difference(NamedTuple):
    """One state that the two models do not share."""

    week: int
    agent: str
    key: int
    state: str
    textbook: Any
    fast: Any

    def __str__(self) -> str:
        place = f"partnership {self.key >> 20 & 0xFFFFF} cohort {self.key >> 40 & 0xFFFF} index {self.key & 0xFFFFF}"
        return (
            f"week {self.week}: {self.agent} {self.key} ({place}) {self.state}: {self.textbook!r}, fast {self.fast!r}"
        )


@dataclass(frozen=True)
class Family:
    """How agents of one kind are compared."""

    name: str
    population: str  # of the fast model; the textbook's rows have the same name
    states: tuple[str, ...]
    kinds: str = ""  # the codes of `kind`
    links: tuple[tuple[str, str], ...] = ()  # a state that is a row number, and of which population
    columns: tuple[tuple[str, str], ...] = ()  # where the fast model's name is another
    identity: Callable[[int], int] = int  # what stays the same of a key
    counts: Callable[[Any], bool] = lambda agent: True  # whether an agent's states mean anything
    always: tuple[str, ...] = ()  # states that are compared even so
    of_the_week: tuple[str, ...] = ()  # states that are nothing before the first week


FAMILIES = (
    Family(
        "board",
        "boards",
        (
            *("partnership", "lead", "max_clusters", "max_students", "stage", "hours_factor", "stopped"),
            *("budget_rate", "budget_year", "cost", "grant", "contribution", "denomination", "made_of"),
        ),
    ),
    Family(
        "institute",
        "institutes",
        ("hours_factor", "stopped", "hours_pool", "pool", "budget_rate", "cost", "grant", "contribution"),
    ),
    Family(
        "site",
        "sites",
        (
            *("partnership", "board", "cluster", "x", "y", "public", "ikc", "recognised", "pupils", "classes"),
            *("climate", "hbo_places", "mbo_places", "hours_freed", "hosting_teachers"),
        ),
        links=(("board", "boards"), ("cluster", "communities")),
    ),
    Family(
        "community",
        "communities",
        (
            *("partnership", "board", "places", "has_mbo", "parts", "maturity", "plan", "extra_hours"),
            *("members", "mbo_share", "hosting", "coordination", "trainer_time", "subgroups", "facilitation"),
            *("sessions", "session_hours_asked", "session_hours_given", "persons", "persons_mbo"),
        ),
        of_the_week=(
            *("members", "mbo_share", "hosting", "coordination", "trainer_time"),
            *("sessions", "session_hours_asked", "session_hours_given", "persons", "persons_mbo"),
        ),
        links=(("board", "boards"),),
    ),
    Family(
        "trainer",
        "trainers",
        ("key", "present", "kind", "cluster", "vacant_weeks", "skill", "familiarity"),
        kinds="trainer kind",
        links=(("cluster", "communities"),),
        identity=lambda key: key & ~COHORTS,
        counts=lambda trainer: trainer.present,
        always=("present",),
    ),
    Family(
        "mentor",
        "mentors",
        (
            *(
                "key",
                "role",
                "kind",
                "site",
                "cluster",
                "board",
                "trained",
                "interprofessional",
                "new",
                "skill",
                "base",
            ),
            *("students", "hours_asked", "hours_available", "load", "hosts_final", "fatigue", "richness"),
        ),
        of_the_week=("students", "hours_asked", "hours_available", "load", "hosts_final"),
        kinds="mentor kind",
        links=(("site", "sites"), ("cluster", "communities"), ("board", "boards")),
        identity=lambda key: key & ~COHORTS,
        counts=lambda mentor: mentor.role != "empty",
        always=("role",),
    ),
    Family(
        "student",
        "students",
        (
            *("programme", "track", "partnership", "x", "y", "wish", "available", "half_year", "year", "enrolled"),
            *("outside_skill", "outside_trainer"),
            *("status", "exit_kind", "site", "cluster", "mentor", "duo", "part", "travel", "wish_met"),
            *("first_week", "last_week", "placed"),
            *("attended", "days_now", "hours_asked", "support", "guidance", "trainer_guidance", "supervision"),
            *("trainer_contact", "session_contact", "time_memory", "contact_memory", "quality_memory"),
            *("weeks_placed", "shortfalls"),
            *("remembered", "felt_support", "help", "contact_share", "contact_facilitation"),
            *("teaching", "care", "collaboration", "knowledge", "peer_support", "barrier", "contacts"),
            *("belonging", "engagement"),
        ),
        links=(("site", "sites"), ("cluster", "communities"), ("mentor", "mentors"), ("duo", "students")),
        columns=(("x", "home_x"), ("y", "home_y")),
        counts=lambda student: student.present,
        always=("status", "exit_kind"),
    ),
    Family("leadership", "leaderships", ("asked", "backlog")),
)


def compare(textbook: TextbookPartnership, fast: Any, week: int) -> Iterator[Difference]:
    """All differences at the end of a week, in the order of `FAMILIES`."""
    for family in FAMILIES:
        yield from compare_family(family, textbook, fast, week)


def compare_family(family: Family, textbook: TextbookPartnership, fast: Any, week: int) -> Iterator[Difference]:
    rows = list(getattr(textbook, family.population))
    population = getattr(fast, family.population)
    keyed = rows and hasattr(rows[0], "key")
    theirs = [int(key) for key in population.column("key")] if keyed else list(range(len(population)))
    ours = [agent.key for agent in rows] if keyed else list(range(len(rows)))
    row_of = {family.identity(key): row for row, key in enumerate(theirs)}
    if len(row_of) != len(theirs):
        yield Difference(week, family.name, 0, "different keys", len(ours), len(row_of))
    known = {family.identity(key) for key in ours}
    for key in theirs:
        if family.identity(key) not in known:
            yield Difference(week, family.name, key, "present", False, True)

    there = [row_of.get(family.identity(key)) for key in ours]
    both = []
    for row, (agent, key, at) in enumerate(zip(rows, ours, there, strict=True)):
        if at is None:
            yield Difference(week, family.name, key, "present", True, False)
            continue
        if at != row:
            yield Difference(week, family.name, key, "row", row, at)
        both.append((agent, key, at))
    counting = [one for one in both if family.counts(one[0])]
    for state in family.states:
        if week == 0 and state in family.of_the_week:
            continue
        compared = both if state in family.always else counting
        mine = [getattr(agent, state) for agent, _, _ in compared]
        if state in dict(family.links):
            mine = [agent and agent.key for agent in mine]
        others = fast_values(family, fast, state, [at for _, _, at in compared])
        if mine != others:
            for (_, key, _), own, other in zip(compared, mine, others, strict=True):
                if not same(own, other):
                    yield Difference(week, family.name, key, state, own, other)


def fast_values(family: Family, fast: Any, state: str, rows: list[int]) -> list[Any]:
    """A state of these rows of the fast model, as the textbook says it: names for codes, keys for rows."""
    column = getattr(fast, family.population).column(dict(family.columns).get(state, state)).tolist()
    values = [column[row] for row in rows]
    if target := dict(family.links).get(state):
        keys = keys_of(fast, target)
        return [None if value < 0 else keys.get(value, value) for value in values]
    codes = CODES.get(family.kinds if state == "kind" else state)
    return values if codes is None else [codes.get(value, value) for value in values]


def keys_of(fast: Any, population: str) -> dict[int, int]:
    """The key that stands behind a row number."""
    return {row: int(key) for row, key in enumerate(getattr(fast, population).column("key"))}


def same(mine: Any, other: Any) -> bool:
    if mine != other and (isinstance(mine, float) or isinstance(other, float)):
        if math.isnan(mine) or math.isnan(other):
            return math.isnan(mine) and math.isnan(other)
        return math.isclose(mine, other, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return mine == other


def first_differences(scenario: Any, seed: int, weeks: int, ignore: Sequence[str] = ()) -> list[Difference]:
    """Run both until they differ: all differences of the first week that has any; none if there is no such week."""
    from samenspel.model import Partnership

    textbook = TextbookPartnership(scenario, rng=seed)
    fast = Partnership(scenario, rng=seed)
    for week in range(weeks + 1):
        if week:
            textbook.step()
            fast.step()
        found = [d for d in compare(textbook, fast, week) if f"{d.agent}.{d.state}" not in ignore]
        if found:
            return found
    return []


def report(found: list[Difference], most: int = 12) -> str:
    """A few of the differences for each state, for a person to read."""
    by_state: dict[tuple[str, str], list[Difference]] = {}
    for difference in found:
        by_state.setdefault((difference.agent, difference.state), []).append(difference)
    lines = [f"{len(found)} differences"]
    for (agent, state), group in by_state.items():
        lines.append(f"{agent}.{state}: {len(group)}")
        lines += [f"   {difference}" for difference in group[: max(1, most // len(by_state))]]
    return "\n".join(lines)


def value_of(text: str) -> bool | int | float | str:
    if text in ("true", "false"):
        return text == "true"
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def main() -> None:
    from samenspel.model.input.scenario import Scenario

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--years", type=int, default=1)
    parser.add_argument("--ignore", action="append", default=[], metavar="agent.state")
    parser.add_argument("values", nargs="*", metavar="name=value")
    asked = parser.parse_intermixed_args()
    changes = {name: value_of(text) for name, text in (pair.split("=", 1) for pair in asked.values)}
    scenario = Scenario.load(asked.scenario).with_values(**changes)
    found = first_differences(scenario, asked.seed, asked.years * WEEKS + 1, asked.ignore)
    print(report(found) if found else "no difference")


if __name__ == "__main__":
    main()
