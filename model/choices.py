"""Choices by name: rival forms where literature disputes, and designs that are one of several.

Each is declared here once. Scenario files use the names in lower case, rules the members; the first is the default.
"""

from __future__ import annotations

from enum import IntEnum


class SiteCapacity(IntEnum):
    """Whether the capacity of a site limits its places."""

    HARD = 0
    SOFT = 1


class PlacementPriority(IntEnum):
    """Who comes first when there are too few places."""

    PARTTIME_FIRST = 0
    LOTTERY = 1
    FULLTIME_FIRST = 2


class ParttimeForm(IntEnum):
    """When part-time students meet."""

    SAME_DAY = 0
    OTHER_DAY = 1
    LIGHT = 2


class MboMix(IntEnum):
    """How mbo and hbo students meet."""

    NONE = 0
    PARALLEL = 1
    MIXED = 2
    ALTERNATING = 3


class WithoutIkc(IntEnum):
    """What a cluster without a recognised IKC does with mbo."""

    ASSISTANTS = 0
    NONE = 1


class Caseload(IntEnum):
    """How support per student falls with load."""

    HYPERBOLIC = 0
    LINEAR = 1
    LOGISTIC = 2


class Dose(IntEnum):
    """How support becomes guidance."""

    HYPERBOLIC = 0
    EXPONENTIAL = 1
    LINEAR = 2


class Attention(IntEnum):
    """How trainers divide attention."""

    EVEN = 0
    NEED = 1


class Tiring(IntEnum):
    """What tires mentors: load above facilitated hours, or all load."""

    EXCESS = 0
    LINEAR = 1


class Response(IntEnum):
    """What a party does when its shortfall passes its tolerance."""

    BOTH = 0
    CUT = 1
    STOP = 2


class PeerGap(IntEnum):
    """How learning depends on the gap in competence."""

    INVERTED_U = 0
    THRESHOLD = 1
    MONOTONE = 2


class GroupSize(IntEnum):
    """How talk depends on the size of a subgroup."""

    PLATEAU = 0
    INVERSE = 1
    NONE = 2


class Contact(IntEnum):
    """Whether first contacts between the professions ask extra facilitation."""

    THRESHOLD = 0
    LINEAR = 1
