"""The model: a school week, a school year, and what is measured of them.

All is loaded when asked for: reading parameters or scenarios needs neither Mesa nor Numba.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from samenspel.model.face import face

if TYPE_CHECKING:
    from samenspel.model.declared.indicators import INDICATORS as INDICATORS
    from samenspel.model.declared.parameters import PARAMETERS as PARAMETERS
    from samenspel.model.input.faults import InputFaults as InputFaults
    from samenspel.model.input.scenario import Scenario as Scenario
    from samenspel.model.partnership import Partnership as Partnership
else:
    __getattr__, __dir__ = face(__name__)
