"""The status barrier between the professions (RULES 3.7)."""

from __future__ import annotations

from samenspel.agents.compiled import rule
from samenspel.agents.students import FIRST_MBO, StudentColumns
from samenspel.model.declared.choices import Contact
from samenspel.model.declared.constants import BARRIER_MBO_FACTOR
from samenspel.model.declared.parameters import Parameters


@rule
def barrier_follows_contact(p: Parameters, s: StudentColumns) -> None:
    """Well facilitated contact lowers the barrier, poor contact raises it; first contacts ask more facilitation."""
    if not p.with_barrier:
        return
    n0 = p.barrier_contacts_half
    hurts = p.form_contact == Contact.THRESHOLD
    for i in range(s.programme.size):
        n = s.contact_share[i]
        if n <= 0.0:
            continue
        factor = BARRIER_MBO_FACTOR if s.programme[i] >= FIRST_MBO else 1.0
        first = p.barrier_first_contacts * n0 / (n0 + s.contacts[i]) if hurts else 0.0
        b = s.barrier[i]
        b -= p.barrier_gain * factor * n * (s.contact_facilitation[i] - p.barrier_threshold - first) * b * (1.0 - b)
        s.barrier[i] = min(1.0, max(0.0, b))
        s.contacts[i] += n
