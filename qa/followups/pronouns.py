"""Which pronouns lean on earlier questions, and what of these they stand for. Pure functions."""

from dataclasses import dataclass

from qa.followups import words as kinds
from qa.followups.parts import Mention, Person, Word, stem

_SUBJECTS = frozenset({"he", "she", "they"})
_RELATIVE = frozenset({"that", "which"})
_NOW = frozenset(
    {"week", "month", "year", "morning", "afternoon", "evening", "time", "century", "decade"}
)


@dataclass(frozen=True, slots=True)
class Context:
    """What earlier questions leave to lean on.

    Attributes:
        focus: What the conversation is about now.
        topics: The focus and those before it, latest first.
        mentions: What was named, latest question first.
        latest: What the last question named.
        last: The last question, made to stand alone.
    """

    focus: Mention | None = None
    topics: tuple[Mention, ...] = ()
    mentions: tuple[Mention, ...] = ()
    latest: tuple[Mention, ...] = ()
    last: str = ""


def antecedent(pronoun: str, context: Context, used: list[Mention]) -> Mention | None:
    """Return the latest of what was named that a pronoun can stand for; topics come first."""
    known = [old for old in (*context.topics, *context.mentions) if old not in used]
    focus = context.focus if context.focus not in used else None
    if pronoun in kinds.PERSON:
        places = {old.text for old in known if old.located}
        return next((old for old in known if old.person and old.text not in places), focus)
    if pronoun in kinds.PLACE:
        return next((old for old in known if old.located), None)
    if pronoun in kinds.PLURAL:
        if focus and not focus.several:
            several = next((old for old in context.latest if old.several), None)
            if several:
                return several
        fitting = [old for old in known if old.plural or old.place]
    else:
        fitting = [
            old for old in known if old.person != Person.SURE and (old.named or not old.plural)
        ]
    if focus and focus.person != Person.SURE:
        return next((old for old in context.topics if old in fitting), focus)
    return fitting[0] if fitting else focus


def refers(words: tuple[Word, ...], position: int) -> bool:
    """Return whether a word stands for something that an earlier question named."""
    key = words[position].key
    before = words[position - 1].key if position else ""
    following = [word.key for word in words[position + 1 : position + 4]]
    after = following[0] if following else ""
    if key not in kinds.PRONOUNS:
        return False
    if key in kinds.PLACE:
        return key == "there" and not {before, after} & kinds.AUXILIARY
    if key in {"this", "these"}:
        return after not in _NOW
    if key == "that" and before not in kinds.LEADING | {""}:
        return False  # "breeds that are independent"
    if key in {"it", "that"} and before in {"is", "was", "does", "would", "will"}:
        time = position > 1 and words[position - 2].key == "time"
        if time or kinds.CLAUSE & set(following):
            return False  # "is it true that", "what time is it"
    return not _named_inside(words, position)


def _named_inside(words: tuple[Word, ...], position: int) -> bool:
    """Whether the question itself says, before a pronoun, what it stands for."""
    key, earlier = words[position].key, words[:position]
    names = [index for index, word in enumerate(earlier) if word.specific]
    several = any(
        word.key == "people" or (word.specific and stem(word.key) != word.key) for word in earlier
    )
    if names and _begins_clause(words, names[0] + 1, position):
        return True
    if earlier and key in _SUBJECTS and (earlier[-1].specific or earlier[-1].key in _RELATIVE):
        return False  # "the tribes they met"
    if key in {"they", "their"} and several:
        return True
    return key in kinds.OWN | _SUBJECTS and any(word.named for word in earlier)


def _begins_clause(words: tuple[Word, ...], start: int, end: int) -> bool:
    """Whether another clause begins between two words: "What is X, and why is it famous"."""
    return any(
        (words[position].broken or words[position - 1].key in kinds.JOINING)
        and words[position].key in kinds.ASKING | kinds.AUXILIARY | kinds.PRONOUNS
        for position in range(start, end + 1)
    )
