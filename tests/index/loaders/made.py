"""Files that the tests of loaders are about, made as they are wanted."""

import io
import re
from pathlib import Path

import docx
import odfdo
import openpyxl
import pptx
from openpyxl.comments import Comment

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "loaders"
SEED = ROOT / "seeds" / "000_d8f7b9f28557dd04.txt"
LONG = "A full line of the paragraph that reaches the right edge of the column here"
RTF = (
    rb"{\rtf1\ansi{\fonttbl{\f0\fcharset0 Arial;}}{\stylesheet{\s1 heading 1;}}\pard\s1 Keepers\par"
    rb"\pard It was built{\footnote\pard in 1820\par} of stone.\par{\listtext 1.\tab}Oil\par"
    rb"\trowd\cellx2000\cellx4000\pard\intbl Year\cell Visitors\cell\row\pard End \'e4\u8226?\par}"
)


def pdf_bytes(*pages, info=""):
    """Return a PDF with Helvetica lines `(x, y, size, text)` on each page."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for i, lines in enumerate(pages):
        escaped = [(x, y, size, re.sub(r"([()\\])", r"\\\1", text)) for x, y, size, text in lines]
        shown = "\n".join(f"BT /F {s} Tf {x} {y} Td ({t}) Tj ET" for x, y, s, t in escaped)
        page = "/Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>"
        objects.append(f"<<{page}/Contents {5 + 2 * i} 0 R>>")
        objects.append(f"<</Length {len(shown.encode('cp1252'))}>>stream\n{shown}\nendstream")
    objects.append(f"<<{info}>>")
    written = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(written))
        written += f"{number} 0 obj{content}endobj\n".encode("cp1252")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"<</Size {size}/Root 1 0 R/Info {len(objects)} 0 R>>"
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer{trailer}startxref\n{len(written)}"
    return written + f"{end}\n%%EOF".encode()


def text_lines(*texts, top=700.0, left=72.0, size=11, leading=13.0):
    return [(left, top - i * leading, size, text) for i, text in enumerate(texts)]


def docx_bytes(document):
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def filled(document, rows):
    """Add a table of these texts to a Word document, and return it."""
    table = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return table


def xlsx_bytes():
    """Return a workbook with a title, a table of three rows and a comment."""
    book = openpyxl.Workbook()
    for row in (["The lighthouse"], ["Year", "Visitors"], [1820, 12], [1987, 40_000]):
        book.active.append(row)
    book.active["B3"].comment = Comment("counted by hand", "Ida")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def pptx_bytes():
    """Return a presentation with a title, a list, a table and notes."""
    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text = "The lighthouse"
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "The lamp"
    slide.placeholders[1].text = "It burned oil"
    slide.shapes.add_table(2, 2, 0, 0, 999, 999).table.cell(0, 0).text = "Year"
    slide.notes_slide.notes_text_frame.text = "Show the picture."
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


def opendocument_bytes(kind):
    """Return a text, spreadsheet or presentation of LibreOffice about the lighthouse."""
    document = odfdo.Document({"odt": "text", "ods": "spreadsheet", "odp": "presentation"}[kind])
    document.body.clear()
    if kind == "odp":
        page = odfdo.DrawPage("page1")
        page.append(odfdo.Frame.text_frame(["The lighthouse"], presentation_class="title"))
        document.body.append(page)
    else:
        table = odfdo.Table("Lamp", width=2, height=2)
        table.set_values([["Year", "Visitors"], ["1987", 40_000]])
        if kind == "odt":
            document.body.append(odfdo.Header(1, "The lighthouse"))
            document.body.append(odfdo.List(["Oil", "Gas"]))
        document.body.append(table)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def lighthouse_document():
    """Return the golden article as a Word document."""
    document = docx.Document()
    for block in (GOLDEN / "lighthouse.txt").read_text(encoding="utf-8").rstrip().split("\n\n"):
        if " | " in block:
            rows = [row.split(" | ") for row in block.split("\n")]
            table = document.add_table(len(rows), len(rows[0]))
            for row, texts in zip(table.rows, rows, strict=True):
                for cell, text in zip(row.cells, texts, strict=True):
                    cell.text = text
        elif block.endswith("."):
            document.add_paragraph(block)
        elif ":" in block or " miles" in block:
            document.add_paragraph(block, style="List Bullet")
        else:
            document.add_heading(block, 1)
    return document


def lighthouse_markdown():
    """Return the golden article as a Markdown file with short lines."""
    text = (GOLDEN / "lighthouse.txt").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^(?=The lighthouse of Kerra$|The lamp$|Since 1987$)", "## ", text)
    text = re.sub(r"(?m)^(?=Height|Range|Keepers)", "- ", text)
    text = text.replace("Year | Visitors", "Year | Visitors\n--- | ---")
    return re.sub(r"(?<=\w{4}) (?=\w{5})(?!.*\|)(?<!^##)", "\n", text).replace("Anna", "**Anna**")
