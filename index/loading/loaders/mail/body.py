"""The text of a message: what is new in it, and under whose words what it quotes stands."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from index.documents import Block, BlockKind
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.html.loader import pieces_of
from index.loading.loaders.html.pieces import Piece, emit
from index.loading.loaders.lines import text_blocks
from index.loading.loaders.plain.signs import lines_of
from index.loading.loaders.plain.wrapping import wrap_width
from index.loading.loaders.text import collapse

_QUOTED = re.compile(r"(?:>[ \t]?)+")
# What is said before a quote: "On Tue, 14 Jan 2025 at 21:15, Dario Venn wrote:"
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|schreibt|a écrit|écrit|escribió|escreveu|ha scritto|scrisse|schreef"
    r"|skrev|kirjoitti|napisał\(?a?\)?|napsal\(?a?\)?|írta|yazdı|пише[тш]|написала?)\b.{0,60}[:：]?$"
    r"|(?:写道|書きました|wrote)\s*[:：]$",
    re.I | re.S,
)
_DAY = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\b\d{1,2}\b.{0,20}\b\d{4}\b|\b\d{1,2}:\d\d\b|<[^<>\s]+@"
)
_MOST_LINES = 4  # of what is said before a quote
_SENDER: Final = (
    "From|Von|De|Da|Van|Från|Fra|Lähettäjä|Od|Feladó|Kimden|От|Від|发件人|寄件者|差出人|보낸 사람"
)
_SUBJECT: Final = (
    "Subject|Betreff|Objet|Asunto|Oggetto|Assunto|Onderwerp|Ämne|Emne|Aihe|Temat|Předmět|Tárgy|Konu"
    "|Тема|主题|主旨|件名|제목"
)
_FIRST_HEAD = re.compile(rf"\*?(?:{_SENDER})\s?[:：]\*?\s*\S")
_HEAD = re.compile(r"\*?([^\W\d_][\w .()-]{0,24}?)\s?[:：]\*?\s*(.*)")
_SUBJECT_HEAD = re.compile(rf"\*?(?:{_SUBJECT})\s?[:：]")
_MOST_HEADS = 12  # lines
# "-----Original Message-----", "---------- Forwarded message ---------", or a line across the page
_DIVIDER = re.compile(r"-{3,}\s?[^\W\d_][^-\n]{3,60}\s?-{3,}|_{10,}|-{20,}")
_SIGNATURE = re.compile(r"--\s?$")
_SIGNED = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Z][\w-]*: .*\n)*\n?")
_PROOF, _PROVEN = "-----BEGIN PGP SIGNATURE-----\n", "-----END PGP SIGNATURE-----"
_LEVELS = 6


@dataclass(frozen=True, slots=True)
class _Segment:
    """Lines that stand in as many quotes.

    Attributes:
        depth: In how many.
        lines: Without the signs that say so.
    """

    depth: int
    lines: list[str]


def add_plain(builder: DocumentBuilder, text: str, *, flowed: bool = False, above: int = 0) -> None:
    """Add a plain text; what it quotes stands under who wrote it and when, one deeper each time.

    Args:
        builder: What puts the document together.
        text: The text.
        flowed: Whether a line that ends with a space goes on in the next one.
        above: Level of the heading that the whole message stands under; 0 if there is none.
    """
    segments = _segments(_unsigned(text), flowed=flowed)
    width = wrap_width(lines_of("\n\n".join("\n".join(one.lines) for one in segments)))
    before = 0
    for at, segment in enumerate(segments):
        if segment.depth < before:
            builder.end_heading(above + segment.depth + 1)
        before = segment.depth
        lines = segment.lines
        deeper = at + 1 < len(segments) and segments[at + 1].depth > segment.depth
        attribution = ""
        if deeper:
            lines, attribution = _take_attribution(lines)
        _add_lines(builder, lines, segment.depth, above, width)
        if deeper:
            level = min(above + segment.depth + 1, _LEVELS)
            builder.end_heading(level)
            if attribution:
                builder.add_heading(attribution, level)
    builder.end_heading(above + 1)


def add_html(builder: DocumentBuilder, markup: str, *, above: int = 0) -> Counter[str]:
    """Add a text in HTML, as `add_plain` does; return what isn't text in it, counted."""
    pieces, left_out = pieces_of(markup, set())
    level = min(above + 1, _LEVELS)
    quoted = below = (
        False  # in a quote, and in a message that is quoted without being marked as one
    )
    waiting: list[Piece] = []
    at = 0
    while at < len(pieces):
        piece, at = pieces[at], at + 1
        words = collapse(piece.text)
        if piece.kind not in {"paragraph", "quote"}:
            waiting.append(_lowered(piece, above))
            continue
        heads, rest = _heads_from(pieces, at - 1)
        leads_in = at < len(pieces) and pieces[at].kind == "quote" and _is_attribution(words)
        ended = quoted and not below and piece.kind == "paragraph"
        if heads or leads_in or ended:
            emit(waiting, builder)
            waiting = []
            builder.end_heading(level)
            quoted = bool(heads or leads_in)
        if heads:
            _add_heads(builder, heads, level)
            at += rest
            below = True
        elif leads_in:
            builder.add_heading(words, level)
        else:
            waiting.append(replace(piece, kind="quote") if below else piece)
    emit(waiting, builder)
    builder.end_heading(level)
    return left_out


