"""iCalendar: events and tasks, each a heading with when, where and who as its fields."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from index.documents import LoadedFile
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.cards.content_lines import Property, day_of, properties_of, unescaped
from index.loading.loaders.html.loader import add_markup
from index.loading.loaders.left_out import named
from index.loading.loaders.text import clean, collapse, decode, names, paragraphs
from index.loading.loaders.titles import choose_title, real_title

_SHOWN: Final = {"VEVENT": "Event", "VTODO": "Task", "VJOURNAL": "Entry"}
_NOT_SHOWN: Final = {"VALARM": "reminder", "VFREEBUSY": "list of busy times"}
# In the order in which they are shown; others follow as they come
_LABELS: Final = {
    "DTSTART": "Start",
    "DTEND": "End",
    "DUE": "Due",
    "DURATION": "Duration",
    "COMPLETED": "Completed",
    "RRULE": "Repeats",
    "RDATE": "Also on",
    "EXDATE": "Except on",
    "LOCATION": "Location",
    "ORGANIZER": "Organizer",
    "ATTENDEE": "Attendee",
    "CONTACT": "Contact",
    "STATUS": "Status",
    "PERCENT-COMPLETE": "Percent complete",
    "CATEGORIES": "Categories",
    "RESOURCES": "Resources",
    "COMMENT": "Comment",
    "URL": "URL",
    "ATTACH": "Attached",
}
_TIMES: Final = frozenset(
    {"DTSTART", "DTEND", "DUE", "COMPLETED", "RDATE", "EXDATE", "RECURRENCE-ID"}
)
# For programs: how often it was changed, whether it blocks time
_FOR_PROGRAMS: Final = names(
    "UID DTSTAMP CREATED LAST-MODIFIED SEQUENCE TRANSP CLASS PRIORITY GEO RELATED-TO RECURRENCE-ID "
    "REQUEST-STATUS BEGIN END SUMMARY DESCRIPTION COLOR IMAGE CONFERENCE"
)
_DEEPEST = 20  # components in components; calendars have three
_MARKUP = re.compile(r"</?(?:a|b|br|div|font|i|li|ol|p|span|table|ul)\b[^<>]{0,500}>", re.I)
_EVERY: Final = {
    "SECONDLY": ("every second", "seconds"),
    "MINUTELY": ("every minute", "minutes"),
    "HOURLY": ("hourly", "hours"),
    "DAILY": ("daily", "days"),
    "WEEKLY": ("weekly", "weeks"),
    "MONTHLY": ("monthly", "months"),
    "YEARLY": ("yearly", "years"),
}
_DAYS: Final = dict(
    zip(
        ("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?([A-Z]{2})")
_LENGTH = re.compile(r"[+-]?P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?)?")


@dataclass(slots=True)
class _Entry:
    """An event, a task or an entry of a journal."""

    kind: str
    properties: list[Property] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        """Return the first property of a name."""
        return next((one for one in self.properties if one.name == name), None)


def load_calendar(data: bytes, name: str) -> LoadedFile:
    """Return the events and tasks of a calendar, each with what is said of it as its fields.

    Times are in the zone that they are written in. Reminders are left out, and named, and what
    programs tell each other isn't shown. What isn't a calendar is read as plain text.
    """
    text = clean(decode(data, name))
    calendar = _Calendar(text)
    if not calendar.entries:
        return LoadedFile(text, "", "calendar")
    builder = DocumentBuilder()
    left_out = calendar.left_out
    if calendar.name:
        builder.add_heading(calendar.name, 1)
    for entry in calendar.entries:
        left_out += _add(builder, entry, 2 if calendar.name else 1)
    title = calendar.name
    if not title and len(calendar.entries) == 1 and (one := calendar.entries[0].first("SUMMARY")):
        title = collapse(one.text)
    return LoadedFile(
        builder.text,
        real_title(title) or choose_title("", "", name),
        "calendar",
        blocks=builder.blocks,
        left_out=named(left_out),
    )


class _Calendar:
    """What a calendar holds.

    Attributes:
        name: What it is called; mostly empty.
        entries: Its events and tasks.
        left_out: What it holds beside them, counted.
    """

    def __init__(self, text: str) -> None:
        self.name = ""
        self.entries: list[_Entry] = []
        self.left_out: Counter[str] = Counter()
        self._open: list[str] = []  # components
        for one in properties_of(text):
            if one.name == "BEGIN":
                self._begin(one.value.upper())
            elif one.name == "END":
                self._end(one.value.upper())
            elif self._open and self._open[-1] in _SHOWN:
                self.entries[-1].properties.append(one)
            elif one.name in {"X-WR-CALNAME", "NAME"} and len(self._open) < 2:
                self.name = collapse(one.text)

    def _begin(self, kind: str) -> None:
        if len(self._open) < _DEEPEST:
            self._open.append(kind)
        if kind in _SHOWN:
            self.entries.append(_Entry(kind))
        elif kind in _NOT_SHOWN:
            self.left_out[_NOT_SHOWN[kind]] += 1

    def _end(self, kind: str) -> None:
        if kind in self._open:  # of those that nothing closes too
            while self._open.pop() != kind:
                pass


def _add(builder: DocumentBuilder, entry: _Entry, level: int) -> Counter[str]:
    left_out: Counter[str] = Counter()
    summary = entry.first("SUMMARY")
    words = collapse(summary.text) if summary else ""
    builder.add_heading(words or _SHOWN[entry.kind], level)
    order = {name: at for at, name in enumerate(_LABELS)}
    shown = [
        one
        for one in entry.properties
        if one.name not in _FOR_PROGRAMS and not one.name.startswith("X-")
    ]
    for one in sorted(shown, key=lambda one: order.get(one.name, len(order))):
        if one.name == "ATTACH" and "ENCODING" in one.parameters:  # and not an address
            left_out["attached file"] += 1
            continue
        label = _LABELS.get(one.name, one.name.replace("-", " ").capitalize())
        if value := _value(one, entry):
            builder.add_field(label, value)
    if (description := entry.first("DESCRIPTION")) and (words := description.text):
        if _MARKUP.search(words):
            left_out += add_markup(builder, words.replace("\n", "<br>"))
        else:
            for paragraph in paragraphs(words):
                builder.add_paragraph(paragraph)
    return left_out


def _value(one: Property, entry: _Entry) -> str:
    if one.name in {"DTEND", "DUE"} and _is_day(one):
        return _last_day(one, entry)
    if one.name in _TIMES:
        return ", ".join(day_of(part, one.parameter("TZID")) for part in one.value.split(","))
    if one.name in {"CATEGORIES", "RESOURCES"}:
        return ", ".join(unescaped(part) for part in re.split(r"(?<!\\),", one.value))
    reader = _READERS.get(one.name)
    return reader(one) if reader else collapse(one.text)


def _is_day(one: Property) -> bool:
    return one.parameter("VALUE").upper() == "DATE" or len(one.value) == 8


def _last_day(end: Property, entry: _Entry) -> str:
    """Return the last day of an event: its end is written as the day after that."""
    start = entry.first("DTSTART")
    try:
        last = date.fromisoformat(day_of(end.value)) - timedelta(days=end.name == "DTEND")
    except (ValueError, OverflowError):
        return end.value
    if start and day_of(start.value)[:10] == last.isoformat():
        return ""
    return last.isoformat()


def _rule(value: str) -> str:
    """Return when an event comes again: `every 2 weeks on Monday, until 2024-06-30`."""
    pairs = (part.partition("=") for part in value.upper().split(";"))
    rule = {key: setting for key, _, setting in pairs}
    once, several = _EVERY.get(rule.get("FREQ", ""), ("", ""))
    if not once:
        return value
    interval = rule.get("INTERVAL", "1")
    words = once if interval == "1" else f"every {interval} {several}"
    if days := ", ".join(_weekdays(rule.get("BYDAY", ""))):
        words += f" on {days}"
    if days := rule.get("BYMONTHDAY", ""):
        words += f" on day {days.replace(',', ', ')}"
    if months := rule.get("BYMONTH", ""):
        words += f" in month {months.replace(',', ', ')}"
    if count := rule.get("COUNT", ""):
        words += f", {count} times"
    if until := rule.get("UNTIL", ""):
        words += f", until {day_of(until)[:10]}"
    return words


def _weekdays(value: str) -> Iterator[str]:
    for number, day in _WEEKDAY.findall(value):
        which = "last" if number == "-1" else number.lstrip("+") and f"{number.lstrip('+')}."
        yield f"{which} {_DAYS.get(day, day)}".strip()


def _length(value: str) -> str:
    match = _LENGTH.match(value.upper())
    if match is None:
        return value
    units: Sequence[str] = ("weeks", "days", "h", "min")
    return " ".join(f"{n} {unit}" for n, unit in zip(match.groups(), units, strict=True) if n)


def _person(one: Property) -> str:
    """Return who it is: `Ane Holm (ane@mail.example), accepted`."""
    address = re.sub(r"^mailto:", "", one.text, flags=re.I)
    name = collapse(one.parameter("CN"))
    who = f"{name} ({address})" if name and name != address else address
    answer = one.parameter("PARTSTAT").replace("-", " ").lower()
    return f"{who}, {answer}" if answer and one.name == "ATTENDEE" else who


_READERS: Final[dict[str, Callable[[Property], str]]] = {
    "RRULE": lambda one: _rule(one.value),
    "DURATION": lambda one: _length(one.value),
    "ORGANIZER": _person,
    "ATTENDEE": _person,
    "STATUS": lambda one: one.text.replace("-", " ").lower(),
}
