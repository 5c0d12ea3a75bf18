"""The report of worlds: one HTML file that needs nothing else."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, number
from samenspel.experiments.plausible.make import Made
from samenspel.experiments.plausible.texts import between, named, share_of, three
from samenspel.experiments.validation.words import target, what
from samenspel.model.words import Phrase, say

TEMPLATES = Path(__file__).parent / "templates"


class Told(Protocol):
    """What the page shows of a report."""

    @property
    def made(self) -> Made:
        """What was found."""

    @property
    def patterns(self) -> pd.DataFrame:
        """Every criterion before judging and after."""

    @property
    def parameters(self) -> pd.DataFrame:
        """Every parameter that differs, before judging and after."""

    def sentences(self, lang: Language) -> list[str]:
        """What was found, in words."""

    def drawn(self, lang: Language) -> Mapping[str, bytes]:
        """The files of all figures by name."""


def html(report: Told, lang: Language) -> str:
    """The report as text; whatever a scenario is called is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    loaded = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    style = Markup((TEMPLATES / "worlds.css").read_text(encoding="utf-8"))  # our own file
    return loaded.get_template("worlds.html.jinja").render(style=style, **_content(report, lang))


def _content(report: Told, lang: Language) -> dict[str, Any]:
    """Everything the template shows."""
    made = report.made
    title = Phrase(made.scenario.title, made.scenario.title_nl).text(lang)
    return {
        "lang": lang,
        "say": lambda text, **fields: say(text, lang, **fields),
        "title": say("Worlds that could be {partnership}", lang, partnership=title),
        "sentences": report.sentences(lang),
        "patterns": [
            {
                "pattern": f"{row['pattern']} {row['use']}", "what": what(row, lang), "target": target(row, lang),
                "before": share_of(row, "before_held", lang), "after": share_of(row, "after_held", lang),
                "between": between(row, "after", lang),
            }
            for row in rows(report.patterns)
        ],
        "parameters": [_parameter(row, lang) for row in rows(report.parameters)],
        "pictures": _pictures(report, lang),
        "made": _made(report, lang),
    }  # fmt: skip


def _parameter(row: dict[str, Any], lang: Language) -> dict[str, str]:
    fitted = say("fitted anew", lang)
    return {
        "name": row["parameter"], "what": named(row["parameter"]).text(lang),
        "before": fitted if row["fitted"] else three(row, "before", lang), "after": three(row, "after", lang),
        "informed": "" if row["fitted"] else say("yes", lang) if row["informed"] else say("no", lang),
    }  # fmt: skip


def _made(report: Told, lang: Language) -> str:
    about = report.made.worlds.about
    return say(
        "Samenspel {version}, rules {rules}, scenario {scenario}, seed {seed}; {measured} candidates of a Latin "
        "hypercube were measured. What is fitted, what judges and how worlds weigh stands in section 11 of "
        "docs/RULES.md.",
        lang,
        version=about.version, rules=about.rules, scenario=about.scenario, seed=about.seed,
        measured=number(about.measured, lang),
    )  # fmt: skip


def _pictures(report: Told, lang: Language) -> dict[str, str]:
    """The figures as addresses that hold them; of what was not drawn nothing."""
    files = report.drawn(lang)
    address = "data:image/png;base64,"
    return {
        name: address + base64.b64encode(files[f"{name}.png"]).decode() if f"{name}.png" in files else ""
        for name in ("patterns", "pairs")
    }
