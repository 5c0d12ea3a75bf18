"""What a report of pilots says whatever came out: what it cannot tell, and how to evaluate the real pilot."""

from __future__ import annotations

from samenspel.experiments.output.language import enumerate_words, euros
from samenspel.experiments.output.prices import beyond_known
from samenspel.experiments.pilots.file.checks import changes_everywhere
from samenspel.experiments.pilots.report.words import Words
from samenspel.model.declared.choices import Facilitation
from samenspel.model.words import Message, in_language

MONEY = {
    Facilitation.PERSONS.word: Message(
        "Money includes training and the mbo trainer, at assumed rates. Meetings and their preparation are given from "
        "trainers’ own hours, which are paid already."
    ),
    Facilitation.HOURS.word: Message(
        "Money includes hours in meetings, training and the mbo trainer, at assumed rates. Not counted: preparing "
        "meetings."
    ),
}


def bbl_subsidy(words: Words) -> str:
    """What is counted of the one subsidy that mbo students bring (D40)."""
    counted = float(words.comparison.pilots.scenario.values["bbl_subsidy"])
    if not counted:
        return words.say("For a BBL place the employer can get up to EUR 2,700 a year (D40); that is not counted here.")
    return words.say(
        "For a BBL place the employer can get up to EUR 2,700 a year (D40); {subsidy} is counted here, for its board.",
        subsidy=euros(counted, words.lang),
    )


def limits(words: Words) -> list[str]:
    """What the model cannot say, up front."""
    designs, worlds, say, pilots = len(words.names), words.count, words.say, words.comparison.pilots
    return [
        say("The model compares designs under stated assumptions. It predicts no student, school or board."),
        say(
            "No measured learning effect of mbo-hbo teams in Dutch IKCs was found. What is known "
            "comes from other settings (health care, tutoring), so {designs} designs were tried in "
            "{worlds} worlds that differ in all that nobody knows. A share of worlds is no "
            "probability that something will happen.",
            designs=designs,
            worlds=worlds,
        ),
        say(
            "A design changes meetings, trainers’ hours and interprofessional training only in clusters "
            "that take mbo students. A design that changes anything else for the whole partnership "
            "has a star, is compared only with designs that do the same, and is never called best: "
            "what it brings does not come from the pilot alone."
        ),
        in_language(MONEY[str(pilots.scenario.values["form_facilitation"])], words.lang),
        bbl_subsidy(words),
        *(in_language(told, words.lang) for told in beyond_known(pilots.scenario, pilots.years)),
        say(
            "Schools, sites and mentors in the built-in partnership are made up to fit public "
            "figures. Fill in your own."
        ),
    ]


def apart_notes(words: Words) -> list[str]:
    """Why a design stands apart, and what its settings do by themselves."""
    return [" ".join([_stands_apart(words, at), *_by_itself(words, at)]) for at in words.apart_at]


def _stands_apart(words: Words, at: int) -> str:
    """What it changes, and with whom it is compared."""
    same = [other for other in words.apart_at if other != at and words.comparison.pilots.comparable(at, other)]
    listed = enumerate_words([f"“{words.names[other]}”" for other in same], words.lang)
    if same:
        compared = words.say(
            "It is compared only with {listed}, which does the same, and not called best.", listed=listed
        )
    else:
        compared = words.say("No other design does the same, so it is compared with none, and not called best.")
    changed = changes_everywhere(words.comparison.pilots.everywhere, at, words.lang)
    told = words.say("“{name}” changes the whole partnership: {changed}.", name=words.names[at], changed=changed)
    return f"{told} {compared}"


def _by_itself(words: Words, at: int) -> list[str]:
    """What a design does to all communities, its mbo students apart."""
    parts = words.apart(at)
    if parts is None:
        return []
    alone, rest = (
        f"{words.of_100(-part.middle, signed=True)} "
        f"({words.range(words.of_100(-part.high, signed=True), words.of_100(-part.low, signed=True))})"
        for part in parts[1:]
    )
    return [
        words.say(
            "Of every 100 pabo students, the number with adequate supervision changes by {alone} "
            "through that alone, and by {rest} through its mbo students.",
            alone=alone,
            rest=rest,
        )
    ]


def evaluation_plan(words: Words) -> list[str]:
    """What to measure in the real pilot, and when."""
    say = words.say
    return [
        say(
            "Before the start (August): questionnaires on knowledge of the other profession and on "
            "the status barrier for all students of year 1 to 3, in pilot clusters and in others; "
            "count care mentors, their hours, and mbo students."
        ),
        say(
            "Every meeting: who came, in which subgroup, which facilitators. Every month: mentor "
            "hours asked and given, of ten mentors at least."
        ),
        say(
            "After week 20: the same questionnaires; first contacts can hurt (M34), so a dip is no "
            "failure. Note who of the mbo students leaves or changes at mid-year (D46)."
        ),
        say(
            "After week 40: the same again, adequate supervision of pabo and mbo students by the "
            "partnership’s own floors, mentors who stop, drop-out, hours and money by board."
        ),
        say("Compare pilot clusters with clusters that do not take part; never only before with after."),
        say(
            "Put what was measured into observed.toml, as below, and run this comparison again with it: worlds that "
            "agree with it count for more, and the report shows what that teaches about each assumption."
        ),
    ]
