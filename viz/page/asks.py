"""What a page must know to answer the questions of the host: what pinches, and how far it can grow."""

from __future__ import annotations

from typing import Any

from samenspel.experiments.bottlenecks.pinch import NAMES, PINCHES
from samenspel.experiments.degradation.axes import GOES_WITH
from samenspel.experiments.degradation.growth import AXIS, REPLICATIONS, SHARE, SIZES, YEARS
from samenspel.experiments.statistics import breaks
from samenspel.model.declared.constraints import LIFTED
from samenspel.viz.texts import both


def asks() -> dict[str, Any]:
    """By question; values of choices by word."""
    return {
        "growth": {
            "axis": AXIS, "share": SHARE, "sizes": SIZES, "years": YEARS, "goes_with": GOES_WITH[AXIS],
            "replications": REPLICATIONS, "judging": judging(REPLICATIONS),
        },
        "pinch": {
            "share": SHARE, "pinches": PINCHES,
            "constraints": [
                {"name": name, "words": both(NAMES[name]), "lifted": dict(values)} for name, values in LIFTED.items()
            ],
        },
    }  # fmt: skip


def judging(replications: int) -> dict[str, Any]:
    """By what so many curves are judged; rows that resamples have as a digit each."""
    rows = breaks.draw(replications)
    return {
        "level": breaks.LEVEL, "strict": breaks.STRICT, "clear": breaks.CLEAR, "negligible": breaks.NEGLIGIBLE,
        "fewest_sizes": breaks.FEWEST_SIZES, "fewest_curves": breaks.FEWEST_CURVES, "places": breaks.PLACES,
        "resamples": ["".join(map(str, resample)) for resample in rows.tolist()],
    }  # fmt: skip
