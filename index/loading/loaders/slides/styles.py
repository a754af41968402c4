"""The bullets and numbers of lists on slides, which slides take over from layouts and masters."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.loading.loaders.office.drawings import A
from index.loading.loaders.word.numbering import plain_sign, written_number

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_DEEPEST = 9  # levels of a list
_BODY = frozenset({"body", "obj", "half", "quarter"})
_FORMS = {
    "arabic": "decimal", "alphaLc": "lowerLetter", "alphaUc": "upperLetter",
    "romanLc": "lowerRoman", "romanUc": "upperRoman",
}  # fmt: skip
_AROUND = {"ParenBoth": ("(", ")"), "ParenR": ("", ")"), "Plain": ("", ""), "Minus": ("- ", " -")}
_SIGN_FONTS = ("wingdings", "symbol", "webdings")


def kind_of(shape: "Element") -> str | None:
    """Return what a place on a slide is for, `body` if for anything; None of any other shape."""
    for placeholder in shape.iterfind(f"./*/{P}nvPr/{P}ph"):
        kind: str = placeholder.get("type", "obj")
        return kind
    return None


class ListStyles:
    """Tells which paragraphs have a bullet or number, and which."""

    def __init__(self, layout: "Element | None", master: "Element | None") -> None:
        self._layout = list(_places(layout))
        self._master = list(_places(master))
        self._body: Element | None = None
        if master is not None:
            self._body = master.find(f"{P}txStyles/{P}bodyStyle")

    def bullet(self, shape: "Element", paragraph: "Element", level: int) -> "Element | None":
        """Return the element that says how a paragraph begins: `buChar`, `buAutoNum`; or None.

        Args:
            shape: The shape that it is in.
            paragraph: The paragraph.
            level: Its level, counted from 0.
        """
        for properties in self._chain(shape, paragraph, level):
            for child in properties:
                name = child.tag.rpartition("}")[2]
                if name == "buNone":
                    return None
                if name in {"buChar", "buAutoNum", "buBlip"}:
                    return child
        return None

    def _chain(self, shape: "Element", paragraph: "Element", level: int) -> "Iterator[Element]":
        """Yield the properties that a paragraph has, those that win first."""
        yield from paragraph.iterfind(f"{A}pPr")
        name = f"{A}lvl{min(level, _DEEPEST - 1) + 1}pPr"
        yield from shape.iterfind(f"./*/{A}lstStyle/{name}")
        kind = kind_of(shape)
        if kind is None:
            return
        number = next((ph.get("idx", "") for ph in shape.iterfind(f"./*/{P}nvPr/{P}ph")), "")
        for place, other, at in self._layout:
            if at == number and (number or other == kind):
                yield from place.iterfind(f"./*/{A}lstStyle/{name}")
                kind = other if other != "obj" else kind
                break
        wanted = "body" if kind in _BODY else kind
        for place, other, _ in self._master:
            if other == wanted:
                yield from place.iterfind(f"./*/{A}lstStyle/{name}")
        if kind in _BODY and self._body is not None:
            yield from self._body.iterfind(name)


def _places(root: "Element | None") -> "Iterator[tuple[Element, str, str]]":
    """Yield the places of a layout or master: shape, kind, number."""
    for shape in root.iter(f"{P}sp") if root is not None else ():
        for placeholder in shape.iterfind(f"./*/{P}nvPr/{P}ph"):
            yield shape, placeholder.get("type", "obj"), placeholder.get("idx", "")


class Numbers:
    """Counts the numbered paragraphs of one shape."""

    def __init__(self) -> None:
        self._counts: dict[int, tuple[str, int]] = {}  # by level: the form, and the last number

    def label(self, bullet: "Element", level: int) -> str:
        """Return what is printed before the next paragraph."""
        for deeper in [at for at in self._counts if at > level]:
            del self._counts[deeper]
        if not bullet.tag.endswith("buAutoNum"):
            self._counts.pop(level, None)
            return _sign(bullet)
        form = bullet.get("type", "arabicPeriod")
        start = bullet.get("startAt", "1")
        before, last = self._counts.get(level, ("", 0))
        begin = int(start) if start.isdecimal() and len(start) < 6 else 1
        number = last + 1 if before == form + start else begin
        self._counts[level] = (form + start, number)
        kind = next((name for name in _FORMS if form.startswith(name)), "arabic")
        written = written_number(number, _FORMS[kind])
        around = next((signs for end, signs in _AROUND.items() if form.endswith(end)), ("", "."))
        return written.join(around)

    def end(self, level: int) -> None:
        """Let the numbers of a level begin anew: a paragraph without one came."""
        for at in [at for at in self._counts if at >= level]:
            del self._counts[at]


def _sign(bullet: "Element") -> str:
    character = bullet.get("char", "\u2022")[:1]
    font = bullet.getparent().find(f"{A}buFont")
    face = "" if font is None else font.get("typeface", "").lower()
    if face.startswith(_SIGN_FONTS) and character and ord(character) < 0x100:
        return plain_sign(chr(0xF000 + ord(character)))
    return plain_sign(character) if character.strip() else "\u2022"
