"""What the process that reads files sends back, written there and checked here.

That process reads what others made, and may have been taken over by it: nothing it sends is
believed to be of the promised kind, order or size. An answer is a line of JSON, then the text in
UTF-8, then its blocks as JSON, then the sentences' places as 64-bit integers.
"""

import json
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from index import errors
from index.documents import UNKNOWN_LANGUAGE, Block, LoadedFile, Span
from index.errors import UserError
from index.limits import ATTACHED, CHARACTERS, PAGES, SENTENCE, SENTENCES
from index.loading.block_answers import LANGUAGE, MOST_BYTES, BadBlocks, read_blocks, written_blocks
from index.loading.loaders.formats import FORMATS
from index.loading.loaders.text import clean, collapse
from index.loading.page_messages import BadMessage, PageListener

_HEAD = 1_000_000  # bytes of the line; the starts of 10,000 pages are 100,000
_WORDS = 10_000  # characters of a title or message
_ERRORS = {
    kind.__name__: kind
    for kind in (
        errors.BadSetting,
        errors.EmptyDocument,
        errors.FileTooLarge,
        errors.PathNotFound,
        errors.UnreadableFile,
        errors.UnsupportedFormat,
    )
}
_SHA256 = re.compile("(?:[0-9a-f]{64})?")
_NUMBERS = 3  # of a span
_MOST_LEFT_OUT = 100  # kinds of things that a text lacks
_WIDTH = 8  # bytes of a number


class BadAnswer(Exception):
    """What came isn't an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was made of a request.

    Attributes:
        error: Why nothing was; None if something was.
        file: What was read; None if only a text was to be cut.
        language: The text's language.
        blocks: What the text is made of.
        spans: Places of the sentences.
        sha256: Of the bytes that were read, as 64 hexadecimal digits; empty without a file.
        attached: Names of the files that are inside of it.
        readings: Keys of what is known of its pages that are pictures.
    """

    error: UserError | None = None
    file: LoadedFile | None = None
    language: str = UNKNOWN_LANGUAGE
    blocks: tuple[Block, ...] = ()
    spans: Sequence[Span] = ()
    sha256: str = ""
    attached: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()


def written(
    file: LoadedFile | None,
    language: str,
    blocks: Sequence[Block],
    spans: Sequence[Span],
    sha256: str = "",
) -> Iterator[bytes]:
    """Yield the parts of an answer."""
    text = file.text.encode() if file else b""
    made_of = written_blocks(blocks)
    head: dict[str, Any] = {"bytes": len(text), "blocks": len(made_of), "spans": len(spans)}
    head |= {"sha256": sha256, "language": language}
    if file:
        head |= {"title": file.title, "format": file.format, "page_starts": file.page_starts}
        more = len(file.attached) - ATTACHED.most
        named = (f"{more:,} more attachments than the {ATTACHED.most} that are read",)
        head["left_out"] = (*file.left_out, *(named if more > 0 else ()))
        head["pictured"] = file.pictured
        head |= {"date": file.date, "date_from": file.date_from}
        head["attached"] = [one.name for one in file.attached[: ATTACHED.most]]
    yield json.dumps(head).encode() + b"\n"
    yield text
    yield made_of
    yield array("q", (n for span in spans for n in (span.start, span.end, span.block))).tobytes()


def written_error(error: UserError) -> bytes:
    """Return the answer that names an error."""
    return json.dumps({"error": type(error).__name__, "message": str(error)}).encode() + b"\n"


