"""What a question is about, and whether it says so itself. Pure functions."""

import re
from dataclasses import replace
from itertools import pairwise

from qa import words as kinds
from qa.followups.parts import Mention, Question, joined
from qa.words import forms, singular

INTRODUCES = re.compile(
    r"\W*(?:(?:and|so|but)\s+)?"
    r"(?:(?:what|who)(?:\s+(?:is|are|was|were)|['’]s)|tell\b.*?\babout|describe|explain)\b",
    re.IGNORECASE,
)


def focus_of(parsed: Question) -> Mention | None:
    """Return what a question that stands alone is about."""
    about = [mention for mention in parsed.mentions if not mention.is_answer_type] or list(
        parsed.mentions
    )
    if not about:
        return None
    if not about[0].named and about[0].after == "much":
        return about[0]
    if len(about) > 1 and not about[0].named and about[1].named and about[1].after == "of":
        return joined(parsed.text, *about[:2])
    named = [mention for mention in about if mention.named]
    free = [mention for mention in named if mention.after not in kinds.LOCATING]
    if free:
        return free[0]
    parts = [*[mention for mention in about if not mention.named][:2], *named[:1]]
    words = tuple(word for part in parts for word in part.words)
    return replace(parts[0], words=words, text=" ".join(part.text for part in parts))


def introduces(parsed: Question) -> bool:
    """Return whether it asks what something is, and not what of it."""
    match = INTRODUCES.match(parsed.text)
    if not match or len(parsed.mentions) != 1:
        return False
    only = parsed.mentions[0]
    if only.plural and singular(only.words[-1].key) in kinds.ASPECTS:
        return False
    between = parsed.text[match.end() : only.words[0].start].split()
    return set(between) <= {"a", "an"} or (between == ["the"] and len(only.words) > 1)


def leans(parsed: Question) -> bool:
    """Return whether a question speaks of a kind of thing and does not say of what."""
    keys, own = parsed.keys, parsed.mentions
    pairs = set(pairwise(keys))
    if kinds.OTHER & set(keys) and "than" not in keys:
        return True
    if ("there" in keys[:2] and "of" not in keys) or "nearby" in keys or ("role", "of") in pairs:
        return True
    only = own[0] if len(own) == 1 else None
    kind = only and (only.is_answer_type or not kinds.QUALITIES.isdisjoint(forms(only.after)))
    if kind and not {"of", "for", "than"} & set(keys):
        return True
    if any(singular(one) in kinds.ASPECTS and two in kinds.ASPECT_OF for one, two in pairs):
        return True
    return "the" in keys and _defines(keys)


def _defines(keys: list[str]) -> bool:
    """Return whether "the" stands before what is not said in full: "the largest in the world"."""
    for index, key in enumerate(keys):
        end = index + 1
        while key == "the" and end < len(keys) and forms(keys[end]) & kinds.GRADES:
            end += 1
        if end > index + 1 and (end == len(keys) or keys[end] in kinds.PREPOSITIONS - {"of"}):
            return True
    rest = keys[len(keys) - keys[::-1].index("the") :]
    return keys[1] not in {"many", "much"} and not kinds.PREPOSITIONS & set(rest)