def _lowered(piece: Piece, above: int) -> Piece:
    if piece.kind != "heading":
        return piece
    return replace(piece, level=min(piece.level + above, _LEVELS))


def _heads_from(pieces: Sequence[Piece], at: int) -> tuple[list[str], int]:
    """Return the header fields that begin with a paragraph, and how many more these take."""
    if not _FIRST_HEAD.match(pieces[at].text):
        return [], 0
    lines: list[str] = []
    ends: list[int] = []
    for piece in pieces[at : at + _MOST_HEADS]:
        if piece.kind not in {"paragraph", "quote"}:
            break
        lines += piece.text.split("\n")
        ends.append(len(lines))
        if len(lines) >= _MOST_HEADS:
            break
    heads = _heads_in(lines)
    if heads not in ends:
        return [], 0
    return lines[:heads], ends.index(heads)


def _unsigned(text: str) -> str:
    """Return a text without the marks and the number by which its sender is proven."""
    before, *proofs = text.split(_PROOF)
    if not proofs:
        return text
    rest = (proof.partition(_PROVEN) for proof in proofs)
    return _SIGNED.sub("", before + "".join(after if end else proof for proof, end, after in rest))


def _segments(text: str, *, flowed: bool) -> list[_Segment]:
    parsed = [_unquoted(line) for line in text.split("\n")]
    found: list[_Segment] = []
    for depth, group in groupby(parsed, key=lambda line: line[0]):
        lines = [line for _, line in group]
        if flowed:
            lines = _joined(lines)
        if any(line.strip() for line in lines):
            if found and found[-1].depth == depth:
                found[-1].lines.extend(["", *lines])
            else:
                found.append(_Segment(depth, lines))
    return found


def _unquoted(line: str) -> tuple[int, str]:
    match = _QUOTED.match(line)
    return (match[0].count(">"), line[match.end() :]) if match else (0, line)


def _joined(lines: Sequence[str]) -> list[str]:
    """Return lines in which those that end with a space go on."""
    found: list[str] = []
    parts: list[str] = []
    for line in lines:
        words = (
            line.removeprefix(" ") if line[:2] != "  " else line
        )  # a space was put before "From"
        parts.append(words)
        if not line.endswith(" ") or _SIGNATURE.fullmatch(line):
            found.append("".join(parts))
            parts = []
    return [*found, "".join(parts)] if parts else found


