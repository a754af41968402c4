"""Answers from several corpora as one: their passages by the probability that they answer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from index import BadSetting, Corpus, Filter, listed, of_kind
from qa.answers import Answer, Passage
from qa.corpora import open_corpus
from qa.limits import CORPORA

_Several: TypeAlias = Iterable[Corpus | Path | str] | Mapping[str, Corpus | Path | str]
Corpora: TypeAlias = Corpus | Path | str | _Several | None


def named(corpora: _Several) -> dict[str, Corpus | Path | str]:
    """Return corpora by what their passages say they are from: names given, or of their folders.

    Folders of one name are told apart by that of a folder above them, whatever their order.

    Raises:
        BadSetting: There is none, or too many, or one is given twice, or a name is empty.
        TypeError: It is no list of them.
    """
    names = list(corpora) if isinstance(corpora, Mapping) else []
    one_by_one = corpora.values() if isinstance(corpora, Mapping) else corpora
    given = listed(one_by_one, "corpus", (Corpus, Path, str), ordered=True)
    if not 1 <= len(given) <= CORPORA.most:
        raise BadSetting(f"{len(given)} corpora are given; give 1 to {CORPORA.most}.")
    folders = [(one.folder if isinstance(one, Corpus) else Path(one)) for one in given]
    resolved = [folder.expanduser().resolve() for folder in folders]
    if len(set(resolved)) < len(resolved):
        raise BadSetting("A corpus is given twice. Name each folder once.")
    if not all(of_kind(name, "The name of a corpus", str).strip() for name in names):
        raise BadSetting("The name of a corpus is empty. Give each a name of its own.")
    return dict(zip(names or _names(resolved), given, strict=True))


def names_of(corpora: Iterable[Corpus | Path | str]) -> list[str]:
    """Return the names by which passages of corpora that are asked together say theirs.

    Raises:
        BadSetting: There is no corpus, or too many, or one is given twice.
        TypeError: It is no list of them.
    """
    return list(named(corpora))


def _names(folders: Sequence[Path]) -> list[str]:
    """Return a name for each folder: its own, with that of the nearest one above that differs."""
    names: list[str] = []
    for folder in folders:
        name, number = _printable(_told_apart(folder, folders)), 1
        unnumbered = name
        while name in names:
            number += 1
            name = f"{unnumbered} ({number})"
        names.append(name)
    return names


def _told_apart(folder: Path, folders: Sequence[Path]) -> str:
    same = [one.parents for one in folders if one.name == folder.name]
    for above in range(min(map(len, same)) if len(same) > 1 else 0):
        if len({parents[above].name for parents in same}) == len(same):
            return f"{folder.parents[above].name}{'/…/' if above else '/'}{folder.name}"
    return folder.name or str(folder)


def _printable(name: str) -> str:
    """Return a name without what could change the words around it, or can't be sent as JSON."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)


def fits_in_any(corpora: Iterable[Corpus | Path | str | None]) -> Callable[[Filter], bool]:
    """Return what tells whether a document of any of the corpora is as a filter has it.

    What may be a filter, such as `in:leases`, is one in all of them or in none.
    """

    def fits(wanted: Filter) -> bool:
        for one in corpora:
            with open_corpus(one).snapshot() as state:
                if state.fitting_documents(wanted, None):
                    return True
        return False

    return fits


def from_corpus(name: str, passages: Iterable[Passage]) -> list[Passage]:
    """Return passages that say which corpus they are from."""
    return [replace(passage, corpus=name) if name else passage for passage in passages]


def merged_passages(lists: Sequence[tuple[bool, Sequence[Passage]]], k: int) -> list[Passage]:
    """Return the best of several lists of passages, each in its own order.

    Confidences are calibrated, so that those of two corpora say the same; where no reader looked,
    it is how near the best sentence is to the question.

    Args:
        lists: For each list whether its first passage seems to answer, and the passages.
        k: How many to return.
    """
    waiting = [(answered, list(passages)) for answered, passages in lists if passages]
    merged: list[Passage] = []
    while waiting and len(merged) < k:
        best = max(waiting, key=lambda item: (item[0], *_sure(item[1][0])))
        merged.append(best[1].pop(0))
        waiting = [(answered, rest) for answered, rest in waiting if rest]
    return merged


def merged(question: str, answers: Sequence[Answer], k: int, last: str = "") -> Answer:
    """Return the answers of several corpora to one question as one answer.

    Args:
        question: The person's words.
        answers: One of each corpus.
        k: How many passages to return.
        last: The corpus that the answer before was from, whose document "this" means.
    """
    if len(answers) == 1:
        return answers[0]
    documents = sum(answer.documents for answer in answers)
    if answers[0].kind == "greeting":
        return replace(answers[0], documents=documents)
    listing = [answer for answer in answers if answer.kind == "documents"]
    if len(listing) == len(answers):
        message = " ".join(dict.fromkeys(answer.message for answer in answers))
        answered = any(answer.answered for answer in answers)
        return replace(answers[0], answered=answered, message=message, documents=documents)
    overviews = [one for one in answers if one.kind == "overview" and one.answered]
    if overviews:
        spoken_of = next((one for one in overviews if one.passages[0].corpus == last), overviews[0])
        return replace(spoken_of, documents=documents)
    best = max(answers, key=_rank)
    passages = merged_passages([(one.answered, one.passages) for one in answers], k)
    lacking = [set(one.unmentioned) for one in answers if not one.answered]
    missing = set.intersection(*lacking) if lacking and not best.answered else set()
    return replace(
        best,
        question=question,
        passages=tuple(passages),
        documents=documents,
        confidence=passages[0].confidence if passages else None,
        unmentioned=tuple(word for word in best.unmentioned if word in missing),
        message=best.message if all(one.message for one in answers) else "",
    )


def _rank(answer: Answer) -> tuple[bool, bool, float, float]:
    passages = answer.passages
    first = _sure(passages[0]) if passages else (0.0, 0.0)
    return answer.answered, bool(passages), *first


def _sure(passage: Passage) -> tuple[float, float]:
    dense = (sentence.dense for sentence in passage.sentences if sentence.dense is not None)
    return passage.confidence or 0.0, max(dense, default=0.0)
