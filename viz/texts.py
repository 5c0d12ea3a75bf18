"""The words of the view by the names under which its scripts ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from samenspel.experiments.bottlenecks.pinch import WORDS
from samenspel.model.words import Language, Message, in_language
from samenspel.viz.texts_of_cards import CARDS

LIKE_BEFORE = "The same"  # how lines begin that say what differs from the one before
LANGUAGES: tuple[Language, ...] = ("nl", "en")

TEXTS: dict[str, Message] = {
    "title": Message("Samenspel"),
    "play": Message("Play"),
    "pause": Message("Pause"),
    "step": Message("One week on"),
    "jump": Message("To the turn of the year"),
    "reset": Message("Again from the start"),
    "rate": Message("Speed"),
    "rate_unit": Message("weeks a second"),
    "school_year": Message("School year"),
    "week": Message("week"),
    "start": Message("Before the start"),
    "levers": Message("Levers"),
    "charts": Message("Charts"),
    "map": Message("Map"),
    "map_of": Message("Map of the partnership"),
    "story": Message("Story"),
    "compare": Message("A beside B"),
    "single": Message("Only A"),
    "pinch": Message("What pinches?"),
    "pinch_wait": Message("The coming year is being run, with and without each constraint …"),
    "as_it_stands": Message("As it stands:"),
    "pinch_note": Message(
        "pp: percentage points of students more that would be adequately supervised without that "
        "constraint, averaged over all orders in which constraints can go. An outcome of the "
        "model under its assumptions."
    ),
    "growth": Message("How far can we grow?"),
    "growth_wait": Message("Smaller and larger clusters are being run:"),
    "growth_axis": Message("students per cluster"),
    "growth_of": Message("Adequately supervised by students per cluster"),
    "now": Message("now"),
    "growth_note": Message(
        "At each size five years {n} times with other luck; all places are filled and schools "
        "take whoever comes. The band holds the mean line with 95% confidence. The model "
        "compares under assumptions; it does not forecast."
    ),
    "growth_whole": Message("from {first} adequately supervised at {low} students per cluster to {last} at {high}"),
    "growth_break": Message("There is a breaking point at about {turn}: beyond it things get worse faster, {whole}."),
    "growth_bend": Message("There is a bend at about {turn}: beyond it the curve levels off, {whole}."),
    "growth_flat": Message("Size makes no difference here: {whole}."),
    "growth_straight": Message("There is no breaking point: every step differs as much, {whole}."),
    "growth_down": Message("There is no breaking point: it goes down gradually, {whole}."),
    "growth_up": Message("There is no breaking point: it goes up gradually, {whole}."),
    "growth_undecided": Message("Whether there is a breaking point cannot be told: {whole}."),
    "growth_now": Message("Now there are {own}; there it is {own_share}"),
    "growth_everywhere": Message("On average it stays above the floor of {floor} at every size up to {high}."),
    "growth_nowhere": Message("On average it is below the floor of {floor} from {low} on."),
    "growth_partly": Message(
        "On average it stays above the floor of {floor} up to about {where} students per cluster."
    ),
    "uncertain": Message("uncertain"),
    "at_most": Message("at most {high}"),
    "at_least": Message("at least {low}"),
    "nobody_at_times": Message(
        "There are so few students that at times there is nobody to supervise; a curve would say nothing."
    ),
    **WORDS,
    "share": Message("Invite"),
    "language": Message("Nederlands"),
    "projector": Message("Projector mode"),
    "dark": Message("Dark"),
    "help": Message("Help"),
    "more": Message("More"),
    "close": Message("Close"),
    "scenario": Message("Starting point"),
    "lane": Message("View"),
    "assumed": Message("assumption"),
    "assumed_why": Message("There is no source for this value; it is an assumption."),
    "yes": Message("yes"),
    "no": Message("no"),
    "acts": Message("Below each lever stands from when it acts; ▼ in the charts marks where you turned it."),
    "adapted": Message("Adapted"),
    "made_up": Message("Schools, people and what happens to them are made up, also at boards that exist."),
    "made_up_people": Message("People and what happens to them are made up."),
    "guest": Message("You are looking on. Only the host steers."),
    "seed": Message("Luck no."),
    "new_luck": Message("Other luck"),
    "life": Message("Life on the map, of {count} (1: this luck; others: the luck of the lives in the band)"),
    "png": Message("Save picture (PNG)"),
    "csv": Message("Save figures (CSV)"),
    "replay": Message("Save film (HTML)"),
    "link": Message("Copy address"),
    "copied": Message("Copied"),
    "watching": Message("looking on"),
    "band": Message("Band: 90% of {n} replications with other luck"),
    "band_mean": Message("Band: 90% of {n} replications with other luck; thin line: their mean, for what is to come"),
    "band_over": Message("The band shows"),
    "over_luck": Message("luck only"),
    "over_worlds": Message("luck and what nobody knows"),
    "band_worlds": Message("Band: 90% of {n} lives, each with other luck and in another plausible world"),
    "band_worlds_mean": Message(
        "Band: 90% of {n} lives, each with other luck and in another plausible world; thin line: their mean, for what "
        "is to come"
    ),
    "worlds_about": Message("{n} worlds, fitted to today and held against findings"),
    "worlds_alike": Message(
        "Levers, what you set yourself and what the scenario knows are the same in every world; the floor of quality "
        "is fitted to each. The life on the map, and its line, are in no such world: they have the values that are "
        "set here."
    ),
    "band_wait": Message("Replications are being run …"),
    "difference": Message("B − A"),
    "difference_after": Message("B − A after {years} years"),
    "interval": Message("95% interval"),
    "interval_worlds": Message("In 90% of the plausible worlds, A and B in the same one and with the same luck"),
    "between": Message("{low} to {high}"),
    "supervision_adequate_share": Message("Adequately supervised"),
    "quality": Message("Supervision quality"),
    "supervision_mean_hbo": Message("hbo"),
    "supervision_mean_mbo": Message("mbo"),
    "supervision_p10": Message("worst-off tenth"),
    "mentor_overload_share": Message("Overloaded mentors"),
    "status_barrier": Message("Status barrier mbo–hbo"),
    "coverage": Message("Share trained together"),
    "coverage_fulltime": Message("full-time"),
    "coverage_parttime": Message("part-time"),
    "own_contribution": Message("Own contribution a year"),
    "safe": Message("norm"),
    "floor": Message("floor of quality"),
    "clusters": Message("clusters"),
    "hbo_student": Message("hbo student"),
    "mbo_student": Message("mbo student"),
    "school": Message("school"),
    "ikc": Message("IKC"),
    "below_floor": Message("not adequately supervised"),
    "away": Message("no placement this week"),
    "no_mentor": Message("without mentor"),
    "load_ring": Message("ring: mentors' load (full = all hours)"),
    "trainers_pair": Message("pair of trainers"),
    "vacancy": Message("vacancy"),
    "contact": Message("contact mbo–hbo (dashed: high barrier)"),
    "legend": Message("Legend"),
    "over_time": Message("Quality over time"),
    "gone": Message("This student is no longer inside the partnership."),
    "differs": Message("Different from A"),
    "same": Message("No different from A"),
    "differs_otherwise": Message("Different from A, but in no parameter"),
    "and_more": Message("and {n} more"),
    "higher_here": Message("▲ higher than with A"),
    "lower_here": Message("▼ lower than with A"),
    "story_start": Message("Begin the story"),
    "story_intro": Message("Six scenes, each with a question to the audience. Visitors vote with their phones."),
    "story_alone": Message("Six scenes, each with a question. Answer it yourself before you look."),
    "scene": Message("Scene"),
    "of": Message("of"),
    "next": Message("Next scene"),
    "previous": Message("Previous scene"),
    "end_story": Message("Close the story"),
    "open_vote": Message("Open the vote"),
    "think_first": Message("Answer first"),
    "run_it": Message("Run it"),
    "vote": Message("Vote"),
    "voted": Message("Your vote is in. You may still change it."),
    "not_counted": Message("Your vote has not been counted yet. Try again in a few seconds."),
    "votes": Message("votes"),
    "guesses": Message("Guesses"),
    "outcome": Message("Outcome after {years} years"),
    "outcome_changed": Message("Outcome after {years} years, with your changes"),
    "outcome_wait": Message("The outcome comes after {years} years."),
    "median": Message("middle guess"),
    "wait_vote": Message("The host will open the vote in a moment."),
    "scan": Message("Scan to look on and to vote"),
    "loopback": Message("Only this device can reach this address. Start with --host 0.0.0.0 to let the room look on."),
    "open_to": Message("Everyone on this network who knows the address can look on and vote. Only you can steer."),
    "error": Message("The run has stopped"),
    "error_text": Message("This is a fault in Samenspel, not yours. With this it can be played again:"),
    "cause": Message("cause"),
    "copy": Message("Copy"),
    "restart": Message("Start again"),
    "fault": Message("That is not possible"),
    "at_end": Message("It goes no further: twenty years is the longest."),
    "keys": Message("Keys"),
    "key_space": Message("play or pause"),
    "key_right": Message("one week on"),
    "key_up": Message("faster"),
    "key_down": Message("slower"),
    "key_end": Message("to the turn of the year"),
    "key_home": Message("again from the start"),
    "key_esc": Message("close the window"),
    "key_help": Message("this help"),
    "help_text": Message(
        "Click a student, school or cluster for the story behind it. The line is the run that "
        "you see; the band shows how much of it is luck, or what luck and not knowing make together, as you choose "
        "below the charts. The model compares designs under assumptions; it does not forecast."
    ),
    "no_session": Message("This session is not there (any more). Ask the host for a new address."),
    "bad_address": Message("This address is not quite right:"),
    "led": Message("There is a host already"),
    "led_text": Message("Somebody is leading from another window. Take over? What the room sees now stays as it is."),
    "take_over": Message("Take over"),
    "look_on": Message("Look on"),
    "euro": Message("€"),
    "assumptions": Message("Assumptions"),
    "assumptions_line": Message(
        "Where nobody knows, the model assumes. Change what you disagree with, and the future is drawn anew: from the "
        "start when it has yet to begin, otherwise from next week on."
    ),
    "influence_how": Message("How influence was measured"),
    "influence_line": Message(
        "Influence says how far the outcome that moves most does so when a number goes to an end of its range, on "
        "average over {years} years. What surely moves a share of people comes first. It was measured on {date} with "
        "version {version}, in few runs: small moves may be chance."
    ),
    "influence_points": Message(
        "Influence: {amount} percentage points (±{error}) on “{indicator}”, at {at} in “{scenario}”."
    ),
    "influence_percent": Message("Influence: {amount}% (±{error}) on “{indicator}”, at {at} in “{scenario}”."),
    "influence_none": Message("Influence: no outcome moved."),
    "not_measured": Message("Influence: not measured."),
    "source": Message("Source"),
    "search": Message("Search"),
    "every_parameter": Message("Show every parameter"),
    "order": Message("Order"),
    "by_influence": Message("By influence"),
    "by_subject": Message("By subject"),
    "shapes_start": Message("This shapes the start, and cannot be turned here."),
    "turn_back": Message("Back to {value}"),
    "turn_all_back": Message("Turn everything back ({n})"),
    "nothing_found": Message("Nothing is called that."),
    **CARDS,
}


class Told(Protocol):
    """What is declared with a line in each language."""

    @property
    def en(self) -> str:
        """In English."""

    @property
    def nl(self) -> str:
        """In Dutch."""


def line_of(name: str, declared: Mapping[str, Told]) -> dict[str, str]:
    """The line of what is declared, with the one that it speaks of as "the same"."""
    first = one = declared[name]
    for other, before in declared.items():
        if not before.en.startswith(LIKE_BEFORE):
            first = before
        if other == name:
            break
    if first is one:
        return {"nl": one.nl, "en": one.en}
    return {"nl": f"{first.nl} – {_small(one.nl)}", "en": f"{first.en} – {_small(one.en)}"}


def _small(line: str) -> str:
    return line[0].lower() + line[1:]


def both(text: str) -> dict[str, str]:
    """A text for a page that may turn to the other language."""
    return {lang: in_language(text, lang) for lang in LANGUAGES}


def texts_in(lang: Language) -> dict[str, str]:
    """All words of the view in a language."""
    return {name: in_language(text, lang) for name, text in TEXTS.items()}
