"""PDFs with ruling lines, forms, notes and pictures, made as they are wanted."""

import re
from dataclasses import dataclass, field


@dataclass
class Sheet:
    """A page: lines `(x, y, size, text)`, some in bold, and what else is on it.

    Attributes:
        lines: In Helvetica.
        bold: In Helvetica bold; written after the others.
        ops: Further operators, such as `50 700 m 300 700 l S`.
        annotations: Dictionaries of annotations.
        size: Width and height in points.
        images: How many pictures of 100 points there are.
    """

    lines: list = field(default_factory=list)
    bold: list = field(default_factory=list)
    ops: list = field(default_factory=list)
    annotations: list = field(default_factory=list)
    size: tuple = (600, 800)
    images: int = 0
    rotate: int = 0


def grid(xs, ys):
    """Return the operators that draw a grid of lines at `xs` and `ys`."""
    vertical = [f"{x} {min(ys)} m {x} {max(ys)} l S" for x in xs]
    return vertical + [f"{min(xs)} {y} m {max(xs)} {y} l S" for y in ys]


def text_field(name, value, box, tooltip=""):
    """Return a filled text field of a form."""
    tip = f"/TU({tooltip})" if tooltip else ""
    rect = " ".join(map(str, box))
    return f"<</Type/Annot/Subtype/Widget/FT/Tx/T({name}){tip}/V({value})/Rect[{rect}]/F 4>>"


def check_box(name, box, *, checked):
    """Return a box to be ticked."""
    rect, state = " ".join(map(str, box)), "/Yes" if checked else "/Off"
    states = "/AP<</N<</Yes 4 0 R/Off 4 0 R>>>>"
    common = f"/Type/Annot/Subtype/Widget/FT/Btn/T({name})/Rect[{rect}]/F 4"
    return f"<<{common}/V{state}/AS{state}{states}>>"


def note(text, kind="Text", box=(400, 700, 420, 720)):
    """Return a note that a reader typed on the page."""
    return f"<</Type/Annot/Subtype/{kind}/Contents({text})/Rect[{' '.join(map(str, box))}]>>"


def pdf_of(*sheets, info="", catalog="", fonts=""):
    """Return a PDF of these pages, with further fonts for their operators."""
    objects = [
        "",  # the catalogue, when the fields are known
        "",  # the pages, likewise
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 0>>stream\n\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
        "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
        "/Length 1>>stream\nA\nendstream",
    ]
    kids, fields = [], []
    for sheet in sheets:
        shown = [*sheet.ops]
        shown += [f"q 100 0 0 100 {100 * n} 50 cm /I Do Q" for n in range(sheet.images)]
        for font, lines in (("F", sheet.lines), ("B", sheet.bold)):
            for x, y, size, text in lines:
                escaped = re.sub(r"([()\\])", r"\\\1", text)
                shown.append(f"BT /{font} {size} Tf {x} {y} Td ({escaped}) Tj ET")
        numbers = []
        for annotation in sheet.annotations:
            objects.append(annotation)
            numbers.append(f"{len(objects)} 0 R")
            if "/Widget" in annotation:
                fields.append(numbers[-1])
        content = "\n".join(shown)
        objects.append(f"<</Length {len(content.encode('cp1252'))}>>stream\n{content}\nendstream")
        width, height = sheet.size
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Rotate {sheet.rotate}"
            f"/Annots[{' '.join(numbers)}]/Contents {len(objects)} 0 R"
            f"/Resources<</Font<</F 3 0 R/B 5 0 R{fonts}>>/XObject<</I 6 0 R>>>>>>"
        )
        kids.append(f"{len(objects)} 0 R")
    form = f"/AcroForm<</Fields[{' '.join(fields)}]>>" if fields else ""
    objects[0] = f"<</Type/Catalog/Pages 2 0 R{form}{catalog}>>"
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    objects.append(f"<<{info}>>")
    return _written(objects, f"/Info {len(objects)} 0 R")


def _written(objects, more):
    written = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(written))
        written += f"{number} 0 obj{content}endobj\n".encode("cp1252")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"<</Size {size}/Root 1 0 R{more}>>"
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer{trailer}startxref\n{len(written)}"
    return written + f"{end}\n%%EOF".encode()


def unicode_pdf(*pages):
    """Return a PDF of pages of lines `(x, y, size, text)` of any script, as seen from the left.

    Letters are half as wide as high, and the font says what each code means, not how it looks.
    """
    used = sorted({ord(letter) >> 8 for page in pages for *_, text in page for letter in text})
    ranges = "\n".join(f"<{high:02x}00> <{high:02x}ff> <{high:02x}00>" for high in used)
    meaning = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(used)} beginbfrange\n"
        f"{ranges}\nendbfrange endcmap end end"
    )
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "",
        "<</Type/Font/Subtype/Type0/BaseFont/Any/Encoding/Identity-H/DescendantFonts[4 0 R]"
        "/ToUnicode 6 0 R>>",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/Any/CIDSystemInfo<</Registry(Adobe)"
        "/Ordering(Identity)/Supplement 0>>/FontDescriptor 5 0 R/DW 500>>",
        "<</Type/FontDescriptor/FontName/Any/Flags 4/FontBBox[0 -200 1000 800]/Ascent 800"
        "/Descent -200/CapHeight 700/ItalicAngle 0/StemV 80>>",
        f"<</Length {len(meaning)}>>stream\n{meaning}\nendstream",
    ]
    kids = []
    for page in pages:
        content = "\n".join(
            f"BT /F {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET"
            for x, y, size, text in page
        )
        objects.append(f"<</Length {len(content)}>>stream\n{content}\nendstream")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {len(objects)} 0 R"
            "/Resources<</Font<</F 3 0 R>>>>>>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    return _written(objects, "")
