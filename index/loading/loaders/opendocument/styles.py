"""Styles of OpenDocument: what a paragraph is, whether it is bold or hidden, how lists count."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.loading.loaders.opendocument.names import FO, STYLE, TEXT, number
from index.loading.loaders.word.numbering import plain_sign, written_number

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MOST_PARENTS = 20
_DEEPEST = 10  # levels of a list
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman",
          "I": "upperRoman", "": "none"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """How something is shown: in bold, hidden; None where its style doesn't say."""

    is_bold: bool | None = None
    is_hidden: bool | None = None


class Styles:
    """The styles of a document, those of its text and those that it only refers to."""

    def __init__(self, *roots: "Element | None") -> None:
        self._styles: dict[tuple[str, str], Element] = {}
        self._lists: dict[str, dict[int, Element]] = {}
        self.outline: dict[int, Element] = {}
        for root in roots:
            for style in root.iter(f"{STYLE}style") if root is not None else ():
                key = (style.get(f"{STYLE}family", ""), style.get(f"{STYLE}name", ""))
                self._styles[key] = style
            for style in root.iter(f"{TEXT}list-style") if root is not None else ():
                self._lists[style.get(f"{STYLE}name", "")] = _levels(style)
            for style in root.iter(f"{TEXT}outline-style") if root is not None else ():
                self.outline = _levels(style)

    def chain(self, family: str, name: str) -> "Iterator[Element]":
        """Yield a style and those that it is based on."""
        for _ in range(_MOST_PARENTS):
            style = self._styles.get((family, name))
            if style is None:
                return
            yield style
            name = style.get(f"{STYLE}parent-style-name", "")

    def names(self, name: str) -> list[str]:
        """Return the names of a paragraph's style and of those it is based on, in lower case."""
        found = [
            name,
            *(s.get(f"{STYLE}parent-style-name", "") for s in self.chain("paragraph", name)),
        ]
        return [one.replace("_20_", " ").lower() for one in found if one]

    def look(self, family: str, name: str) -> Look:
        """Return what a style says about how text is shown."""
        bold = hidden = None
        for style in self.chain(family, name):
            own = own_look(style)
            bold = own.is_bold if bold is None else bold
            hidden = own.is_hidden if hidden is None else hidden
        return Look(bold, hidden)

    def list_style(self, name: str) -> "dict[int, Element]":
        """Return the levels of a list's style, counted from 1; none if there is no such style."""
        return self._lists.get(name, {})

    def list_of(self, name: str) -> str:
        """Return the list style that a paragraph's style gives."""
        for style in self.chain("paragraph", name):
            if (found := style.get(f"{STYLE}list-style-name")) is not None:
                return str(found)
        return ""


def own_look(style: "Element") -> Look:
    """Return what a style itself says, without those that it is based on."""
    bold = hidden = None
    for properties in style.iterchildren(f"{STYLE}text-properties"):
        weight, display = properties.get(f"{FO}font-weight"), properties.get(f"{TEXT}display")
        if weight is not None:
            bold = weight == "bold" or (weight.isdecimal() and int(weight[:4]) > 500)
        if display is not None:
            hidden = display == "none"
    return Look(bold, hidden)


def _levels(style: "Element") -> "dict[int, Element]":
    return {number(level, f"{TEXT}level"): level for level in style}


class Numbers:
    """Counts the items of one list, or the headings."""

    def __init__(self) -> None:
        self._counts = [0] * (_DEEPEST + 1)

    def label(self, levels: "dict[int, Element]", level: int, start: int | None = None) -> str:
        """Return what is printed before the next item of a level; "" if nothing is.

        Args:
            levels: The style of the list.
            level: The item's, from 1 on.
            start: Its number, if it says so.
        """
        level = min(level, _DEEPEST)
        form = levels.get(level)
        self._counts[level + 1 :] = [0] * (_DEEPEST - level)
        if form is None:
            return ""
        if form.tag.endswith("bullet"):
            character = form.get(f"{TEXT}bullet-char", "\u2022")[:1]
            return plain_sign(character) if character.strip() else "\u2022"
        if form.tag.endswith("image"):
            return "\u2022"
        begin = number(form, f"{TEXT}start-value")
        self._counts[level] = start or (self._counts[level] + 1 if self._counts[level] else begin)
        if not form.get(f"{STYLE}num-format", "1"):
            return ""
        first = max(1, level + 1 - number(form, f"{TEXT}display-levels"))
        parts = []
        for at in range(first, level + 1):
            one = levels.get(at, form)
            kind = _FORMS.get(one.get(f"{STYLE}num-format", "1")[:1], "decimal")
            if kind != "none":
                parts.append(
                    written_number(self._counts[at] or number(one, f"{TEXT}start-value"), kind)
                )
        before, after = form.get(f"{STYLE}num-prefix", ""), form.get(f"{STYLE}num-suffix", "")
        return f"{before}{'.'.join(parts)}{after}".strip()
