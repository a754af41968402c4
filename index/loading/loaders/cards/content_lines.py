"""The lines that calendars (RFC 5545) and address books (RFC 6350) are made of."""

import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from index.loading.loaders.text import clean

# NAME;PARAMETER=value,"quoted: value":the rest. Apple puts "item1." before names that go together
_LINE = re.compile(
    r"(?:(?P<group>[\w-]{1,40})\.)?(?P<name>[A-Za-z][\w-]{0,60})"
    r"(?P<parameters>(?:;(?:\"[^\"]*\"|[^\":;])*+)*+):(?P<value>.*)",
    re.S,
)
_PARAMETER = re.compile(r";([\w-]{1,60})(?:=((?:\"[^\"]*\"|[^\";])*+))?")
_PARAMETER_VALUE = re.compile(r"\"[^\"]*\"|[^\",]+")
_ESCAPED = re.compile(r"\\(.)", re.S)
_SEPARATED = re.compile(r"\\.|;", re.S)
_BETWEEN = "\x1f"
_DAY = re.compile(
    r"(?P<day>\d{4}-?\d\d-?\d\d|--\d\d-?\d\d)"
    r"(?:[T ](?P<time>\d\d:?\d\d)(?::?(?P<seconds>\d\d))?(?P<zone>Z)?.{0,6})?"
)
_HEAD = 300  # characters in which it is said how a value is encoded
_NO_PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {}


@dataclass(frozen=True, slots=True)
class Property:
    """A line: what is said of a person or an event.

    Attributes:
        name: In capitals: `SUMMARY`.
        value: As it is written, with its backslashes.
        group: What it shares with others that belong to it, in small letters; mostly empty.
        parameters: By their names in capitals, their values.
    """

    name: str
    value: str
    group: str = ""
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_PARAMETERS)

    @property
    def text(self) -> str:
        """The value as a person reads it."""
        return unescaped(self.value)

    @property
    def parts(self) -> list[str]:
        """The parts of the value, as a person reads them; some may be empty."""
        cut = _SEPARATED.sub(lambda sign: _BETWEEN if sign[0] == ";" else sign[0], self.value)
        return [unescaped(part) for part in cut.split(_BETWEEN)]

    def parameter(self, name: str) -> str:
        """The first value of a parameter; empty if it has none."""
        return next(iter(self.parameters.get(name, ())), "")


def properties_of(text: str) -> Iterator[Property]:
    """Yield the lines of a text that say something, those that were folded whole again."""
    for line in _unfolded(text):
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        parameters = _parameters(match["parameters"])
        value = match["value"]
        if "QUOTED-PRINTABLE" in map(str.upper, parameters.get("ENCODING", ())):
            value = _printable(value, parameters.get("CHARSET", ("utf-8",))[0])
        yield Property(
            match["name"].upper(), value.strip(), (match["group"] or "").lower(), parameters
        )


def _unfolded(text: str) -> Iterator[str]:
    """Yield lines with those that go on below; where "=" says that they do, with the line's end."""
    parts: list[str] = []
    for line in text.split("\n"):
        if parts and parts[-1].endswith("=") and "QUOTED-PRINTABLE" in parts[0][:_HEAD].upper():
            parts.append(f"\n{line}")
        elif line[:1] in {" ", "\t"} and parts:
            parts.append(line[1:])
        else:
            if parts:
                yield "".join(parts)
            parts = [line]
    yield "".join(parts)


def _parameters(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in _PARAMETER.findall(text):
        if not value:  # before version 3 a value stands alone: TEL;HOME
            encodes = name.upper() in {"QUOTED-PRINTABLE", "BASE64"}
            key, value = "ENCODING" if encodes else "TYPE", name  # noqa: PLW2901
        else:
            key = name.upper()
        values = tuple(one.strip().strip('"') for one in _PARAMETER_VALUE.findall(value))
        found[key] = (*found.get(key, ()), *filter(None, values))
    return found


def _printable(value: str, charset: str) -> str:
    """Return a value that is written as in mails of seven bits; its line ends are escaped."""
    data = quopri.decodestring(value.encode("latin-1", "replace"))
    try:
        decoded = data.decode(charset, "replace")
    except LookupError:
        decoded = data.decode("utf-8", "replace")
    return clean(decoded).replace("\n", "\\n")


def unescaped(text: str) -> str:
    """Return a value without the backslashes before its signs; an "n" is the end of a line."""
    return _ESCAPED.sub(lambda sign: "\n" if sign[1] in "nN" else sign[1], text).strip()


def day_of(value: str, zone: str = "") -> str:
    """Return a day, or a time, as in `2024-01-31 18:30`; what is neither as it is.

    Args:
        value: As it is written: `20240131T183000Z`.
        zone: Name of its time zone.
    """
    match = _DAY.fullmatch(value.strip())
    if match is None:
        return value.strip()
    digits = match["day"].replace("-", "")
    day = f"{digits[-4:-2]}-{digits[-2:]}"
    if len(digits) > 4:
        day = f"{digits[:4]}-{day}"
    if not match["time"]:
        return day
    time = match["time"].replace(":", "")
    zone = "UTC" if match["zone"] else zone
    return f"{day} {time[:2]}:{time[2:]}{f' ({zone})' if zone else ''}"
