"""Names and properties of the XML of Word documents."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def is_on(element: "Element | None") -> bool:
    """Tell whether a property that is on or off is there and on."""
    return element is not None and element.get(f"{W}val", "true") not in {"0", "false", "off"}


def number_of(element: "Element | None", default: int = -1) -> int:
    """Return the value of a property that is a number."""
    try:
        return default if element is None else int(element.get(f"{W}val", ""))
    except ValueError:
        return default


def value_of(element: "Element | None") -> str:
    """Return the value of a property; "" if it isn't there."""
    return "" if element is None else element.get(f"{W}val", "")
