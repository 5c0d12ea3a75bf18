"""What writes documents and draws the house; not shipped."""
