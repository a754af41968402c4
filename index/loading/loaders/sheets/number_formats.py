"""Numbers as a spreadsheet shows them: `1,250.00 EUR` for 1250 in the format `#,##0.00 "EUR"`."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from index.loading.loaders.sheets.date_formats import DATE_PART, as_date

# Formats that a file knows by their number alone. Those of dates look different on each computer,
# so that a day is written as ISO 8601 has it: 03-04-24 would be two days.
BUILT_IN: Final = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"$"#,##0;-"$"#,##0',
    6: '"$"#,##0;-"$"#,##0', 7: '"$"#,##0.00;-"$"#,##0.00', 8: '"$"#,##0.00;-"$"#,##0.00',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 41: '#,##0;(#,##0);"-"',
    42: '"$"#,##0;("$"#,##0);"-"', 43: '#,##0.00;(#,##0.00);"-"',
    44: '"$"#,##0.00;("$"#,##0.00);"-"', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@",
}  # fmt: skip
_EAST_ASIAN_DATES = frozenset({*range(27, 32), *range(50, 59), 36})
_LONGEST = 500  # characters of a format; Excel takes 255
_MOST_DECIMALS = 30  # as Excel
_SECTIONS = re.compile(r'(?:"[^"]*"?|\\.|\[[^\]]*\]?|[_*].|[^;"\\\[_*])*', re.DOTALL)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.?)|\[(?P<bracket>[^\]]*)\]?|_(?P<space>.?)|\*(?P<fill>.?)'
    r"|(?P<exponent>[Ee][+-])(?=[0#?])|(?P<general>General|Standard)|(?P<sign>.)",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_CURRENCY = re.compile(r"\$([^-]*)(?:-.*)?", re.DOTALL)
_DIGITS = frozenset("0#?")
_LETTERS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].', re.DOTALL)
_PRECISE = Context(prec=400)  # numbers have up to 308 digits, and decimals
_EXACT = 10**15  # integers up to here are stored exactly
_CURRENCY_SIGN = re.compile(r"[$€£¥₹₽₩₺₴₪฿]|\b(?:EUR|USD|GBP|CHF|JPY|CNY|SEK|NOK|DKK|PLN|CZK)\b")


def built_in(number: int) -> str:
    """Return the format with a number that a file needs not spell out."""
    return "yyyy-mm-dd" if number in _EAST_ASIAN_DATES else BUILT_IN.get(number, "General")


def shown(value: float, code: str, *, since_1904: bool = False) -> str:
    """Return a number as a cell shows it.

    Args:
        value: The number; of a date the days since the end of 1899.
        code: The cell's format, as `#,##0.00 "EUR"` or `d mmmm yyyy`.
        since_1904: Whether days are counted from 1904 on, as old files of the Macintosh do.

    Returns:
        Points for decimals and commas for thousands, as formats write them, whatever the computer
        that the file was made on puts in their place.
    """
    if not math.isfinite(value):
        return str(value)
    if not code.strip():
        return general(value)
    section, is_own, magnitude = _chosen(code[:_LONGEST], value)
    if section.is_date:
        text = as_date(value, section.code, since_1904=since_1904)
        return general(value) if text is None else text
    text = _number(magnitude, section)
    return f"-{text}" if value < 0 and not is_own and text.strip("0.,") else text


@lru_cache(maxsize=1_000)
def kind_of(code: str) -> str:
    """Return what numbers in a format are: `date`, `percent`, `currency` or `number`."""
    section = _sections(code[:_LONGEST])[0]
    if section.is_date:
        return "date"
    if section.percent:
        return "percent"
    return "currency" if _CURRENCY_SIGN.search(code) else "number"


def general(value: float) -> str:
    """Return a number as the format General shows it, integers with all of their digits."""
    if value == int(value) and abs(value) < _EXACT:
        return str(int(value))
    text = f"{value:.10g}"
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return text
    return f"{Decimal(text):f}" if abs(int(exponent)) < 10 else f"{mantissa}E{int(exponent):+03}"


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of a format, for numbers of a kind.

    Attributes:
        code: As it is written.
        tokens: Digits (`0`, `#`, `?`), signs (`.`, `,`, `/`, `E+`) and, marked by a first `"`,
            words.
        is_date: Whether it shows a day or a time.
        percent: Number of percent signs.
        condition: Of the numbers that it is for, if it says so.
    """

    code: str
    tokens: tuple[str, ...]
    is_date: bool
    percent: int
    condition: tuple[str, float] | None


@lru_cache(maxsize=1_000)
def _sections(code: str) -> tuple[_Section, ...]:
    parts: list[str] = []
    at = 0
    while at <= len(code) and len(parts) < 4:
        match = _SECTIONS.match(code, at)
        parts.append(match[0] if match else "")
        at += len(parts[-1]) + 1
    return tuple(map(_section, parts))


def _section(code: str) -> _Section:
    tokens: list[str] = []
    condition = None
    bare = _LETTERS.sub("", code)
    brackets = re.findall(r"\[([hms]+)\]", code, re.IGNORECASE)
    is_general = "general" in bare.lower() or "standard" in bare.lower()
    is_date = bool(brackets) or (not is_general and bool(DATE_PART.search(bare)))
    for match in _TOKEN.finditer(code):
        kind, text = match.lastgroup, match[match.lastgroup or 0]
        if kind in {"quoted", "escaped"}:
            tokens.append(f'"{text}')
        elif kind == "space":
            tokens.append('" ')
        elif kind == "bracket":
            if found := _CONDITION.fullmatch(text):
                condition = (found[1], float(found[2]))
            elif found := _CURRENCY.fullmatch(text):
                tokens.append(f'"{found[1]}')
        elif kind == "general":
            tokens.append("General")
        elif kind == "exponent":
            tokens.append(text.upper())
        elif kind == "sign":
            tokens.append(text if text in _DIGITS or text in ".,/@" else f'"{text}')
    percent = 0 if is_date else tokens.count('"%')
    return _Section(code, tuple(tokens), is_date, percent, condition)


