"""Markdown: the text its reader sees, as blocks."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.documents import BlockKind, LoadedFile
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.html.loader import add_markup, html_title
from index.loading.loaders.left_out import named
from index.loading.loaders.markdown.front_matter import Fields, take_front_matter
from index.loading.loaders.markdown.inline import LINE, Reading
from index.loading.loaders.markdown.syntax import parse
from index.loading.loaders.text import clean, collapse, decode, paragraphs
from index.loading.loaders.titles import choose_title, real_title

if TYPE_CHECKING:
    from markdown_it.token import Token

_TASK = re.compile(r"\[[^\[\]\n]\](?=\s)")
_CALLOUT = re.compile(r"\[!([\w-][\w -]{0,60})(?:\|[^\[\]]*)?\][+-]?[ \t]*")
_LABELLED = re.compile(r"([^\s:][^:]{0,40})(::?[ \t]+)(\S.*)")
_LONGEST_FIELD = 200  # characters; a longer value, as an abstract, is cut into sentences


def load_markdown(data: bytes, name: str) -> LoadedFile:
    """Return the text of a Markdown file: CommonMark, with what notes are written with beside it.

    Items of a list begin with their number or box (`[x]`), bullets are left away. A row of a table
    is one line, its cells joined by " | ". Code is kept as it is. Front matter is fields, a
    footnote stands after the paragraph, list or table that refers to it first. The address that a
    link leads to follows its text in parentheses (of a heading it is a note below it). The text of
    a picture stands where the picture does.
    """
    source, fields = take_front_matter(clean(decode(data, name)))
    tokens = parse(source)
    writer = _Writer()
    writer.add_fields(fields)
    begin = len(writer.builder.text)
    writer.add_all(tokens)
    text = writer.builder.text
    title = next((value for key, value in fields if key.lower() == "title"), "")
    title = real_title(title) or _heading(tokens)
    if fields and not title and text[begin:].strip():
        title = choose_title("", text[begin:], name)
    return LoadedFile(
        text, title, "markdown", blocks=writer.builder.blocks, left_out=named(writer.left_out)
    )


def add_markdown(builder: DocumentBuilder, source: str) -> Counter[str]:
    """Add what the reader of a piece of Markdown sees; return what isn't text in it, counted."""
    writer = _Writer(builder)
    writer.add_all(parse(source))
    return writer.left_out


def _heading(tokens: list["Token"]) -> str:
    for i, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return real_title(Reading(tokens[i + 1].children or (), targets=False).text)
        if token.type == "html_block" and "<h1" in token.content.lower():
            return html_title(token.content)
    return ""


def _end_of_footnote(tokens: Sequence["Token"], start: int) -> int:
    """Return where the footnote that opens at a place is closed."""
    level = tokens[start].level
    return next(
        at
        for at in range(start + 1, len(tokens))
        if tokens[at].type == "footnote_close" and tokens[at].level == level
    )


@dataclass(slots=True)
class _List:
    """A list that is open.

    Attributes:
        number: Of its next item; None if they have none.
        sign: What stands behind a number.
        begun: False while the item that is open has no text yet.
        label: That item's number.
    """

    number: int | None
    sign: str
    begun: bool = True
    label: str = ""


