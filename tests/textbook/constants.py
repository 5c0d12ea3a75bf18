"""Numbers of RULES 11 that are no parameters, copied by hand: the textbook takes none from the model."""

STOCK_YEAR = (0.36, 0.26, 0.21)  # study years 1 to 3 at the start; year 4 is the rest
STOCK_GAIN = 0.20
SYNTHETIC_MOVE = 3.0
SYNTHETIC_SIZE = 0.30
