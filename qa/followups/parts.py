"""A question taken apart: its words, and what it names. Pure functions of any text, no grammar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import islice

from qa import words as kinds
from qa.words import forms, singular

_WORD = re.compile(r"[^\W_]+(?:[-.'’/][^\W_]+)*")
_BREAK = re.compile(r"[,;:.?!()\"“”]")
_SENTENCE_END = re.compile(r"[.?!]\s")
# "Ok, when was he born?": said to the assistant, and no part of the question
_INTERJECTIONS = re.compile(
    rf"(?:(?:{'|'.join(sorted(kinds.INTERJECTIONS))}|thank you)\b\s*[,.!:;–—-]+\s*)+(?=\w)",
    re.IGNORECASE,
)
_ASKS_WHO = re.compile(r"\W*(?:\w+\s+)?who(?:['’]s|\s+(?:is|was)\b)", re.IGNORECASE)
# Words: what a longer text says after them is not looked at, so that a pasted page costs no more
# than a question. No question that a person types is as long.
_LONGEST = 200


class Person(IntEnum):
    """Whether a name may be a person's."""

    NO, MAYBE, SURE = range(3)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question.

    Attributes:
        text: As it was typed.
        start: Offset of its first character.
        end: Offset after its last character.
        key: In lower case, without possessive ending.
        broken: Whether a punctuation mark stands before it.
        named: Whether it is written as a name.
    """

    text: str
    start: int
    end: int
    key: str
    broken: bool
    named: bool

    @property
    def specific(self) -> bool:
        """Whether it tells what the question is about."""
        return self.named or not (
            self.key in kinds.FUNCTION | kinds.CHATTER | kinds.INTERJECTIONS
            or bool(forms(self.key) & kinds.COMMON)
            or (self.key.endswith(("ed", "ly")) and len(self.key) > 4)
        )


@dataclass(frozen=True, slots=True)
class Mention:
    """Neighbouring words that name something.

    Attributes:
        words: The words.
        text: As it was typed.
        person: Whether it may be a person.
        is_place: Whether it is the name of a place.
        is_answer_type: Whether it names the type of the answer: the countries of "which countries".
        after: Key of the word before it, articles left out.
    """

    words: tuple[Word, ...]
    text: str
    person: Person
    is_place: bool
    is_answer_type: bool
    after: str

    @property
    def named(self) -> bool:
        """Whether it holds a name."""
        return any(word.named for word in self.words)

    @property
    def plural(self) -> bool:
        """Whether it may be plural."""
        last = self.words[-1].key
        return last != singular(last) or any(word.key == "and" for word in self.words)

    @property
    def several(self) -> bool:
        """Whether it is plural beyond doubt; Brussels is not."""
        return self.plural and (len(self.words) > 1 or not self.named)

    @property
    def located(self) -> bool:
        """Whether it is the name of a place, or a name after "in" and the like."""
        return self.is_place or (self.named and self.after in kinds.LOCATING)


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its parts, in its order."""

    text: str
    words: tuple[Word, ...]
    mentions: tuple[Mention, ...]

    @property
    def keys(self) -> list[str]:
        """The words in lower case."""
        return [word.key for word in self.words]


def without_interjection(text: str) -> str:
    """Return a question without what is said before it: "Ok, when was he born?"."""
    match = _INTERJECTIONS.match(text)
    return text[match.end() :] if match else text


def parse(text: str) -> Question:
    """Take a question apart."""
    words = _words(text)
    return Question(text, words, tuple(_mentions(text, words)))