def _chosen(code: str, value: float) -> tuple[_Section, bool, float]:
    """Return the section for a number, whether it writes the sign itself, and the number in it."""
    sections = _sections(code)
    if any(section.condition for section in sections):
        for section in sections[:3]:
            if section.condition is None or _holds(value, *section.condition):
                own = section is not sections[0] or section.condition is not None
                return section, own and value < 0 and '"-' in section.tokens, abs(value)
        return sections[-1], False, abs(value)
    if value < 0 and len(sections) > 1:
        return (sections[1], True, abs(value))
    if value == 0 and len(sections) > 2:
        return sections[2], True, value
    return sections[0], False, abs(value)


def _holds(value: float, sign: str, bound: float) -> bool:
    match sign:
        case "<":
            return value < bound
        case "<=":
            return value <= bound
        case ">":
            return value > bound
        case ">=":
            return value >= bound
        case "<>":
            return value != bound
        case _:
            return value == bound


def _number(value: float, section: _Section) -> str:
    """Return a number that isn't negative in a section of a format."""
    tokens = section.tokens
    if any(token in {"General", "@"} for token in tokens):
        words = general(value)
        return "".join(words if t in {"General", "@"} else t[1:] for t in tokens if t[0] in '"G@')
    places = [at for at, token in enumerate(tokens) if token in _DIGITS]
    if not places:
        return "".join(token[1:] if token[0] == '"' else token for token in tokens)
    if "E+" in tokens or "E-" in tokens:
        return _scientific(value, tokens)
    # Excel shows at most 15 digits of a number
    number = Decimal(f"{value:.15g}") * 100**section.percent
    if "/" in tokens and any(at < tokens.index("/") for at in places):
        return _fraction(number, tokens)
    last = places[-1]
    thousands = 0
    while last + 1 + thousands < len(tokens) and tokens[last + 1 + thousands] == ",":
        thousands += 1
    number = number.scaleb(-3 * thousands)
    point = tokens.index(".") if "." in tokens else len(tokens)
    whole = [at for at in places if at < point]
    grouped = any(tokens[at] == "," for at in range(whole[0], whole[-1])) if whole else False
    decimals = min(sum(at > point for at in places), _MOST_DECIMALS)
    rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _PRECISE)
    digits, _, after = f"{rounded:f}".partition(".")
    return "".join(_filled(tokens, point, digits, after, grouped=grouped)).strip()


def _filled(
    tokens: Sequence[str], point: int, digits: str, after: str, *, grouped: bool
) -> list[str]:
    """Return the tokens of a format with digits in their places."""
    whole = [at for at, token in enumerate(tokens[:point]) if token in _DIGITS]
    digits = digits.lstrip("0")
    filled = {}
    written = 0
    for at in reversed(whole):
        rest = digits if at == whole[0] else digits[-1:]
        digits = "" if at == whole[0] else digits[:-1]
        rest = rest or {"0": "0", "?": ""}.get(tokens[at], "")
        piece = ""
        for digit in reversed(rest):
            piece = digit + ("," if grouped and written and written % 3 == 0 else "") + piece
            written += 1
        filled[at] = piece
    fraction = [at for at, token in enumerate(tokens) if at > point and token in _DIGITS]
    pad = after.rstrip("0")
    for place, at in enumerate(fraction):
        shown_here = place < len(pad) or any(tokens[later] == "0" for later in fraction[place:])
        filled[at] = after[place : place + 1] if shown_here else ""
    found = [] if whole or not digits else [digits]
    for at, token in enumerate(tokens):
        if at in filled:
            found.append(filled[at])
        elif token[0] == '"':
            found.append(token[1:])
        elif at == point and (any(filled[place] for place in fraction) or not fraction):
            found.append(".")
    return found


def _scientific(value: float, tokens: Sequence[str]) -> str:
    at = next(at for at, token in enumerate(tokens) if token in {"E+", "E-"})
    decimals = 0
    if "." in tokens[:at]:
        decimals = sum(token in _DIGITS for token in tokens[tokens.index(".") : at])
    mantissa, _, exponent = f"{value:.{min(decimals, _MOST_DECIMALS)}e}".partition("e")
    width = sum(token in _DIGITS for token in tokens[at:])
    sign = "-" if exponent[0] == "-" else "+" if tokens[at] == "E+" else ""
    return f"{mantissa}E{sign}{abs(int(exponent)):0{min(width, 3)}}"


def _fraction(number: Decimal, tokens: Sequence[str]) -> str:
    bar = tokens.index("/")
    below = "".join(token.lstrip('"') for token in tokens[bar + 1 :]).strip()
    value = Fraction(number)
    if below.isdigit() and int(below):
        found = Fraction(round(value * int(below[:4])), int(below[:4]))
    else:
        most = 10 ** min(max(below.count("?") + below.count("#"), 1), 4) - 1
        found = value.limit_denominator(most)
    # "# ?/?" has digits for the whole before a space, "?/?" hasn't
    before = "".join(token.lstrip('"') for token in tokens[:bar]).strip()
    whole = int(found) if " " in before else 0
    rest = found - whole
    parts = [str(whole)] if whole or (not rest and " " in before) else []
    if rest or not parts:
        parts.append(f"{rest.numerator}/{rest.denominator}")
    return " ".join(parts)
