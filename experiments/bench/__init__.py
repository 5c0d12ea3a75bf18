"""How fast this machine runs the core, beside the textbook."""
