"""Questions made harder: typed carelessly, or changed so that their sentence does not answer."""

import random
import re
from collections.abc import Sequence

_OPPOSITES = {
    a: b
    for pair in (
        "first last", "largest smallest", "highest lowest", "most least", "more fewer",
        "before after", "oldest youngest", "earliest latest", "biggest smallest", "north south",
        "east west", "northern southern", "eastern western", "increase decrease", "win lose",
        "won lost", "begin end", "began ended", "start stop", "started stopped", "best worst",
        "male female", "men women", "longest shortest", "high low", "larger smaller",
        "above below", "accept reject", "accepted rejected", "allowed prohibited", "major minor",
        "early late", "public private", "positive negative", "add remove", "include exclude",
        "included excluded", "supported opposed", "born killed", "bought sold", "buy sell",
        "strong weak", "rich poor", "internal external", "maximum minimum", "majority minority",
    )
    for a, b in (pair.split(), pair.split()[::-1])
}  # fmt: skip
_AUXILIARY = re.compile(r"\b(did|does|do|is|was|were|are|can|could|will|would|has|have|had)\b")
_NAME = re.compile(r"(?<=\s)[A-Z][\w'-]+(?: (?:of |the )?[A-Z][\w'-]+)*")
_NUMBER = re.compile(r"\b\d{1,4}\b")


def names(question: str) -> list[str]:
    """Return the names in a question: capitalised words that don't begin it."""
    return _NAME.findall(question)


def unanswerable(question: str, other_names: Sequence[str], rng: random.Random) -> str | None:
    """Return the question changed in one respect, so that its sentence no longer answers it.

    A name or number becomes another, a word its opposite, or a negation comes in: the ways in
    which SQuAD 2.0's authors say people write such questions.

    Args:
        question: A question.
        other_names: Names from questions about the same or other documents.
        rng: Source of chance.

    Returns:
        The changed question, or None if nothing in it can be changed.
    """
    ways = [_other_name, _other_number, _opposite, _negated]
    rng.shuffle(ways)
    for way in sorted(ways, key=lambda way: way is _negated):  # negation fits nearly always
        changed = way(question, other_names, rng)
        if changed and changed != question:
            return changed
    return None


def careless(question: str, rng: random.Random) -> str:
    """Return the question as it may be typed: small letters, no question mark, a slip of a key."""
    if rng.random() < 0.5:
        question = question.lower()
    if rng.random() < 0.5:
        question = question.rstrip("? ")
    if rng.random() < 0.4:
        words = list(re.finditer(r"\w{5,}", question))
        if words:
            word = rng.choice(words)
            place = rng.randrange(word.start() + 1, word.end() - 1)
            swapped = question[place + 1] + question[place]
            slip = rng.choice(["", swapped[1] * 2, swapped])
            width = 2 if slip == swapped else 1
            question = question[:place] + slip + question[place + width :]
    return question


def _other_name(question: str, others: Sequence[str], rng: random.Random) -> str | None:
    found = list(_NAME.finditer(question))
    if not found or not others:
        return None
    name = rng.choice(found)
    other = rng.choice(others)
    if other in question or name[0] in other:
        return None
    return question[: name.start()] + other + question[name.end() :]


def _other_number(question: str, _: Sequence[str], rng: random.Random) -> str | None:
    found = list(_NUMBER.finditer(question))
    if not found:
        return None
    number = rng.choice(found)
    shift = rng.choice([-20, -10, -7, -3, 2, 4, 9, 15, 30])
    return question[: number.start()] + str(abs(int(number[0]) + shift)) + question[number.end() :]


def _opposite(question: str, _: Sequence[str], rng: random.Random) -> str | None:
    found = [m for m in re.finditer(r"\w+", question) if m[0].lower() in _OPPOSITES]
    if not found:
        return None
    word = rng.choice(found)
    return question[: word.start()] + _OPPOSITES[word[0].lower()] + question[word.end() :]


def _negated(question: str, _: Sequence[str], rng: random.Random) -> str | None:
    found = list(_AUXILIARY.finditer(question))
    if not found:
        return None
    auxiliary = rng.choice(found)
    return f"{question[: auxiliary.end()]} not{question[auxiliary.end() :]}"
