"""HTML: the text of a page as a browser shows it, without its furniture."""

import re
from collections import Counter
from typing import TYPE_CHECKING

from index.documents import LoadedFile
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.html.blocks import Blocks
from index.loading.loaders.html.main_text import take_off_furniture
from index.loading.loaders.html.nesting import flatten
from index.loading.loaders.html.pieces import Piece, emit
from index.loading.loaders.html.tree import Element, shown
from index.loading.loaders.html.xhtml import as_html
from index.loading.loaders.left_out import named
from index.loading.loaders.text import clean, decode
from index.loading.loaders.titles import real_title

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_DECLARED = re.compile(rb"\s*<\?xml\b[^<>]*?\bencoding\s*=\s*[\"']([\w.:-]+)", re.I)
_META_WITHIN = 4096  # bytes; browsers look at 1024, saved pages have comments before it
# Not UTF-16 or UTF-7: the declaration could be read, so they are mistaken or malicious.
_DECLARABLE = re.compile(r"(windows|cp|iso|latin|koi8|big5|gb|hz|euc|shift|sjis|mac|tis)[\w.:-]*")
# Names that browsers take for a wider encoding.
_WIDER = {"iso-8859-1": "cp1252", "latin1": "cp1252", "iso-8859-9": "cp1254"}
_WIDER |= {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc-kr": "cp949"}


def load_html(data: bytes, name: str) -> LoadedFile:
    """Return the text of a web page.

    Left out: what a browser doesn't show, buttons, and what stands around the main text
    (navigation, banners, related links, header and footer), whose words are counted. What is typed
    or chosen in a form is its field. Items of a list begin with the number that a browser prints. A
    row of a table is one line with its cells joined by " | ", <pre> is kept as it is, <br> is a
    newline unless a sentence goes on behind it. The text of a picture stands where the picture
    does. A mail address or telephone number that a link leads to and doesn't show follows it in
    parentheses.
    """
    markup = decode_markup(data, name)
    tree = _parse(as_html(markup) if name.lower().endswith((".xhtml", ".xht")) else markup)
    builder = DocumentBuilder()
    left_out = _add(builder, tree, main_text=True)
    if not builder.blocks:
        # A page that is nothing but furniture, or is hidden until its script runs: better than
        # nothing.
        left_out = _add(builder, tree, everything=True)
    return LoadedFile(
        builder.text, _title(tree), "html", blocks=builder.blocks, left_out=named(left_out)
    )


def add_markup(builder: DocumentBuilder, markup: str, *, in_item: bool = False) -> Counter[str]:
    """Add what a browser shows of a piece of markup; return what isn't text in it, counted."""
    return _add(builder, _parse(markup), in_item=in_item)


def pieces_of(
    markup: str, notes: set[str], *, without: str = ""
) -> tuple[list[Piece], Counter[str]]:
    """Return what a browser shows of a page, and what isn't text in it, counted.

    Args:
        markup: The page.
        notes: Identifiers of notes that were referred to so far; those of this page are added.
        without: Elements of this name aren't taken.
    """
    tree = _parse(markup)
    if tree.root is None:
        return [], Counter()
    page = shown(tree.root)
    for element, entering in page.walk() if without else ():
        if entering and isinstance(element, Element):
            element.children = [
                child for child in element.children if getattr(child, "tag", "") != without
            ]
    blocks = Blocks(page, notes)
    return blocks.pieces, blocks.left_out


def html_title(markup: str) -> str:
    """Return the title of a piece of markup, or else its first heading."""
    return _title(_parse(markup))


def _add(
    builder: DocumentBuilder,
    tree: "LexborHTMLParser",
    *,
    everything: bool = False,
    main_text: bool = False,
    in_item: bool = False,
) -> Counter[str]:
    if tree.root is None:
        return Counter()
    page = shown(tree.root, everything=everything)
    around = take_off_furniture(page) if main_text else 0
    blocks = Blocks(page)
    emit(blocks.pieces, builder, in_item=in_item)
    blocks.left_out["word around the main text"] = around
    return blocks.left_out


def _parse(markup: str) -> "LexborHTMLParser":
    from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

    # With events, 100,000 <option> take a minute.
    return LexborHTMLParser(flatten(markup), options=LexborDocumentOptions.WO_EVENTS)


def decode_markup(data: bytes, name: str) -> str:
    """Return the characters of a page, in the encoding that it declares if that can be true."""
    return clean(_decode(data, name))


def _decode(data: bytes, name: str) -> str:
    match = _DECLARED.match(data[:_META_WITHIN]) or _META.search(data[:_META_WITHIN])
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
        if title := real_title(shown(node).text()):
            return title
    return ""
