"""Growing and shrinking again: whether quality comes back at the same size.

Years pass on the way, and with them trainers learn, plans add hours and money gets scarce. So the way is held against
partnerships that had that size all along, in the same school year and with the same luck.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from samenspel.experiments.degradation.axes import Axis
from samenspel.experiments.study.parts import Record
from samenspel.experiments.sweeps.work import Measured, Simulate
from samenspel.model.declared.declaration import Value
from samenspel.model.input.scenario import Scenario

STEPS = 5  # sizes on the way up, both ends among them
YEARS_AT_EACH = 4  # as long as a programme lasts: whoever came at another size has left by then


@dataclass(frozen=True)
class Way:
    """Sizes one after another: up, and back down without the highest."""

    name: str
    path: tuple[Value, ...]
    years_at_each: int = YEARS_AT_EACH

    @property
    def sizes(self) -> tuple[Value, ...]:
        """Every size once, ascending."""
        return self.path[: len(self.path) // 2 + 1]

    @property
    def years(self) -> int:
        """How long the whole way takes."""
        return len(self.path) * self.years_at_each


def way(axis: Axis) -> Way:
    """From the lowest size of an axis to the highest and back."""
    last = len(axis.values) - 1
    steps = min(STEPS, len(axis.values))
    up = [axis.value(axis.values[round(step * last / (steps - 1))]) for step in range(steps)]
    return Way(axis.name, (*up, *reversed(up[:-1])))


def there_and_back(sizes: Way) -> Simulate:
    """What does one run along a way."""
    return partial(_live, sizes)


def _live(sizes: Way, scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """One partnership that changes its size each so many years; all weeks are kept."""
    from samenspel.model import Partnership

    partnership = Partnership(scenario, rng=seed)
    for step, size in enumerate(sizes.path):
        if step:
            partnership.change(**{sizes.name: size})
        partnership.run(years=sizes.years_at_each)
    return Measured(partnership.last_year(), partnership.indicators().to_records(index=False))
