"""The patterns that the model must reproduce, as criteria: what is measured, its target, and what it may be used for.

They are the conceptual model's. A pattern of use C may have served to calibrate, and that it holds then says nothing;
V only validates; S is structural: a rival form should fail it. Measures are taken by `samenspel.experiments.validation.measures`.
"""

# ruff: noqa: E501  one criterion is one line, so that the table can be read as a table

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from samenspel.model.declared.constants import CONSTANTS, Constant
from samenspel.model.declared.declaration import Parameter
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.schedules import SCHEDULES
from samenspel.model.words import Message

Use = Literal["C", "V", "S"]
Verdict = Literal["held", "missed"]

SD = {"teaching": 0.080, "knowledge": 0.1155, "barrier": 0.173}
"""One SD wherever a pattern speaks of SD: between pabo students at the end of year 1 in the baseline (0-1).

From `python -m samenspel.experiments.validation.calibration`; in the baseline knowledge and barrier are still as students brought them.
"""
HORIZON, DISCARDED = 12, 4
"""Years of a validation run, and how many of its first years are left out."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One measured part of a pattern.

    Attributes
    ----------
    measure
        What `samenspel.experiments.validation.measures` calls the figure.
    pattern, use
        The pattern's id, and what it may be used for.
    what
        What the figure is, in English and Dutch.
    low, high
        The target; both ends belong to it unless `strict`.
    unit
        `0-1`, `SD` (see `SD`), `students`, `places`, `clusters`, `meetings` or `ratio`.
    data
        Ids of the data behind the target (docs/TRACE.md).
    judged
        Whether it counts; otherwise it is only reported.
    """

    measure: str
    pattern: str
    use: Use
    what: Message
    low: float
    high: float
    unit: str
    data: tuple[str, ...]
    strict: bool = False
    judged: bool = True

    def verdict(self, figure: float) -> Verdict:
        """Whether the figure lies in the target; what could not be measured does not."""
        inside = self.low < figure < self.high if self.strict else self.low <= figure <= self.high
        return "held" if inside else "missed"

    def is_sure(self, low: float, high: float) -> bool:
        """Whether the figure's whole interval lies in the target, or on one side of it."""
        return self._side(low) == self._side(high)

    def _side(self, figure: float) -> int:
        return 0 if self.verdict(figure) == "held" else -1 if figure <= self.low else 1

    @property
    def set_from_the_same(self) -> list[str]:
        """Parameters, and parts of the baseline, that a datum of this target also served to specify.

        With any of them, holding is no independent evidence.
        """
        return list(dict.fromkeys(name for datum in self.data for name in specified_by(datum)))


SCENARIO_DATA = {
    "D02": "the 15 clusters of the baseline",
    "D05": "the places of the full-capacity scenario",
    "D06": "the four boards with room and the four that may join, in the baseline",
    "D42": "the sizes of the baseline's sites",
    "D44": "the share of integrated child centres in the baseline",
}
"""Data that the built-in partnership was made from (model/scenarios/baseline.toml)."""


def specified_by(datum: str) -> list[str]:
    """What a datum served to specify: parameters and constants that cite it, schedules, and parts of the baseline."""
    declared: list[Parameter[Any] | Constant] = [*PARAMETERS.values(), *CONSTANTS.values()]
    names = [f"`{one.name}`" for one in declared if datum in one.source.split(", ")]
    names += [f"`{one.name}`" for one in SCHEDULES.values() if datum in [step.source for step in one.steps]]
    return list(dict.fromkeys(names)) + ([SCENARIO_DATA[datum]] if datum in SCENARIO_DATA else [])


def _criteria(
    pattern: str,
    use: Use,
    *parts: tuple[str, float, float, str, str, Message],
    strict: tuple[str, ...] = (),
    reported: tuple[str, ...] = (),
) -> dict[str, Criterion]:
    """The criteria of one pattern, each from measure, low, high, unit, data and what it is."""
    return {
        measure: Criterion(
            measure, pattern, use, what, low, high, unit, tuple(data.split()),
            measure in strict, measure not in reported,
        )
        for measure, low, high, unit, data, what in parts
    }  # fmt: skip


ANY = math.inf

