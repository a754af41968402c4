"""What the blocks of a loaded file say, in short."""

from index.context import context_of
from index.documents import LoadedFile


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
