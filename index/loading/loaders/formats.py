"""Which loader reads a file: its content decides, then its suffix."""

import codecs
import io
import re
import zipfile
from collections.abc import Sequence
from typing import Final

from index.errors import EmptyDocument, UnreadableFile, UnsupportedFormat, UserError
from index.loading.loaders.text import is_binary, names

_SETTINGS = (".ini", ".cfg", ".conf", ".properties", ".toml", ".env")
_CODE = names(
    ".py .pyi .js .mjs .cjs .jsx .ts .tsx .vue .svelte .java .kt .kts .scala .groovy .c .h .cc "
    ".cpp .cxx .hh .hpp .cs .fs .vb .go .rs .swift .m .mm .dart .rb .php .pl .pm .lua .r .jl .hs "
    ".ml .ex .exs .erl .clj .lisp .el .sh .bash .zsh .fish .ps1 .bat .cmd .sql .graphql .proto "
    ".yaml .yml .xml .xsd .xsl .css .scss .sass .less .cmake .gradle .mk .tf .diff .patch"
)
IMAGES: Final = names(".png .jpg .jpeg .tif .tiff .bmp .webp")
_FORMATS: Final = {
    ".txt": "text",
    ".text": "text",
    ".log": "text",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".pdf": "pdf",
    ".docx": "docx",
    ".docm": "docx",
    ".dotx": "docx",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xltx": "xlsx",
    ".xls": "xls",
    ".xlt": "xls",
    ".pptx": "pptx",
    ".pptm": "pptx",
    ".ppsx": "pptx",
    ".potx": "pptx",
    ".rtf": "rtf",
    ".odt": "odt",
    ".ott": "odt",
    ".ods": "ods",
    ".ots": "ods",
    ".odp": "odp",
    ".otp": "odp",
    ".odg": "odp",
    ".epub": "epub",
    ".eml": "mail",
    ".emlx": "mail",
    ".mbox": "mailbox",
    ".mbx": "mailbox",
    ".msg": "outlook",
    ".ipynb": "notebook",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".geojson": "json",
    ".rst": "rst",
    ".rest": "rst",
    ".org": "org",
    ".adoc": "asciidoc",
    ".tex": "latex",
    ".latex": "latex",
    ".ltx": "latex",
    ".bib": "bibtex",
    ".asciidoc": "asciidoc",
    ".srt": "subtitles",
    ".vtt": "subtitles",
    ".ics": "calendar",
    ".ical": "calendar",
    ".vcf": "contacts",
    ".vcard": "contacts",
    **dict.fromkeys(IMAGES, "image"),
    # What people call settings are lines of labels with values
    **dict.fromkeys(_SETTINGS, "text"),
    **dict.fromkeys(_CODE, "code"),
}
SUFFIXES: Final = frozenset(_FORMATS)
FORMATS: Final = frozenset(_FORMATS.values())  # those that loaders say they read, and a few more

# What each is called in messages; of those that their content alone tells, also where the name of
# a file says otherwise
_NAMES: Final = {
    "text": "plain text",
    "csv": "CSV",
    "markdown": "Markdown",
    "html": "HTML",
    "mhtml": "saved web pages (.mhtml)",
    "pdf": "PDF",
    "docx": "Word (.docx)",
    "xlsx": "Excel (.xlsx)",
    "xls": "Excel before 2007 (.xls)",
    "pptx": "PowerPoint (.pptx)",
    "rtf": "RTF",
    "odt": "OpenDocument text (.odt)",
    "ods": "OpenDocument spreadsheet (.ods)",
    "odp": "OpenDocument presentation (.odp)",
    "epub": "EPUB",
    "mail": "mail (.eml, .mbox)",
    "outlook": "Outlook (.msg)",
    "notebook": "notebooks (.ipynb)",
    "json": "JSON",
    "rst": "reStructuredText",
    "org": "Org",
    "asciidoc": "AsciiDoc",
    "latex": "LaTeX",
    "bibtex": "BibTeX (.bib)",
    "subtitles": "subtitles (.srt, .vtt)",
    "calendar": "calendars (.ics)",
    "contacts": "contacts (.vcf)",
    "image": "images (.png, .jpg, .tif, .bmp, .webp)",
    "code": "source code",
}
# The part of an archive that tells that it is a file of Office, and the program that makes it
_OFFICE_PARTS: Final = {
    "docx": (re.compile(r"word/document\d*\.xml", re.I), "Word"),
    "xlsx": (re.compile(r"xl/workbook\d*\.xml", re.I), "Excel"),
    "pptx": (re.compile(r"ppt/presentation\d*\.xml", re.I), "PowerPoint"),
}
# By the last words of the media type that an archive of LibreOffice names
_OPEN_DOCUMENTS: Final = {
    "text": "odt",
    "spreadsheet": "ods",
    "presentation": "odp",
    "graphics": "odp",
}
_ARCHIVES: Final = frozenset({*_OFFICE_PARTS, *_OPEN_DOCUMENTS.values(), "epub"})
_TOLD_BY_CONTENT: Final = frozenset({*_ARCHIVES, "pdf", "outlook", "rtf"})

