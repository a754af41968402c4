"""Codes, part numbers and paragraphs: `R123-78`, `E-17/b`, `0x80070057`, `9001:2015`, `§ 7`.

One sign more or less makes another thing of them, to which neither a search for words nor the
reader pays much heed. Pure functions of text.
"""

import re
import unicodedata
from functools import lru_cache

_JOINT = "-./:_"
_SIGNED = r"(?P<signed>§§?\s?\d+[a-z]?)"
_CODE = re.compile(rf"{_SIGNED}|(?P<code>[^\W_]+(?:[{_JOINT}][^\W_]+)*)(?P<rest>[^\W_]*)")
_DIGIT = re.compile(r"\d")
_DIGITS, _LETTERS = re.compile(r"\d+"), re.compile(r"[^\W\d_]+")
_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013", "-"))
# Numbers that are no names of things: 1,200.50, 2024-05-06, 10:30, 3rd, 20th, 1990s, 5km, 230v, 2x
_QUANTITY = re.compile(
    r"\d+(?:[.,/:]\d+)*|\d{4}-\d{1,2}(?:-\d{1,2})?|\d{1,4}[-–]\d{1,4}"
    r"|\d{4}s|\d+(?:st|nd|rd|th|er|ers|e|ème|os?|as?|ª|º)|\d+(?:[.,]\d+)?[^\W\d_]{1,4}"
    r"|q[1-4]|fy\d\d+|\d+-[^\W\d_]{3,}"  # the third quarter, a financial year, 30-day
)
_NUMBERED = re.compile(r"\d+(?:[.:/]\d+)+")  # 4.2.1, and 9001:2015, which isn't 9001:2008
_TIME = re.compile(r"\d{1,2}:\d\d(?::\d\d)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_MOST = 5  # codes of a question: each is a search
_LONGEST = 80  # characters of a code


def codes_of(question: str) -> tuple[str, ...]:
    """Return the codes that a question names, in small letters."""
    named = (code for code in _codes(question) if _is_name(code))
    return tuple(dict.fromkeys(named))[:_MOST]


def names(text: str, code: str) -> bool:
    """Return whether a text has a code just so: `E-17` isn't in `E-17/b`."""
    return code in _codes(text)


def names_another(text: str, code: str) -> bool:
    """Return whether a text has a code that looks like another one, and not that one itself."""
    held = _codes(text)
    return code not in held and any(_alike(code, other) for other in held)


@lru_cache(512)  # a sentence stands beside two others, and is looked at for each code
def _codes(text: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKC", text).translate(_HYPHENS).casefold()
    codes: set[str] = set()
    for match in _CODE.finditer(plain):
        code = match["signed"]
        if code:
            codes.add(re.sub(r"\s", "", code).replace("§§", "§"))
        elif _DIGIT.search(match["code"]) and len(match["code"]) <= _LONGEST:
            codes.update(_several(match["code"]))
    return frozenset(codes)


def _several(code: str) -> list[str]:
    """Return the codes that a stroke parts, if it parts whole ones: `e05/e06`, no `e-12/b-2`."""
    parts = code.split("/")
    return parts if len({_DIGITS.sub("9", part) for part in parts}) == 1 else [code]


def _shape(code: str) -> str:
    return _LETTERS.sub("a", _DIGITS.sub("9", code))


def _is_name(code: str) -> bool:
    if code.startswith("§"):
        return True
    if _TIME.fullmatch(code):
        return False
    if _NUMBERED.fullmatch(code):
        return ":" in code or code.count(".") > 1
    return not _QUANTITY.fullmatch(code)


def _alike(one: str, other: str) -> bool:
    """Tell whether two codes may be taken for each other: built alike, or one begins the other."""
    return _shape(one) == _shape(other) or one.startswith(other) or other.startswith(one)
