"""Which original files a browser may show rather than save, and as what.

Documents are untrusted, and what is shown is shown at the page's own address. So nothing is shown
as what could hold scripts there: a text is text, whatever markup stands in it. What a file is
called, or says of itself, decides nothing.
"""

import codecs
from typing import Final

# Formats that are plain text to a browser too, source code and markup among them
_TEXTS: Final = frozenset(
    {"asciidoc", "bibtex", "code", "csv", "json", "latex", "markdown", "org", "rst", "subtitles"}
    | {"text"}
)
# Formats whose files may be shown; their bytes have to agree. HTML, mails and e-books could run or
# fetch things, and files of Office no browser shows.
VIEWED: Final = _TEXTS | {"pdf", "image"}
_PICTURES: Final = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"BM": "image/bmp",
}
_PDF, _HEAD = "application/pdf", 1024  # bytes; where readers of PDF look for its mark
_NO_SCRIPT = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def viewed_as(format_: str, head: bytes) -> str | None:
    """Return the media type as which a browser may show a file; None if it may not.

    Args:
        format_: What the file was read as.
        head: The first bytes of the file, at least a thousand if it has as many.
    """
    if format_ == "pdf":
        return _PDF if b"%PDF-" in head[:_HEAD] else None
    if format_ == "image":
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return "image/webp"
        kinds = (kind for mark, kind in _PICTURES.items() if head.startswith(mark))
        return next(kinds, None)
    return _text(head) if format_ in _TEXTS else None


def viewing_headers(media_type: str) -> dict[str, str]:
    """Return the headers of a file that is shown: it may run nothing, and fetch nothing.

    A sandbox would keep browsers from showing a PDF at all. Theirs are shown by a program of the
    browser's own, in which scripts of a PDF reach neither the page nor its cookies.
    """
    policy = f"{_NO_SCRIPT}; object-src 'self'" if media_type == _PDF else f"{_NO_SCRIPT}; sandbox"
    return {"content-security-policy": policy, "x-content-type-options": "nosniff"}


def _text(head: bytes) -> str | None:
    """Return the media type of a text; None if it is none."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "text/plain; charset=utf-16"
    if b"\0" in head:
        return None
    try:  # the last character may go on in what follows
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "text/plain"  # the browser guesses, as it would for any text of that age
    return "text/plain; charset=utf-8"
