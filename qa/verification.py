"""`verify`: proof that a passage stands in its document, word for word, where it says."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index import Corpus, RetrievalError, UnknownDocument, load, of_kind
from qa.answers import Passage
from qa.corpora import open_corpus

FileState = Literal["same", "changed", "missing", "none"]


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of `verify`; true in a condition if the passage is proved.

    Attributes:
        valid: The stored text has the passage's SHA-256, and the passage at its offsets.
        reason: Why not, in words; empty if valid.
        file: The file it was read from, read again just now: `same` text, `changed` (index it
            again), `missing` or unreadable; `none` if the document was never a file.
    """

    valid: bool
    reason: str
    file: FileState

    def __bool__(self) -> bool:
        return self.valid


def verify(passage: Passage, corpus: Corpus | Path | str | None = None) -> Verification:
    """Read the passage's source again and compare it, character by character.

    Args:
        passage: What `retrieve` or `ask` returned.
        corpus: The corpus it came from, as in `retrieve`.

    Returns:
        Whether the passage is proved, and what has become of the file since.

    Raises:
        CorpusNotFound: There is no corpus in the folder given.
    """
    of_kind(passage, "passage", Passage)
    with open_corpus(corpus).snapshot() as state:
        try:
            document = state.document(passage.document.id)
            text = state.text(document.id)
        except UnknownDocument:
            return Verification(False, "The document has been removed from the corpus.", "none")
    reason = _difference(passage, text)
    return Verification(not reason, reason, _file_state(Path(document.source), text))


def _difference(passage: Passage, text: str) -> str:
    if hashlib.sha256(text.encode()).hexdigest() != passage.sha256:
        return "The document's text has changed since the passage was found."
    pieces = [passage, *passage.sentences, passage.before, passage.after]
    if any(piece and text[piece.start : piece.end] != piece.text for piece in pieces):
        return "The document holds another text at the passage's place."
    return ""


def _file_state(path: Path, text: str) -> FileState:
    if not path.is_absolute():
        return "none"
    try:
        return "same" if load(path).text == text else "changed"
    except RetrievalError:
        return "missing"
