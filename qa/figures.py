"""Figures in the words of answers, and whether two answers to one question give different ones."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

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
    "kw watt degree page person people"
)
_MEASURES = frozenset(_MEASURE_WORDS.split())
_CURRENCIES = {"euro": "€", "euros": "€", "eur": "€", "dollar": "$", "dollars": "$", "usd": "$"}
_CURRENCIES |= {"gbp": "£", "yen": "¥", "jpy": "¥"}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_FIGURE = re.compile(
    r"(?P<sign>[$£€¥]\s?)?"
    # Not a part of a code: "QDS-550-2187"
    rf"(?P<number>(?<![\w/-])(?:\d+(?:[.,:]\d+)*|{'|'.join(_NUMBERS)})(?![\w/]|-\d))"
    rf"(?:[ -](?P<scale>{'|'.join(_SCALES)})\b)?"
    r"(?:(?P<percent>\s?(?:%|per ?cent\b))|(?:\s|-)(?P<unit>[^\W\d_]+))?",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"\d{1,15}(?:\.\d{1,15})?")
_YEAR = re.compile(r"1\d{3}|20\d\d")
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d")
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")
_NO_CENTS = re.compile(r"\.0+$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in a text.

    Attributes:
        kind: `amount` of money, `percentage`, `time` of day, `duration`, `year`, a unit of measure
            such as `kg`, or `number`.
        value: The figure in one form: `€500`, `3 month`, `1500000`.
        start: Offset of its first character.
        end: Offset after its last character, that of its unit.
    """

    kind: str
    value: str
    start: int
    end: int


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


def figures_in(text: str) -> list[Figure]:
    """Return the figures of a text, in its order; codes such as `QDS-550` hold none."""
    found = []
    for match in _FIGURE.finditer(text):
        written = match["number"]
        plain = _NUMBERS.get(written.casefold()) or _THOUSANDS.sub("", written)
        plain = _scaled(_NO_CENTS.sub("", plain), match["scale"])
        unit = (match["unit"] or "").casefold()
        unit = unit if unit in _CURRENCIES else unit.removesuffix("s")
        end = match.end()
        if match["sign"]:
            kind, value = "amount", match["sign"].strip() + plain
        elif match["percent"]:
            kind, value = "percentage", plain
        elif ":" in written or (unit in {"am", "pm"} and _CLOCK.fullmatch(written)):
            kind, value = "time", written
        elif unit in _TIMES:
            kind, value = "duration", f"{plain} {unit}"
        elif unit in _CURRENCIES:
            kind, value = "amount", _CURRENCIES[unit] + plain
        elif unit in _MEASURES:
            kind, value = unit, plain
        else:
            kind = "year" if _YEAR.fullmatch(plain) and not match["scale"] else "number"
            value = plain
            end = match.end("scale") if match["scale"] else match.end("number")
        found.append(Figure(kind, value, match.start(), end))
    return found


def _scaled(plain: str, scale: str | None) -> str:
    if not scale or not _DECIMAL.fullmatch(plain):
        return plain
    return f"{(Decimal(plain) * _SCALES[scale.casefold()]).normalize():f}"


def _figures(texts: Iterable[str]) -> Mapping[str, set[str]]:
    """Return the figures in texts by their kind, each in one form."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for text in texts:
        for figure in figures_in(text):
            found[figure.kind].add(figure.value)
    return found
