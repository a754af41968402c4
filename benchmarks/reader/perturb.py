"""Questions made harder: typed carelessly, or changed so that their sentence does not answer."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.reader.lexicon import Lexicon

_AUXILIARY = re.compile(r"\b(did|does|do|is|was|were|are|can|could|will|would|has|have|had)\b")
_NAME = re.compile(r"(?<=[\w,] )[A-Z][\w'-]+(?: (?:of |the )?[A-Z][\w'-]+)*")
_NUMBER = re.compile(r"\b\d{1,4}\b")
_WORD = re.compile(r"\b[a-z]{4,}\b")
_ASKED = {
    "when": ("where", "why", "how"),
    "where": ("when", "why", "how"),
    "why": ("when", "where"),
    "what year": ("what city", "what country"),
    "what city": ("what year", "what century"),
    "what country": ("what year", "what month"),
}
_ASKING = re.compile(rf"\b({'|'.join(_ASKED)})\b", re.IGNORECASE)

Way = Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands near a question's sentence, to change words for.

    Attributes:
        sentence: The sentence that answers the question.
        passages: The sentences around it and others on the same matter.
        names: Names from questions about the same or other documents.
    """

    sentence: str
    passages: str
    names: Sequence[str] = ()


def names(text: str) -> list[str]:
    """Return the names in a text: capitalised words that don't begin it."""
    return _NAME.findall(text)


def unanswerable(
    question: str, around: Surroundings, lexicon: Lexicon, rng: random.Random
) -> str | None:
    """Return the question changed in one respect, so that its sentence no longer answers it.

    A name or number becomes another, a word its opposite, a sister term or a word of the same kind
    from nearby, two names trade places, the question asks for something else, or a negation comes
    in: the ways in which SQuAD 2.0's authors say people write such questions.

    Args:
        question: A question.
        around: The sentence that answers it, and what stands near.
        lexicon: Opposites and kindred words.
        rng: Source of chance.

    Returns:
        The changed question, or None if nothing in it can be changed.
    """
    edit = _Edit(question, around.sentence, around, lexicon, rng)
    ways = [
        *edit.ways(),
        (1.0, lambda: _traded(question, rng)),
        (0.4, lambda: _negated(question, rng)),
        (0.4, lambda: _other_kind(question, rng)),
    ]
    return _first(question, ways, rng)


def contradicting(
    question: str,
    around: Surroundings,
    answer: tuple[int, int],
    lexicon: Lexicon,
    rng: random.Random,
) -> str | None:
    """Return the sentence changed where it says what the question says, so that it doesn't answer.

    Args:
        question: A question.
        around: The sentence that answers it, and what stands near.
        answer: Place of the answer in the sentence, which stays as it is.
        lexicon: Opposites and kindred words.
        rng: Source of chance.

    Returns:
        The changed sentence, or None if it shares nothing with the question that can be changed.
    """
    edit = _Edit(around.sentence, question, around, lexicon, rng, kept=answer)
    return _first(around.sentence, edit.ways(), rng)


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


@dataclass(frozen=True, slots=True)
class _Edit:
    """Changes of one word or name of a text that another text says too.

    Attributes:
        text: What is changed.
        said: The other text.
        kept: Place in the text that stays as it is.
    """

    text: str
    said: str
    around: Surroundings
    lexicon: Lexicon
    rng: random.Random
    kept: tuple[int, int] = (0, 0)

    def ways(self) -> list[tuple[float, Way]]:
        """Return the ways to change it, each with its weight."""
        return [
            (3.0, lambda: self._word(self.lexicon.opposites)),
            (2.5, self._name),
            (1.2, lambda: self._word(self._near)),
            (0.8, lambda: self._word(self.lexicon.sisters)),
            (1.0, self._number),
        ]

    def _word(self, others: Callable[[str], Sequence[str]]) -> str | None:
        found = [m for m in self._shared(_WORD) if not _AUXILIARY.fullmatch(m[0])]
        self.rng.shuffle(found)
        for word in found:
            choice = others(word[0])
            if choice:
                return self._with(word, self.rng.choice(choice))
        return None

    def _near(self, word: str) -> list[str]:
        said = f"{self.text} {self.said}".lower()
        nearby = _WORD.findall(self.around.passages)
        return self.lexicon.alike(word, [w for w in nearby if w[:5] not in said])[:3]

    def _name(self) -> str | None:
        found = self._shared(_NAME)
        if not found:
            return None
        name = self.rng.choice(found)
        near = names(self.around.passages)
        others = near if near and self.rng.random() < 0.6 else self.around.names
        others = [
            o for o in others if o not in self.text and o not in self.said and o not in name[0]
        ]
        alike = [other for other in others if len(other.split()) == len(name[0].split())]
        return self._with(name, self.rng.choice(alike or others)) if others else None

    def _number(self) -> str | None:
        found = self._shared(_NUMBER)
        if not found:
            return None
        number = self.rng.choice(found)
        nearby = [n for n in _NUMBER.findall(self.around.passages) if len(n) == len(number[0])]
        nearby = [n for n in nearby if n not in self.text and n not in self.said]
        if nearby and self.rng.random() < 0.5:
            return self._with(number, self.rng.choice(nearby))
        shift = self.rng.choice([-20, -10, -7, -3, -1, 1, 2, 4, 9, 15, 30])
        return self._with(number, str(abs(int(number[0]) + shift)))

    def _shared(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        said = {word[:5] for word in re.findall(r"\w+", self.said.lower())}
        start, end = self.kept
        return [
            match
            for match in pattern.finditer(self.text)
            if not (match.start() < end and match.end() > start)
            and any(
                word[:5] in said
                for word in match[0].lower().split()
                if len(word) > 3 or word.isdigit()
            )
        ]

    def _with(self, match: re.Match[str], other: str) -> str:
        return self.text[: match.start()] + other + self.text[match.end() :]


def _first(text: str, ways: list[tuple[float, Way]], rng: random.Random) -> str | None:
    """Return what the first way gives that fits, in an order drawn by the ways' weights."""
    order = sorted(ways, key=lambda way: rng.random() ** (1 / way[0]), reverse=True)
    return next((changed for _, way in order if (changed := way()) and changed != text), None)


def _traded(question: str, rng: random.Random) -> str | None:
    """Return the question with two of its names in each other's place."""
    found = list(_NAME.finditer(question))
    if len(found) < 2:
        return None
    one, other = sorted(rng.sample(found, 2), key=lambda match: match.start())
    if re.fullmatch(r",? (and|or) ", question[one.end() : other.start()]):
        return None
    between = question[one.end() : other.start()]
    return question[: one.start()] + other[0] + between + one[0] + question[other.end() :]


def _negated(question: str, rng: random.Random) -> str | None:
    found = list(_AUXILIARY.finditer(question))
    if not found:
        return None
    auxiliary = rng.choice(found)
    return f"{question[: auxiliary.end()]} not{question[auxiliary.end() :]}"


def _other_kind(question: str, rng: random.Random) -> str | None:
    found = _ASKING.search(question)
    if not found:
        return None
    other = rng.choice(_ASKED[found[0].lower()])
    other = other.capitalize() if found[0][0].isupper() else other
    return question[: found.start()] + other + question[found.end() :]
