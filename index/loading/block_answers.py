"""Blocks as the process that reads files sends them, written there and checked here.

A list of JSON for each block: kind, start, end, parent or -1, level, label, cells, columns,
language.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final, get_args

from index.documents import Block, BlockKind, Cell

MOST_BYTES: Final = 100_000_000  # a million cells take 20 MB
_KINDS = frozenset(get_args(BlockKind))
_MOST_COLUMNS = 20_000  # Excel has 16,384
_DEEPEST = 100
LANGUAGE: Final = re.compile("[a-z]{2,3}")  # ISO 639, as BCP 47 has it
_LABEL, _COLUMN = 100, 1_000  # characters


class BadBlocks(Exception):
    """What came are no blocks of that text."""


def written_blocks(blocks: Sequence[Block]) -> bytes:
    """Return blocks as they are sent."""
    return json.dumps(
        [
            (
                block.kind,
                block.start,
                block.end,
                -1 if block.parent is None else block.parent,
                block.level,
                block.label,
                [(cell.start, cell.end, cell.column) for cell in block.cells],
                block.columns,
                block.language,
            )
            for block in blocks
        ],
        separators=(",", ":"),
    ).encode()


def read_blocks(sent: bytes, text: str) -> tuple[Block, ...]:
    """Return the blocks of a text.

    Raises:
        BadBlocks: They are not in order, or not of this text.
        ValueError, TypeError, KeyError, RecursionError: What was sent is something else.
    """
    blocks: list[Block] = []
    before = 0
    items = json.loads(sent)
    _require(isinstance(items, list))
    for item in items:
        block = _block(item, text, len(blocks), before)
        blocks.append(block)
        before = block.end
    return tuple(blocks)


def _block(item: Any, text: str, index: int, before: int) -> Block:  # noqa: ANN401 - any JSON
    kind, start, end, parent, level, label, cells, columns, language = item
    _require(kind in _KINDS)
    _require(all(type(number) is int for number in (start, end, parent, level)))
    _require(before <= start < end <= len(text))
    _require(not (text[start].isspace() or text[end - 1].isspace()))
    _require(-1 <= parent < index and 0 <= level <= _DEEPEST)
    _require(isinstance(label, str) and len(label) <= _LABEL and text.startswith(label, start))
    _require(isinstance(columns, list) and len(columns) <= _MOST_COLUMNS)
    for name in columns:
        _require(isinstance(name, str) and len(name) <= _COLUMN)
        name.encode()  # a ValueError if UTF-8 can't hold it
    _require(isinstance(language, str) and (not language or LANGUAGE.fullmatch(language)))
    found = tuple(Cell(*cell) for cell in cells)
    last = -1
    for cell in found:
        _require(all(type(number) is int for number in (cell.start, cell.end, cell.column)))
        _require(0 <= cell.start < cell.end <= end and last < cell.column < _MOST_COLUMNS)
        last = cell.column
    above = None if parent < 0 else parent
    return Block(kind, start, end, above, level, label, found, tuple(columns), language)


def _require(promised: object) -> None:
    if not promised:
        raise BadBlocks
