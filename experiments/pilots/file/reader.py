"""How a pilots file is read and checked: every fault at once, before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from samenspel.experiments.pilots.file.checks import check_design
from samenspel.experiments.pilots.file.design import AIM, PilotDesign, designed
from samenspel.experiments.pilots.file.measures import MEASURES
from samenspel.experiments.study.reading import TITLES, DocumentReader, one_of
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults, shown
from samenspel.model.input.scenario import Scenario
from samenspel.model.words import Message, Phrase

NUMBERS = {"replications": (1, 100_000), "worlds": (0, 100_000), "years": (1, 50), "seed": (0, 2**63 - 1)}
KEYS = ("scenario", *NUMBERS, "time_limit", "beyond_range", "aim", *TITLES, "floors", "uncertainties", "design")
TEXTS = ("name", "name_nl", "description", "description_nl", "source", "source_nl")
PROGRAMMES = ("assistant", "pedagogical-work-3", "pedagogical-work-4")
TRACKS = {"bol": 0.0, "bbl": 1.0}
STAYS = {"whole-year": 0.0, "half-year": 1.0}
FACILITATORS = ("trainer_hours", "institute_trainer_hours", "practice_trainer_hours", "mbo_trainer_hours")
FRIENDLY = ("ikcs", "clusters", "programmes", "track", "stay", "facilitators", "then")
MOST_DESIGNS = 40


class PilotReader(DocumentReader):
    """Reads a pilots file."""

    def fields(self) -> dict[str, Any] | None:
        """The fields of the comparison, or nothing when there are faults."""
        self.unknown(self.document, "", KEYS)
        numbers = self.wholes(NUMBERS)
        limit = self.number(self.document, "", "time_limit", 600.0, 0.01, 1e7)
        beyond = self.switch(self.document, "", "beyond_range", False)
        titles = self.titles()
        aim = self._aim()
        floors = self._floors()
        ranges = self._ranges()
        scenario = self.scenario()
        years = numbers.get("years", 5)
        designs = self._designs(scenario, beyond, years) if scenario else []
        self._check_ranges(ranges, designs)
        if self.findings.faults or scenario is None:
            return None
        remarks = [fault for design in designs for fault in check_design(self, design, years)]
        if self.findings.faults:
            return None
        return {
            "scenario": scenario, "designs": tuple(designs), "floors": floors, "aim": aim, "time_limit": limit,
            "titles": titles, "ranges": ranges, "document": self.document, "remarks": tuple(remarks), **numbers,
        }  # fmt: skip

    # --- the whole ---

    def _aim(self) -> str:
        """What the pilot is for."""
        aim = self.document.get("aim", AIM)
        if not isinstance(aim, str) or aim not in MEASURES:
            self.findings.add(self.file, "aim", shown(aim), one_of(MEASURES), near=aim, among=MEASURES)
        return str(aim)

    def _floors(self) -> dict[str, float]:
        """The partnership's own floors."""
        table = self.table("floors")
        for key in table:
            if key not in MEASURES:
                found = Message('the unknown name "{key}"', key=key[:60])
                self.findings.add(self.file, f"[floors] {key[:60]}", found, one_of(MEASURES), near=key, among=MEASURES)
        known = [key for key in table if key in MEASURES]
        return {
            key: self.number(table, "[floors] ", key, 0.0, -1e12, 1.0 if MEASURES[key].unit == "0-1" else 1e12)
            for key in known
        }

    def _ranges(self) -> dict[str, dict[str, float]]:
        """Ranges of assumptions that the file narrows."""
        ranges = {}
        for name, given in self.table("uncertainties").items():
            place = f"[uncertainties] {name[:60]}"
            if (parameter := self.parameter(place, name)) is None:
                continue
            numeric = parameter.kind in ("real", "whole")
            if not numeric or not isinstance(given, dict) or set(given) != {"low", "high"}:
                self.note(place, given, "{ low = …, high = … }")
                continue
            ends = [self.value(f"{place}.{end}", parameter, given[end], False) for end in ("low", "high")]
            if ends[0] is not None and ends[1] is not None:
                low, high = float(ends[0]), float(ends[1])
                if low < high:
                    ranges[name] = {"low": low, "high": high}
                else:
                    found = Message("low {low} and high {high}", low=f"{low:g}", high=f"{high:g}")
                    self.note(place, found, Message("{low} below {high}", low="low", high="high"))
        return ranges

    def _check_ranges(self, ranges: Mapping[str, Any], designs: list[PilotDesign]) -> None:
        """What a design decides is not uncertain as well."""
        for name in ranges:
            setting = [design.name for design in designs if name in design.sets]
            if setting:
                listed = ", ".join(f"“{text}”" for text in setting)
                found = Message("a range of what {listed} sets", listed=listed)
                allowed = Message("an assumption that no design sets")
                self.note(f"[uncertainties] {name}", found, allowed)

    # --- designs ---

    def _designs(self, scenario: Scenario, beyond: bool, years: int) -> list[PilotDesign]:
        """All designs, each name once."""
        tables = self.document.get("design")
        if not isinstance(tables, list) or not 2 <= len(tables) <= MOST_DESIGNS:
            found = Message("{tables} designs", tables=len(tables)) if isinstance(tables, list) else tables
            allowed = Message(
                "2 to {most_designs} tables [[design]], the first being the reference", most_designs=MOST_DESIGNS
            )
            self.note("[[design]]", found, allowed)
            return []
        read = [self._design(at, table, scenario, beyond, years) for at, table in enumerate(tables, 1)]
        names = [table.get("name") for table in tables if isinstance(table, dict)]
        for name in dict.fromkeys(name for name in names if isinstance(name, str) and names.count(name) > 1):
            found = Message("the name {name} more than once", name=shown(name))
            self.note("[[design]] name", found, Message("each name once"))
        return [design for design in read if design]

    def _design(self, at: int, table: Any, scenario: Scenario, beyond: bool, years: int) -> PilotDesign | None:
        """One design, or nothing when there is something wrong with it."""
        place = f"[[design]] {at}, "
        if not isinstance(table, dict):
            self.note(place.rstrip(", "), table, Message("a table"))
            return None
        before = len(self.findings.faults)
        texts = self._texts(table, place)
        values = self._values(table, place, scenario, beyond, (*TEXTS, *FRIENDLY))
        sites = self._sites(table, place, scenario)
        then = self._then(table, place, scenario, beyond, years)
        if "name" not in texts or len(self.findings.faults) > before:
            return None
        base = scenario
        if sites is not None:
            rows = tuple(replace(site, recognised=site.name in sites) for site in scenario.world.sites)
            base = replace(scenario, world=replace(scenario.world, sites=rows))
        try:
            made = designed(base, values)
        except InputFaults as wrong:
            self.findings.faults += [
                replace(fault, file=self.file, place=place + fault.place) for fault in wrong.faults
            ]
            return None
        return PilotDesign(texts["name"], values, made, sites, then, texts, table)

    def _texts(self, table: Mapping[str, Any], place: str) -> dict[str, str]:
        """Name, description and source."""
        texts = {}
        for key in TEXTS:
            given = table.get(key)
            if isinstance(given, str) and given.strip() and len(given) <= (80 if key.startswith("name") else 500):
                texts[key] = given
            elif key in table or key == "name":
                most = 80 if key.startswith("name") else 500
                allowed = Message("a text of 1 to {most} characters", most=most)
                self.note(f"{place}{key}", given, allowed)
        return texts

    def _values(
        self, table: Mapping[str, Any], place: str, scenario: Scenario, beyond: bool, besides: tuple[str, ...]
    ) -> dict[str, Value]:
        """The parameters that a design sets, by their own names and by friendly ones."""
        values: dict[str, Value] = {}
        for key, given in table.items():
            if key in besides:
                continue
            if key not in PARAMETERS:
                allowed = Message("the name of a parameter, or one of {listed}", listed=", ".join((*TEXTS, *FRIENDLY)))
                among = (*FRIENDLY, *TEXTS, *PARAMETERS)
                self.findings.add_unknown(self.file, f"{place}{key[:60]}", key, allowed, among)
            elif (value := self.value(f"{place}{key}", PARAMETERS[key], given, beyond)) is not None:
                values[key] = value
        for key, value in self._friendly(table, place, scenario).items():
            if key in values:
                self.note(place + key, Message("{key} twice", key=key), Message("one of the two"))
            values[key] = value
        return values

    def _friendly(self, table: Mapping[str, Any], place: str, scenario: Scenario) -> dict[str, Value]:
        """What friendly names say in parameters."""
        values: dict[str, Value] = {}
        total = len(scenario.world.clusters)
        if (clusters := self.whole(table, place, "clusters", 1, total)) is not None:
            values["mbo_clusters_share"] = clusters / total
        for key, words, parameter in (("track", TRACKS, "mbo_bbl_share"), ("stay", STAYS, "mbo_half_year_share")):
            if key in table:
                given = table[key]
                if isinstance(given, str) and given in words:
                    values[parameter] = words[given]
                else:
                    self.findings.add(self.file, place + key, shown(given), one_of(words), near=given, among=words)
        if (count := self.whole(table, place, "facilitators", 0, 4)) is not None:
            if count == 1:
                self.note(f"{place}facilitators", 1, Message("0, 2 (pair), 3 (trio) or 4"))
            values |= {name: 0.0 for name in FACILITATORS[count:] if name not in table}
        if "programmes" in table:
            values |= self._programmes(table, place)
        return values

    def _programmes(self, table: Mapping[str, Any], place: str) -> dict[str, Value]:
        """Shares of the mbo programmes that take part: as in the model, or all of the only one."""
        chosen = self.names(table, place, "programmes", PROGRAMMES, PROGRAMMES)
        if not chosen:
            self.note(f"{place}programmes", Message("an empty list"), one_of(PROGRAMMES))
            return {}
        usual = (0.40, 0.20, 0.40)  # the defaults of mbo_assistant_share and mbo_level3_share, and the rest
        parts = [part if name in chosen else 0.0 for name, part in zip(PROGRAMMES, usual, strict=True)]
        if not any(parts):
            return {}
        return {"mbo_assistant_share": parts[0] / sum(parts), "mbo_level3_share": parts[1] / sum(parts)}

    def _sites(self, table: Mapping[str, Any], place: str, scenario: Scenario) -> tuple[str, ...] | None:
        """The IKC sites that take part, by name or by number (then one a cluster first)."""
        if "ikcs" not in table:
            return None
        given = table["ikcs"]
        ikcs = _ikcs(scenario)
        if isinstance(given, int) and not isinstance(given, bool):
            number = self.whole(table, place, "ikcs", 1, len(ikcs))
            return tuple(ikcs[:number]) if number else None
        if not isinstance(given, list) or not given:
            self.note(
                f"{place}ikcs",
                given,
                Message("a number, or a list of names of IKCs"),
            )
            return None
        kinds = {site.name: site for site in scenario.world.sites}
        for name in given:
            if name in ikcs:
                continue
            site = kinds.get(name) if isinstance(name, str) else None
            found = shown(name)
            if site is not None:
                no_ikc = Message('"{name}", which is no IKC', name=name)
                nowhere = Message('"{name}", which is in no cluster, or not recognised', name=name)
                found = nowhere if site.kind == "ikc" else no_ikc
            allowed = Message("a recognised IKC in a cluster, such as {listed}", listed=", ".join(ikcs[:3]))
            self.findings.add(self.file, f"{place}ikcs", found, allowed, near=name, among=ikcs)
        return tuple(dict.fromkeys(str(name) for name in given))

    def _then(
        self, table: Mapping[str, Any], place: str, scenario: Scenario, beyond: bool, years: int
    ) -> tuple[tuple[int, dict[str, Value]], ...]:
        """What changes in later school years, in order."""
        given = table.get("then", [])
        if not isinstance(given, list) or not all(isinstance(later, dict) for later in given):
            self.note(f"{place}then", given, Message("tables [[design.then]]"))
            return ()
        if len(given) > years:
            found = Message("{given} changes", given=len(given))
            self.note(f"{place}then", found, Message("one a school year"))
            return ()
        later = []
        for at, change in enumerate(given, 1):
            here = f"{place}then {at}, "
            if "year" not in change:
                self.note(f"{here}year", None, Message("a school year"))
            year = self.whole(change, here, "year", 2, years)
            values = self._values(change, here, scenario, beyond, ("year", *FRIENDLY))
            for key in change:
                if key in ("ikcs", "then"):
                    self.note(here + key, Phrase(key), Message("only from the start"))
            later.append((year or 2, values))
        return tuple(sorted(later, key=lambda one: one[0]))


def _ikcs(scenario: Scenario) -> list[str]:
    """Names of recognised IKCs in clusters; the first of each cluster come first."""
    nth: dict[str, int] = {}
    found = []
    for at, site in enumerate(scenario.world.sites):
        if site.kind == "ikc" and site.recognised and site.cluster:
            nth[site.cluster] = nth.get(site.cluster, 0) + 1
            found.append((nth[site.cluster], at, site.name))
    return [name for _, _, name in sorted(found)]
