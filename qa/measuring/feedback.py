"""Thumbs on answers: from an answer to feedback, and from feedback to judged questions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from index import MOST_PASSAGES, Feedback, ShownPassage, Verdict, check_several, of_kind
from qa.answers import Answer, Passage, ScoredSentence
from qa.measuring.evaluation import JudgedQuestion
from qa.reader.ranking import words_of

_Words = tuple[str, ...]


def feedback_on(
    answer: Answer, verdict: Verdict, *, key: str, asked: str | None = None
) -> Feedback:
    """Return a verdict on an answer, for `Corpus.add_feedback` to keep.

    Args:
        answer: The answer, of which the first 100 passages are kept.
        verdict: `up` if the best sentence of the first passage answers, `down` if it's wrong.
        key: Name of the answer, 1 to 200 printable characters; another verdict under the same
            name takes the place of this one.
        asked: When the question was asked, ISO 8601 with its time zone; by default now.
    """
    of_kind(answer, "answer", Answer)
    for value, name in (
        (key, "key"),
        ("" if asked is None else asked, "asked"),
    ):
        of_kind(value, name, str)
    return Feedback(
        key=key,
        asked=asked or datetime.now(UTC).isoformat(timespec="seconds"),
        question=answer.question,
        query=answer.query,
        verdict=verdict,
        confidence=answer.confidence,
        passages=tuple(map(_shown, answer.passages[:MOST_PASSAGES])),
    )


def feedback_questions(feedback: Iterable[Feedback]) -> list[JudgedQuestion]:
    """Return feedback as judged questions: those with a right sentence come first.

    A sentence is identified by its words, so it counts wherever it is now. Each query is asked
    again, once for all sentences that were rated right, and once for each that was rated wrong. The
    last verdict on a sentence for a question counts; one on an answer without passages is skipped.

    Args:
        feedback: The oldest first, as `Corpus.feedback` returns it.
    """
    check_several(feedback, "feedback")
    last: dict[tuple[str, _Words], Verdict] = {}
    for item in feedback:
        if item.passages:
            last[item.query.strip(), _key(item.passages[0].sentence)] = item.verdict
    right: dict[str, set[_Words]] = {}
    for (query, words), verdict in last.items():
        if verdict == "up":
            right.setdefault(query, set()).add(words)
    return [
        *(JudgedQuestion(query, _SaysOneOf(frozenset(words))) for query, words in right.items()),
        *(
            JudgedQuestion(query, is_rejected=_SaysOneOf(frozenset({words})))
            for (query, words), verdict in last.items()
            if verdict == "down"
        ),
    ]


@dataclass(frozen=True, slots=True)
class _SaysOneOf:
    sentences: frozenset[_Words]

    def __call__(self, _: Passage, sentence: ScoredSentence) -> bool:
        return _key(sentence.text) in self.sentences


def _key(text: str) -> _Words:
    """Return a sentence's words, or if it has none what stands in it."""
    return words_of(text) or tuple(text.split())


def _shown(passage: Passage) -> ShownPassage:
    return ShownPassage(
        document=passage.document.name,
        sha256=passage.sha256,
        start=passage.start,
        end=passage.end,
        sentence=passage.best.text,
        text=passage.text,
        score=passage.score,
        confidence=passage.confidence,
    )