def _take_attribution(lines: list[str]) -> tuple[list[str], str]:
    """Return the lines above a quote without the words that say whose it is, and those words."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and lines[start - 1].strip() and end - start < _MOST_LINES:
        start -= 1
    while start < end:
        words = " ".join(line.strip() for line in lines[start:end])
        ended = any(line.rstrip().endswith((".", "!", "?")) for line in lines[start : end - 1])
        if not ended and _is_attribution(words):
            return lines[:start], collapse(words)
        start += 1
    return lines, ""


def _is_attribution(text: str) -> bool:
    text = collapse(text[:500])
    if len(text) > 300:
        return False
    return bool(_WROTE.search(text)) or (text[-1:] in {":", "："} and bool(_DAY.search(text)))


def _add_lines(
    builder: DocumentBuilder, lines: Sequence[str], depth: int, above: int, width: int
) -> None:
    """Add lines of a message, and messages below it that are quoted without signs."""
    for piece, deeper in _forwarded(lines):
        level, heads = depth + deeper, 0
        if deeper:
            heads = _heads_in(piece)
            _add_heads(builder, piece[:heads], min(above + level, _LEVELS))
        _add_piece(builder, piece[heads:], level, above, width)
        if deeper:
            builder.end_heading(min(above + level, _LEVELS))


def _forwarded(lines: Sequence[str]) -> Iterator[tuple[Sequence[str], int]]:
    """Yield the lines of a message, and those of each that is below it with its header fields."""
    begin, count = 0, 0
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if _FIRST_HEAD.match(line) and (heads := _heads_in(lines[at : at + _MOST_HEADS])):
            end = at
            while end > begin and (not lines[end - 1].strip() or _is_divider(lines[end - 1])):
                end -= 1
            yield lines[begin:end], count
            begin, count = at, 1
            at += heads
        else:
            at += 1
    yield lines[begin:], count


def _is_divider(line: str) -> bool:
    return bool(_DIVIDER.fullmatch(line.strip()))


def _heads_in(lines: Sequence[str]) -> int:
    """Return of how many lines the header fields are that lines begin with; 0 if there are none."""
    if not lines or not _FIRST_HEAD.match(lines[0].strip()):
        return 0
    labels = subject = at = 0
    for line in lines[:_MOST_HEADS]:
        words = line.strip()
        if not words:
            break
        if _HEAD.fullmatch(words):
            labels += 1
            subject += bool(_SUBJECT_HEAD.match(words))
        elif subject:
            break
        at += 1
    return at if labels >= 3 and subject else 0


def _add_heads(builder: DocumentBuilder, lines: Sequence[str], level: int) -> None:
    """Add the header fields of a message below another one: the sender is its heading."""
    entries: list[list[str]] = []
    for line in map(str.strip, lines):
        if match := _HEAD.fullmatch(line):
            entries.append([match[1].strip(), match[2].strip("* ")])
        elif entries:
            entries[-1][1] += f" {line}"
    for number, (label, value) in enumerate(entries):
        if number == 0:
            builder.add_heading(f"{label}: {value}", level)
        elif value:
            builder.add_field(label, value)


def _add_piece(
    builder: DocumentBuilder, lines: Sequence[str], depth: int, above: int, width: int
) -> None:
    end = next((at for at, line in enumerate(lines) if _SIGNATURE.fullmatch(line)), len(lines))
    text = "\n".join(lines[:end]).strip("\n").rstrip()
    text = text[len(text) - len(text.lstrip()) :]
    if text:
        kind: BlockKind = "quote" if depth else "paragraph"
        blocks = [
            replace(block, kind=kind if block.kind in {"paragraph", "quote"} else block.kind)
            for block in text_blocks(text, width=width)
        ]
        builder.add_text(text, blocks, deeper=above + depth)
    signature = "\n".join(lines[end + 1 :]).strip()
    if signature:
        builder.add_text(signature, list(_lines_as_notes(signature)))


def _lines_as_notes(text: str) -> Iterator[Block]:
    at = 0
    for line in text.split("\n"):
        if words := line.strip():
            start = at + line.index(words)
            yield Block("note", start, start + len(words))
        at += len(line) + 1
