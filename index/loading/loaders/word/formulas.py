"""Formulas of Word, which are stored as trees, written in a line: `(1+x)^n`, `∑_(k=0)^n a_k`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# What needs no brackets where it is divided or raised: a name, a number, what has brackets
_WHOLE = re.compile(r"[-−+]?[\w.,!%°′∞^√]*|[(\[{|][^()\[\]{}|]*[)\]}|]")
_BRACKETS = ("(", "[", "{", "|")


def in_line(element: "Element", read: "Callable[[Element], str]") -> str:
    """Return a part of a formula as it is read in a line.

    Args:
        element: One of the kinds in `FORMULA`.
        read: Gives the text of what stands in it.
    """
    return _FORMS[element.tag](_Part(element, read))


@dataclass(frozen=True, slots=True)
class _Part:
    element: "Element"
    read: "Callable[[Element], str]"

    def of(self, name: str) -> str:
        part = self.element.find(M + name)
        return "" if part is None else self.read(part)

    def whole(self, name: str) -> str:
        """Return a part as one thing that may be divided or raised."""
        text = self.of(name)
        return text if _WHOLE.fullmatch(text) else f"({text})"

    def each(self, name: str) -> list[str]:
        return [self.read(part) for part in self.element.iterchildren(M + name)]

    def raised(self) -> str:
        below, above = self.whole("sub"), self.whole("sup")
        return (below and f"_{below}") + (above and f"^{above}")

    def sign(self, name: str, default: str) -> str:
        """Return a sign among the properties, empty where Word is told to print none."""
        found = self.element.find(f"{self.element.tag}Pr/{M}{name}")
        return default if found is None else found.get(f"{M}val", "")


def _all(part: _Part) -> str:
    before = part.element.getprevious()
    apart = " " if before is not None and before.tag == part.element.tag else ""
    return apart + "".join(map(part.read, part.element))


def _bracketed(part: _Part) -> str:
    inside = part.sign("sepChr", "|").join(part.each("e"))
    return part.sign("begChr", "(") + inside + part.sign("endChr", ")")


def _function(part: _Part) -> str:
    before = "" if part.element.getprevious() is None else " "
    argument = part.of("e")
    return before + part.of("fName") + ("" if argument.startswith(_BRACKETS) else " ") + argument


def _fraction(part: _Part) -> str:
    line = "¦" if part.sign("type", "bar") == "noBar" else "/"
    return part.whole("num") + line + part.whole("den")


def _matrix(part: _Part) -> str:
    rows = part.element.iterchildren(M + "mr")
    return "; ".join(" ".join(map(part.read, row.iterchildren(M + "e"))) for row in rows)


_FORMS: dict[str, Callable[[_Part], str]] = {
    M + "oMath": _all,
    M + "d": _bracketed,
    M + "func": _function,
    M + "f": _fraction,
    M + "m": _matrix,
    M + "eqArr": lambda part: "; ".join(part.each("e")),
    M + "nary": lambda part: f"{part.sign('chr', '∫')}{part.raised()} {part.of('e')}",
    M + "rad": lambda part: f"{part.of('deg')}√{part.whole('e')}",
    M + "acc": lambda part: part.of("e") + part.sign("chr", "\u0302"),
    M + "sPre": lambda part: f"{part.raised()} {part.of('e')}",
    M + "limLow": lambda part: f"{part.of('e')} {part.of('lim')}",
    M + "limUpp": lambda part: f"{part.of('e')} {part.of('lim')}",
    M + "sSub": lambda part: part.whole("e") + part.raised(),
    M + "sSup": lambda part: part.whole("e") + part.raised(),
    M + "sSubSup": lambda part: part.whole("e") + part.raised(),
}
FORMULA = frozenset(_FORMS)
