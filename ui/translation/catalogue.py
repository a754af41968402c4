"""What the page says, in English, German, Spanish and French: gettext catalogues such as `de.po`.

The English text is the key. Where it is used it stands as it is, in Python as an argument of
`Words.text` or `Words.count` (`mark` where it is translated later), in the page's scripts of `t` or
`tn`; a test finds what stands elsewhere and what lacks a translation. `{names}` are filled in.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français"}
_HERE = Path(__file__).parent
_NAME = re.compile(r"\{(\w+)\}")
_LINE = re.compile(r'(?:(msgid_plural|msgid|msgstr)(?:\[(\d)\])?\s+)?"(.*)"')
_ESCAPED = re.compile(r"\\(.)")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
_AMOUNT = re.compile(r"[\d,]+ [a-z]+")
_TEMPLATE = re.compile(r'\{\{ "([^"]*)" \}\}')
_LONGEST = 4_000  # characters of a message that is looked for among the catalogue's
# As CLDR has it; a test compares it with what browsers write
_GROUPED_BY = {"en": ",", "de": ".", "es": ".", "fr": "\u202f"}
_PERCENT = {"en": "%", "de": "\xa0%", "es": "\xa0%", "fr": "\xa0%"}
_LEAST_GROUPED = {"es": 10_000}  # smaller numbers have no separator: 1234
_DATE = {
    "en": "{month} {day}, {year}",
    "de": "{day}. {month} {year}",
    "es": "{day} de {month} de {year}",
    "fr": "{day} {month} {year}",
}


def mark(text: str) -> str:
    """Return a text as it is: it is in the catalogue, and translated where it is shown."""
    return text


_MONTHS = (
    mark("January"),
    mark("February"),
    mark("March"),
    mark("April"),
    mark("May"),
    mark("June"),
    mark("July"),
    mark("August"),
    mark("September"),
    mark("October"),
    mark("November"),
    mark("December"),
)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A message of the catalogue with names, to know it by when they are filled in.

    Attributes:
        key: The message in English, in the singular.
        literals: What stands around the names.
        names: The names, in their order.
    """

    key: str
    literals: tuple[str, ...]
    names: tuple[str, ...]

    def values(self, message: str) -> dict[str, str] | None:
        """Return what the names are in a message; None if it is another one.

        Each goes as far as the next literal that is found: no name is tried at several lengths.
        """
        first, *others = self.literals
        if not message.startswith(first):
            return None
        at, found = len(first), {}
        for place, (name, literal) in enumerate(zip(self.names, others, strict=True), start=1):
            last = place == len(others)
            end = message.find(literal, at) if literal else len(message)
            if last:
                end = len(message) - len(literal)
                if not message.endswith(literal):
                    return None
            if end < at or (name == "number" and not _NUMBER.fullmatch(message[at:end])):
                return None
            found[name] = message[at:end]
            at = end + len(literal)
        return found


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a language, and how it writes numbers.

    Attributes:
        language: `en`, `de`, `es` or `fr`.
        messages: Translations by the English text: one, or that of the singular and the plural.
    """

    language: str = "en"
    messages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, english: str, /, **values: object) -> str:
        """Return a text with its names filled in, whole numbers as the language writes them."""
        return self._filled(self.messages.get(english, (english,))[0], values)

    def count(self, one: str, several: str, number: int, /, **values: object) -> str:
        """Return a text in the singular or the plural, with `{number}` and its names filled in."""
        forms = self.messages.get(one, (one, several))
        few = number in {0, 1} if self.language == "fr" else number == 1
        return self._filled(forms[0 if few else -1], {"number": number, **values})

    def sentence(self, english: str) -> str:
        """Return a message that is finished in English, such as that of an error.

        What isn't in the catalogue stays in English.
        """
        if english in self.messages:
            return self.messages[english][0]
        if self.language == "en" or len(english) > _LONGEST:
            return english
        for pattern in _patterns():
            found = pattern.values(english)
            if found is None:
                continue
            values = {name: self._regrouped(value) for name, value in found.items()}
            if "number" not in found:
                return self.text(pattern.key, **values)
            del values["number"]
            return self.count(pattern.key, "", int(found["number"].replace(",", "")), **values)
        return english

    def number(self, number: int) -> str:
        """Return a whole number as it is written: `1,234`."""
        if number < _LEAST_GROUPED.get(self.language, 0):
            return str(number)
        return f"{number:,}".replace(",", _GROUPED_BY[self.language])

    def percent(self, share: float) -> str:
        """Return a share of 0 to 1 in percent: `87%`."""
        return f"{share:.0%}".replace("%", _PERCENT[self.language])

    def time(self, moment: datetime) -> str:
        """Return a moment as date and time: `November 30, 2026, 20:07 UTC`.

        Args:
            moment: With its time zone; the time is given in UTC.
        """
        moment = moment.astimezone(UTC)
        values = {"day": moment.day, "month": self.text(_MONTHS[moment.month - 1])}
        date = _DATE[self.language].format(year=moment.year, **values)
        return f"{date}, {moment:%H:%M} UTC"

    def page(self, template: str) -> str:
        """Return HTML in which each `{{ "text" }}` is put into the language."""
        return _TEMPLATE.sub(lambda match: html.escape(self.text(match[1])), template)

    def _filled(self, text: str, values: Mapping[str, object]) -> str:
        def value(match: re.Match[str]) -> str:
            found = values.get(match[1], match[0])
            return self.number(found) if isinstance(found, int) else str(found)

        return _NAME.sub(value, text)

    def _regrouped(self, value: str) -> str:
        """Return a value of an English message, put into the language if it is an amount."""
        if _AMOUNT.fullmatch(value):  # "50,000 cells": no further values are in it
            return self.sentence(value)
        grouped = "," in value and _NUMBER.fullmatch(value)
        return self.number(int(value.replace(",", ""))) if grouped else value


@cache
def words_of(language: str) -> Words:
    """Return the texts of a language; English for one that the page doesn't have."""
    if language not in LANGUAGES or language == "en":
        return Words()
    return Words(language, read_catalogue(_HERE / f"{language}.po"))


