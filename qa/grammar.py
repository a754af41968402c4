"""What a question says of where and how to search: `"exact words"`, `-word`, `type:pdf`.

docs/exactly.md has the grammar. What isn't surely meant so is plain text: a question may hold
colons, dashes and quotation marks of its own. Pure functions of text.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from index import SUFFIXES, BadFilter, EmptyQuestion, Filter, is_file_type

# What is in quotation marks of one kind; within it none of any kind
_QUOTES = ('""', "“”", "„“", "„”", "””", "«»", "»«")
_INSIDE = r'(?=[^\s"“”„«»])[^"“”„«»]*(?<=\S)'
_PHRASE = "|".join(f"{marks[0]}{_INSIDE}{marks[1]}" for marks in _QUOTES)
_WORD = r"[^\W\d_](?:\w|[-./:_'’&](?=\w))+"  # of two characters at least, and no number: `-5`
_KEYS = "in|file|type|after|before|lang"
_PARTS = re.compile(
    rf"""(?<![^\s(\[])(?P<sign>[-+]?)(?P<phrase>{_PHRASE})(?=[\s.,;:?!)\]]|$)
    |(?<!\S)(?P<key_sign>[-+]?)(?P<key>{_KEYS}):(?P<value>{_PHRASE}|[^\s"“”„«»]+)(?=[\s?!,;]|$)
    |(?:(?<=[ \t\xa0])|\A)(?P<word_sign>[-+])(?P<word>{_WORD})(?!\S)  # not the sign of a list
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ENDS = "?!,;.)"  # what may stand behind a value and is no part of it
_YEAR_FIRST = re.compile(r"\d{4}(?:[-./]\d*){0,2}")
_YEAR_LAST = re.compile(r"\d{1,2}[-./]\d{1,2}[-./](?:\d{2}|\d{4})")
_PATH = re.compile(r"[^/\\]|/(?!/)|\\")  # no address on the web begins so
# Two letters of ISO 639-1
_CODES = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz
    ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln
    lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi
    pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th
    ti tk tl tn to tr tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_LANGUAGES = frozenset(_CODES.split())
_ASKS = re.compile(r"[?？؟¿]")
# With what a question or a request begins, in English, German, Spanish, French, Italian, Portuguese
# and Dutch
_BEGINNINGS = """
    what who whom whose which when where why how is are was were do does did can could will would
    should shall may must has have had am explain describe define tell show give list find name
    compare summarize summarise please i we
    was wer wen wem wessen welche welcher welches welchen welchem wann wo woher wohin warum wieso
    weshalb wie wieviel ist sind war waren hat haben kann können darf dürfen muss müssen soll sollen
    wird werden erkläre erklär beschreibe nenne zeige zeig gib bitte gibt
    qué que quién quien quiénes cuál cual cuáles cuándo cuando dónde donde cómo como cuánto cuánta
    cuántos cuántas explica describe define dime muestra hay
    qui quoi quel quelle quels quelles quand où pourquoi comment combien est explique décris définis
    dis montre donne
    che cosa chi quale quali quando dove perché come quanto quanti spiega descrivi mostra
    quem qual quais onde por porque quanto quantos explique descreva
    wat wie welke wanneer waar waarom hoe hoeveel leg beschrijf noem
"""
_BEGIN = frozenset(_BEGINNINGS.split())
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_WORDS = re.compile(r"\w+")
# Words beside quotation marks: with more of them it is a sentence that quotes, whatever it begins
# with. Not measured: searches of a few words seldom have more
_FEW = 6
_LONGEST = 1_000  # characters of a phrase: no sentence has more, so that it stands in none
_MOST = 20  # phrases: a text with more is no question


@dataclass(frozen=True, slots=True)
class Parsed:
    """A question taken apart.

    Attributes:
        text: What is searched for: the question without what limits the search.
        where: What limits it.
        quoted: What it quotes without asking that it must stand so.
    """

    text: str
    where: Filter = field(default_factory=Filter)
    quoted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a question that may be meant as grammar."""

    match: re.Match[str]

    @property
    def key(self) -> str:
        return (self.match["key"] or "").lower()

    @property
    def sign(self) -> str:
        return self.match["sign"] or self.match["word_sign"] or ""

    @property
    def words(self) -> str:
        phrase = self.match["phrase"]
        return phrase[1:-1] if phrase else self.match["word"] or ""

    @property
    def is_signed_word(self) -> bool:
        return self.match["word"] is not None

    @property
    def end(self) -> int:
        """Where it ends, without the punctuation behind a value."""
        value = self.match["value"] or ""
        return self.match.end() - (len(value) - len(value.rstrip(_ENDS)))

    @property
    def value(self) -> str:
        given = self.match["value"]
        return given[1:-1] if self.is_quoted else given.rstrip(_ENDS)

    @property
    def is_quoted(self) -> bool:
        return (self.match["value"] or "")[-1:] in set('"”“«»')


def parse(question: str, fits: Callable[[Filter], bool] = lambda _: False) -> Parsed:
    """Take a question apart.

    Args:
        question: Any text.
        fits: Tells whether any document is as a filter has it: `in:contracts` is one if there is
            such a folder, and else two words.

    Raises:
        BadFilter: A part is surely meant as a filter, and can't be one.
        EmptyQuestion: There is nothing in it but filters.
    """
    if '"' not in question and not _PARTS.search(question):
        return Parsed(question.strip())
    parts = [_Part(match) for match in _PARTS.finditer(question)]
    if len(parts) > _MOST:
        return Parsed(question.strip())
    limits = {part: limit for part in parts if part.key and (limit := _limit(part, fits))}
    phrases = [part for part in parts if not part.key and _is_phrase(part)]
    rest = _without(question, [*limits, *phrases])
    asks = _is_question(rest)
    used = [
        part
        for part in phrases
        if part.sign and (not asks or not part.is_signed_word or _at_an_end(question, part, parts))
    ]
    unsigned = [part for part in phrases if not part.sign]
    must = [part for part in unsigned if not asks and not _ASKS.search(part.words)]
    without = [part for part in used if part.sign == "-"]
    # The plus goes and the words stay; the quotation marks stay for the reader of the question
    text = _without(question, [*limits, *without], [part for part in used if part.sign == "+"])
    if not _WORDS.search(text):
        if not limits:
            return Parsed(question.strip())
        given = " ".join(question[part.match.start() : part.end] for part in limits)
        raise EmptyQuestion(
            f"There is nothing to look for but {given}. Add words or a question to it."
        )
    return Parsed(
        text,
        _together(
            limits.values(),
            [part.words for part in parts if part in must or (part in used and part.sign == "+")],
            [part.words for part in without],
        ),
        tuple(dict.fromkeys(part.words for part in unsigned if part not in must)),
    )


def plain_text(question: str) -> str:
    """Return a question that was asked before without what limited its search."""
    try:
        return parse(question).text
    except (BadFilter, EmptyQuestion):
        return question


def without_limit(question: str, label: str) -> str:
    """Return a question without one of its limits; of words that had to stand so, the words stay.

    Args:
        question: As it was asked.
        label: The limit, as `Filter.labels` has it.
    """
    text = question
    for match in reversed(list(_PARTS.finditer(question))):  # so that places stay as they are
        part = _Part(match)
        if part.key:
            # Taken for a limit whether or not any document fits: the answer was limited by it
            limit, kept = _limit(part, lambda _: True), ""
        elif not _is_phrase(part):
            continue
        elif part.sign == "-":
            limit, kept = Filter(without=[part.words]), ""
        else:
            limit, kept = Filter(phrases=[part.words]), part.words
        if limit is not None and label in limit.labels:
            text = f"{text[: match.start()]}{kept}{text[part.end :]}"
    return re.sub(r"[ \t]{2,}", " ", text).strip()


def _limit(part: _Part, fits: Callable[[Filter], bool]) -> Filter | None:
    """Return the filter that a key and its value are; None if they are words of the question."""
    key, value = part.key, part.value
    limit = _of_document(key, value, quoted=part.is_quoted, fits=fits) if value else None
    if limit and part.match["key_sign"]:
        sign = part.match["key_sign"]
        raise BadFilter(
            f"{sign}{key}:{value}: only words can have a {sign}, such as {sign}draft. Write "
            f"{key}:{value} to search there alone."
        )
    return limit


def _of_document(
    key: str, value: str, *, quoted: bool, fits: Callable[[Filter], bool]
) -> Filter | None:
    limit, sure = None, False
    if key in {"after", "before"}:
        limit, sure = _dated(key, value), True
    elif key == "type":
        plain = value.lower().removeprefix(".")
        limit, sure = Filter(types=[plain]) if is_file_type(plain) else None, True
    elif key == "lang":
        code = value.lower().partition("-")[0]
        limit = Filter(languages=[code]) if re.fullmatch("[a-z]{2,3}", code) else None
        sure = code in _LANGUAGES
    elif _PATH.match(value):
        limit = Filter(folders=[value]) if key == "in" else Filter(files=[value])
        ending = f".{value.lower().rpartition('.')[2]}"
        named = re.search(r"[/\\]", value) if key == "in" else "*" in value or ending in SUFFIXES
        sure = quoted or bool(named)
    return limit if limit and (sure or fits(limit)) else None


def _dated(key: str, value: str) -> Filter | None:
    if _YEAR_FIRST.fullmatch(value):
        day = re.sub("[./]", "-", value).rstrip("-")
        day = re.sub(r"-(?=\d(?!\d))", "-0", day)
        return Filter(after=day) if key == "after" else Filter(before=day)
    if _YEAR_LAST.fullmatch(value):
        raise BadFilter(f"{key}:{value}: write the year first, such as {key}:2024-01-31.")
    return None


def _is_phrase(part: _Part) -> bool:
    return len(part.words) <= _LONGEST and bool(_WORDS.search(part.words.replace("_", " ")))


def _is_question(rest: str) -> bool:
    """Tell whether what stands beside quotation marks is a sentence, and no list of words."""
    first = _FIRST_WORD.search(rest)
    if first is None and not _ASKS.search(rest):
        return False
    begins = first is not None and first[0].lower() in _BEGIN
    return bool(_ASKS.search(rest)) or begins or len(_WORDS.findall(rest)) > _FEW


def _at_an_end(question: str, part: _Part, parts: Sequence[_Part]) -> bool:
    """Tell whether only other parts stand before or behind one: `Who pays? -draft`."""
    rest = _blanked(question, [(other.match.start(), other.end) for other in parts])
    return not (rest[: part.match.start()].strip() and rest[part.end :].strip())


def _without(question: str, parts: Sequence[_Part], unsigned: Sequence[_Part] = ()) -> str:
    """Return a question without some parts, and without the signs of others."""
    spans = [(part.match.start(), part.end) for part in parts]
    spans += [(part.match.start(), part.match.start() + 1) for part in unsigned]
    if not spans:
        return question.strip()
    text = re.sub(r"[ \t]{2,}", " ", _blanked(question, spans))
    return re.sub(r" (?=[?!,;.](?:\s|$))", "", text).strip()


def _blanked(question: str, spans: Sequence[tuple[int, int]]) -> str:
    characters = list(question)
    for start, end in spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)


def _together(limits: Collection[Filter], phrases: Sequence[str], without: Sequence[str]) -> Filter:
    """Return filters and words as one; of several dates the strictest."""

    def several(name: str) -> list[str]:
        return list(dict.fromkeys(value for one in limits for value in getattr(one, name)))

    return Filter(
        phrases=list(dict.fromkeys(phrases)),
        without=list(dict.fromkeys(without)),
        folders=several("folders"),
        files=several("files"),
        types=several("types"),
        after=max((one.after for one in limits), default=""),
        before=min((one.before for one in limits if one.before), default=""),
        languages=several("languages"),
    )
