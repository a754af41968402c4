"""Put judged questions to Verbatim. Every one counts, whether anything was found or not."""

import string
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from index import Corpus, check_several, of_kind
from qa.answering import ask
from qa.answers import Passage, ScoredSentence
from qa.measuring.answer_words import ARTICLES, split_unspaced
from qa.measuring.report import DEPTH, Outcome, Report, summarize
from qa.retrieval import Mode
from qa.settings import ReaderName

Judge = Callable[[Passage, ScoredSentence], bool]
"""Tells whether a sentence of a passage answers the question."""


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question, and the means to tell whether a sentence answers it.

    Attributes:
        question: The question.
        is_answer: Tells whether a sentence answers; None if the documents don't answer at all, or
            with `is_rejected` if it isn't known which one does.
        answers: The right answer's words, in each form that counts; none if only the sentence
            is known.
        is_rejected: Tells whether a sentence was found wrong by the person; None if none was.
    """

    question: str
    is_answer: Judge | None = None
    answers: tuple[str, ...] = ()
    is_rejected: Judge | None = None

    @property
    def answerable(self) -> bool | None:
        """Whether the documents answer; None if only a wrong sentence is known."""
        if self.is_answer is None and self.is_rejected is not None:
            return None
        return self.is_answer is not None


def ranked_sentences(passages: Sequence[Passage]) -> list[tuple[Passage, ScoredSentence]]:
    """Return the sentences of passages in the order of their scores, best first."""
    sentences = chain.from_iterable(
        ((passage, sentence) for sentence in passage.sentences) for passage in passages
    )
    return sorted(sentences, key=lambda pair: -pair[1].score)


def evaluate(  # noqa: D417 - the others are those of `retrieve`
    judged: Iterable[JudgedQuestion],
    corpus: Corpus | Path | str | None = None,
    *,
    mode: Mode = "hybrid",
    reader: ReaderName | None = None,
    min_confidence: float | None = None,
) -> Report:
    """Put every question to `ask` and judge the sentences it returns.

    Args:
        judged: The questions.

    Other arguments, and errors: see `retrieve`.
    """
    check_several(judged, "judged")
    outcomes = []
    for index, item in enumerate(judged):
        of_kind(item, f"judged[{index}]", JudgedQuestion)
        start = time.perf_counter()
        answer = ask(
            item.question,
            k=DEPTH,
            corpus=corpus,
            mode=mode,
            reader=reader,
            min_confidence=min_confidence,
        )
        seconds = time.perf_counter() - start
        ranked = ranked_sentences(answer.passages)[:DEPTH]
        first = ranked[0][1] if ranked else None
        judge, rejected = item.is_answer, item.is_rejected
        ranks = [rank for rank, pair in enumerate(ranked, 1) if judge and judge(*pair)]
        marked = " ".join(words.text for words in first.marked) if first else ""
        outcomes.append(
            Outcome(
                question=item.question,
                answerable=item.answerable,
                rank=ranks[0] if ranks else None,
                first=first.text if first else "",
                marked=marked,
                span_f1=span_f1(marked, item.answers) if judge and item.answers else None,
                answered=answer.answered,
                confidence=answer.confidence if answer.passages else 0.0,
                seconds=seconds,
                first_rejected=bool(ranked) and rejected(*ranked[0]) if rejected else None,
            )
        )
    return summarize(outcomes)


def span_f1(given: str, answers: Sequence[str]) -> float:
    """Return the best token F1 of the words given against any of the right answers, from 0 to 1.

    As SQuAD's own script counts: without case, punctuation and articles. Of scripts that are
    written without spaces each character is a token.
    """
    return max((_f1(_tokens(given), _tokens(answer)) for answer in answers), default=0.0)


def _f1(given: list[str], answer: list[str]) -> float:
    same = sum((Counter(given) & Counter(answer)).values())
    return 2 * same / (len(given) + len(answer)) if same else 0.0


def _tokens(text: str) -> list[str]:
    words = "".join(char for char in text.lower() if char not in string.punctuation).split()
    return [token for word in words if word not in ARTICLES for token in split_unspaced(word)]
