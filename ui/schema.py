"""What programs send and get, by whatever door: questions, and documents with their text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from index import Corpus, Document, FollowedSource, Sentence
from qa import Exchange
from ui.limits import API_QUESTION, HISTORY, SHOWN_CHARACTERS

GRAMMAR = (
    'A question, or words. It may hold what limits the search: "exact words", +word, -word, '
    "in:folder/, file:*.pdf, type:docx, after:2024-01, before:2024-01-31, lang:de."
)
"""What a question may say, for those who ask; docs/exactly.md tells it at length."""

QuestionText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=API_QUESTION.most,
        description=GRAMMAR,
        examples=["Which countries recognized Guaido?"],
    ),
]
DocumentKey = (
    Annotated[int, Field(ge=1, le=2**62)] | Annotated[str, Field(min_length=1, max_length=2000)]
)

# The name of a folder has 255 characters at most, and the one above it as many
CorpusKey = Annotated[str, Field(min_length=1, max_length=520)]


class EarlierAnswer(BaseModel):
    """An earlier question with what it was answered: names may come from there."""

    model_config = ConfigDict(extra="forbid")

    question: QuestionText
    answer: str = Field("", max_length=SHOWN_CHARACTERS.most, description="Words of the answer.")
    title: str = Field(
        "", max_length=2000, description="What the document that answered is called."
    )


History = Annotated[
    Sequence[QuestionText | EarlierAnswer],
    Field(
        max_length=HISTORY.most,
        description="Earlier questions, oldest first, alone or with what they were answered; the "
        "question is searched in their context.",
        examples=[[]],
    ),
]
MOST_CHARACTERS = SHOWN_CHARACTERS.most
_BETWEEN_WORDS = r"(?:\s+|\s*[|,;\"\t]+\s*)"  # in running text, and between the cells of a row
MOST_PLACES = 100  # at which a quotation is looked for


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A piece of a document's text.

    Attributes:
        title: What the document is called.
        sha256: SHA-256 of its whole text in UTF-8.
        start: Offset of the first character that is given.
        end: Offset after the last one.
        characters: Length of the whole text.
        text: The text from `start` to `end`.
    """

    title: str
    sha256: str
    start: int
    end: int
    characters: int
    text: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place at which a quotation stands.

    Attributes:
        sentence: Number of the sentence in which it begins, counted from 1.
        start: Offset of its first character.
        end: Offset after its last character.
    """

    sentence: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Where a quotation stands in a document as it is now.

    Attributes:
        title: What the document is called.
        sha256: SHA-256 of its whole text in UTF-8, to which the offsets belong.
        places: The first 100 places, in the text's order.
    """

    title: str
    sha256: str
    places: tuple[Occurrence, ...]


def said(history: Sequence[str | EarlierAnswer]) -> list[str | Exchange]:
    """Return earlier questions and answers as `qa.ask` takes them."""
    return [
        earlier
        if isinstance(earlier, str)
        else Exchange(earlier.question, earlier.answer, earlier.title)
        for earlier in history
    ]


def described(document: Document) -> dict[str, Any]:
    """Return what is told of a document, without its text."""
    return {
        "id": document.id,
        "title": document.title,
        "name": document.name,
        "format": document.format,
        "lang": document.language,
        "sha256": document.sha256,
        "sentences": document.sentences,
        "pages": len(document.page_starts),
        "added": document.added,
        "date": document.date,
        "date_from": document.date_from,
        "left_out": document.left_out,
        "pictured": document.pictured,
        "original": document.original,
    }


def described_source(source: FollowedSource) -> dict[str, Any]:
    """Return what is told of what a corpus follows: its name, and nothing of where it lies."""
    return {
        "name": Path(source.path).name or source.path,
        "kind": source.kind,
        "read": source.read,
        "documents": source.documents,
    }


def of_corpus(name: str, told: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what is told of things in a corpus, with its name if there are several."""
    return [{**one, "corpus": name} if name else one for one in told]


def part_of(document: Document, sentence: Sentence) -> dict[str, Any]:
    """Return what is told of a sentence of a document, with the block that it is a part of."""
    return {
        "number": sentence.number,
        "paragraph": sentence.block,
        "kind": sentence.kind,
        "level": sentence.level,
        "context": sentence.context,
        "page": document.page(sentence.start),
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
        "cells": [asdict(cell) for cell in sentence.cells],
    }


def read_text(corpus: Corpus, document_id: int, start: int, length: int) -> DocumentText:
    """Return at most `length` characters of a document's text from `start`.

    Raises:
        UnknownDocument: The corpus lacks the document.
    """
    with corpus.snapshot() as state:
        document = state.document(document_id)
        text = state.text(document_id, start, start + length)
    return DocumentText(
        document.title, document.sha256, start, start + len(text), document.characters, text
    )


def find_quotation(
    corpus: Corpus, document_id: int, quotation: str, *, any_case: bool = False
) -> Occurrences:
    """Return where a quotation stands, word for word but for what parts words and cells.

    Args:
        corpus: The corpus.
        document_id: The document.
        quotation: The words.
        any_case: Whether capitals and small letters are the same.

    Raises:
        UnknownDocument: The corpus lacks the document.
    """
    words = _BETWEEN_WORDS.join(map(re.escape, quotation.split()))
    flags = re.IGNORECASE if any_case else 0
    with corpus.snapshot() as state:
        document = state.document(document_id)
        matches: Iterable[re.Match[str]] = ()
        if words:
            found = re.finditer(words, state.text(document_id), flags)
            matches = islice(found, MOST_PLACES)
        places = tuple(
            Occurrence(state.sentence_number_at(document_id, match.start()), *match.span())
            for match in matches
        )
    return Occurrences(document.title, document.sha256, places)
