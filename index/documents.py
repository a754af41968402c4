"""The data types of the index: loaded files, documents, sentences, hits.

Offsets are half-open and count Unicode code points of the document's stored text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

BlockKind = Literal[
    "paragraph",
    "heading",
    "item",  # of a list
    "header",  # the names of a table's columns
    "row",  # of a table, or a record of a CSV file
    "field",  # a label and its value: a form's, or front matter's
    "caption",
    "note",  # a footnote, a comment, a margin note
    "quote",
    "code",  # a line, or a statement of several
]

DateFrom = Literal["document", "file", "added"]

UNKNOWN_LANGUAGE = "und"  # BCP 47's code of a language that isn't known


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row, header or field.

    A merged cell that spans several rows stands in each of them, at the one place where its words
    are printed, which may be before the block.

    Attributes:
        start: Offset of its first character.
        end: Offset after its last character; `start` if it is empty.
        column: Which of the columns it begins in, counted from 0; of a field 0 is the label and 1
            the value.
    """

    start: int
    end: int
    column: int


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document that is one thing: a heading, a paragraph, an item, a row.

    The blocks of a text are in its order, don't overlap, and hold all that isn't white space.

    Attributes:
        kind: What it is.
        start: Offset of its first character, which is no white space.
        end: Offset after its last character, which is none either.
        parent: Index of the block that it stands under, always an earlier one; None if there is
            none. Of a paragraph or heading it is a heading, of an item or code the item that it is
            part of or the words that lead in, of a row the table's header, caption or heading, or
            the row that says what those below it are.
        level: Of a heading 1 to 6, of an item how deep it stands in lists, counted from 1; else 0.
        label: The number or sign that is printed before it, with which its text begins: `2.3`,
            `(b)`, `•`; empty if there is none.
        cells: Of a row, header or field: its cells that aren't empty, in the order of the columns.
        columns: Of a header: the name of each column, with those of the headers above it. They are
            repeated in a row that others stand under.
        language: BCP 47's code of its language; empty if that is its document's.
    """

    kind: BlockKind
    start: int
    end: int
    parent: int | None = None
    level: int = 0
    label: str = ""
    cells: tuple[Cell, ...] = ()
    columns: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class NamedCell:
    """A cell of a row as it is to be read: with the name of its column.

    Attributes:
        name: What the table's header calls the column, or a field its value; may be empty.
        text: The cell's words.
        start: Offset of its first character in the document's text.
        end: Offset after its last character.
        column: Which of the columns it begins in, counted from 0.
    """

    name: str
    text: str
    start: int
    end: int
    column: int = 0


ATTACHED_TO = " \u203a "  # between what a document is attached to and its own name


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file attached to another one; it becomes a document of its own.

    Attributes:
        name: What it is called there.
        data: Its content.
    """

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """What a loader makes of a file.

    Attributes:
        text: The extracted text. Paragraphs are separated by newlines.
        title: What to call the document in a citation.
        format: What it was read as, such as `text`, `html`, `pdf` or `epub`.
        page_starts: Offset in `text` at which each page begins; empty if there are no pages.
        blocks: What the text is made of.
        left_out: What the file holds and the text doesn't, each as `3 pictures without text`.
        language: BCP 47's code of its language, such as `de`; `und` if it isn't known.
        attached: The files inside of it.
        pictured: The pages that were read from pictures, counted from 1: letters may be wrong.
        date: The day that it says it is of, or else on which the file was last changed, as in
            `2024-01-31`; empty if neither is known.
        date_from: Which of them: `document` or `file`.
    """

    text: str
    title: str
    format: str
    page_starts: tuple[int, ...] = ()
    blocks: tuple[Block, ...] = ()
    left_out: tuple[str, ...] = ()
    language: str = UNKNOWN_LANGUAGE
    attached: tuple[Attachment, ...] = ()
    pictured: tuple[int, ...] = ()
    date: str = ""
    date_from: DateFrom = "document"


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the corpus, without its text.

    Attributes:
        id: Number of the document, never used again after removal.
        source: What it was added from: a file's absolute path, or a name given to `add_text`; of a
            file that is attached to another one, that one's source and its name: `a.eml › b.pdf`.
        name: File name, or the name given to `add_text`.
        title: What it is called in citations.
        format: What it was read as, such as `text`, `html`, `pdf` or `epub`.
        sha256: Hash of the stored text in UTF-8, as hexadecimal digits.
        characters: Length of the stored text in code points.
        sentences: Number of sentences.
        added: When this text was stored, ISO 8601 in UTC.
        page_starts: Offset at which each page begins; empty if there are no pages.
        left_out: What the file holds and the text doesn't, each as `3 pictures without text`.
        original: SHA-256 of the file that it is from, if the corpus keeps that; else empty.
        language: BCP 47's code of the language that most of it is in, such as `de`; `und` if it
            isn't known.
        pictured: The pages that were read from pictures, counted from 1: letters may be wrong.
        date: The day that it is dated, as in `2024-01-31`, for searches `after:` and `before:` one.
        date_from: Where that is from: the `document` says so itself (a mail when it was sent), the
            `file` was last changed then, or it was `added` then, where nothing else is known.
    """

    id: int
    source: str
    name: str
    title: str
    format: str
    sha256: str
    characters: int
    sentences: int
    added: str
    page_starts: tuple[int, ...] = ()
    left_out: tuple[str, ...] = ()
    original: str = ""
    language: str = UNKNOWN_LANGUAGE
    pictured: tuple[int, ...] = ()
    date: str = ""
    date_from: DateFrom = "added"

    def page(self, offset: int) -> int | None:
        """Return the page, counted from 1, that holds the character at `offset`."""
        if not self.page_starts:
            return None
        return max(1, sum(start <= offset for start in self.page_starts))

    def is_from_picture(self, offset: int) -> bool:
        """Return whether the character at `offset` was read from a picture."""
        return self.page(offset) in self.pictured


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence's place in a text: `text[start:end]`, and the index of its block."""

    start: int
    end: int
    block: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a document: the unit that is embedded and searched.

    Attributes:
        id: Number of the sentence in the corpus; never used again after removal.
        document_id: The document it stands in.
        number: Its place in the document, counted from 1.
        block: Its block's place in the document, counted from 0.
        start: Offset of its first character.
        end: Offset after its last character.
        text: The document's text from `start` to `end`.
        kind: What its block is.
        context: The words above it: headings from the outermost on, and what leads in to a list.
        cells: Of a row, header or field: its cells, those of a row with the names of their columns.
        level: Of a heading 1 to 6, of an item how deep it stands in lists; else 0.
        title: What its document is called; empty where that isn't known.
        language: BCP 47's code of its block's language; `und` if it isn't known.
    """

    id: int
    document_id: int
    number: int
    block: int
    start: int
    end: int
    text: str
    kind: BlockKind = "paragraph"
    context: str = ""
    cells: tuple[NamedCell, ...] = ()
    level: int = 0
    title: str = ""
    language: str = UNKNOWN_LANGUAGE

    @property
    def paragraph(self) -> int:
        """The former name of `block`."""
        return self.block

    @property
    def reading(self) -> str:
        """The text, of a row with the names of its columns: `Year 2024; Rent 4,326 EUR`."""
        return _BETWEEN_CELLS.join(map(_named, self._read_cells)) or self.text

    def words_read(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where words of `reading` stand in the text: `text[start:end]`.

        Args:
            start: Offset of the first character in `reading`.
            end: Offset after the last one.

        Returns:
            Offsets in the text; of the name of a column those of the value below it. None of what
            stands elsewhere: in a cell that spans several rows.
        """
        if not self._read_cells:
            return start, end
        at = 0
        found: list[int] = []
        for cell in self._read_cells:
            named = _named(cell)
            value = at + len(named) - len(cell.text)
            inside = self.start <= cell.start and cell.end <= self.end
            if inside and at < end and start < at + len(named):
                first, last = max(start, value), min(end, at + len(named))
                if first >= last:  # the name alone
                    first, last = value, at + len(named)
                place = cell.start - self.start - value
                found += [first + place, last + place]
            at += len(named) + len(_BETWEEN_CELLS)
        return (min(found), max(found)) if found else None

    @property
    def _read_cells(self) -> tuple[NamedCell, ...]:
        """The cells of a row with names, one that spans several columns once with all of these."""
        if self.kind != "row" or not any(cell.name for cell in self.cells):
            return ()
        found: list[NamedCell] = []
        last = ""
        for cell in self.cells:
            if found and (found[-1].start, found[-1].end) == (cell.start, cell.end):
                if cell.name not in {"", last}:
                    names = filter(None, (found[-1].name, cell.name))
                    found[-1] = replace(found[-1], name=", ".join(names))
            else:
                found.append(cell)
            last = cell.name
        return tuple(found)


