"""What the styles of a Word document say of a paragraph."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.loading.loaders.word.properties import W, is_on, number_of, value_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_BODY_LEVEL = 9  # of an outline: running text
_LONGEST_CHAIN = 50  # styles that are each based on the next


@dataclass(frozen=True, slots=True)
class Style:
    """A style of paragraphs, with what it takes from those that it is based on.

    Attributes:
        id: Its identifier, which is in the user's language.
        name: Its English name in lower case.
        outline: Level in the outline from 1 on; 0 for running text.
        list_id: Number of the list that its paragraphs belong to; 0 if to none.
        list_level: Level in the list, counted from 0; -1 if it isn't given.
        is_bold: Whether its text is set in bold.
    """

    id: str = ""
    name: str = ""
    outline: int = 0
    list_id: int = 0
    list_level: int = -1
    is_bold: bool = False


_NONE = Style()


class Styles:
    """The styles of a document."""

    def __init__(self, root: "Element | None") -> None:
        self._elements: dict[str, Element] = {}
        self._default = ""
        for style in root.iter(f"{W}style") if root is not None else ():
            if style.get(f"{W}type", "paragraph") == "paragraph":
                self._elements[style.get(f"{W}styleId", "")] = style
                if style.get(f"{W}default") in {"1", "true", "on"}:
                    self._default = style.get(f"{W}styleId", "")
        self._known: dict[str, Style] = {}

    def of(self, paragraph: "Element") -> Style:
        """Return the style of a paragraph."""
        given = value_of(paragraph.find(f"{W}pPr/{W}pStyle"))
        return self.get(given or self._default)

    def get(self, identifier: str) -> Style:
        """Return a style by its identifier."""
        if identifier not in self._known:
            self._known[identifier] = self._read(identifier)
        return self._known[identifier]

    def _read(self, identifier: str) -> Style:
        chain: list[Element] = []
        at = identifier
        while at in self._elements and len(chain) < _LONGEST_CHAIN:
            chain.append(self._elements[at])
            at = value_of(chain[-1].find(f"{W}basedOn"))
        if not chain:
            return _NONE
        name = value_of(chain[0].find(f"{W}name")).lower()
        outline, list_id, list_level, is_bold = 0, 0, -1, False
        for element in reversed(chain):
            level = number_of(element.find(f"{W}pPr/{W}outlineLvl"))
            if level >= 0:
                outline = level + 1 if level < _BODY_LEVEL else 0
            list_id = number_of(element.find(f"{W}pPr/{W}numPr/{W}numId"), list_id)
            list_level = number_of(element.find(f"{W}pPr/{W}numPr/{W}ilvl"), list_level)
            bold = element.find(f"{W}rPr/{W}b")
            is_bold = is_bold if bold is None else is_on(bold)
        return Style(identifier, name, outline, list_id, list_level, is_bold)
