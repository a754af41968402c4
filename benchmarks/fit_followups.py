"""Fit what follow-up questions are given: the weights in `qa/followups/weights.json`.

    python -m benchmarks.fit_followups --data FOLDER --canard FILE [--out qa/followups/weights.json]

Two logistic models are fitted on CAsT 2019 and on every second conversation of CANARD dev: whether
a question lacks anything, and of the questions that do, which of the conversation's names and
topics they lack. In the rewrite that a person made stands at least half of the terms of those, and
none of them in the question. The conversations are read with what the questions really lacked.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.followups import Turn, read, read_canard, terms
from qa.followups.conversation import (
    Conversation,
    Features,
    candidate_features,
    question_features,
    signs_of,
)
from qa.followups.parts import parse, without_interjection

# A question of CAsT counts as four of CANARD's, whose conversations are all about one article; and
# one that stands alone as three others: a wrong word is worse than a missing one
_OF_CAST, _STANDING = 4.0, 3.0
_STRENGTHS = {"lacks": 0.3, "carries": 0.05}  # of regularisation, inverse: tried with .03 to .3
_SMALLEST = 0.005  # weight that is kept

Example = tuple[Features, bool, float]


def main() -> None:
    """Fit the weights and write them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder of TREC CAsT's files")
    parser.add_argument("--canard", type=Path, required=True, help="CANARD's dev.json.gz")
    parser.add_argument("--out", type=Path, default=Path("qa/followups/weights.json"))
    options = parser.parse_args()
    questions: list[Example] = []
    candidates: list[Example] = []
    for turns, weight in (
        (read(options.data, "2019"), _OF_CAST),
        (read_canard(options.canard, "tuning"), 1.0),
    ):
        for _, conversation in groupby(turns, lambda turn: turn.name.rpartition("_")[0]):
            _collect(list(conversation), weight, questions, candidates)
    found = {
        "lacks": _fitted(questions, "lacks"),
        "carries": _by_sign(_fitted(candidates, "carries")),
    }
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"{len(questions):,} questions, {len(candidates):,} candidates -> {options.out}")


def _collect(
    turns: Sequence[Turn], weight: float, questions: list[Example], candidates: list[Example]
) -> None:
    """Go through a conversation and add an example for each question and each candidate."""
    conversation = Conversation()
    known = 0  # of what was said, how much the conversation has been told
    for turn in turns:
        for said in turn.history[known:]:
            if isinstance(said, str):
                if not known:  # CAsT's first question, which isn't a turn
                    conversation.after_question(parse(without_interjection(said)), said, [])
            elif said.answer or said.title:
                conversation.after_answer(said.answer, said.title)
        known = len(turn.history)
        parsed = parse(without_interjection(turn.question))
        missing = turn.missing
        lacked = []
        signs = signs_of(parsed)
        questions.append(
            (
                question_features(conversation, parsed) | {"": 1.0},
                bool(missing),
                weight * (1.0 if missing else _STANDING),
            )
        )
        for one in conversation.lacking(parsed):
            its = terms(one.mention.text) - terms(turn.question)
            is_lacked = bool(its) and 2 * len(its & missing) >= len(its)
            if is_lacked:
                lacked.append(one)
            if missing:
                features = candidate_features(conversation, parsed, one, signs)
                flat = {
                    f"{sign}|{name}": value
                    for sign, of in features.items()
                    for name, value in of.items()
                }
                candidates.append((flat, is_lacked, weight))
        conversation.after_question(parsed, turn.rewrite, lacked)


def _fitted(examples: Iterable[Example], kind: str) -> dict[str, float]:
    features, labels, weights = zip(*examples, strict=True)
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=_STRENGTHS[kind], max_iter=5000, fit_intercept=False)
    model.fit(vectorizer.fit_transform(features), np.array(labels), np.array(weights))
    return {
        str(name): round(float(weight), 3)
        for name, weight in zip(vectorizer.feature_names_, model.coef_[0], strict=True)
        if abs(weight) >= _SMALLEST
    }


def _by_sign(weights: dict[str, float]) -> dict[str, dict[str, float]]:
    nested: dict[str, dict[str, float]] = defaultdict(dict)
    for key, weight in weights.items():
        sign, _, name = key.partition("|")
        nested[sign][name] = weight
    return dict(nested)


if __name__ == "__main__":
    main()
