"""Days and times as a spreadsheet shows them: `3 March 2024` for 45354 as `d mmmm yyyy`."""

import re
from datetime import datetime, timedelta
from typing import Final

DATE_PART: Final = re.compile(r"[ymdhs]|am/pm|a/p|(?<![a-z])e(?![+-a-z])", re.IGNORECASE)
_PART = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.?)|_(?P<space>.?)|\*(?P<fill>.?)'
    r"|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<bracket>[^\]]*)\]?|(?P<half>am/pm|a/p)"
    r"|(?P<part>y+|m+|d+|h+|s+(?:\.0+)?|e+|b+)|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_LOCALE = re.compile(r"\$[^-]*-(?:[0-9a-f]*?)([0-9a-f]{3,4})(?:,.*)?", re.IGNORECASE)
_LAST_DAY = 2_958_465  # 31 December 9999
_DAYS_TO_1904 = 1_462
_FIRST_LEAP = 60  # 29 February 1900, which wasn't, but is in all spreadsheets
# Names of months and days by the language of a format, the low ten bits of Windows' number
_NAMES: dict[int, tuple[str, str]] = {
    0x07: (
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    ),
    0x09: (
        "January February March April May June July August September October November December",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    ),
    0x0A: (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "lunes martes miércoles jueves viernes sábado domingo",
    ),
    0x0C: (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
    ),
    0x10: (
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
        "dicembre",
        "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    ),
    0x13: (
        "januari februari maart april mei juni juli augustus september oktober november december",
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    ),
    0x15: (
        "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad "
        "grudzień",
        "poniedziałek wtorek środa czwartek piątek sobota niedziela",
    ),
    0x16: (
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    ),
}
_ENGLISH = 0x09


def as_date(value: float, code: str, *, since_1904: bool) -> str | None:
    """Return a day or a time in a format; None if there is no such day.

    Args:
        value: Days since the end of 1899.
        code: The format.
        since_1904: Whether days are counted from 1904 on.
    """
    parts = [(match.lastgroup or "", match[match.lastgroup or 0]) for match in _PART.finditer(code)]
    fine = any(kind == "part" and "." in text for kind, text in parts)
    seconds = round(value * 86_400, 3 if fine else 0)
    elapsed = any(kind == "elapsed" for kind, _ in parts)
    if since_1904:
        value += _DAYS_TO_1904
    if not elapsed and not 0 <= value < _LAST_DAY + 1:
        return None
    if elapsed:
        moment = datetime(1900, 1, 1) + timedelta(seconds=abs(seconds) % 86_400)
    else:
        start = datetime(1899, 12, 31 if value < _FIRST_LEAP else 30)
        moment = start + timedelta(seconds=round(value * 86_400, 3 if fine else 0))
    months, days = _names(parts)
    halves = any(kind == "half" for kind, _ in parts)
    found: list[str] = []
    for at, (kind, text) in enumerate(parts):
        if kind in {"quoted", "escaped", "sign"}:
            found.append("" if kind == "sign" and text == "@" else text)
        elif kind == "space":
            found.append(" ")
        elif kind == "elapsed":
            unit = {"h": 3_600, "m": 60, "s": 1}[text[0].lower()]
            sign = "-" if seconds < 0 else ""
            found.append(f"{sign}{int(abs(seconds) // unit):0{min(len(text), 9)}}")
        elif kind == "half":
            half = "AM" if moment.hour < 12 else "PM"
            found.append(half if len(text) > 3 else half[0])
        elif kind == "part":
            is_minute = text[0] in "mM" and len(text) < 3 and _beside_time(parts, at)
            found.append(_written(moment, text, months, days, halves=halves, is_minute=is_minute))
    return "".join(found).strip()


def _names(parts: list[tuple[str, str]]) -> tuple[list[str], list[str]]:
    language = _ENGLISH
    for kind, text in parts:
        if kind == "bracket" and (found := _LOCALE.fullmatch(text)):
            language = int(found[1], 16) & 0x3FF
    months, days = _NAMES.get(language, _NAMES[_ENGLISH])
    return months.split(), days.split()


def _beside_time(parts: list[tuple[str, str]], at: int) -> bool:
    """Tell whether an `m` stands for minutes: after hours or before seconds."""
    near = ("part", "elapsed")
    before = next((text for kind, text in reversed(parts[:at]) if kind in near), "")
    after = next((text for kind, text in parts[at + 1 :] if kind in near), "")
    return before[:1].lower() == "h" or after[:1].lower() == "s"


def _written(
    moment: datetime,
    part: str,
    months: list[str],
    days: list[str],
    *,
    halves: bool,
    is_minute: bool,
) -> str:
    """Return a part of a moment: `MM` or `M`, `yyyy`, `hh`."""
    length = len(part)
    match part[0].lower():
        case "y" | "e":
            is_short = part[0] in "yY" and length < 3
            text = f"{moment.year % 100:02}" if is_short else str(moment.year)
        case "m" if is_minute:
            text = f"{moment.minute:0{min(length, 2)}}"
        case "m":
            text = _number_or_name(moment.month, months[moment.month - 1], length)
        case "d":
            text = _number_or_name(moment.day, days[moment.weekday()], length)
        case "h":
            hour = (moment.hour - 1) % 12 + 1 if halves else moment.hour
            text = f"{hour:0{min(length, 2)}}"
        case "s":
            whole, _, fraction = part.partition(".")
            text = f"{moment.second:0{min(len(whole), 2)}}"
            if fraction:
                text += f".{moment.microsecond:06}"[: 1 + len(fraction)]
        case _:
            text = ""
    return text


def _number_or_name(number: int, name: str, length: int) -> str:
    if length < 3:
        return f"{number:0{length}}"
    return {3: name[:3], 5: name[:1]}.get(length, name)