class _Writer:
    """Gives the tokens of a text to a builder."""

    def __init__(self, builder: DocumentBuilder | None = None) -> None:
        self.builder = builder or DocumentBuilder()
        self.left_out: Counter[str] = Counter()
        self._footnotes: dict[str, list[Sequence[Token]]] = {}  # those that wait to be added
        self._referred: list[str] = []  # footnotes that the block at hand refers to
        self._mentioned: set[str] = set()  # in the whole document
        self._lists: list[_List] = []
        self._kinds: list[BlockKind] = ["paragraph"]  # what a paragraph is: in a quote, in a note
        self._before = ""  # the paragraph to come: the label of a note, the kind of a callout
        self._label = ""  # the part of it that is a label
        self._header = False
        self._cells: list[str] = []
        self._named_row: int | None = None  # the last row of the table whose first cell has words

    def add_fields(self, fields: Fields) -> None:
        """Add the fields of front matter."""
        for name, value in fields:
            if len(value) > _LONGEST_FIELD:
                self.builder.add_paragraph(f"{name}: {value}")
            else:
                self.builder.add_field(name, value)

    def add_all(self, tokens: Sequence["Token"]) -> None:
        """Add what the tokens of a whole document say."""
        for token in tokens:
            for child in token.children or ():
                if child.type == "footnote_ref":
                    self._mentioned.add(child.content)
        self._add(tokens)
        while self._footnotes:
            self._add_note(next(iter(self._footnotes)))

    def _add(self, tokens: Sequence["Token"]) -> None:
        for at, end in _footnotes(tokens):
            label = tokens[at].meta["label"]
            self._footnotes.setdefault(label, []).append(tokens[at + 1 : end])
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.type == "footnote_open":
                at = _end_of_footnote(tokens, at)
                if token.meta["label"] not in self._mentioned:
                    self._add_note(token.meta["label"])
            elif token.type == "inline":
                self._inline(token, tokens[at - 1])
            else:
                if token.type == "blockquote_open":
                    self._begin_quote(tokens[at + 1 : at + 3])
                self._block(token)
            at += 1
            if token.level == 0 and token.nesting <= 0:
                referred, self._referred = self._referred, []
                for label in referred:
                    self._add_note(label)

    def _add_note(self, label: str) -> None:
        for tokens in self._footnotes.pop(label, ()):
            lists, self._lists = self._lists, []
            self._kinds.append("note")
            self._before, self._label = f"[{label}] ", f"[{label}]"
            self._add(tokens)
            self._begin_text()
            self._kinds.pop()
            self._lists = lists

    def _block(self, token: "Token") -> None:
        match token.type:
            case "list_item_close" | "blockquote_close":
                self._begin_text()
                if token.type == "blockquote_close":
                    self._kinds.pop()
            case "fence" | "code_block":
                self._begin_text()
                self.builder.add_code(clean(token.content))
            case "formula_block":
                self._paragraph(clean(token.content).strip(), "code")
            case "html_block":
                self._begin_text()
                in_item = bool(self._lists)
                self.left_out += add_markup(self.builder, token.content, in_item=in_item)
            case _:
                self._table(token)
                self._list(token)

    def _table(self, token: "Token") -> None:
        match token.type:
            case "table_open":
                self._begin_text()
                self._named_row = None
            case "thead_open" | "tbody_open":
                self._header = token.type == "thead_open"
            case "tr_close":
                self._end_row()
            case "table_close":
                self.builder.end_table()
            case _:
                pass

    def _list(self, token: "Token") -> None:
        match token.type:
            case "bullet_list_open":
                self._begin_text()
                self._lists.append(_List(None, ""))
            case "ordered_list_open":
                self._begin_text()
                self._lists.append(_List(int(token.attrs.get("start", 1)), token.markup))
            case "bullet_list_close" | "ordered_list_close":
                self._end_list()
            case "list_item_open":
                self._begin_item(self._lists[-1])
            case _:
                pass

    def _begin_item(self, within: _List) -> None:
        within.begun = False
        within.label = "" if within.number is None else f"{within.number}{within.sign}"
        if within.number is not None:
            within.number += 1
        self.builder.return_to_item(len(self._lists))

    def _end_list(self) -> None:
        self._lists.pop()
        if self._lists:
            self.builder.return_to_item(len(self._lists))
        else:
            self.builder.end_list()

    def _begin_text(self) -> None:
        """Add the labels that wait for a paragraph that isn't there."""
        within = self._lists[-1] if self._lists else None
        if self._before or (within and not within.begun and within.label):
            self._paragraph("")

    def _begin_quote(self, inside: Sequence["Token"]) -> None:
        """Let paragraphs be quotes; of a callout, take its mark off.

        Its title is a paragraph; where it has none, the kind that programs show in its place stands
        before the first one: "Warning: ...".
        """
        self._begin_text()
        self._kinds.append("note" if self._kinds[-1] == "note" else "quote")
        children = inside[-1].children or [] if inside and inside[-1].type == "inline" else []
        match = _CALLOUT.match(children[0].content) if children else None
        if not match or children[0].type != "text":
            return
        children[0].content = children[0].content[match.end() :]
        breaks = (i for i, child in enumerate(children) if child.type in {"softbreak", "hardbreak"})
        end = next(breaks, len(children))
        if not self._text(children[:end], self._kinds[-1]):
            self._before = f"{match[1].replace('-', ' ').capitalize()}: "
        inside[-1].children = children[end + 1 :]

    def _inline(self, token: "Token", opening: "Token") -> None:
        children = token.children or []
        if opening.type in {"th_open", "td_open"}:
            self._cells.append(collapse(self._read(children).text.replace(LINE, " ")))
        elif opening.type == "heading_open" and not self._lists and len(self._kinds) == 1:
            reading = self._read(children, targets=False)
            text = collapse(reading.text.replace(LINE, " "))
            self.builder.add_heading(text, int(opening.tag[1]))
            for link in reading.links:
                self.builder.add_paragraph(link, "note")
        else:
            self._text(children, self._kinds[-1])

    def _read(self, children: Sequence["Token"], *, targets: bool = True) -> Reading:
        reading = Reading(children, targets=targets)
        self._referred += reading.notes
        self.left_out += reading.left_out
        return reading

    def _text(self, children: Sequence["Token"], kind: BlockKind) -> bool:
        """Add running text; return whether there is any."""
        reading = self._read(children)
        lines = [_LABELLED.fullmatch(line.strip()) for line in reading.text.split(LINE)]
        if len(lines) > 1 and not self._lists and not self._before and all(lines):
            for line in filter(None, lines):
                self.builder.add_field(line[1], line[3], between=collapse(line[2]) + " ")
            return True
        found = paragraphs(reading.text.replace(LINE, " "))
        for text in found:
            self._paragraph(text, "caption" if reading.pictures else kind)
        return bool(found)

    def _paragraph(self, text: str, kind: BlockKind | None = None) -> None:
        kind = kind or self._kinds[-1]
        text, label = self._before + text, self._label
        self._before = self._label = ""
        if not self._lists:
            self.builder.add_paragraph(text, kind, label=label)
            return
        within = self._lists[-1]
        if within.begun:
            self.builder.add_to_item(text, kind)
            return
        within.begun = True
        task = _TASK.match(text)
        label = within.label or (task[0] if task else "")
        if within.label:
            text = f"{within.label} {text}"
        self.builder.add_item(text, len(self._lists), label=label)

    def _end_row(self) -> None:
        cells, self._cells = self._cells, []
        if self._header:
            self.builder.add_header(cells)
            return
        # A first cell that is left empty goes on with the one above
        goes_on = self._named_row is not None and not cells[0]
        row = self.builder.add_row(cells, {0: self._named_row or 0} if goes_on else None)
        if cells[0]:
            self._named_row = row


def _footnotes(tokens: Sequence["Token"]) -> Iterator[tuple[int, int]]:
    """Yield where footnotes open and close, but for those inside others."""
    at = 0
    while at < len(tokens):
        if tokens[at].type == "footnote_open":
            end = _end_of_footnote(tokens, at)
            yield at, end
            at = end
        at += 1
