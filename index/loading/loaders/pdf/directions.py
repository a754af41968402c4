"""Lines with words of scripts that run from right to left, as they are read.

What stands where on a page is certain; in which order a file writes it, and which way round it has
a bracket, is not. So that order is found from the places of the letters.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff"
FROM_RIGHT: Final = re.compile(f"[{_RIGHT_TO_LEFT}]")
_DIGIT = re.compile(r"\d")
_FROM_LEFT = re.compile(rf"(?![{_RIGHT_TO_LEFT}])[^\W\d_]")
_SHAPES = re.compile("[\ufb1d-\ufdff\ufe70-\ufefc]+")  # of letters, for each place in a word
# Latin words and numbers, with the signs of percentages and amounts beside figures
_LATIN = rf"[^\W_{_RIGHT_TO_LEFT}]"
_SIGNS = "[%$€£¥₪°]+"
_RUN = re.compile(
    rf"(?:{_SIGNS}(?=\d))?{_LATIN}(?:[^\s{_RIGHT_TO_LEFT}]*{_LATIN})?(?:(?<=\d){_SIGNS})?"
)
_RUN_FROM_RIGHT = re.compile(rf"[{_RIGHT_TO_LEFT}](?:[^\s]*[{_RIGHT_TO_LEFT}])?")
_OPENING, _CLOSING = "([{<«", ")]}>»"
_NARROW = 0.06  # sizes between words that the file has apart, or of two scripts
_BESIDE_SIGN = 0.15  # likewise beside a bracket or a comma, which the file may have with another
_OVER = 0.4  # of the narrower letter, at least, if they stand over each other
_SPACE = 0.3  # sizes between words where none is written; letters that don't join stand apart


@dataclass(frozen=True, slots=True)
class Letter:
    """A character of a line, with the letter's marks.

    Attributes:
        text: The character.
        left: Where it begins, in points.
        right: Where it ends, in points.
        word: Which word of the line it is in, as the file has it.
    """

    text: str
    left: float
    right: float
    word: int = 0


def runs_from_right(text: str) -> bool:
    """Tell whether most letters of a text are of scripts that run from right to left."""
    from_right = sum(map(str.isalpha, FROM_RIGHT.findall(text)))
    return from_right > 0 and 2 * from_right > sum(map(str.isalpha, text))


def letters_of(characters: Sequence[Letter]) -> list[Letter]:
    """Return a line's letters with the marks above and below them, from the left."""
    marks = [one for one in characters if unicodedata.combining(one.text[0])]
    found = [one for one in characters if not unicodedata.combining(one.text[0])]
    order = {id(one): at for at, one in enumerate(found)}
    found.sort(key=lambda one: one.left + one.right)
    _as_written(found, order)
    for mark in marks if found else ():
        at = min(range(len(found)), key=lambda i: abs(_middle(found[i]) - _middle(mark)))
        found[at] = replace(found[at], text=found[at].text + mark.text)
    return found


def _as_written(letters: list[Letter], order: Mapping[int, int]) -> None:
    """Let letters of a word that stand over each other follow each other as the file has them.

    Args:
        letters: From the left.
        order: By its identity, which letter of the file it is.
    """
    steps = Counter[int]()  # of each word, whether the file goes to the right more often
    for one, other in pairwise(letters):
        if one.word == other.word:
            steps[one.word] += 1 if order[id(other)] > order[id(one)] else -1
    for at, (one, other) in enumerate(pairwise(list(letters))):
        if one.word != other.word or not FROM_RIGHT.match(one.text) or letters[at] is not one:
            continue
        over = min(one.right, other.right) - max(one.left, other.left)
        goes_right = order[id(other)] > order[id(one)]
        narrower = min(one.right - one.left, other.right - other.left)
        if over > _OVER * narrower and goes_right != (steps[one.word] > 0):
            letters[at : at + 2] = [other, one]


def _middle(letter: Letter) -> float:
    return (letter.left + letter.right) / 2


def cut(letters: Sequence[Letter], gap: float) -> Iterator[list[Letter]]:
    """Cut letters that follow each other on a page, either way, where a gap is between them."""
    part = list(letters[:1])
    for before, after in pairwise(letters):
        apart = max(after.left - before.right, before.left - after.right)
        if apart > gap:
            yield part
            part = []
        part.append(after)
    if part:
        yield part


