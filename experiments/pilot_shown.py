"""A comparison of pilots in the terminal, and as one JSON document."""

from __future__ import annotations

import math
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from experiments.language import Language
from experiments.pilot_answers import answers
from experiments.pilot_measures import LOSS
from experiments.pilot_summary import bullets
from experiments.pilot_texts import apart_notes
from experiments.pilot_words import Words
from experiments.pilots import Comparison
from experiments.run import rows
from experiments.tables import READING_WIDTH, console
from experiments.version import version


def show(comparison: Comparison, lang: Language) -> None:
    """The advice, what to remember, and a row a design."""
    words, out = Words(comparison, lang), console()
    for sentence in [words.advice(), *words.turns()]:
        out.print(Text(sentence), width=min(out.width, READING_WIDTH))
    out.print()
    out.print(_table(words))
    for sentence in apart_notes(words):
        out.print(Text(f"* {sentence}"), width=min(out.width, READING_WIDTH))
    out.print()
    for sentence in bullets(words):
        out.print(Text(f"- {sentence}"), width=min(out.width, READING_WIDTH))
    out.print()


def _table(words: Words) -> Table:
    say = words.say
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column(say("Design"))
    for heading in (
        say("floors\nmet"), say("best"), say("pabo\nlose"),
        say("mbo\nadequate"), say("real pilot\nshows"),
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    for at in words.names:
        row, shows = words.by_design[at], words.shows.get(at)
        mbo = words.figures.get((at, "mbo_adequate_share"))
        table.add_row(
            Text(words.marked(at)), words.share(row["acceptable"]), words.share(row["best"]),
            words.figure(words.figures[at, LOSS]["mean"], LOSS),
            words.figure(mbo["mean"], "mbo_adequate_share") if mbo else "–",
            "–" if shows is None else say("yes") if shows else say("no"),
        )  # fmt: skip
    return table


def document(comparison: Comparison) -> dict[str, Any]:
    """The comparison as one JSON document; what is undefined is None."""
    pilots, words = comparison.pilots, Words(comparison, "en")
    found = words.turning
    return {
        "pilots": pilots.name,
        "scenario": pilots.scenario.name,
        "version": version(),
        "seed": pilots.seed,
        "years": pilots.years,
        "replications": pilots.replications,
        "worlds": pilots.worlds,
        "runs": len(comparison.runs),
        "failed": comparison.failed,
        "folder": str(comparison.folder),
        "aim": pilots.aim,
        "floors": dict(pilots.floors),
        "designs": {str(at): name for at, name in comparison.names().items()},
        "changes_whole_partnership": {
            str(at): {name: list(pilots.everywhere[at][name]) for name in pilots.changed_everywhere(at)}
            for at in words.apart_at
        },
        "advice": [words.advice(), *words.turns()],
        "turning": {
            "favourite": found.favourite, "turned": found.turned,
            "to": {str(at): share for at, share in found.to.items()}, "limits": _plain(rows(found.limits)),
        },
        "robustness": _plain(rows(comparison.robustness)),
        "summary": _plain(rows(comparison.summary)),
        "pairs": _plain(rows(comparison.pairs)),
        "power": _plain(rows(comparison.power)),
        "questions": [{"number": one.number, "question": one.question, "answer": one.answer} for one in answers(words)],
    }  # fmt: skip


def _plain(table: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()}
        for row in table
    ]
