"""`ask`, `ask_batch`: answers that say what was searched for and what was found."""

from collections.abc import Iterable
from pathlib import Path

from index import Corpus, listed, of_kind
from qa.answers import Answer
from qa.followups.rewriting import Earlier, Exchange, Query, in_context
from qa.retrieval import Found, Mode, Retrieval, asked, retrieval
from qa.settings import ReaderName

# Confidence that a question with a pronoun must have more alone than in context to be taken alone
_LEAD = 0.3


def ask(
    question: str,
    history: Iterable[str | Answer | Exchange] | None = (),
    *,
    k: int = 5,
    corpus: Corpus | Path | str | None = None,
    documents: Iterable[int | str] | None = None,
    mode: Mode = "hybrid",
    reader: ReaderName | None = None,
) -> Answer:
    """Answer a question with passages of the documents, word for word.

    A question that leans on earlier ones ("How old is he?") is given what it lacks before it is
    searched; where it may stand alone as well, both are searched, and the reader's confidence
    chooses. `Answer.query` says what was searched for. Safe to call from several threads.

    Args:
        question: The question.
        history: What was asked before it, a list with the oldest first: the questions, or better
            their answers as `ask` returned them, or an `Exchange` of question and answer, for
            names may come from answers. None to take the question as it is.
        k: This and the other arguments: see `retrieve`.
        corpus: See `retrieve`.
        documents: See `retrieve`.
        mode: See `retrieve`.
        reader: See `retrieve`.

    Returns:
        The passages, best first, with what was searched for.
    """
    of_kind(question, "question", str)
    kinds = (str, Answer, Exchange)
    given = listed(() if history is None else history, "history", kinds, ordered=True)
    query = in_context(asked(question), [_said(earlier) for earlier in given])
    with retrieval(k, corpus, documents, mode, reader) as found:
        searched, result = _search(found, question.strip(), query)
        return _answer(found, question, searched, result)


def _said(earlier: str | Answer | Exchange) -> Earlier:
    """Return what was said as a follow-up question needs it."""
    if not isinstance(earlier, Answer):
        return earlier
    if not (earlier.answered and earlier.passages):
        return earlier.question
    first = earlier.passages[0]
    words = " … ".join(words.text for words in first.highlights) or first.best.text
    return Exchange(earlier.query, words, first.document.title)


def _search(found: Retrieval, plain: str, query: Query) -> tuple[str, Found]:
    """Return what to search for, and what was found for it: the question alone or in context."""
    if not query.carried:
        return plain, found.find(plain)
    full = found.find(query.text)
    if query.leans and full.answered:
        return query.text, full
    alone = found.find(plain)
    lead = _confidence(alone) - _confidence(full)
    if query.leans:  # what "he" does alone, anybody may do
        return (plain, alone) if alone.answered and lead > _LEAD else (query.text, full)
    return (query.text, full) if full.answered and not alone.answered else (plain, alone)


def _confidence(found: Found) -> float:
    return (found.passages[0].confidence or 0.0) if found.passages else 0.0


def ask_batch(
    questions: Iterable[str],
    *,
    k: int = 5,
    corpus: Corpus | Path | str | None = None,
    documents: Iterable[int | str] | None = None,
    mode: Mode = "hybrid",
    reader: ReaderName | None = None,
) -> list[Answer]:
    """Answer questions that don't lean on each other, all over one state of the corpus.

    Args:
        questions: The questions, a list.
        k: This and the other arguments: see `retrieve`.
        corpus: See `retrieve`.
        documents: See `retrieve`.
        mode: See `retrieve`.
        reader: See `retrieve`.

    Returns:
        An answer for each question, in their order.
    """
    given = [asked(question) for question in listed(questions, "questions", str, ordered=True)]
    with retrieval(k, corpus, documents, mode, reader) as found:
        return [
            _answer(found, question, question.strip(), found.find(question.strip()))
            for question in given
        ]


def _answer(found: Retrieval, question: str, query: str, result: Found) -> Answer:
    passages, documents = result.passages, found.documents
    return Answer(
        question=question,
        query=query,
        answered=result.answered,
        confidence=passages[0].confidence if passages else None,
        passages=tuple(passages),
        documents=found.state.document_count if documents is None else len(documents),
    )
