"""The formats of a workbook's cells, and numbers written in them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from index.loading.loaders.sheets.grid import SheetCell, ValueKind
from index.loading.loaders.sheets.number_formats import built_in, general, kind_of, shown
from index.loading.loaders.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MOST_STYLES = 65_536  # as Excel


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell is shown: the format of its number, and whether it is set in bold or in colour."""

    code: str = "General"
    is_bold: bool = False


class Styles:
    """The styles that the cells of a workbook refer to by their number."""

    def __init__(self, root: "Element | None", *, since_1904: bool) -> None:
        self._since_1904 = since_1904
        self._styles: list[Style] = []
        if root is None:
            return
        codes = {
            one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iter("{*}numFmt")
        }
        fonts = [font for group in root.iterchildren("{*}fonts") for font in group]
        bold = [_is_bold(font) for font in fonts]
        fills = [fill for group in root.iterchildren("{*}fills") for fill in group]
        coloured = [_is_coloured(fill) for fill in fills]
        for group in root.iterchildren("{*}cellXfs"):
            for one in group[:_MOST_STYLES]:
                number, font = one.get("numFmtId", "0"), one.get("fontId", "")
                code = codes.get(number) or built_in(int(number) if number.isdecimal() else 0)
                apart = _at(bold, font) or _at(coloured, one.get("fillId", ""))
                self._styles.append(Style(code, apart))

    def __getitem__(self, number: str) -> Style:
        """Return the style with a number; the usual one if there is none."""
        at = int(number) if number.isdecimal() and len(number) < 9 else 0
        return self._styles[at] if at < len(self._styles) else _USUAL

    def number(self, raw: str, style: Style) -> SheetCell | None:
        """Return the cell of a number as the file holds it; None if its format shows nothing."""
        try:
            value = float(raw)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            text = clean(raw).strip()
            return SheetCell(text, "text", style.is_bold) if text else None
        return number_cell(value, style, since_1904=self._since_1904)


def number_cell(value: float, style: Style, *, since_1904: bool) -> SheetCell | None:
    """Return the cell of a number in a style; None if its format shows nothing."""
    if style.code == "General":
        return SheetCell(general(value), "number", style.is_bold)
    text = clean(_shown(value, style.code, since_1904)).strip()
    kind = cast("ValueKind", kind_of(style.code))
    return SheetCell(text, kind, style.is_bold) if text else None


@lru_cache(maxsize=10_000)
def _shown(value: float, code: str, since_1904: bool) -> str:
    return shown(value, code, since_1904=since_1904)


def _at(values: Sequence[bool], number: str) -> bool:
    at = int(number) if number.isdecimal() and len(number) < 9 else len(values)
    return at < len(values) and values[at]


def _is_coloured(fill: "Element") -> bool:
    """Tell whether a ground is in a colour that isn't white."""
    for pattern in fill.iterchildren("{*}patternFill"):
        colours = list(pattern.iterchildren("{*}fgColor"))
        white = any(
            one.get("rgb", "").upper().endswith("FFFFFF") or one.get("theme", "") == "0"
            for one in colours
        )
        return pattern.get("patternType", "none") == "solid" and not white
    return False


def _is_bold(font: "Element") -> bool:
    for child in font.iterchildren("{*}b"):
        return child.get("val", "1") not in {"0", "false"}
    return False


_USUAL = Style()
