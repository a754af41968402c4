"""What a sentence needs to be understood beside its own words: headings, lead-in, column names."""

from collections.abc import Iterator, Sequence

from index.documents import Block, NamedCell, NewDocument, Sentence

BETWEEN = " \u203a "  # the parts of a context
_PART = 200  # characters of a heading or of what leads in to a list: of a longer one the end
_MOST = 400  # characters of a context; the outermost headings go first


def context_of(text: str, blocks: Sequence[Block], index: int) -> str:
    """Return the words above a block: headings from the outermost on, and what leads in to it.

    Args:
        text: The document's text.
        blocks: Its blocks.
        index: The block's.
    """
    parts: list[str] = []
    room = _MOST
    at = blocks[index].parent
    while at is not None:
        block = blocks[at]
        if block.kind != "header":  # its words are the names of the cells
            begin = max(block.start, block.end - _PART)
            words = " ".join(text[begin : block.end].split())
            room -= len(words) + len(BETWEEN)
            if room < 0:
                break
            parts.append(words)
        at = block.parent
    return BETWEEN.join(reversed(parts))


def cells_of(text: str, blocks: Sequence[Block], index: int) -> tuple[NamedCell, ...]:
    """Return a block's cells, those of a row with the names of their columns."""
    block = blocks[index]
    above = block.parent if block.kind == "row" else None
    names = () if above is None else blocks[above].columns
    return tuple(
        NamedCell(
            names[cell.column] if cell.column < len(names) else "",
            text[cell.start : cell.end],
            cell.start,
            cell.end,
            cell.column,
        )
        for cell in block.cells
    )


def new_sentences(document: NewDocument) -> Iterator[Sentence]:
    """Yield the sentences of a document that has no ids yet, as they will be stored."""
    text, blocks = document.file.text, document.file.blocks
    last, context = -1, ""
    cells: tuple[NamedCell, ...] = ()
    for number, span in enumerate(document.spans, 1):
        if span.block != last:
            last = span.block
            context, cells = context_of(text, blocks, last), cells_of(text, blocks, last)
        yield Sentence(
            0,
            0,
            number,
            span.block,
            span.start,
            span.end,
            text[span.start : span.end],
            blocks[span.block].kind,
            context,
            cells,
            blocks[span.block].level,
            document.file.title,
            blocks[span.block].language or document.file.language,
        )


def encoded(sentence: Sentence) -> str:
    """Return what the encoder is given for a sentence, by which its vector is known."""
    return sentence.reading
