"""What a page is made of before it is put together: a cell's pieces wait for the whole table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from index.documents import BlockKind
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.text import collapse

PieceKind = Literal[
    "paragraph",
    "quote",
    "caption",
    "note",
    "code",
    "heading",
    "summary",  # the heading of what folds out, which ends with it
    "end_summary",
    "item",
    "more",  # of an item
    "return",  # from a nested list to the item of a level
    "end_list",
    "term",
    "definition",
    "field",
    "rows",  # of a table
]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a page.

    Attributes:
        kind: What it is.
        text: Its text; of a field its value.
        level: Of a heading or item.
        label: The number of an item, with which its text begins; of a field its label.
        within: Of what more an item has: its kind.
        emit: Of rows: what gives them to a builder.
    """

    kind: PieceKind
    text: str = ""
    level: int = 0
    label: str = ""
    within: BlockKind = "paragraph"
    emit: Callable[[DocumentBuilder], None] | None = None


def plain(pieces: Sequence[Piece]) -> str:
    """Return the words of pieces on one line."""
    words = (
        f"{piece.label}: {piece.text}" if piece.kind == "field" else piece.text for piece in pieces
    )
    return collapse(" ".join(filter(None, words)))


def defined(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces of a list of definitions: a short one is a field, others are items."""
    found: list[Piece] = []
    at = 0
    while at < len(pieces):
        piece, after = pieces[at], pieces[at + 1 : at + 3]
        at += 1
        if piece.kind == "term" and _is_field(pieces[at - 2] if at > 1 else None, piece, after):
            found.append(Piece("field", after[0].text, label=piece.text.rstrip(" :")))
            at += 1
        elif piece.kind in {"term", "definition"}:
            found.append(Piece("item", piece.text, piece.level))
        else:
            found.append(piece)
    return found


def _is_field(before: Piece | None, term: Piece, after: list[Piece]) -> bool:
    if not after or after[0].kind != "definition" or term.text.endswith("?"):
        return False
    if before is not None and before.kind == "term":
        return False
    value = after[0].text
    one = len(after) == 1 or after[1].kind == "term"
    return one and len(value) <= 200 and "\n" not in value and value[-1:] not in ".!?"


def emit(pieces: Sequence[Piece], builder: DocumentBuilder, *, in_item: bool = False) -> None:
    """Give pieces to a builder.

    Args:
        pieces: The pieces, in their order.
        builder: What puts them together.
        in_item: They are part of the last item of a list that is open.
    """
    level = 0  # of the last heading
    folded: list[int] = []  # levels of the headings of what folds out
    for piece in pieces:
        if piece.kind in {"heading", "summary"}:
            level = piece.level if piece.kind == "heading" else level + 1
            if piece.kind == "summary":
                folded.append(level)
            builder.add_heading(piece.text, level)
        elif piece.kind == "end_summary":
            if folded:
                level = folded.pop()
                builder.end_heading(level)
                level -= 1
        else:
            _emit(piece, builder, in_item=in_item)


def _emit(piece: Piece, builder: DocumentBuilder, *, in_item: bool) -> None:
    match piece.kind:
        case "item":
            builder.add_item(piece.text, piece.level, label=piece.label)
        case "more":
            builder.add_to_item(piece.text, piece.within)
        case "return" | "end_list":
            builder.return_to_item(piece.level)  # of "end_list" it is 0: to none
        case "code":
            builder.add_code(piece.text)
        case "field":
            builder.add_field(piece.label, piece.text)
        case "rows":
            if piece.emit:
                piece.emit(builder)
            builder.end_table()
        case "paragraph" | "quote" | "caption" | "note" as kind:
            if in_item:
                builder.add_to_item(piece.text, kind)
            else:
                builder.add_paragraph(piece.text, kind)
        case _:
            pass
