"""Fields of a form with their values, and what readers typed on a page."""

from collections.abc import Callable, Sequence
from ctypes import c_ushort
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.loading.loaders.pdf.drawn import turned_box
from index.loading.loaders.pdf.lines import Line
from index.loading.loaders.text import clean

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_MOST_ANNOTATIONS = 5_000  # of a page; the longest forms have hundreds
_FARTHEST = 260.0  # points between a label and its field
_ABOVE = 22.0  # points; a label above its field
_CHECKED, _UNCHECKED = "☑ yes", "☐ no"


@dataclass(frozen=True, slots=True)
class Field:
    """A filled field of a form, or one to be ticked.

    Attributes:
        name: Its tooltip, or else its name.
        value: What is filled in, or whether it is ticked.
        box: Left, bottom, right and top of it.
        is_box: Whether it is one to be ticked, which mostly stands before its label.
    """

    name: str
    value: str
    box: tuple[float, float, float, float]
    is_box: bool = False

    def turned(self, quarter: int) -> "Field":
        """Return it on a page that is turned."""
        return Field(self.name, self.value, turned_box(self.box, quarter), self.is_box)

    def mirrored(self) -> "Field":
        """Return it on the mirror image of the page."""
        left, bottom, right, top = self.box
        return Field(self.name, self.value, (-right, bottom, -left, top), self.is_box)


def fields_and_notes(
    document: "PdfDocument", page: "PdfPage"
) -> tuple[list[Field], list[str], int]:
    """Return a page's fields, what is typed on it, and how many films, sounds and files it has."""
    from pypdfium2 import raw

    media_kinds = {
        raw.FPDF_ANNOT_SOUND,
        raw.FPDF_ANNOT_MOVIE,
        raw.FPDF_ANNOT_SCREEN,
        raw.FPDF_ANNOT_RICHMEDIA,
        raw.FPDF_ANNOT_THREED,
        raw.FPDF_ANNOT_FILEATTACHMENT,
    }
    silent = {raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_WIDGET}
    fields: list[Field] = []
    notes: list[str] = []
    media = 0
    for number in range(min(_MOST_ANNOTATIONS, raw.FPDFPage_GetAnnotCount(page))):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        try:
            kind = raw.FPDFAnnot_GetSubtype(annotation)
            if kind == raw.FPDF_ANNOT_WIDGET and document.formenv:
                if found := _field(document.formenv, annotation):
                    fields.append(found)
            elif kind not in silent:
                text = _one_line(_words(raw.FPDFAnnot_GetStringValue, annotation, b"Contents"))
                if text and text not in notes:
                    notes.append(text)
            media += kind in media_kinds
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
    return fields, notes, media


def _field(form: Any, annotation: Any) -> Field | None:  # noqa: ANN401 - handles
    from pypdfium2 import raw

    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    ticked = kind in {raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON}
    if ticked:
        checked = raw.FPDFAnnot_IsChecked(form, annotation)
        value = _CHECKED if checked else _UNCHECKED
    elif kind in {
        raw.FPDF_FORMFIELD_TEXTFIELD,
        raw.FPDF_FORMFIELD_COMBOBOX,
        raw.FPDF_FORMFIELD_LISTBOX,
    }:
        value = _words(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
        value = _shown_option(form, annotation, value) or value
    else:
        return None
    value = _one_line(value)
    if not value:
        return None
    box = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, box)
    name = _words(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation) or _words(
        raw.FPDFAnnot_GetFormFieldName, form, annotation
    )
    left, right = sorted((box.left, box.right))
    bottom, top = sorted((box.bottom, box.top))
    return Field(_one_line(name), value, (left, bottom, right, top), ticked)


def _shown_option(form: Any, annotation: Any, value: str) -> str:  # noqa: ANN401 - handles
    """Return what a list shows for the chosen option, whose stored value may be a code."""
    from pypdfium2 import raw

    count = min(500, raw.FPDFAnnot_GetOptionCount(form, annotation))
    chosen = [
        _words(raw.FPDFAnnot_GetOptionLabel, form, annotation, number)
        for number in range(count)
        if raw.FPDFAnnot_IsOptionSelected(form, annotation, number)
    ]
    return "" if value in chosen else ", ".join(chosen)


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _words(function: Callable[..., int], *arguments: Any) -> str:  # noqa: ANN401 - handles
    """Return what a function of PDFium writes in UTF-16."""
    size = function(*arguments, None, 0)
    if not 2 < size <= 2_000_000:
        return ""
    buffer = (c_ushort * (size // 2))()
    function(*arguments, buffer, size)
    return bytes(buffer)[:-2].decode("utf-16-le", "replace").rstrip("\0")


def labels_of(fields: Sequence[Field], lines: Sequence[Line]) -> list[int | None]:
    """Return for each field the index of the line that is its label; None if there is none.

    A label stands to the left of its field or above it, and that of a box to its right.
    """
    found: list[int | None] = []
    for field in fields:
        near = ((_distance(field, line), at) for at, line in enumerate(lines) if not line.turned)
        distance, at = min(near, default=(_FARTHEST, 0))
        found.append(at if distance < _FARTHEST else None)
    return found


def _distance(field: Field, line: Line) -> float:
    left, bottom, right, top = field.box
    beside = bottom - 0.5 * line.size <= line.baseline <= top + 0.2 * line.size
    if beside and field.is_box and line.left >= right - 2:
        return line.left - right
    if beside and line.right <= left + 2:
        return left - line.right + (30.0 if field.is_box else 0.0)
    above = 0 <= line.baseline - top < _ABOVE and line.left < right and line.right > left - 5
    if above and not field.is_box:
        return 40.0 + line.baseline - top + abs(line.left - left) / 2
    return _FARTHEST
