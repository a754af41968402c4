"""`check`: for each sentence of a text what supports it in the documents, or that nothing does."""

from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

from index import (
    BadSetting,
    BlockKind,
    DraftSentence,
    Filter,
    draft_of,
    read_draft,
)
from qa.answers import Excerpt, Passage
from qa.checking.claims import Claim, Reason, claims_of
from qa.checking.evidence import Evidence, evidence_for
from qa.checking.sides import DifferenceKind, Side, coverage, different_sides, lacking_figures
from qa.chosen import asked_corpora
from qa.limits import CHECKED
from qa.merging import Corpora, from_corpus
from qa.passages import make_passages
from qa.reader.model import shipped_reader
from qa.reader.ranking import RankedSentence
from qa.retrieval import Retriever, open_retriever
from qa.settings import ReaderName

CheckVerdict = Literal["supported", "differs", "nothing", "skipped"]
# Share of a claim's words, but for a name that differs, from which a sentence speaks of the same,
# so that a figure, name or negation in it is the other side. Of 1,000 claims of FEVER .013 of the
# supported ones and .14 of the refuted have evidence that negates what they don't, or the other way
# round, with a share of .6; with .5 and .7 .014 and .15, .005 and .10. The others are not measured
_SAME: Final[dict[DifferenceKind, float]] = {"figure": 0.5, "name": 0.6, "negation": 0.6}
_SHOWN = 3  # passages that support a sentence; further ones add little


@dataclass(frozen=True, slots=True)
class Difference:
    """What a text says otherwise than the document.

    Attributes:
        kind: `figure`: a number, date or amount; `name`: another one in its place; `negation`: one
            of them says "not".
        claimed: The words of the text, with their offsets in it.
        found: The words of the document, with their offsets in it; none where it says nothing
            there, as of a negation that only the text has.
    """

    kind: DifferenceKind
    claimed: Excerpt
    found: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of a text, and what the documents say of it.

    Attributes:
        number: Its place in the text, counted from 1.
        text: The sentence, word for word.
        start: Offset of its first character in the text.
        end: Offset after its last character.
        kind: What it is a part of: `paragraph`, `item`, `heading`, ...
        verdict: `supported`; `differs`: the documents speak of it and say otherwise, see
            `differences`; `nothing` in them supports it; `skipped`, it is nothing to be checked.
        reason: Why it was skipped: `heading`, `question`, `code`, or a `fragment` of a few words.
        claim: What was searched for: the sentence, names put in for its pronouns.
        confidence: Probability that the first passage supports it; None if nothing was found, or
            it was skipped.
        passages: What supports it, or says otherwise, best first; where nothing does, the nearest.
        differences: Both sides, where it differs from the first passage.
    """

    number: int
    text: str
    start: int
    end: int
    kind: BlockKind
    verdict: CheckVerdict
    reason: Reason = ""
    claim: str = ""
    confidence: float | None = None
    passages: tuple[Passage, ...] = ()
    differences: tuple[Difference, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain dictionaries and lists, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class CheckedText:
    """What the documents say of each sentence of a text.

    Attributes:
        sentences: The sentences, in the text's order.
        counts: How many have each verdict.
        skipped: How many were skipped for each reason.
    """

    sentences: tuple[CheckedSentence, ...]
    counts: dict[str, int]
    skipped: dict[str, int]

    @property
    def supported(self) -> bool:
        """Whether all that was checked is supported."""
        return self.counts["differs"] == self.counts["nothing"] == 0

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain dictionaries and lists, ready for JSON."""
        return asdict(self)


def checked_text(sentences: Iterable[CheckedSentence]) -> CheckedText:
    """Return checked sentences with how many there are of each kind."""
    found = tuple(sentences)
    verdicts = Counter[str](sentence.verdict for sentence in found)
    reasons = Counter[str](sentence.reason for sentence in found if sentence.reason)
    counts = {verdict: verdicts[verdict] for verdict in get_args(CheckVerdict)}
    return CheckedText(found, counts, dict(sorted(reasons.items())))


def check(
    text: str,
    *,
    corpus: Corpora = None,
    documents: Iterable[int | str] | None = None,
    where: Filter | None = None,
    reader: ReaderName | None = None,
) -> CheckedText:
    """Find for each sentence of a text the passages of the documents that support it.

    Headings, questions, code and fragments of a few words are skipped. A sentence is supported if
    one passage says what it says; what has to be put together from several isn't. A figure that a
    passage doesn't have is never supported by it.

    Args:
        text: Plain text, or Markdown.
        corpus: See `retrieve`.
        documents: See `retrieve`.
        where: See `retrieve`; only what it says of documents.
        reader: See `retrieve`. Without it, and in other languages than English, words, figures
            and negations alone decide, which is less sure.

    Returns:
        The sentences, each with its verdict.

    Raises:
        EmptyDocument: There is nothing in the text.
        BadSetting: It has more than 10,000 sentences, or see `retrieve`.
        UnknownDocument, AmbiguousDocument, CorpusNotFound, ModelUnavailable: See `retrieve`.
    """
    return checked_text(
        checked_sentences(
            draft_of(text), corpus=corpus, documents=documents, where=where, reader=reader
        )
    )


