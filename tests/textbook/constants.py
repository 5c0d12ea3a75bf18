"""Numbers of RULES 11 that are no parameters, copied by hand: the textbook takes none from the model."""

STOCK_YEAR = (0.36, 0.26, 0.21)  # study years 1 to 3 at the start; year 4 is the rest
STOCK_GAIN = 0.20
SYNTHETIC_MOVE = 3.0
SYNTHETIC_SIZE = 0.30
OUTSIDE_SUPERVISION = 0.50
HOURS_PER_DAY = 8.0
DAYS_REFERENCE = 1.5
FATIGUE_THRESHOLD = 0.40
ENGAGEMENT_REFERENCE, ENGAGEMENT_SD = 0.70, 0.10
SUPERVISION_REFERENCE, SUPERVISION_SD = 0.60, 0.12
WEIGHT_PABO = (1.0, 0.30, 0.50)  # teaching, care, collaboration
WEIGHT_PEDAGOGY = (0.30, 1.0, 0.50)
WEIGHT_CARE = (0.20, 1.0, 0.50)
WEIGHT_ASSISTANT = (0.60, 0.60, 0.50)
GRANT_FIXED = 100_000.0
GRANT_PER_STUDENT = 955.0
