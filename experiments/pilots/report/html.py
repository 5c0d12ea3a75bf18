"""The report of a comparison of pilots: one HTML file that needs nothing else, and tables for who wants to go on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from samenspel.experiments.output.documents import as_json
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, number
from samenspel.experiments.output.version import version
from samenspel.experiments.pilots.comparison.comparison import Comparison
from samenspel.experiments.pilots.comparison.questions import WORLDS
from samenspel.experiments.pilots.report.answers import answers
from samenspel.experiments.pilots.report.rows import (
    apart,
    assumption_row,
    boards,
    design_row,
    figure,
    floor_rows,
    glance,
    limit,
    matrix,
    matter,
    matter_text,
    other_row,
    pictured,
    posterior,
    power_row,
    robust_row,
)  # fmt: skip
from samenspel.experiments.pilots.report.summary import bullets
from samenspel.experiments.pilots.report.texts import apart_notes, evaluation_plan, limits
from samenspel.experiments.pilots.report.words import Words
from samenspel.model.input.faults import Fault
from samenspel.model.words import Message, in_language

TEMPLATES = Path(__file__).parent / "templates"
MEASURED = Message(
    "What the real pilot measured, at the end of its first year: pilot clusters minus others, in points of the scale."
)
OBSERVED = """\
# {comment}
# samenspel pilots FILE --out DIR --observed observed.toml
[[difference]]
design = {design}
outcome = "status_barrier"
instrument = "ripls"
difference = 0.20
standard_error = 0.10

[[count]]
name = "coverage"
value = 0.51
of = 360
"""


def html(words: Words, source: str = "") -> str:
    """The report as text; whatever a design is called is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    loaded = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    style = Markup((TEMPLATES / "pilots.css").read_text(encoding="utf-8"))  # our own file
    return loaded.get_template("pilots.html.jinja").render(style=style, **_content(words, source))


def _content(words: Words, source: str) -> dict[str, Any]:
    """Everything the template shows."""
    comparison, lang = words.comparison, words.lang
    pilots = comparison.pilots
    return {
        "lang": lang,
        "say": words.say,
        "words": words,
        "limits": limits(words),
        "bullets": bullets(words),
        "pilots": pilots,
        "title": pilots.title(lang),
        "partnership": pilots.scenario.text(lang).title,
        "worlds": words.count,
        "contents": _contents(words),
        "glance": [glance(words, at) for at in words.names],
        "floors": "; ".join(f"{words.measure(name)}: {limit(words, name)}" for name in pilots.floors),
        "apart_notes": apart_notes(words),
        "failed": _failed(words),
        "designs": [design_row(words, at, design) for at, design in enumerate(pilots.designs)],
        "remarks": [_remark(remark, lang) for remark in pilots.remarks],
        "figures": [figure(words, name) for name in pictured(comparison)],
        "others": [other_row(words, name) for name in comparison.measures if name not in pictured(comparison)],
        "apart": apart(words),
        "robust": [robust_row(words, at) for at in words.names],
        "beats": [matrix(words, name) for name in dict.fromkeys([pilots.aim, "pabo_adequate_share"])],
        "floor_heads": [f"{words.measure(name)}: {limit(words, name)}" for name in pilots.floors],
        "floor_rows": floor_rows(words),
        "answers": answers(words),
        "question_worlds": min(WORLDS, words.count),
        "matter": [assumption_row(words, row) for row in matter(words)],
        "matter_text": matter_text(words),
        "command": f"samenspel pilots {source or pilots.name} --out DIR --lang {lang}",
        "facts": _facts(words),
        **_of_a_real_pilot(words),
    }


def _of_a_real_pilot(words: Words) -> dict[str, Any]:
    """What one could show, how to evaluate it, and what it teaches once it has been."""
    comparison = words.comparison
    close, design = comparison.close, comparison.pilots.designs[words.told_of]
    return {
        "power": [power_row(words, row) for row in rows(comparison.power)],
        "boards": boards(words),
        "close_worlds": 0 if close is None else int(close.boards["world"].nunique()),
        "plan": evaluation_plan(words),
        "observed": OBSERVED.format(comment=MEASURED.text(words.lang), design=as_json(design.name).strip()),
        "posterior": posterior(words),
    }


def _contents(words: Words) -> list[tuple[str, str]]:
    say = words.say
    found = [
        ("summary", say("In two minutes")),
        ("limits", say("What this cannot tell you")),
        ("designs", say("The designs")),
        ("outcomes", say("What comes out")),
        ("robust", say("How far it holds")),
        ("power", say("What a real pilot could show")),
        ("questions", say("Ten questions")),
        ("assumptions", say("What to ask first")),
        ("evaluation", say("Evaluation plan")),
        ("again", say("To do this again")),
    ]
    absent = [] if len(words.comparison.power) else ["power"]
    absent += [] if words.comparison.answers else ["questions"]
    return [one for one in found if one[0] not in absent]


def _remark(remark: Fault, lang: Language) -> str:
    """A remark as a sentence: there is no file whose lines a reader would look up."""
    found, allowed = (in_language(text, lang) for text in (remark.found, remark.allowed))
    return f"{remark.place.removeprefix('[[design]] ')}: {found}; {allowed}."


def _failed(words: Words) -> str:
    failed = words.comparison.failed
    if not failed:
        return ""
    return words.say(
        "{failed} runs failed; what other designs did in the same world and replication is left out too.", failed=failed
    )


def _facts(words: Words) -> list[tuple[str, str]]:
    """Version, code, seed and hash."""
    from samenspel.experiments.sweeps.manifest import read_manifest

    pilots, say = words.comparison.pilots, words.say
    folders = sorted((words.comparison.folder / "runs").iterdir())
    manifest = read_manifest(folders[0])
    return [
        (say("Version"), version()),
        (say("Code hash"), str(manifest["code"])),
        (say("Hash of the outcomes"), outcome_hash(words.comparison)),
        (say("Seed"), str(pilots.seed)),
        (say("Runs"), number(len(words.comparison.runs), words.lang)),
        (say("Worlds"), " ".join(pilots.source.sentences(pilots.worlds, words.lang)) if pilots.worlds else "1"),
        (say("What differs between worlds"), str(len(pilots.assumptions) if pilots.worlds else 0)),
        (say("Machine"), ", ".join(f"{key} {value}" for key, value in manifest["machine"].items())),
    ]


def outcome_hash(comparison: Comparison) -> str:
    """SHA-256 over what every run measured: equal for equal file, seed, version and platform."""
    import hashlib

    import pandas as pd

    numbers = comparison.runs.select_dtypes("number")
    return hashlib.sha256(pd.util.hash_pandas_object(numbers, index=False).to_numpy().tobytes()).hexdigest()
