"""The elements of a page that a browser shows, as objects of our own."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from index.loading.loaders.text import clean, collapse, names

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

HEADINGS: Final = names("h1 h2 h3 h4 h5 h6 summary dt")
BLOCKS: Final = HEADINGS | names(
    "address article aside blockquote body caption center dd details dialog dir div dl "
    "fieldset figcaption figure footer form header hgroup hr html legend li listing main menu "
    "nav ol optgroup p plaintext pre search section table tbody td tfoot th thead tr ul "
    "xmp"
)
# Of these nothing inside is taken, but they are named as left out, or have a value that is shown
LEAVES: Final = names("audio canvas embed iframe img input object select textarea video")
NOTHING_TYPED: Final = names("hidden submit button image reset password file range color")
_NEVER_SHOWN = names(
    "head script style noscript template svg map datalist meter progress annotation "
    "annotation-xml rp rt noframes"
)
_NOTES = names("footnote endnote rearnote note doc-footnote doc-endnote")
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_HIDDEN_IN_VAIN = BLOCKS | {"img"}
_ANCHORS = frozenset("¶#§")  # after a heading, shown while the mouse is over it


class Element:
    """An element that is shown.

    Attributes:
        tag: Its name.
        attributes: As they are written.
        children: What is in it: elements, and texts.
    """

    __slots__ = ("attributes", "children", "tag")

    def __init__(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Element | str] = []

    def get(self, name: str) -> str:
        """Return an attribute; "" if it isn't there."""
        return self.attributes.get(name) or ""

    def walk(self) -> "Iterator[tuple[Element | str, bool]]":
        """Yield what is in it and itself, elements on entering (True) and on leaving them."""
        yield self, True
        path: list[tuple[Element, Iterator[Element | str]]] = [(self, iter(self.children))]
        while path:
            element, children = path[-1]
            for child in children:
                yield child, True
                if isinstance(child, Element):
                    path.append((child, iter(child.children)))
                    break
            else:
                path.pop()
                yield element, False

    def text(self) -> str:
        """Return all text in it on one line."""
        return collapse("".join(node for node, _ in self.walk() if isinstance(node, str)))


def shown(root: "LexborNode", *, everything: bool = False) -> Element:
    """Return the elements that a browser shows.

    Args:
        root: The element to begin with.
        everything: Also what is hidden until a script runs.
    """
    top = Element(root.tag or "", {})
    headings = 0
    todo: list[tuple[LexborNode, Element | None]] = [(root, top)]
    path: list[Element] = []
    while todo:
        node, made = todo.pop()
        if made is None:
            headings -= path.pop().tag in HEADINGS
            continue
        path.append(made)
        headings += made.tag in HEADINGS
        todo.append((node, None))
        below: list[tuple[LexborNode, Element | None]] = []
        for child in node.iter(include_text=True):
            if child.is_text_node:
                text = child.text_content or ""
                if not (text.isascii() and text.isprintable()):  # most are, and need no care
                    text = clean(text).replace("\xad", "")
                made.children.append(text)
                continue
            element = _element(child, everything=everything, in_heading=headings > 0)
            if element is not None:
                made.children.append(element)
                if element.tag not in LEAVES or element.tag in {"select", "textarea"}:
                    below.append((child, element))
        todo.extend(reversed(below))
    return top


def _element(node: "LexborNode", *, everything: bool, in_heading: bool) -> Element | None:
    tag = node.tag or ""
    if tag in _NEVER_SHOWN and not (everything and tag == "noscript"):
        return None
    element = Element(tag, node.attributes)
    if everything:
        return element
    if _is_hidden(element) or (tag == "button" and not in_heading):
        return None  # but the question of a list of questions that fold out is a button
    if tag == "a" and in_heading and collapse(node.text()) in _ANCHORS:
        return None
    return element


def _is_hidden(element: Element) -> bool:
    attributes = element.attributes
    if not attributes:
        return element.tag == "dialog"
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    if element.tag == "dialog" and "open" not in attributes:
        return True
    # On a block it marks what lies behind an open dialog, on a picture that its text is elsewhere.
    if attributes.get("aria-hidden") == "true" and element.tag not in _HIDDEN_IN_VAIN:
        return True
    style = attributes.get("style")
    return bool(style and _INVISIBLE.search(style))


def is_filled_in(element: Element) -> bool:
    """Tell whether it is a control of a form in which something is typed or chosen."""
    if element.tag == "input":
        kind = element.get("type").lower()
        if kind in {"checkbox", "radio"}:
            return "checked" in element.attributes
        return kind not in NOTHING_TYPED and bool(element.get("value").strip())
    return element.tag == "textarea" and bool(element.text())


def is_note(element: Element) -> bool:
    """Tell whether it says that it is a note, in the words of books or of accessibility."""
    if not element.attributes:
        return False
    kinds = f"{element.get('epub:type')} {element.get('role')}".split()
    return any(kind in _NOTES for kind in kinds)


def refers_to_note(element: Element) -> bool:
    """Tell whether it says that it leads to a note."""
    return "noteref" in element.get("epub:type").split() or element.get("role") == "doc-noteref"
