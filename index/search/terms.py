"""Text as the terms that BM25 counts, by its language: words without case, accents and endings.

Words of a language that has no stemmer stay whole; scripts that are written without spaces become
pairs of characters. Terms of all languages are of one kind, so that one field holds them and a name
is the same in each. A number, or a word with one, is a term of its own as well, as it is written.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from index.documents import UNKNOWN_LANGUAGE
from index.limits import QUESTION_WORDS
from index.search.spelling import join_acronyms, spelling_variants
from index.written import HAN, MARKS, UNSPACED

_ENGLISH = "english"
_STEMMERS = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": _ENGLISH,
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    UNKNOWN_LANGUAGE: _ENGLISH,  # too short to be told, or no language at all
}
_LONGEST = 80  # characters of a word: what is longer is none, and nobody asks for it
# Texts whose terms are kept: a sentence is in its own field and in the windows of four others, and
# title and headings in all of theirs
_KEPT = 64

# Signs of one letter that have several: Persian and Arabic yeh and kaf, and what only Turkish tells
# apart; and signs that are not seen or only help to read, such as vowels of Arabic and Hebrew
_SAME = str.maketrans(
    dict.fromkeys("\u00ad\u0640\u200b\u200d\u2060\ufeff")
    | dict.fromkeys(
        chr(code)
        for code in (*range(0x591, 0x5C8), *range(0x610, 0x61B), *range(0x64B, 0x660), 0x670)
        if unicodedata.combining(chr(code))
    )
    | {"ی": "ي", "ى": "ي", "ک": "ك", "ё": "е", "Ё": "Е", "İ": "i"}
)
_TURKISH_I = str.maketrans("Iİ", "ıi")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")

_MARKED = re.compile(f"[{MARKS}]")
_RUN = re.compile(f"[{UNSPACED}]+")
_IDEOGRAPH = re.compile(f"[{HAN}]")
_CLUSTER = re.compile(f".[{MARKS}]*", re.DOTALL)  # a letter and what stands above or below it

_DIGIT = re.compile(r"\d")
# `E05`, `R123-78`, `2024-05-06`, `12.5`, `§ 7`
_CODE = re.compile(r"(?:[§#$€£¥] ?)?\w+(?:[-./:,]\w+)*")
_EXACT = "="  # before a term that is written just so; no word begins with it


class Terms:
    """Makes terms of texts and of questions."""

    def __init__(self) -> None:
        self._of_text = lru_cache(_KEPT)(_terms_of_text)

    def of_text(self, text: str, language: str) -> str:
        """Return a text's terms in their order, parted by spaces.

        Args:
            text: Any text.
            language: The code of its language in BCP 47; `und` if it isn't known.
        """
        return self._of_text(text, _STEMMERS.get(language, ""))

    def of_question(self, question: str, languages: Iterable[str]) -> list[str]:
        """Return the terms of all spellings of each word of a question, each word taken once.

        In which language it is asked, a question is too short to tell: its words are taken for
        words of each language that they may be looked for in.

        Args:
            question: Any text.
            languages: The codes of the languages that the texts are in.
        """
        stemmers = dict.fromkeys(_STEMMERS.get(language, "") for language in languages)
        terms: Counter[str] = Counter()  # how often, for words of the question may share one
        for stemmer in sorted(stemmers) or [_ENGLISH]:
            text = _prepared(question, stemmer)
            found = Counter(dict.fromkeys(_codes(text), 1))
            for word in list(dict.fromkeys(_words(text)))[: QUESTION_WORDS.most]:
                spelt = " ".join((word, *spelling_variants(word, stemmer)))
                found.update(set(_stems(spelt, stemmer)))
            terms |= found
        return sorted(terms.elements())


def _terms_of_text(text: str, stemmer: str) -> str:
    text = _prepared(text, stemmer)
    return " ".join((*_stems(text, stemmer), *_codes(text)))


def _prepared(text: str, stemmer: str) -> str:
    """Return a text for the tokenizer: each sign in one form, acronyms without stops."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = text.translate(_TURKISH_I if stemmer == "turkish" else {}).translate(_SAME)
        text = _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)
        text = _RUN.sub(_pairs, text)
    elif stemmer == "turkish":
        text = text.translate(_TURKISH_I)
    return join_acronyms(text)


def _pairs(run: re.Match[str]) -> str:
    """Return the pairs of neighbours in a piece of a script without spaces, and its ideographs.

    An ideograph may be a word by itself. P@1 of BM25 over sentences is .620 on JaQuAD train (.581
    with pairs alone, .607 with each character) and .618 on CMRC trial (.609; with threes .562).
    """
    clusters = _CLUSTER.findall(run[0])
    if len(clusters) == 1:
        return f" {run[0]} "
    alone = filter(_IDEOGRAPH.match, clusters)
    return f" {' '.join((*alone, *map(''.join, pairwise(clusters))))} "


def _words(text: str) -> list[str]:
    """Return the words of a prepared text, in small letters."""
    return _analyzer("", marked=bool(_MARKED.search(text))).analyze(text)


def _stems(text: str, stemmer: str) -> Iterator[str]:
    """Yield the terms of a prepared text's words, two of one that is another without accents."""
    if text.isascii():
        yield from _analyzer(stemmer).analyze(text)
        return
    marked = bool(_MARKED.search(text))
    written = _analyzer(stemmer, marked=marked).analyze(text)
    plain = _analyzer(stemmer, marked=marked, plain=True).analyze(text)
    for one, other in zip(written, plain, strict=True):
        yield one
        if other != one:
            yield other


def _codes(text: str) -> Iterator[str]:
    """Yield the numbers of a prepared text, and the words with digits, just as they are written."""
    if _DIGIT.search(text):
        for code in _CODE.finditer(text):
            if len(code[0]) <= _LONGEST and _DIGIT.search(code[0]):
                yield _EXACT + code[0].replace(" ", "").lower()


@cache
def _analyzer(stemmer: str, *, marked: bool = False, plain: bool = False) -> TextAnalyzer:
    """Return a tokenizer with filters: small letters, and without endings if there is a stemmer.

    Args:
        stemmer: Name of the stemmer; empty for none.
        marked: Whether the text has marks that belong to words: it takes three times as long.
        plain: Whether accents are left out before the stemmer sees a word, and not after it; of
            words that aren't stemmed, whether they are left out at all.
    """
    words = Tokenizer.regex(r"[\p{Alphabetic}\p{M}\p{N}]+") if marked else Tokenizer.simple()
    builder = TextAnalyzerBuilder(words).filter(Filter.remove_long(_LONGEST))
    builder = builder.filter(Filter.lowercase())
    if plain:
        builder = builder.filter(Filter.ascii_fold())
    if stemmer:
        builder = builder.filter(Filter.stemmer(stemmer)).filter(Filter.ascii_fold())
    return builder.build()
