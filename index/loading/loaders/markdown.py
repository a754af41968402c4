"""Markdown: the text its reader sees, without marks and link targets."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from index.documents import LoadedFile
from index.loading.loaders.html.loader import html_paragraphs, html_title
from index.loading.loaders.text import clean, collapse, decode, paragraphs
from index.loading.loaders.titles import real_title

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)^(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.M | re.S)
# Each line is a key, part of the value before it, a comment, or blank. Anything else is text
# between two thematic breaks.
_FRONT_MATTER_LINE = re.compile(r"\s*$|#|\s+\S|-\s|[\]}]|[\w\"'. -]++[:=](\s|$)|\[")
_TITLE_KEY = re.compile(r"^title\s*[:=][ \t]*(.+)$", re.M | re.I)
_LINE_BREAK = re.compile(r"<br\b[^>]*>", re.I)


def load_markdown(data: bytes, name: str) -> LoadedFile:
    """Return the text of a Markdown file (CommonMark with tables and strikethrough).

    Headings, paragraphs and list items are paragraphs, the latter without bullet or number. A row
    of a table is one line, its cells joined by " | ". Code is kept as it is. Front matter gives the
    title and is left out; so are images.
    """
    from markdown_it import MarkdownIt

    source = clean(decode(data, name))
    source, title = _take_front_matter(source)
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source)
    return LoadedFile("\n\n".join(_blocks(tokens)), title or _heading(tokens), "markdown")


def _take_front_matter(source: str) -> tuple[str, str]:
    match = _FRONT_MATTER.match(source)
    if not match or not all(_FRONT_MATTER_LINE.match(line) for line in match[2].split("\n")):
        return source, ""
    key = _TITLE_KEY.search(match[2])
    title = key[1].strip() if key else ""
    if title[:1] in {"'", '"'} and title.endswith(title[0]):
        title = title[1:-1]
    return source[match.end() :], real_title(title)


def _heading(tokens: list["Token"]) -> str:
    for i, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return real_title(_seen(tokens[i + 1].children or ()))
        if token.type == "html_block" and "<h1" in token.content.lower():
            return html_title(token.content)
    return ""


def _blocks(tokens: list["Token"]) -> Iterator[str]:
    rows: list[str] = []
    cells: list[str] = []
    for opening, token in pairwise(tokens[:1] + tokens):
        match token.type:
            case "inline":
                seen = _seen(token.children or ())
                if opening.type in {"th_open", "td_open"}:
                    cells.append(collapse(seen))
                elif opening.type == "heading_open":
                    yield from filter(None, [collapse(seen)])
                else:
                    yield from paragraphs(seen)
            case "tr_close":
                rows.append(" | ".join(cells).strip())
                cells = []
            case "table_close":
                yield from filter(None, ["\n".join(filter(None, rows))])
                rows = []
            case "fence" | "code_block":
                yield from filter(None, [token.content.strip("\n").rstrip()])
            case "html_block":
                yield from html_paragraphs(token.content)


def _seen(children: Iterable["Token"]) -> str:
    parts = []
    for child in children:
        match child.type:
            case "text" | "code_inline":
                parts.append(child.content)
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "html_inline" if _LINE_BREAK.match(child.content):
                parts.append("\n")
    return clean("".join(parts)).replace("\xad", "")
