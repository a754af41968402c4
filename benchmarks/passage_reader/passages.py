"""What the passage reader sees: a question, the words above a passage, and its sentences.

`[CLS] question [SEP] context [SEP] sentence sentence ... [SEP]`, as tokens of the network's base;
the sentences are marked by their token type. A sentence longer than a piece may be is several
pieces, each judged by itself, which stand one after the other as they do in the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

# The most tokens of each part. Of 5,665 questions of SQuAD none has more than 48; what is asked of
# contracts is longer and loses its explanations.
QUESTION, CONTEXT, PIECE, LONGEST = 48, 48, 96, 224
_SPECIAL = 4  # [CLS] and three times [SEP]
# Tokens below which a passage that is one block takes in those beside it: it costs little, and a
# short block ("He did.", an item) says too little by itself. Not measured.
_FILL = 96


@dataclass(frozen=True, slots=True)
class Specials:
    """Ids of [CLS], [PAD] and [SEP], which other models call <s>, <pad> and </s>."""

    begin: int
    padding: int
    end: int


class Tokenizer(Protocol):
    """Cuts texts into the tokens of a network's base."""

    @property
    def specials(self) -> Specials:
        """The tokens that stand between parts."""

    def encode(self, text: str) -> tuple[Sequence[int], Sequence[tuple[int, int]]]:
        """Return the token ids of a text without special ones, and each one's place in it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, or a part of a long one, as tokens.

    Attributes:
        start: Offset of its sentence in the document's text.
        end: Offset after its sentence.
        block: Its block's place in the document.
        ids: Its tokens.
        offsets: Where each token begins and ends in the document's text.
    """

    start: int
    end: int
    block: int
    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Input:
    """What goes through the network.

    Attributes:
        ids: Its tokens.
        places: First token of each piece, and the one after its last.
    """

    ids: list[int]
    places: list[tuple[int, int]]


def pieces_of(tokenizer: Tokenizer, text: str, start: int, end: int, block: int) -> list[Piece]:
    """Return a sentence `text[start:end]` as one piece, or several of like length."""
    ids, offsets = tokenizer.encode(text[start:end])
    # A token may have the space before its word
    places = [(a + (b > a and text[start + a].isspace()), b) for a, b in offsets]
    count = max(1, -(-len(ids) // PIECE))
    cuts = [number * len(ids) // count for number in range(count + 1)]
    return [
        Piece(
            start,
            end,
            block,
            tuple(ids[cuts[n] : cuts[n + 1]]),
            tuple((start + a, start + b) for a, b in places[cuts[n] : cuts[n + 1]]),
        )
        for n in range(count)
    ]


def room(question: int, context: int) -> int:
    """Return how many tokens of sentences there is room for beside a question and a context."""
    return LONGEST - _SPECIAL - min(QUESTION, question) - min(CONTEXT, context)


def around(
    lengths: Sequence[int],
    blocks: Sequence[int],
    target: int,
    most: int,
    *,
    after_first: bool = False,
) -> range:
    """Return which pieces of a document make the passage around one of them.

    All of its block, or of a longer block what stands around; of a shorter one its neighbours too.

    Args:
        lengths: Tokens of each piece of the document.
        blocks: The block of each piece.
        target: The piece that the passage is for.
        most: Tokens that there is room for.
        after_first: Whether to grow to the end of the text first, not to its beginning.
    """
    first = last = target
    used = lengths[target]
    stuck = [False, False]
    forward = after_first
    while not all(stuck):
        side = int(forward)
        new = last + 1 if forward else first - 1
        inside = 0 <= new < len(lengths)
        own = inside and blocks[new] == blocks[target]
        # Of other blocks only what fits while the passage is short
        if inside and used + lengths[new] <= most and (own or used < _FILL):
            used += lengths[new]
            first, last = (first, new) if forward else (new, last)
        else:
            stuck[side] = True
        forward = not forward if not stuck[1 - side] else forward
    return range(first, last + 1)


def sequence(
    question: Sequence[int],
    context: Sequence[int],
    pieces: Sequence[Sequence[int]],
    specials: Specials,
) -> Input:
    """Put the parts together. Of a long context the end is kept, of a long question its beginning.

    Pieces are taken as long as there is room.
    """
    end = specials.end
    ids = [specials.begin, *question[:QUESTION], end, *context[-CONTEXT:], end]
    places = []
    for piece in pieces:
        if len(ids) + len(piece) >= LONGEST:
            break
        places.append((len(ids), len(ids) + len(piece)))
        ids.extend(piece)
    return Input([*ids, end], places)