def check_file(
    path: Path | str,
    *,
    corpus: Corpora = None,
    documents: Iterable[int | str] | None = None,
    where: Filter | None = None,
    reader: ReaderName | None = None,
) -> CheckedText:
    """Check a file of any format that is read, as `check` does its text.

    Raises:
        UserError: As `index.load` does, and as `check` does.
    """
    return checked_text(
        checked_sentences(
            read_draft(path), corpus=corpus, documents=documents, where=where, reader=reader
        )
    )


def checked_sentences(
    sentences: Sequence[DraftSentence],
    *,
    corpus: Corpora = None,
    documents: Iterable[int | str] | None = None,
    where: Filter | None = None,
    reader: ReaderName | None = None,
) -> Generator[CheckedSentence, None, None]:
    """Yield the sentences of a draft one by one as they are checked, over one state of the corpus.

    To be run through, and closed, in one thread. Arguments and errors: see `check`.
    """
    if len(sentences) > CHECKED.most:
        raise BadSetting(
            f"The text has {len(sentences):,} sentences; at most {CHECKED.most:,} are checked at "
            "once. Check it in parts."
        )
    if where is not None and where.wording:
        raise BadSetting(
            "A text is checked against documents: limit them by folders, files, types, dates and "
            "languages, not by phrases."
        )
    with ExitStack() as opened:
        searches = {
            one.name: opened.enter_context(
                open_retriever(_SHOWN, one.corpus, one.documents, "hybrid", reader, where=where)
            )
            for one in asked_corpora(corpus, documents)
        }
        for number, claim in enumerate(claims_of(sentences), 1):
            yield _unchecked(number, claim) if claim.skipped else _checked(number, claim, searches)


def _unchecked(number: int, claim: Claim) -> CheckedSentence:
    sentence = claim.sentence
    return CheckedSentence(
        number,
        sentence.text,
        sentence.start,
        sentence.end,
        sentence.kind,
        "skipped",
        claim.skipped,
    )


def _checked(number: int, claim: Claim, searches: Mapping[str, Retriever]) -> CheckedSentence:
    reader = None if next(iter(searches.values())).reader == "none" else shipped_reader()
    evidence = [
        (name, one)
        for name, search in searches.items()
        for one in evidence_for(search.state, claim.text, search.documents, reader)
    ]
    # The right sentence is first for .808 of 500 supported claims of FEVER, by `about` for .794
    evidence.sort(key=lambda pair: -pair[1].sure)
    supporting = [
        (name, one)
        for name, one in evidence
        if one.is_about
        and one.says_so
        and not lacking_figures(claim.text, one.wide)
        and not _sides(claim.text, one)
    ]
    verdict: CheckVerdict = "supported" if supporting else "nothing"
    sides: list[Side] = []
    shown = supporting[:_SHOWN] or evidence[:1]
    if not supporting:
        near = sorted(
            (pair for pair in evidence if pair[1].is_near), key=lambda pair: -pair[1].about
        )
        both = ((pair, _sides(claim.text, pair[1])) for pair in near[:_SHOWN])
        other = next((one for one in both if one[1]), None)
        if other:
            shown, sides, verdict = [other[0]], other[1], "differs"
    sentence = claim.sentence
    passages = [
        passage
        for name, one in shown
        for passage in from_corpus(name, make_passages(searches[name].state, [_ranked(one)], 1))
    ]
    return CheckedSentence(
        number,
        sentence.text,
        sentence.start,
        sentence.end,
        sentence.kind,
        verdict,
        claim=claim.text,
        confidence=shown[0][1].sure if shown else None,
        passages=tuple(passages),
        differences=tuple(_difference(claim, side, shown[0][1]) for side in sides),
    )


def _sides(claim: str, evidence: Evidence) -> list[Side]:
    """Return what a claim says otherwise than a sentence, of what isn't said right beside it."""
    sides = different_sides(claim, evidence.item.sentence.text, evidence.wide)
    return [side for side in sides if _share(claim, side, evidence) >= _SAME[side.kind]]


def _share(claim: str, side: Side, evidence: Evidence) -> float:
    """Return how much of a claim a sentence has, but for the name that it has another one for."""
    start, end = side.claimed if side.kind == "name" else (0, 0)
    return coverage(claim[:start] + claim[end:], evidence.wide).share


def _ranked(evidence: Evidence) -> RankedSentence:
    """Return a sentence as it was found, with how surely it supports what is claimed."""
    return replace(evidence.item, score=evidence.sure, probability=evidence.sure)


def _difference(claim: Claim, side: Side, evidence: Evidence) -> Difference:
    words = claim.text[slice(*side.claimed)]
    sentence, found = claim.sentence, evidence.item.sentence
    at = sentence.text.find(words)
    begin, end = (at, at + len(words)) if at >= 0 else (0, len(sentence.text))
    return Difference(
        side.kind,
        Excerpt(sentence.text[begin:end], sentence.start + begin, sentence.start + end),
        tuple(
            Excerpt(found.text[start:stop], found.start + start, found.start + stop)
            for start, stop in side.found
        ),
    )
