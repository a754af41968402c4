"""Source code, by statement, each under the line that it is indented below; comments as notes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.documents import BlockKind, LoadedFile
from index.loading.loaders.builder import DocumentBuilder, statements
from index.loading.loaders.text import clean, decode

_TAB = 4  # columns
# Of a shell, C, SQL, Lisp, TeX; what goes on inside of /* */; not the directives of C
_COMMENT = re.compile(
    r"#(?!include|define|if|el|endif|pragma|undef|error|import)|//|--(?!\S)|;;|%%?\s|\*(?=[\s/]|$)"
    r"|/\*|\*/|<!--"
)
_OPENING = ('"""', "'''", "/*", "<!--")
_CLOSING = {'"""': '"""', "'''": "'''", "/*": "*/", "<!--": "-->"}
_DEEPEST = 20  # indents that are told apart
_LONGEST_COMMENT = 200  # lines of one; a longer one isn't closed


@dataclass(frozen=True, slots=True)
class _Piece:
    """A statement or a comment.

    Attributes:
        text: Its lines, without line ends around them.
        is_comment: Whether it is one.
    """

    text: str
    is_comment: bool


def load_code(data: bytes, name: str) -> LoadedFile:
    """Return source code as it is.

    A statement is a block of code, or several lines of one that brackets hold together; comments in
    lines of their own, and docstrings, are notes of as many lines as they have. Each stands under
    the lines that it is indented below: a method under its class, a setting of YAML under its keys.
    """
    builder = DocumentBuilder()
    text = clean(decode(data, name)).rstrip()
    above: list[tuple[int, int]] = []  # indent and index of what the next line may stand under
    between = ""
    for piece in _pieces(text):
        words = piece.text.strip()
        if not words:
            between += "\n"
            continue
        lead = piece.text[: len(piece.text) - len(piece.text.lstrip())]
        indent = len(lead.expandtabs(_TAB))
        says = any(map(str.isalnum, words))  # and is no bracket in a line of its own
        while says and above and above[-1][0] >= indent:
            above.pop()
        parent = above[-1][1] if above else None
        kind: BlockKind = "note" if piece.is_comment else "code"
        at = builder.add_line(words, kind, parent, between=between + lead)
        if says and words[-1] not in ";," and not piece.is_comment and len(above) < _DEEPEST:
            above.append((indent, at))
        between = "\n"
    return LoadedFile(builder.text, name, "code", blocks=builder.blocks)


def _pieces(text: str) -> Iterator[_Piece]:
    lines = text.split("\n")
    at = 0
    code: list[str] = []
    while at < len(lines):
        end = _comment_end(lines, at)
        if end == at:
            code.append(lines[at])
            at += 1
            continue
        yield from (_Piece(statement, False) for statement in statements("\n".join(code)) if code)
        code = []
        yield _Piece("\n".join(lines[at:end]), True)
        at = end
    if code:
        yield from (_Piece(statement, False) for statement in statements("\n".join(code)))


def _comment_end(lines: Sequence[str], at: int) -> int:
    """Return the index after the comment that begins with a line; that line's if it is none."""
    words = lines[at].strip()
    if not words:
        return at
    opening = next((sign for sign in _OPENING if words.startswith(sign)), "")
    if opening:
        closing = _CLOSING[opening]
        if closing in words[len(opening) :]:
            return at + 1 if words.endswith(closing) else at
        for end in range(at + 1, min(at + _LONGEST_COMMENT, len(lines))):
            if closing in lines[end]:
                return end + 1
        return at
    end = at
    while end < len(lines) and _COMMENT.match(lines[end].strip()) and end - at < _LONGEST_COMMENT:
        if end > at and any(lines[end].strip().startswith(sign) for sign in _OPENING):
            break
        end += 1
    return end
