"""How a partnership starts as it lives: the fixed point of the expected turn of the year."""
