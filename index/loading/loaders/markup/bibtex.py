"""BibTeX: lists of literature, each work under its title with what is said of it as fields."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from index.documents import LoadedFile
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.left_out import named
from index.loading.loaders.markup.tex_words import words_of
from index.loading.loaders.text import clean, decode
from index.loading.loaders.titles import choose_title

_ENTRY = re.compile(r"^[ \t]*@([A-Za-z]{1,30})\s{0,5}[{(]", re.M)
_KEY = re.compile(r"\s{0,20}([^\s,{}()\"=]{0,200})\s{0,20},")
_FIELD = re.compile(r"[\s,]{0,200}([A-Za-z][\w:+.-]{0,60})\s{0,20}=\s{0,20}")
_BARE = re.compile(r"[^\s,{}\"#()=]{1,200}")
_BRACE = re.compile(r"\\.|[{}]", re.S)
_QUOTE = re.compile(r"\\.|[{}\"]", re.S)
_JOINS = re.compile(r"\s{0,20}#\s{0,20}")
_MONTHS: Final = dict(
    zip(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        ("January", "February", "March", "April", "May", "June", "July", "August", "September",
         "October", "November", "December"),
        strict=True,
    )
)  # fmt: skip
_LONG = 200  # characters of a value that is a text and not a field
_LONGEST = 20_000  # characters of a value
_UNCLOSED: Final = "value that isn't closed"
_MOST_UNCLOSED = 100  # of a file; each is looked through for its end
_NAMES: Final = {"doi": "DOI", "url": "URL", "isbn": "ISBN", "issn": "ISSN", "booktitle": "In"}


@dataclass(frozen=True, slots=True)
class _Work:
    """A work: what kind it is, the key by which it is cited, and its fields."""

    kind: str
    key: str
    fields: Mapping[str, str]


def load_bibtex(data: bytes, name: str) -> LoadedFile:
    """Return the works of a list of literature, each a heading with fields below it.

    Comments and the paths of files are left out, and named. What holds no work is read as plain
    text.
    """
    text = clean(decode(data, name))
    left_out: Counter[str] = Counter()
    builder = DocumentBuilder()
    for work in _works(text, left_out):
        _add(builder, work, left_out)
    if not builder.blocks:
        return LoadedFile(text, "", "bibtex")
    return LoadedFile(
        builder.text,
        choose_title("", "", name),
        "bibtex",
        blocks=builder.blocks,
        left_out=named(left_out),
    )


def _works(text: str, left_out: Counter[str]) -> Iterator[_Work]:
    known = dict(_MONTHS)  # what words without quotes stand for
    for match in _ENTRY.finditer(text):
        if left_out[_UNCLOSED] > _MOST_UNCLOSED:
            return
        kind = match[1].lower()
        if kind in {"comment", "preamble"}:
            left_out["comment"] += 1
        elif kind == "string":
            known |= {
                name.lower(): value for name, value in _fields(text, match.end(), known, left_out)
            }
        elif key := _KEY.match(text, match.end()):
            fields: dict[str, str] = {}
            for name, value in _fields(text, key.end(), known, left_out):
                fields.setdefault(name.lower(), value)
            yield _Work(match[1], key[1], fields)


def _fields(
    text: str, at: int, known: Mapping[str, str], left_out: Counter[str]
) -> Iterator[tuple[str, str]]:
    """Yield the names and values that begin at an offset."""
    while match := _FIELD.match(text, at):
        at = match.end()
        parts: list[str] = []
        while True:
            words, end = _value(text, at, known)
            if end == at:
                left_out[_UNCLOSED] += 1
                return
            parts.append(words)
            at = end
            joins = _JOINS.match(text, at)
            if joins is None:
                break
            at = joins.end()
        yield match[1], "".join(parts)


def _value(text: str, at: int, known: Mapping[str, str]) -> tuple[str, int]:
    """Return the value at an offset, and the offset after it; the same offset if there is none."""
    opening = text[at : at + 1]
    if opening not in {"{", '"'}:
        bare = _BARE.match(text, at)
        return (known.get(bare[0].lower(), bare[0]), bare.end()) if bare else ("", at)
    depth = 0
    for sign in (_BRACE if opening == "{" else _QUOTE).finditer(text, at + 1, at + _LONGEST):
        if sign[0] == "{":
            depth += 1
        elif sign[0] == "}" and (depth or opening == '"'):
            depth -= 1
        elif len(sign[0]) == 1 and depth <= 0:
            return text[at + 1 : sign.start()], sign.end()
    return "", at


def _add(builder: DocumentBuilder, work: _Work, left_out: Counter[str]) -> None:
    builder.add_heading(words_of(work.fields.get("title", "")) or work.key, 1)
    builder.add_field("Type", work.kind.lower())
    builder.add_field("Key", work.key)
    for name, value in work.fields.items():
        if name == "file":
            left_out["path of a file"] += 1
            continue
        words = value.strip() if name in {"url", "doi"} else words_of(value)
        if name == "title" or not words:
            continue
        label = _NAMES.get(name, name.capitalize())
        if len(words) > _LONG:
            builder.add_paragraph(f"{label}: {words}")
        else:
            builder.add_field(label, words)
