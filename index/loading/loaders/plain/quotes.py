"""Quoted lines of a mail, which begin with `>`."""

from collections.abc import Iterator, Sequence

from index.loading.loaders.plain.signs import Line, lines_from, marker_of
from index.loading.loaders.plain.wrapping import continues, wrap_width


def quoted_lines(run: Sequence[Line], at: int) -> list[Line]:
    """Return the quoted lines from an index on."""
    taken: list[Line] = []
    for line in lines_from(run, at):
        if not line.text.startswith(">"):
            break
        taken.append(line)
    return taken


def quoted_paragraphs(lines: Sequence[Line], width: int) -> Iterator[tuple[Line, Line]]:
    """Yield the first and the last line of each paragraph; one of signs ends that above it.

    Args:
        lines: Quoted lines.
        width: At which the text around them is wrapped; 0 if it is not.
    """
    inner = [_unquoted(line) for line in lines]
    width = wrap_width([line if line.text else None for line in inner]) or width
    begin = 0
    for i, line in enumerate(lines):
        if i + 1 == len(lines) or not _is_followed(lines, inner, i, width):
            yield lines[begin], line
            begin = i + 1


def _is_followed(lines: Sequence[Line], inner: Sequence[Line], i: int, width: int) -> bool:
    """Tell whether the next line belongs to the same paragraph."""
    words, below = inner[i].text, inner[i + 1].text
    if not below:
        return True
    if not words or not width or marker_of(below):
        return False
    return _depth(lines[i]) == _depth(lines[i + 1]) and continues(words, below, width)


def _unquoted(line: Line) -> Line:
    text = line.text.lstrip("> ")
    return Line(line.end - len(text), line.indent, text, text)


def _depth(line: Line) -> int:
    """Return in how many quotes a line stands."""
    head = line.text[: len(line.text) - len(line.text.lstrip("> "))]
    return head.count(">")
