"""Texts that are no documents of a corpus, such as drafts, cut into sentences."""

from dataclasses import dataclass
from pathlib import Path

from index.arguments import of_kind, path_of
from index.documents import BlockKind
from index.encoding.encoder import encodable
from index.errors import EmptyDocument
from index.loading.process import Parsed, parse_file, parse_text


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of a draft.

    Attributes:
        text: Its text.
        start: Offset of its first character in the draft's text, in Unicode code points.
        end: Offset after its last character.
        kind: What its block is.
        block: Its block's place in the draft, counted from 0.
    """

    text: str
    start: int
    end: int
    kind: BlockKind
    block: int


def read_draft(path: Path | str) -> list[DraftSentence]:
    """Return the sentences of a file of any format that is read, in its order.

    Raises:
        UserError: As `index.load` does; also when it has too many sentences, or reading takes too
            long or too much memory.
    """
    return _sentences(parse_file(path_of(path, "path")))


def draft_of(text: str, name: str = "The text") -> list[DraftSentence]:
    """Return the sentences of a text, in its order.

    Args:
        text: Plain text, or Markdown, whose headings and lists are told by their signs.
        name: What to call it in errors.

    Raises:
        EmptyDocument: There is nothing in it.
        UserError: It has too many characters or sentences, or takes too long or too much memory.
    """
    if not of_kind(text, "text", str).strip():
        raise EmptyDocument(f"{name} is empty. Give a text with at least one sentence.")
    # The same length: offsets are those of the text that was given
    return _sentences(parse_text(encodable(text).replace("\0", "\ufffd"), "", name))


def _sentences(parsed: Parsed) -> list[DraftSentence]:
    text, blocks = parsed.file.text, parsed.file.blocks
    return [
        DraftSentence(
            text[span.start : span.end], span.start, span.end, blocks[span.block].kind, span.block
        )
        for span in parsed.spans
    ]
