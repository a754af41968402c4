"""What a claim says otherwise than a sentence: figures, names, negations. Pure functions."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from qa.codes import has_digit
from qa.figures import Figure, figures_in
from qa.followups.parts import Word, parse
from qa.words import FUNCTION, JOINED, STEM

DifferenceKind = Literal["figure", "name", "negation"]
Place = tuple[int, int]

_SHORT = 3  # letters of a word whose last one is no ending
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|unable|incapable|fail(?:s|ed)?"
    r"|refus(?:e|es|ed)|lack(?:s|ed)?|den(?:y|ies|ied)|yet to)\b|n['’]t\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:he|she|it|they|his|her|its|their)\b", re.IGNORECASE)
_SOLE = re.compile(r"\b(?:only|solely|exclusively|entirely|all|every|always|just)\b", re.IGNORECASE)
# Kinds of which the same number in another kind is another figure: 3 months, 3 weeks
_STRICT = frozenset({"duration", "percentage", "amount"})
_LOOSE = frozenset({"person", "people", "page", "number", "year", "time"})
_MORE = re.compile(r"(?:over|more than|at least|above|exceeding|upwards of)\s+\Z", re.IGNORECASE)
_LESS = re.compile(r"(?:under|less than|fewer than|at most|below|up to)\s+\Z", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:about|around|roughly|nearly|almost|approximately|circa|some|ca\.?|~)\s*\Z", re.IGNORECASE
)
_NEAR = 0.1  # share by which "about 500" may be off
_DECADE = re.compile(r"(?<!\d)(\d{3})0s\b")
_MONTH = re.compile(
    r"(?:(?P<before>\d{1,2})(?:st|nd|rd|th)?(?: of)? )?\b(?P<name>January|February|March|April|May"
    r"|June|July|August|September|October|November|December)\b"
    r"(?: (?P<after>\d{1,2})(?!\d)|,? (?P<year>\d{4}))?"
)


@dataclass(frozen=True, slots=True)
class Side:
    """What one of two texts says of something that the other says otherwise.

    Attributes:
        kind: What differs.
        claimed: Where the claim says it.
        found: Where the sentence does, in its own offsets; empty where it says nothing of it.
    """

    kind: DifferenceKind
    claimed: Place
    found: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a claim a text has.

    Attributes:
        share: Of its content words, names counted twice, from 0 to 1.
        words: How many content words it lacks.
        names: How many of these are names.
        figures: The figures of the claim that it lacks.
    """

    share: float
    words: int
    names: int
    figures: tuple[Figure, ...]


def coverage(claim: str, text: str) -> Coverage:
    """Return how much of a claim stands in a text, whatever the order."""
    have = _stems(text)
    lacking = lacking_figures(claim, text)
    total = got = 0.0
    words = names = 0
    for word, named in _content_words(claim):
        weight = 2.0 if named else 1.0
        total += weight
        if stem(word) in have:
            got += weight
        else:
            words += 1
            names += named
    return Coverage(got / total if total else 1.0, words, names, tuple(lacking))


def stem(word: str) -> str:
    """Return what forms of a word have in common: its first letters without accents."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char)
    )
    plain = re.sub(r"['’]s?\Z", "", plain.casefold())
    return (plain.removesuffix("s") if len(plain) > _SHORT else plain)[:STEM]


def lacking_figures(claim: str, text: str) -> list[Figure]:
    """Return the figures and dates of a claim that a text doesn't have."""
    there = figures_in(text)
    bare = _bare_numbers(text)
    return [
        figure
        for figure in _own_figures(claim)
        if not (
            figure.value in text
            if figure.kind == "month"
            else _has(figure, _before(claim, figure), there, bare)
        )
    ]


def different_sides(claim: str, text: str, around: str = "") -> list[Side]:
    """Return what a claim and a sentence about the same say otherwise.

    Args:
        claim: The claim.
        text: The sentence.
        around: What stands around it: figures and names that are there aren't missed.
    """
    lacking = {(figure.start, figure.end) for figure in lacking_figures(claim, f"{text} {around}")}
    sides = [
        Side("figure", (figure.start, figure.end), places)
        for figure in lacking_figures(claim, text)
        if (figure.start, figure.end) in lacking and (places := _of_its_kind(figure, claim, text))
    ]
    sides += _other_names(claim, text, around)
    said, found = negations(claim), negations(text)
    if len(said) % 2 != len(found) % 2:
        sides.append(Side("negation", said[0] if said else (0, len(claim)), tuple(found)))
    return sides


