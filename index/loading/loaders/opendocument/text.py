"""Texts of OpenDocument: headings, lists with their numbers, tables, notes, boxes."""

from typing import TYPE_CHECKING

from index.documents import LoadedFile
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.left_out import named
from index.loading.loaders.opendocument.body import BodyReader
from index.loading.loaders.opendocument.inline import words_of
from index.loading.loaders.opendocument.names import OFFICE, STYLE, TEXT, open_document, title_of
from index.loading.loaders.opendocument.styles import Styles
from index.loading.loaders.text import collapse
from index.loading.loaders.titles import real_title

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MARGINS = tuple(
    f"{STYLE}{name}{which}" for name in ("header", "footer") for which in ("", "-left", "-first")
)


def load_odt(data: bytes, name: str) -> LoadedFile:
    """Return the text of a document of LibreOffice Writer.

    Tracked changes are taken as accepted. Numbers of headings and items are written before them. A
    note or comment follows the paragraph that refers to it; headers and footers of pages come last,
    each once. Hidden text and tables of contents are left out, and named.

    Raises:
        FileTooLarge: It would take gigabytes when uncompressed.
        UnreadableFile: It has a password, or holds a document type definition.
    """
    package = open_document(data, name, ".odt")
    content = package.xml("content.xml", keep_spaces=True)
    styles = package.xml("styles.xml", keep_spaces=True)
    body = None if content is None else content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        return LoadedFile("", "", "odt")
    builder = DocumentBuilder()
    reader = BodyReader(builder, Styles(styles, content), package)
    title = _title(body, reader)
    reader.left_out["tracked deletion"] = sum(1 for _ in body.iter(f"{TEXT}deletion"))
    reader.read(body)
    builder.end_heading(1)
    seen: set[str] = set()
    for margin in styles.iter(*_MARGINS) if styles is not None else ():
        words = words_of(margin)
        if words not in seen and any(map(str.isalpha, words)):
            builder.add_paragraph(words, "note")
        seen.add(words)
    return LoadedFile(
        builder.text,
        real_title(title_of(package)) or title,
        "odt",
        blocks=builder.blocks,
        left_out=named(reader.left_out),
    )


def _title(body: "Element", reader: BodyReader) -> str:
    """Return what is styled as the title, else the first heading of the first level; or ""."""
    heading = ""
    for element in body.iter(f"{TEXT}p", f"{TEXT}h"):
        if element.tag == f"{TEXT}p":
            if reader.is_title(element) and (title := real_title(collapse(words_of(element)))):
                reader.has_title = True
                return title
        elif not heading and element.get(f"{TEXT}outline-level", "1") == "1":
            heading = real_title(collapse(words_of(element)))
    return heading
