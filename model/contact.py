"""The status barrier between the professions (RULES 3.7)."""

from __future__ import annotations

from agents.columns import Floats, Ints, Settings
from agents.compiled import rule
from model.settings import FIRST_CONTACTS_HURT
from model.supervision import FIRST_MBO


@rule
def barrier_follows_contact(
    p: Settings, programme: Ints, contact_share: Floats, contact_facilitation: Floats, barrier: Floats,
    contacts: Floats,
) -> None:  # fmt: skip
    """Well facilitated contact lowers the barrier, poor contact raises it; first contacts ask more facilitation."""
    if not p.with_barrier:
        return
    n0 = p.barrier_contacts_half
    for i in range(programme.size):
        n = contact_share[i]
        if n <= 0.0:
            continue
        factor = p.barrier_mbo_factor if programme[i] >= FIRST_MBO else 1.0
        first = p.barrier_first_contacts * n0 / (n0 + contacts[i]) if p.form_contact == FIRST_CONTACTS_HURT else 0.0
        b = barrier[i]
        b -= p.barrier_gain * factor * n * (contact_facilitation[i] - p.barrier_threshold - first) * b * (1.0 - b)
        barrier[i] = min(1.0, max(0.0, b))
        contacts[i] += n
