"""The numbers that are printed before blocks, and questions that name one: "clause 2.3"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_NUMBER = r"\d{1,3}(?:\.\d{1,3})*[a-z]?|[A-Z]|[IVXLC]{2,7}"
_BELOW = r"(?:\s?\((?:\d{1,3}|[a-z]{1,5})\))*"  # of what is below: "12(b)"
_END = r"(?![^\W_]|[.,]\d)"
_NAMED = re.compile(
    rf"(?P<word>§§?|№|#|[^\W\d_]{{3,20}}\.?|[^\W\d_]{{1,5}}\.)\s?(?P<number>(?:{_NUMBER}){_BELOW}){_END}"
)
_DOTTED = re.compile(rf"(?<![\w.,])(?P<number>\d{{1,3}}(?:\.\d{{1,3}})+{_BELOW}){_END}")
_LABEL = re.compile(
    rf"(?:(?P<word>§§?|№|[^\W\d_]{{3,20}}\.?|[^\W\d_]{{1,5}}\.)\s?)?(?P<number>(?:{_NUMBER}){_BELOW})"
    r"(?P<sign>\s?[.:)]|\s?[–—-](?=\s))?(?=\s|$)"
)
_PART = re.compile(r"[^\W_]+(?:\.\d+)*")
# What a number alone is said to be the number of. After other words ("within 3 days") it is a
# quantity, but where the same word is printed before it. Words begin with these: articles, Klauseln
_KINDS = (
    *("absatz", "abschn", "absätz", "allegat", "anexo", "anhang", "anhäng", "anlage"),
    *(
        "annex",
        "aparta",
        "appendi",
        "artic",
        "artig",
        "artik",
        "artyk",
        "artíc",
        "avsnitt",
        "bijlage",
        "bilag",
        "capitol",
        "capítulo",
    ),
    *("chapit", "chapt", "claus", "cláusul", "exercis", "exhibit", "frage", "fråga", "hoofdst"),
    *("inciso", "item", "kapit", "klausul", "krok", "paragra"),
    *("parágr", "paso", "passo", "pkt", "point", "pregunta", "punkt", "punto", "quest"),
    *("regel", "regla", "rozdzia", "rule", "schedul", "schritt", "secci", "secti", "sektion"),
    *("sezion", "seç", "stap", "steg", "step", "teil", "titel", "title", "título", "ustęp"),
    *("vraag", "załącznik", "ziff", "étape", "глав", "приложени", "пункт", "раздел", "стать"),
    *("част", "шаг"),
)
_WHOLE = frozenset({"abs", "art", "item", "lid", "no", "nr", "núm", "part", "parte", "partie"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a question says that asks for what stands below a number, in English, German, Spanish, French
_ASKING = _words("""
    a about an and are at contain contains content contents cover covers did do does exactly for
    from give in is it just me mean means my of on our please quote read say says show stand
    stands state stated states tell text that the there this to under was what what's which
    written your s aus das dem den der des die es geregelt im inhalt lautet regelt sagt steht
    unter vom von welche welcher wie zu zum al contiene de del dice el en establece la las lo
    los qué que contient dans dit du est l le les prévoit qu quoi
""")
_MOST = 10  # numbers of a question
_LONGEST_ENDING = 4  # letters of a word that may differ: "Artikels 12" names "Artikel 12"


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number as it is printed or named.

    Attributes:
        word: What it is said to be the number of, in small letters; empty if nothing is said.
        parts: The number, and those of blocks below it: `("12", "b")` of "Article 12(b)".
    """

    word: str
    parts: tuple[str, ...]

    @property
    def says_what(self) -> bool:
        """Whether the word alone tells that this is a number printed before something."""
        if not self.word or not self.word[0].isalpha():
            return True
        return self.word in _WHOLE or self.word.startswith(_KINDS)

    def is_named_by(self, other: "PrintedNumber") -> bool:
        """Tell whether its word and the one in a question may be the same thing's."""
        if not self.word or not self.word[0].isalpha():
            return other.says_what
        if not other.word or not other.word[0].isalpha():
            return True
        least = max(3, min(len(self.word), len(other.word)) - _LONGEST_ENDING)
        return self.word[:least] == other.word[:least]


