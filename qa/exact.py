"""Sentences that have a code or a quoted phrase of the question just as it is written, first.

Whoever asks about `E-17/b` isn't served by what is said of `E-17/a`, however well it reads. A
question that quotes ("What does “force majeure” mean?") is better served by what has the phrase.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index import LEXICAL, Hit, Snapshot, Wording
from qa.codes import codes_of, names
from qa.reader.ranking import RankedSentence, is_about_another, text_in_context

# Sentences looked at for each code or phrase, and of them those that the reader is given before
# others: half of what it may read. Not measured
_LOOKED_AT, _READ = 40, 10
# By how much the odds rise that a sentence answers for having a phrase that the question quotes:
# those that say about as much are told apart by it. Not measured: there is no set of such questions
_TIMES = 6.0


@dataclass(frozen=True, slots=True)
class Exact:
    """What a question has that has to stand, or had better stand, in its answer as it is written.

    Attributes:
        codes: Its codes.
        quoted: The phrases that it quotes.
        hits: Sentences that have one of them, best first.
        missing: Those of `quoted` that stand in no sentence that is searched.
    """

    codes: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    missing: tuple[str, ...] = ()


def find_exact(
    state: Snapshot,
    question: str,
    quoted: Sequence[str],
    document_ids: Sequence[int] | None,
    wording: Wording,
) -> Exact:
    """Look for the codes of a question, and for what it quotes.

    Args:
        state: The corpus.
        question: What is searched for.
        quoted: The phrases that it quotes.
        document_ids: Look in these documents only.
        wording: Look for sentences that are so only.
    """
    codes = codes_of(question)
    if not state.reads_wording or not (codes or quoted):
        return Exact(codes)
    hits: dict[int, Hit] = {}
    missing = []
    for phrase in (*codes, *quoted):
        matches = state.search(
            question,
            limit=_LOOKED_AT,
            weights=LEXICAL,
            document_ids=document_ids,
            wording=Wording((*wording.having, phrase), wording.lacking),
        )
        if phrase in codes:
            texts = state.sentences([hit.sentence_id for hit in matches])
            matches = [hit for hit in matches if names(texts[hit.sentence_id].text, phrase)]
        elif not matches:
            missing.append(phrase)
        hits |= {hit.sentence_id: hit for hit in matches[:_READ] if hit.sentence_id not in hits}
    return Exact(codes, tuple(quoted), tuple(hits.values()), tuple(missing))


def with_exact(hits: Sequence[Hit], exact: Exact) -> list[Hit]:
    """Return hits with those first that have a code or phrase, found or not, so that they are read.

    What the search didn't find is no better to it than the last that it did.
    """
    if not exact.hits:
        return list(hits)
    known = {hit.sentence_id: hit for hit in hits}
    least = min((hit.score for hit in hits), default=0.0)
    first = {
        hit.sentence_id: known.get(hit.sentence_id, replace(hit, score=least, window=None))
        for hit in exact.hits
    }
    ranked = sorted(first.values(), key=lambda hit: -hit.score)
    return [*ranked, *(hit for hit in hits if hit.sentence_id not in first)]


def prefer_exact(
    ranked: Sequence[RankedSentence], exact: Exact, threshold: float
) -> list[RankedSentence]:
    """Return sentences in an order that puts those first that have what the question has.

    Args:
        ranked: What was found, best first.
        exact: What the question has.
        threshold: Probability from which a sentence answers.
    """
    if not (exact.codes or exact.quoted):
        return list(ranked)
    items = list(ranked)
    if phrases := [phrase for phrase in exact.quoted if phrase not in exact.missing]:
        wanted = Wording(tuple(phrases))
        items = [
            _boosted(item, threshold) if wanted.fits(item.sentence.text) else item for item in items
        ]
        items.sort(key=lambda item: (item.probability is None, -item.score))
    return _by_codes(items, exact.codes) if exact.codes else items


def _boosted(item: RankedSentence, threshold: float) -> RankedSentence:
    """Return a sentence with more of a score, but none beyond those that answer if it doesn't."""
    score = _TIMES * item.score / (1 + (_TIMES - 1) * item.score)
    if item.probability is not None and item.probability < threshold:
        score = max(item.score, min(score, 0.99 * threshold))
    return replace(item, score=score)


def _lacks(item: RankedSentence, codes: Sequence[str]) -> bool:
    """Tell whether a sentence isn't about one of the codes, or is about another one like it."""
    near = (item.sentence, item.before, item.after)
    texts = [text_in_context(sentence) for sentence in near if sentence]
    return is_about_another(item.sentence, codes) or not all(
        any(names(text, code) for text in texts) for code in codes
    )


def _by_codes(items: Sequence[RankedSentence], codes: Sequence[str]) -> list[RankedSentence]:
    """Return sentences with those first that have the codes, of those read and of those not.

    What comes behind has but half of the score of what comes before: it joins none of its passages.
    """
    groups: dict[tuple[bool, bool], list[RankedSentence]] = {}
    for item in items:
        groups.setdefault((item.probability is None, _lacks(item, codes)), []).append(item)
    ordered: list[RankedSentence] = []
    for group in sorted(groups):
        most = ordered[-1].score / 2 if ordered else None
        ordered += [
            item if most is None else replace(item, score=most * item.score)
            for item in groups[group]
        ]
    return ordered
