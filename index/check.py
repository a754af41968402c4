"""Is everything in a corpus's folder as it should be? Compares each part with the others."""

from dataclasses import dataclass

import numpy as np

from index.dense import DenseIndex
from index.documents import Document, Sentence
from index.search import Snapshot
from index.store import Store, text_sha256

_TOLERANCE = 1e-4  # of a unit vector's length


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a corpus.

    Attributes:
        part: `database`, `document`, `vectors`, `dense` or `lexical`.
        message: What is wrong, and where.
    """

    part: str
    message: str


def check(store: Store, state: Snapshot, dense: DenseIndex) -> list[Problem]:
    """Return all that is wrong: database, texts and offsets, vectors, derived indexes."""
    problems = [Problem("database", message) for message in store.integrity_errors()]
    for document in store.documents():
        problems += [
            Problem("document", f"{document.name} (document {document.id}): {message}")
            for message in _document_errors(
                document, store.text(document.id), store.sentences_of(document.id)
            )
        ]
    wanted = store.sentence_ids()
    dense.update(store)
    held = np.sort(dense.engine.ids())
    if not np.array_equal(held, wanted):
        problems.append(
            Problem("dense", f"holds {len(held)} sentences, the database {len(wanted)}")
        )
    found = 0
    for ids, vectors in store.vectors(wanted, dense.engine.dimension):
        found += len(ids)
        wrong = ids[np.abs(np.linalg.norm(vectors, axis=1) - 1) > _TOLERANCE]
        problems += [
            Problem("vectors", f"the vector of sentence {number} is not of length 1")
            for number in wrong.tolist()
        ]
    if found != len(wanted):
        problems.append(Problem("vectors", f"{len(wanted) - found} sentences have no vector"))
    if state.lexical_count != len(wanted):
        problems.append(
            Problem("lexical", f"holds {state.lexical_count} sentences, not {len(wanted)}")
        )
    return problems


def _document_errors(document: Document, text: str, sentences: list[Sentence]) -> list[str]:
    errors = []
    if text_sha256(text) != document.sha256:
        errors.append("its text is not the one that was stored (SHA-256 differs)")
    if len(text) != document.characters:
        errors.append(f"its text has {len(text)} characters, not {document.characters}")
    if [sentence.number for sentence in sentences] != list(range(1, document.sentences + 1)):
        errors.append(f"its sentences are not numbered 1 to {document.sentences}")
    end = 0
    for sentence in sentences:
        if not end <= sentence.start < sentence.end <= len(text):
            errors.append(f"sentence {sentence.number} is out of place")
        elif text[sentence.start : sentence.end] != sentence.text:
            errors.append(f"sentence {sentence.number} is not what stands at its place")
        end = sentence.end
    return errors
