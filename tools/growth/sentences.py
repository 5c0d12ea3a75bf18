"""The answer of docs/GROWTH.md in whole sentences, made from what was stored."""

from __future__ import annotations

import math
from typing import Any

from samenspel.experiments.degradation.comparisons import MBO_STUDENTS
from samenspel.experiments.output.language import as_given, enumerate_words, number, percent
from samenspel.experiments.plausible.asking import named as of_group
from samenspel.experiments.plausible.source import PLAUSIBLE, PRIOR
from samenspel.experiments.plausible.texts import named
from samenspel.model.words import Language, Phrase, in_language
from tools.growth.figures import ALL, APART, APART_MBO, FOUR_MORE, HBO, MBO, TODAY, TOGETHER, TOGETHER_MBO
from tools.growth.told import over_forms, points, row, rows, tried
from tools.growth.words import limit, places

ASKED_AT_MOST = 3


def answer(lang: Language) -> str:
    """The answer, a paragraph for each part of the question."""
    parts = (how_far, level, years, mbo, mbo_or_hbo, dearer, ask_first)
    return "\n\n".join(part(lang) for part in parts) + "\n"


def _said(en: str, nl: str, lang: Language, **fields: object) -> str:
    return Phrase(en, nl).text(lang).format(**fields)


def _size(arm: str, lang: Language, criterion: str = "loss", source: str = PLAUSIBLE, of: str = ALL) -> str:
    found = row("scales", form="", arm=arm, criterion=criterion, source=source, of=of)
    return places(found["scale"], tried(), lang)


def _moved(value: float, lang: Language) -> str:
    """How much lower or higher, in words."""
    size = number(abs(value), lang, 1)
    if value < 0:
        return _said("{n} percentage points lower", "{n} procentpunt lager", lang, n=size)
    return _said("{n} percentage points higher", "{n} procentpunt hoger", lang, n=size)


def _of(pair: str, lang: Language, of: str = ALL) -> dict[str, str]:
    """A difference over plausible worlds, for a sentence."""
    found = row("pairs", pair=pair, source=PLAUSIBLE, of=of)
    return {
        "moved": _moved(found["middle"], lang), "low": points(found["low"], lang), "high": points(found["high"], lang),
        "lower": percent(found["lower"], lang), "higher": percent(1 - found["lower"], lang),
    }  # fmt: skip


def how_far(lang: Language) -> str:
    """The headline."""
    whole, low, high = (
        row("scales", form="", arm=TOGETHER, criterion="loss", source=PLAUSIBLE, of=ALL)[name]
        for name in ("scale", "low", "high")
    )
    least, most = over_forms("loss", TOGETHER, ALL)
    ends = {"low": low, "high": high, "least": least, "most": most}
    if math.isfinite(whole) and whole < TODAY + 1:
        first = _said(
            "**As it is, this partnership cannot grow by a whole place a cluster**",
            "**Zoals het nu is, kan dit partnerschap geen hele plaats per opleidingscluster groeien**", lang,
        )  # fmt: skip
    else:
        first = _said(
            "**As it is, every cluster of this partnership can grow from {today} to {size}**",
            "**Zoals het nu is, kan elk opleidingscluster groeien van {today} naar {size}**", lang,
            today=TODAY, size=_size(TOGETHER, lang),
        )  # fmt: skip
    return first + _said(
        " before more than 5 of every 100 students lose adequate supervision. That is so in nine of ten plausible "
        "worlds (95% interval {low} to {high} places). In prior worlds it is {prior}; with each rival form taken "
        "alone it lies between {least} and {most}.",
        " voordat meer dan 5 van elke 100 studenten hun toereikende begeleiding verliezen. Dat geldt in negen van "
        "de tien aannemelijke werelden (met 95% zekerheid ligt het tussen {low} en {high} plaatsen). In ongetoetste "
        "werelden komt het uit op {prior}. Neemt men elke rivaliserende vorm apart, dan ligt het tussen {least} en "
        "{most}.",
        lang, prior=_size(TOGETHER, lang, source=PRIOR),
        **{name: limit(end, tried(), lang) for name, end in ends.items()},
    )  # fmt: skip


