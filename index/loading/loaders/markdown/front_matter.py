"""Front matter: the fields above a Markdown text, in YAML (`---`) or TOML (`+++`)."""

import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

from index.loading.loaders.text import collapse

_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)^(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.M | re.S)
# Each line is a key, part of the value before it, a comment, or blank. Anything else is text
# between two thematic breaks.
_LINE = re.compile(r"\s*$|#|\s+\S|-\s|[\]}]|[\w\"'. /@()&-]++[:=](\s|$)|\[")
_KEY = re.compile(r"(?=[^\s#\[\]{}-])([^:=\n]{1,80})[:=](?:[ \t]+(.*))?$")
_LONGEST = 20_000  # characters that are parsed; YAML takes a second for 200,000
_MOST_BRACKETS = 500  # nested in each other, they take quadratic time
_MOST_VALUES = 2_000  # beyond, an alias that repeats itself is unfolded
_DEEPEST = 20
_WIKI_LINK = re.compile(r"\[\[([^\[\]\n]{1,300})\]\]")

Fields = list[tuple[str, str]]


def take_front_matter(source: str) -> tuple[str, Fields]:
    """Return a Markdown text without its front matter, and the fields of that in their order.

    A list is one value, its parts joined by commas; a key inside another one has both names. Values
    are as they are written. What is no valid YAML or TOML, as templates often aren't, is read line
    by line.
    """
    match = _FRONT_MATTER.match(source)
    if not match or not all(map(_LINE.match, match[2].split("\n"))):
        return source, []
    parse = _yaml if match[1] == "---" else _toml
    found = None
    if len(match[2]) <= _LONGEST and match[2].count("[") + match[2].count("{") <= _MOST_BRACKETS:
        found = _parsed(parse, match[2])
    fields = _by_line(match[2]) if found is None else found
    return source[match.end() :], [(name, value) for name, value in fields if value]


def _parsed(parse: Callable[[str], object], written: str) -> Fields | None:
    try:
        values = parse(written)
        return list(_fields("", values)) if isinstance(values, dict) else None
    except (ValueError, RecursionError):
        return None


def _yaml(written: str) -> object:
    import yaml

    try:
        # It makes nothing but strings, lists and dictionaries
        return yaml.load(written, Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.YAMLError as error:
        raise ValueError from error


def _toml(written: str) -> object:
    return tomllib.loads(written, parse_float=str)


def _fields(name: str, values: dict[Any, Any]) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        own = collapse(f"{name} {key}")
        if isinstance(value, dict) and not name:
            yield from _fields(own, value)
        else:
            parts = list(_parts(value, [_MOST_VALUES], 0))
            nested = isinstance(value, list) and any(isinstance(part, dict) for part in value)
            yield own, ("; " if nested else ", ").join(parts)


def _parts(value: object, left: list[int], depth: int) -> Iterator[str]:
    """Yield the values in a value; raise ValueError if there is no end to them."""
    left[0] -= 1
    if left[0] < 0 or depth > _DEEPEST:
        raise ValueError
    match value:
        case [[str(link)]]:  # [[a wiki link]] that isn't in quotation marks
            inside: list[object] = [f"[[{link}]]"]
        case dict() | list():
            inside = list(value.values() if isinstance(value, dict) else value)
        case _:
            inside = []
    for part in inside:
        if parts := list(_parts(part, left, depth + 1)):
            yield ", ".join(parts)
    if isinstance(value, dict | list):
        return
    if words := _plain(str(value).lower() if isinstance(value, bool) else str(value)):
        yield words


def _by_line(written: str) -> Fields:
    names: list[str] = []
    values: list[list[str]] = []
    for line in written.split("\n"):
        match = _KEY.match(line)
        if match:
            names.append(collapse(match[1]).strip("\"'"))
            values.append([])
        value = match[2] or "" if match else line.strip().removeprefix("- ")
        words = _plain(value.strip().strip("[]\"'").strip())
        if words and values and not line.startswith("#"):
            values[-1].append(words)
    return [(name, ", ".join(parts)) for name, parts in zip(names, values, strict=True)]


def _plain(value: str) -> str:
    return collapse(_WIKI_LINK.sub(lambda link: link[1].rpartition("|")[2], value))
