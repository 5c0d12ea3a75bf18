"""What a study says of its runs besides their points: what is kept of each, and when there are enough."""

from __future__ import annotations

from dataclasses import dataclass

from samenspel.model.declared.indicators import INDICATORS

TABLES = ("design", "levers", "uncertainties", "record", "precision")
RULES = ("half_width", "relative_half_width", "coefficient_of_variation")


@dataclass(frozen=True)
class Record:
    """What is kept of each run besides the indicators of its last year.

    Attributes
    ----------
    weekly
        Whether every week is kept.
    by
        Groupings of which supervision is kept.
    indicators
        The indicators that are kept.
    """

    weekly: bool = False
    by: tuple[str, ...] = ()
    indicators: tuple[str, ...] = tuple(INDICATORS)


@dataclass(frozen=True)
class Precision:
    """When there are enough replications: for each indicator and every point, `rule` must be at most `limit`.

    `half_width` and `relative_half_width` are of the 95 % interval of a point's mean, the second as a part of that
    mean; `coefficient_of_variation` is the standard error as a part of the mean. As long as that is not so, rounds
    of as many replications again are added, up to `at_most`.
    """

    rule: str = "relative_half_width"
    limit: float = 0.05
    indicators: tuple[str, ...] = tuple(INDICATORS)
    at_most: int = 0
