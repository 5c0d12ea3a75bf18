"""Reads `observed.toml`: what a partnership counted, and what a pilot measured, every fault at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from samenspel.experiments.observed.instruments import INSTRUMENTS, Instrument
from samenspel.experiments.observed.observations import (
    AGAINST,
    COUNTED,
    OTHERS,
    Count,
    Difference,
    Observations,
    is_share,
)
from samenspel.experiments.pilots.comparison.close import OUTCOMES
from samenspel.experiments.pilots.file.design import PilotDesign
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.study.reading import Reader, one_of
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.input.draft import Draft
from samenspel.model.input.faults import Findings, InputFaults, shown
from samenspel.model.input.source import is_file, toml_content
from samenspel.model.words import Message

KEYS = ("pilots", "count", "instrument", "difference")
OF_COUNT = ("name", "year", "value", "standard_error", "of")
OF_INSTRUMENT = ("name", "low", "high", "reliability", "reversed", "source")
OF_DIFFERENCE = ("design", "outcome", "against", "instrument", "difference", "effect_size", "standard_error")
MOST = 1e9
LEAST_RELIABLE = 0.1


def read_observations(path: str | Path, pilots: Pilots | None = None) -> tuple[Observations, Pilots | None]:
    """What a file says was measured, and the comparison whose designs it names: that given, or else its own.

    Raises
    ------
    InputFaults
        With every fault there is.
    """
    path, findings = Path(path), Findings()
    if not is_file(path) or path.suffix.lower() != ".toml":
        allowed = Message("the path of a .toml file that exists")
        findings.add(str(path), "", f'"{path.name[:60]}"', allowed)
        findings.raise_any()
    content = toml_content(path, Draft(path.stem, str(path), findings=findings))
    findings.raise_any()
    assert content is not None
    reader = ObservationReader(content, str(path), path.parent)
    found = reader.observations(pilots)
    reader.findings.raise_any()
    return found, reader.pilots


class ObservationReader(Reader):
    """Reads what was measured."""

    pilots: Pilots | None = None

    def observations(self, pilots: Pilots | None) -> Observations:
        """All observations; of what has faults nothing."""
        self.unknown(self.document, "", KEYS)
        self.pilots = pilots or self._pilots()
        instruments = dict(INSTRUMENTS)
        for at, table in enumerate(self._tables("instrument")):
            self._instrument(table, at, instruments)
        counts = [self._count(table, at) for at, table in enumerate(self._tables("count"))]
        differences = [self._difference(table, at, instruments) for at, table in enumerate(self._tables("difference"))]
        if not counts and not differences:
            self.note("", Message("nothing measured"), Message("[[count]] or [[difference]]"))
        found = Observations(
            self.file, tuple(one for one in counts if one), tuple(one for one in differences if one)
        )  # fmt: skip
        self._refuse_two_of_one_thing(found)
        return found

    def _tables(self, name: str) -> list[dict[str, Any]]:
        """The tables of that name."""
        given = self.document.get(name, [])
        if isinstance(given, list) and all(isinstance(one, dict) for one in given):
            return given
        self.note(name, given, Message("tables: [[{name}]]", name=name))
        return []

    def _pilots(self) -> Pilots | None:
        """The comparison that the file names."""
        given = self.document.get("pilots")
        if given is None:
            return None
        if not isinstance(given, str) or not given:
            self.note("pilots", given, Message("built-in pilots, or the path of a file of them"))
            return None
        try:
            return Pilots.load(given if given in Pilots.names() else self.folder / given)
        except InputFaults as wrong:
            self.findings.faults += wrong.faults
            return None

    # --- one observation ---

    def _count(self, table: dict[str, Any], at: int) -> Count | None:
        """A count of the partnership's own."""
        place, faults = f"[[count]] {at + 1} ", len(self.findings.faults)
        self.unknown(table, place, OF_COUNT)
        name = self._among(table, place, "name", COUNTED)
        year = self.whole(table, place, "year", 1, 50)
        if name is None:
            return None
        low, high = (0.0, 1.0) if is_share(name) else (INDICATORS[name].low, INDICATORS[name].high)
        value = self._needed(table, place, "value", max(low, -MOST), min(high, MOST))
        error = self._error_of_count(table, place, name, value)
        if len(self.findings.faults) > faults:
            return None
        return Count(name, year or 1, value, error)

    def _error_of_count(self, table: dict[str, Any], place: str, name: str, value: float) -> float:
        """The standard error, given or from how many were counted."""
        if "of" not in table:
            return self._needed(table, place, "standard_error", 0.0, MOST)
        number = self.whole(table, place, "of", 2, 1_000_000) or 2
        if "standard_error" in table or not is_share(name):
            found = Message("the number of those counted")
            self.note(f"{place}of", found, Message("standard_error, or of for a share alone"))
        return math.sqrt(max(value * (1.0 - value), 1.0 / number) / number)

    def _instrument(self, table: dict[str, Any], at: int, known: dict[str, Instrument]) -> None:
        """A questionnaire of the partnership's own, which joins those that are known."""
        place = f"[[instrument]] {at + 1} "
        self.unknown(table, place, OF_INSTRUMENT)
        name = table.get("name")
        if not isinstance(name, str) or not name or name in known:
            self.note(f"{place}name", name, Message("a name that no other instrument has"))
            return
        low, high = (self._needed(table, place, end, -MOST, MOST) for end in ("low", "high"))
        if "low" in table and "high" in table and not low < high:
            found = Message("low {low} and high {high}", low=f"{low:g}", high=f"{high:g}")
            self.note(place.strip(), found, Message("{low} below {high}", low="low", high="high"))
        reliability = self._needed(table, place, "reliability", LEAST_RELIABLE, 1.0)
        known[name] = Instrument("", low, high, reliability, self.switch(table, place, "reversed", False))

    def _difference(self, table: dict[str, Any], at: int, instruments: dict[str, Instrument]) -> Difference | None:
        """What a pilot measured."""
        place, faults = f"[[difference]] {at + 1} ", len(self.findings.faults)
        self.unknown(table, place, OF_DIFFERENCE)
        design = self._design(table, place)
        outcome = self._among(table, place, "outcome", tuple(OUTCOMES))
        against = self._among(table, place, "against", AGAINST, OTHERS)
        named = self._among(table, place, "instrument", tuple(instruments))
        if outcome is None or named is None or against is None:
            return None
        instrument = instruments[named]
        if instrument.outcome not in ("", outcome):
            found = Message("{name}, which measures {outcome}", name=named, outcome=instrument.outcome)
            self.note(f"{place}instrument", found, Message("an instrument of {outcome}", outcome=outcome))
        standardised = "effect_size" in table
        key, most = ("effect_size", 5.0) if standardised else ("difference", instrument.high - instrument.low)
        if standardised and "difference" in table:
            found = Message("a difference and an effect size")
            self.note(place.strip(), found, Message("one of the two"))
        value = self._needed(table, place, key, -most, most)
        error = self._needed(table, place, "standard_error", 1e-4, max(most, 1e-4))
        if len(self.findings.faults) > faults:
            return None
        return Difference(design, outcome, against, instrument, value, error, standardised)

    def _design(self, table: dict[str, Any], place: str) -> int:
        """Which design with mbo students was observed; -1 with a fault."""
        if self.pilots is None:
            if "pilots" not in self.document:
                self.note("pilots", None, Message("built-in pilots, or the path of a file of them"))
            return -1
        designs = self.pilots.designs
        at = {text: at for at, design in enumerate(designs) if design.has_mbo for text in _names(design)}
        given = table.get("design")
        if isinstance(given, str) and given in at:
            return at[given]
        self.findings.add(self.file, f"{place}design", shown(given), one_of(at), near=given, among=list(at))
        return -1

    # --- values ---

    def _among(
        self, table: dict[str, Any], place: str, key: str, allowed: Sequence[str], default: str | None = None
    ) -> str | None:
        """One of some words, or nothing with a fault."""
        given = table.get(key, default)
        if isinstance(given, str) and given in allowed:
            return given
        self.findings.add(self.file, f"{place}{key}", shown(given), one_of(allowed), near=given, among=allowed)
        return None

    def _needed(self, table: dict[str, Any], place: str, key: str, low: float, high: float) -> float:
        """A number between bounds that must be there."""
        if key not in table:
            self.note(f"{place}{key}", None, Message("a number"))
            return low
        return self.number(table, place, key, low, low, high)

    def _refuse_two_of_one_thing(self, found: Observations) -> None:
        """Two observations of one thing are one too many: their errors would be counted as independent."""
        seen = set[tuple[str, ...]]()
        for one in found.all:
            if one.thing in seen:
                what = Message("two observations of {thing}", thing=", ".join(one.thing))
                self.note("", what, Message("one observation of each thing; take them together first"))
            seen.add(one.thing)


def _names(design: PilotDesign) -> tuple[str, ...]:
    """What a design is called in both languages."""
    return tuple(dict.fromkeys((design.name, design.title("nl"))))
