"""Words just as they are written: a phrase stands in a text, or it doesn't.

Case, white space, typographic quotation marks, and signs that only look otherwise (ligatures, full
width, soft hyphens) make no difference; accents, endings, hyphens and all other signs do. A phrase
begins and ends where words do, so that `R123-7` doesn't stand in `R123-78`; of a script that puts
no space between words it may begin at each character.
"""

import re
import unicodedata
from dataclasses import dataclass

from index.errors import BadSetting

# Scripts that put no space between words; and Hangul, whose words carry their particles
HAN = "\u2e80-\u2fd5\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
UNSPACED = (
    f"{HAN}\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # kana
    "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"  # Hangul
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u1049\u1050-\u109f\u1780-\u17d3"
)
MARKS = "".join(
    chr(code) for code in range(0x300, 0x1E000) if unicodedata.category(chr(code)).startswith("M")
)
# A character of such a script with its marks, a word (of a thousand characters at most: tantivy
# takes no longer term than 65,530 bytes), or any other sign by itself
_PIECE = re.compile(rf"[{UNSPACED}][{MARKS}]*|(?:(?![{UNSPACED}])[\w{MARKS}]){{1,1000}}|\S")
# The separators of ASCII are white space in all texts, or a text would depend on what stands beside
_ASCII_PIECE = re.compile(r"\w{1,1000}|[^\s\x1c-\x1f]", re.ASCII)
_TELLING = re.compile(r"[^\W_]")
_SAME = str.maketrans(
    dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
    | dict.fromkeys("‘’‚‛′‹›`´", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("\u2010\u2011", "-")
)


def written(text: str) -> str:
    """Return a text's words and signs in their order, parted by spaces."""
    if text.isascii():
        return " ".join(_ASCII_PIECE.findall(text.lower().replace("`", "'")))
    # Marks first: a prime sign is none to NFKC's eye once it is a pair
    text = unicodedata.normalize("NFKC", text.translate(_SAME)).translate(_SAME)
    return " ".join(_PIECE.findall(unicodedata.normalize("NFKC", text.casefold())))


def says_something(phrase: str) -> bool:
    """Return whether a phrase holds a letter or digit of any script."""
    return _TELLING.search(phrase) is not None


@dataclass(frozen=True, slots=True)
class Wording:
    """What a text has to say in these words, and what it must not say.

    Attributes:
        having: Phrases that must stand in it, each of them.
        lacking: Phrases that must not, none of them.
    """

    having: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for phrase in (*self.having, *self.lacking):
            if not written(phrase):
                raise BadSetting("A phrase to look for holds nothing but white space.")

    def __bool__(self) -> bool:
        return bool(self.having or self.lacking)

    def fits(self, text: str) -> bool:
        """Return whether a text is so."""
        if not self:
            return True
        plain = f" {written(text)} "
        return all(f" {written(phrase)} " in plain for phrase in self.having) and not any(
            f" {written(phrase)} " in plain for phrase in self.lacking
        )
