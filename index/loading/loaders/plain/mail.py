"""Plain text, and the source of a mail whose text is encoded so that nobody can read it."""

import email
import email.policy
import re
from email.message import EmailMessage, MIMEPart

from index.documents import LoadedFile
from index.errors import UnreadableFile
from index.loading.loaders.html.loader import load_html
from index.loading.loaders.text import clean, collapse, decode
from index.loading.loaders.titles import real_title

_HEADER_LINE = re.compile(r"(?:From \S|[A-Za-z][A-Za-z-]{1,60}: ?\S)")
_ENCODED = re.compile(r"^content-transfer-encoding:\s*(base64|quoted-printable)\s*$", re.I | re.M)
_SHOWN = ("From", "To", "Cc", "Date", "Subject")


def load_text(data: bytes, name: str) -> LoadedFile:
    """Return plain text exactly as it is, but for line ends and control characters.

    A mail in base64 or quoted-printable is decoded: its sender, receivers, date and subject, and
    the text that it shows.

    Raises:
        UnreadableFile: It is such a mail, and can't be decoded.
    """
    text = clean(decode(data, name))
    if not _HEADER_LINE.match(text) or not _ENCODED.search(text):
        return LoadedFile(text, "", "text")
    # The parser wants bytes in which its signs are those of ASCII
    message = email.message_from_bytes(text.encode(), policy=email.policy.default)
    body = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
    if body is None:
        raise UnreadableFile(
            f"{name} is an encoded mail without a text that can be read. Save it as plain text or "
            "PDF in your mail program and add that file."
        )
    words = _body(body, name)
    heads = [f"{key}: {collapse(clean(str(message[key])))}" for key in _SHOWN if message[key]]
    attached = sum(1 for _ in message.iter_attachments())
    return LoadedFile(
        "\n".join(heads) + f"\n\n{words}",
        real_title(str(message["Subject"] or "")),
        "text",
        left_out=(f"{attached} attachment{'s' * (attached > 1)}",) if attached else (),
    )


def _body(body: MIMEPart, name: str) -> str:
    payload = body.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = body.get_content_charset() or "utf-8"
    try:
        text = data.decode(charset)
    except (LookupError, UnicodeError):
        text = decode(data, name)
    if body.get_content_type() == "text/html":
        return load_html(text.encode(), name).text
    return clean(text).strip()
