"""HTML: the text of a page as a browser shows it, without its furniture."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.documents import LoadedFile
from index.loading.loaders.html.blocks import BLOCKS, HEADINGS, Blocks
from index.loading.loaders.html.nesting import flatten
from index.loading.loaders.text import clean, collapse, decode, names
from index.loading.loaders.titles import real_title

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_NEVER_SHOWN = names(
    "head script style noscript template svg canvas audio video object iframe embed map input "
    "select textarea datalist meter progress annotation annotation-xml rp rt noframes"
)
_FURNITURE_ROLES = names("navigation banner contentinfo search")
_CONTENT = names("article main section blockquote")
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_ANCHORS = frozenset("¶#§")  # after a heading, shown while the mouse is over it

_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_META_WITHIN = 4096  # bytes; browsers look at 1024, saved pages have comments before it
# Not UTF-16 or UTF-7: the declaration could be read, so they are mistaken or malicious.
_DECLARABLE = re.compile(r"(windows|cp|iso|latin|koi8|big5|gb|hz|euc|shift|sjis|mac|tis)[\w.:-]*")
# Names that browsers take for a wider encoding.
_WIDER = {"iso-8859-1": "cp1252", "latin1": "cp1252", "iso-8859-9": "cp1254"}
_WIDER |= {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc-kr": "cp949"}


def load_html(data: bytes, name: str) -> LoadedFile:
    """Return the text of a web page.

    Left out: what a browser doesn't show, form controls, navigation, and the header and footer of
    the page (not those of an article; nor a header with the page's h1). Block elements make
    paragraphs, a row of a table is one line with its cells joined by " | ", <pre> is kept as it is,
    <br> is a newline unless a sentence goes on behind it.
    """
    tree = _parse(clean(_decode(data, name)))
    # A page that is nothing but furniture, or is hidden until its script runs: better than nothing.
    text = "\n\n".join(_paragraphs(tree.root) or _paragraphs(tree.root, everything=True))
    return LoadedFile(text, _title(tree), "html")


def html_paragraphs(markup: str) -> list[str]:
    """Return the paragraphs a browser shows for a piece of markup."""
    return _paragraphs(_parse(markup).root)


def html_title(markup: str) -> str:
    """Return the title of a piece of markup, or else its first heading."""
    return _title(_parse(markup))


def _parse(markup: str) -> "LexborHTMLParser":
    from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

    # With events, 100,000 <option> take a minute.
    return LexborHTMLParser(flatten(markup), options=LexborDocumentOptions.WO_EVENTS)


def _decode(data: bytes, name: str) -> str:
    match = _META.search(data[:_META_WITHIN])
    declared = match[1].decode("ascii", "replace").lower() if match else ""
    # Valid UTF-8 is more trustworthy than any declaration; but seven bits may be Japanese.
    if not _DECLARABLE.fullmatch(declared) or (not data.isascii() and _is_utf8(data)):
        return decode(data, name)
    try:
        return data.decode(_WIDER.get(declared, declared))
    except (LookupError, UnicodeError):
        return decode(data, name)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _title(tree: "LexborHTMLParser") -> str:
    for node in tree.css("title"):
        drawing = node.parent is not None and node.parent.tag == "svg"
        if not drawing and (title := real_title(node.text().replace("\xad", ""))):
            return title
    for node in tree.css("h1"):
        if title := real_title(" ".join(_paragraphs(node))):
            return title
    return ""


def _paragraphs(root: "LexborNode | None", *, everything: bool = False) -> list[str]:
    blocks = Blocks()
    for node, entering in _walk(root, everything=everything):
        if node.is_text_node:
            blocks.text(node.text_content or "")
        elif entering:
            blocks.enter(node.tag or "")
        else:
            blocks.leave(node.tag or "")
    return blocks.finished()


def _walk(root: "LexborNode | None", *, everything: bool) -> Iterator[tuple["LexborNode", bool]]:
    """Yield each shown node on entering it, and each element again on leaving it."""
    if root is None:
        return
    contexts = {"content": 0, "heading": 0}
    todo = [(root, True)]
    while todo:
        node, entering = todo.pop()
        if node.is_text_node:
            yield node, True
            continue
        tag = node.tag or ""
        if entering:
            if not _is_shown(node, tag, contexts, everything=everything):
                continue
            todo.append((node, False))
            todo.extend((child, True) for child in reversed(list(node.iter(include_text=True))))
        step = 1 if entering else -1
        contexts["content"] += step * (tag in _CONTENT)
        contexts["heading"] += step * (tag in HEADINGS)
        yield node, entering


def _is_shown(node: "LexborNode", tag: str, contexts: dict[str, int], *, everything: bool) -> bool:
    if tag in _NEVER_SHOWN:
        return everything and tag == "noscript"
    if everything or tag in {"html", "body"}:
        return True
    attributes = node.attributes
    if _is_hidden(tag, attributes):
        return False
    if tag == "button":  # the question of a list of questions that fold out
        return contexts["heading"] > 0
    if tag == "a" and contexts["heading"]:
        return collapse(node.text()) not in _ANCHORS
    return not _is_furniture(node, tag, attributes, contexts)


def _is_furniture(
    node: "LexborNode",
    tag: str,
    attributes: dict[str, str | None],
    contexts: dict[str, int],
) -> bool:
    if tag == "nav" or attributes.get("role") in _FURNITURE_ROLES:
        return True
    if contexts["content"]:
        return False
    return tag == "footer" or (tag == "header" and node.css_first("h1") is None)


def _is_hidden(tag: str, attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    if tag == "dialog" and "open" not in attributes:
        return True
    # On a block it marks what lies behind an open dialog.
    if attributes.get("aria-hidden") == "true" and tag not in BLOCKS:
        return True
    return bool(_INVISIBLE.search(attributes.get("style") or ""))
