"""Keyed draws: the only luck there is."""
