"""The words of docs/GROWTH.md in both languages. None of them holds a figure that was found."""

from __future__ import annotations

import math

from samenspel.experiments.output.language import as_given, number
from samenspel.model.words import Language, Phrase
from tools.growth.figures import APART, APART_MBO, TOGETHER, TOGETHER_MBO

ARMS = {
    TOGETHER: Phrase("study years together", "studiejaren samen"),
    APART: Phrase("each study year apart", "elk studiejaar apart"),
    TOGETHER_MBO: Phrase("years together, with mbo", "studiejaren samen, met mbo"),
    APART_MBO: Phrase("each year apart, with mbo", "elk studiejaar apart, met mbo"),
}
WORLDS = {
    "plausible": Phrase("plausible worlds", "aannemelijke werelden"),
    "prior": Phrase("prior worlds", "ongetoetste werelden"),
}
PARTNERSHIP = Phrase("partnership", "partnerschap")

PAIRS = {
    "apart at 12": Phrase(
        "each year apart, not together, 12 places", "elk jaar apart in plaats van samen, 12 plaatsen"
    ),
    "apart at 16": Phrase("the same, 16 places", "hetzelfde, 16 plaatsen"),
    "mbo at 12": Phrase("with mbo, not without, 12 places", "met mbo in plaats van zonder, 12 plaatsen"),
    "mbo at 16": Phrase("the same, 16 places", "hetzelfde, 16 plaatsen"),
    "mbo apart at 12": Phrase(
        "with mbo, not without, each year apart, 12 places", "met mbo in plaats van zonder, elk jaar apart, 12 plaatsen"
    ),
    "mbo apart at 16": Phrase("the same, 16 places", "hetzelfde, 16 plaatsen"),
    "grown": Phrase("16 places, not 12, years together", "16 plaatsen in plaats van 12, jaren samen"),
    "grown apart": Phrase("16 places, not 12, each year apart", "16 plaatsen in plaats van 12, elk jaar apart"),
    "grown mbo": Phrase("16 places, not 12, with mbo", "16 plaatsen in plaats van 12, met mbo"),
    "grown mbo apart": Phrase(
        "16 places, not 12, each year apart, with mbo", "16 plaatsen in plaats van 12, elk jaar apart, met mbo"
    ),
    "dearer apart": Phrase(
        "what growing does when years are apart, less what it does when together",
        "wat groei doet met de jaren apart, min wat zij doet met de jaren samen",
    ),
    "dearer mbo": Phrase(
        "what growing does with mbo, less what it does without", "wat groei doet met mbo, min wat zij doet zonder mbo"
    ),
    "four mbo for four hbo": Phrase(
        "12 places and 4 mbo students, not 16 places", "12 plaatsen en 4 mbo-studenten, in plaats van 16 plaatsen"
    ),
}

CLAIMS = {
    "one more": Phrase(
        "One place more in every cluster costs at most 5 points.",
        "Eén plaats meer in elk cluster kost hooguit 5 procentpunt.",
    ),
    "four more": Phrase(
        "Four places more in every cluster cost more than 5 points.",
        "Vier plaatsen meer in elk cluster kosten meer dan 5 procentpunt.",
    ),
    "today": Phrase(
        "With today’s 12 places at least 80% are adequately supervised.",
        "Met de 12 plaatsen van nu krijgt minstens 80% toereikende begeleiding.",
    ),
    "apart": Phrase(
        "At 12 places fewer students are adequately supervised when each study year meets apart.",
        "Bij 12 plaatsen krijgen minder studenten toereikende begeleiding als elk studiejaar apart bijeenkomt.",
    ),
    "apart within": Phrase(
        "Each study year apart costs at most 5 points at 12 places.",
        "Elk studiejaar apart kost bij 12 plaatsen hooguit 5 procentpunt.",
    ),
    "dearer apart": Phrase(
        "Growing from 12 to 16 places takes more when each study year meets apart.",
        "Groeien van 12 naar 16 plaatsen kost meer als elk studiejaar apart bijeenkomt.",
    ),
    "mbo": Phrase(
        "With four mbo students in every cluster a smaller share of all students is adequately supervised.",
        "Met vier mbo-studenten in elk cluster krijgt een kleiner deel van alle studenten toereikende begeleiding.",
    ),
    "mbo for hbo": Phrase(
        "With four mbo students in every cluster fewer hbo students are adequately supervised.",
        "Met vier mbo-studenten in elk cluster krijgen minder hbo-studenten toereikende begeleiding.",
    ),
    "mbo within": Phrase(
        "Four mbo students in every cluster cost hbo students at most 5 points.",
        "Vier mbo-studenten in elk cluster kosten hbo-studenten hooguit 5 procentpunt.",
    ),
    "four mbo": Phrase(
        "Four mbo students more leave more hbo students adequately supervised than four hbo places more.",
        "Met vier mbo-studenten erbij houden meer hbo-studenten toereikende begeleiding dan met vier hbo-plaatsen "
        "erbij.",
    ),
    "dearer mbo": Phrase(
        "Growing from 12 to 16 places takes more from hbo students with mbo than without.",
        "Groeien van 12 naar 16 plaatsen kost hbo-studenten met mbo meer dan zonder.",
    ),
}

