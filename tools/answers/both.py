"""What was answered in prior worlds, and what is answered in plausible ones: every verdict in one table."""

from __future__ import annotations

from collections.abc import Iterator

from samenspel.experiments.plausible.source import PLAUSIBLE, PRIOR
from samenspel.model.words import in_language
from tools.answers.told import percent_in, some
from tools.documents import table
from tools.growth.told import CRITERIA, PARTNERSHIPS, scale_in, who

SOURCES = (PRIOR, PLAUSIBLE)


def before_and_after() -> str:
    """How far partnerships can grow, and what each design of a pilot gives: one row a verdict."""
    return table(("verdict", "of", "prior worlds", "plausible worlds"), [*_scales(), *_pilots()])


def _scales() -> Iterator[tuple[str, ...]]:
    for criterion in ("loss", "share"):
        what = f"places a cluster, {in_language(CRITERIA[criterion], 'en')}"
        for arm, of in PARTNERSHIPS:
            found = (scale_in(criterion, arm, of, source, "en").replace("**", "") for source in SOURCES)
            yield what, who(arm, of, "en"), *found


def _pilots() -> Iterator[tuple[str, ...]]:
    by_source = [some("piloted-robustness", source) for source in SOURCES]
    for verdict, name in (("best design of a pilot", "best"), ("meets all floors", "acceptable")):
        for rows in zip(*by_source, strict=True):
            assert len({one["name"] for one in rows}) == 1
            yield f"{verdict}, of worlds", str(rows[0]["name"]), *(percent_in(one, name) for one in rows)
