"""Word documents: paragraphs and tables in the order of the document, with their numbers."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.documents import LoadedFile
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.text import clean, collapse
from index.loading.loaders.titles import real_title
from index.loading.loaders.word.body import BodyReader
from index.loading.loaders.word.numbering import Numbering
from index.loading.loaders.word.package import Package, R, W
from index.loading.loaders.word.styles import Styles

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_NOTES = ("footnotes", "endnotes", "comments")
_SEVERAL = {
    "picture without text": "pictures without text",
    "hidden piece of text": "hidden pieces of text",
    "line of a table of contents": "lines of a table of contents",
    "sound or film": "sounds or films",
}
_LONG_NUMBER = re.compile(r"-?\d+\.\d{14,30}")
_MOST_POINTS = 10_000  # values of a chart that are read


def load_docx(data: bytes, name: str) -> LoadedFile:
    """Return the text of a Word document, transitional or strict.

    Tracked changes are taken as accepted. Numbers of headings and list items are written before
    them as Word prints them. A note or comment follows the paragraph that refers to it; headers
    and footers of pages come last, each once. Hidden text and tables of contents are left out,
    and named.

    Raises:
        FileTooLarge: It would take gigabytes when uncompressed.
        UnreadableFile: It holds a document type definition.
    """
    return _Document(Package(data, name)).load()


class _Document:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._main = package.main
        self._relations = package.relations(self._main)
        self._builder = DocumentBuilder()
        styles = Styles(self._part("styles"))
        self._notes = {kind: self._notes_of(kind) for kind in _NOTES}
        self._reader = BodyReader(
            self._builder,
            styles,
            Numbering(self._part("numbering"), styles),
            self._take_note,
            self._drawing,
        )

    def load(self) -> LoadedFile:
        root = self._package.xml(self._main)
        body = None if root is None else root.find(W + "body")
        if body is None:
            return LoadedFile("", "", "docx")
        title = self._reader.title(body)
        self._reader.read(body)
        self._builder.end_heading(1)
        for notes in self._notes.values():
            for note in list(notes.values()):  # which nothing refers to
                self._reader.add_note(note)
        self._add_headers(body)
        return LoadedFile(
            self._builder.text,
            self._own_title() or title,
            "docx",
            blocks=self._builder.blocks,
            left_out=tuple(_named(self._reader.left_out + self._unread())),
        )

    def _part(self, kind: str) -> "Element | None":
        names = [found.target for found in self._relations.values() if found.kind == kind]
        return self._package.xml(names[0]) if names else None

    def _own_title(self) -> str:
        for relation in self._package.relations("").values():
            if relation.kind == "core-properties":
                core = self._package.xml(relation.target)
                return real_title((core.findtext(f"{_DC}title") or "") if core is not None else "")
        return ""

    def _notes_of(self, kind: str) -> "dict[str, Element]":
        root = self._part(kind)
        return {
            note.get(W + "id", str(i)): note
            for i, note in enumerate(root if root is not None else ())
            if note.get(W + "type", "normal") == "normal"
        }

    def _take_note(self, kind: str, identifier: str) -> "Element | None":
        return self._notes[kind].pop(identifier, None)

    def _add_headers(self, body: "Element") -> None:
        """Add the headers and footers of pages, those of the same words once."""
        seen: set[str] = set()
        for tag in ("headerReference", "footerReference"):
            for reference in body.iter(W + tag):
                relation = self._relations.get(reference.get(R + "id", ""))
                if relation is None or relation.target in seen:
                    continue
                root = self._package.xml(relation.target)
                words = "" if root is None else collapse(" ".join(root.itertext(W + "t")))
                if root is not None and words not in seen:
                    self._reader.add_note(root)
                seen |= {relation.target, words}

    def _drawing(self, kind: str, identifier: str) -> list[list[str]]:
        relation = self._relations.get(identifier)
        root = self._package.xml(relation.target) if relation and relation.target else None
        if root is None:
            return []
        return list(_chart(root) if kind == "chart" else _diagram(root))

    def _unread(self) -> Counter[str]:
        """Count the parts of the file that hold what isn't read."""
        found: Counter[str] = Counter()
        charted = {
            relation.target
            for part in self._package.names
            if re.search(r"/charts/chart[^/]*\.xml$", part)
            for relation in self._package.relations(part).values()
        }
        for part in self._package.names:
            if part.endswith("/vbaProject.bin"):
                found["macro project"] += 1
            elif "/embeddings/" in part and part not in charted:
                found["embedded file"] += 1
            elif re.search(r"/media/[^/]*\.(mp\d|m4[av]|mov|avi|wmv|wav|webm)$", part, re.I):
                found["sound or film"] += 1
        return found


def _named(counts: Counter[str]) -> Iterator[str]:
    for what, count in counts.items():
        if count:
            several = _SEVERAL.get(what, f"{what}s")
            yield f"{count} {what if count == 1 else several}"


def _chart(root: "Element") -> Iterator[list[str]]:
    """Yield the words of a chart: its titles, then its values as a table."""
    for title in root.iter(f"{_C}title"):
        if words := collapse(clean("".join(title.itertext(f"{_A}t")))):
            yield [words]
    series = list(root.iter(f"{_C}ser"))
    names = [_values(one.find(f"{_C}tx")) for one in series]
    columns = [_values(one.find(f"{_C}val")) or _values(one.find(f"{_C}yVal")) for one in series]
    rows = next((found for one in series if (found := _values(one.find(f"{_C}cat")) or
                 _values(one.find(f"{_C}xVal")))), {})  # fmt: skip
    if not any(columns):
        return
    yield ["", *(name.get(0, "") for name in names)]
    for i in sorted({*rows, *(i for column in columns for i in column)})[:_MOST_POINTS]:
        yield [rows.get(i, ""), *(column.get(i, "") for column in columns)]


def _values(parent: "Element | None") -> dict[int, str]:
    found: dict[int, str] = {}
    for point in parent.iter(f"{_C}pt") if parent is not None else ():
        try:
            place = int(point.get("idx", ""))
        except ValueError:
            continue
        found[place] = _as_shown(collapse(clean("".join(point.itertext(f"{_C}v")))))
    return found


def _as_shown(value: str) -> str:
    """Return a value with the 15 digits that a chart shows of it: 4.4 for 4.4000000000000004."""
    try:
        return f"{float(value):.15g}" if _LONG_NUMBER.fullmatch(value) else value
    except ValueError:
        return value


def _diagram(root: "Element") -> Iterator[list[str]]:
    """Yield the words of a diagram, a shape's in a row."""
    for point in root.iter(f"{_DGM}pt"):
        if words := collapse(clean(" ".join(point.itertext(f"{_A}t")))):
            yield [words]
