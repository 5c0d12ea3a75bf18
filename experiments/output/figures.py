"""What all figures share: colours that the colour-blind tell apart, and files as SVG, PNG and CSV side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from samenspel.experiments.output.documents import as_csv
from samenspel.experiments.output.files import write_whole
from samenspel.model.words import decimal_mark

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from samenspel.experiments.output.language import Language

# Okabe & Ito (2008), colours told apart with every kind of colour vision; black and yellow left out.
BLUE, ORANGE, GREEN, PURPLE, SKY, RED = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"
GREY = "#888888"


def new_figure(width: float, height: float) -> Figure:
    """An empty figure that needs no screen, in inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save(figure: Figure, path: Path, numbers: pd.DataFrame, lang: Language) -> None:
    """Write the figure as SVG and PNG, and the numbers behind it as CSV, under one name."""
    write_whole(path.with_suffix(".csv"), as_csv(numbers))
    if (mark := decimal_mark(lang)) != ".":
        _with_decimals_after(mark, figure)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # the layout is found once, not for each file
    for kind in ("svg", "png"):
        figure.savefig(path.with_suffix(f".{kind}"), dpi=120)


def _with_decimals_after(mark: str, figure: Figure) -> None:
    """Numbers along the axes with the decimal mark of a language, whatever locales the machine has."""
    from matplotlib.ticker import ScalarFormatter

    class DecimalMark(ScalarFormatter):
        def __call__(self, x: float, pos: int | None = None) -> str:
            return super().__call__(x, pos).replace(".", mark)

    for panel in figure.axes:
        for axis in (panel.xaxis, panel.yaxis):
            if type(axis.get_major_formatter()) is ScalarFormatter:
                axis.set_major_formatter(DecimalMark())
