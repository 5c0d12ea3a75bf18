"""Thousands of runs, none of them lost: work, workers, parts on disk, results."""