def label_of(text: str, *, is_heading: bool) -> str:
    """Return the printed number that a heading or paragraph begins with; empty if there is none.

    Args:
        text: Its text.
        is_heading: Whether it is a heading; a paragraph may begin with a number that is a quantity.
    """
    match = _LABEL.match(text)
    if match is None or (len(match[0]) == len(text) and not is_heading):
        return ""
    word, number = match["word"] or "", match["number"]
    is_certain = match["sign"] or "." in number or "(" in number or word[:1] in {"§", "№"}
    heads = is_heading and (word or number[0].isdigit())
    return match[0].strip() if is_certain or heads else ""


def printed_number(label: str) -> PrintedNumber | None:
    """Return the number in a block's label; None if it is a bullet."""
    match = _LABEL.match(label)
    if match:
        return PrintedNumber(_plain(match["word"]), _parts(match["number"]))
    parts = _parts(label)
    return PrintedNumber("", parts) if 0 < len(parts) <= 3 else None


def numbers_named(question: str) -> list[PrintedNumber]:
    """Return the printed numbers that a question may name."""
    found = []
    for match in _NAMED.finditer(question):
        number = PrintedNumber(_plain(match["word"]), _parts(match["number"]))
        if "." in match["number"] and not number.says_what:  # "What does 2.3 say?"
            number = PrintedNumber("", number.parts)
        found.append(number)
    named = {number.parts for number in found}
    dotted = [_parts(match["number"]) for match in _DOTTED.finditer(question)]
    found += [PrintedNumber("", parts) for parts in dotted if parts not in named]
    return found[:_MOST]


def words_beside(question: str) -> set[str]:
    """Return what a question says beside a printed number and that it asks what stands there.

    "What does clause 2.3 of the lease say?" says `lease`; a question whose other words are all said
    of a block is answered by the block, whatever it says.
    """
    rest = _DOTTED.sub(" ", _NAMED.sub(_kept, question))
    return {word for word in re.findall(r"\w+", rest.casefold()) if word not in _ASKING}


def _kept(match: re.Match[str]) -> str:
    """Return a word before a number that isn't what it is the number of: "does 2.3"."""
    says_what = PrintedNumber(_plain(match["word"]), _parts(match["number"])).says_what
    return " " if says_what else f"{match['word']} "


def blocks_under(
    numbers: Sequence[PrintedNumber], labels: Sequence[tuple[int | None, str]]
) -> Iterator[int]:
    """Yield the blocks that a number is printed before, and those below them.

    Args:
        numbers: The numbers.
        labels: For each block of a document the index of the one it stands under, and its label.
    """
    found: set[int] = set()
    for number in numbers:
        ranks = {
            at: _how_it_is_named(number, labels, at)
            for at, (_, label) in enumerate(labels)
            if label
        }
        best = max(ranks.values(), default=0)
        found |= {at for at, how in ranks.items() if how == best > 0}
    under: list[bool] = []
    for at, (parent, _) in enumerate(labels):
        under.append(at in found or (parent is not None and under[parent]))
        if under[at]:
            yield at


def _how_it_is_named(
    number: PrintedNumber, labels: Sequence[tuple[int | None, str]], at: int
) -> int:
    """Return 0 if a number isn't the one before a block, 1 if it is, 2 if a word says so too."""
    own = printed_number(labels[at][1])
    if own is None or number.parts[-len(own.parts) :] != own.parts:
        return 0
    if rest := number.parts[: -len(own.parts)]:
        return int(_stands_under(PrintedNumber(number.word, rest), labels, at))
    return 1 + bool(own.word and number.word) if own.is_named_by(number) else 0


def _stands_under(number: PrintedNumber, labels: Sequence[tuple[int | None, str]], at: int) -> bool:
    """Tell whether what is above a block has the other parts of a number, from the inside out."""
    parts = number.parts
    above = labels[at][0]
    while above is not None:
        own = printed_number(labels[above][1]) if labels[above][1] else None
        if own and parts[-len(own.parts) :] == own.parts:
            if len(own.parts) == len(parts):
                return own.is_named_by(number)
            parts = parts[: -len(own.parts)]
        above = labels[above][0]
    return False


def _plain(word: str | None) -> str:
    return (word or "").rstrip(".").casefold()


def _parts(number: str) -> tuple[str, ...]:
    return tuple(part.casefold() for part in _PART.findall(number))
