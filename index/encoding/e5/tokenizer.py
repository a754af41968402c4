"""Texts as the tokens of multilingual-e5-small, by sentencepiece and the vocabulary of its file.

Characters are first replaced and composed as the model's normaliser does, which sentencepiece could
do only from a table in a form of its own.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from index.encoding.e5.weights_file import Vocabulary

# A model's file as sentencepiece reads it is a message of Protocol Buffers, put together here with
# the numbers of fields that stand in sentencepiece_model.proto. Each piece has a text and a score,
# and a kind if it isn't an ordinary one
_PIECE = b"\x0a%c\x0a%c%b\x15%b"
_CONTROL, _UNKNOWN = b"\x18\x03", b"\x18\x02"
_UNIGRAM = b"\x12\x02\x18\x01"  # which algorithm cuts
# Characters stay, a space is put first, several become one, and U+2581 stands for them
_SPACES = b"\x1a\x10\x0a\x08identity\x18\x01\x20\x01\x28\x01"


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
        """Take in the vocabulary, which takes most of a second.

        Args:
            vocabulary: That of the model's file.
        """
        from sentencepiece import SentencePieceProcessor

        self._characters = vocabulary.characters
        self._pieces = SentencePieceProcessor(model_proto=_model(vocabulary))
        self.bos, self.eos = vocabulary.bos, vocabulary.eos

    def ids(self, text: str) -> list[int]:
        """Return the ids of a text's tokens, without those that stand at its ends."""
        ids: list[int] = self._pieces.encode(self._normalized(text))
        return ids

    def tokens(self, text: str) -> E5Tokens:
        """Return a text's tokens with their places, which takes twice as long as `ids`."""
        normalized = self._normalized(text)
        found = self._pieces.encode_as_offset_mapping(normalized)
        offsets: list[tuple[int, int]] = found["offsets"]
        if normalized != text:
            starts, ends = self._places(text, normalized)
            offsets = [
                (starts[start], ends[end - 1]) if start < end else (starts[start], starts[start])
                for start, end in offsets
            ]
        return E5Tokens(found["ids"], offsets)

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


def _model(vocabulary: Vocabulary) -> bytes:
    kinds = dict.fromkeys((vocabulary.bos, vocabulary.eos, vocabulary.pad), _CONTROL)
    kinds[vocabulary.unknown] = _UNKNOWN
    pieces, numbers = vocabulary.pieces, vocabulary.scores.astype("<f4").tobytes()
    scores = [numbers[at : at + 4] for at in range(0, len(numbers), 4)]
    for index, kind in kinds.items():
        scores[index] += kind
    return b"".join(
        # A length stands in one byte up to 127; the longest piece of the file has 48
        [_PIECE % (len(p) + len(s) + 3, len(p), p, s) for p, s in zip(pieces, scores, strict=True)]
        + [_UNIGRAM, _SPACES]
    )
