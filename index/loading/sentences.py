"""Cut the blocks of a text into sentences: `sentencex`, then a few mends.

`sentencex` knows abbreviations and initials, but never cuts inside quotation marks or brackets,
and leaves an opening mark at the end of the sentence before. So it is given a reading copy: the
same text, code point for code point, without those marks, and with the abbreviations of the
block's language made plain. It is always asked for English: with our lists beside them, its own for
other languages add nothing, and cost some (German .005 of F1, French .002, Spanish and Russian .001
on the development parts of UD treebanks). Its cuts are then mended on the original.
`python -m benchmarks.sentences` measures the result.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sentencex import get_sentence_boundaries

from index.documents import Block, BlockKind, Span
from index.limits import SENTENCE
from index.loading.abbreviations import mark_stops
from index.loading.function_words import FUNCTION_WORDS
from index.loading.languages import with_languages
from index.loading.loaders.lines import text_blocks

LONGEST_SENTENCE = SENTENCE.most
_WHOLE: frozenset[BlockKind] = frozenset({"heading", "header", "row", "field", "caption", "code"})

# `sentencex` takes quadratic time on some texts, so it is shown a window at a time.
_WINDOW = 4_000
_UNSURE = 60  # A cut this near the window's end was made without seeing what comes after it.


# Quotation marks and brackets get a sign that means nothing, an ellipsis becomes a full stop.
_SIGNS = str.maketrans(dict.fromkeys('"“”„«»‘‹›[]{}<>(`', "|") | {"…": "."})
# One that opens becomes a space, or an abbreviation behind it would not be seen: "Dr. Who".
_OPENING = re.compile(r"(?<!\S)[\"'`“„«‘‹]+(?=\w)")
# Two apostrophes or two commas are a quotation mark that was typed with them.
_TYPED = re.compile("''|,,")
# `sentencex` ends a paragraph at line breaks, panics at wide white space after an initial, and
# cannot read what UTF-8 cannot hold. All of it is read as spaces.
_UNREADABLE = re.compile(r"[^\S ]|[\ud800-\udfff]")
# An aside is read as one: in brackets, only a full stop right before the last one counts.
_ASIDE = re.compile(r"\([^()]{1,300}\)|\[[^\[\]]{1,300}\]")
_STOP_WITHIN = re.compile(r"[.!?](?=.*\w)", re.DOTALL)

# What still belongs to a sentence after its full stop. A mark that can open or close is taken to
# close if it touches what is before it and not what comes after. A note is one like [1].
_CLOSING = re.compile(
    r"(?:[\"'“](?!\w)|[”’»›)\]}])*(?:\[[^\[\]]{1,30}\])*(?:\s+(?:[”»›)\]}]+|''(?!\w)))*"
)
_MARK = re.compile(r"[\"'“”„«»‘’‹›()\[\]{}]")
_SAID = re.compile(r"(?:[?!…]|\.\.)\Z")
_BETWEEN = re.compile(rf"(?:\s|{_MARK.pattern})*(?:[–—-]+\s+)?")
_LETTER = re.compile(r"\w")
_LIST_NUMBER = re.compile(r"\W*(?:\d{1,4}(?:\.\d{1,3})*[a-z]?|[A-Za-z]|[ivxIVX]{2,4})[.)]+\W*")
_LIST_ITEM = re.compile(r"(?<!\S)(?:[•⁃*-] ?)?(\d{1,2}|[a-z])\.\s+(?=[A-Z])")

# What is too long to encode is cut after a clause, or else at white space, or else anywhere.
_MOST, _HALF = LONGEST_SENTENCE - 1, LONGEST_SENTENCE // 2
_PART = re.compile(
    rf"\S.{{0,{_MOST}}}\Z"
    rf"|\S.{{{_HALF},{_MOST}}}(?:(?<=[;:,–—])(?=\s)|(?<=[；：，、]))"
    rf"|\S.{{0,{_MOST}}}(?<!\s)(?=\s)"
    rf"|\S{{1,{LONGEST_SENTENCE}}}",
    re.DOTALL,
)


def split_sentences(text: str, blocks: Sequence[Block] | None = None) -> list[Span]:
    """Cut a text into sentences.

    The spans are in order, do not overlap, and hold every character but white space. None is
    empty, starts or ends with white space, or is longer than `LONGEST_SENTENCE`. A sentence never
    leaves its block; a row, a field, a heading and a piece of code are one sentence each. Takes any
    string, and time in proportion to its length.

    Args:
        text: The text of a document.
        blocks: What it is made of; by default what plain text like this is taken to be made of.

    Returns:
        The place of each sentence, with the index of its block.
    """
    language, blocks_with_languages = with_languages(
        text, text_blocks(text) if blocks is None else blocks
    )
    return list(sentences_in(text, blocks_with_languages, language))


def sentences_in(text: str, blocks: Sequence[Block], language: str) -> Iterator[Span]:
    """Yield the sentences of a text one by one, as `split_sentences` returns them.

    Args:
        text: The text of a document.
        blocks: What it is made of, with the languages of those that are in another.
        language: The document's.
    """
    for number, block in enumerate(blocks):
        piece = text[block.start : block.end]
        ends: list[int] = []
        if block.kind not in _WHOLE:
            written_in = block.language or language
            ends = _sentence_ends(piece, written_in if written_in in FUNCTION_WORDS else "en")
        for start, end in pairwise([0, *ends, len(piece)]):
            for part in _PART.finditer(piece[start:end].rstrip()):
                at = block.start + start
                yield Span(at + part.start(), at + part.end(), number)


def _sentence_ends(paragraph: str, language: str) -> list[int]:
    """Return where the sentences of a paragraph end, but for the last one."""
    copy = _reading_copy(paragraph, language)
    ends: list[int] = []
    begin = seen = 0
    for cut in sorted({*_library_cuts(copy, language), *_list_cuts(paragraph), len(copy)}):
        stop = seen + len(copy[seen:cut].rstrip())
        if stop == seen:
            continue
        closing = _CLOSING.match(paragraph, stop)
        end = closing.end() if closing else stop
        if not _LETTER.search(copy, seen, stop) and (begin == seen or not ends):
            # A smiley or a stray mark is no sentence: it ends the one before it, if there is one.
            if ends:
                ends[-1] = begin = end
        elif cut == len(copy) or not _goes_on(paragraph, begin, stop, end, language):
            ends.append(end)
            begin = end
        seen = end
    return ends[:-1]


def _goes_on(paragraph: str, begin: int, stop: int, end: int, language: str) -> bool:
    """Tell whether a sentence goes on: after `1.`, or behind a mark (`"Great." she said.`)."""
    if end - begin < 12 and _LIST_NUMBER.fullmatch(paragraph, begin, end):
        return True
    between = _BETWEEN.match(paragraph, end)
    start = between.end() if between else end
    after = paragraph[start : start + 1]
    # "Warum? fragte er", "– Dlaczego? – spytała". In English such a word may begin a sentence.
    is_said = language != "en" and _SAID.search(paragraph, max(0, stop - 2), stop) is not None
    is_marked = _MARK.search(paragraph, stop - 1, start) is not None
    is_comma = after in {",", ";"} and not _TYPED.match(paragraph, start)
    return is_comma or ((is_marked or is_said) and after.islower())


def _reading_copy(paragraph: str, language: str) -> str:
    """Return what `sentencex` is to read: as long as the original, without what misleads it."""
    copy = _UNREADABLE.sub(" ", paragraph)
    copy = _OPENING.sub(lambda marks: " " * len(marks[0]), copy)
    copy = _TYPED.sub(lambda marks: "||" if marks[0] == "''" else "  ", copy)
    return mark_stops(_ASIDE.sub(_quiet, copy).translate(_SIGNS), language)


def _quiet(aside: re.Match[str]) -> str:
    words = aside[0][1:-1]
    return f"|{_STOP_WITHIN.sub(',', words)}|" if _LETTER.search(words) else "," * len(aside[0])


def _library_cuts(copy: str, language: str) -> Iterator[int]:
    start = 0
    while start < len(copy):
        window = copy[start : start + _WINDOW]
        is_last = start + len(window) == len(copy)
        sure = len(window) - (0 if is_last else _UNSURE)
        ends = {boundary["end_index"] for boundary in get_sentence_boundaries("en", window)}
        cuts = sorted(end for end in ends if 0 < end < sure)
        yield from (start + cut for cut in cuts)
        start += len(window) if is_last or not cuts else cuts[-1]


def _list_cuts(paragraph: str) -> Iterator[int]:
    """Find the items of a list that runs inside a line: `1. The first 2. The second`."""
    first = _LIST_ITEM.match(paragraph)
    expected = first[1] if first else ""
    for item in _LIST_ITEM.finditer(paragraph) if first else ():
        if item[1] == expected:
            yield item.start()
            expected = str(int(expected) + 1) if expected.isdigit() else chr(ord(expected) + 1)
