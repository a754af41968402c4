"""Sentences of a text as claims: what can be checked of them. Pure functions of text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from index import BlockKind, DraftSentence
from qa.followups.rewriting import in_context
from qa.words import FUNCTION, PRONOUNS

Reason = Literal["", "heading", "question", "code", "fragment"]

_HEADINGS: Final[frozenset[BlockKind]] = frozenset({"heading", "header"})
_QUESTION = re.compile(r"[?？؟][\s\"'”’»)\]*_]*\Z")
_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_WORDS = 3  # of a sentence that says something; with a figure one does
_UNSPACED = re.compile(r"[\u0e00-\u109f\u1780-\u17d3\u3040-\u30ff\u4e00-\u9fff]{4}")
_REMEMBERED = 5  # sentences before it that "it" and "she" may stand for something of
# What Markdown puts around words and pasted text keeps: emphasis, code, a link's address
_MARKS = re.compile(
    r"(?<!\w)[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?!\w)|\[(?P<text>[^\[\]]*)\]\([^()\s]*\)"
)
_LIST_SIGN = re.compile(r"\A(?:[-*+•]|\(?\d{1,3}[.)])\s+")
_ASIDE = re.compile(r"\[\^?\w{1,20}\]")  # a note's number: [1], [^a]
_VERB = re.compile(
    r"(?P<who>[\w'’ ,.-]{1,80}?) (?P<verb>is|was|are|were|can|could|will|would|shall|should|may"
    r"|must|has|had) (?P<rest>.+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of a text, and what of it is checked.

    Attributes:
        sentence: The sentence.
        skipped: Why it isn't checked; empty if it is.
        text: What is searched for: the sentence without marks, what its pronouns stand for put in.
    """

    sentence: DraftSentence
    skipped: Reason
    text: str = ""


def claims_of(sentences: Iterable[DraftSentence]) -> Iterator[Claim]:
    """Yield the sentences of a text as claims, in their order."""
    before: list[str] = []
    for sentence in sentences:
        plain = plain_claim(sentence.text)
        skipped = _skipped(sentence, plain)
        if skipped:
            if skipped == "heading":  # what was spoken of before isn't meant any more
                before.clear()
            yield Claim(sentence, skipped)
            continue
        text = completed(plain, before)
        before[:] = [*before, text][-_REMEMBERED:]
        yield Claim(sentence, "", text)


def plain_claim(text: str) -> str:
    """Return a sentence on one line, without what Markdown and lists put around its words."""
    plain = _MARKS.sub(lambda match: match["text"] or "", _LIST_SIGN.sub("", text.strip()))
    return " ".join(_ASIDE.sub("", plain).replace(" | ", ", ").split())


def completed(claim: str, before: list[str]) -> str:
    """Return a claim with what its pronouns stand for, of the claims before it."""
    words = _WORD.findall(claim.casefold())
    if not before or PRONOUNS.isdisjoint(words):
        return claim
    query = in_context(claim, before)
    if not query.leans:
        return claim
    # Words put before a claim are a search's help, and none of what it claims: never a figure
    carried, _, rest = query.text.partition(": ")
    if not query.text.endswith(rest) or carried in claim or not rest:
        return query.text
    if rest != claim:
        return rest
    return claim if any(map(str.isdigit, carried)) else query.text


def as_question(claim: str) -> str:
    """Return a claim as the question whether it is so, as far as its first verb tells how."""
    words = claim.rstrip(" .!")
    found = _VERB.fullmatch(words)
    if not found or re.search(r"\b(?:which|that|who|if|when|because)\b", found["who"]):
        return f"Is it true that {words}?"
    who = found["who"]
    first = who.partition(" ")[0].casefold()
    who = who[0].lower() + who[1:] if first in FUNCTION else who
    return f"{found['verb'].capitalize()} {who} {found['rest']}?"


def _skipped(sentence: DraftSentence, plain: str) -> Reason:
    if sentence.kind in _HEADINGS:
        return "heading"
    if sentence.kind == "code":
        return "code"
    if _QUESTION.search(plain):
        return "question"
    if not _says_something(plain):
        return "fragment"
    return ""


def _says_something(plain: str) -> bool:
    words = _WORD.findall(plain)
    return (
        len(words) >= _FEWEST_WORDS
        or (bool(words) and any(map(str.isdigit, plain)))
        or _UNSPACED.search(plain) is not None
    )