def level(lang: Language) -> str:
    """How many are adequately supervised, and 80%."""
    now, later = (row("levels", arm=TOGETHER, of=ALL, size=size, source=PLAUSIBLE) for size in (TODAY, FOUR_MORE))
    shares = {
        f"{when}_{name}": percent(found[name], lang)
        for when, found in (("now", now), ("later", later))
        for name in ("low", "middle", "high")
    }
    return _said(
        "With {today} places {now_middle} of the students are adequately supervised (nine of ten plausible worlds "
        "lie between {now_low} and {now_high}), with {more} places {later_middle} ({later_low} to {later_high}). "
        "Who asks for at least 80% in nine of ten plausible worlds can have {size} a cluster.",
        "Met {today} plaatsen krijgt {now_middle} van de studenten toereikende begeleiding (in negen van de tien "
        "aannemelijke werelden ligt dat tussen {now_low} en {now_high}), met {more} plaatsen {later_middle} "
        "({later_low} tot {later_high}). Wie wil dat in negen van de tien aannemelijke werelden minstens 80% "
        "toereikend begeleid wordt, komt uit op {size} per cluster.",
        lang, today=TODAY, more=FOUR_MORE, size=_size(TOGETHER, lang, "share"), **shares,
    )  # fmt: skip


def years(lang: Language) -> str:
    """Study years together, or apart."""
    return _said(
        "**Study years together or apart.** When each study year meets apart, the share adequately supervised at "
        "{today} places is {moved} ({low} to {high} in nine of ten plausible worlds), and it is lower in {lower} of "
        "them. Against today’s partnership such clusters could have {size}; against themselves at {today} places, "
        "{own}.",
        "**Studiejaren samen of apart.** Komt elk studiejaar apart bijeen, dan is het aandeel dat toereikend "
        "begeleid wordt bij {today} plaatsen {moved} ({low} tot {high} in negen van de tien aannemelijke werelden); "
        "lager is het in {lower} van die werelden. Met hooguit 5 procentpunt verlies tegenover het partnerschap van "
        "nu komen zulke clusters uit op {size}, en tegenover henzelf met {today} plaatsen op {own}.",
        lang, today=TODAY, size=_size(APART, lang), own=_size(APART, lang, "own loss"), **_of("apart at 12", lang),
    )  # fmt: skip


def mbo(lang: Language) -> str:
    """With mbo, or without: all students, and hbo students alone."""
    everybody, hbo = (_of("mbo at 12", lang, of) for of in (ALL, HBO))
    theirs = row("levels", arm=TOGETHER_MBO, of=MBO, size=TODAY, source=PLAUSIBLE)["middle"]
    told = _said(
        "**With mbo or without.** With {n} mbo students in every cluster, on top of {today} places, the share of "
        "all students is {all_moved} ({all_low} to {all_high} in nine of ten plausible worlds), and lower in "
        "{all_lower} of them. Part of that is the mbo students’ own, of whom {theirs} are adequately supervised. Of "
        "hbo students alone it is {moved} ({low} to {high}), and lower in {lower} of plausible worlds.",
        "**Met of zonder mbo.** Met {n} mbo-studenten in elk cluster, boven op de {today} plaatsen, is het aandeel "
        "van alle studenten {all_moved} ({all_low} tot {all_high} in negen van de tien aannemelijke werelden); lager "
        "is het in {all_lower} van die werelden. Een deel daarvan zijn de mbo-studenten zelf: van hen wordt "
        "{theirs} toereikend begeleid. Van de hbo-studenten alleen is het {moved} ({low} tot {high}), en lager in "
        "{lower} van de aannemelijke werelden.",
        lang, n=MBO_STUDENTS, today=TODAY, theirs=percent(theirs, lang), **hbo,
        **{f"all_{name}": text for name, text in everybody.items()},
    )  # fmt: skip
    return told + _said(
        " So that hbo students lose no more than 5 points against today, such clusters could have {size}, and "
        "{apart} when each study year meets apart. So that no more than 5 points are lost over all students, mbo "
        "students among them, they could have {size_of_all}.",
        " Mogen hbo-studenten hooguit 5 procentpunt verliezen tegenover nu, dan komen zulke clusters uit op {size}, "
        "en op {apart} als elk studiejaar apart bijeenkomt. Mag over alle studenten samen, dus met de mbo-studenten "
        "erbij, hooguit 5 procentpunt verloren gaan, dan komen zij uit op {size_of_all}.",
        lang, size=_size(TOGETHER_MBO, lang, of=HBO), apart=_size(APART_MBO, lang, of=HBO),
        size_of_all=_size(TOGETHER_MBO, lang),
    )  # fmt: skip


