"""The model: a school week, a school year, and what is measured of them."""

from model.partnership import Partnership
from model.scenario import Scenario

__all__ = ["Partnership", "Scenario"]
