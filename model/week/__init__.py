"""The school week: its diary and its rules, one file each, and the record of it."""