def mbo_or_hbo(lang: Language) -> str:
    """Four mbo students more, or four hbo places more."""
    return _said(
        "**Mbo students, or more hbo students.** With {n} mbo students on top of {today} places the share of hbo "
        "students is {moved} than with {n} hbo places more ({low} to {high}); it is higher in {higher} of plausible "
        "worlds.",
        "**Mbo-studenten erbij, of meer hbo-studenten.** Met {n} mbo-studenten boven op {today} plaatsen is het "
        "aandeel van de hbo-studenten {moved} dan met {n} hbo-plaatsen erbij ({low} tot {high}); hoger is het in "
        "{higher} van de aannemelijke werelden.",
        lang, n=MBO_STUDENTS, today=TODAY, **_of("four mbo for four hbo", lang, HBO),
    )  # fmt: skip


def dearer(lang: Language) -> str:
    """Whether growing takes more with mbo, or with years apart."""
    grown = {
        key: points(row("pairs", pair=name, source=PLAUSIBLE, of=of)["middle"], lang)
        for key, name, of in (("alone", "grown", ALL), ("apart", "grown apart", ALL), ("mbo", "grown mbo", HBO))
    }
    in_mbo, in_apart = _of("dearer mbo", lang, HBO)["lower"], _of("dearer apart", lang)["lower"]
    return _said(
        "**Does growing itself take more?** From {today} to {more} places the share changes by {alone} points as "
        "the partnership is, by {apart} with each study year apart, and with mbo by {mbo} for hbo students. In "
        "{in_mbo} of plausible worlds growing takes more from hbo students with mbo than without; in {in_apart} it "
        "takes more with years apart than together.",
        "**Kost groei zelf dan meer?** Van {today} naar {more} plaatsen verandert het aandeel met {alone} "
        "procentpunt zoals het partnerschap nu is, met {apart} als elk studiejaar apart bijeenkomt, en met mbo "
        "erbij met {mbo} voor de hbo-studenten. In {in_mbo} van de aannemelijke werelden kost groei de hbo-studenten "
        "met mbo meer dan zonder; in {in_apart} kost zij met de studiejaren apart meer dan samen.",
        lang, today=TODAY, more=FOUR_MORE, in_mbo=in_mbo, in_apart=in_apart, **grown,
    )  # fmt: skip


def ask_first(lang: Language) -> str:
    """What the loss hangs on for sure."""
    asked = rows("asks", source=PLAUSIBLE, worth_asking=True)[:ASKED_AT_MOST]
    if not asked:
        return _said(
            "**Ask first.** No single thing that nobody knows explains for sure what is unsure about the loss.",
            "**Vraag eerst na.** Niets van wat niemand weet, verklaart op zichzelf met zekerheid wat er onzeker is "
            "aan het verlies.", lang,
        )  # fmt: skip
    names = [f"{_asked(one, lang)} ({percent(one['explains'], lang)})" for one in asked]
    return _said(
        "**Ask first**, by how much it explains of what is unsure about the loss at {place} places: {names}.",
        "**Vraag eerst na**, met hoeveel het verklaart van wat er bij {place} plaatsen onzeker is aan het verlies: "
        "{names}.",
        lang, place=as_given(float(asked[0]["place"]), lang), names=enumerate_words(names, lang),
    )  # fmt: skip


def _asked(one: dict[str, Any], lang: Language) -> str:
    return in_language(of_group(str(one["name"])) or named(str(one["name"])), lang)
