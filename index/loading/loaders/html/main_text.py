"""The main text of a page, without what stands around it: menus, headers, footers."""

from index.loading.loaders.html.tree import Element
from index.loading.loaders.text import names

_ROLES = names("navigation banner contentinfo search")
_CONTENT = names("article main section blockquote")


def take_off_furniture(page: Element) -> None:
    """Take navigation, and the header and footer of the page, out of it."""
    todo = [(page, False)]
    while todo:
        element, in_content = todo.pop()
        in_content |= element.tag in _CONTENT
        element.children = [
            child
            for child in element.children
            if isinstance(child, str) or not _is_furniture(child, in_content=in_content)
        ]
        todo.extend((c, in_content) for c in element.children if isinstance(c, Element))


def _is_furniture(element: Element, *, in_content: bool) -> bool:
    if element.tag == "nav" or element.get("role") in _ROLES:
        return True
    if in_content:
        return False
    return element.tag == "footer" or (element.tag == "header" and not _has_headline(element))


def _has_headline(element: Element) -> bool:
    return any(isinstance(node, Element) and node.tag == "h1" for node, _ in element.walk())
