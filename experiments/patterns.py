"""The patterns that the model must reproduce, as criteria: what is measured, its target, and what it may be used for.

They are the conceptual model's. A pattern of use C may have served to calibrate, and that it holds then says nothing;
V only validates; S is structural: a rival form should fail it. Measures are taken by `experiments.measures`.
"""

# ruff: noqa: E501  one criterion is one line, so that the table can be read as a table

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from model.faults import Phrase
from model.parameters import PARAMETERS

Use = Literal["C", "V", "S"]
Verdict = Literal["held", "missed"]

SD = {"teaching": 0.075, "knowledge": 0.1155, "barrier": 0.173}
"""One SD wherever a pattern speaks of SD: between pabo students at the end of year 1 in the baseline (0-1).

From `python -m experiments.calibration`; in the baseline knowledge and barrier are still as students brought them.
"""
HORIZON, DISCARDED = 12, 4
"""Years of a validation run, and how many of its first years are left out."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One measured part of a pattern.

    Attributes
    ----------
    measure
        What `experiments.measures` calls the figure.
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
    what: Phrase
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
    """What a datum served to specify: parameters whose default cites it, and parts of the baseline."""
    names = [f"`{one.name}`" for one in PARAMETERS.values() if datum in one.source.split(", ")]
    return names + ([SCENARIO_DATA[datum]] if datum in SCENARIO_DATA else [])


def _criteria(
    pattern: str,
    use: Use,
    *parts: tuple[str, float, float, str, str, str, str],
    strict: tuple[str, ...] = (),
    reported: tuple[str, ...] = (),
) -> dict[str, Criterion]:
    """The criteria of one pattern, each from measure, low, high, unit, data, English and Dutch."""
    return {
        measure: Criterion(
            measure, pattern, use, Phrase(en, nl), low, high, unit, tuple(data.split()),
            measure in strict, measure not in reported,
        )
        for measure, low, high, unit, data, en, nl in parts
    }  # fmt: skip


ANY = math.inf

CRITERIA: dict[str, Criterion] = {
    **_criteria(
        "P1", "V",
        ("students_inside", 162, 198, "students", "D01 D02", "students inside 15 clusters, week 1", "studenten in 15 clusters, week 1"),
        ("places_added", 48, 52, "places", "D06", "places that four extra clusters add", "plaatsen die vier extra clusters opleveren"),
        ("clusters_for_400", 33, 34, "clusters", "D01 D05", "clusters for 400 students, as filled at full capacity, week 1", "clusters voor 400 studenten, naar de bezetting bij volle capaciteit, week 1"),
        ("coverage_fulltime", 0.55, 0.65, "0-1", "D03", "coverage of full-time students", "aandeel voltijders binnen"),
        ("coverage_parttime", 0.15, 0.25, "0-1", "D03", "coverage of part-time students", "aandeel deeltijders binnen"),
    ),
    **_criteria(
        "P2", "C",
        ("left_fulltime", 0.20, 0.33, "0-1", "D31", "full-time students who leave in year 1", "voltijders die in jaar 1 weggaan"),
        ("stopped_fulltime", 0.09, 0.17, "0-1", "D30", "full-time students who stop in year 1", "voltijders die in jaar 1 stoppen"),
        ("stopped_parttime", 0.22, 0.34, "0-1", "D30", "part-time students who stop in year 1", "deeltijders die in jaar 1 stoppen"),
        ("stops_ratio", 1.5, ANY, "ratio", "D30", "part-time stops over full-time stops", "gestopte deeltijders tegenover voltijders"),
    ),
    **_criteria(
        "P3", "V",
        ("graduated_in_5", 0.57, 0.73, "0-1", "D32", "of those entering year 2: diploma within 5 years of starting", "van wie jaar 2 begint: diploma binnen 5 jaar na de start"),
        ("graduated_in_5_reenrolled", 0.57, 0.73, "0-1", "D32", "the same of all enrolled a second year, repeaters too", "hetzelfde van allen in een tweede inschrijvingsjaar, doubleurs inbegrepen"),
        ("diplomas_over_intake", 0.62, 0.71, "0-1", "D29", "diplomas over intake four years before (D29)", "diploma's tegenover de instroom vier jaar eerder (D29)"),
        ("graduated_in_5_fulltime", -ANY, ANY, "0-1", "", "the same of full-time and academic students entering year 2", "hetzelfde van voltijders en academische studenten die jaar 2 beginnen"),
        ("graduated_in_5_parttime", -ANY, ANY, "0-1", "", "the same of part-time students", "hetzelfde van deeltijders"),
        ("repeats_later", -ANY, ANY, "0-1", "", "repeats a year, years 2 to 4, each year", "doubleert in jaar 2 tot en met 4, per jaar"),
        reported=("graduated_in_5_reenrolled", "diplomas_over_intake", "graduated_in_5_fulltime", "graduated_in_5_parttime", "repeats_later"),
    ),
    **_criteria(
        "P4", "V",
        ("coverage_strategy_1", 0.59, 0.69, "0-1", "D04 D06", "coverage with strategy 1 alone", "aandeel binnen met alleen strategie 1"),
    ),
    **_criteria(
        "P6", "S",
        ("two_a_mentor", -0.20, 0.20, "SD", "M09", "growth with two students a mentor against one", "groei met twee studenten per mentor tegenover een"),
        ("two_a_mentor_felt", -ANY, 0.0, "0-1", "M09", "felt support with two students a mentor against one", "ervaren steun met twee studenten per mentor tegenover een"),
        ("trainers_15_to_35", 0.10, ANY, "SD", "M06", "growth that 35 students on a pair of trainers cost against 15", "groei die 35 studenten op een opleiderskoppel kosten tegenover 15"),
        strict=("two_a_mentor_felt",),
    ),
    **_criteria(
        "P7", "S",
        ("days_doubled", -ANY, 0.15, "SD", "M16", "growth from doubled placement days at fixed quality", "groei door dubbele werkplekdagen bij gelijke kwaliteit"),
        ("skill_up", 0.10, 0.30, "SD", "M11", "growth from mentors one SD more skilled", "groei door mentoren die een SD vaardiger zijn"),
        ("days_by_skill", -ANY, 0.0, "SD", "M16", "interaction of the two", "interactie van die twee"),
    ),
    **_criteria(
        "P8", "C",
        ("between_mentors", 0.20, 0.35, "SD", "M12", "SD between mentors of a year's gain", "SD tussen mentoren van de leerwinst in een jaar"),
    ),
    **_criteria(
        "P10", "S",
        ("community_juniors", 0.18, 0.48, "SD", "M22 M24", "growth of year 1 with a cross-year community against none", "groei van jaar 1 met een jaargroepdoorbroken leergemeenschap tegenover geen"),
        ("community_seniors", 0.19, 0.59, "SD", "M22 M25", "growth of year 3 with a cross-year community against none", "groei van jaar 3 met een jaargroepdoorbroken leergemeenschap tegenover geen"),
        ("community_whole", -ANY, 0.50, "SD", "M24", "growth of years 1 to 3 with a cross-year community against none", "groei van jaar 1 tot en met 3 met een jaargroepdoorbroken leergemeenschap tegenover geen"),
    ),
    **_criteria(
        "P11", "S",
        ("four_over_twelve", 0.0, ANY, "SD", "M26 M27", "a meeting of about 12: growth in subgroups of 4 against one group", "een bijeenkomst van ongeveer 12: groei in subgroepen van 4 tegenover een groep"),
        ("four_over_ten", 0.0, ANY, "SD", "M26 M27", "a meeting of about 20: subgroups of 4 and 5 against groups of 10", "een bijeenkomst van ongeveer 20: subgroepen van 4 en 5 tegenover groepen van 10"),
        ("four_over_two", 0.0, ANY, "SD", "M27", "a meeting of about 20: subgroups of 4 and 5 against pairs", "een bijeenkomst van ongeveer 20: subgroepen van 4 en 5 tegenover tweetallen"),
        strict=("four_over_twelve", "four_over_ten"),
    ),
    **_criteria(
        "P12", "V",
        ("mixed_knowledge", 0.20, 0.65, "SD", "M31", "knowledge of the other profession from a year of mixed teams", "kennis van het andere beroep door een jaar gemengde teams"),
        ("mixed_attitude", 0.0, 0.30, "SD", "M31 M32", "attitude from a year of mixed teams", "houding door een jaar gemengde teams"),
        ("knowledge_above_attitude", 0.90, 1.0, "0-1", "M31", "share of seeds with knowledge above attitude", "aandeel runs met kennis boven houding"),
        ("attitude_hbo_over_mbo", 0.0, ANY, "SD", "M33", "attitude gain of hbo above that of mbo", "winst in houding van hbo boven die van mbo"),
        ("first_contacts_dip", 0.0, ANY, "SD", "M34", "how far attitude dips after the first contacts", "hoe ver houding daalt na de eerste contacten"),
        ("contacts_hbo", -ANY, ANY, "meetings", "", "fully mixed meetings of an hbo student in that year", "geheel gemengde bijeenkomsten van een hbo-student in dat jaar"),
        ("contacts_mbo", -ANY, ANY, "meetings", "", "the same of an mbo student", "hetzelfde van een mbo-student"),
        ("attitude_hbo_over_mbo_even", 0.0, ANY, "SD", "M33", "attitude gain of hbo above that of mbo, about as many mbo as hbo members", "winst in houding van hbo boven die van mbo, ongeveer evenveel mbo- als hbo-leden"),
        strict=("first_contacts_dip",),
        reported=("contacts_hbo", "contacts_mbo", "attitude_hbo_over_mbo_even"),
    ),
    **_criteria(
        "P15", "C",
        ("tired_without", 0.22, 0.28, "0-1", "D49", "mentors above the fatigue threshold without students", "mentoren boven de vermoeidheidsdrempel zonder studenten"),
        ("tired_within", -0.02, 0.02, "0-1", "M17", "more of them with students within facilitated hours", "meer daarvan met studenten binnen de gefaciliteerde uren"),
        ("tired_above", 0.05, 1.0, "0-1", "M17", "more of them with students above facilitated hours", "meer daarvan met studenten boven de gefaciliteerde uren"),
    ),
    **_criteria(
        "P16", "C",
        ("adequate", 0.80, 0.90, "0-1", "", "adequately supervised in the baseline, 5 years", "toereikend begeleid in de uitgangssituatie, 5 jaar"),
    ),
}  # fmt: skip
"""Every criterion by the name of its measure, in the order of the patterns."""
