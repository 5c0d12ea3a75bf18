"""In which worlds an analysis runs: plausible ones that ship, one's own file, or draws from the declared ranges."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.experiments.output.language import Language, number
from samenspel.experiments.plausible.candidates import UNCERTAIN, known_by
from samenspel.experiments.plausible.judges import PATTERNS
from samenspel.experiments.plausible.worlds import Worlds, partnership_digest
from samenspel.experiments.statistics import weighted
from samenspel.experiments.study.designs import Design, points_of
from samenspel.experiments.study.factors import Factor, Point
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import Fault, InputFaults, shown
from samenspel.model.input.scenario import Scenario
from samenspel.model.words import Listed, Message, Number, say

PLAUSIBLE, PRIOR = "plausible", "prior"
SHIPPED = Path(__file__).parent / "shipped" / "baseline.parquet"
"""The worlds of the baseline that come with Samenspel; made by `python -m tools.worlds --write`."""


@dataclass(frozen=True)
class Source:
    """Where the worlds of an analysis come from.

    Attributes
    ----------
    which
        `plausible`, `prior`, or the path of a file.
    scenario
        The partnership that is analysed.
    kept
        The plausible worlds; none for prior ones, which are drawn.
    """

    which: str
    scenario: Scenario
    kept: Worlds | None = None

    @classmethod
    def of(cls, which: str | Path, scenario: Scenario, file: str = "", place: str = "--worlds") -> Source:
        """The source of this name for this partnership; raises `InputFaults` when there is none."""
        match str(which):
            case "prior":
                return cls(PRIOR, scenario)
            case "plausible":
                return cls(PLAUSIBLE, scenario, shipped())
        path = Path(which)
        if path.suffix.lower() != ".parquet" or not path.is_file():
            allowed = Message("{prior}, {plausible}, or a .parquet file that samenspel worlds wrote",
                              prior=PRIOR, plausible=PLAUSIBLE)  # fmt: skip
            raise InputFaults([Fault(file, place, shown(str(which)), allowed)])
        return cls(str(path), scenario, Worlds.read(path, scenario))

    @property
    def is_near(self) -> bool:
        """Whether the worlds are of another partnership than this."""
        return self.kept is not None and self.kept.about.partnership != partnership_digest(self.scenario)

    def names(self, without: Collection[str] = ()) -> tuple[str, ...]:
        """What differs from world to world; what is set elsewhere, or known of this partnership, does not."""
        differing = UNCERTAIN if self.kept is None else self.kept.names
        known = known_by(self.scenario)
        return tuple(name for name in differing if name not in without and name not in known)

    def number(self, asked: int) -> int:
        """How many of the worlds asked can be drawn: of those that are kept no more than differ from each other."""
        return asked if self.kept is None else min(asked, self.kept.most)

    def drawn(self, number: int, seed: int, without: Collection[str] = ()) -> list[Point]:
        """So many worlds that count for the same; the same ones whatever is left out of them."""
        if not number:
            return []
        return self._told(_prior(number, seed) if self.kept is None else self.kept.drawn(number), without)

    def population(self, number: int, seed: int) -> tuple[list[Point], NDArray[np.float64]]:
        """All worlds that are kept and what each counts for; so many draws that count for the same where none are."""
        if self.kept is None:
            return self.drawn(number, seed), np.ones(number)
        return self._told(self.kept.values, ()), self.kept.weights

    def _told(self, points: list[Point], without: Collection[str]) -> list[Point]:
        """Worlds, by what differs between them."""
        names = self.names(without)
        return [{name: point[name] for name in names} for point in points]

    def document(self) -> dict[str, Any]:
        """Where the worlds come from, as data."""
        if self.kept is None:
            return {"from": PRIOR}
        about = self.kept.about
        return {
            "from": self.which, "scenario": about.scenario, "kept": len(self.kept), "effective": self.kept.effective,
            "measured": about.measured, "rules": about.rules, "held_against": list(PATTERNS), "near": self.is_near,
            "observed": list(about.observed),
        }  # fmt: skip

    def sentences(self, draws: int, lang: Language) -> list[str]:
        """How many worlds there are, from where, and what they were held against."""
        if self.kept is None:
            return [
                say(
                    "{draws} worlds drawn from the declared ranges, one assumption apart from another "
                    "(--worlds prior). Most of them could not be this partnership.",
                    lang,
                    draws=number(draws, lang),
                )
            ]
        said = [came_from(self.kept, draws).text(lang), *self._observed(lang)]
        if not self.is_near:
            return said
        warning = say(
            "These worlds were made for another partnership ({scenario}): the nearest there is. Make this one’s own "
            "with samenspel worlds, and give that file as --worlds.",
            lang,
            scenario=self.kept.about.scenario,
        )
        return [*said, warning]

    def _observed(self, lang: Language) -> list[str]:
        """By how many observations the worlds were weighed anew, and how much is left of them."""
        assert self.kept is not None
        if not self.kept.about.observed:
            return []
        said = say(
            "They were weighed anew by what the partnership itself observed ({observations} times), and know as much "
            "as {effective} equal worlds.",
            lang,
            observations=number(len(self.kept.about.observed), lang), effective=number(self.kept.effective, lang, 1),
        )  # fmt: skip
        few = say("That is few: read what follows with care.", lang)
        return [f"{said} {few}" if self.kept.effective < weighted.FEWEST else said]


def came_from(kept: Worlds, draws: int) -> Message:
    """How many plausible worlds were drawn, from where, and what they were held against."""
    return Message(
        "{draws} worlds that could be this partnership, drawn by weight from {kept} that were kept of {measured}. "
        "Each was fitted to what is known of today and held against the patterns {patterns}.",
        draws=Number(draws), kept=Number(len(kept)), measured=Number(kept.about.measured), patterns=Listed(PATTERNS),
    )  # fmt: skip


@cache
def shipped() -> Worlds:
    """The worlds that come with Samenspel."""
    return Worlds.read(SHIPPED)


def _prior(number: int, seed: int) -> list[Point]:
    """A Latin hypercube over everything that nobody knows."""
    factors = [Factor.declared(PARAMETERS[name]) for name in UNCERTAIN]
    points = points_of(Design("latin-hypercube", points=number), (), factors, {}, seed).worlds
    return [points[at] for at in range(number)]