_OFFICE = names(".doc .dot .fodt .pages .wpd .wps")
_SLIDES = names(".ppt .pps .pot .fodp .fodg .key")
_SHEETS = names(".xlsb .fods .numbers")
_FLAT = {"text": ".fodt", "spreadsheet": ".fods", "presentation": ".fodp", "graphics": ".fodg"}
_OTHER_IMAGES = names(".gif .heic .heif .avif .jp2 .svg .psd")

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office before 2007, and encrypted files of any year
# The element that all of an XML file is in, with its names, of which LibreOffice writes 3,000 bytes
_ROOT = re.compile(
    rb"(?:\s|<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?>)*+<([A-Za-z][\w.:-]*)([^>]*)", re.S
)
_XML_HEAD = 16_384  # bytes
_SHEET_XML = b"urn:schemas-microsoft-com:office:spreadsheet"  # Excel 2002 and 2003
_WORD_XML = (
    b"http://schemas.microsoft.com/office/word/2003/wordml",
    b"http://schemas.microsoft.com/office/2006/xmlPackage",  # since 2007, all parts in one file
)
_MIME = re.compile(rb"mimetype=[\"']application/vnd\.oasis\.opendocument\.(\w+)")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_HTML = re.compile(rb"(?:\s|<\?xml[^>]*>|<!--.*?-->)*+<(?:!doctype\s+html|html)[\s>]", re.I | re.S)
_MAILBOX = re.compile(rb"From [^\r\n]{5,200}\d{4}\r?\n[A-Za-z][A-Za-z-]*:")
_OUTLOOK = "__properties_version1.0".encode("utf-16-le")  # a name in the file's directory
_HEAD = 1024  # bytes; where readers of PDF look for its mark


def detect(data: bytes, suffix: str, name: str) -> str:
    """Return what a file is read as: one of `FORMATS`.

    Args:
        data: The whole file.
        suffix: With its dot, in lower case.
        name: For messages.

    Raises:
        EmptyDocument: There is nothing but white space in it.
        UnsupportedFormat: No loader reads it.
        UnreadableFile: It is damaged, or not what its suffix says.
    """
    if not data.strip():
        raise EmptyDocument(f"{name} is empty. Check that it is the right file.")
    declared = _FORMATS.get(suffix, "")
    if kind := _told_by_content(data, declared, name):
        return kind
    if declared == "xls":
        return _detect_sheet(data, name)
    if declared in _TOLD_BY_CONTENT:
        raise UnreadableFile(_not_what_it_says(data[:_HEAD], declared, name))
    if declared:
        return declared
    if not suffix and _MAILBOX.match(data[:_HEAD]):  # those of Thunderbird have none
        return "mailbox"
    # README, LICENSE, notes: people name them without a suffix.
    if not suffix and not is_binary(data):
        return "text"
    raise UnsupportedFormat(_unsupported(suffix, name))


def _told_by_content(data: bytes, declared: str, name: str) -> str:
    """Return what the content of a file says that it is; empty if it says nothing."""
    head = data[:_HEAD]
    # "%PDF-" further down may also be a text about PDF.
    place = head.find(b"%PDF-")
    if place >= 0 and (declared == "pdf" or not head[:place].strip(b"\xef\xbb\xbf\0\t\r\n ")):
        return "pdf"
    if head.startswith(_ZIP):
        return _detect_in_archive(data, declared, name)
    if head.startswith(_OLE):
        return _detect_in_ole(data, declared, name)
    start = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(start):
        return "html"
    if kind := _told_by_root(data.removeprefix(b"\xef\xbb\xbf"), name):
        return kind
    return "rtf" if start.lstrip().startswith(b"{\\rtf") else ""


def _told_by_root(data: bytes, name: str) -> str:
    """Return what an XML file of a program of an office is; "" if it is none."""
    root = _ROOT.match(data[:_XML_HEAD]) if data[:_HEAD].lstrip()[:1] == b"<" else None
    if not root:
        return ""
    tag, attributes = root[1].rpartition(b":")[2], root[2]
    if tag == b"Workbook" and _SHEET_XML in attributes:
        return "xml2003"
    if tag in {b"wordDocument", b"package"} and any(one in attributes for one in _WORD_XML):
        raise UnsupportedFormat(_unsupported(".doc", name))
    kind = _MIME.search(attributes) if tag == b"document" else None
    if kind:
        raise UnsupportedFormat(_unsupported(_FLAT.get(kind[1].decode(), ".fodt"), name))
    return ""


