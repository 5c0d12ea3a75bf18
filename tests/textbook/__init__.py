"""The rules of `docs/RULES.md` as a plain Mesa model, written from the rules alone.

Agents with attributes and small methods, loops over them, one file per process; slow and readable. It is the second
reading that the fast model is held against, state by state and week by week (`tests/model/test_docking.py`).
"""

from .model import TextbookPartnership

__all__ = ["TextbookPartnership"]
