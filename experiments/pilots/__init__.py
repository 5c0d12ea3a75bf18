"""Which mbo pilot to run: files with designs, their comparison, and the report."""
