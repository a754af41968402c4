"""Questions that lean on the questions before them, made to stand alone. Pure functions of text.

The conversation is read from its beginning. What each question speaks of is remembered, and one
that lacks something is given it: the name for a pronoun, what "the symptoms" are of, or the rest
of the question before ("What about Brazil?"). Rules for English, no statistics; a question in
which no rule finds a lack stands alone. `benchmarks/followups.py` measures them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.followups import words as kinds
from qa.followups.parts import Mention, Person, Question, bare, forms, parse, stem
from qa.followups.pronouns import Context, antecedent, refers
from qa.followups.topics import focus_of, introduces, leans, shortens

_YEAR = re.compile(r"1\d\d\d|20\d\d")
# Topics, and mentions, of the last questions: each question goes through all of them, and a long
# conversation would take time by the square of its length. Not measured apart.
_REMEMBERED = 50


@dataclass(frozen=True, slots=True)
class Query:
    """What to search for a question.

    Attributes:
        text: What to search: the question itself, or the question with what it lacked.
        carried: The words taken over from earlier questions, as they were typed there; none if
            the question stands alone.
    """

    text: str
    carried: tuple[str, ...] = ()


# What to search and what it is about; None if the rule doesn't apply
_Rewritten = tuple[str, Mention | None] | None


def in_context(question: str, history: Sequence[str] = ()) -> Query:
    """Return what to search for a question that may lean on the questions before it.

    Args:
        question: The question as it was typed; any text.
        history: The questions asked before it as they were typed, oldest first.

    >>> in_context("How old is he?", ["Who is Juan Guaido?"])
    Query(text='How old is Juan Guaido?', carried=('Juan', 'Guaido'))
    """
    context = Context()
    for earlier in history:
        _, context = _follow(earlier, context)
    text, _ = _follow(question, context)
    own = {stem(word.key) for word in parse(question).words}
    lacking = (
        bare(word.text)
        for word in parse(text).words
        if stem(word.key) not in own and (word.named or word.key not in kinds.FUNCTION)
    )
    carried = tuple(dict.fromkeys(lacking))
    return Query(text if carried else question.strip(), carried)


def _follow(question: str, context: Context) -> tuple[str, Context]:
    """Return a question made to stand alone, and the context for the next."""
    question = question.strip()
    asked = parse(question)
    if not asked.mentions and _is_chatter(asked.keys):
        return question, context
    text, focus = question, focus_of(asked) or context.focus
    for rule in (_fill, _name, _contrast, _complete) if context.last else ():
        rewritten = rule(asked, context)
        if rewritten:
            text, focus = rewritten
            break
    topics = tuple(dict.fromkeys((*([focus] if focus else []), *context.topics)))[:_REMEMBERED]
    mentions = (*asked.mentions, *context.mentions)[:_REMEMBERED]
    return text, Context(focus, topics, mentions, asked.mentions, text)


def _is_chatter(keys: list[str]) -> bool:
    """Whether words that name nothing are said to the assistant: "Thanks!", "Who are you?"."""
    to_assistant = {"you", "your"} & set(keys) and not (kinds.MORE | kinds.PRONOUNS) & set(keys)
    return not keys or not kinds.CHATTER.isdisjoint(keys) or bool(to_assistant)


def _fill(asked: Question, context: Context) -> _Rewritten:
    """Read a fragment as the question before it, with one part exchanged: What about Brazil?"""
    keys, focus, last = asked.keys, context.focus, context.last
    begins = next((index for index, key in enumerate(keys) if key not in kinds.JOINING), len(keys))
    rest = keys[begins:]
    if any(refers(asked.words, index) for index in range(len(keys))):
        return None
    if all(key in kinds.FUNCTION for key in rest) or (
        len(rest) < 4 and rest[0] in kinds.PREPOSITIONS and rest[1] in kinds.ASKING
    ):
        return _with(asked.text, _gist(last)), focus  # "Why?", "On which day?"
    if rest[:2] not in (["what", "about"], ["how", "about"], ["what", "of"]) and (
        not (begins or rest[0] in kinds.PREPOSITIONS)
        or any(key in kinds.ASKING | kinds.AUXILIARY or forms(key) & kinds.VERBS for key in rest)
    ):
        return None
    old = _exchanged(asked, context) if asked.mentions else None
    if old:
        begin, end = old.words[0].start, old.words[-1].end
        new = asked.mentions[0]
        text = last[:begin] + new.text + last[end:]
        return text, new if focus is None or focus.text == old.text else focus
    if any(new.named or new.after in kinds.PREPOSITIONS - {"about"} for new in asked.mentions[:1]):
        return _with(asked.text, _gist(last)), focus
    return (_with(asked.text, focus.text), focus) if focus else None


def _exchanged(asked: Question, context: Context) -> Mention | None:
    """Return what a fragment takes the place of in the last question: the first of its kind."""
    new, topic = asked.mentions[0], context.focus.text if context.focus else ""
    before = parse(context.last).mentions
    year = _YEAR.fullmatch(new.text)
    alone = new.after not in kinds.PREPOSITIONS - {"about"}
    ways = (
        [old for old in before if year and _YEAR.fullmatch(old.text)],
        [old for old in before if new.place and old.place],
        [old for old in before if not alone and old.after == new.after],
        [old for old in before if alone and new.named and old.named and not new.place | old.place],
        [old for old in before[-1:] if alone and not (new.named or old.named or old.text == topic)],
    )
    return next((way[0] for way in ways if way), None)


def _name(asked: Question, context: Context) -> _Rewritten:
    """Put what earlier questions named in the place of pronouns."""
    text, gist, done = "", "", 0
    used: list[Mention] = []
    for index, word in enumerate(asked.words):
        if word.start < done or not refers(asked.words, index):
            continue
        if word.key in kinds.THING and _is_event(asked, index):
            gist = _gist(context.last)
            continue
        mention = antecedent(word.key, context, used)
        if mention is None:
            continue
        if word.key in kinds.PERSON:
            mention = replace(mention, person=Person.SURE)
        used.append(mention)
        name, replaced = _inserted(asked, index, mention)
        text += asked.text[done : word.start] + name
        done = replaced
    if not used and not gist:
        return None
    text += asked.text[done:]
    return _with(text, gist) if gist else text, used[0] if used else context.focus


def _is_event(asked: Question, index: int) -> bool:
    """Whether "it" is all that the last question told: "When did it happen?"."""
    ends = index + 1 == len(asked.words) or asked.words[index + 1].broken
    before = asked.keys[index - 1] if index else ""
    reporting = before in kinds.REPORTING or (ends and before in kinds.DOING)
    return reporting or not kinds.HAPPENING.isdisjoint(asked.keys[index:])


def _inserted(asked: Question, index: int, mention: Mention) -> tuple[str, int]:
    """Return what to put in the place of a pronoun, and the offset where what it replaces ends."""
    word, following = asked.words[index], asked.words[index + 1 : index + 2]
    if word.key in kinds.PLACE:
        return f"in {mention.text}", word.end
    if word.key in kinds.POSSESSIVE and following and not following[0].broken:
        if word.key not in kinds.POINTING:
            return mention.text + ("’" if mention.text.endswith("s") else "’s"), word.end
        if stem(following[0].key) in {stem(old.key) for old in mention.words}:
            return mention.text, following[0].end
    return mention.text, word.end


def _contrast(asked: Question, context: Context) -> _Rewritten:
    """Carry the names that "And what did Mexico say?" leaves out if it asks the same of another."""
    if asked.keys[0] not in {"and", "but"}:
        return None
    last = parse(context.last)
    before = [old for old in last.mentions if old.named]
    new = next((mention for mention in asked.mentions if mention.named), None)
    same = {stem(key) for key in last.keys} & {stem(key) for key in asked.keys}
    if not new or same <= kinds.FUNCTION:
        return None
    exchanged = next((old for old in before if old.place == new.place), None)
    kept = " ".join(old.text for old in before if old is not exchanged)
    return (_with(asked.text, kept), context.focus) if kept else None


def _complete(asked: Question, context: Context) -> _Rewritten:
    """Give a question that names nothing of its own what the conversation is about."""
    focus, own = context.focus, asked.mentions
    for old in (*context.topics, *context.mentions):
        if shortens(asked, old):
            return _with(asked.text, old.text), old
    if focus is None:
        return None
    compares = asked.keys[-1] in kinds.COMPARING and "and" not in asked.keys
    # Without a capital at its beginning, a question may hold names that can't be told from words
    if not compares and own:
        unclear = not asked.text[0].isupper() or any(mention.named for mention in own)
        if unclear or introduces(asked) or not leans(asked):
            return None
    return _with(asked.text, focus.text), focus


def _gist(question: str) -> str:
    """Return the words of a question that hold its meaning."""
    words = parse(question).words
    return " ".join(word.text for word in words if word.named or word.key not in kinds.FUNCTION)


def _with(question: str, lacking: str) -> str:
    return f"{lacking}: {question}" if lacking else question