_BETWEEN_CELLS = "; "


def _named(cell: NamedCell) -> str:
    return f"{cell.name} {cell.text}" if cell.name else cell.text


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence retrieved for a query. For every score, higher is better.

    Attributes:
        sentence_id: The sentence.
        score: The fused score, from 0 to 1.
        dense: Cosine of query and sentence, or None if the dense search didn't return it.
        lexical: BM25 of the sentence, or None likewise.
        window: BM25 of the sentence with its neighbours, or None likewise.
        above: How much greater the cosine is than that of the query with the sentences in the same
            language on average, or None as `dense`.
    """

    sentence_id: int
    score: float
    dense: float | None = None
    lexical: float | None = None
    window: float | None = None
    above: float | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in shares of its width and height from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page of a document as it looks.

    Attributes:
        png: The picture.
        width: Of the picture, in pixels.
        height: Likewise.
        pages: How many pages the document has.
        boxes: Where the words stand that were to be marked, one for each line of them.
    """

    png: bytes
    width: int
    height: int
    pages: int
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document ready to be stored.

    Attributes:
        source: What it comes from; a document of the same source is replaced.
        name: File name, or the name given by the caller.
        stamp: Tells whether the file has to be read again, see `Store.stamp`.
        file: The extracted text with its title, format and pages.
        spans: The sentences' places in the text.
        readings: Keys of what was read on its pages that are pictures; None if that is as before.
    """

    source: str
    name: str
    stamp: str
    file: LoadedFile
    spans: Sequence[Span]
    readings: tuple[str, ...] | None = None