ENGLISH: Final = Words()


def read_catalogue(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the translations in a gettext catalogue by their English text, but for its header.

    Raises:
        ValueError: A line isn't as gettext has it, or two are of one text.
    """
    found: dict[str, tuple[str, ...]] = {}
    for key, forms in _entries(path):
        if not key:
            continue
        if key in found:
            raise ValueError(f"{path.name} has {key!r} twice")
        found[key] = forms
    return found


def plural_of(language: str) -> dict[str, str]:
    """Return the English plurals of a catalogue by their singulars."""
    return dict(_plurals(_HERE / f"{language}.po"))


def _blocks(path: Path) -> Iterator[dict[str, str]]:
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        entry: dict[str, str] = {}
        part = ""
        for line in block.splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            match = _LINE.fullmatch(line)
            if match is None or not (match[1] or part):
                raise ValueError(f"{path.name}: {line!r} is no line of a catalogue")
            part = f"{match[1]}{match[2] or ''}" if match[1] else part
            plain = _ESCAPED.sub(lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), match[3])
            entry[part] = entry.get(part, "") + plain
        if entry:
            yield entry


def _entries(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in _blocks(path):
        forms = tuple(text for part, text in entry.items() if part.startswith("msgstr"))
        yield entry["msgid"], forms


def _plurals(path: Path) -> Iterator[tuple[str, str]]:
    for entry in _blocks(path):
        if "msgid_plural" in entry:
            yield entry["msgid"], entry["msgid_plural"]


@cache
def _patterns() -> tuple[_Pattern, ...]:
    """Return what finished messages are known by, the ones that say most of their own first."""
    keys = read_catalogue(_HERE / "de.po")
    several = plural_of("de")
    known = [(key, form) for key in keys for form in filter(None, (key, several.get(key)))]
    patterns = []
    for key, form in known:
        literals = tuple(_NAME.split(form)[::2])
        names = tuple(_NAME.findall(form))
        if names and sum(len(literal) for literal in literals) > 3:
            patterns.append(_Pattern(key, literals, names))
    # A singular without a number, such as "The file {name}", is known too
    patterns.sort(key=lambda pattern: -sum(len(literal) for literal in pattern.literals))
    return tuple(patterns)
