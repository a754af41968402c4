"""Which pronouns lean on what was said earlier. Pure functions."""

from qa import words as kinds
from qa.followups.parts import Word
from qa.words import singular

_SUBJECTS = frozenset({"he", "she", "they"})
_RELATIVE = frozenset({"that", "which"})
_NOW = frozenset(
    {"week", "month", "year", "morning", "afternoon", "evening", "time", "century", "decade"}
)


def refers(words: tuple[Word, ...], position: int) -> bool:
    """Return whether a word stands for something that an earlier question named."""
    key = words[position].key
    before = words[position - 1].key if position else ""
    following = [word.key for word in words[position + 1 : position + 4]]
    after = following[0] if following else ""
    # "The machine turns itself off"
    own = key.endswith(("self", "selves")) and any(word.specific for word in words[:position])
    if own or key not in kinds.PRONOUNS:
        return False
    if key in kinds.LOCATIVE:
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
        word.key == "people" or (word.specific and singular(word.key) != word.key)
        for word in earlier
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
