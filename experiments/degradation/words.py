"""What `samenspel degrade` tells people, in English and Dutch."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from samenspel.experiments.degradation.degrade import Degradation
from samenspel.experiments.degradation.structure import MATERIAL
from samenspel.experiments.degradation.tables import SHARE
from samenspel.experiments.degradation.worlds_in_words import level, of_worlds
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, enumerate_words, number, percent, word
from samenspel.experiments.statistics.safe_scale import SURE
from samenspel.model.words import Message, in_language, say

SAID: dict[str, Message] = {
    word: word
    for word in (
        Message("break"),
        Message("smooth"),
        Message("straight"),
        Message("flat"),
        Message("levels off"),
        Message("undecided"),
        Message("higher"),
        Message("lower"),
        Message("no clear difference"),
        Message("segmented"),
        Message("quadratic"),
        Message("logistic"),
        Message("degradation point"),
        Message("bend of the best broken line"),
        Message("share, over all sizes"),
        Message("share, at the scenario's size"),
        Message("size where the mean share passes the floor"),
        Message("safe scale by share"),
        Message("safe scale by loss"),
        Message("shape"),
        Message("best broken line breaks at"),
        Message("mean share passes the floor at"),
        Message("last size against first"),
        Message("safe scale"),
    )
}  # fixed words of the tables


def said(english: str, lang: Language) -> str:
    """A fixed word of the tables in the language asked."""
    if english.startswith("share against "):
        return say("share against {other}", lang, other=english.removeprefix("share against "))
    return in_language(SAID.get(english, english), lang)


def findings(found: Degradation, lang: Language) -> list[str]:
    """The sentences about everything that was asked."""
    if len(found.plan.axes) == 2:
        return _region(found, lang)
    told = list(_of_arms(found, lang))
    told += _shifts(found, lang)
    told += _there_and_back(found, lang)
    return told + _structure(found, lang)


# --- sizes in words --------------------------------------------------------------------------------------------------


def size(found: Degradation, value: float, lang: Language) -> str:
    """A place on the axis as a number; what lies beyond the axis in words."""
    axis = found.plan.axes[0]
    if math.isinf(value):
        end = axis.values[-1] if value > 0 else axis.values[0]
        beyond = say("over", lang) if value > 0 else say("under", lang)
        return f"{beyond} {_plain(end, axis.values, lang)}"
    return _plain(value, axis.values, lang)


def _plain(value: float, values: tuple[float, ...], lang: Language) -> str:
    """Digits enough for the steps of the axis; none for a whole number."""
    if float(value).is_integer():
        return number(value, lang)
    step = (values[-1] - values[0]) / max(1, len(values) - 1)
    return number(value, lang, max(0, 1 - math.floor(math.log10(step))))


def _between(found: Degradation, low: float, high: float, lang: Language) -> str:
    return f"{size(found, low, lang)} – {size(found, high, lang)}"


def points(share: float, lang: Language, *, signed: bool = False) -> str:
    """A difference of shares in percentage points."""
    sign = "+" if signed and share > 0 else ""
    return f"{sign}{number(100 * share, lang, 1)}"


def rises(found: Degradation) -> bool:
    """Whether the share rises along the axis."""
    mean = found.curves.loc[(found.curves["indicator"] == SHARE) & (found.curves["by"] == "all"), "mean"]
    return bool(mean.iloc[-1] > mean.iloc[0])


# --- one arm at a time -----------------------------------------------------------------------------------------------


def _of_arms(found: Degradation, lang: Language) -> Iterator[str]:
    breaks = found.breaks[(found.breaks["indicator"] == SHARE) & (found.breaks["by"] == "all")]
    for arm in found.plan.arms:
        head = f"{in_language(arm.title, lang).capitalize()}: " if found.plan.comparison else ""
        row = rows(breaks[breaks["arm"] == arm.name])[0]
        safe = rows(found.safe[found.safe["arm"] == arm.name]) if len(found.safe) else []
        for one in safe:  # the loss against today is the headline
            if one["criterion"] == "loss":
                yield head + _safe(found, one, lang) + level(found, arm.name, one["scale"], lang)
        yield head + _shape(found, arm.name, row, lang)
        yield from (head + _safe(found, one, lang) for one in safe if one["criterion"] != "loss")
    yield from of_worlds(found, lang)


def _shape(found: Degradation, arm: str, row: dict[str, Any], lang: Language) -> str:
    """What the curve of the share does."""
    from_to = _from_to(found, arm, lang)
    at = f"{size(found, row['point'], lang)} ({_between(found, row['low'], row['high'], lang)})"
    before, after = (points(row[name], lang, signed=True) for name in ("slope_before", "slope_after"))
    slopes = say(
        "{before} percentage points for each step of 1 before it, {after} after it", lang, before=before, after=after
    )
    match row["shape"]:
        case "break":
            told = Message(
                "the share adequately supervised breaks at {at}: {slopes} ({from_to}).",
                at=at,
                slopes=slopes,
                from_to=from_to,
            )
        case "levels off":
            told = Message(
                "no break downwards: the share goes {from_to} and levels off at {at}: {slopes}.",
                from_to=from_to,
                at=at,
                slopes=slopes,
            )
        case "smooth":
            told = _smooth(row, from_to, at, slopes, lang)
        case "straight":
            told = Message("no break: a straight line, {from_to}.", from_to=from_to)
        case "flat":
            told = Message("no break: flat, {from_to}.", from_to=from_to)
        case _:
            told = Message("too few sizes or replications to judge a break; {from_to}.", from_to=from_to)
    return told.text(lang)


def _from_to(found: Degradation, arm: str, lang: Language) -> str:
    """The mean share at the first and the last size."""
    curves, axis = found.curves, found.plan.axes[0]
    curve = curves[(curves["arm"] == arm) & (curves["indicator"] == SHARE) & (curves["by"] == "all")]
    first, last = (percent(float(curve["mean"].iloc[at]), lang) for at in (0, -1))
    low, high = (_plain(axis.values[at], axis.values, lang) for at in (0, -1))
    return say(
        "from {first} at {low} to {last} at {high}{unit}",
        lang,
        first=first,
        low=low,
        last=last,
        high=high,
        unit="" if axis.parameter.unit == "0-1" else f" {word(axis.parameter.unit, lang)}",
    )


def _smooth(row: dict[str, Any], from_to: str, at: str, slopes: str, lang: Language) -> Message:
    """A smooth curve describes the share about as well as the best broken line."""
    smooth = min(("quadratic", "logistic"), key=lambda form: row.get(f"bic_{form}", math.inf))
    return Message(
        "no break: the share changes smoothly, {from_to}. The best broken line bends at {at}, but is no "
        "clearly better description than a {smooth} curve (BIC {broken} against {other}); {slopes}.",
        from_to=from_to,
        at=at,
        smooth=said(smooth, lang),
        broken=number(row["bic_segmented"], lang, 1),
        other=number(row[f"bic_{smooth}"], lang, 1),
        slopes=slopes,
    )


def _safe(found: Degradation, row: dict[str, Any], lang: Language) -> str:
    """Up to where it is safe, by one criterion."""
    down = rises(found)
    where = f"{size(found, row['scale'], lang)} ({_between(found, row['low'], row['high'], lang)})"
    floor, sure = percent(row["floor"], lang), percent(SURE, lang)
    own = _plain(float(found.plan.places[found.plan.own_place][found.plan.axes[0].name]), (0.0, 1.0), lang)
    none = math.isinf(row["scale"]) and (row["scale"] > 0) == down
    if none:
        reach = say("nowhere on this axis", lang)
    else:
        reach = say("from {where}", lang, where=where) if down else say("up to {where}", lang, where=where)
    told = {
        "mean share": Message(
            "on average at least {floor} are adequately supervised {reach}.", floor=floor, reach=reach
        ),
        "share": Message(
            "safe scale (at least {floor} adequate in at least {sure} of {n} worlds): {reach}.",
            floor=floor,
            sure=sure,
            n=row["n"],
            reach=reach,
        ),
        "loss": Message(
            "at most {floor} percentage points are lost against today ({own}) in the same world, in at least "
            "{sure} of {n} worlds: {reach}.",
            floor=floor.removesuffix("%"),
            own=own,
            sure=sure,
            n=row["n"],
            reach=reach,
        ),
    }
    return told[str(row["criterion"])].text(lang)


# --- arms, ways and forms --------------------------------------------------------------------------------------------


def _shifts(found: Degradation, lang: Language) -> list[str]:
    titles = {arm.name: in_language(arm.title, lang) for arm in found.plan.arms}
    told = []
    for row in rows(found.shifts):
        share = str(row["what"]).startswith("share")
        if math.isnan(row["shift"]):
            continue
        figures = [
            points(row[key], lang, signed=True) if share else _step(found, row[key], lang)
            for key in ("shift", "low", "high")
        ]
        unit = say("percentage points", lang) if share else ""
        against = say("against", lang)
        span = f" ({figures[1]} – {figures[2]})" if math.isfinite(row["low"]) else ""
        what = said(str(row["what"]), lang)
        told.append(
            f"{titles[row['arm']]} {against} {titles[row['against']]}, {what}: {figures[0]}{span} {unit}".rstrip() + "."
        )
    return told


def _step(found: Degradation, value: float, lang: Language) -> str:
    values = found.plan.axes[0].values
    return ("+" if value > 0 else "") + _plain(round(value, 6), values, lang)


def _there_and_back(found: Degradation, lang: Language) -> list[str]:
    """Whether quality comes back at the same size."""
    table = found.there_and_back
    if table.empty:
        return []
    name = found.plan.axes[0].name
    shrinking = table[table["way"] == "shrinking"]
    top = size(found, float(table[name].max()), lang)
    told = []
    behind, ahead = shrinking["high"] < 0, shrinking["low"] > 0
    for rows_of, quality in (
        (shrinking[behind], say("quality stays behind", lang)),
        (shrinking[ahead], say("quality is higher", lang)),
        (shrinking[~behind & ~ahead], say("quality is the same", lang)),
    ):
        if len(rows_of):
            sizes = enumerate_words([_at(found, row, lang) for row in rows(rows_of)], lang)
            told.append(
                say(
                    "Grown to {top} and shrunk back, {quality} at {sizes} percentage points, against those who had "
                    "that size all along.",
                    lang,
                    top=top,
                    quality=quality,
                    sizes=sizes,
                )
            )
    return told


def _at(found: Degradation, row: dict[str, Any], lang: Language) -> str:
    """A size with the difference there, in percentage points."""
    return f"{size(found, float(row[found.plan.axes[0].name]), lang)} ({points(row['difference'], lang, signed=True)})"


def _structure(found: Degradation, lang: Language) -> list[str]:
    """Which headlines survive every rival form and every mechanism left out."""
    table = found.structure
    if table.empty:
        return []
    titles = {arm.name: in_language(arm.title, lang) for arm in found.plan.arms}
    variants = table["variant"].nunique() - 1
    told = []
    for (arm, headline), group in table.groupby(["arm", "headline"], sort=False):
        reference = group[group["variant"] == ""]["value"].iloc[0]
        fails = group[~group["survives"].astype(bool)]
        head = said(str(headline), lang) + (f" ({titles[str(arm)]})" if found.plan.comparison else "")
        value = headline_value(found, reference, lang)
        others = [
            f"{variant_title(row['variant'], lang)}: {headline_value(found, row['value'], lang)}" for row in rows(fails)
        ]
        if others:
            told.append(f"{head} = {value}: {say('does not survive', lang)} " + "; ".join(others))
        else:
            every = say("survives all {variants} variants", lang, variants=variants)
            told.append(f"{head} = {value}: {every}")
    share = percent(MATERIAL, lang)
    rule = say("A size survives when it moves by less than {share} of the axis.", lang, share=share)
    return [*(line + "." for line in told), rule]


def variant_title(variant: str, lang: Language) -> str:
    """A rival form, or a mechanism left out, by the name of its parameter."""
    if not variant:
        return say("as in the scenario", lang)
    if variant.startswith("without "):
        return say("without {mechanism}", lang, mechanism=variant.removeprefix("without "))
    return variant


def headline_value(found: Degradation, value: Any, lang: Language) -> str:
    """A word or a size."""
    if isinstance(value, str):
        return said(value, lang)
    return "–" if math.isnan(value) else size(found, float(value), lang)


def _region(found: Degradation, lang: Language) -> list[str]:
    """How much of the map is safe."""
    curve = found.curves[(found.curves["indicator"] == SHARE) & (found.curves["by"] == "all")]
    at = len(curve)
    mean = int((curve["mean"] >= found.plan.safe_share).sum())
    floor, sure = percent(found.plan.safe_share, lang), percent(SURE, lang)
    told = [
        say(
            "At {mean} of {at} places at least {floor} are adequately supervised on average.",
            lang,
            mean=mean,
            at=at,
            floor=floor,
        )
    ]
    for column, what in (
        ("safe_by_share", say("at least {floor}", lang, floor=floor)),
        ("safe_by_loss", say("no more loss than is borne", lang)),
    ):
        if len(found.worlds):
            safe = int((found.worlds[column] >= SURE).sum())
            told.append(
                say(
                    "In at least {sure} of worlds: {what} at {safe} of {at} places.",
                    lang,
                    sure=sure,
                    what=what,
                    safe=safe,
                    at=at,
                )
            )
    return told


def table_of(found: Degradation) -> pd.DataFrame:
    """The share by size for every arm, with its band; what is printed."""
    names = ["arm", *(axis.name for axis in found.plan.axes), "mean", "low", "high"]
    table = found.curves[(found.curves["indicator"] == SHARE) & (found.curves["by"] == "all")][names]
    if len(found.worlds):
        keys = ["arm", *(axis.name for axis in found.plan.axes)]
        table = table.merge(found.worlds[[*keys, "safe_by_share", "safe_by_loss"]], on=keys, how="left")
    return table
