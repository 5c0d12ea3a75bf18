"""What a comparison of pilots says in plain language, Dutch or English: short sentences with a figure in each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, enumerate_words, euros, number, percent, word
from samenspel.experiments.pilots.comparison.asking import asks
from samenspel.experiments.pilots.comparison.close import OUTCOME_WORDS
from samenspel.experiments.pilots.comparison.comparison import Comparison
from samenspel.experiments.pilots.comparison.power import can_show
from samenspel.experiments.pilots.comparison.questions import Spread, alone
from samenspel.experiments.pilots.comparison.robustness import Turning, turning
from samenspel.experiments.pilots.file.checks import changes_everywhere
from samenspel.experiments.pilots.file.measures import FULL_COST, LOSS, MEASURES
from samenspel.model.words import say

ROUGHLY = {"pabo_p10", "mbo_p10"}


def is_share(name: str) -> bool:
    """Whether a measure from 0 to 1 is read as a percentage."""
    return name.endswith(("_share", "_share_hbo", "_share_mbo")) or name.startswith(
        ("dropout", "coverage", "pabo_loss")
    )


def shown(value: float, name: str, lang: Language, *, signed: bool = False) -> str:
    """A figure of a measure with its unit; shares as percentages, differences of shares in pp."""
    if not math.isfinite(value):
        return "–"
    sign = "+" if signed and value > 0 else ""
    unit = MEASURES[name].unit if name in MEASURES else ""
    if is_share(name):
        if signed or name == LOSS:
            return f"{sign}{number(100 * value, lang, 1)} pp"
        return percent(value, lang, 0 if abs(value) >= 0.1 else 1)
    if unit.startswith("EUR"):
        return sign + euros(value, lang, 100 if abs(value) >= 20_000 else 10)
    if unit == "0-1":
        return sign + number(value, lang, 3)
    return f"{sign}{number(value, lang, 1)} {word(unit, lang)}".strip()


@dataclass(frozen=True)
class Words:
    """A comparison in one language."""

    comparison: Comparison
    lang: Language

    def say(self, message: str, **fields: object) -> str:
        """A text of the code in this language."""
        return say(message, self.lang, **fields)

    @cached_property
    def names(self) -> dict[int, str]:
        """Designs by number."""
        return self.comparison.names(self.lang)

    @cached_property
    def turning(self) -> Turning:
        """Where the advice turns."""
        return turning(self.comparison)

    @cached_property
    def by_design(self) -> dict[int, dict[str, Any]]:
        """Robustness by design."""
        return {int(row["design"]): row for row in rows(self.comparison.robustness)}

    @cached_property
    def figures(self) -> dict[tuple[int, str], dict[str, Any]]:
        """The summary by design and measure."""
        return {(int(row["design"]), str(row["measure"])): row for row in rows(self.comparison.summary)}

    @cached_property
    def shows(self) -> dict[int, bool]:
        """By design: whether a real pilot could show anything."""
        return can_show(self.comparison.power)

    @cached_property
    def apart_at(self) -> list[int]:
        """Designs that change the whole partnership, and so stand apart."""
        return [at for at in self.names if self.comparison.pilots.changed_everywhere(at)]

    def marked(self, at: int) -> str:
        """The name of a design, with a star where it stands apart."""
        return f"{self.names[at]} *" if at in self.apart_at else self.names[at]

    def everywhere(self, at: int) -> str:
        """What a design that stands apart changes outside its pilot, as a sentence; empty for the others."""
        if at not in self.apart_at:
            return ""
        changed = changes_everywhere(self.comparison.pilots.everywhere, at, self.lang)
        return self.say("Changes the whole partnership: {changed}.", changed=changed)

    def extra_cost(self, at: int) -> float:
        """EUR a year more than the reference, also of a design that stands apart: a bill needs no like to compare."""
        means = [self.figures[one, FULL_COST]["mean"] for one in (at, 0) if (one, FULL_COST) in self.figures]
        return float(means[0] - means[1]) if len(means) == 2 else math.nan

    @property
    def told_of(self) -> int:
        """The design of which more is told: the favourite, or the first that can be compared with the reference."""
        favourite = self.turning.favourite
        return favourite if favourite > 0 else next((at for at in self.names if at and at not in self.apart_at), 1)

    def measure(self, name: str) -> str:
        """A measure in words."""
        return MEASURES[name].text(self.lang)

    def figure(self, value: float, name: str, *, signed: bool = False) -> str:
        """A figure of a measure."""
        return shown(value, name, self.lang, signed=signed)

    def share(self, value: float) -> str:
        """A share of worlds."""
        return "–" if not math.isfinite(value) else percent(value, self.lang)

    def between(self, low: float, high: float, name: str = "") -> str:
        """A range."""
        if name:
            ends = [self.figure(value, name) for value in (low, high)]
        else:
            ends = [self.share(value) for value in (low, high)]
        return self.range(*ends)

    def range(self, low: str, high: str) -> str:
        """Two figures as a range; a unit that both have is said once."""
        number_low, _, unit_low = low.partition(" ")
        first = number_low if unit_low and high.endswith(f" {unit_low}") else low
        return self.say("{first} to {high}", first=first, high=high)

    def of_100(self, share: float, *, signed: bool = False) -> str:
        """A share as so many in a hundred."""
        text = number(100 * share, self.lang, 1)
        return f"+{text}" if signed and share > 0 else text

    @property
    def count(self) -> int:
        """How many worlds."""
        return len(self.comparison.pilots.sampled)

    @cached_property
    def asks(self) -> pd.DataFrame:
        """What to ask first, about the choice and about the loss with the favourite."""
        return asks(self.comparison, self.told_of)

    # --- the summary ---

    def advice(self) -> str:
        """Which design is best how often; never a bare winner."""
        favourite, aim = self.turning.favourite, self.measure(self.comparison.pilots.aim).lower()
        if len(self.apart_at) == len(self.names) - 1:
            return self.say(
                "Every design changes more than its pilot, so none can be compared with the reference: "
                "there is no advice to give."
            )
        if favourite < 0:
            return self.say(
                "No design meets all floors in any of the worlds: with these floors there is no advice to give."
            )
        row, name = self.by_design[favourite], self.names[favourite]
        best, held = self.share(row["best"]), self.share(row["acceptable"])
        around = self.between(row["best_low"], row["best_high"])
        return self.say(
            "“{name}” is most often the best choice: in {best} of the {count} worlds ({around}). "
            "Best means: the most of what the pilot is for ({aim}) among designs that meet all "
            "floors. It meets all floors in {held} of the worlds.",
            name=name,
            best=best,
            count=self.count,
            around=around,
            aim=aim,
            held=held,
        )

    def turns(self) -> list[str]:
        """What is best where the favourite is not, and under which assumptions that is."""
        found = self.turning
        if found.favourite < 0:
            return []
        name, turned = self.names[found.favourite], self.share(found.turned)
        if not found.to:
            return [self.say("In every world it is “{name}”.", name=name)]
        others = sorted(found.to.items(), key=lambda one: (-one[1], one[0]))[:3]
        nobody = self.say("no design that meets all floors")
        listed = enumerate_words(
            [f"{'“' + self.names[at] + '”' if at >= 0 else nobody} ({self.share(part)})" for at, part in others],
            self.lang,
        )
        told = [
            self.say(
                "In the other {turned} of the worlds the advice turns; there it is {listed}.",
                turned=turned,
                listed=listed,
            )
        ]
        return told + (self._boxes() or [self._no_box()])

    def _no_box(self) -> str:
        return self.say(
            "No combination of assumptions stands out as the reason (PRIM, {count} worlds): more worlds may show one.",
            count=self.count,
        )

    def _boxes(self) -> list[str]:
        """Boxes of PRIM in words."""
        from samenspel.experiments.assumptions.discovery_report import conditions

        told = []
        for box in rows(self.turning.boxes):
            limits = self.turning.limits[self.turning.limits["box"] == box["box"]]
            where = enumerate_words(conditions(limits, self.lang), self.lang)
            density, coverage = self.share(box["density"]), self.share(box["coverage"])
            told.append(
                self.say(
                    "It turns above all with {where}: there it turns in {density} of the worlds, which is "
                    "{coverage} of all worlds in which it turns (PRIM, p = {p}).",
                    where=where,
                    density=density,
                    coverage=coverage,
                    p=number(box["p"], self.lang, 2),
                )
            )
        return told

    def apart(self, at: int) -> tuple[Spread, Spread, Spread] | None:
        """What pabo students lose with a design: in all, by what it sets for the whole partnership, by mbo students."""
        runs = self.comparison.answers
        if runs is None or not runs.has(alone(at)):
            return None
        settings = runs.values(alone(at), LOSS)
        shares = self.comparison.worlds["pabo_adequate_share"].unstack("design")
        whole = (shares[0] - shares[at]).to_numpy(float)[: len(settings)]
        return Spread.of(whole), Spread.of(settings), Spread.of(whole - settings)

    # --- power ---

    def outcome(self, name: str) -> str:
        """An outcome of a real pilot in words."""
        return OUTCOME_WORDS[name].text(self.lang)

    def verdict(self, row: dict[str, Any]) -> str:
        """Whether a pilot of this size could show one outcome: in half of the worlds or more."""
        if row["share_enough"] >= 0.5:
            return self.say("yes")
        return self.say("no")

    def clusters_needed(self, value: float) -> str:
        """A number of clusters."""
        return number(value, self.lang) if math.isfinite(value) else self.say("more than 500")
