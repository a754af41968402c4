"""Which corpora are asked, and which of their documents: those chosen, whatever corpus has them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index import AmbiguousDocument, BadSetting, Corpus, UnknownDocument, listed, of_kind
from qa.corpora import open_corpus
from qa.merging import Corpora, named

_ID = re.compile(r"(?:id:)?\d{1,19}")
_MOST_NAMED = 10  # of the documents that a text may mean, in a message


@dataclass(frozen=True, slots=True)
class AskedCorpus:
    """A corpus that is asked.

    Attributes:
        name: What its passages say they are from; empty for one that isn't in a list.
        corpus: The corpus, its folder, or None for the default one.
        documents: The documents of it that are searched; None for all.
    """

    name: str
    corpus: Corpus | Path | str | None
    documents: Sequence[int | str] | None


def asked_corpora(corpus: Corpora, documents: Iterable[int | str] | None) -> list[AskedCorpus]:
    """Return the corpora that are asked: of several, those in which documents are chosen.

    Args:
        corpus: One, or several in a list or by names of their own.
        documents: Ids, names or titles, of several corpora with their corpus's name before it:
            `work/report.pdf`, `work/id:7`. The name can be left out where only one of the corpora
            has such a document.

    Raises:
        BadSetting: An id is given without a corpus, which means another document in each; or see
            `named`.
        UnknownDocument: None of the corpora has one of them.
        AmbiguousDocument: One of them may mean several documents.
        TypeError: `corpus` is none, or `documents` no list.
    """
    chosen = None if documents is None else listed(documents, "documents", (int, str))
    if not isinstance(corpus, Iterable) or isinstance(corpus, str | bytes):
        one = corpus if corpus is None else of_kind(corpus, "corpus", (Corpus, Path, str))
        return [AskedCorpus("", one, chosen)]
    corpora = named(corpus)
    if not chosen:  # all, or none, of each
        return [AskedCorpus(name, each, chosen) for name, each in corpora.items()]
    found = _by_corpus(corpora, chosen)
    return [AskedCorpus(name, corpora[name], ids) for name, ids in found.items()]


def _by_corpus(
    corpora: Mapping[str, Corpus | Path | str], chosen: Sequence[int | str]
) -> dict[str, list[int]]:
    """Return the ids of documents by the names of their corpora, in the order of these."""
    meant: dict[int | str, dict[tuple[str, int], None]] = {key: {} for key in chosen}
    for name, corpus in corpora.items():
        inside = [
            (key, own) for key in meant for own in _keys_in(name, key, alone=len(corpora) == 1)
        ]
        with open_corpus(corpus).snapshot() as state:
            ids = state.documents_meant({own for _, own in inside})
        for key, own in inside:
            meant[key] |= dict.fromkeys((name, number) for number in ids[own])
    found: dict[str, dict[int, None]] = {name: {} for name in corpora}
    for key, places in meant.items():
        name, number = _the_one(key, list(places), corpora)
        found[name][number] = None
    return {name: list(ids) for name, ids in found.items() if ids}


def _keys_in(name: str, key: int | str, *, alone: bool) -> Iterable[int | str]:
    """Yield what a key may be in the corpus of a name."""
    if alone or not _is_id(key):
        yield key
    if isinstance(key, str) and key.startswith(f"{name}/"):
        yield key.removeprefix(f"{name}/")


def _is_id(key: int | str) -> bool:
    return isinstance(key, int) or _ID.fullmatch(key) is not None


def _the_one(
    key: int | str,
    places: Sequence[tuple[str, int]],
    corpora: Mapping[str, Corpus | Path | str],
) -> tuple[str, int]:
    """Return the corpus and the id of the document that a key means, of those it may mean."""
    if len(places) == 1:
        return places[0]
    names = list(corpora)
    if places:
        called = [_called(*place, corpora) for place in places[:_MOST_NAMED]]
        more = f"; and {len(places) - len(called):,} more" if len(places) > len(called) else ""
        name, number = places[0]
        raise AmbiguousDocument(
            f"{key!r} may be any of {len(places):,} documents: {'; '.join(called)}{more}. Choose "
            f"one by its corpus and its id, such as {_reference(name, number)!r}."
        )
    if len(names) > 1 and _is_id(key):
        raise BadSetting(
            f"An id such as {key!r} means another document in each corpus. Write the corpus's name "
            f"before it: {_reference(names[0], key)!r}. The corpora are {', '.join(names)}."
        )
    raise UnknownDocument(
        f"None of the corpora {', '.join(names)} has a document {key!r}."
        if len(names) > 1
        else f"The corpus {names[0]} has no document {key!r}."
    )


def _called(name: str, number: int, corpora: Mapping[str, Corpus | Path | str]) -> str:
    with open_corpus(corpora[name]).snapshot() as state:
        title = state.document(number).title
    return f"{_reference(name, number)} {title!r}"


def _reference(name: str, key: int | str) -> str:
    return f"{name}/id:{key}" if isinstance(key, int) else f"{name}/{key}"
