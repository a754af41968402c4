"""The numbers that a browser prints before the items of a list."""

import re

from index.loading.loaders.html.tree import Element

_ROMAN = [
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
]
_STYLE = re.compile(r"list-style(?:-type)?\s*:[^;]*?\b(none|(?:lower|upper)-\w+)", re.I)
_STYLES = {"lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A"}
_STYLES |= {"lower-roman": "i", "upper-roman": "I", "none": ""}


class Numbering:
    """Counts the items of a list, as `start`, `type`, `reversed` and `value` say."""

    def __init__(self, element: Element) -> None:
        self._ordered = element.tag == "ol"
        self._type = element.get("type").strip() or "1"
        if style := _STYLE.search(element.get("style")):
            self._type = _STYLES.get(style[1].lower(), "1")
        self._step = -1 if "reversed" in element.attributes else 1
        items = sum(isinstance(c, Element) and c.tag == "li" for c in element.children)
        first = items if self._step < 0 else 1
        self._number = _number(element.get("start"), first)

    def next(self, item: Element) -> str:
        """Return what is printed before the next item, with a space; "" if it is no number."""
        if not self._ordered:
            return ""
        number = _number(item.get("value"), self._number)
        self._number = number + self._step
        written = _written(number, item.get("type").strip() or self._type)
        return f"{written}. " if written else ""


def _number(written: str, otherwise: int) -> int:
    match = re.fullmatch(r"\s*([+-]?\d{1,9})\s*", written, re.A)
    return int(match[1]) if match else otherwise


def _written(number: int, style: str) -> str:
    if not style:
        return ""
    if style in {"a", "A"} and number > 0:
        letters = ""
        while number > 0:
            number, letter = divmod(number - 1, 26)
            letters = chr(ord(style) + letter) + letters
        return letters
    if style in {"i", "I"} and 0 < number < 4000:
        roman = ""
        for value, sign in _ROMAN:
            roman += sign * (number // value)
            number %= value
        return roman if style == "i" else roman.upper()
    return str(number)
