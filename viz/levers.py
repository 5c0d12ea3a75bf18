"""The dozen levers that a workshop turns, from the declarations of the parameters."""

from __future__ import annotations

from typing import Any

from experiments.language import word
from model.parameters import PARAMETERS
from viz.story import Both

LEVERS: dict[str, Both] = {
    "students_per_cluster": Both("Studenten per cluster", "Students per cluster"),
    "mbo_students_per_cluster": Both("Mbo-studenten per leergemeenschap", "Mbo students per community"),
    "mbo_mix": Both("Hoe mbo en hbo bijeenkomen", "How mbo and hbo meet"),
    "cross_year": Both("Jaren door elkaar", "Years together"),
    "subgroup_size": Both("Grootte van een subgroep", "Subgroup size"),
    "parttime_form": Both("Bijeenkomst voor deeltijders", "Meeting for part-timers"),
    "mentor_hours": Both("Uren per mentor", "Hours per mentor"),
    "mentors_trained_share": Both("Geschoolde mentoren", "Trained mentors"),
    "trainer_hours": Both("Uren schoolopleider", "School trainer's hours"),
    "growth_clusters": Both("Extra clusters", "Extra clusters"),
    "growth_boards": Both("Nieuwe besturen", "New boards"),
    "wage_growth": Both("Loonstijging", "Wage growth"),
}

CHOICES: dict[str, Both] = {
    "none": Both("niet samen", "not together"),
    "parallel": Both("naast elkaar", "side by side"),
    "mixed": Both("gemengd", "mixed"),
    "alternating": Both("om en om", "in turn"),
    "same_day": Both("dezelfde dag", "the same day"),
    "other_day": Both("een eigen dag", "their own day"),
    "light": Both("lichtere vorm", "a lighter form"),
}

STEPS = {"mentor_hours": 0.1, "mentors_trained_share": 0.05, "trainer_hours": 0.5, "wage_growth": 0.005}
PERCENT = ("mentors_trained_share", "wage_growth")


def as_texts() -> list[dict[str, Any]]:
    """All levers for the browser: kind, range, step, unit, line and warning."""
    found = []
    for name, label in LEVERS.items():
        parameter = PARAMETERS[name]
        found.append(
            {
                "name": name,
                "kind": parameter.kind,
                "label": label._asdict(),
                "line": {"nl": parameter.nl, "en": parameter.en},
                "unit": {"nl": word(parameter.unit, "nl"), "en": parameter.unit},
                "low": parameter.low if parameter.kind in ("real", "whole") else 0,
                "high": parameter.high if parameter.kind in ("real", "whole") else 0,
                "step": STEPS.get(name, 1),
                "percent": name in PERCENT,
                "choices": [{"value": c, **CHOICES[c]._asdict()} for c in parameter.choices],
                "assumed": parameter.assumed,
                "source": parameter.source,
            }
        )
    return found
