"""The text of a paragraph of OpenDocument, and what is anchored in it."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.loading.loaders.opendocument.names import DC, DRAW, OFFICE, SVG, TEXT, number
from index.loading.loaders.opendocument.styles import Styles
from index.loading.loaders.text import clean, collapse

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MOST_SPACES = 100  # that one element stands for
# Numbers of pages, which programs fill in, and what isn't text
_NOT_SHOWN = frozenset(
    {f"{TEXT}{name}" for name in ("page-number", "page-count", "page-continuation", "script",
                                  "ruby-text", "number", "note-citation", "tracked-changes")}
    | {f"{OFFICE}{name}" for name in ("forms", "event-listeners")}
)  # fmt: skip
_SPACES = {f"{TEXT}s": " ", f"{TEXT}tab": " ", f"{TEXT}line-break": "\n"}
_HIDDEN = frozenset({f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph"})
_DRAWN = re.compile(
    r"frame|g|control|(?:custom-)?shape|rect|ellipse|circle|line|path|polygon|polyline|caption"
    r"|connector|measure"
)


@dataclass(slots=True)
class Inline:
    """What a paragraph holds.

    Attributes:
        parts: Its text, piece by piece.
        label: The number that the file says is printed before it.
        notes: Footnotes, endnotes and comments.
        drawn: Frames and shapes that are anchored in it.
        is_bold: Whether all of its text is set in bold.
    """

    parts: list[str] = field(default_factory=list)
    label: str = ""
    notes: list[str] = field(default_factory=list)
    drawn: list["Element"] = field(default_factory=list)
    is_bold: bool = False


class InlineReader:
    """Reads one paragraph or heading."""

    def __init__(self, styles: Styles, left_out: Counter[str]) -> None:
        self._styles = styles
        self._left_out = left_out
        self._bold = self._plain = 0  # characters
        self.found = Inline()

    def read(self, paragraph: "Element") -> Inline:
        """Return what it holds; tracked changes are taken as accepted."""
        look = self._styles.look("paragraph", paragraph.get(f"{TEXT}style-name", ""))
        self._children(paragraph, is_bold=bool(look.is_bold), is_hidden=bool(look.is_hidden))
        self.found.is_bold = self._bold > 0 and not self._plain
        return self.found

    def _children(self, parent: "Element", *, is_bold: bool, is_hidden: bool) -> None:
        self._take(parent.text, is_bold=is_bold, is_hidden=is_hidden)
        for child in parent:
            self._child(child, is_bold=is_bold, is_hidden=is_hidden)
            self._take(child.tail, is_bold=is_bold, is_hidden=is_hidden)

    def _take(self, text: str | None, *, is_bold: bool, is_hidden: bool = False) -> None:
        if not text:
            return
        if is_hidden:
            self._left_out["hidden piece of text"] += bool(text.strip())
            return
        self.found.parts.append(re.sub(r"\s+", " ", text))
        length = len(text.strip())
        self._bold += length if is_bold else 0
        self._plain += 0 if is_bold else length

    def _child(self, child: "Element", *, is_bold: bool, is_hidden: bool) -> None:
        tag = child.tag
        if tag == f"{TEXT}span":
            look = self._styles.look("text", child.get(f"{TEXT}style-name", ""))
            bold = is_bold if look.is_bold is None else look.is_bold
            self._children(child, is_bold=bold, is_hidden=is_hidden or bool(look.is_hidden))
        elif tag in _SPACES:
            count = number(child, f"{TEXT}c") if tag == f"{TEXT}s" else 1
            self.found.parts.append(_SPACES[tag] * min(count, _MOST_SPACES))
        elif tag in _HIDDEN:
            self._left_out["hidden piece of text"] += 1
        elif tag.startswith(DRAW) and _DRAWN.fullmatch(tag[len(DRAW) :]):
            self.found.drawn.append(child)
        elif not self._note(child) and tag not in _NOT_SHOWN:
            self._children(child, is_bold=is_bold, is_hidden=is_hidden)

    def _note(self, child: "Element") -> bool:
        """Take a note, or the number before the paragraph; tell whether it was one."""
        if child.tag == f"{TEXT}number":
            self.found.label = collapse(clean("".join(child.itertext())))
        elif child.tag == f"{TEXT}note":
            self.found.notes += map(words_of, child.iterchildren(f"{TEXT}note-body"))
        elif child.tag == f"{OFFICE}annotation":
            self.found.notes.append(comment_of(child))
        else:
            return False
        return True


def words_of(element: "Element") -> str:
    """Return the paragraphs in an element as lines."""
    lines = []
    for paragraph in element.iter(f"{TEXT}p", f"{TEXT}h"):
        if not len(paragraph):
            lines.append(collapse(clean(paragraph.text or "")))
            continue
        inline = InlineReader(Styles(), Counter()).read(paragraph)
        lines.append(collapse(clean("".join(inline.parts))))
    return "\n".join(filter(None, lines))


def comment_of(annotation: "Element") -> str:
    """Return a comment with who wrote it."""
    author = collapse(clean(annotation.findtext(f"{DC}creator") or ""))
    words = words_of(annotation)
    return f"{author}: {words}" if author and words else words


def description_of(frame: "Element") -> str:
    """Return what a picture is described as; may be empty."""
    for name in ("desc", "title"):
        if words := collapse(clean(frame.findtext(f"{SVG}{name}") or "")):
            return words
    return ""
