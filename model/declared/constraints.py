"""What can hold supervision back, and the values that take each constraint away (RULES 9).

Lifted means gone, not eased: the difference is the most that this constraint can be blamed for.
"""

from __future__ import annotations

from collections.abc import Mapping

from samenspel.model.declared.declaration import Value

LIFTED: Mapping[str, Mapping[str, Value]] = {
    "mentor_time": {"mentor_hours": 40.0, "care_mentor_hours": 40.0},
    "mentor_skill": {
        "form_skill": "logistic",
        "mentor_skill_logit_mean": 40.0,
        "mentor_skill_logit_spread": 0.0,
        "mentor_training_gain": 0.0,
    },
    "trainer_time": {"trainer_hours": 80.0},
    "leadership": {"leadership_hours": 100_000.0, "coordination_backlog": 0.0},
    "meeting_size": {"form_group_size": "none", "facilitation_half": 0.001, "facilitation_persons_half": 0.001},
    "mixing": {"coordination_mix": 0.0, "match_cross": 1.0, "with_barrier": False},
    "money": {"with_finance": False},
    "places": {"site_capacity": "soft"},
}
"""Values by constraint; they lie outside declared ranges, so they are set with `beyond_range`."""
