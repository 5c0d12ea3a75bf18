"""Hostile and broken input: files of every kind, valid ones damaged and random ones, held against one property.

`python -m tests.fuzz --examples 10000` tries so many; `tests/project/test_fuzz.py` tries fewer, the same ones each
time.
"""
