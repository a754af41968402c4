"""Lists in plain text: which lines of it are told to be items by those around them."""

from collections.abc import Sequence
from typing import Final

from index.loading.loaders.plain.signs import Line, Marker, choice_of, is_below, marker_of

_SOON: Final = 8  # lines in which the second item follows the first
_SHORT: Final = 60  # characters of a line of a list that has no signs


def is_followed(run: Sequence[Line], at: int, marker: Marker) -> bool:
    """Tell whether the next item of a list comes soon below its first one."""
    below = (marker_of(run[i].text) for i in range(at + 1, min(len(run), at + _SOON)))
    return any(other and other.follows(marker) and other.number for other in below)


def is_list_of_lines(lines: Sequence[Line]) -> bool:
    """Tell whether short lines under what leads in to them are items of a list."""
    return len(lines) > 1 and all(
        len(line.text) <= _SHORT and line.text[-1] not in ".!?:" for line in lines[:-1]
    )


def choice_at(run: Sequence[Line], at: int) -> Marker | None:
    """Return the letter of an answer to choose from that a line begins with; None if it doesn't."""
    beside = [other.text for other in (*run[max(0, at - 1) : at], *run[at + 1 : at + 2])]
    return choice_of(run[at].text, beside)


def marker_within(line: Line, marker: Marker) -> tuple[Marker | None, int]:
    """Return the first sign of a list behind another one, "2. (a)", and its indent."""
    words = line.text[len(marker.sign) :].lstrip()
    inner = marker_of(words) if marker.number else None
    if not inner or not inner.number or not inner.is_first or not is_below(inner, marker):
        return None, 0
    return inner, line.indent + len(line.text) - len(words)
