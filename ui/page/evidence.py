"""A conversation as one HTML file that proves itself: quotations, their places, pages, hashes.

It holds no script and asks nothing of any computer; all that isn't ours is escaped by Jinja.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from jinja2 import Environment, StrictUndefined, Template

from index import PagePicture, UnknownDocument
from qa import Excerpt, Passage, Settings
from ui.page.markdown import place_of
from ui.page.saved import SavedTurn
from ui.served import Served
from ui.translation.catalogue import ENGLISH, Words

# Of a passage's document by now: what was quoted, something else, or nothing
State = Literal["same", "changed", "gone"]
# A page with what is marked on it: corpus, document, page, start, end
Look = tuple[str, int, int, int, int]
Quoted = tuple[str, int, str]  # a document as it was quoted: corpus, document, hash of its text

_TEMPLATE = Path(__file__).with_name("evidence.html")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a quotation, and whether it is marked as the answer."""

    text: str
    marked: bool


def look_of(passage: Passage) -> Look | None:
    """Return which page shows a passage; None where its document has no pages to be shown."""
    if passage.document.format != "pdf" or passage.page is None:
        return None
    return passage.corpus, passage.document.id, passage.page, passage.start, passage.end


def quoted_of(passage: Passage) -> Quoted:
    """Return which document a passage quotes, as it was then."""
    return passage.corpus, passage.document.id, passage.sha256


def state_of(passage: Passage, served: Served) -> State:
    """Tell whether a passage's document still has the text that was quoted."""
    corpus = served.of_passage(passage)
    if corpus is None:
        return "gone"
    with corpus.snapshot() as state:
        try:
            document = state.document(passage.document.id)
        except UnknownDocument:
            return "gone"
    return "same" if document.sha256 == passage.sha256 else "changed"


def folder_of(passage: Passage, served: Served, *, local: bool) -> str:
    """Return where the line of Python finds a passage's corpus; empty for the default one.

    Args:
        passage: The passage.
        served: The corpora.
        local: Whether only this computer is served. To others no file says where a corpus lies
            here: they get its name, by which it is found where they have a folder of that name.
    """
    corpus = served.of_passage(passage)
    if corpus is None:
        return passage.corpus
    if corpus.folder == Settings.from_environment().corpus.resolve():
        return ""
    return _in_home(corpus.folder) if local else passage.corpus or corpus.folder.name


def _in_home(folder: Path) -> str:
    """Return a path without the name of the person whose home folder it is in."""
    try:
        return f"~/{folder.relative_to(Path.home().resolve()).as_posix()}"
    except (ValueError, RuntimeError):  # it lies elsewhere, or there is no home
        return str(folder)


def as_html(
    title: str,
    turns: Sequence[SavedTurn],
    states: Mapping[Quoted, State],
    pictures: Mapping[Look, PagePicture | str],
    folders: Mapping[str, str],
    words: Words = ENGLISH,
) -> str:
    """Return a conversation as a page of HTML that needs nothing else.

    Args:
        title: What the conversation is called.
        turns: What is saved of it.
        states: Of each document that is quoted.
        pictures: The pages that show passages, or why they don't.
        folders: Where corpora are found, by their names; see `folder_of`.
        words: The texts of the language that it is written in.
    """
    made = datetime.now(UTC)
    return _template().render(
        title=title.strip() or (turns[0].turn.question if turns else words.text("Conversation")),
        made=made,
        words=words,
        place_of=place_of,
        turns=turns,
        states=states,
        pictures=pictures,
        folders=folders,
        look_of=look_of,
        quoted_of=quoted_of,
        pieces_of=pieces_of,
        proof_of=proof_of,
        data_of=_data_of,
    )


def pieces_of(passage: Passage) -> list[Piece]:
    """Return a passage's words, those that answer apart from the others."""
    pieces: list[Piece] = []
    at, last = passage.start, passage.end
    for words in (*sorted(passage.highlights, key=_place), Excerpt("", last, last)):
        start, end = min(max(words.start, at), last), min(max(words.end, at), last)
        for begin, stop, marked in ((at, start, False), (start, end, True)):
            text = passage.text[begin - passage.start : stop - passage.start]
            if text:
                pieces.append(Piece(text, marked))
        at = end
    return pieces


def proof_of(passage: Passage, folder: str) -> str:
    """Return the line of Python that reads the source again and compares it with a passage.

    `repr` shows characters that turn the direction of writing by their numbers: what is seen of the
    line is what it does.

    Args:
        passage: The passage.
        folder: Where its corpus is found; empty for the default one.
    """
    source = passage.document
    document = f"Source({source.id!r}, {source.title!r}, {source.name!r}, {source.format!r})"
    place = f"{passage.sha256!r}, {passage.start!r}, {passage.end!r}"
    left_out = f"0, (), {passage.page!r}, None, None, None, ()"
    corpus = f", {folder!r}" if folder else ""
    return (
        "from qa import Passage, Source, verify; "
        f"print(verify(Passage({passage.text!r}, {document}, {place}, {left_out}){corpus}))"
    )


def _place(words: Excerpt) -> tuple[int, int]:
    return words.start, words.end


def _data_of(picture: PagePicture) -> str:
    return f"data:image/png;base64,{b64encode(picture.png).decode()}"


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
