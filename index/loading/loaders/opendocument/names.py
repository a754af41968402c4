"""Names of the XML of OpenDocument."""

from typing import TYPE_CHECKING, Final

from index.errors import UnreadableFile
from index.loading.loaders.office.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_BASE = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE: Final = f"{{{_BASE}office:1.0}}"
TEXT: Final = f"{{{_BASE}text:1.0}}"
TABLE: Final = f"{{{_BASE}table:1.0}}"
DRAW: Final = f"{{{_BASE}drawing:1.0}}"
STYLE: Final = f"{{{_BASE}style:1.0}}"
PRESENTATION: Final = f"{{{_BASE}presentation:1.0}}"
SVG: Final = f"{{{_BASE}svg-compatible:1.0}}"
FO: Final = f"{{{_BASE}xsl-fo-compatible:1.0}}"
CHART: Final = f"{{{_BASE}chart:1.0}}"
XLINK: Final = "{http://www.w3.org/1999/xlink}"
DC: Final = "{http://purl.org/dc/elements/1.1/}"

MOST_REPEATED: Final = 16_384  # columns; as in LibreOffice


def open_document(data: bytes, name: str, suffix: str) -> Package:
    """Return the parts of a document.

    Raises:
        FileTooLarge: It would take gigabytes when uncompressed.
        UnreadableFile: It has a password.
    """
    package = Package(data, name, suffix)
    manifest = package.xml("META-INF/manifest.xml")
    if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
        raise UnreadableFile(
            f"{name} has a password. Open it in LibreOffice, save it without one (File, Save As, "
            "Save with password) and add that file."
        )
    return package


def title_of(package: Package) -> str:
    """Return the title in the properties of a document; may be empty."""
    meta = package.xml("meta.xml")
    return "" if meta is None else (meta.findtext(f"{OFFICE}meta/{DC}title") or "")


def number(element: "Element", name: str, default: int = 1) -> int:
    """Return an attribute that is a number from 1 to a million."""
    value = element.get(name, "")
    return min(max(1, int(value)), 1_048_576) if value.isdecimal() and len(value) < 9 else default
