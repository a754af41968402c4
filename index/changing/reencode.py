"""A corpus moves to another model: vectors beside those in use, then all of them at once.

Searches go on with the old vectors meanwhile. What is made is committed batch by batch, so that a
move that was cut off goes on where it stopped.
"""

import time
from collections.abc import Callable, Iterator
from itertools import islice

from index.changing.change import change
from index.changing.outcomes import Progress
from index.context import encoded
from index.encoding.corpus_model import CorpusModel, card_of
from index.encoding.encoder import Encoder
from index.search.contract import EngineWriter
from index.store.disk_errors import CallersCode
from index.store.next_vectors import NextVectors
from index.store.store import Store

_BATCH = 256  # sentences that are committed together: what a killed move loses, some 3 s of work


def reencode(
    store: Store,
    writer: EngineWriter,
    model: CorpusModel,
    encoder: Encoder,
    progress: Callable[[Progress], None],
    estimate: Callable[[float], None],
    callers: CallersCode,
) -> None:
    """Put vectors of another model in place of a corpus's. The caller holds the corpus's lock.

    Args:
        store: The corpus.
        writer: Its engine's, which is made anew at the end.
        model: Becomes the encoder's.
        encoder: What encodes from now on.
        progress: Called often.
        estimate: Called after the first sentences, with about how many seconds the rest will take.
        callers: Told what the encoder raises, which may be somebody's own.
    """
    with callers():
        fingerprint = card_of(encoder).fingerprint
    following = NextVectors(store)
    following.begin(fingerprint)
    done, total = following.counts

    def encoding(more: int) -> None:
        progress(Progress("encoding", done + more, total))

    needed, begun, before = _needed(store, following), time.perf_counter(), done
    while batch := dict(islice(needed, _BATCH)):
        with callers():
            vectors = encoder.encode_documents(list(batch.values()), encoding)
        following.put(dict(zip(batch, vectors, strict=True)))
        done += len(batch)
        if done - before == len(batch):  # the first
            estimate((time.perf_counter() - begun) / len(batch) * (total - done))
    with change(store, writer):
        following.take_over()
        model.record(encoder)
    writer.mend()
    model.adopt(encoder)  # not before: the engine would compare its vectors with the old ones


def _needed(store: Store, following: NextVectors) -> Iterator[tuple[int, str]]:
    """Yield each vector that is needed yet: its id, and the text that it is of."""
    met: set[int] = set()  # of a batch that is not stored yet, too
    for document in store.documents():
        needed = following.needed(document.id)
        for sentence in store.each_sentence(document.id) if needed else ():
            vector_id = needed.get(sentence.id)
            if vector_id is not None and vector_id not in met:
                met.add(vector_id)
                yield vector_id, encoded(sentence)
