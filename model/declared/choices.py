"""Choices by name: rival forms where literature disputes, and designs that are one of several.

Each is declared here once: its code, and what it means in English and Dutch. Scenario files use the names in lower
case, rules the members; the first is the default.
"""

from __future__ import annotations

from samenspel.model.declared.declaration import Choice


class SiteCapacity(Choice):
    """Whether the capacity of a site limits its places."""

    HARD = 0, "it limits its places", "ze begrenst de plaatsen"
    SOFT = 1, "it is only reported", "ze wordt alleen gemeld"


class PlacementPriority(Choice):
    """Who comes first when there are too few places."""

    LOTTERY = 0, "by lot", "loting"
    PARTTIME_FIRST = 1, "part-time students first", "deeltijders eerst"
    FULLTIME_FIRST = 2, "full-time students first", "voltijders eerst"


class ParttimeForm(Choice):
    """When part-time students meet."""

    SAME_DAY = 0, "the same day", "dezelfde dag"
    OTHER_DAY = 1, "their own day", "een eigen dag"
    LIGHT = 2, "a lighter form", "lichtere vorm"


class MboMix(Choice):
    """How mbo and hbo students meet."""

    NONE = 0, "not together", "niet samen"
    PARALLEL = 1, "side by side", "naast elkaar"
    MIXED = 2, "mixed", "gemengd"
    ALTERNATING = 3, "in turn", "om en om"


class WithoutIkc(Choice):
    """What a cluster without a recognised IKC does with mbo."""

    ASSISTANTS = 0, "teaching assistants only", "alleen onderwijsassistenten"
    NONE = 1, "no mbo", "geen mbo"


class Caseload(Choice):
    """How support per student falls with load."""

    HYPERBOLIC = 0, "facilitated hours are shared out", "de gefaciliteerde uren worden verdeeld"
    LINEAR = 1, "each unit of load costs the same support", "elke eenheid belasting kost evenveel steun"
    LOGISTIC = 2, "little is lost at first, then much at once", "eerst gaat er weinig verloren, daarna ineens veel"


class Dose(Choice):
    """How support becomes guidance."""

    HYPERBOLIC = 0, "each further hour adds less, without end", "elk uur meer voegt minder toe, zonder einde"
    EXPONENTIAL = (
        1,
        "each further hour adds less, and soon nothing",
        "elk uur meer voegt minder toe, en al snel niets meer",
    )
    LINEAR = 2, "every hour adds the same", "elk uur voegt evenveel toe"


class Skill(Choice):
    """How skill is spread over mentors."""

    LOGISTIC = (
        0,
        "most are near the middle, few at the ends",
        "de meeste zitten rond het midden, weinig aan de uiteinden",
    )
    UNIFORM = 1, "evenly between two ends", "gelijkmatig tussen twee uitersten"


class Attention(Choice):
    """How trainers divide attention."""

    EVEN = 0, "evenly", "gelijk"
    NEED = 1, "first to who gets least", "eerst aan wie het minst krijgt"


class Outside(Choice):
    """What supervises hbo students outside the partnership."""

    MENTORED = 0, "a mentor and a trainer, as inside", "een mentor en een opleider, zoals binnen"
    FIXED = 1, "supervision of a fixed quality", "begeleiding van een vaste kwaliteit"


class Start(Choice):
    """In what state a partnership starts."""

    LIVED = 0, "as it lives in the long run", "zoals het op den duur draait"
    NEW = 1, "everybody is new to it", "iedereen is er nieuw"


class Adequate(Choice):
    """What adequate supervision is."""

    FLOORS = (
        0,
        "time, contact with trainers and quality are each enough, as remembered",
        "tijd, contact met opleiders en kwaliteit zijn elk genoeg, zoals studenten het zich herinneren",
    )
    QUALITY = 1, "this week's quality is high enough", "de kwaliteit van deze week is hoog genoeg"


class Tiring(Choice):
    """What tires mentors: load above facilitated hours, or all load."""

    EXCESS = 0, "load above facilitated hours", "belasting boven de gefaciliteerde uren"
    LINEAR = 1, "all load", "alle belasting"


class Response(Choice):
    """What a party does when its shortfall passes its tolerance."""

    BOTH = 0, "both", "beide"
    CUT = 1, "cut hours", "uren korten"
    STOP = 2, "stop growing", "niet groeien"


class Prices(Choice):
    """What wages and the grant are in a school year."""

    DATED = (
        0,
        "as agreements and rules set them by date; growth beyond what is known",
        "zoals cao en regelingen ze per datum bepalen; groei na wat bekend is",
    )
    CONSTANT = (
        1,
        "those of the first school year, which grow at a fixed rate",
        "die van het eerste schooljaar, met een vaste groei",
    )


class PeerGap(Choice):
    """How learning depends on the gap in competence."""

    INVERTED_U = 0, "most from who is somewhat ahead", "het meest van wie iets verder is"
    THRESHOLD = 1, "equally from who is not too far ahead", "evenveel van wie niet te ver voor is"
    MONOTONE = 2, "the more, the further the other is ahead", "meer naarmate de ander verder is"


class GroupSize(Choice):
    """How talk depends on the size of a subgroup."""

    PLATEAU = 0, "talk falls only above a certain size", "het gesprek neemt pas boven een zekere grootte af"
    INVERSE = 1, "talk is divided over all who take part", "het gesprek wordt over alle deelnemers verdeeld"
    NONE = 2, "size makes no difference", "de grootte maakt niet uit"


class Facilitation(Choice):
    """What a session asks of trainers, and what makes it well facilitated."""

    PERSONS = 0, "facilitators in the room, who give hours for it", "begeleiders in de zaal, die er uren voor geven"
    HOURS = (
        1,
        "trainer time that is left; sessions cost nothing",
        "overgebleven opleiderstijd; bijeenkomsten kosten niets",
    )


class Contact(Choice):
    """Whether first contacts between the professions ask extra facilitation."""

    THRESHOLD = 0, "first contacts ask extra facilitation", "eerste contacten vragen extra begeleiding"
    LINEAR = 1, "all contacts are alike", "alle contacten zijn gelijk"
