"""What came of checking a text, as one HTML file: no script, nothing fetched, all text escaped."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

from qa import CheckedSentence, CheckedText, Excerpt, Passage
from ui.translation.catalogue import ENGLISH

_TEMPLATE = Path(__file__).with_name("check_report.html")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and whether it is marked."""

    text: str
    marked: bool


def as_html(name: str, checked: CheckedText) -> str:
    """Return the report on a text that was checked.

    Args:
        name: What the text is called.
        checked: What came of it.
    """
    return _template().render(
        name=name,
        made=datetime.now(UTC),
        words=ENGLISH,
        checked=checked,
        claim_pieces=_claim_pieces,
        passage_pieces=_passage_pieces,
    )


def _claim_pieces(sentence: CheckedSentence) -> list[Piece]:
    return _pieces(sentence.text, sentence.start, (one.claimed for one in sentence.differences))


def _passage_pieces(passage: Passage, sentence: CheckedSentence) -> list[Piece]:
    places = (words for one in sentence.differences for words in one.found)
    return _pieces(passage.text, passage.start, places)


def _pieces(text: str, start: int, places: Iterable[Excerpt]) -> list[Piece]:
    """Return a text's words, those at some places apart from the others."""
    pieces: list[Piece] = []
    at, last = 0, len(text)
    for words in sorted(places, key=lambda one: (one.start, one.end)):
        begin = min(max(words.start - start, at), last)
        end = min(max(words.end - start, begin), last)
        pieces += [Piece(text[at:begin], False), Piece(text[begin:end], True)]
        at = end
    pieces.append(Piece(text[at:], False))
    return [piece for piece in pieces if piece.text]


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
