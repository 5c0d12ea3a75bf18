"""What is done with a file that was found right, to see that it is: a week lived, points made, results written."""

from __future__ import annotations

import tomllib
from pathlib import Path

from samenspel.experiments.observed.reader import read_observations
from samenspel.experiments.pilots.comparison.compare import as_run
from samenspel.experiments.pilots.file.pilots import Pilots, is_pilots
from samenspel.experiments.study.designs import size_of
from samenspel.experiments.study.study import Study, is_study
from samenspel.experiments.sweeps.manifest import _as_run, as_toml
from samenspel.model import Partnership, Scenario
from tests.fuzz.property import Verdict, front_door, timed, watched

FEW = 2_000


def is_small(scenario: Scenario) -> bool:
    """Whether a week of it is lived at once."""
    world, values = scenario.world, scenario.values
    people = sum(row.count for row in world.students) + sum(row.pupils for row in world.sites) / 10
    people += sum((row.mentors or 0) + (row.care_mentors or 0) for row in world.sites)
    copies = float(values["partnerships"]) * float(values["students_per_cluster"]) * max(1, len(world.clusters))
    return people < FEW and copies < FEW


def live(scenario: Scenario) -> None:
    """Live a week."""
    if is_small(scenario):
        with watched(), timed():
            partnership = Partnership(scenario, rng=1)
            partnership.run(weeks=1)
            assert len(partnership.indicators()) == 1


def follow(path: Path) -> None:
    """Use a file that was found right."""
    if is_pilots(path):
        pilots = Pilots.load(path)
        if pilots.worlds <= 20:
            assert len(pilots.sampled) == max(1, pilots.worlds)
        live(pilots.designs[-1].scenario)
        assert tomllib.loads(as_run(pilots))
    elif is_study(path):
        study = Study.load(path)
        if size_of(study.design, study.levers, study.uncertainties) < FEW:
            for at in (0, len(study.points) // 2, len(study.points) - 1):
                study.scenario.with_values(**study.points[at])
        assert tomllib.loads(as_toml(_as_run(study)))
    else:
        live(Scenario.load(path))


def run(path: Path, out: Path) -> Verdict:
    """Run it for a year by the front door; all that is written stands in `out`."""
    options = ("--years", "1", "--replications", "1", "--out", str(out), "--json")
    return front_door("run", str(path), *options, folder=out)


def observe(path: Path, pilots: Pilots) -> None:
    """Read what a pilot measured, as `pilots --observed` does."""
    read_observations(path, pilots)
