"""The report for the partnership, in words, tables and figures."""
