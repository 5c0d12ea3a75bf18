"""Tables and figures of the report of pilots: plain rows of texts and pictures, in one language."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from samenspel.experiments.observed.texts import fitted, sentences
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, as_given, number, percent, word
from samenspel.experiments.pilots.comparison.comparison import Comparison
from samenspel.experiments.pilots.comparison.power import ENOUGH
from samenspel.experiments.pilots.comparison.robustness import floors_met
from samenspel.experiments.pilots.file.checks import as_typed
from samenspel.experiments.pilots.file.measures import FULL_COST, LOSS, MEASURES
from samenspel.experiments.pilots.report.figures import Scale, bar, track
from samenspel.experiments.pilots.report.words import Words, is_share
from samenspel.experiments.plausible.asking import TOGETHER
from samenspel.experiments.plausible.asking import named as of_group
from samenspel.experiments.plausible.texts import named, three
from samenspel.model.declared.declaration import Parameter
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.words import Phrase, in_language

if TYPE_CHECKING:
    from samenspel.experiments.pilots.file.design import PilotDesign

PICTURED = (
    "pabo_adequate_share", LOSS, "mbo_adequate_share", "status_barrier", "mentor_overload_share", FULL_COST,
)  # fmt: skip
MOST_SHOWN, ASKED_AT_MOST = 10, 8


def limit(words: Words, name: str) -> str:
    """A floor in words."""
    value = words.figure(words.comparison.pilots.floors[name], name)
    if MEASURES[name].sign > 0:
        return words.say("at least {value}", value=value)
    return words.say("at most {value}", value=value)


def glance(words: Words, at: int) -> dict[str, str]:
    """A design in one row."""
    robust = words.by_design[at]
    mbo = words.figures.get((at, "students_mbo"))
    shows = words.shows.get(at)
    answer = {True: words.say("yes"), False: words.say("no"), None: "–"}[shows]
    return {
        "name": words.marked(at),
        "acceptable": words.share(robust["acceptable"]),
        "best": words.share(robust["best"]),
        "loss": words.figure(words.figures[at, LOSS]["mean"], LOSS) if at else "–",
        "mbo": number(mbo["mean"], words.lang) if mbo else "–",
        "money": words.figure(words.extra_cost(at), FULL_COST, signed=True) if at else "–",
        "shows": answer,
    }


def design_row(words: Words, at: int, design: PilotDesign) -> dict[str, str]:
    """What a design is."""
    settings = [f"{name} = {as_typed(value)}" for name, value in design.values.items()]
    settings += [f"ikcs = {', '.join(design.sites)}"] if design.sites is not None else []
    for year, values in design.then:
        later = ", ".join(f"{name} = {as_typed(value)}" for name, value in values.items())
        since = words.comparison.pilots.scenario.school_year(year)
        settings.append(words.say("from school year {year}: {later}", year=since, later=later))
    return {
        "name": words.names[at], "text": design.text(words.lang), "source": design.cited(words.lang),
        "settings": " · ".join(settings), "everywhere": words.everywhere(at),
    }  # fmt: skip


def pictured(comparison: Comparison) -> list[str]:
    """The measures with a figure of their own: what counts most, the floors and the aim."""
    wanted = {*PICTURED, *comparison.pilots.floors, comparison.pilots.aim}
    return [name for name in comparison.measures if name in wanted]


def other_row(words: Words, name: str) -> dict[str, Any]:
    """A measure in one row: the mean of the reference, and what each design differs from it."""
    cells = [words.figure(words.figures[0, name]["mean"], name)]
    for at in list(words.names)[1:]:
        row = words.figures[at, name]
        compared = math.isfinite(row["difference_mean"])
        cells.append(
            words.figure(row["difference_mean"], name, signed=True) if compared else words.figure(row["mean"], name)
        )
    return {"name": words.measure(name), "cells": cells}


def figure(words: Words, name: str) -> dict[str, Any]:
    """A measure: a row a design."""
    own = {at: words.figures[at, name] for at in words.names}
    floor = words.comparison.pilots.floors.get(name, math.nan)
    ends = [row[key] for row in own.values() for key in ("mean", "low", "high", "worlds_low", "worlds_high")]
    scale = Scale.over([*ends, floor], zero=name == LOSS, share=MEASURES[name].unit == "0-1" and name != LOSS)
    about = words.measure(name)
    unit = "" if is_share(name) else f" ({word(MEASURES[name].unit, words.lang)})"
    sign = words.say("more is better") if MEASURES[name].sign > 0 else words.say("less is better")
    return {
        "name": name, "title": about, "caption": f"{name}{unit}, {sign}",
        "low": words.figure(scale.low, name), "high": words.figure(scale.high, name),
        "rows": [_figure_row(words, name, at, row, scale, floor) for at, row in own.items()],
    }  # fmt: skip


def _figure_row(words: Words, name: str, at: int, row: dict[str, Any], scale: Scale, floor: float) -> dict[str, Any]:
    mean = words.figure(row["mean"], name)
    worlds = words.between(row["worlds_low"], row["worlds_high"], name)
    known = math.isfinite(row["mean"])
    title = f"{words.names[at]}: {mean}, {worlds}" if known else words.say("no value")
    difference = "–"
    if at and known and math.isfinite(row["difference_mean"]):
        signed = name != LOSS
        ends = [
            words.figure(row[key], name, signed=signed)
            for key in ("difference_mean", "difference_worlds_low", "difference_worlds_high")
        ]
        difference = f"{ends[0]} ({words.range(ends[1], ends[2])})"
    return {
        "name": words.names[at],
        "picture": track(
            scale, row["mean"], (row["low"], row["high"]), (row["worlds_low"], row["worlds_high"]), title, line=floor
        ),
        "mean": f"{mean} ({worlds})" if known else "–",
        "difference": difference,
        "better": words.share(row["share_better"]) if at else "–",
    }


def robust_row(words: Words, at: int) -> dict[str, Any]:
    """How far a design holds."""
    row, name = words.by_design[at], words.names[at]
    found: dict[str, Any] = {"name": name}
    for key in ("acceptable", "best"):
        low, high = row[f"{key}_low"], row[f"{key}_high"]
        known = math.isfinite(row[key])
        text = f"{words.share(row[key])} ({words.between(low, high)})" if known else "–"
        found |= {key: text, f"{key}_picture": bar(row[key], low, high, f"{name}: {text}")}
    other = int(row["dominated_by"])
    aim = words.comparison.pilots.aim
    return {
        **found,
        "regret_aim": words.figure(row["regret_aim"], aim, signed=is_share(aim)),
        "regret_pabo": words.figure(row["regret_pabo"], LOSS),
        "dominated": words.names[other] if other >= 0 else "–",
    }


def matrix(words: Words, name: str) -> dict[str, Any]:
    """Row against column."""
    table = words.comparison.pairs
    shares = {
        (int(row["design"]), int(row["other"])): float(row["share"]) for row in rows(table[table["measure"] == name])
    }

    def cell(row: int, column: int) -> dict[str, str]:
        if row == column:
            return {"text": "–", "shade": ""}
        share = shares.get((row, column), math.nan)
        shade = "more" if share >= 0.8 else "less" if share <= 0.2 else ""
        return {"text": words.share(share), "shade": shade}

    return {
        "title": words.say("A beats B: {measure}", measure=words.measure(name)),
        "rows": [
            {"name": text, "cells": [cell(row, column) for column in words.names]} for row, text in words.names.items()
        ],
    }


def floor_rows(words: Words) -> list[dict[str, Any]]:
    """In which share of worlds each floor is met: a row a design."""
    met = {(int(row["design"]), row["measure"]): row["share"] for row in rows(floors_met(words.comparison))}
    floors = words.comparison.pilots.floors
    return [
        {"name": text, "cells": [words.share(met.get((at, name), math.nan)) for name in floors]}
        for at, text in words.names.items()
        if floors
    ]


def power_row(words: Words, row: dict[str, Any]) -> dict[str, Any]:
    """What a real pilot of a design would see of an outcome."""
    name, outcome = words.names[int(row["design"])], words.outcome(str(row["outcome"]))
    around = words.between(row["power_low"], row["power_high"])
    power = f"{words.share(row['power'])} ({around})"
    effect, low, high, least = (
        number(row[key], words.lang, 2) for key in ("effect", "effect_low", "effect_high", "detectable")
    )
    return {
        "name": name, "outcome": outcome,
        "clusters": f"{number(row['pilot_clusters'], words.lang)}, {number(row['other_clusters'], words.lang)}",
        "students": number(row["students"], words.lang, 1),
        "icc": number(row["icc"], words.lang, 2),
        "effect": f"{effect} ({words.range(low, high)})",
        "detectable": least,
        "power": power,
        "picture": bar(row["power"], row["power_low"], row["power_high"], f"{name}, {outcome}: {power}", floor=ENOUGH),
        "needed": words.clusters_needed(row["clusters_needed"]),
        "verdict": words.verdict(row),
    }  # fmt: skip


def apart(words: Words) -> list[dict[str, Any]]:
    """Displacement of designs that stand apart: in all, by what they set for the whole partnership, by mbo students."""
    found = []
    for at, name in words.names.items():
        if parts := words.apart(at):
            cells = [
                f"{words.figure(part.middle, LOSS)} ({words.between(part.low, part.high, LOSS)})" for part in parts
            ]
            found.append({"name": name, "cells": cells})
    return found


def boards(words: Words) -> list[dict[str, Any]]:
    """Own contribution by board: the reference, then differences."""
    if words.comparison.close is None:
        return []
    table = words.comparison.close.boards.groupby(["board", "design"], sort=False)["contribution"].mean().unstack()
    institute = words.say("institute")
    found = []
    for board, row in table.iterrows():
        cells = [_euros(float(row[0]), words)]
        cells += [_euros(float(row[at] - row[0]), words, signed=True) for at in list(words.names)[1:]]
        found.append({"name": board or institute, "cells": cells})
    return found


def matter(words: Words) -> list[dict[str, Any]]:
    """What to ask first: assumptions, alone or measured together, on which the choice or the loss hangs most."""
    return rows(words.asks.head(ASKED_AT_MOST))


def _euros(amount: float, words: Words, *, signed: bool = False) -> str:
    """An amount to the nearest ten, without its unit."""
    text = number(10 * round(amount / 10), words.lang)
    return f"+{text}" if signed and amount >= 5 else text


def assumption_row(words: Words, row: dict[str, Any]) -> dict[str, str]:
    """An assumption with its range, source and what knowing it would bring; of a group, its assumptions."""
    lang = words.lang
    told = {
        "choice": _of_worlds(row, "choice", lang) + ("" if row["decides"] else words.say(" (may be chance)")),
        "explains": _of_worlds(row, "explains", lang) + ("" if row["matters"] else words.say(" (may be chance)")),
    }
    if (group := of_group(row["name"])) is not None:
        names = ", ".join(TOGETHER[row["name"]][1])
        return {"name": names, "text": in_language(group, lang), "range": "", "source": "", **told}
    parameter = PARAMETERS[row["name"]]
    source = ", ".join(word(part.strip(), lang) for part in parameter.source.split(","))
    text = Phrase(parameter.en, parameter.nl).text(lang)
    return {"name": parameter.name, "text": text, "range": _range_of(words, parameter), "source": source, **told}


def _range_of(words: Words, parameter: Parameter[Any]) -> str:
    """The range as the file has it, else as declared; of a choice its options."""
    if parameter.kind == "choice":
        return ", ".join(parameter.choices)
    own = words.comparison.pilots.ranges.get(parameter.name, {"low": parameter.low, "high": parameter.high})
    unit = "" if parameter.unit == "0-1" else f" {word(parameter.unit, words.lang)}"
    return f"{as_given(own['low'], words.lang)}–{as_given(own['high'], words.lang)}{unit}"


def _of_worlds(row: dict[str, Any], name: str, lang: Language) -> str:
    """A part of the worlds, or of what is unsure, with its interval."""
    if math.isnan(row[name]):
        return "–"
    low, high = (number(100 * row[f"{name}_{end}"], lang) for end in ("low", "high"))
    return f"{percent(row[name], lang)} ({low}–{high})"


def matter_text(words: Words) -> str:
    """What the table of assumptions shows, and what of it is sure."""
    sure = words.asks[words.asks["decides"] | words.asks["matters"]]
    told = words.say(
        "By assumption, or by what would be measured in one go: in how many more of the worlds who knew it would "
        "choose the best design, and how much it explains of what is unsure about what pabo students lose with "
        "“{name}”.",
        name=words.names[words.told_of],
    )
    if sure.empty:
        return told + " " + words.say(
            "With {worlds} worlds, and after correction for the {asked} that were asked, nothing is sure to be worth "
            "asking.",
            worlds=words.count, asked=len(words.asks),
        )  # fmt: skip
    return told + " " + words.say("Ask the partnership for what is not marked as chance first.")


def posterior(words: Words) -> dict[str, Any] | None:
    """What observations left of the assumptions."""
    found = words.comparison.pilots.posterior
    if found is None:
        return None
    table = [
        {
            "name": row["parameter"], "text": named(row["parameter"]).text(words.lang),
            "before": three(row, "before", words.lang), "after": three(row, "after", words.lang),
            "sure": words.say("yes") if row["informed"] else words.say("not shown"),
        }
        for row in rows(found.table)[:MOST_SHOWN]
    ]  # fmt: skip
    return {"sentences": sentences(found, words.lang), "fit": fitted(found, words.lang), "table": table}
