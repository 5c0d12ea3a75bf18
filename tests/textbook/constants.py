"""The constants of RULES, copied by hand: the textbook takes none from the model."""

STOCK_YEAR = (0.36, 0.26, 0.21)  # study years 1 to 3 at the start; year 4 is the rest
STOCK_GAIN = 0.20
SYNTHETIC_MOVE = 3.0
SYNTHETIC_SIZE = 0.30
OUTSIDE_SUPERVISION = 0.50
CASELOAD_SLOPE, CASELOAD_MIDDLE = 0.30, 1.5
MENTOR_SKILL_MEAN, MENTOR_SKILL_SPREAD = 0.65, 0.556
HOURS_PER_DAY = 8.0
DAYS_REFERENCE = 1.5
FATIGUE_THRESHOLD = 0.40
ENGAGEMENT_REFERENCE, ENGAGEMENT_SD = 0.70, 0.10
SUPERVISION_REFERENCE, SUPERVISION_SD = 0.60, 0.12
BARRIER_MBO_FACTOR = 0.80
BARRIER_SPREAD = 0.30
TRAVEL_LIMIT = 60.0
VACANCY_LOSS = 0.50
KNOWLEDGE_SPREAD = 0.20
STOP_SHARE_MBO = 0.50
WEIGHT_PABO = (1.0, 0.30, 0.50)  # teaching, care, collaboration
WEIGHT_PEDAGOGY = (0.30, 1.0, 0.50)
WEIGHT_CARE = (0.20, 1.0, 0.50)
WEIGHT_ASSISTANT = (0.60, 0.60, 0.50)
COVENANT_PLACES = 12
CLUSTER_PLACES_LEAST, CLUSTER_PLACES_MOST = 10, 14
GRANT_FIXED = 100_000.0
GRANT_PER_STUDENT = 955.0


def weight(programme: str, domain: str) -> float:
    """How much the placement of a programme trains a domain (3.8)."""
    others = {"pedagogy": WEIGHT_PEDAGOGY, "care3": WEIGHT_CARE, "care4": WEIGHT_CARE, "assistant": WEIGHT_ASSISTANT}
    return others.get(programme, WEIGHT_PABO)[("teaching", "care", "collaboration").index(domain)]
