"""The status barrier: closed forms, and properties where there are none (RULES 3.7)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from samenspel.agents.students import Programme, Student
from samenspel.model.week.contact import barrier_follows_contact
from tests.lives import rows_of, settings_of
from tests.model.week.rules import CLOSE, FORMS, often
from tests.strategies import unit, values_of
from tests.textbook.constants import BARRIER_MBO_FACTOR


def barrier_after(p: Any, barrier: float, facilitation: float, **states: Any) -> tuple[float, float]:
    """The barrier and the contacts after one meeting with only partners across, unless said otherwise."""
    s = rows_of(Student, 1, **({"contact_share": 1.0} | states), barrier=barrier, contact_facilitation=facilitation)
    barrier_follows_contact(p, s)
    return float(s.barrier[0]), float(s.contacts[0])


within = st.floats(0.01, 0.99)


@often
@given(barrier=within, facilitation=unit, contacts=st.floats(0, 30))
def test_first_contacts_ask_more_facilitation(barrier: float, facilitation: float, contacts: float) -> None:
    p = settings_of(form_contact="threshold", barrier_contacts_half=2.0)
    asked = p["barrier_threshold"] + p["barrier_first_contacts"] * 2.0 / (2.0 + contacts)
    assume(abs(facilitation - asked) > 1e-9)
    now, met = barrier_after(p, barrier, facilitation, contacts=contacts)
    assert (now > barrier) == (facilitation < asked)
    assert met == contacts + 1


@often
@given(barrier=within, facilitation=unit, contacts=st.floats(0, 30))
def test_in_the_linear_form_good_facilitation_never_raises_the_barrier(
    barrier: float, facilitation: float, contacts: float
) -> None:
    p = settings_of(form_contact="linear")
    now, _ = barrier_after(p, barrier, facilitation, contacts=contacts)
    assert now <= barrier if facilitation >= p["barrier_threshold"] else now >= barrier


@often
@given(
    barrier=unit,
    facilitation=unit,
    share=unit,
    contacts=st.floats(0, 30),
    gain=unit,
    form=st.sampled_from(FORMS["form_contact"]),
)
def test_the_barrier_stays_in_its_range(
    barrier: float, facilitation: float, share: float, contacts: float, gain: float, form: str
) -> None:
    p = settings_of(form_contact=form, barrier_gain=gain, barrier_first_contacts=1.0, barrier_threshold=1.0)
    now, met = barrier_after(p, barrier, facilitation, contact_share=share, contacts=contacts)
    assert 0 <= now <= 1
    assert met == contacts + share
    if barrier in (0, 1) or share == 0:
        assert now == barrier


@often
@given(
    barrier=unit, facilitation=unit, share=unit, contacts=st.floats(0, 30), programme=st.sampled_from(list(Programme)),
    values=values_of("barrier_gain", "barrier_threshold", "barrier_first_contacts", "barrier_contacts_half",
                     "form_contact", "with_barrier"),
)  # fmt: skip
def test_the_barrier_falls_by_what_facilitation_passes_its_threshold(
    barrier: float, facilitation: float, share: float, contacts: float, programme: Programme, values: dict[str, Any]
) -> None:
    states = {"contact_share": share, "contacts": contacts, "programme": programme}
    now, met = barrier_after(settings_of(**values), barrier, facilitation, **states)
    half, change = values["barrier_contacts_half"], 0.0
    if share > 0 and values["with_barrier"]:
        first = values["barrier_first_contacts"] * half / (half + contacts) * (values["form_contact"] == "threshold")
        change = values["barrier_gain"] * share * (facilitation - values["barrier_threshold"] - first)
        change *= barrier * (1 - barrier) * (BARRIER_MBO_FACTOR if programme >= Programme.CARE_3 else 1)
    assert now == pytest.approx(min(1, max(0, barrier - change)), abs=CLOSE)
    assert met == contacts + share * values["with_barrier"]


def test_the_barrier_by_hand() -> None:
    p = settings_of(
        barrier_gain=0.1,
        barrier_threshold=0.35,
        barrier_first_contacts=0.5,
        barrier_contacts_half=2.0,
    )
    now, _ = barrier_after(p, 0.4, 0.9, contact_share=0.5, contacts=2.0)
    change = 0.1 * 0.5 * (0.9 - 0.35 - 0.25) * 0.4 * 0.6
    assert now == pytest.approx(0.4 - change)
    of_mbo, _ = barrier_after(p, 0.4, 0.9, contact_share=0.5, contacts=2.0, programme=Programme.CARE_3)
    assert of_mbo == pytest.approx(0.4 - 0.8 * change)
    assert barrier_after(settings_of(with_barrier=False), 0.4, 0.9) == (0.4, 0.0)
