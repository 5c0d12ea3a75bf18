"""What is fast, how fast, and against whom: `python benchmarks/run.py`."""
