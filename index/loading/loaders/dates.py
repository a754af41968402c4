"""The day that a file says itself that it is of: when a mail was sent, a page was published.

Of a PDF it is the day on which it was made, of an Office file the one on which it was last saved:
what was made first may be a template. Nothing is guessed from the words of the text.
"""

import io
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import Final

_HEAD = 200_000  # bytes of a file in which a header, a page's head or front matter stands
_PART = 1_000_000  # bytes of a part of an archive that says when it was saved: it has some hundred
_FIRST_YEAR = 1900
_DAY = re.compile(r"\s*(\d{4})-?(\d\d)-?(\d\d)(?!\d)|\s*(\d{4})/(\d{1,2})/(\d{1,2})(?!\d)")
_FRONT_MATTER = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:---|\+\+\+)[ \t]*\r?\n(.*?)\r?\n(?:---|\+\+\+)", re.S
)
_DATE_FIELD = re.compile(
    rb"^(?:date|published|updated)[ \t]*[:=][ \t]*['\"]?([^'\"\r\n]{8,40})", re.M | re.I
)
_META = re.compile(rb"<(?:meta|time)\b([^<>]{1,2000})>", re.I)
_ATTRIBUTE = re.compile(rb"([\w:-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_PUBLISHED = (
    b"article:published_time",
    b"datepublished",
    b"dc.date",
    b"dc.date.issued",
    b"dcterms.created",
    b"dcterms.issued",
    b"citation_publication_date",
    b"citation_date",
    b"date",
    b"pubdate",
)


def own_date(format_: str, data: bytes) -> str:
    """Return the day that a file says it is of, as in `2024-01-31`; empty if it says none.

    Args:
        format_: What it is read as.
        data: The file.
    """
    tell = _TELLERS.get(format_)
    if tell is None:
        return ""
    with suppress(Exception):  # whatever is wrong there, the text was read
        found = tell(data)
        # Of a clock that stood still, or that ran ahead, it is none
        if found and _FIRST_YEAR <= found.year <= datetime.now(UTC).year + 1:
            return found.isoformat()
    return ""


def _day(text: str) -> date | None:
    match = _DAY.match(text)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups() if part)
    return date(year, month, day)


def _of_mail(data: bytes) -> date | None:
    headers = BytesHeaderParser().parsebytes(data[:_HEAD])
    return parsedate_to_datetime(str(headers["Date"])).date() if headers["Date"] else None


def _of_apple_mail(data: bytes) -> date | None:
    # .emlx: the first line is the number of the message's bytes
    first, _, rest = data[:_HEAD].partition(b"\n")
    return _of_mail(rest if first.strip().isdigit() else data)


def _in_archive(*places: tuple[str, str]) -> Callable[[bytes], date | None]:
    """Return what looks for the first of some elements in parts of an archive."""

    def tell(data: bytes) -> date | None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.lower().lstrip("/"): name for name in archive.namelist()}
            for part, element in places:
                found = [name for name in names if re.fullmatch(part, name)]
                for name in found[:1]:
                    with archive.open(names[name]) as file:
                        content = file.read(_PART)
                    match = re.search(
                        rf"<{element}\b[^<>]{{0,500}}>([^<]{{8,40}})<".encode(), content
                    )
                    if match and (day := _day(match[1].decode(errors="replace"))):
                        return day
        return None

    return tell


def _of_pdf(data: bytes) -> date | None:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        for key in ("CreationDate", "ModDate"):
            if day := _day(document.get_metadata_value(key).removeprefix("D:")[:8]):
                return day
    finally:
        document.close()
    return None


def _of_page(data: bytes) -> date | None:
    found: dict[bytes, date] = {}
    for match in _META.finditer(data[:_HEAD]):
        attributes = {
            name.lower(): value or other or bare
            for name, value, other, bare in _ATTRIBUTE.findall(match[1])
        }
        names = (attributes.get(key, b"").lower() for key in (b"name", b"property", b"itemprop"))
        name = next(filter(None, names), b"")
        if match[0][:5].lower() == b"<time" and (b"pubdate" in match[1].lower()):
            name = b"pubdate"
        value = attributes.get(b"content") or attributes.get(b"datetime") or b""
        if name in _PUBLISHED and (day := _day(value.decode(errors="replace"))):
            found.setdefault(name, day)
    return next((found[name] for name in _PUBLISHED if name in found), None)


def _of_front_matter(data: bytes) -> date | None:
    front = _FRONT_MATTER.match(data[:_HEAD])
    field = _DATE_FIELD.search(front[1]) if front else None
    return _day(field[1].decode(errors="replace")) if field else None


_CORE = r"docprops/core\d*\.xml"
_OFFICE = _in_archive((_CORE, "dcterms:modified"), (_CORE, "dcterms:created"))
_OPEN_DOCUMENT = _in_archive((r"meta\.xml", "dc:date"), (r"meta\.xml", "meta:creation-date"))
_BOOK = _in_archive((r".*\.opf", "dc:date"))
_TELLERS: Final[dict[str, Callable[[bytes], date | None]]] = {
    "mail": _of_apple_mail,
    "docx": _OFFICE,
    "xlsx": _OFFICE,
    "pptx": _OFFICE,
    "odt": _OPEN_DOCUMENT,
    "ods": _OPEN_DOCUMENT,
    "odp": _OPEN_DOCUMENT,
    "epub": _BOOK,
    "pdf": _of_pdf,
    "html": _of_page,
    "markdown": _of_front_matter,
}
