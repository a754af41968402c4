"""Documents as programs get them: what is known of one, and its text from an offset on."""

from dataclasses import dataclass
from typing import Any

from index import Corpus, Document
from ui.limits import SHOWN_CHARACTERS

MOST_CHARACTERS = SHOWN_CHARACTERS.most


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


def described(document: Document) -> dict[str, Any]:
    """Return what is told of a document, without its text."""
    return {
        "id": document.id,
        "title": document.title,
        "name": document.name,
        "format": document.format,
        "sha256": document.sha256,
        "sentences": document.sentences,
        "pages": len(document.page_starts),
        "added": document.added,
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