def written(
    letters: Sequence[Letter], spaces: Sequence[float], size: float, *, from_right: bool
) -> str:
    """Return what letters say, in the order in which they are read.

    Args:
        letters: From the side on which the line begins.
        spaces: Where spaces are written between them, in points.
        size: Of their font, in points.
        from_right: Whether the line begins at the right.
    """
    words: list[list[str]] = [[]]
    for before, after in pairwise([letters[0], *letters]):
        left, right = min(before.right, after.right), max(before.left, after.left)
        near, far = sorted((_middle(before), _middle(after)))
        if right - left > _gap(before, after) * size or any(near < at < far for at in spaces):
            words.append([])
        words[-1].append(after.text)
    read_words = [_word(word, from_right=from_right) for word in words]
    return " ".join(in_reading_order(read_words, from_right=from_right))


def _gap(one: Letter, other: Letter) -> float:
    """Return how far two characters stand apart at least that are of two words, in sizes."""
    turns = bool(FROM_RIGHT.match(one.text)) != bool(FROM_RIGHT.match(other.text))
    if not (one.text.isalnum() and other.text.isalnum()):
        return _SPACE if one.word == other.word else _BESIDE_SIGN
    return _NARROW if one.word != other.word or turns else _SPACE


def _word(letters: Sequence[str], *, from_right: bool) -> str:
    """Return a word, of whose letters those that run the other way stand in the wrong order."""
    # Each stands for itself in the patterns, with whatever marks it has
    plain = "".join(letter[0] for letter in letters)
    found: list[str] = []
    at = 0
    for run in (_RUN if from_right else _RUN_FROM_RIGHT).finditer(plain):
        found += [*letters[at : run.start()], *reversed(letters[run.start() : run.end()])]
        at = run.end()
    found += letters[at:]
    return _SHAPES.sub(_plain_letters, _with_brackets(found) if from_right else "".join(found))


def _plain_letters(shapes: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", shapes[0])


def _with_brackets(letters: list[str]) -> str:
    """Let a bracket before a word open, and one behind it close: their pictures are mirrored."""
    first = next((i for i, one in enumerate(letters) if one[0].isalnum()), len(letters))
    last = max((i for i, one in enumerate(letters) if one[0].isalnum()), default=-1)
    for at, letter in enumerate(letters):
        kind = max(_OPENING.find(letter), _CLOSING.find(letter))
        if kind >= 0 and not first < at < last:
            letters[at] = _OPENING[kind] if at < first else _CLOSING[kind]
    return "".join(letters)


def in_reading_order(words: Sequence[str], *, from_right: bool) -> list[str]:
    """Return a line's words in the order in which they are read.

    Words of the other direction that stand together are read in theirs: "SQL Server 2019" within a
    Hebrew sentence. Numbers by themselves follow each other in the direction of the line.

    Args:
        words: As they stand on the page, from the side on which the line begins.
        from_right: Whether that is the right one.
    """
    own = FROM_RIGHT if from_right else _FROM_LEFT
    found: list[str] = []
    run: list[str] = []  # words of the other direction, and what may belong to them
    for word in words:
        if own.search(word):
            found += _turned(run, from_right=from_right)
            found.append(word)
            run = []
        else:
            run.append(word)
    return found + _turned(run, from_right=from_right)


def _turned(run: list[str], *, from_right: bool) -> list[str]:
    """Return words between two of the line's direction, those of the other one in its order."""
    other = _FROM_LEFT if from_right else FROM_RIGHT
    found = [at for at, word in enumerate(run) if other.search(word)]
    if not found:
        return run
    first, last = found[0], found[-1]
    if from_right:  # a number after a Latin word stands to its right, before it from there
        while first > 0 and _DIGIT.search(run[first - 1]):
            first -= 1
    within = run[first : last + 1]
    # A comma behind them all stands beside the one that is read first
    head, within[0] = _outer_signs(within[0])
    tail, last_word = _outer_signs(within[-1][::-1])
    within[-1] = last_word[::-1]
    within.reverse()
    within[0] = head + within[0]
    within[-1] += tail[::-1]
    return [*run[:first], *within, *run[last + 1 :]]


def _outer_signs(word: str) -> tuple[str, str]:
    """Return the signs before a word, and the word without them."""
    at = next((i for i, character in enumerate(word) if character.isalnum()), 0)
    return word[:at], word[at:]
