"""Plain text, and the source of a mail whose text is encoded so that nobody can read it."""

import re

from index.documents import LoadedFile
from index.loading.loaders.mail.loader import load_mail
from index.loading.loaders.text import clean, decode

_HEADER_LINE = re.compile(r"(?:From \S|[A-Za-z][A-Za-z-]{1,60}: ?\S)")
_ENCODED = re.compile(r"^content-transfer-encoding:\s*(base64|quoted-printable)\s*$", re.I | re.M)


def load_text(data: bytes, name: str) -> LoadedFile:
    """Return plain text exactly as it is, but for line ends and control characters.

    The source of a mail in base64 or quoted-printable is read as a mail.

    Raises:
        UnreadableFile: It is such a mail, without a text.
    """
    text = clean(decode(data, name))
    if _HEADER_LINE.match(text) and _ENCODED.search(text):
        return load_mail(text.encode(), name)
    return LoadedFile(text, "", "text")
