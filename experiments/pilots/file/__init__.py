"""What a pilots file holds, and what may stand in it."""
