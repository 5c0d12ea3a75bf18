"""The tables of docs/GROWTH.md, made from what was stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from samenspel.experiments.degradation.structure import MATERIAL
from samenspel.experiments.output.frames import rows as records
from samenspel.experiments.output.language import number, percent
from samenspel.experiments.plausible.source import PLAUSIBLE, PRIOR
from samenspel.experiments.plausible.texts import named
from samenspel.model.words import Language, Phrase
from tools.documents import table
from tools.growth.figures import ALL, APART, APART_MBO, ARMS, HBO, LEVELS, MBO, TOGETHER, TOGETHER_MBO
from tools.growth.robust import FEWEST, Verdict, verdicts
from tools.growth.store import stored
from tools.growth.words import ARMS as NAMES
from tools.growth.words import CLAIMS, OTHERWISE, PARTNERSHIP, VERDICTS, WORLDS, limit
from tools.growth.words import PAIRS as DIFFERENCES

SOURCES = (PLAUSIBLE, PRIOR)
CRITERIA = {
    "loss": Phrase("at most 5 points lost against today’s partnership", "hooguit 5 procentpunt minder dan nu"),
    "own loss": Phrase(
        "at most 5 points lost against itself with 12 places",
        "hooguit 5 procentpunt minder dan hetzelfde met 12 plaatsen",
    ),
    "share": Phrase("at least 80% adequately supervised", "minstens 80% toereikend begeleid"),
}
OF_WHOM = {
    ALL: Phrase("{what}", "{what}"),
    HBO: Phrase("{what}: hbo students alone", "{what}: alleen de hbo-studenten"),
    MBO: Phrase("{what}: mbo students alone", "{what}: alleen de mbo-studenten"),
}
PARTNERSHIPS = (*((arm, ALL) for arm in ARMS), (TOGETHER_MBO, HBO), (APART_MBO, HBO))


# --- looking up ------------------------------------------------------------------------------------------------------


def row(name: str, **where: Any) -> dict[str, Any]:
    """The one row of a stored table of which these columns have these values."""
    [found] = rows(name, **where)
    return found


def rows(name: str, **where: Any) -> list[dict[str, Any]]:
    """All such rows."""
    found = stored(name)
    for column, value in where.items():
        found = found[found[column] == value]
    return records(found)


def tried() -> tuple[float, float]:
    """The smallest and the largest size that were tried."""
    sizes = stored("levels")["size"]
    return float(sizes.min()), float(sizes.max())


def points(value: float, lang: Language) -> str:
    """Percentage points with their sign."""
    text = number(value, lang, 1).replace("-", "−")
    return f"+{text}" if value > 0 else text


# --- tables ----------------------------------------------------------------------------------------------------------


def facts(lang: Language) -> str:
    """When, with what and in how many worlds."""
    one, size = rows("levels")[0], rows("levels", of=ALL, arm=TOGETHER, source=PLAUSIBLE)
    sizes = ", ".join(f"{at['size']:g}" for at in size)
    worlds = {source: rows("levels", source=source)[0]["worlds"] for source in SOURCES}
    lines = (
        (Phrase("run on", "doorgerekend op").text(lang), one["date"]),
        (Phrase("rules", "regels").text(lang), f"{one['version']}, `{one['rules']}`"),
        (Phrase("places a cluster", "plaatsen per cluster").text(lang), sizes),
        (Phrase("school years, seed", "schooljaren, toevalsgetal").text(lang), f"{one['years']}, {one['seed']}"),
        *((WORLDS[source].text(lang), f"{count}") for source, count in worlds.items()),
    )
    return table(("", ""), lines)


def who(arm: str, of: str, lang: Language) -> str:
    """A partnership, and of whom a share is told."""
    return OF_WHOM[of].text(lang).format(what=NAMES[arm].text(lang))


def scale(lang: Language) -> str:
    """How far each partnership can grow, by each criterion."""
    return table(
        (
            Phrase("what is asked", "wat er gevraagd wordt").text(lang), PARTNERSHIP.text(lang),
            *(WORLDS[source].text(lang) for source in SOURCES),
            Phrase("rival forms alone", "elke rivaliserende vorm apart").text(lang),
        ),
        (
            (what.text(lang), who(arm, of, lang), *(scale_in(criterion, arm, of, source, lang) for source in SOURCES),
             _over_forms(criterion, arm, of, lang))
            for criterion, what in CRITERIA.items()
            for arm, of in PARTNERSHIPS
            if not (criterion == "own loss" and arm == TOGETHER)
        ),
    )  # fmt: skip


def scale_in(criterion: str, arm: str, of: str, source: str, lang: Language) -> str:
    """How far a partnership can grow by a criterion, in the worlds of a source, with its interval."""
    return _with_interval(row("scales", form="", criterion=criterion, arm=arm, of=of, source=source), lang)


def _with_interval(found: Mapping[str, Any], lang: Language) -> str:
    middle, low, high = (limit(found[name], tried(), lang) for name in ("scale", "low", "high"))
    return f"**{middle}**" if middle == low == high else f"**{middle}** ({low} – {high})"


def over_forms(criterion: str, arm: str, of: str, source: str = PLAUSIBLE) -> tuple[float, float]:
    """From the least to the most under any rival form alone that counts, in these worlds; NaN without any."""
    found = stored("scales")
    found = found[(found["form"] != "") & (found["worlds"] >= FEWEST) & (found["source"] == source)]
    found = found[(found["criterion"] == criterion) & (found["arm"] == arm) & (found["of"] == of)]
    return float(found["scale"].min()), float(found["scale"].max())


def _over_forms(criterion: str, arm: str, of: str, lang: Language) -> str:
    ends = [limit(end, tried(), lang) for end in over_forms(criterion, arm, of)]
    return " – ".join(dict.fromkeys(ends))


def level(lang: Language) -> str:
    """How many are adequately supervised at some sizes."""
    partnerships = (*PARTNERSHIPS, (TOGETHER_MBO, MBO), (APART_MBO, MBO))
    return table(
        (PARTNERSHIP.text(lang), Phrase("worlds", "werelden").text(lang),
         *(Phrase(f"{size} places", f"{size} plaatsen").text(lang) for size in LEVELS)),
        (
            (who(arm, of, lang), WORLDS[source].text(lang), *(_level(arm, of, size, source, lang) for size in LEVELS))
            for source in SOURCES
            for arm, of in partnerships
        ),
    )  # fmt: skip


def _level(arm: str, of: str, size: int, source: str, lang: Language) -> str:
    found = row("levels", arm=arm, of=of, size=size, source=source)
    middle, low, high = (percent(found[name], lang) for name in ("middle", "low", "high"))
    return f"**{middle}** ({low} – {high})"


def pair(lang: Language) -> str:
    """Differences over the same worlds; of hbo students alone too, where mbo students come."""
    lower = Phrase("lower in", "lager in").text(lang)
    heads = [head for source in SOURCES for head in (WORLDS[source].text(lang), lower)]
    with_mbo = [name for name in DIFFERENCES if "mbo" in name]
    asked = [*((name, ALL) for name in DIFFERENCES), *((name, HBO) for name in with_mbo)]
    return table(
        (Phrase("difference, in points", "verschil in procentpunt").text(lang), *heads),
        (
            (
                OF_WHOM[of].text(lang).format(what=DIFFERENCES[name].text(lang)),
                *(cell for source in SOURCES for cell in _pair(name, of, source, lang)),
            )
            for name, of in asked
        ),
    )


def _pair(name: str, of: str, source: str, lang: Language) -> tuple[str, str]:
    found = row("pairs", pair=name, of=of, source=source)
    middle, low, high = (points(found[column], lang) for column in ("middle", "low", "high"))
    return f"**{middle}** ({low} – {high})", percent(found["lower"], lang)


def form(lang: Language) -> str:
    """Each rival form alone: worlds behind it, and how far each partnership can grow there."""
    heads = (
        *Phrase("rule|form|worlds", "regel|vorm|werelden").text(lang).split("|"),
        *(who(arm, of, lang) for arm, of in PARTNERSHIPS),
    )
    found = stored("scales")
    some = found[(found["form"] != "") & (found["criterion"] == "loss") & (found["source"] == PLAUSIBLE)]
    return table(
        heads,
        (
            (named(str(name)).text(lang), f"`{name} = {option}`", str(one["worlds"].iloc[0]), *_by_arm(one, lang))
            for (name, option), one in some.groupby(["form", "option"], sort=False)
        ),
    )


def _by_arm(one: pd.DataFrame, lang: Language) -> Iterable[str]:
    found = {(at["arm"], at["of"]): at for at in records(one)}
    return (_with_interval(found[partnership], lang) for partnership in PARTNERSHIPS)


# --- what is robust --------------------------------------------------------------------------------------------------


def robust(lang: Language) -> str:
    """Every claim with its verdict, where it holds, and whether it could have come out otherwise; the surest first."""
    found = sorted(verdicts(stored("claims")), key=lambda one: list(VERDICTS).index(one.word))
    sizes = [(TOGETHER, ALL), (APART, ALL), (TOGETHER_MBO, HBO), (APART_MBO, HBO)]
    return "\n".join([*(_size(*one, lang) for one in sizes), *(_claim(one, lang) for one in found)]) + "\n"


def _size(arm: str, of: str, lang: Language) -> str:
    """Whether a size stays about the same in all worlds and under every rival form, by the rule of `degrade`."""
    found = [row("scales", form="", criterion="loss", arm=arm, of=of, source=source)["scale"] for source in SOURCES]
    ends = [end for source in SOURCES for end in over_forms("loss", arm, of, source)] + found
    low, high = min(ends), max(ends)
    least, most = tried()
    same = low == high or high - low < MATERIAL * (most - least)
    return (
        Phrase(
            "- **{verdict}.** The size at which 5 points are lost against today ({what}): {low} to {high} places.",
            "- **{verdict}.** Hoeveel plaatsen er kunnen zijn bij hooguit 5 procentpunt minder dan nu ({what}): "
            "{low} tot {high}.",
        )
        .text(lang)
        .format(
            verdict=VERDICTS["robust" if same else "open"].text(lang), what=who(arm, of, lang),
            low=limit(low, tried(), lang), high=limit(high, tried(), lang),
        )
    )  # fmt: skip


def _claim(one: Verdict, lang: Language) -> str:
    verdict = VERDICTS[one.word]
    end = one.most if one.word == "robustly not" else one.least
    shares = Phrase(
        "True in {plausible} of plausible worlds and {prior} of prior ones",
        "Dit klopt in {plausible} van de aannemelijke en {prior} van de ongetoetste werelden",
    ).text(lang)
    if "form" in end:
        shares += Phrase(
            "; of the rival forms {which} under `{form} = {option}`: {held} of {worlds} {source}",
            "; van de rivaliserende vormen {which} onder `{form} = {option}`: {held} van {worlds} {source}",
        ).text(lang)
    which = (
        Phrase("most often", "het vaakst") if one.word == "robustly not" else Phrase("least often", "het minst vaak")
    )
    held = {"held": percent(end["held"], lang), "which": which.text(lang)}
    source = WORLDS[end["source"]].text(lang) if "source" in end else ""
    told = shares.format(
        plausible=percent(one.plausible, lang), prior=percent(one.prior, lang), **{**end, **held, "source": source}
    )
    asked = Phrase("Could it have come out otherwise?", "Had er iets anders uit kunnen komen?").text(lang)
    return (
        f"- **{verdict.text(lang)}.** {CLAIMS[one.claim].text(lang)} {told}.\n"
        f"  *{asked}* {OTHERWISE[one.claim].text(lang)}"
    )
