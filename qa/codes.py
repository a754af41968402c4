"""Words with a digit, and those of them that name a thing: numbers, years, and codes.

Nothing else stands for such a word: an answer has it, or isn't one. Codes, part numbers and
paragraphs (`R123-78`, `E-17/b`, `0x80070057`, `9001:2015`, `§ 7`) become another thing by one sign
more or less, to which neither a search for words nor the reader pays much heed. Pure functions of
text.
"""

import re
import unicodedata
from collections.abc import KeysView
from functools import lru_cache

_WORD = r"[^\W_]+(?:[-./:_][^\W_]+)*"  # with its joints: "TPO/2025/17"
_JOINED = re.compile(_WORD)
_CODE = re.compile(rf"(?P<signed>§§?\s?\d+[a-z]?)|(?P<code>{_WORD})")
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


def has_digit(word: str) -> bool:
    """Return whether a word holds a digit."""
    return any(map(str.isdigit, word))


def words_with_digits(question: str) -> list[str]:
    """Return the numbers, years and codes of a question, in small letters."""
    words = (match[0] for match in _JOINED.finditer(question.casefold()))
    return [word for word in words if has_digit(word)]


def has_word(text: str, word: str) -> bool:
    """Return whether a text has a word whole, with its joints; both in the same letters."""
    return re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", text) is not None


def codes_of(question: str) -> tuple[str, ...]:
    """Return the codes that a question names, in small letters and in its order."""
    return tuple(code for code in _codes(question) if _is_name(code))[:_MOST]


def names(text: str, code: str) -> bool:
    """Return whether a text has a code just so: `E-17` isn't in `E-17/b`."""
    return code in _codes(text)


def names_another(text: str, code: str) -> bool:
    """Return whether a text has a code that looks like another one, and not that one itself."""
    held = _codes(text)
    return code not in held and any(_alike(code, other) for other in held)


@lru_cache(512)  # a sentence stands beside two others, and is looked at for each code
def _codes(text: str) -> KeysView[str]:
    """Return what may be codes in a text, each once, in its order."""
    plain = unicodedata.normalize("NFKC", text).translate(_HYPHENS).casefold()
    codes: list[str] = []
    for match in _CODE.finditer(plain):
        code = match["signed"]
        if code:
            codes.append(re.sub(r"\s", "", code).replace("§§", "§"))
        elif _DIGIT.search(match["code"]) and len(match["code"]) <= _LONGEST:
            codes += _several(match["code"])
    return dict.fromkeys(codes).keys()


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
