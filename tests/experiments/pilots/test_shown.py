"""What a report shows of a comparison of pilots, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from samenspel.experiments.pilots.comparison.close import CloseLook
from samenspel.experiments.pilots.comparison.compare import compare_pilots
from samenspel.experiments.pilots.comparison.comparison import Comparison
from samenspel.experiments.pilots.file.measures import LOSS
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.pilots.report.rows import (
    assumption_row,
    boards,
    design_row,
    figure,
    other_row,
)
from samenspel.experiments.pilots.report.shown import PilotReport
from samenspel.experiments.pilots.report.summary import bullets
from samenspel.experiments.pilots.report.words import Words
from tests.experiments.pilots.planted import KNOWLEDGE, Planted, compared, document


@pytest.mark.parametrize(("lang", "wrong", "right"), [
    ("en", "without mbo", "asked for more than their hours with “as now”"),
    ("nl", "onder mbo", "Bij “as now” wordt 50% van de begeleidende mentoren meer gevraagd dan hun uren"),
])  # fmt: skip
def test_a_reference_with_mbo_students_is_not_said_to_be_without(
    tmp_path: Path, lang: Any, wrong: str, right: str
) -> None:
    now = {"name": "as now", "mbo_students_per_cluster": 2, "mbo_mix": "mixed"}
    more = {"name": "more", "mbo_students_per_cluster": 4, "mbo_mix": "mixed"}
    pilots = Pilots.of(document() | {"design": [now, more]})
    found = compare_pilots(pilots, tmp_path, workers=0, simulate=Planted(), close_worlds=0, questions=False)
    told = " ".join(bullets(Words(found, lang)))
    assert wrong not in told
    assert right in told


@pytest.mark.parametrize(("lang", "right"), [
    ("en", "For a BBL place the employer can get up to EUR 2,700 a year (D40)"),
    ("nl", "Voor een bbl-plaats kan de werkgever tot 2.700 euro per jaar krijgen (D40)"),
])  # fmt: skip
def test_what_a_bbl_place_brings_is_said(tmp_path: Path, lang: Any, right: str) -> None:
    assert right in bullets(Words(compared(tmp_path, {"name": "x"}), lang))[-1]


@pytest.mark.parametrize(("lang", "sources"), [
    ("en", ["seed", "the board", "assumption"]), ("nl", ["praktijkillustratie", "het bestuur", "aanname"]),
])  # fmt: skip
def test_a_source_is_cited_in_the_language_of_the_report(lang: Any, sources: list[str]) -> None:
    cited = ({"source": "seed"}, {"source": "the board", "source_nl": "het bestuur"}, {})
    pilots = Pilots.of(document(*({"name": f"x{at}"} | one for at, one in enumerate(cited))))
    words = Words(Comparison(pilots, Path(), pd.DataFrame()), lang)
    assert [design_row(words, at, pilots.designs[at])["source"] for at in (1, 2, 3)] == sources


@pytest.mark.parametrize(("lang", "shown"), [("en", "0.1–0.11 per year"), ("nl", "0,1–0,11 per jaar")])
def test_a_narrowed_range_is_shown_as_the_file_has_it(lang: Any, shown: str) -> None:
    pilots = Pilots.of(document({"name": "x"}, uncertainties={"mentor_turnover": {"low": 0.1, "high": 0.11}}))
    row = {"name": "mentor_turnover", "decides": True, "matters": False}
    row |= {f"{what}{end}": 0.5 for what in ("choice", "explains") for end in ("", "_low", "_high")}
    words = Words(Comparison(pilots, Path(), pd.DataFrame()), lang)
    assert assumption_row(words, row)["range"] == shown
    declared = Words(Comparison(Pilots.of(document({"name": "x"})), Path(), pd.DataFrame()), lang)
    assert assumption_row(declared, row)["range"] != shown


def test_a_measure_is_shown_for_the_reference_and_what_each_design_adds(tmp_path: Path) -> None:
    """Four mixed students bring 4 × 0.01 and 0.05 more; luck falls out."""
    found = compared(tmp_path, {"name": "mixed"}, {"name": "parallel", "mbo_mix": "parallel"})
    reference, *others = other_row(Words(found, "en"), KNOWLEDGE)["cells"]
    assert float(reference) == pytest.approx(0.2, abs=0.03)
    assert others == ["+0.090", "+0.040"]


def test_a_figure_says_which_way_is_better(tmp_path: Path) -> None:
    found = compared(tmp_path, {"name": "mixed"})
    captions = [figure(Words(found, lang), name)["caption"] for lang in ("en", "nl") for name in (KNOWLEDGE, LOSS)]
    better = ["more is better", "less is better", "meer is beter", "minder is beter"]
    assert [caption.rpartition(", ")[2] for caption in captions] == better


def test_pabo_students_lose_least_and_most_with_designs_not_with_the_reference(tmp_path: Path) -> None:
    """Two students cost 2 × 0.002 of supervision, six 6 × 0.002."""
    found = compared(
        tmp_path, {"name": "six", "mbo_students_per_cluster": 6}, {"name": "two", "mbo_students_per_cluster": 2}
    )
    english, dutch = (" ".join(bullets(Words(found, lang))) for lang in ("en", "nl"))
    assert "0.4 lose adequate supervision with “two”, which costs them least, and 1.2 (1.2 to 1.2 over" in english
    assert "bij “two”, dat hun het minst kost, en 1,2 (1,2 tot 1,2 over de werelden) bij “six”" in dutch


@pytest.mark.parametrize(
    ("lang", "losses", "shows"),
    [("en", ("0.0", "1.2", "0.4"), ("–", "yes", "no")), ("nl", ("0,0", "1,2", "0,4"), ("–", "ja", "nee"))],
)
def test_the_terminal_has_a_row_for_every_design(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: Any, losses: tuple[str, ...], shows: tuple[str, ...]
) -> None:
    found = compared(
        tmp_path, {"name": "six", "mbo_students_per_cluster": 6}, {"name": "two", "mbo_students_per_cluster": 2}
    )
    vars(found)["power"] = pd.DataFrame({"design": [1, 2], "share_enough": [0.6, 0.4]})
    PilotReport(found).show(lang)
    table = [line.split() for line in capsys.readouterr().out.splitlines()]
    for name, best, loss, real in zip(("None", "six", "two"), ("0%", "100%", "0%"), losses, shows, strict=True):
        assert [name, "100%", best, loss, "pp", "50%", real] in table


def test_every_board_has_a_difference_for_every_design() -> None:
    pilots = Pilots.of(document({"name": "dear"}, {"name": "cheap"}))
    paid = {"North": (1000.0, 1500.0, 800.0), "": (2000.0, 2000.0, 2600.0)}
    table = pd.DataFrame(
        [
            {"design": design, "world": world, "board": board, "contribution": amount + 100 * world}
            for board, amounts in paid.items() for design, amount in enumerate(amounts) for world in (-1, 1)
        ]
    )  # fmt: skip
    close = CloseLook(pd.DataFrame(), table, pd.DataFrame())
    shown = {row["name"]: row["cells"] for row in boards(Words(Comparison(pilots, Path(), table, close=close), "en"))}
    assert shown == {"North": ["1,000", "+500", "−200"], "institute": ["2,000", "0", "+600"]}
