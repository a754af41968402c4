"""What programs send and get, by whatever door: questions, and documents with their text."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from index import BadSetting, Corpus, Document, Filter, FollowedSource, Sentence, draft_of
from qa import (
    CheckedText,
    Exchange,
    Proof,
    ReaderName,
    checked_sentences,
    checked_text,
    verify_quotation,
)
from ui.limits import API_QUESTION, HISTORY, SHOWN_CHARACTERS
from ui.protection.admission import Admission
from ui.translation.catalogue import ENGLISH, Words

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


_Text = Annotated[str, Field(min_length=1, max_length=1000)]
_Several = Annotated[list[_Text], Field(max_length=50)]


class Where(BaseModel):
    """What a search is limited to, beside what the question says itself; all of it must hold."""

    model_config = ConfigDict(extra="forbid")

    phrases: _Several = Field([], description="Words that must stand in a sentence just so.")
    without: _Several = Field([], description="Words or phrases that must not stand in it.")
    folders: _Several = Field([], description="Folders: `contracts`, `contracts/2024`.")
    files: _Several = Field([], description="Names of files: `lease.docx`, `*.pdf`.")
    types: _Several = Field([], description="Formats or file endings: `pdf`, `docx`, `mail`.")
    after: str = Field("", max_length=10, description="Dated then or later: `2024-01`.")
    before: str = Field("", max_length=10, description="Dated earlier than that: `2024`.")
    languages: _Several = Field([], description="Codes of languages: `de`.")

    def filter(self) -> Filter:
        """Return it as `qa` takes it.

        Raises:
            BadFilter: One of them can't be understood.
        """
        return Filter(**self.model_dump())


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
        next: Offset at which to go on reading; null at the end of the text.
        page: The page that `start` is on, counted from 1; null if the document has no pages.
    """

    title: str
    sha256: str
    start: int
    end: int
    characters: int
    text: str
    next: int | None = None
    page: int | None = None


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


def described(document: Document, words: Words = ENGLISH) -> dict[str, Any]:
    """Return what is told of a document, without its text; notes on it in a person's language."""
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
        "left_out": [words.sentence(what) for what in document.left_out],
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


def read_text(corpus: Corpus, key: int | str, start: int, length: int) -> DocumentText:
    """Return at most `length` characters of a document's text from `start`.

    Args:
        corpus: The corpus.
        key: The document's id, name or title.
        start: Offset of the first character.
        length: How many at most.

    Raises:
        UnknownDocument: The corpus lacks the document.
        AmbiguousDocument: Several documents are called that.
    """
    with corpus.snapshot() as state:
        (document_id,) = state.find_documents([key])
        document = state.document(document_id)
        text = state.text(document_id, start, start + length)
    end = start + len(text)
    return DocumentText(
        document.title,
        document.sha256,
        start,
        end,
        document.characters,
        text,
        next=end if end < document.characters else None,
        page=document.page(start) if start < document.characters else None,
    )


def proof_of_quotation(
    corpus: Corpus, key: int | str, sha256: str, start: int, end: int, text: str | None
) -> Proof:
    """Return `qa.verify_quotation` of a quotation that is short enough to be shown.

    Raises:
        BadSetting: It is longer than what is shown of a document at once.
    """
    if end - start > MOST_CHARACTERS:
        raise BadSetting(
            f"The quotation has {end - start:,} characters; at most {MOST_CHARACTERS:,} are "
            "verified at once. Verify it in parts."
        )
    return verify_quotation(key, sha256, start, end, text, corpus=corpus)


async def checked_in_turns(
    admission: Admission,
    client: str,
    text: str,
    *,
    corpus: Corpus | dict[str, Corpus],
    documents: Iterable[int | str] | None,
    where: Filter | None,
    reader: ReaderName | None = None,
) -> CheckedText:
    """Return what `qa.check` does, each sentence in a turn of its own among other clients' work.

    Args:
        admission: Decides whose turn it is.
        client: Whose text it is.
        text: The text.
        corpus: This and the rest: see `qa.check`.
        documents: See `qa.check`.
        where: See `qa.check`.
        reader: See `qa.check`.
    """
    sentences = await asyncio.to_thread(draft_of, text)
    async with admission.visit(client, bulk=True) as visit:
        found = await visit.each(
            checked_sentences(
                sentences, corpus=corpus, documents=documents, where=where, reader=reader
            )
        )
    return checked_text(found)


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
