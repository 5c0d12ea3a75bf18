"""What a new mentor brings: skill in both its forms, and the richness of the class (RULES 4.3.9)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import quad

from samenspel.model.declared.constraints import LIFTED
from samenspel.model.luck.draws import Stream
from samenspel.model.year.newcomers import mentor_skill
from tests.lives import make, settings_of
from tests.reckoned import often
from tests.strategies import plausible, unit

SKILLED = 4.0  # standard errors that a mean or an SD over mentors may be off


def smooth(**values: Any) -> Any:
    return settings_of(form_skill="logistic", mentor_training_gain=0.1, **values)


def skill_of(p: Any, draws: NDArray[np.float64], trained: bool = False) -> NDArray[np.float64]:
    """Skill of mentors with these draws."""
    return np.array([mentor_skill(p, u, trained) for u in draws])


def moments(p: Any) -> tuple[float, float]:
    """Mean and SD of untrained skill by quadrature over the density of the logit, which is logistic."""
    m, s = p.mentor_skill_logit_mean, p.mentor_skill_logit_spread

    def mean_of(power: int) -> float:
        def part(z: float) -> float:
            density = 1 / (4 * np.cosh(z / 2) ** 2)
            return float(density / (1 + np.exp(-(m + s * z))) ** power)

        return float(quad(part, -40, 40)[0])

    return mean_of(1), float(np.sqrt(mean_of(2) - mean_of(1) ** 2))


def test_the_middle_and_spread_of_smooth_skill_are_those_of_the_document() -> None:
    assert moments(smooth()) == (pytest.approx(0.64, abs=0.005), pytest.approx(0.18, abs=0.005))


@often
@given(mean=plausible("mentor_skill_logit_mean"), spread=plausible("mentor_skill_logit_spread"))
def test_smooth_skill_has_the_mean_and_sd_of_quadrature(mean: float, spread: float) -> None:
    """Even steps of the logit, weighed by its density, are far more exact than as many even draws."""
    p = smooth(mentor_skill_logit_mean=mean, mentor_skill_logit_spread=spread)
    logits = np.arange(-30, 30, 0.1)
    weights = 0.1 / (4 * np.cosh(logits / 2) ** 2)
    skill = skill_of(p, 1 / (1 + np.exp(-logits)))
    middle = float((weights * skill).sum())
    sd = float(np.sqrt((weights * (skill - middle) ** 2).sum()))
    assert (middle, sd) == (pytest.approx(moments(p)[0], abs=1e-9), pytest.approx(moments(p)[1], abs=1e-9))


def test_mentors_of_a_life_have_smooth_skill() -> None:
    there = make(form_skill="logistic", partnerships=20, mentor_training_gain=0.0, beyond_range=True)
    skill = there.mentors.column("skill")
    mean, sd = moments(there.p)
    assert skill.mean() == pytest.approx(mean, abs=SKILLED * sd / np.sqrt(skill.size))
    assert skill.std() == pytest.approx(sd, abs=SKILLED * sd / np.sqrt(2 * skill.size))
    outside = there.students.column("outside_skill")
    assert outside.mean() == pytest.approx(mean, abs=SKILLED * sd / np.sqrt(outside.size))
    assert outside.std() == pytest.approx(sd, abs=SKILLED * sd / np.sqrt(2 * outside.size))


def test_quantiles_of_smooth_skill_by_hand() -> None:
    odds = np.exp(0.65) * np.array([1 / 3, 1.0, 3.0]) ** 0.5  # a quarter, the middle and three quarters
    assert skill_of(smooth(), np.array([0.25, 0.5, 0.75])) == pytest.approx(odds / (1 + odds), abs=1e-12)


@often
@given(u=unit.filter(lambda u: u < 1), form=st.sampled_from(("uniform", "logistic")))
def test_training_adds_up_to_full_skill_at_any_draw(u: float, form: str) -> None:
    p = settings_of(form_skill=form, mentor_training_gain=0.1)
    untrained, trained = mentor_skill(p, u, False), mentor_skill(p, u, True)
    assert 0 <= untrained <= 1
    assert trained == pytest.approx(min(1, untrained + 0.1)) or (form, untrained) == ("uniform", 0)


def test_the_ends_of_a_draw_have_a_skill() -> None:
    ends = skill_of(smooth(mentor_skill_logit_spread=10.0), np.array([0.0, 0.5, 1 - 2**-53]))
    assert ends == pytest.approx([0.0, 1 / (1 + np.exp(-0.65)), 1.0], abs=1e-12)


@pytest.mark.parametrize("form", ["uniform", "logistic"])
def test_the_lifted_constraint_is_full_skill_in_both_forms(form: str) -> None:
    there = make(form_skill=form)
    assert (there.mentors.column("skill") < 1).any()
    there.change(**LIFTED["mentor_skill"], beyond_range=True)
    assert (there.mentors.column("skill") == 1).all()
    assert (there.students.column("outside_skill") == 1).all()


# --- richness of practice ---


@pytest.mark.parametrize("spread", [0.0, 0.8, 1.0])
def test_richness_is_drawn_for_itself_around_1(spread: float) -> None:
    there = make(partnerships=20, beyond_range=True, richness_spread=spread)
    m = there.mentors.rows()
    u = there.draws.uniform(Stream.MENTOR_STATE, m.key, 0, 4)
    np.testing.assert_array_equal(m.richness, 1.0 + spread * (2.0 * u - 1.0))
    assert m.richness.mean() == pytest.approx(1, abs=SKILLED * spread / np.sqrt(3 * m.key.size))
    if spread:
        assert abs(np.corrcoef(m.richness, m.skill)[0, 1]) < SKILLED / np.sqrt(m.key.size)


def test_who_was_given_a_class_keeps_it_when_the_spread_changes() -> None:
    there = make(richness_spread=0.8)
    before = there.mentors.column("richness").copy()
    there.change(richness_spread=0.2)
    np.testing.assert_array_equal(there.mentors.column("richness"), before)
