"""The parts of a Word document, parsed, and what points from one to another."""

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from index.errors import FileTooLarge, UnreadableFile
from index.limits import UNPACKED, UNPACKED_TEXT

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
R = f"{{{_RELATIONS}}}"
# Strict Open XML is the same by other names
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", _RELATIONS.encode()),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
    (
        b"http://purl.oclc.org/ooxml/drawingml/",
        b"http://schemas.openxmlformats.org/drawingml/2006/",
    ),
)
_NAMESPACE = re.compile(rb"""(?<==["'])http://purl\.oclc\.org/ooxml/[\w/]+(?=["'])""")


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part points to.

    Attributes:
        kind: The last word of its type: `header`, `footnotes`, `image`, `chart`.
        target: Name of the part; empty if it is outside of the file.
    """

    kind: str
    target: str


class Package:
    """A Word document as its parts."""

    def __init__(self, data: bytes, name: str) -> None:
        """Open it.

        Raises:
            FileTooLarge: It would take gigabytes when uncompressed.
        """
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._name = name
        parts = self._archive.infolist()
        self.names = [part.filename for part in parts]
        largest = max((part.file_size for part in parts if _is_xml(part.filename)), default=0)
        if largest > UNPACKED_TEXT.most or sum(part.file_size for part in parts) > UNPACKED.most:
            raise FileTooLarge(
                f"{name} is small on disk but huge when uncompressed, so it isn't read. Split it, "
                "or save it again without images."
            )

    @cached_property
    def main(self) -> str:
        """Name of the part that holds the document."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument":
                return relation.target
        return "word/document.xml"

    def relations(self, part: str) -> dict[str, Relation]:
        """Return by its identifier what a part, or with "" the file, points to."""
        folder, base = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        found: dict[str, Relation] = {}
        for element in root if root is not None else ():
            target = element.get("Target", "")
            kind = element.get("Type", "").rpartition("/")[2]
            outside = element.get("TargetMode") == "External"
            path = "" if outside else posixpath.normpath(posixpath.join("/", folder, target))
            found[element.get("Id", "")] = Relation(kind, path.lstrip("/"))
        return found

    def related(self, part: str, kind: str) -> list[str]:
        """Return the names of the parts of a kind that a part points to."""
        return [found.target for found in self.relations(part).values() if found.kind == kind]

    def xml(self, part: str) -> "Element | None":
        """Return a part; None if there is none.

        Raises:
            UnreadableFile: It declares entities, which are for attacks and not for documents.
        """
        from docx.oxml import parse_xml

        try:
            data = self._archive.read(part)
        except KeyError:
            return None
        if not data.strip():
            return None
        root: Element = parse_xml(_NAMESPACE.sub(_transitional, data))
        if root.getroottree().docinfo.doctype:
            raise UnreadableFile(
                f"{self._name} holds a document type definition, which no word processor writes "
                "and which can hide text. Open it in Word or LibreOffice, save it again as .docx "
                "and add that file."
            )
        return root


def _is_xml(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


def _transitional(match: re.Match[bytes]) -> bytes:
    for strict, usual in _STRICT:
        if match[0].startswith(strict):
            return match[0].replace(strict, usual)
    return match[0]


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
