"""Scenarios as users write them: TOML, workbooks, checks, faults."""
