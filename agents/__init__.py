"""Who there is, and what they decide."""
