"""Figures in the words of answers, and whether two answers to one question give different ones."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
_NUMBERS = {word: str(number) for number, word in enumerate(_WORDS.split())}
_NUMBERS |= {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "hundred": "100"}
_NUMBERS |= {"once": "1", "twice": "2"}
_TIMES = frozenset({"second", "minute", "hour", "day", "week", "month", "year"})
_MEASURE_WORDS = (
    "mm cm m km metre meter kilometre kilometer centimetre millimetre inch foot feet mile yard "
    "mg g kg gram kilogram tonne ton pound lb oz ounce ml cl l litre liter gallon kb mb gb tb w "
    "kw watt degree page person people euro dollar"
)
_MEASURES = frozenset(_MEASURE_WORDS.split())
_FIGURE = re.compile(
    r"(?P<sign>[$£€¥]\s?)?"
    # Not a part of a code: "QDS-550-2187"
    rf"(?P<number>(?<![\w/-])(?:\d+(?:[.,:]\d+)*|{'|'.join(_NUMBERS)})(?![\w/]|-\d))"
    r"(?:(?P<percent>\s?(?:%|per ?cent\b))|(?:\s|-)(?P<unit>[^\W\d_]+))?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"1\d{3}|20\d\d")
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d")
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")
_NO_CENTS = re.compile(r"\.0+$")


def give_different_figures(one: Iterable[str], other: Iterable[str]) -> bool:
    """Return whether words that answer a question give other figures than others do.

    Figures are compared with those of their kind only: amounts with amounts, years with years,
    "every three months" with "every six weeks", tonnes with tonnes. Answers that share a figure of
    a kind don't differ.

    Args:
        one: The words of an answer, each part by itself.
        other: Those of another.
    """
    first, second = _figures(one), _figures(other)
    shared = first.keys() & second.keys()
    return bool(shared) and all(not first[kind] & second[kind] for kind in shared)


def _figures(texts: Iterable[str]) -> Mapping[str, set[str]]:
    """Return the figures in texts by their kind, each in one form."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for text in texts:
        for match in _FIGURE.finditer(text):
            written = match["number"]
            plain = _NUMBERS.get(written.casefold()) or _THOUSANDS.sub("", written)
            plain = _NO_CENTS.sub("", plain)
            unit = (match["unit"] or "").casefold().removesuffix("s")
            if match["sign"]:
                found["amount"].add(match["sign"].strip() + plain)
            elif match["percent"]:
                found["percentage"].add(plain)
            elif ":" in written or (unit in {"am", "pm"} and _CLOCK.fullmatch(written)):
                found["time"].add(written)
            elif unit in _TIMES:
                found["duration"].add(f"{plain} {unit}")
            elif unit in _MEASURES:
                found[unit].add(plain)
            elif _YEAR.fullmatch(written):
                found["year"].add(plain)
            else:
                found["number"].add(plain)
    return found
