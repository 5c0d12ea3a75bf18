"""The school year: 40 weeks, its middle, and the accession deadline of 1 April."""

WEEKS = 40
MIDDLE = 20
FIRST_OF_APRIL = 27
EVENTS = (MIDDLE, FIRST_OF_APRIL, WEEKS)
"""Weeks of the year after which something happens besides the week itself."""