def _other_names(claim: str, text: str, around: str) -> list[Side]:
    """Return whole names of a claim in whose place a sentence has others.

    Of 1,000 claims of FEVER that costs .04 of the supported and stops .05 of the refuted ones.
    Where the sentence has a pronoun, that may stand for the name.
    """
    if _PRONOUN.search(text):
        return []
    have = _stems(f"{text} {around}")
    own = _stems(claim)
    lacking = [
        place for place, keys in _full_names(claim) if not any(stem(key) in have for key in keys)
    ]
    others = tuple(
        place for place, keys in _full_names(text) if not any(stem(key) in own for key in keys)
    )
    return [Side("name", place, others) for place in lacking] if others else []


def _full_names(text: str) -> list[tuple[Place, list[str]]]:
    """Return the names of two words or more in a text, with where they stand and their words."""
    found: list[tuple[Place, list[str]]] = []
    run: list[Word] = []
    for word in (*parse(text).words, None):
        if run and (word is None or word.broken or not word.named):
            if len(run) > 1:
                found.append(((run[0].start, run[-1].end), [one.key for one in run]))
            run = []
        if word is not None and word.named:
            run.append(word)
    return found


def negations(text: str) -> list[Place]:
    """Return where a text negates."""
    return [match.span() for match in _NEGATION.finditer(text)]


def is_sole(claim: str, text: str) -> bool:
    """Return whether a claim says "only" or "all" and a text doesn't."""
    return _SOLE.search(claim) is not None and _SOLE.search(text) is None


def _content_words(claim: str) -> list[tuple[str, bool]]:
    """Return the words of a claim that tell what it says, and whether each is a name."""
    found: dict[str, bool] = {}
    for word in parse(claim).words:
        if (
            word.key not in FUNCTION
            and not has_digit(word.text)
            and not _NEGATION.fullmatch(word.text)
        ):
            found[word.key] = found.get(word.key, False) or word.named
    return list(found.items())


def _stems(text: str) -> set[str]:
    stems = set()
    for match in JOINED.finditer(text):
        stems.add(stem(match[0]))
        stems.update(stem(part) for part in re.split(r"[-./:_’']", match[0]) if part)
    return stems


def _own_figures(claim: str) -> list[Figure]:
    """Return the figures of a claim, but for "one", which is mostly none, and its months."""
    figures = [
        figure
        for figure in figures_in(claim)
        if not (figure.kind == "number" and claim[figure.start : figure.end].casefold() == "one")
    ]
    return [*figures, *_months(claim)]


def _months(text: str) -> list[Figure]:
    return [
        Figure("month", match["name"], match.start("name"), match.end("name"))
        for match in _MONTH.finditer(text)
        if match["before"] or match["after"] or match["year"]
    ]


def _bare_numbers(text: str) -> set[str]:
    """Return all numbers of a text, whatever they are of or a part of."""
    found = {figure.value.split(" ")[0].lstrip("$£€¥") for figure in figures_in(text)}
    for match in _DIGITS.finditer(text):
        found.add(re.sub(r",(?=\d{3}(?!\d))", "", match[0]))
        found.update(re.split(r"[.,]", match[0]))
    return found | {f"{match[1]}0s" for match in _DECADE.finditer(text)}


def _has(figure: Figure, before: str, there: Sequence[Figure], bare: set[str]) -> bool:
    if any((other.kind, other.value) == (figure.kind, figure.value) for other in there):
        return True
    same_kind = [other for other in there if other.kind == figure.kind]
    number = _number(figure)
    if number is not None and before:
        values = [value for other in same_kind if (value := _number(other)) is not None]
        if _MORE.search(before) and any(value >= number for value in values):
            return True
        if _LESS.search(before) and any(value <= number for value in values):
            return True
        if _ABOUT.search(before) and any(
            abs(value - number) <= Decimal(_NEAR) * number for value in values
        ):
            return True
    if figure.kind in _LOOSE:
        return figure.value.split(" ")[0] in bare
    # The same number without a unit may be the same figure: "rent: 500"
    plain = figure.value.split(" ")[0].lstrip("$£€¥")
    return any(other.kind == "number" and other.value == plain for other in there)


def _number(figure: Figure) -> Decimal | None:
    try:
        return Decimal(figure.value.split(" ")[0].lstrip("$£€¥"))
    except InvalidOperation:
        return None


def _before(claim: str, figure: Figure) -> str:
    return claim[max(0, figure.start - 20) : figure.start]


def _of_its_kind(figure: Figure, claim: str, text: str) -> tuple[Place, ...]:
    """Return where a text has figures of the same kind that the claim doesn't have."""
    own = {(other.kind, other.value) for other in _own_figures(claim)}
    there = _months(text) if figure.kind == "month" else figures_in(text)
    return tuple(
        (other.start, other.end)
        for other in there
        if other.kind == figure.kind and (other.kind, other.value) not in own
    )
