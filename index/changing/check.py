"""Is everything in a corpus's folder as it should be? Compares each part with the others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.context import encoded
from index.documents import Document, Sentence
from index.search.contract import SearchEngine, Searcher
from index.store.store import Store, text_sha256
from index.store.vectors import sentence_hash


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a corpus.

    Attributes:
        part: `database`, `document`, `original`, `vectors`, `dense`, `lexical` or `milvus`.
        message: What is wrong, and where.
        document: Id of the document it is about; None if it is about all.
    """

    part: str
    message: str
    document: int | None = None


def check(store: Store, engine: SearchEngine, searcher: Searcher | None) -> list[Problem]:
    """Return all that is wrong: database, texts and offsets, vectors, what the engine holds.

    Args:
        store: The store, in the caller's snapshot.
        engine: What searches it.
        searcher: The engine's searcher of that snapshot.
    """
    problems = [Problem("database", message) for message in _database_errors(store)]
    for document in store.documents():
        problems += [
            Problem("document", f"{document.name} (document {document.id}): {message}", document.id)
            for message in _document_errors(
                document, store.texts.read(document.id), _sentences(store, document.id)
            )
        ]
    problems += [
        Problem("vectors", f"the vector of sentence {number} of document {id_} has changed", id_)
        for id_, number in _changed_vectors(store)
    ]
    problems += [
        Problem("original", f"a file that was kept (SHA-256 {sha256[:12]}…) is not what was added")
        for sha256 in store.originals.damaged()
    ]
    if any(problem.part == "vectors" for problem in problems):
        return problems  # no index can be made from them
    return problems + [Problem(part, message) for part, message in engine.problems(searcher)]


def _database_errors(store: Store) -> list[str]:
    """Return what SQLite itself finds wrong with its file."""
    rows = store.connection.execute("PRAGMA integrity_check").fetchall()
    broken = store.connection.execute("PRAGMA foreign_key_check").fetchall()
    messages = [str(row[0]) for row in rows if row[0] != "ok"]
    messages += [f"row {row[1]} of {row[0]} refers to nothing" for row in broken]
    if store.unused_sentence_id <= store.last_sentence_id:
        messages.append("the next sentence ids are already in use")
    return messages


def _changed_vectors(store: Store) -> list[tuple[int, int]]:
    """Return document and number of the sentences whose vector isn't the one that was stored."""
    rows = store.connection.execute(
        "SELECT document_id, number FROM sentence LEFT JOIN vector ON vector.id = vector_id "
        "WHERE checksum IS NOT crc32(embedding) ORDER BY document_id, number"
    )
    return [(row[0], row[1]) for row in rows]


def _sentences(store: Store, document_id: int) -> Iterator[tuple[Sentence, str]]:
    """Yield a document's sentences, each with the hash of the text it was stored with."""
    hashes = store.connection.execute(
        "SELECT coalesce(text_hash, '') FROM sentence LEFT JOIN vector ON vector.id = vector_id "
        "WHERE document_id = ? ORDER BY number",
        (document_id,),
    )
    for sentence, (known,) in zip(store.each_sentence(document_id), hashes, strict=True):
        yield sentence, known


def _document_errors(
    document: Document, text: str, sentences: Iterable[tuple[Sentence, str]]
) -> list[str]:
    errors = []
    if text_sha256(text) != document.sha256:
        errors.append("its text is not the one that was stored (SHA-256 differs)")
    if len(text) != document.characters:
        errors.append(f"its text has {len(text)} characters, not {document.characters}")
    end = count = 0
    numbered = True
    for count, (sentence, known) in enumerate(sentences, 1):
        numbered = numbered and sentence.number == count
        if not end <= sentence.start < sentence.end <= len(text):
            errors.append(f"sentence {sentence.number} is in the wrong place")
        elif sentence_hash(encoded(sentence)) != known:
            errors.append(f"sentence {sentence.number} is not what was stored")
        end = sentence.end
    if not numbered or count != document.sentences:
        errors.append(f"its sentences are not numbered 1 to {document.sentences}")
    return errors
