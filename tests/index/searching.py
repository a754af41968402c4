"""What tests that search share: a text, and the sentences that are found."""

from collections.abc import Sequence

from index import Corpus, Hit, Snapshot

TEXT = "Apples are red. Pears are green. Cellars are cold."


def found(corpus: Corpus, query: str, **settings) -> list[str]:
    with corpus.snapshot() as state:
        return texts(state, state.search(query, **{"limit": 5, **settings}))


def texts(state: Snapshot, hits: Sequence[Hit]) -> list[str]:
    sentences = state.sentences([hit.sentence_id for hit in hits])
    return [sentences[hit.sentence_id].text for hit in hits]
