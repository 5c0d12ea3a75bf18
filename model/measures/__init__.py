"""What is measured: groups, records, panels."""
