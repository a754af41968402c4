"""How surely sentences of a corpus support a claim.

The reader was trained on questions: a claim is put to it as the question whether it is so. What its
last layer makes of that, what the search makes of the claim, and which of its words, names, figures
and negations a sentence lacks are the evidence of two logistic models, fitted by
`benchmarks.fit_check`: one tells whether a sentence is about what is claimed, the other whether it
says so.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import Sentence, Snapshot
from qa.checking.claims import as_question
from qa.checking.sides import coverage, is_sole, negations
from qa.reader.languages import reader_supports
from qa.reader.model import Reader
from qa.reader.ranking import (
    RankedSentence,
    answered_below,
    candidate,
    fetch_distinct,
    text_in_context,
)

_FOUND = 40  # sentences that are looked for, and of them those that are read
READ = 12
# Share of a claim's words from which a sentence has all of it. Of 1,000 claims of FEVER .26 of the
# supported ones have such evidence, and .02 of the refuted
_WHOLE = 0.99
_NEAR = 0.5  # of the least probability, where words are the same and a figure differs
_LESS = 0.5  # of the least probability, where a sentence has all words. Not measured apart
_TOKENS = 1_200  # that these may have together, as of a question a little less than all
_WEIGHTS = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a claim and a sentence.

    Attributes:
        features: Each by its name.
        state: What the reader's last layer makes of them; None if it didn't look.
    """

    features: Mapping[str, float]
    state: NDArray[np.float32] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model.

    Attributes:
        intercept: Log-odds where all features are zero.
        weights: Weight of each feature.
        state: Weights of the reader's state; None of what does without the reader.
    """

    intercept: float
    weights: Mapping[str, float]
    state: NDArray[np.float32] | None = field(default=None, compare=False)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Model":
        """Return the model that is kept as JSON."""
        state = kept["state"]
        return cls(
            kept["intercept"], kept["weights"], np.array(state, np.float32) if state else None
        )

    def probability(self, seen: "Seen") -> float:
        """Return the probability, from 0 to 1."""
        odds = self.intercept + sum(
            weight * seen.features.get(name, 0.0) for name, weight in self.weights.items()
        )
        if self.state is not None and seen.state is not None:
            odds += float(self.state @ seen.state)
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


@dataclass(frozen=True, slots=True)
class Weights:
    """The models, and the least probabilities with which they decide.

    Attributes:
        about: Tells whether a sentence is about what is claimed.
        supports: Tells whether it says so.
        least_about: Least probability of the former.
        least_supports: Least probability of the latter.
    """

    about: Model
    supports: Model
    least_about: float
    least_supports: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence, and how surely it supports a claim.

    Attributes:
        item: The sentence as it was found.
        about: Probability that it is about what is claimed.
        supports: Probability that it says so, if it is.
        has_all: Whether it has all words of the claim, and nothing that is known to differ.
        weights: What both were worked out with.
    """

    item: RankedSentence
    about: float
    supports: float
    has_all: bool
    weights: Weights

    @property
    def is_about(self) -> bool:
        """Whether it surely enough is about what is claimed."""
        return self.about >= self.weights.least_about

    @property
    def is_near(self) -> bool:
        """Whether it may be about it, so that what it says otherwise is worth showing."""
        return self.about >= _NEAR * self.weights.least_about

    @property
    def says_so(self) -> bool:
        """Whether it surely enough says so, if it is about it."""
        least = self.weights.least_supports
        return self.supports >= (_LESS * least if self.has_all else least)

    @property
    def sure(self) -> float:
        """Probability that it is about what is claimed and says so."""
        return self.about * self.supports

    @property
    def wide(self) -> str:
        """The sentence with all that says what it is about, and what stands beside it."""
        return wide_of(self.item)


@cache
def shipped_weights(*, read: bool) -> Weights:
    """Return the weights that come with Verbatim, for sentences that were read or not."""
    kept = json.loads(_WEIGHTS.read_text(encoding="utf-8"))["read" if read else "unread"]
    about, supports = (Model.of(kept[name]) for name in ("about", "supports"))
    return Weights(about, supports, kept["least_about"], kept["least_supports"])


def evidence_for(
    state: Snapshot, claim: str, documents: Sequence[int] | None, reader: Reader | None
) -> list[Evidence]:
    """Return sentences with how surely they support a claim.

    Args:
        state: The corpus.
        claim: The claim.
        documents: Ids of the documents to look in; None for all.
        reader: The reader; None to do without, as where it doesn't know the language.
    """
    found = candidates_for(state, claim, documents)
    known = reader if reader_supports(claim) else None
    weights = shipped_weights(read=known is not None)
    judged = []
    for item, seen in zip(found, looked_at(claim, found, known), strict=False):
        about, supports = weights.about.probability(seen), weights.supports.probability(seen)
        has_all = bool(seen.features["whole"])
        judged.append(Evidence(item, about, supports, has_all, weights))
    return judged


def candidates_for(
    state: Snapshot, claim: str, documents: Sequence[int] | None
) -> list[RankedSentence]:
    """Return the sentences that the search finds for a claim, best first."""
    hits = state.search(claim, limit=_FOUND, document_ids=documents)
    return answered_below(state, fetch_distinct(state, hits))[:READ]


def looked_at(claim: str, found: Sequence[RankedSentence], reader: Reader | None) -> list[Seen]:
    """Return what is known of a claim and of each sentence, of as many as the reader reads."""
    features = [
        {"fused": item.hit.score, **lexical_features(claim, item.sentence, wide_of(item))}
        for item in found
    ]
    if reader is None:
        return [Seen(each) for each in features]
    readings = reader.read(as_question(claim), [candidate(item) for item in found], _TOKENS)
    return [Seen(each, reading.state) for each, reading in zip(features, readings, strict=False)]


def lexical_features(claim: str, sentence: Sentence, wide: str) -> dict[str, float]:
    """Return what the words of a claim and of a sentence tell.

    Args:
        claim: The claim.
        sentence: The sentence.
        wide: What stands around it, with itself.
    """
    own = text_in_context(sentence)
    alone, around = coverage(claim, own), coverage(claim, wide)
    denied, denies = negations(claim), negations(sentence.text)
    opposite = len(denied) % 2 != len(denies) % 2
    sole = is_sole(claim, own)
    whole = alone.share >= _WHOLE and not (around.figures or opposite or sole)
    return {
        "alone": alone.share,
        "wide": around.share,
        "words": min(around.words, 4),
        "names": min(around.names, 3),
        "figures": min(len(around.figures), 2),
        "negation": float(opposite),
        "denied": float(bool(denied)),
        "sole": float(sole),
        "whole": float(whole),
    }


def wide_of(item: RankedSentence) -> str:
    """Return a sentence with all that says what it is about, and what stands beside it."""
    beside = (other.text for other in (item.before, item.after) if other)
    return " ".join((text_in_context(item.sentence), *beside))