def read_answer(
    stream: IO[bytes], given: str | None, listener: PageListener | None = None
) -> Answer:
    """Return the next answer of the process.

    Args:
        stream: What it writes to.
        given: The text that it was to cut; None if it was to read a file.
        listener: Hears what it says of pages before it answers.

    Raises:
        BadAnswer: The process ended, or sent something else.
    """
    try:
        head = _head(stream)
        listener = listener or PageListener()
        while listener.hears(head, stream):
            head = _head(stream)
        if "error" in head:
            return Answer(error=error_in(head))
        raw = piece_of(stream, head["bytes"], 4 * CHARACTERS.most)
        text = given if given is not None else raw.decode()
        del raw
        blocks = read_blocks(piece_of(stream, head["blocks"], MOST_BYTES), text)
        numbers = array("q", piece_of(stream, head["spans"] * _NUMBERS * _WIDTH, _MOST_SPANS))
        sha256, language = head["sha256"], head["language"]
        if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
            raise BadAnswer
        if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
            raise BadAnswer
        file = None if given is not None else _file(head, text, blocks)
        attached = () if file is None else _attached(head["attached"])
    except (
        BadBlocks,
        BadMessage,
        KeyError,
        TypeError,
        ValueError,
        RecursionError,
        OverflowError,
    ) as error:
        raise BadAnswer from error
    placed = list(_spans(numbers, blocks))
    keys = tuple(listener.keys)
    return Answer(None, file, language, blocks, placed, sha256, attached, keys)


def _head(stream: IO[bytes]) -> dict[str, Any]:
    line = stream.readline(_HEAD)
    head = json.loads(line) if line.endswith(b"\n") else None
    if not isinstance(head, dict):
        raise BadAnswer
    return head


def error_in(head: dict[str, Any]) -> UserError:
    """Return the error that an answer names.

    Raises:
        KeyError, BadAnswer, ValueError: It names none that is known.
    """
    return _ERRORS[head["error"]](_words(head["message"]))


_MOST_SPANS = SENTENCES.most * _NUMBERS * _WIDTH


def piece_of(stream: IO[bytes], size: int, most: int) -> bytes:
    """Return so many bytes of an answer; raise `BadAnswer` if they are too many, or lack."""
    if type(size) is not int or not 0 <= size <= most:
        raise BadAnswer
    piece = stream.read(size)
    if len(piece) != size:
        raise BadAnswer
    return piece


def _words(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _WORDS:
        raise BadAnswer
    value.encode()  # a ValueError if UTF-8 can't hold it
    return value


def _file(head: dict[str, Any], text: str, blocks: tuple[Block, ...]) -> LoadedFile:
    starts, left_out, pictured = head["page_starts"], head["left_out"], head["pictured"]
    if (
        head["format"] not in FORMATS
        or not isinstance(starts, list)
        or len(starts) > PAGES.most
        or any(type(start) is not int for start in starts)
        or starts != sorted(starts)
        or (starts and not 0 <= starts[0] <= starts[-1] <= len(text))
        or len(text) > CHARACTERS.most
        or "\0" in text
        or not isinstance(left_out, list)
        or len(left_out) > _MOST_LEFT_OUT
        or not isinstance(pictured, list)
        or any(type(page) is not int for page in pictured)
        or pictured != sorted(set(pictured))
        or (pictured and not 1 <= pictured[0] <= pictured[-1] <= len(starts))
    ):
        raise BadAnswer
    title, named = _words(head["title"]), tuple(map(_words, left_out))
    day, day_from = head["date"], head["date_from"]
    if not isinstance(day, str) or (day and date.fromisoformat(day).isoformat() != day):
        raise BadAnswer
    if day_from not in ("document", "file"):
        raise BadAnswer
    return LoadedFile(
        text,
        title,
        head["format"],
        tuple(starts),
        blocks,
        named,
        head["language"],
        pictured=tuple(pictured),
        date=day,
        date_from=day_from,
    )


def _attached(names: object) -> tuple[str, ...]:
    if not isinstance(names, list) or len(names) > ATTACHED.most:
        raise BadAnswer
    return tuple(collapse(clean(_words(name))) or "attachment" for name in names)


def _spans(numbers: "array[int]", blocks: Sequence[Block]) -> Iterator[Span]:
    """Yield the places, which have to be inside their blocks and one after the other."""
    last_end = last_block = 0
    for at in range(0, len(numbers), _NUMBERS):
        start, end, index = numbers[at : at + _NUMBERS]
        if not last_block <= index < len(blocks):
            raise BadAnswer
        block = blocks[index]
        if not max(last_end, block.start) <= start < end <= block.end:
            raise BadAnswer
        if end - start > SENTENCE.most:
            raise BadAnswer
        yield Span(start, end, index)
        last_end, last_block = end, index
