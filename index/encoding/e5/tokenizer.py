"""Texts as the tokens of multilingual-e5-small, by sentencepiece and the vocabulary of its file.

Characters are first replaced and composed as the model's normaliser does, which sentencepiece could
do only from a table in a form of its own.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.encoding.e5.weights_file import Vocabulary

# A model's file as sentencepiece reads it is a message of Protocol Buffers, put together here with
# the numbers of fields that stand in sentencepiece_model.proto. Each piece is a part of it, with a
# text and a score, and a kind if it isn't an ordinary one
_PIECE, _TEXT, _SCORE, _KIND = b"\x0a\x0a\x15\x18"
_CONTROL, _UNKNOWN = 3, 2
_UNIGRAM = b"\x12\x02\x18\x01"  # which algorithm cuts
# Characters stay, a space is put first, several become one, and U+2581 stands for them
_SPACES = b"\x1a\x10\x0a\x08identity\x18\x01\x20\x01\x28\x01"

# sentencepiece takes .9 s for all pieces, three times as long as for the 114,000 of 250,000 that
# Latin letters, digits and signs make up. A text of these is cut by those alone just as by all:
# others can't be in it, and of the scores only the least of all counts beside its own. In UTF-8
# they begin with bytes up to C9, CC or CD, or E1, E2, F0 with some second byte
_ELSEWHERE = re.compile("[^\0-\u027f\u0300-\u037f\u1e00-\u1eff\u2000-\u2bff\U0001f000-\U0001ffff]")
_SECOND = {0xE1: (0xB8, 0xBB), 0xE2: (0x80, 0xAF), 0xF0: (0x9F, 0x9F)}

# What is composed stands together: a letter with its marks, as a rule; in some scripts (Hangul in
# parts, vowels of two signs in Bengali) letters are composed too, but never across a space
_WORDS = re.compile(r"\s|\S+")


@dataclass(frozen=True, slots=True)
class E5Tokens:
    """A text as tokens.

    Attributes:
        ids: Their ids, without those that stand at a text's ends.
        offsets: Where each begins and ends in the text, in code points; a space belongs to the
            token behind it.
    """

    ids: list[int]
    offsets: list[tuple[int, int]]


class E5Tokenizer:
    """Cuts texts into tokens. Any number of threads may use it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Take in the pieces that texts in Latin script are cut into, those of others if one comes.

        Args:
            vocabulary: That of the model's file.
        """
        self._vocabulary = vocabulary
        self._characters = vocabulary.characters
        self.bos, self.eos = vocabulary.bos, vocabulary.eos
        self._growing = threading.Lock()  # of two threads that need the other pieces, one loads
        self._cutter = _Cutter(vocabulary, _latin(vocabulary))

    def ids(self, text: str) -> list[int]:
        """Return the ids of a text's tokens, without those that stand at its ends."""
        normalized = self._normalized(text)
        return self._cutter_of(normalized).ids(normalized)

    def tokens(self, text: str) -> E5Tokens:
        """Return a text's tokens with their places, which takes twice as long as `ids`."""
        normalized = self._normalized(text)
        found = self._cutter_of(normalized).tokens(normalized)
        if normalized == text:
            return found
        starts, ends = self._places(text, normalized)
        offsets = [
            (starts[start], ends[end - 1]) if start < end else (starts[start], starts[start])
            for start, end in found.offsets
        ]
        return E5Tokens(found.ids, offsets)

    def _cutter_of(self, normalized: str) -> "_Cutter":
        cutter = self._cutter
        if not cutter.complete and _ELSEWHERE.search(normalized):
            with self._growing:
                if not self._cutter.complete:
                    self._cutter = _Cutter(self._vocabulary, None)
                cutter = self._cutter
        return cutter

    def _places(self, text: str, normalized: str) -> tuple[list[int], list[int]]:
        """Return for each normalized character where its origin begins and ends in the text."""
        for parts in (_letters(text), _WORDS.findall(text)):
            made = [self._normalized(part) for part in parts]
            if "".join(made) == normalized:
                break
        starts, ends = [], []
        at = 0
        for part, new in zip(parts, made, strict=True):
            starts += [at] * len(new)
            at += len(part)
            ends += [at] * len(new)
        return [*starts, at], [*ends, at]

    def _normalized(self, text: str) -> str:
        if text.isascii() and text.isprintable():
            return text
        return unicodedata.normalize("NFC", text.translate(self._characters))


