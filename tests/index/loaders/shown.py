"""What the blocks of a loaded file say, in short."""

from index.context import cells_of, context_of, new_sentences
from index.documents import LoadedFile, NewDocument, Span


def kinds(loaded: LoadedFile) -> list[str]:
    """Return what its blocks are."""
    return [block.kind for block in loaded.blocks]


def rows(loaded: LoadedFile) -> list[list[str]]:
    """Return the cells of its rows."""
    return [
        [loaded.text[cell.start : cell.end] for cell in block.cells]
        for block in loaded.blocks
        if block.kind == "row"
    ]


def under(loaded: LoadedFile, index: int) -> str:
    """Return the words above a block."""
    return context_of(loaded.text, loaded.blocks, index)


def named(loaded: LoadedFile) -> list[dict[str, str]]:
    """Return for each of its rows the cells by the names of their columns."""
    return [
        {cell.name: cell.text for cell in cells_of(loaded.text, loaded.blocks, index)}
        for index, block in enumerate(loaded.blocks)
        if block.kind == "row"
    ]


def readings(loaded: LoadedFile) -> list[str]:
    """Return what a reader is given of each of its blocks, taken for one sentence."""
    spans = [Span(block.start, block.end, i) for i, block in enumerate(loaded.blocks)]
    return [s.reading for s in new_sentences(NewDocument("a", "a", "", loaded, spans))]
