"""`ask`, `ask_batch`: answers that say what was searched for and what was found."""

from collections.abc import Iterable
from pathlib import Path

from index import Corpus, listed, of_kind
from qa.answers import Answer
from qa.followups.rewriting import in_context
from qa.retrieval import Mode, Retrieval, asked, retrieval
from qa.settings import ReaderName


def ask(
    question: str,
    history: Iterable[str] | None = (),
    *,
    k: int = 5,
    corpus: Corpus | Path | str | None = None,
    documents: Iterable[int | str] | None = None,
    mode: Mode = "hybrid",
    reader: ReaderName | None = None,
) -> Answer:
    """Answer a question with passages of the documents, word for word.

    A question that leans on earlier ones ("How old is he?") is given what it lacks before it is
    searched; `Answer.query` says what was searched for. Safe to call from several threads.

    Args:
        question: The question.
        history: The questions asked before it, a list with the oldest first; none to take it as
            it is.
        k: This and the other arguments: see `retrieve`.
        corpus: See `retrieve`.
        documents: See `retrieve`.
        mode: See `retrieve`.
        reader: See `retrieve`.

    Returns:
        The passages, best first, with what was searched for.
    """
    of_kind(question, "question", str)
    earlier = listed(() if history is None else history, "history", str, ordered=True)
    query = asked(in_context(question, earlier).text if earlier else question.strip())
    with retrieval(k, corpus, documents, mode, reader) as found:
        return _answer(found, question, query)


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
        return [_answer(found, question, question.strip()) for question in given]


def _answer(found: Retrieval, question: str, query: str) -> Answer:
    result = found.find(query)
    passages, documents = result.passages, found.documents
    return Answer(
        question=question,
        query=query,
        answered=result.answered,
        confidence=passages[0].confidence if passages else None,
        passages=tuple(passages),
        documents=found.state.document_count if documents is None else len(documents),
    )