def _detect_in_ole(data: bytes, declared: str, name: str) -> str:
    """Return what a file is that holds streams by their names, as those of Office before 2007."""
    if _OUTLOOK in data:
        return "outlook"
    if _stream("EncryptedPackage") in data:
        raise UnreadableFile(
            f"{name} has a password. Remove it in the program of Office that it was made with "
            "(File, Info, Protect) and save it again."
        )
    if any(_stream(f"{stream}\0") in data for stream in ("Workbook", "WORKBOOK", "Book", "BOOK")):
        others = (_stream("WordDocument"), _stream("PowerPoint Document"))
        # A text or presentation may hold a workbook, and the other way round
        if declared in {"xls", "xlsx"} or not any(other in data for other in others):
            return "xls"
    if declared in _TOLD_BY_CONTENT or declared == "xls":
        raise UnreadableFile(_not_what_it_says(data[:_HEAD], declared, name))
    suffix = ".ppt" if _stream("PowerPoint Document") in data else ".doc"
    raise UnsupportedFormat(_unsupported(suffix, name))


def _stream(name: str) -> bytes:
    return name.encode("utf-16-le")


def _detect_sheet(data: bytes, name: str) -> str:
    """Return what a file is that is called a workbook and isn't one of Excel 5 to 2003."""
    if data[:1] == b"\t" and data[1:2] in b"\0\2\4\10":  # one of Excel 2 to 4
        return "xls"
    if is_binary(data) and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableFile(_not_what_it_says(data[:_HEAD], "xls", name))
    return "csv"  # which programs call a workbook, so that Excel opens it


def _detect_in_archive(data: bytes, declared: str, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.namelist()
            kind = _open_document(archive) or declared
    except Exception as error:  # zipfile raises far more than BadZipFile on a damaged file
        if declared not in _ARCHIVES:
            raise UnsupportedFormat(_unsupported(".zip", name)) from error
        raise UnreadableFile(
            f"{name} is damaged or incomplete. Get it again from where it came from, or save it "
            "again in the program it was made with."
        ) from error
    plain = [part.replace("\\", "/").lstrip("/") for part in parts]
    for office, (main, _) in _OFFICE_PARTS.items():
        if any(map(main.fullmatch, plain)):
            return office
    if "META-INF/container.xml" in parts and any(part.endswith(".opf") for part in parts):
        return "epub"
    if "content.xml" in parts and kind in _OPEN_DOCUMENTS.values():
        return kind
    raise _not_in_archive(plain, declared, name)


def _not_in_archive(parts: Sequence[str], declared: str, name: str) -> UserError:
    """Return why an archive isn't read."""
    if declared == "docx":
        return UnreadableFile(f"{name} does not contain a Word document. Save it again as .docx.")
    if declared == "epub":
        return UnreadableFile(f"{name} isn't a whole EPUB. Get it again from where it came from.")
    if declared in _ARCHIVES:
        program = _OFFICE_PARTS[declared][1] if declared in _OFFICE_PARTS else "LibreOffice"
        return UnreadableFile(
            f"{name} does not contain what {program} writes. Save it again as .{declared}."
        )
    suffix = ".xlsb" if "xl/workbook.bin" in parts else ".zip"
    return UnsupportedFormat(_unsupported(suffix, name))


def _open_document(archive: zipfile.ZipFile) -> str:
    """Return which format of OpenDocument an archive says it is; "" if it says nothing."""
    if "mimetype" not in archive.namelist():
        return ""
    with archive.open("mimetype") as part:
        named = re.match(rb"application/vnd\.oasis\.opendocument\.(\w+)", part.read(100).strip())
    return _OPEN_DOCUMENTS.get(named[1].decode(), "") if named else ""


def _not_what_it_says(head: bytes, declared: str, name: str) -> str:
    if declared in _OFFICE_PARTS and head.startswith(_OLE):
        program = _OFFICE_PARTS[declared][1]
        return (
            f"{name} has a password, or is in the format of {program} before 2007. Remove the "
            f"password in {program} (File, Info, Protect) and save it as .{declared}."
        )
    kind = _NAMES[declared].partition(" (")[0]
    return (
        f"{name} is damaged, or no {kind} file in spite of its name. Get it again from where it "
        "came from."
    )


def _unsupported(suffix: str, name: str) -> str:
    works = ", ".join(_NAMES.values())
    if suffix in _OFFICE:
        advice = "Open it in Word or LibreOffice and save it as .docx or .pdf."
    elif suffix in _SLIDES:
        advice = "Open it in PowerPoint or LibreOffice and save it as .pptx or .pdf."
    elif suffix in _SHEETS:
        advice = "Open it in Excel or LibreOffice and save it as .xlsx."
    elif suffix in _OTHER_IMAGES:
        advice = "Save it as .png or .jpg."
    elif suffix in {".zip", ".gz", ".tar", ".7z", ".rar"}:
        advice = "Unpack it and add the files in it."
    else:
        advice = "Save it in one of these formats; rename it to .txt if it is plain text."
    return f"{name} has an unsupported format (supported: {works}). {advice}"
