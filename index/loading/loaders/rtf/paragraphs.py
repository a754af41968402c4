"""Paragraphs of Rich Text Format, and the blocks that they are."""

from dataclasses import dataclass
from typing import Final

from index.documents import BlockKind
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.plain.signs import may_be_title

DEEPEST_HEADING: Final = 6  # and that of one that is only set in bold


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph.

    Attributes:
        text: Its words.
        label: The bullet or number before it.
        level: Of an item, from 1 on; of a heading, from 1 on.
        kind: `paragraph`, `item` or `heading`.
        is_bold: Whether all of it is set in bold.
        notes: What is anchored in it: notes, comments, boxes.
    """

    text: str
    label: str = ""
    level: int = 0
    kind: BlockKind = "paragraph"
    is_bold: bool = False
    notes: tuple[tuple[BlockKind, str], ...] = ()


def add(builder: DocumentBuilder, paragraph: Paragraph) -> None:
    """Add a paragraph and what is anchored in it."""
    text = paragraph.text
    if not text:
        pass
    elif paragraph.kind == "heading":
        builder.add_heading(text, paragraph.level, label=paragraph.label)
    elif paragraph.kind == "item":
        builder.add_item(text, paragraph.level, label=paragraph.label)
    elif paragraph.is_bold and "\n" not in text and may_be_title(text):
        builder.add_heading(text, DEEPEST_HEADING)
    else:
        builder.add_paragraph(text)
    for kind, words in paragraph.notes:
        builder.add_to_item(words, kind)
