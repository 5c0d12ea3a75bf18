"""The weekly meeting and supervision in several frameworks, each in its own idiom: see `run.py`."""
