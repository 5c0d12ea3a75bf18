"""Damage to something valid: to its structure, or to its bytes."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.toml_text import toml
from tests.fuzz.values import documents, names, values

DAMAGES = ("put", "put", "put", "remove", "rename", "add", "wrap", "swap", "repeat", "double")


@st.composite
def damaged(draw: st.DrawFn, whole: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    """The document with one to four places damaged; `words` are names that mean something in documents of its kind."""
    made: dict[str, Any] = copy.deepcopy(dict(whole))
    for _ in range(draw(st.integers(0, 4))):
        _damage(draw, made, words)
    return made


def _damage(draw: st.DrawFn, made: dict[str, Any], words: Sequence[str]) -> None:
    place: Any = made
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, dict | list) or draw(st.integers(0, 3)) == 0:
            break
        place = inner
    known = st.sampled_from(words) | names
    match draw(st.sampled_from(DAMAGES)):
        case "put":
            place[key] = draw(values)
        case "remove":
            del place[key]
        case "rename" if isinstance(place, dict):
            place[draw(known)] = place.pop(key)
        case "add" if isinstance(place, dict):
            place[draw(known)] = draw(values)
        case "add":
            place.insert(key, draw(values))
        case "wrap":
            place[key] = draw(st.sampled_from(([inner], {"a": inner}, {"low": inner, "high": inner}, [[inner]])))
        case "swap":
            other = draw(st.sampled_from(keys))
            place[key], place[other] = place[other], place[key]
        case "repeat" if isinstance(place, list):
            place += [copy.deepcopy(inner)] * draw(st.sampled_from((1, 3, 60)))
        case "double" if isinstance(inner, str):
            place[key] = inner * draw(st.sampled_from((2, 100)))


@st.composite
def hurt(draw: st.DrawFn, content: bytes) -> bytes:
    """The bytes with one to three pieces replaced, cut out, doubled, or all after a point missing."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 40))
        match draw(st.integers(0, 4)):
            case 0:
                content = content[:at] + draw(st.binary(max_size=12)) + content[at + length :]
            case 1:
                content = content[:at] + content[at + length :]
            case 2:
                content = content[:at] + content[at : at + length] * draw(st.sampled_from((2, 50))) + content[at:]
            case 3:
                junk = draw(st.text("[]{}=\"'.,#\n\\ 0aexn-", max_size=10))
                content = content[:at] + junk.encode() + content[at + length :]
            case 4:
                content = content[:at] if draw(st.integers(0, 4)) == 0 else content
    return content


def toml_files(wholes: Sequence[Mapping[str, Any]], words: Sequence[str]) -> st.SearchStrategy[bytes]:
    """TOML files: mostly valid documents with structural damage, some damaged bytes, some random ones."""
    structural = st.sampled_from(range(len(wholes))).flatmap(lambda at: damaged(wholes[at], words)).map(_encoded)
    bytewise = st.sampled_from([_encoded(whole) for whole in wholes]).flatmap(hurt)
    known = st.dictionaries(st.sampled_from(words) | names, values, max_size=6).map(_encoded)
    anything = documents.map(_encoded) | st.binary(max_size=200) | st.text(max_size=200).map(_utf8)
    return st.one_of(structural, structural, structural, structural, bytewise, known, anything)


def _encoded(document: Mapping[str, Any]) -> bytes:
    return _utf8(toml(document))


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
