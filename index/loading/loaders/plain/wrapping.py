"""Which lines of plain text were one line before they were wrapped."""

import re
from collections.abc import Sequence
from itertools import pairwise

from index.loading.loaders.plain.signs import Line, is_dated, is_log, is_rule, marker_of

_LETTER = re.compile(r"\w")
_WITHIN = re.compile(r"[.!?…][\"'”’»)\]]*\s+\S")
_STOP = re.compile(r"[.!?;:,…。！？；：]")
_ENDED = frozenset(".!?:;。！？；：")
_NARROWEST, _WIDEST = 40, 130  # columns that people and programs wrap at
_LONG = 60  # characters of a line that may be wrapped among shorter ones
_FIRST_IDEOGRAPH = 0x2E80  # from here on words aren't spaced


def wrap_width(lines: Sequence[Line | None]) -> int:
    """Return the width at which a text was hard-wrapped, or 0 if it was not.

    Wrapped lines are about as long as each other, and many of them end inside a sentence.

    Args:
        lines: Its lines, None for a blank one.
    """
    prose = [line and (line if _is_prose(line) else None) for line in lines]
    pairs = [(above.text, below.text) for above, below in pairwise(prose) if above and below]
    if not pairs:
        return 0
    width = sorted(len(above) for above, _ in pairs)[len(pairs) * 9 // 10]
    broken = sum(_is_full(*pair, width) and _is_inside_sentence(*pair) for pair in pairs)
    if _NARROWEST <= width <= _WIDEST and broken >= len(pairs) / 4:
        return width
    return _width_of_long_lines(pairs)


def _width_of_long_lines(pairs: Sequence[tuple[str, str]]) -> int:
    """Return the width of a text of few sentences among short lines, as a letter; 0 if it has none.

    Addresses, lists and headings tell nothing of how its sentences are wrapped: only lines that are
    long do, by how most of them end.
    """
    long = [pair for pair in pairs if len(pair[0]) >= _LONG and not begins_own_line(pair[1])]
    if not long:
        return 0
    width = sorted(len(above) for above, _ in long)[len(long) * 9 // 10]
    open_ended = [
        pair for pair in long if _is_full(*pair, width) and not _ENDED.issuperset(pair[0][-1])
    ]
    inside = any(_is_inside_sentence(*pair) for pair in open_ended)
    return width if width <= _WIDEST and inside and len(open_ended) * 2 >= len(long) else 0


def is_wrapped(lines: Sequence[Line], width: int) -> bool:
    """Tell whether neighbouring lines are prose, and not units each for itself.

    Lists of lines are as alike as two sentences in a row never are, or bare of all stops; verse and
    lists break where a word would still have fitted.

    Args:
        lines: Lines without a blank one, a list sign or a heading among them.
        width: At which the text is wrapped; 0 if it is not.
    """
    if not width or len(lines) < 2:
        return bool(width)
    texts = [line.text for line in lines]
    if len(texts) > 2 and _likeness(texts) >= 0.4:
        return False
    bare = not any(_STOP.search(text[:-1]) for text in texts[:-1])
    if len(texts) > 3 and bare and not any(text[-1] in _ENDED for text in texts):
        return False
    widest = max(map(len, texts))
    full = sum(len(above) + 1 + _first_word(below) > widest for above, below in pairwise(texts))
    if full >= 0.8 * (len(texts) - 1):
        return True
    return len(texts) == 2 or any(_WITHIN.search(text) for text in texts)


def continues(above: str, below: str, width: int) -> bool:
    """Tell whether a line of wrapped prose goes on with the line above."""
    if not (_LETTER.search(above) and _LETTER.search(below)):
        return False
    if _is_full(above, below, width):
        return True
    return _is_inside_sentence(above, below) and len(above) * 2 >= width


def _is_prose(line: Line) -> bool:
    text = line.text
    return not ("\t" in text or "   " in text or is_log(text) or is_rule(text))


def _is_full(above: str, below: str, width: int) -> bool:
    """Tell whether the first word of a line would hardly have fitted on the line above."""
    return len(above) + 1 + _first_word(below) > width * 0.8


def _first_word(text: str) -> int:
    """Return the length of a line's first word, of a text without spaces 1."""
    return 1 if ord(text[0]) >= _FIRST_IDEOGRAPH else len(text.split(maxsplit=1)[0])


def _is_inside_sentence(above: str, below: str) -> bool:
    return below[0].isalpha() and not below[0].isupper() and above[-1] not in _ENDED


def _likeness(texts: Sequence[str]) -> float:
    """Return the share of words that stand at the same place in a line and the next one."""
    same = total = 0
    for above, below in pairwise(texts):
        pairs = list(zip(above.split(), below.split(), strict=False))
        same += sum(one == other for one, other in pairs)
        total += len(pairs)
    return same / total if total else 0.0


def begins_own_line(text: str) -> bool:
    """Tell whether a line belongs to no line above, whatever that is."""
    return (
        text[0] in "|>#"
        or is_rule(text)
        or is_log(text)
        or is_dated(text)
        or marker_of(text) is not None
    )
