"""JSON: records as rows, other values as fields with their path, long texts as paragraphs."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from index.documents import LoadedFile
from index.limits import CHARACTERS
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.chat_exports import add_messages, messages_of
from index.loading.loaders.left_out import named
from index.loading.loaders.source_code import load_code
from index.loading.loaders.text import clean, collapse, decode, paragraphs
from index.loading.loaders.titles import choose_title, real_title

BETWEEN: Final = " \u203a "  # keys of a path
_DEEPEST = 40  # levels
_LONG = 200  # characters of a value that is a text and not a field
_MOST_COLUMNS = 60  # of records that are rows
_LONGEST_ROW = 700  # characters, on average
_SAMPLE = 200  # records by which it is told whether they are rows
_MOST_NUMBERS = 50  # of a list that is read; a longer one is for programs
_ENCODED = 1_000  # characters of a word that is a file
_LEVELS = 5  # of headings
_NAMING = ("title", "name", "subject", "label", "id", "key", "date", "timestamp")


class _Object(list[tuple[str, object]]):
    """The keys and values of an object, also those of a key that is there twice."""


def load_json(data: bytes, name: str) -> LoadedFile:
    """Return the text of JSON, or of JSON by line.

    Records, objects in a list, are rows whose columns are their keys, those of an object inside
    `address › city`; if they hold much text, each is a heading with fields and paragraphs below it.
    Other values are fields. Numbers are as they are written. What isn't JSON is read by line.
    """
    text = clean(decode(data, name))
    found, broken = _parsed(text)
    if found is None:
        return load_code(data, name)
    writer = _Writer()
    writer.left_out["line that isn't JSON"] = broken
    writer.add(found, "", 1)
    title = _title(found) or choose_title("", "", name)
    return LoadedFile(
        writer.builder.text,
        title,
        "json",
        blocks=writer.builder.blocks,
        left_out=named(writer.left_out),
    )


def _parsed(text: str) -> tuple[object, int]:
    """Return what a text holds, None if it isn't JSON, and how many lines of it don't."""
    try:
        return _DECODER.decode(text.strip()), 0
    except (ValueError, RecursionError):
        pass
    values: list[object] = []
    broken = 0
    for line in filter(None, map(str.strip, text.split("\n"))):
        try:
            values.append(_DECODER.decode(line))
        except (ValueError, RecursionError):
            broken += 1
    by_line = len(values) > max(1, broken) and any(isinstance(value, list) for value in values)
    return (values, broken) if by_line else (None, 0)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_Object, parse_int=str, parse_float=str, parse_constant=str, strict=False
)


def _title(value: object) -> str:
    for key, inside in value if isinstance(value, _Object) else ():
        if key.lower() in {"title", "name"} and isinstance(inside, str) and len(inside) <= _LONG:
            return real_title(inside)
    return ""


class _Writer:
    """Gives values to a builder."""

    def __init__(self) -> None:
        self.builder = DocumentBuilder()
        self.left_out: Counter[str] = Counter()

    def add(self, value: object, path: str, level: int) -> None:
        """Add a value.

        Args:
            value: The value.
            path: Its keys below the last heading.
            level: Of a heading that is put above it.
        """
        if self.builder.length > CHARACTERS.most:  # refused by whoever asked for it
            return
        if level > _DEEPEST:
            self.left_out["value that is nested too deeply"] += 1
        elif isinstance(value, _Object):
            self._add_object(value, path, level)
        elif isinstance(value, list):
            self._add_list(value, path, level)
        else:
            self._add_value(path, self._words(value))

    def _add_object(self, value: _Object, path: str, level: int) -> None:
        later: list[tuple[str, object]] = []
        for key, inside in value:
            below = _below(path, key)
            if _has_objects(inside):
                later.append((below, inside))
            else:
                self.add(inside, below, level + 1)
        for below, inside in later:  # what has a heading of its own comes after what has none
            self.add(inside, below, level + 1)

    def _add_list(self, values: list[object], path: str, level: int) -> None:
        if values and all(isinstance(value, _Object) for value in values):
            self._add_records([v for v in values if isinstance(v, _Object)], path, level)
        elif _has_objects(values):
            for number, value in enumerate(values, 1):
                self.add(value, f"{path} {number}".strip(), level + 1)
        elif words := self._listed(values):
            if len(words) <= _LONG:
                self._add_value(path, words)
            else:
                if path:
                    self.builder.add_paragraph(f"{path}:")
                for item in self._scalars(values, 0):
                    self.builder.add_item(item)

    def _add_value(self, path: str, words: str) -> None:
        if not words:
            return
        if len(words) <= _LONG:
            self.builder.add_field(path, collapse(words))
            return
        found = paragraphs(words)
        for number, text in enumerate(found):
            self.builder.add_paragraph(f"{path}: {text}" if path and not number else text)

    def _add_records(self, records: Sequence[_Object], path: str, level: int) -> None:
        heading = min(level, _LEVELS)
        if path:
            self.builder.add_heading(path, heading)
        if messages := messages_of(records):
            add_messages(self.builder, messages, heading + bool(path), self.left_out)
        else:
            self._add_rows(records, level)
        if path:
            self.builder.end_heading(heading)
        elif len(records) > 1:
            self.builder.end_heading(heading + 1)

    def _add_rows(self, records: Sequence[_Object], level: int) -> None:
        """Add records as rows, or each under a heading of its own if they hold much."""
        heading = min(level, _LEVELS)
        columns = self._columns(records)
        if columns and len(records) > 1:
            self.builder.add_header(list(columns))
            for record in records:
                self._add_row(record, columns)
                if self.builder.length > CHARACTERS.most:
                    break
            self.builder.end_table()
        else:
            for number, record in enumerate(records, 1):
                if len(records) > 1:
                    self.builder.add_heading(_name_of(record) or f"{number}", heading + 1)
                self.add(record, "", level + 2)
                if self.builder.length > CHARACTERS.most:
                    break

    def _columns(self, records: Sequence[_Object]) -> dict[str, int]:
        """Return the columns of records that can be rows; empty if they hold too much for that."""
        step = max(1, len(records) // _SAMPLE)
        size = sampled = 0
        for record in records[::step]:
            sampled += 1
            cells = list(self._cells(record, "", 0, counted=False))
            size += sum(len(words) for _, words in cells)
            if len(cells) > _MOST_COLUMNS:
                return {}
        if size > sampled * _LONGEST_ROW:
            return {}
        columns: dict[str, int] = {}
        for record in records:
            for key, _ in self._cells(record, "", 0, counted=False):
                columns.setdefault(key, len(columns))
            if len(columns) > _MOST_COLUMNS:
                return {}
        return columns

    def _add_row(self, record: _Object, columns: dict[str, int]) -> None:
        cells = [""] * len(columns)
        for key, words in self._cells(record, "", 0, counted=True):
            column = columns[key]
            cells[column] = f"{cells[column]}; {words}" if cells[column] else words
        self.builder.add_row(cells)

    def _cells(
        self, record: _Object, path: str, depth: int, *, counted: bool
    ) -> Iterator[tuple[str, str]]:
        """Yield the paths of a record's values, and their words."""
        for key, inside in record:
            below = _below(path, key)
            if depth > _DEEPEST:
                self.left_out["value that is nested too deeply"] += counted
            elif isinstance(inside, _Object):
                yield from self._cells(inside, below, depth + 1, counted=counted)
            elif isinstance(inside, list) and _has_objects(inside):
                for number, one in enumerate(inside, 1):
                    if isinstance(one, _Object):
                        numbered = f"{below} {number}"
                        yield from self._cells(one, numbered, depth + 1, counted=counted)
            else:
                words = (
                    self._listed(inside, counted=counted)
                    if isinstance(inside, list)
                    else self._words(inside, counted=counted)
                )
                if words:
                    yield below, collapse(words)

    def _listed(self, values: list[object], *, counted: bool = True) -> str:
        """Return the values of a list without objects in one line."""
        return ", ".join(self._scalars(values, 0, counted=counted))

    def _scalars(self, values: list[object], depth: int, *, counted: bool = True) -> list[str]:
        numbers = sum(isinstance(value, str) and _is_number(value) for value in values[:100])
        if len(values) > _MOST_NUMBERS and numbers == len(values[:100]):
            self.left_out["long list of numbers"] += counted
            return []
        found: list[str] = []
        for value in values:
            if not isinstance(value, list):
                found.append(collapse(self._words(value, counted=counted)))
            elif depth > _DEEPEST:
                self.left_out["value that is nested too deeply"] += counted
            else:
                found += self._scalars(value, depth + 1, counted=counted)
        return list(filter(None, found))

    def _words(self, value: object, *, counted: bool = True) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        words = clean(str(value)).strip()
        if len(words) > _ENCODED and not any(map(str.isspace, words)) and words.isascii():
            self.left_out["encoded file"] += counted
            return ""
        return words


def _below(path: str, key: str) -> str:
    words = collapse(clean(key))
    return f"{path}{BETWEEN}{words}" if path and words else path or words


def _has_objects(value: object) -> bool:
    """Tell whether a list holds objects, on whatever level."""
    waiting = [value] if isinstance(value, list) and not isinstance(value, _Object) else []
    while waiting:
        for inside in waiting.pop():
            if isinstance(inside, _Object):
                return True
            if isinstance(inside, list):
                waiting.append(inside)
    return False


def _name_of(record: _Object) -> str:
    """Return what a record is called: the value of a key that names things."""
    values = {key.lower(): value for key, value in record if isinstance(value, str)}
    named_ = (collapse(clean(values[key])) for key in _NAMING if key in values)
    return next((words for words in named_ if 0 < len(words) <= _LONG), "")


def _is_number(text: str) -> bool:
    return text[-1:].isdigit() and text.lstrip("-")[:1].isdigit()
