"""Which of the encodings of one byte a character a text is in, told by the letters it gives."""

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

# Letters beside a to z that languages are written with. A text is in one of them, or in two.
_WESTERN: Final = (
    "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúü", "áâãàçéêíóôõúü", "àèéìíîòóùú", "åäöé", "æøåéèêòóâôü",
    "äöåšž", "éëïóöüèáêíú", "áéíóúýþæðö", "àçéèíïóòúü", "äöõüšž", "éèçñöüïë",
)  # fmt: skip
_CENTRAL: Final = (
    "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîșțşţ", "äöüß",
)  # fmt: skip
_BALTIC: Final = ("āčēģīķļņšūž", "ąčęėįšųūž", "äöõüšž")
_TURKISH: Final = ("çğıöşüâîû",)
_CYRILLIC: Final = (
    "абвгдежзийклмнопрстуфхцчшщъыьэюяё", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "абвгдежзийклмнопрстуфхцчшщъьюя", "абвгдђежзијклљмнњопрстћуфхцчџш",
    "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
)  # fmt: skip
_GREEK: Final = ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",)
_HEBREW: Final = ("אבגדהוזחטיךכלםמןנסעףפץצקרשת",)

# In the order in which they are preferred where a text reads as well in several.
_ENCODINGS: Final = (
    ("cp1252", _WESTERN), ("cp1250", _CENTRAL), ("cp1251", _CYRILLIC), ("cp1255", _HEBREW),
    ("koi8_r", _CYRILLIC),
    ("koi8_u", _CYRILLIC), ("cp1253", _GREEK), ("cp1254", _TURKISH), ("cp1257", _BALTIC),
    ("mac_roman", _WESTERN), ("cp866", _CYRILLIC), ("cp850", _WESTERN),
    ("cp852", _CENTRAL), ("iso8859_2", _CENTRAL), ("iso8859_5", _CYRILLIC),
    ("mac_cyrillic", _CYRILLIC), ("mac_latin2", _CENTRAL),
)  # fmt: skip
_MARKS: Final = frozenset(
    "“”„‘’‚«»‹›–—…•§°€£¥¢©®™·¿¡½¼¾¹²³×÷±µ†‡ªº№\xa0\xad´`¨¸→\N{NON-BREAKING HYPHEN}"
)
_WITHIN_WORDS: Final = frozenset("’‘·\xad–—\xa0-´")
# A legible text has one character in a thousand that belongs to no language here; one that is read
# in a wrong encoding has every third.
_SURE: Final = 0.97
_LIKELY: Final = 0.8
_VOWELS: Final = "аеёиоуыэюяієїѣАЕЁИОУЫЭЮЯІЄЇ"
_FEWEST_VOWELS: Final = 0.25  # of Cyrillic letters; texts have .40 to .45
_FEWEST_KANA: Final = 0.2  # of Japanese; texts have .35 to .55, and other languages none
_SAMPLE: Final = 64_000  # bytes that are looked at
_OTHER = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding and how well a text reads in it.

    Attributes:
        encoding: Name of the codec.
        share: Of the characters beside ASCII, those that stand where they may, from 0 to 1.
    """

    encoding: str
    share: float

    @property
    def is_sure(self) -> bool:
        """Tell whether it may be relied on."""
        return self.share >= _SURE

    @property
    def is_likely(self) -> bool:
        """Tell whether it is better than nothing where no other is found."""
        return self.share >= _LIKELY


def guess(data: bytes) -> Guess:
    """Return the encoding in which a text reads best, of those of one byte a character."""
    sample = data[:_SAMPLE]
    best = Guess("", 0.0)
    for encoding, languages in _ENCODINGS:
        share = _legible(sample.decode(encoding, "replace"), languages)
        if share > best.share + 1e-9:
            best = Guess(encoding, share)
    return best


def _legible(text: str, languages: tuple[str, ...]) -> float:
    """Return the share of the characters beside ASCII that a language has, where it has them."""
    found: Counter[str] = Counter()
    wrong = 0
    is_other_script = languages in {_CYRILLIC, _GREEK, _HEBREW}
    for match in _OTHER.finditer(text):
        at = match.start()
        before = text[at - 1] if at else " "
        after = text[at + 1 : at + 2] or " "
        character = match[0]
        if character in _MARKS:
            inside = before.isalpha() and after.isalpha() and character not in _WITHIN_WORDS
            wrong += inside
        elif (character.isupper() and before.islower()) or (
            is_other_script and (_is_latin(before) or _is_latin(after))
        ):
            wrong += 1
        else:
            found[character] += 1
    total = sum(found.values()) + wrong + sum(map(text.count, _MARKS))
    if not total:
        return 0.0
    strange = min(
        sum(count for character, count in found.items() if character.lower() not in letters)
        for letters in languages
    )
    share = 1 - (strange + wrong) / total
    if languages is _CYRILLIC:  # Hebrew read as Cyrillic has hardly a vowel
        vowels = sum(found[vowel] for vowel in _VOWELS)
        return share if vowels > _FEWEST_VOWELS * total else share / 2
    return share


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def japanese(data: bytes) -> str:
    """Return the Japanese encoding that gives a text its hiragana; "" if none does."""
    for encoding in ("euc_jp", "cp932"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(data[:_SAMPLE])
        except UnicodeDecodeError:
            continue
        others = _OTHER.findall(text)
        kana = sum("\u3041" <= character <= "\u3096" for character in others)
        if kana > _FEWEST_KANA * len(others):
            return encoding
    return ""
