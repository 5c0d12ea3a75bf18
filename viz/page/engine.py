"""What the engine of a page must know of what Python checks, counts and says, so that nothing is declared twice."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.stats import t

from samenspel.experiments.output.version import version
from samenspel.experiments.statistics.intervals import CONFIDENCE
from samenspel.model.declared.choices import Facilitation
from samenspel.model.declared.declaration import Parameter
from samenspel.model.declared.former import FORMER
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.allowed import allowed_for
from samenspel.model.input.checks import AT_MOST_ONE, LEADING
from samenspel.model.input.faults import InputFaults, shown, unknown
from samenspel.model.input.scenario import Scenario
from samenspel.model.words import Message
from samenspel.model.year.changes import AT_THE_START
from samenspel.viz.room.course import LONGEST_ADDRESS, MOST_WEEKS, Catalog
from samenspel.viz.room.ensemble import HIGH, LOW, REPLICATIONS, SHOWN_AFTER
from samenspel.viz.room.session import FIRST_HORIZON
from samenspel.viz.texts import both

FIXED = (*AT_THE_START, "cross_denomination")
"""What lays out the land, which a page has ready-made."""
MOST_STUDENTS = 5_000
"""That a page lives as fast as a hand moves."""
FITS = Message("at most {most_students} students, for a page")
WORDS = {
    "fault": Message("{where}: found {found}; allowed: {allowed}"),
    "place": Message("{place}, {what}"),
    "address": Message("address"),
    "view": Message("view"),
    "one_of": Message("one of {names}"),
    "a_parameter": Message("a parameter"),
    "can_change": Message("a parameter that can change"),
    "a_week": Message("a week"),
    "further": Message("{phrase}, or further with beyond_range = true"),
    "shapes_the_start": Message("no change during a run: it shapes the start"),
    "shapes_the_land": Message("what the scenario says: it shapes the start, which a page has ready-made"),
    "students": Message("{name} with about {students} students"),
    "most_students": FITS,
}


def engine_facts(catalog: Catalog) -> dict[str, Any]:
    """All of it, for these scenarios."""
    return {
        "version": version(),
        "horizon": FIRST_HORIZON,
        "last": MOST_WEEKS,
        "refusals": refusals(),
        "limits": {parameter.name: limits(parameter) for parameter in PARAMETERS.values()},
        "beyond": [name for name, scenario in catalog.items() if scenario.beyond_range],
        "spreading": spreading(),
    }


def spreading() -> dict[str, Any]:
    """How much of what is seen is luck: after how many lives it is told, and by which figures."""
    quantiles = np.asarray(t.ppf(0.5 + CONFIDENCE / 2, np.arange(1, REPLICATIONS)))
    return {
        "replications": REPLICATIONS, "shown_after": list(SHOWN_AFTER), "low": LOW, "high": HIGH,
        "t": quantiles.tolist(),
    }  # fmt: skip


def refusals() -> dict[str, Any]:
    """What is refused besides values out of range, and in which words."""
    return {
        "fixed": list(FIXED),
        "shares": [list(names) for names in AT_MOST_ONE],
        "leaders": {
            "form": "form_facilitation",
            "persons": Facilitation.PERSONS.word,
            "count": LEADING[0],
            "hours": list(LEADING[1:]),
        },
        "most_students": MOST_STUDENTS,
        "longest": LONGEST_ADDRESS,
        "former": {name: both(unknown(name)) for name in FORMER},
        "words": {name: both(text) for name, text in WORDS.items()} | _said_together(),
    }


def limits(parameter: Parameter[Any]) -> dict[str, Any]:
    """From where to where a value may lie, and the same in words: what is plausible, and what rules can digest."""
    ends = {name: getattr(parameter, name) for name in ("low", "high", "least", "most")}
    plain = {name: None if math.isinf(end) else end for name, end in ends.items()}
    return plain | {
        "allowed": both(allowed_for(parameter)),
        "allowed_beyond": both(allowed_for(parameter, beyond=True)),
    }


def _said_together() -> dict[str, Any]:
    """The words of checks that take several values, from what they say of values that cannot be."""
    shares = _refused(**dict.fromkeys(AT_MOST_ONE[-1], 1.0), beyond_range=True)
    leaders = _refused(
        form_facilitation=Facilitation.PERSONS.word,
        **dict.fromkeys(LEADING[1:], 0.0),
        facilitators=1,
        beyond_range=True,
    )
    return {
        "total": _template(shares.found), "together": _template(shares.allowed),
        "leaders": _template(leaders.found), "hours_for_leaders": _template(leaders.allowed),
        "the_text": _template(shown("{quoted}")),
    }  # fmt: skip


def _refused(**values: Any) -> Any:
    """The last fault of a scenario with these values."""
    try:
        Scenario.load("baseline").with_values(**values)
    except InputFaults as faults:
        return faults.faults[-1]
    raise AssertionError(f"{values} can be")


def _template(text: Any) -> dict[str, str]:
    """A text without what was filled in."""
    return both(Message(text.message))
