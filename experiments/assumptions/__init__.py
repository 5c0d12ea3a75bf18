"""Which assumptions decide: sensitivity, and the conditions under which a design fails."""
