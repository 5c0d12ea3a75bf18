"""Tables of a comparison for who wants to go on: CSV, Parquet and one Excel workbook, in which texts stay texts."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pandas as pd

from samenspel.experiments.pilots.comparison.robustness import dominance, floors_met
from samenspel.experiments.pilots.file.measures import MEASURES

if TYPE_CHECKING:
    from samenspel.experiments.pilots.comparison.comparison import Comparison


def tables(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Every table by name; designs carry their number and name."""
    pilots = comparison.pilots
    found = {
        "designs": _designs(comparison),
        "summary": comparison.summary,
        "robustness": comparison.robustness,
        "pairs": comparison.pairs,
        "dominance": dominance(comparison).rename_axis("design").reset_index().rename(columns=str),
        "floors": floors_met(comparison),
        "power": comparison.power,
        "worlds": pd.DataFrame([dict(world) for world in pilots.sampled]).rename_axis("world").reset_index(),
        "by_world": comparison.worlds.reset_index(),
        "measures": pd.DataFrame(
            [(one.name, one.unit, one.sign, one.en, one.nl) for one in MEASURES.values()],
            columns=["measure", "unit", "sign", "english", "dutch"],
        ),
    }
    if pilots.posterior is not None:
        found |= {"posterior": pilots.posterior.table, "fit": pilots.posterior.fit}
    if (close := comparison.close) is not None:
        found |= {"clusters": close.clusters, "boards": close.boards, "schools": close.schools}
    if comparison.answers is not None:
        found["questions"] = comparison.answers.worlds.reset_index()
    return found


def _designs(comparison: Comparison) -> pd.DataFrame:
    """The designs as they were asked."""
    pilots, designs = comparison.pilots, comparison.pilots.designs
    return pd.DataFrame(
        {
            "design": list(comparison.names()),
            "name": [design.name for design in designs],
            "name_nl": [design.title("nl") for design in designs],
            "source": [design.source for design in designs],
            "settings": ["; ".join(f"{key} = {value}" for key, value in design.values.items()) for design in designs],
            "ikcs": ["; ".join(design.sites or ()) for design in designs],
            "changes_whole_partnership": ["; ".join(pilots.changed_everywhere(at)) for at in range(len(designs))],
            "later": ["; ".join(f"year {year}: {values}" for year, values in design.then) for design in designs],
        }
    )


def binary_files(found: dict[str, pd.DataFrame], runs: pd.DataFrame) -> dict[str, bytes]:
    """All tables and every run as Parquet, and the workbook."""
    parquet = {f"tables/{name}.parquet": _parquet(table) for name, table in (found | {"runs": runs}).items()}
    return parquet | {"pilots.xlsx": _workbook(found)}


def _parquet(table: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    table.rename(columns=str).to_parquet(stream, index=False)
    return stream.getvalue()


def _workbook(found: dict[str, pd.DataFrame]) -> bytes:
    """One sheet a table; a cell with text is typed as text, so that no name becomes a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils.escape import escape

    book = Workbook(write_only=True)
    for name, table in found.items():
        sheet = book.create_sheet(name)
        sheet.append([str(column) for column in table])
        for row in table.itertuples(index=False):
            cells: list[Any] = []
            for value in row:
                plain = value.item() if hasattr(value, "item") else value
                if isinstance(plain, str):
                    cell = WriteOnlyCell(sheet, escape(plain))
                    cell.data_type = "s"
                    cells.append(cell)
                else:
                    cells.append(None if plain is None or plain != plain else plain)
            sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
