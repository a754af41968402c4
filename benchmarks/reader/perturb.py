"""Questions made harder: typed carelessly, or changed so that their sentence does not answer."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

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
_ASKED = {
    "when": ("where", "why", "how"),
    "where": ("when", "why", "how"),
    "why": ("when", "where"),
    "what year": ("what city", "what country"),
    "what city": ("what year", "what century"),
    "what country": ("what year", "what month"),
}
_ASKING = re.compile(rf"\b({'|'.join(_ASKED)})\b", re.IGNORECASE)
_LEAST_SIMILAR, _SAME = 0.3, 0.46  # cosines of word embeddings
_SELDOM = 0.15


def names(question: str) -> list[str]:
    """Return the names in a question: capitalised words that don't begin it."""
    return _NAME.findall(question)


def similar_words(folder: Path) -> dict[str, list[str]]:
    """Return, for each common word of a model, others that it stands near to but isn't part of.

    Sister terms ("river": "lake", "creek"), now and then a synonym. Words of one stem are left
    out, and so are the nearest ones, most of which mean the same.

    Args:
        folder: Holds the model, whose word embeddings are compared.
    """
    vocabulary = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    words = [word for word in vocabulary if len(word) > 3 and word.isascii() and word.isalpha()]
    weights = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
    rows = torch.tensor([vocabulary[word] for word in words])
    vectors = torch.nn.functional.normalize(weights[rows].float(), dim=-1)
    similar = {}
    for start in range(0, len(words), 1024):
        cosines, places = (vectors[start : start + 1024] @ vectors.T).topk(25)
        for word, near, scores in zip(
            words[start : start + 1024], places.tolist(), cosines.tolist(), strict=True
        ):
            similar[word] = [
                words[place]
                for place, score in zip(near, scores, strict=True)
                if _LEAST_SIMILAR < score < _SAME and _sister(word, words[place])
            ]
    return similar


def unanswerable(
    question: str,
    sentence: str,
    other_names: Sequence[str],
    similar: Mapping[str, Sequence[str]],
    rng: random.Random,
) -> str | None:
    """Return the question changed in one respect, so that its sentence no longer answers it.

    A name or number becomes another, a word its opposite or a sister term, the question asks for
    something else, or a negation comes in: the ways in which SQuAD 2.0's authors say people write
    such questions.

    Args:
        question: A question.
        sentence: The sentence that answers it.
        other_names: Names from questions about the same or other documents.
        similar: Other words for a word, as `similar_words` gives them.
        rng: Source of chance.

    Returns:
        The changed question, or None if nothing in it can be changed.
    """
    ways: list[Callable[[], str | None]] = [
        lambda: _other_name(question, other_names, rng),
        lambda: _other_number(question, rng),
        lambda: _opposite(question, rng),
        lambda: _sister_term(question, sentence, similar, rng),
    ]
    rng.shuffle(ways)
    last: list[Callable[[], str | None]] = [
        lambda: _negated(question, rng),
        lambda: _other_kind(question, rng),
    ]
    rng.shuffle(last)  # these fit nearly always
    ways = [*last[:1], *ways, *last[1:]] if rng.random() < _SELDOM else [*ways, *last]
    for way in ways:
        changed = way()
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
    alike = [other for other in others if len(other.split()) == len(name[0].split())]
    other = rng.choice(alike or others)
    if other in question or name[0] in other:
        return None
    return question[: name.start()] + other + question[name.end() :]


def _other_number(question: str, rng: random.Random) -> str | None:
    found = list(_NUMBER.finditer(question))
    if not found:
        return None
    number = rng.choice(found)
    shift = rng.choice([-20, -10, -7, -3, 2, 4, 9, 15, 30])
    return question[: number.start()] + str(abs(int(number[0]) + shift)) + question[number.end() :]


def _opposite(question: str, rng: random.Random) -> str | None:
    found = [m for m in re.finditer(r"\w+", question) if m[0].lower() in _OPPOSITES]
    if not found:
        return None
    word = rng.choice(found)
    return question[: word.start()] + _OPPOSITES[word[0].lower()] + question[word.end() :]


def _negated(question: str, rng: random.Random) -> str | None:
    found = list(_AUXILIARY.finditer(question))
    if not found:
        return None
    auxiliary = rng.choice(found)
    return f"{question[: auxiliary.end()]} not{question[auxiliary.end() :]}"


def _sister_term(
    question: str, sentence: str, similar: Mapping[str, Sequence[str]], rng: random.Random
) -> str | None:
    said = {word[:5] for word in re.findall(r"\w+", sentence.lower())}
    shared = [
        m
        for m in re.finditer(r"\b[a-z]+\b", question)
        if m[0][:5] in said and similar.get(m[0]) and not _AUXILIARY.fullmatch(m[0])
    ]
    if not shared:
        return None
    word = rng.choice(shared)
    return question[: word.start()] + rng.choice(similar[word[0]]) + question[word.end() :]


def _other_kind(question: str, rng: random.Random) -> str | None:
    found = _ASKING.search(question)
    if not found:
        return None
    other = rng.choice(_ASKED[found[0].lower()])
    other = other.capitalize() if found[0][0].isupper() else other
    return question[: found.start()] + other + question[found.end() :]


def _sister(word: str, other: str) -> bool:
    """Return whether two words have different stems and the same kind of ending."""
    endings = [next((e for e in ("ing", "ed", "s") if w.endswith(e)), "") for w in (word, other)]
    return word[:4] != other[:4] and endings[0] == endings[1]