_SIZE = Phrase(
    "That places alone bring nothing good follows from the question: mentors, trainers and sites stay as they are. "
    "How much a place takes does not follow: it hangs on the hours there are, on who is willing to be a mentor, and "
    "on how support falls with load. In a larger community students also have more of each other, which works the "
    "other way.",
    "Dat alleen plaatsen erbij de begeleiding niet beter maken, volgt uit de vraag: mentoren, opleiders en scholen "
    "blijven gelijk. Hoeveel een plaats kost, volgt daar niet uit. Dat hangt af van de uren die er zijn, van wie "
    "mentor wil zijn en van hoe de steun afneemt als een mentor meer studenten heeft. In een grotere "
    "leergemeenschap hebben studenten bovendien meer aan elkaar, en dat werkt de andere kant op.",
)
_DEARER = Phrase(
    "Yes. No rule says which of the two curves is the steeper; a curve that starts lower has less to lose.",
    "Ja. Geen regel zegt welke van de twee lijnen steiler loopt. Waar minder studenten toereikende begeleiding "
    "hebben, valt ook minder te verliezen.",
)
_HOW_MUCH = Phrase("Yes: no rule says how much it is.", "Ja: geen regel zegt hoeveel het is.")
OTHERWISE = {
    "one more": _SIZE,
    "four more": Phrase("As with one place more.", "Net als bij één plaats meer."),
    "today": Phrase(
        "Hardly, in plausible worlds: they are fitted to 80 to 90% over the first five school years (pattern P16), "
        "so this is no finding there. 80% itself is an agreement.",
        "In aannemelijke werelden nauwelijks: die zijn zo gekozen dat in de eerste vijf schooljaren 80 tot 90% "
        "toereikende begeleiding krijgt (patroon P16). Daar is dit dus geen uitkomst. De grens van 80% is zelf een "
        "afspraak.",
    ),
    "apart": Phrase(
        "In part. By the rules students help each other, and across years more of them are ahead of someone: "
        "without that rule there is no difference. Under some rival forms who is far ahead helps less, or help "
        "between years falls away without structure, so it could be turned round; and how large it is follows from "
        "no rule.",
        "Deels. Volgens de regels helpen studenten elkaar, en met meer studiejaren bij elkaar is er vaker iemand "
        "verder: zonder die regel is er geen verschil. Volgens sommige rivaliserende vormen helpt iemand die ver "
        "vooruit is juist minder, of valt de hulp tussen studiejaren weg als er geen structuur is. Het had dus "
        "andersom kunnen zijn, en hoe groot het verschil is, volgt uit geen enkele regel.",
    ),
    "apart within": _HOW_MUCH,
    "mbo": Phrase(
        "Hardly. Mbo students count in the share and start lower, so that they lower it by being there. What it "
        "takes from hbo students is the better question.",
        "Nauwelijks. Mbo-studenten tellen mee in het aandeel en worden minder vaak toereikend begeleid, dus alleen "
        "al door hen mee te tellen daalt het. Wat het de hbo-studenten kost, is een betere vraag.",
    ),
    "mbo for hbo": Phrase(
        "In part. Mbo students come on top and ask time of mentors and trainers; but care mentors, a practice "
        "trainer and an mbo trainer come with them, teaching assistants relieve teachers of work, and the community "
        "is larger.",
        "Deels. De mbo-studenten komen erbij en vragen tijd van mentoren en opleiders. Maar met hen komen ook "
        "werkbegeleiders, een praktijkopleider en een bpv-begeleider mee, nemen onderwijsassistenten leraren werk "
        "uit handen en wordt de leergemeenschap groter.",
    ),
    "mbo within": _HOW_MUCH,
    "four mbo": Phrase(
        "Yes, though it is likely from the start: both ask time of the same trainers, but of mbo students only "
        "teaching assistants share the mentors of hbo students.",
        "Ja, al ligt het voor de hand: beide groepen vragen tijd van dezelfde opleiders, maar van de mbo-studenten "
        "delen alleen de onderwijsassistenten hun mentoren met hbo-studenten.",
    ),
    "dearer apart": _DEARER,
    "dearer mbo": _DEARER,
}

VERDICTS = {
    "robust": Phrase("Robust", "Robuust"),
    "robustly not": Phrase("Robustly not so", "Robuust niet zo"),
    "leans": Phrase("Likely, but not robust", "Waarschijnlijk, maar niet robuust"),
    "open": Phrase("Open", "Onbeslist"),
}


def limit(scale: float, sizes: tuple[float, float], lang: Language, digits: int = 1) -> str:
    """A largest size, also when it lies beyond the sizes that were tried; the last whole one when no digit is asked."""
    low, high = (as_given(size, lang) for size in sizes)
    if scale == math.inf:
        return f"≥ {high}"
    if scale == -math.inf:
        return f"< {low}"
    return number(scale if digits else math.floor(scale + 1e-9), lang, digits)


def places(scale: float, sizes: tuple[float, float], lang: Language) -> str:
    """A largest size in words, whole places."""
    low, high = (as_given(size, lang) for size in sizes)
    if scale == math.inf:
        return Phrase("{n} places or more", "{n} plaatsen of meer").text(lang).format(n=high)
    if scale == -math.inf:
        return Phrase("fewer than {n} places", "minder dan {n} plaatsen").text(lang).format(n=low)
    return Phrase("{n} places", "{n} plaatsen").text(lang).format(n=math.floor(scale + 1e-9))