def _letters(text: str) -> Iterable[str]:
    """Return the letters of a text, each with the marks behind it."""
    parts: list[str] = []
    for character in text:
        if parts and unicodedata.combining(character):
            parts[-1] += character
        else:
            parts.append(character)
    return parts


class _Cutter:
    """Cuts normalized texts into some of the pieces, or all."""

    def __init__(self, vocabulary: Vocabulary, chosen: NDArray[np.int64] | None) -> None:
        """Let sentencepiece take in the pieces of these ids; all if there are none."""
        from sentencepiece import SentencePieceProcessor

        self.complete = chosen is None
        self._ids = None if chosen is None else chosen.tolist()
        self._pieces = SentencePieceProcessor(model_proto=_model(vocabulary, chosen))

    def ids(self, text: str) -> list[int]:
        return self._of_all(self._pieces.encode(text))

    def tokens(self, text: str) -> E5Tokens:
        found = self._pieces.encode_as_offset_mapping(text)
        return E5Tokens(self._of_all(found["ids"]), found["offsets"])

    def _of_all(self, ids: list[int]) -> list[int]:
        """Return the ids of pieces among all for those among the chosen ones."""
        return ids if self._ids is None else [self._ids[number] for number in ids]


def _latin(vocabulary: Vocabulary) -> NDArray[np.int64]:
    """Return the ids of pieces without characters that `_ELSEWHERE` finds, and of some others."""
    data = np.frombuffer(vocabulary.text, np.uint8)
    following = np.append(data[1:], np.uint8(0))
    other = (data >= 0xCA) & ~np.isin(data, (0xCC, 0xCD))
    for lead, (first, last) in _SECOND.items():
        other &= (data != lead) | (following < first) | (following > last)
    before = np.concatenate(([0], np.cumsum(other)))
    chosen = before[vocabulary.starts[1:]] == before[vocabulary.starts[:-1]]
    chosen[[vocabulary.bos, vocabulary.eos, vocabulary.pad, vocabulary.unknown]] = True
    chosen[np.argmin(vocabulary.scores)] = True  # what no piece covers gets 10 less than that
    return np.flatnonzero(chosen)


def _model(vocabulary: Vocabulary, chosen: NDArray[np.int64] | None) -> bytes:
    """Return sentencepiece's model of the pieces of these ids; all if there are none."""
    numbers = np.arange(len(vocabulary.scores)) if chosen is None else chosen
    kinds = np.zeros(len(vocabulary.scores), np.uint8)
    kinds[[vocabulary.bos, vocabulary.eos, vocabulary.pad]] = _CONTROL
    kinds[vocabulary.unknown] = _UNKNOWN
    kinds = kinds[numbers]
    starts = vocabulary.starts[numbers]
    lengths = vocabulary.starts[numbers + 1] - starts
    # Four bytes, the text, five of the score, and two of the kind. A length stands in one byte up
    # to 127; the longest piece of the file has 48
    sizes = lengths + 9 + 2 * (kinds > 0)
    at = np.cumsum(sizes) - sizes
    made = np.empty(sizes.sum(), np.uint8)
    made[at], made[at + 1] = _PIECE, sizes - 2
    made[at + 2], made[at + 3] = _TEXT, lengths
    # Of each byte of the texts, how far its place is from that in the vocabulary
    moved = np.repeat(at + 4 - starts, lengths)
    taken = np.arange(lengths.sum()) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
    made[taken + moved] = np.frombuffer(vocabulary.text, np.uint8)[taken]
    behind = at + 4 + lengths
    made[behind] = _SCORE
    scores = vocabulary.scores[numbers].astype("<f4").view(np.uint8).reshape(-1, 4)
    made[behind[:, None] + np.arange(1, 5)] = scores
    special = behind[kinds > 0] + 5
    made[special], made[special + 1] = _KIND, kinds[kinds > 0]
    return made.tobytes() + _UNIGRAM + _SPACES
