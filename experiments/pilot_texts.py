"""What a report of pilots says whatever came out: what it cannot tell, and how to evaluate the real pilot."""

from __future__ import annotations

from experiments.pilot_words import Words


def limits(words: Words) -> list[str]:
    """What the model cannot say, up front."""
    designs, worlds, say = len(words.names), words.count, words.say
    return [
        say(
            "The model compares designs under stated assumptions. It predicts no student, school or board.",
            "Het model vergelijkt ontwerpen onder aannames. Het voorspelt geen student, school of bestuur.",
        ),
        say(
            f"No measured learning effect of mbo-hbo teams in Dutch IKCs was found. What is known comes from other "
            f"settings (health care, tutoring), so {designs} designs were tried in {worlds} worlds that differ in "
            f"all that nobody knows. A share of worlds is no probability that something will happen.",
            f"Er is geen gemeten leereffect van mbo-hbo-teams in Nederlandse IKC’s gevonden. Wat bekend is komt van "
            f"elders (zorg, tutoring); daarom zijn {designs} ontwerpen beproefd in {worlds} werelden die verschillen "
            f"in alles wat niemand weet. Een deel van de werelden is geen kans dat iets gebeurt.",
        ),
        say(
            "What a design says about meetings and mentors (interval, group size, trainers’ hours, training) holds "
            "for all learning communities of the partnership, not only for those with mbo students: the model has "
            "one setting for all. What that does by itself is shown apart, under displacement.",
            "Wat een ontwerp zegt over bijeenkomsten en begeleiders (tussentijd, groepsgrootte, uren, scholing) "
            "geldt voor alle leergemeenschappen van het partnerschap, niet alleen voor die met mbo-studenten: het "
            "model kent één instelling voor alle. Wat dat op zichzelf doet staat apart, bij verdringing.",
        ),
        say(
            "Schools, sites and mentors in the built-in partnership are made up to fit public figures. Fill in your "
            "own.",
            "Scholen, locaties en mentoren van het ingebouwde partnerschap zijn verzonnen bij openbare cijfers. Vul "
            "uw eigen gegevens in.",
        ),
    ]


def evaluation_plan(words: Words) -> list[str]:
    """What to measure in the real pilot, and when."""
    say = words.say
    return [
        say("Before the start (August): questionnaires on knowledge of the other profession and on the status "
            "barrier for all students of year 1 to 3, in pilot clusters and in others; count care mentors, their "
            "hours, and mbo students.",
            "Voor de start (augustus): vragenlijsten over kennis van het andere beroep en over de statusdrempel voor "
            "alle studenten van jaar 1 tot en met 3, in pilotclusters en in andere; tel werkbegeleiders, hun uren en "
            "mbo-studenten."),
        say("Every meeting: who came, in which subgroup, which facilitators. Every month: mentor hours asked and "
            "given, of ten mentors at least.",
            "Elke bijeenkomst: wie er was, in welke subgroep, welke begeleiders. Elke maand: gevraagde en gegeven "
            "begeleidingsuren, van ten minste tien mentoren."),
        say("After week 20: the same questionnaires; first contacts can hurt (M34), so a dip is no failure. Note who "
            "of the mbo students leaves or changes at mid-year (D46).",
            "Na week 20: dezelfde vragenlijsten; eerste contacten kunnen tegenvallen (M34), dus een dip is geen "
            "mislukking. Noteer welke mbo-studenten halverwege vertrekken of wisselen (D46)."),
        say("After week 40: the same again, adequate supervision of pabo and mbo students by the partnership’s own "
            "floor, mentors who stop, drop-out, hours and money by board.",
            "Na week 40: hetzelfde nog eens, toereikende begeleiding van pabo- en mbo-studenten volgens de eigen "
            "ondergrens, mentoren die stoppen, uitval, uren en geld per bestuur."),
        say("Compare pilot clusters with clusters that do not take part; never only before with after.",
            "Vergelijk pilotclusters met clusters die niet meedoen; nooit alleen voor met na."),
        say("Put what was measured into observed.toml, as below, and run this comparison again with it: worlds that "
            "do not fit are left out, and the report shows what that leaves of the uncertain ranges.",
            "Zet wat gemeten is in observed.toml, zoals hieronder, en draai deze vergelijking er opnieuw mee: "
            "werelden die niet passen vallen af, en het rapport laat zien wat dat van de onzekere bereiken overlaat."),
    ]  # fmt: skip
