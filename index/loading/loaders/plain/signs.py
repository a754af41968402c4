"""What single lines of plain text show about themselves: list signs, rules, headings, labels."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from index.loading.loaders.text import names

_TAB = 4  # columns
_REMEMBERED = 64  # lines: each is looked at several times by those before and after it


@dataclass(frozen=True, slots=True)
class Line:
    """A line that isn't blank.

    Attributes:
        start: Offset of its first character that is no white space.
        indent: Columns before it; a tab stands for four.
        text: Without the white space around it.
        raw: With it.
    """

    start: int
    indent: int
    text: str
    raw: str

    @property
    def end(self) -> int:
        """Offset after its last character that is no white space."""
        return self.start + len(self.text)


def lines_of(text: str) -> list[Line | None]:
    """Return the lines of a text, None for a blank one."""
    lines: list[Line | None] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        words = line.strip()
        lead = line[: len(line) - len(line.lstrip())]
        indent = len(lead.expandtabs(_TAB))
        lines.append(Line(offset + len(lead), indent, words, line.rstrip()) if words else None)
        offset += len(line)
    return lines


def lines_from(lines: Sequence[Line], at: int) -> Iterator[Line]:
    """Yield the lines from an index on; a slice would be copied for each line of a long run."""
    return (lines[i] for i in range(at, len(lines)))


@dataclass(frozen=True, slots=True)
class Marker:
    """What begins an item of a list.

    Attributes:
        sign: As it is printed: `-`, `(b)`, `2.`, `[x]`.
        style: What it is without its number: `-`, `(a)`, `1.`, `i.`.
        number: Which number, of a letter its place in the alphabet; 0 of a bullet.
        roman: Which number it is read as a Roman one; 0 if it is none.
    """

    sign: str
    style: str
    number: int = 0
    roman: int = 0

    def follows(self, before: "Marker") -> bool:
        """Tell whether it is the next one of the same list."""
        if self.roman and before.roman and self.roman == before.roman + 1:
            return self.style.replace("a", "i").replace("A", "I") == before.style.replace(
                "a", "i"
            ).replace("A", "I")
        return self.style == before.style and (not self.number or self.number == before.number + 1)

    @property
    def is_first(self) -> bool:
        """Tell whether a list may begin with it."""
        return self.number <= 1 or self.roman == 1


_BULLET = re.compile(r"([•◦▪▫■□●○⁃‣➢➤►✓✔✗✘☐☑☒·*+–—-]+|\[[ xX]?\]|-\s\[[ xX]\])\s+(?=\S)")
LETTERS: Final = frozenset("aAiI")  # styles of signs that are letters
_NUMBER = re.compile(
    r"(?P<open>\(?)(?:(?P<digits>\d{1,3})|(?P<letters>[a-zA-Z]|[ivxlIVXL]{2,6}))(?P<close>[.)])\s+(?=\S)"
)
_SIGNED_FOR = re.compile(r"i\.\s?[AV]\.|p\.\s?p\.")  # "i. A. Maike Harms", below a letter
_DECIMAL = re.compile(r"(\d{1,3}(?:\.\d{1,3}){1,5})[.)]?\s+(?=\S)")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_RULE = re.compile(
    r"([=\-~_*#^+.\u2500-\u257f])\1{2,}|[-=+|:\u2500-\u257f ]{3,}|(?:[*_-] ){2,}[*_-]"
)


@lru_cache(maxsize=_REMEMBERED)
def marker_of(text: str) -> Marker | None:
    """Return the sign that makes a line an item of a list; None if there is none."""
    if bullet := _BULLET.match(text):
        return Marker(bullet[1], re.sub(r"\s|[xX]", "", bullet[1]))
    if decimal := _DECIMAL.match(text):
        numbers = decimal[1].split(".")
        depth = ".".join("1" for _ in numbers)
        return Marker(text[: decimal.end()].rstrip(), depth, int(numbers[-1]))
    found = _NUMBER.match(text)
    if not found or (found["open"] and found["close"] != ")") or _SIGNED_FOR.match(text):
        return None
    sign = found[0].rstrip()
    if found["digits"]:
        return Marker(sign, f"{found['open']}1{found['close']}", int(found["digits"]))
    letters = found["letters"]
    roman = roman_value(letters)
    number = roman if len(letters) > 1 else ord(letters.lower()) - ord("a") + 1
    kind = ("i" if letters.islower() else "I") if len(letters) > 1 else "a"
    style = f"{found['open']}{kind if letters.islower() else kind.upper()}{found['close']}"
    return Marker(sign, style, number, roman) if number else None


_CHOICE = re.compile(r"([A-H])(?:\t+|[ ]{2,})(?=\S)")


def choice_of(text: str, beside: Sequence[str]) -> Marker | None:
    """Return the letter of an answer to choose from: "B  nitrogen", between A and C; or None.

    Args:
        text: A line.
        beside: The lines above and below it.
    """
    choice = _CHOICE.match(text)
    if choice is None:
        return None
    number = ord(choice[1]) - ord("A") + 1
    others = (_CHOICE.match(other) for other in beside)
    if not any(other and abs(ord(other[1]) - ord(choice[1])) == 1 for other in others):
        return None
    return Marker(choice[1], "A", number)


def is_below(marker: Marker, above: Marker) -> bool:
    """Tell whether a sign at the same indent is by custom one level deeper: (a) under 1."""
    if not marker.number:
        return bool(above.number)
    kind, kind_above = marker.style.strip("(.)"), above.style.strip("(.)")
    if "." in kind:
        return kind_above == kind.rpartition(".")[0]
    return marker.is_first and kind in LETTERS and kind_above[:1] in {"1", "a", "A", "I"}


def roman_value(letters: str) -> int:
    """Return the value of a Roman number up to a few hundred; 0 if it is none."""
    values = [_ROMAN.get(letter, 0) for letter in letters.lower()]
    if not all(values) or len({*map(str.islower, letters)}) > 1:
        return 0
    total = 0
    for value, following in zip(values, [*values[1:], 0], strict=True):
        total += -value if value < following else value
    return total


@lru_cache(maxsize=_REMEMBERED)
def is_rule(text: str) -> bool:
    """Tell whether a line is drawn with signs."""
    return _RULE.fullmatch(text) is not None


# ---- notes ---------------------------------------------------------------------------------------

_NOTE = re.compile(
    r"[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]{1,3}(?:\)\s?|\s|(?=[^\W\d_a-z][a-z\xe0-\xff]))(?=\S)"
)
_MARK = re.compile(r"[^\W\d_]{2}[.,;:!?]?(\d{1,2})\)")
_NEAR = 200  # characters before it in which a bracket may be opened that it closes: "(of CO2)"


def note_mark(text: str) -> str:
    """Return the raised number that a footnote begins with; empty if there is none."""
    match = _NOTE.match(text)
    return match[0].rstrip() if match else ""


def marks_of_notes(text: str) -> set[str]:
    """Return the marks in running text that lead to notes below: "the rent1) is due"."""
    return {
        f"{match[1]})"
        for match in _MARK.finditer(text)
        if text.count("(", max(0, match.start() - _NEAR), match.start())
        <= text.count(")", max(0, match.start() - _NEAR), match.start())
    }


# ---- logs --------------------------------------------------------------------------------------

_DATE = r"\d{4}[-/.]\d\d[-/.]\d\d|\d\d?[./]\d\d?[./]\d{2,4}|\d\d?[/ ][A-Z][a-z]{2}[/ ]\d{4}"
_MONTH_DAY = r"(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d"
_TIME = r"\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?"
_LOG = re.compile(
    rf"(?:\S{{1,60}} (?:\S{{1,40}} ){{0,2}})?\[?(?:{_DATE}|{_MONTH_DAY})[T ,:]+{_TIME}"
    rf"|\[?\d\d:\d\d:\d\d(?:[.,]\d+)?[\] ,]"
    r"|\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL)\]?[:\s]"
)
_DATED = re.compile(rf"(?:{_DATE}|{_TIME})(?=[\s:,;–-])")


@lru_cache(maxsize=_REMEMBERED)
def is_log(text: str) -> bool:
    """Tell whether a line begins as those of a log: with a date and a time, or a level."""
    return _LOG.match(text) is not None


def is_dated(text: str) -> bool:
    """Tell whether a line begins with a date or a time."""
    return _DATED.match(text) is not None


# By their first three letters, in the languages of most texts: days of the week and months
_NAMES_OF_DAYS = names(
    "mon tue wed thu fri sat sun die mit don fre sam son lun mar mer jeu ven sab dom mié jue vie "
    "sáb gio mån tis ons tor lör sön man tir lør søn seg ter qua qui sex pon wto śro czw pią sob "
    "nie jan feb apr may jun jul aug sep oct nov dec mär mrz mai okt dez fév fev avr jui aoû aou "
    "déc ene abr ago dic gen mag giu lug set ott out maj maa mei sty lut kwi cze lip sie wrz paź "
    "lis gru"
)
_DAY_NUMBER = re.compile(
    r"\d{1,4}(?:st|nd|rd|th|\.|º|er)?|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\.?|\d{1,2}\.\d{1,2}\."
)
_MOST_DAY = 40  # characters


@lru_cache(maxsize=_REMEMBERED)
def is_day(text: str) -> bool:
    """Tell whether a line is a date and nothing else, as above an entry of a diary."""
    if len(text) > _MOST_DAY or not any(map(str.isdigit, text)):
        return False
    words = text.rstrip(":").replace(",", " ").split()
    if not 1 <= len(words) <= 6:
        return False
    numbers = sum(_DAY_NUMBER.fullmatch(word) is not None for word in words)
    names = sum(
        word[:3].lower() in _NAMES_OF_DAYS and word.rstrip(".").isalpha() and len(word) <= 12
        for word in words
    )
    joins = sum(word.lower() in {"de", "of", "the", "den", "le", "del"} for word in words)
    lone_number = not names and not any(sign in text for sign in "-./")
    return numbers + names + joins == len(words) and numbers > 0 and not lone_number


# ---- labels ------------------------------------------------------------------------------------

_MOST_LABEL = 40  # characters
_MOST_VALUE = 300  # characters; what is longer is prose
# With the dots of abbreviations: "Tel.:", "Kd.-Nr.:"
_LABEL = re.compile(r"([^\W\d_](?:[^:=\n.!?;]|\.(?=[ \t]?[:-])){0,60}?)[ \t]?(:)(?:\s+(?=\S)|$)")
_SETTING = re.compile(r"([\w$@][\w.$/@\[\] -]{0,60}?)[ \t]*(=)(?!=)[ \t]*")
_SENTENCE = re.compile(r"(?<!\b[A-Z\u00c0-\u00de])[.!?][\"')\]]*\s+[A-Z\u00c0-\u00de\u0410-\u042f]")


@dataclass(frozen=True, slots=True)
class Label:
    """A label and where its value begins.

    Attributes:
        end: Length of the label.
        value: Where in the line the value begins; at its end if it has none.
        sign: `:` or `=`.
    """

    end: int
    value: int
    sign: str


@lru_cache(maxsize=_REMEMBERED)
def label_of(text: str) -> Label | None:
    """Return the label that a line begins with; None if it is no `Label: value`."""
    found = _LABEL.match(text)
    if found and (len(found[1]) > _MOST_LABEL or len(found[1].split()) > 5):
        found = None
    found = found or _SETTING.match(text)
    if not found or len(found[1].split()) > 5 or marker_of(text):
        return None
    value = text[found.end() :]
    if len(value) > _MOST_VALUE or len(_SENTENCE.findall(value)) > 1:
        return None
    return Label(found.end(1), found.end(), found[2])


def has_value(text: str) -> bool:
    """Tell whether a line is a label with a value behind it."""
    label = label_of(text)
    return label is not None and label.value < len(text)


_SECTION = re.compile(r"\[[^\[\]\n]{1,80}\]")


def is_section(text: str) -> bool:
    """Tell whether a line is the `[name]` of a section of settings."""
    return _SECTION.fullmatch(text) is not None


# ---- headings ----------------------------------------------------------------------------------

_MOST_HEADING = 80  # characters
_MOST_WORDS = 12
_ENDS = re.compile(r"[.,;:!?…。！？：；，、]['\"”’»)\]]*$")
_KEYWORD = re.compile(
    r"(?:part|book|volume|chapter|article|section|appendix|annex|schedule|exhibit|clause|title|act|scene"
    r"|teil|buch|kapitel|artikel|abschnitt|anhang|anlage|partie|livre|chapitre|annexe|titre|parte|libro"
    r"|capítulo|capitulo|artículo|articulo|sección|anexo|título|seção|artigo|capitolo|articolo|allegato"
    r"|sezione|hoofdstuk|afdeling|bijlage|del|kapitlet|rozdział|część|artykuł|załącznik"
    r"|глава|часть|статья|раздел|приложение)"
    r"\s+(?:\d{1,4}[a-z]?(?:\.\d{1,3}){0,4}|[IVXLCivxlc]{1,7}|[A-Z]|one|two|three|four|five|six|seven"
    r"|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty"
    r"|first|second|third)"
    r"(?:[.:)]?$|[.:)]?\s*[–—-]\s*\S.*$|[.:)]\s+\S.*$|\s+\S.*$)",
    re.I,
)
_PARAGRAPH_SIGN = re.compile(r"§+\s*\d{1,4}[a-z]?\.?\s+\S")
_ATX = re.compile(r"(#{1,6})\s+\S")
_ASKING = frozenset({"q", "question", "f", "frage", "p", "pregunta", "pergunta", "d", "domanda"})
_BYLINE = re.compile(
    r"(?:by|von|por|par|da|di|door|av|af)\s|(?:dear|sehr|liebe|hello|hi|hola)\b", re.I
)


def is_question(text: str) -> bool:
    """Tell whether a line is a question as in a list of questions and answers."""
    label = _LABEL.match(text)
    asked = label is None or label[1].lower() in _ASKING
    return (
        text[-1] in "?？" and asked and len(text) <= 2 * _MOST_HEADING and text[0] not in "\"“„«'>"
    )


def is_short(text: str) -> bool:
    """Tell whether a line is no longer than a heading may be."""
    return len(text) <= _MOST_HEADING and len(text.split()) <= _MOST_WORDS


def is_ended(text: str) -> bool:
    """Tell whether a line ends as a sentence or a part of one does."""
    return _ENDS.search(text[-8:]) is not None


def is_capitals(text: str) -> bool:
    """Tell whether a short line is set in capitals."""
    letters = sum(map(str.isalpha, text))
    return text.isupper() and letters >= 4 and letters * 2 > len(text) and is_short(text)


def keyword_of(text: str) -> str:
    """Return the word of a heading such as `ARTICLE IV`, in lower case; "" if it is none."""
    if not is_short(text) or not _KEYWORD.match(text):
        return ""
    words = text.split(maxsplit=2)
    if len(words) == 3 and words[1][-1] not in ".:)" and words[2][0].islower():
        return ""  # "Section 3 applies to"
    if len(words) == 3 and is_ended(text):
        return ""
    return words[0].lower()


def numbered_depth(text: str) -> int:
    """Return how deep a line such as `2.3 Rent` stands if it is a heading; 0 if it can't be one."""
    if not is_short(text) or is_ended(text):
        return 0
    if _PARAGRAPH_SIGN.match(text):
        return 1
    marker = marker_of(text)
    if not marker or not marker.number or marker.style[-1] == ")" or marker.style in {"a.", "i."}:
        return 0
    words = text[len(marker.sign) :].lstrip()
    is_title = _begins_a_title(words) and not _SENTENCE.search(words)
    return marker.sign.rstrip(".").count(".") + 1 if is_title else 0


def hashes_of(text: str) -> int:
    """Return the number of signs before a heading of Markdown; 0 if it is none."""
    found = _ATX.match(text)
    return len(found[1]) if found and len(text) <= 2 * _MOST_HEADING else 0


def may_be_title(text: str) -> bool:
    """Tell whether a line that stands alone between blank lines reads as a title."""
    return (
        is_short(text)
        and not is_ended(text)
        and _begins_a_title(text)
        and not _BYLINE.match(text)
        and not marker_of(text)
        and not is_dated(text)
        and sum(map(str.isalpha, text)) * 5 > len(text) * 2
    )


def _begins_a_title(text: str) -> bool:
    return text[:1].isalnum() and not text[0].islower()
