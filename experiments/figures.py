"""What all figures share: colours that the colour-blind tell apart, and files as SVG, PNG and CSV side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from experiments.documents import as_csv
from experiments.report import write_whole

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

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


def save(figure: Figure, path: Path, numbers: pd.DataFrame) -> None:
    """Write the figure as SVG and PNG, and the numbers behind it as CSV, under one name."""
    write_whole(path.with_suffix(".csv"), as_csv(numbers))
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # the layout is found once, not for each file
    for kind in ("svg", "png"):
        figure.savefig(path.with_suffix(f".{kind}"), dpi=120)
