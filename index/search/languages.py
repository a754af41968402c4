"""The languages of a corpus, and how near a model puts any question to the texts in each.

A multilingual model is nearer to texts in a question's own language, whatever they say. What it
gives a sentence is therefore compared with what it gives the sentences of that language on average.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.documents import UNKNOWN_LANGUAGE
from index.search.vectors.base import Ids, Vectors
from index.store.store import Store

_STATES = 2  # that are remembered: the last one, and the one that a longer reading began with
_DOCUMENTS = 20  # of a language that are looked at, from all over the corpus
_SENTENCES = 400  # of them: a mean whose cosines are right to .002
# Languages, the commonest: each is searched apart, which takes as long as one search more
_LANGUAGES = 6
# Sentences that the mean of a language is mixed with, of the average of all languages. Without them
# a single sentence in a language would be as far from a question as that language is on average
_PRIOR = 20
# Sentences of a language beyond which they are not searched apart: it takes a list of their ids
_MOST_APART = 100_000


@dataclass(frozen=True, slots=True)
class TextsInLanguage:
    """The documents of a corpus that are in one language.

    Attributes:
        document_ids: Their ids; none where there are too many to be searched apart.
        mean: Mean of their sentences' unit vectors, of shape (dimension,).
    """

    document_ids: tuple[int, ...]
    mean: Vectors


class Languages:
    """What is known of the languages of a corpus's state, looked up once for each state."""

    def __init__(self, store: Store, dimension: Callable[[], int]) -> None:
        self._store = store
        self._dimension = dimension
        # By generation: those that read two states at once don't take turns in looking them up.
        # Two threads may make the same at once, and the same of it: no lock is needed
        self._known: dict[str, tuple[frozenset[str], dict[str, TextsInLanguage]]] = {}

    def others_than(self, asked: str) -> bool:
        """Return whether there are texts in another language than that of a question.

        Args:
            asked: Code of the question's language; of one that isn't known there are none.
        """
        return asked != UNKNOWN_LANGUAGE and bool(self._state()[0] - {asked, UNKNOWN_LANGUAGE})

    def apart(self, asked: str, document_ids: Sequence[int] | None) -> Iterator[list[int]]:
        """Yield the documents in each of the commonest languages but that of a question.

        Args:
            asked: Code of the question's language.
            document_ids: Those of these only.
        """
        for language, texts in self._state()[1].items():
            chosen = {*texts.document_ids}
            if document_ids is not None:
                chosen.intersection_update(document_ids)
            if language not in {asked, UNKNOWN_LANGUAGE} and chosen:
                yield sorted(chosen)

    def above_usual(self, cosines: Mapping[int, float], query: Vectors) -> dict[int, float]:
        """Return how much nearer sentences are to a query than those in their language usually are.

        Args:
            cosines: By the ids of the sentences.
            query: The query's unit vector, of shape (dimension,).
        """
        texts = self._state()[1]
        usual = {language: float(those.mean @ query) for language, those in texts.items()}
        other = max(usual.values(), default=0.0)  # of texts in no language, or in a rare one
        spoken = self.of([*cosines]) if len(usual) > 1 else {}
        return {
            key: cosine - usual.get(spoken.get(key, UNKNOWN_LANGUAGE), other)
            for key, cosine in cosines.items()
        }

    def _state(self) -> tuple[frozenset[str], dict[str, TextsInLanguage]]:
        """Return the codes of all languages, and the texts in the commonest."""
        generation = self._store.generation
        known = self._known.get(generation)
        if known is None:
            known = (frozenset(self._store.languages), self._looked_up())
            latest = list(self._known.items())[-(_STATES - 1) :]
            self._known = {**dict(latest), generation: known}
        return known

    def of(self, sentence_ids: Sequence[int]) -> dict[int, str]:
        """Return the codes of sentences' languages by their ids."""
        rows = self._store.connection.execute(
            """SELECT s.id, coalesce(nullif(b.language, ''), d.language)
               FROM sentence s
               JOIN document d ON d.id = s.document_id
               LEFT JOIN block b ON b.document_id = s.document_id AND b.number = s.block
               WHERE s.id IN (SELECT value FROM json_each(?))""",
            (json.dumps(list(sentence_ids)),),
        )
        return dict(rows.fetchall())

    def _looked_up(self) -> dict[str, TextsInLanguage]:
        documents: dict[str, list[tuple[int, int]]] = {}
        for language, key, sentences in self._store.connection.execute(
            "SELECT language, id, sentences FROM document WHERE sentences"
        ):
            documents.setdefault(language, []).append((key, sentences))
        sizes = {key: sum(count for _, count in some) for key, some in documents.items()}
        commonest = sorted(sizes, key=lambda key: -sizes[key])[:_LANGUAGES]
        samples = {key: self._sample([n for n, _ in documents[key]]) for key in commonest}
        if not samples:
            return {}
        average = np.mean([sample.mean(axis=0) for sample in samples.values()], axis=0)
        return {
            key: TextsInLanguage(
                tuple(n for n, _ in documents[key]) if sizes[key] <= _MOST_APART else (),
                (sample.sum(axis=0) + _PRIOR * average) / (len(sample) + _PRIOR),
            )
            for key, sample in samples.items()
        }

    def _sample(self, documents: Sequence[int]) -> Vectors:
        """Return the vectors of some sentences of documents, of shape (sentences, dimension)."""
        chosen = [documents[place] for place in _spread(len(documents), _DOCUMENTS)]
        ids = [self._store.sentence_ids([key]) for key in chosen]
        most = _SENTENCES // len(chosen)
        wanted = np.concatenate([some[_spread(len(some), most)] for some in ids])
        batches = self._store.vectors.batches(wanted, self._dimension())
        return np.concatenate([vectors for _, vectors in batches])


def _spread(count: int, most: int) -> Ids:
    """Return at most so many places, evenly spaced."""
    return np.linspace(0, count - 1, min(count, most)).astype(np.int64)