CRITERIA: dict[str, Criterion] = {
    **_criteria(
        "P1", "V",
        ("students_inside", 162, 198, "students", "D01 D02", Message("students inside 15 clusters, week 1")),
        ("places_added", 48, 52, "places", "D06", Message("places that four extra clusters add")),
        ("clusters_for_400", 33, 34, "clusters", "D01 D05", Message("clusters for 400 students, as filled at full capacity, week 1")),
    ),
    **_criteria(
        "P1", "C",
        ("coverage_fulltime", 0.55, 0.65, "0-1", "D03", Message("coverage of full-time students")),
        ("coverage_parttime", 0.15, 0.25, "0-1", "D03", Message("coverage of part-time students")),
    ),
    **_criteria(
        "P2", "C",
        ("left_fulltime", 0.20, 0.33, "0-1", "D31", Message("full-time students who leave in year 1")),
        ("stopped_fulltime", 0.09, 0.17, "0-1", "D30", Message("full-time students who stop in year 1")),
        ("stopped_parttime", 0.22, 0.34, "0-1", "D30", Message("part-time students who stop in year 1")),
        ("stops_ratio", 1.5, ANY, "ratio", "D30", Message("part-time stops over full-time stops")),
    ),
    **_criteria(
        "P3", "C",
        ("graduated_in_5", 0.57, 0.73, "0-1", "D32", Message("of those entering year 2: diploma within 5 years of starting")),
        ("graduated_in_5_reenrolled", 0.57, 0.73, "0-1", "D32", Message("the same of all enrolled a second year, repeaters too")),
        ("diplomas_over_intake", 0.62, 0.71, "0-1", "D29", Message("diplomas over intake four years before (D29)")),
        ("graduated_in_5_fulltime", -ANY, ANY, "0-1", "", Message("the same of full-time and academic students entering year 2")),
        ("graduated_in_5_parttime", -ANY, ANY, "0-1", "", Message("the same of part-time students")),
        ("repeats_later", -ANY, ANY, "0-1", "", Message("repeats a year, years 2 to 4, each year")),
        reported=("graduated_in_5_reenrolled", "diplomas_over_intake", "graduated_in_5_fulltime", "graduated_in_5_parttime", "repeats_later"),
    ),
    **_criteria(
        "P4", "V",
        ("coverage_strategy_1", 0.59, 0.69, "0-1", "D04 D06", Message("coverage with strategy 1 alone")),
    ),
    **_criteria(
        "P6", "S",
        ("two_a_mentor", -0.20, 0.20, "SD", "M09", Message("growth with two students a mentor against one")),
        ("two_a_mentor_felt", -ANY, 0.0, "0-1", "M09", Message("felt support with two students a mentor against one")),
        ("trainers_15_to_35", 0.10, ANY, "SD", "M06", Message("growth that 35 students on a pair of trainers cost against 15")),
        strict=("two_a_mentor_felt",),
    ),
    **_criteria(
        "P7", "S",
        ("days_doubled", -ANY, 0.15, "SD", "M16", Message("growth from doubled placement days at fixed quality")),
        ("skill_up", 0.10, 0.30, "SD", "M11", Message("growth from mentors one SD more skilled")),
        ("days_by_skill", -ANY, 0.0, "SD", "M16", Message("interaction of the two")),
    ),
    **_criteria(
        "P8", "C",
        ("between_mentors", 0.20, 0.35, "SD", "M12", Message("SD between mentors of a year's gain")),
    ),
    **_criteria(
        "P10", "S",
        ("community_juniors", 0.18, 0.48, "SD", "M22 M24", Message("growth of year 1 with a cross-year community against none")),
        ("community_seniors", 0.19, 0.59, "SD", "M22 M25", Message("growth of year 3 with a cross-year community against none")),
        ("community_whole", -ANY, 0.50, "SD", "M24", Message("growth of years 1 to 3 with a cross-year community against none")),
    ),
    **_criteria(
        "P11", "S",
        ("four_over_twelve", 0.0, ANY, "SD", "M26 M27", Message("a meeting of about 12: growth in subgroups of 4 against one group")),
        ("four_over_ten", 0.0, ANY, "SD", "M26 M27", Message("a meeting of about 20: subgroups of 4 and 5 against groups of 10")),
        ("four_over_two", 0.0, ANY, "SD", "M27", Message("a meeting of about 20: subgroups of 4 and 5 against pairs")),
        strict=("four_over_twelve", "four_over_ten"),
    ),
    **_criteria(
        "P12", "V",
        ("mixed_knowledge", 0.20, 0.65, "SD", "M31", Message("knowledge of the other profession from a year of mixed teams")),
        ("mixed_attitude", 0.0, 0.30, "SD", "M31 M32", Message("attitude from a year of mixed teams")),
        ("knowledge_above_attitude", 0.90, 1.0, "0-1", "M31", Message("share of seeds with knowledge above attitude")),
        ("attitude_hbo_over_mbo", 0.0, ANY, "SD", "M33", Message("attitude gain of hbo above that of mbo")),
        ("first_contacts_dip", 0.0, ANY, "SD", "M34", Message("how far attitude dips after the first contacts")),
        ("contacts_hbo", -ANY, ANY, "meetings", "", Message("fully mixed meetings of an hbo student in that year")),
        ("contacts_mbo", -ANY, ANY, "meetings", "", Message("the same of an mbo student")),
        ("attitude_hbo_over_mbo_even", 0.0, ANY, "SD", "M33", Message("attitude gain of hbo above that of mbo, about as many mbo as hbo members")),
        strict=("first_contacts_dip",),
        reported=("contacts_hbo", "contacts_mbo", "attitude_hbo_over_mbo"),
    ),
    **_criteria(
        "P15", "C",
        ("tired_without", 0.22, 0.28, "0-1", "D49", Message("mentors above the fatigue threshold without students")),
        ("tired_within", -0.02, 0.02, "0-1", "M17", Message("more of them with students within facilitated hours")),
        ("tired_above", 0.05, 1.0, "0-1", "M17", Message("more of them with students above facilitated hours")),
    ),
    **_criteria(
        "P16", "C",
        ("adequate", 0.80, 0.90, "0-1", "", Message("adequately supervised in the baseline, 5 years")),
    ),
}  # fmt: skip
"""Every criterion by the name of its measure, in the order of the patterns."""
