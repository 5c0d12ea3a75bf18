"""What the documents say that the baseline answers, made from runs: `python -m tools.answers`."""
