"""Chats as messengers write them to a text: a message with who wrote it and when is one block."""

import re
from collections.abc import Sequence
from typing import Final

from index.documents import Block, Cell
from index.loading.loaders.placed import PlacedBlocks
from index.loading.loaders.plain.signs import Line, lines_of

LONGEST_FIELD: Final = 300  # characters of a message that is one sentence; a longer one is a text
_FEWEST = 3  # messages of a chat
_MOST_ABOVE = 5  # lines before the first one
_LONGEST = 30  # lines of a message, on average
_SIGNS = "[\u200e\u200f\u202a\u202c\ufeff]{0,3}"  # of the direction of writing, not seen
_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\.?"
_TIME = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:[ \u202f\xa0]?[AaPp]\.?[ \xa0]?[Mm]\.?)?"
_WHEN = rf"(?:\[{_DATE}, {_TIME}\]|{_DATE}, {_TIME}(?: Uhr)? [-–])"
_WHO = r"[^\s:<>\[\]][^:<>\[\]\n]{0,59}?"
_MESSAGE = re.compile(
    # Of WhatsApp, on Android and on iPhones
    rf"{_SIGNS}(?P<stamped>{_WHEN} {_SIGNS}{_WHO}):(?:\s|$)"
    # Of Zoom, with the words below or behind it
    r"|(?P<sent>\d\d:\d\d:\d\d\s{1,3}(?:From|Von|De|Da|Van) [^:\n]{1,100}?)\s?:(?:\s|$)"
    # Of IRC
    r"|(?P<nick>\[?\d\d:\d\d(?::\d\d)?\]? <[^<>\s]{1,40}>)(?:\s|$)"
    # Of Telegram, with the words below it
    rf"|(?P<below>{_WHO}, \[{_DATE},? (?:at )?{_TIME}\])$"
)
# What the messenger says itself: that Ane created the group
_NOTICE = re.compile(rf"{_SIGNS}{_WHEN} ")


def chat_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a chat, one for each message; none if a text isn't one."""
    lines = [line for line in lines_of(text) if line]
    heads = [(at, label) for at, line in enumerate(lines) if (label := _label(line)) is not None]
    messages = sum(bool(label) for _, label in heads)
    if messages < _FEWEST or heads[0][0] > _MOST_ABOVE or len(lines) > _LONGEST * len(heads):
        return ()
    found = PlacedBlocks(text)
    for line in lines[: heads[0][0]]:
        found.at(line.start).add_paragraph(line.text)
    for (at, label), (end, _) in zip(heads, [*heads[1:], (len(lines), 0)], strict=True):
        _add(found, text, lines[at:end], label)
    return found.blocks


def _label(line: Line) -> int | None:
    """Return the length of who wrote and when; 0 of a notice, None if no message begins here."""
    if match := _MESSAGE.match(line.text):
        return match.end(match.lastgroup or 0)
    return 0 if _NOTICE.match(line.text) else None


def _add(found: PlacedBlocks, text: str, lines: Sequence[Line], label: int) -> None:
    first, end = lines[0], lines[-1].end
    value = first.start + label
    while value < end and (text[value].isspace() or text[value] == ":"):
        value += 1
    if not label:
        for line in lines:
            found.at(line.start).add_paragraph(line.text)
    elif end - value > LONGEST_FIELD:
        found.at(first.start).add_paragraph(text[first.start : end])
    else:
        cells = [Cell(first.start, first.start + label, 0)]
        if value < end:
            cells.append(Cell(value, end, 1))
        found.add_cells("field", first.start, end, cells)