def _words(text: str) -> tuple[Word, ...]:
    matches = list(islice(_WORD.finditer(text), _LONGEST))
    shouted = not any(match[0].islower() for match in matches)
    small = text == text.lower()
    words: list[Word] = []
    end = 0
    for match in matches:
        between = text[end : match.start()]
        first = end == 0 or bool(_SENTENCE_END.search(between))
        end = match.end()
        key = match[0].lower().replace("’", "'")
        if key not in kinds.FUNCTION:
            key = key.removesuffix("'s")
        if small:  # no capitals to go by
            named = key in kinds.PLACES - kinds.FUNCTION
        else:
            ordinary = key in kinds.FUNCTION and match[0] != "US"
            if first:
                ordinary = ordinary or key in kinds.CHATTER or bool(forms(key) & kinds.COMMON)
            named = match[0][0].isupper() and not ordinary and not shouted
        broken = bool(words) and bool(_BREAK.search(between))
        words.append(Word(match[0], match.start(), end, key, broken, named))
    return tuple(words)


def _mentions(text: str, words: tuple[Word, ...]) -> Iterator[Mention]:
    who = _ASKS_WHO.match(text) is not None
    begin = 0
    while begin < len(words):
        if not words[begin].specific or _is_verb(words, begin):
            begin += 1
            continue
        end = _end(words, begin)
        before = [word.key for word in words[max(0, begin - 2) : begin]]
        article = before.pop() if before and before[-1] in kinds.ARTICLES else ""
        after = before[-1] if before else article
        yield _mention(text, words[begin:end], after, bool(article), who)
        who = False  # only the first is who it asks for
        begin = end


def _is_verb(words: tuple[Word, ...], index: int) -> bool:
    """Return whether a word follows its subject and modal verb: "Who may prune the tree?"."""
    before = [word.key for word in words[max(0, index - 2) : index]]
    asks = len(before) > 1 and before[0] in kinds.ASKING and before[1] in kinds.INVERTED
    return asks and not words[index].named and before[0] in {"who", "what", "which"}


def joined(text: str, first: Mention, last: Mention) -> Mention:
    """Return one mention of a text from the beginning of one to the end of another."""
    words = first.words + last.words
    return replace(first, words=words, text=bare(text[words[0].start : words[-1].end]))


def bare(text: str) -> str:
    """Return a text without possessive ending."""
    return text.removesuffix("'s").removesuffix("’s")


def _end(words: tuple[Word, ...], begin: int) -> int:
    """Return where the mention that begins at a word ends."""
    before = words[begin - 1] if begin else None
    end = begin + 1
    while end < len(words):
        last, word = words[end - 1], words[end]
        after_name = before is not None and before.named
        inverted = before is not None and before.key in kinds.INVERTED
        if (
            word.broken
            or (last.text[-2:] in {"'s", "’s", "s'", "s’"} and word.text != last.text)
            # "a door opener going": a verb, where "binge drinking" may name something
            or (word.key.endswith("ing") and not word.named and bool(forms(word.key) & kinds.VERBS))
        ) or (
            # "did Canada | recognize | Guaido"
            (word.named and not last.named and after_name)
            or (last.named and not word.named and inverted)
        ):
            return end
        if word.specific or singular(word.key) in kinds.ASPECTS:
            end += 1
        elif (
            word.key in kinds.INSIDE_NAMES
            and last.named
            and end + 1 < len(words)
            and words[end + 1].named
        ):
            end += 2
        else:
            return end
    return end


def _mention(text: str, words: tuple[Word, ...], after: str, article: bool, who: bool) -> Mention:
    ends = {words[0].key, words[-1].key}
    named = all(word.named for word in words)
    is_place = bool(ends & kinds.PLACES) or (named and words[-1].key in kinds.PLACE_ENDINGS)
    titled = any(word.key in kinds.TITLES for word in words[:-1])
    acronym = any(word.text.isupper() for word in words)
    person = Person.NO
    if titled or (who and not article):
        person = Person.SURE
    elif named and not (is_place or article or acronym or after in kinds.LOCATING):
        person = Person.MAYBE
    span = bare(text[words[0].start : words[-1].end])
    is_answer_type = after in {"which", "what", "how", "many"}
    return Mention(words, span, person, is_place, is_answer_type, after)
