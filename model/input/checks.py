"""Checking the parameters of a draft: every value against its declaration, then shares of one whole together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from samenspel.model.declared.choices import Prices, SiteCapacity
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.schedules import MONTHS, first_month
from samenspel.model.declared.world import ScheduleRow, SiteRow, World
from samenspel.model.input.allowed import allowed, allowed_for, limits_of, suggest_number, values_model
from samenspel.model.input.draft import KEYS, REPORTED, Draft
from samenspel.model.input.faults import Findings, Given, shown
from samenspel.model.input.own import note_leaders
from samenspel.model.prices import paths
from samenspel.model.words import Message

AT_MOST_ONE = (  # shares of one whole, which together are at most 1
    ("mbo_level3_share", "mbo_assistant_share"),
    ("academic_share", "pedagogy_share", "parttime_share"),
    ("trainer_weight", "community_weight"),
)

LEADING = ("facilitators", "trainer_hours", "institute_trainer_hours")
"""Who leads sessions, and with which hours; a fault is told where the first of these is given."""


def checked_values(given: Mapping[str, Given], findings: Findings) -> tuple[dict[str, Value], bool]:
    """Every parameter with its value, and whether the plausible ranges may be left."""
    beyond = given.get("beyond_range")
    is_beyond = beyond is not None and beyond.value is True
    if beyond and not isinstance(beyond.value, bool) and beyond.value is not REPORTED:
        findings.add(beyond.file, beyond.place, shown(beyond.value), allowed("switch", 0, 0))
    raw = {k: v.value for k, v in given.items() if k in PARAMETERS and v.value is not REPORTED}
    unknown = [name for name in given if name not in PARAMETERS and name != "beyond_range"]
    model = values_model(is_beyond)
    try:
        values = dict(model.model_validate(raw))
    except ValidationError as error:
        wrong = {str(found["loc"][0]): found for found in error.errors(include_url=False)}
        for name in wrong:
            _note_parameter(given[name], name, is_beyond, findings)
        values = dict(model.model_validate({k: v for k, v in raw.items() if k not in wrong}))
    for name in unknown:
        _note_parameter(given[name], name, is_beyond, findings)
    _check_shares(values, given, findings)
    at = next((given[name] for name in LEADING if name in given), Given(None, "", LEADING[0]))
    note_leaders(values, at.file, at.place, findings)
    return values, is_beyond


def check_schedules(values: Mapping[str, Value], draft: Draft) -> None:
    """Whoever gives a schedule wants it to count."""
    rows = draft.tables["schedules"]
    if rows and values["prices"] != Prices.DATED.word:
        found = Message("a schedule, while prices are constant")
        draft.findings.add(rows[0].file, rows[0].place, found, Message('prices = "dated", or no schedules'))


def check_duos(values: Mapping[str, Value], world: World, draft: Draft) -> None:
    """Whoever asks for duos has a site where two students can be."""
    given = draft.values.get("duo_year_1")
    places = [row.places or int(values["students_per_cluster"]) for row in world.clusters]
    if (
        given
        and values["duo_year_1"]
        and (max(places, default=0) < 2 or not any(_takes_two(values, row) for row in world.sites))
    ):
        found = Message("duos, while no site can have two hbo students")
        draft.findings.add(given.file, given.place, found, Message("a site with two places, or duo_year_1 = false"))


def _takes_two(values: Mapping[str, Value], site: SiteRow) -> bool:
    """Whether a site has classes and mentors for two hbo students (RULES 4.3.10), as far as a file says."""
    if values["site_capacity"] == SiteCapacity.SOFT.word:
        return True
    classes = max(1, math.floor(site.pupils / float(values["class_size"]) + 0.5))
    hosted = math.floor(float(values["students_per_class_limit"]) * classes + 1e-9)
    if site.mentors is not None:
        hosted = min(hosted, 2 * site.mentors)
    return hosted - int(values["external_students_per_site"]) >= 2


def check_start(values: Mapping[str, Value], own: Iterable[ScheduleRow], draft: Draft) -> None:
    """At dated prices a run begins when they are known."""
    if values["prices"] != Prices.DATED.word:
        return
    first = int(values["first_school_year"])
    whole = Given(first, draft.file, "first_school_year")
    at = next((draft.values[name] for name in ("first_school_year", "prices") if name in draft.values), whole)
    for name, path in paths(values, own).items():
        begins = path.months[0]
        if begins > first_month(first, 1):
            found = Message("{year}, before the first value of {name}", year=first, name=name)
            year = -(-(begins - first_month(0, 1)) // MONTHS)
            draft.findings.add(at.file, at.place, found, Message("{year} or later", year=year))


def _note_parameter(given: Given, name: str, beyond: bool, findings: Findings) -> None:
    """Say what is wrong with one parameter."""
    parameter = PARAMETERS.get(name)
    if parameter is None:
        findings.add_unknown(given.file, given.place, name, _A_PARAMETER, (*PARAMETERS, *KEYS))
        return
    what = allowed_for(parameter, beyond, given.value)
    findings.add(given.file, given.place, shown(given.value), what, near=given.value, among=parameter.choices)
    suggest_number(parameter.kind, *limits_of(parameter, beyond), given.value, findings)


_A_PARAMETER = Message("the name of a parameter or table")


def _check_shares(values: Mapping[str, Value], given: Mapping[str, Given], findings: Findings) -> None:
    """Shares of one whole must not add up to more than 1."""
    for names in AT_MOST_ONE:
        total = math.fsum(float(values[name]) for name in names)
        if total > 1 + 1e-9:
            own = [given[name] for name in names if name in given]
            at = own[-1] if own else Given(None, "", names[-1])
            found = Message("{total} for {listed}", total=f"{total:g}", listed=" + ".join(names))
            findings.add(at.file, at.place, found, Message("together at most 1"))
