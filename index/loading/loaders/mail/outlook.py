"""Messages that Outlook saves (.msg)."""

import codecs
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from index.documents import Attachment, LoadedFile
from index.errors import UnreadableFile
from index.loading.loaders.mail.loader import loaded_mail
from index.loading.loaders.mail.message import (
    Body,
    Mail,
    as_file_name,
    decoded,
    unencoded,
)
from index.loading.loaders.text import clean, collapse

if TYPE_CHECKING:
    from oxmsg import Message
    from oxmsg.attachment import Attachment as OfOutlook

_DISPLAY_TO, _DISPLAY_CC, _DISPLAY_BCC = 0x0E04, 0x0E03, 0x0E02
_HTML, _RTF = 0x1013, 0x1009
_SHORT_NAME, _CONTENT_ID, _METHOD = 0x3704, 0x3712, 0x3705
_EMBEDDED = 5  # method of an attachment that is a message


def load_outlook(data: bytes, name: str) -> LoadedFile:
    """Return the text of a message that Outlook saved, as of one that was sent.

    Raises:
        UnreadableFile: It is damaged, or holds no message.
    """
    from oxmsg import Message

    _know_code_pages()
    try:
        message = Message.load(data)
        mail = _mail(message)
    except Exception as error:  # the library and olefile raise what comes
        raise UnreadableFile(
            f"{name} holds no message of Outlook, or is damaged. Save it again in Outlook, or as "
            ".eml, and add that file."
        ) from error
    return loaded_mail(mail, name)


@cache
def _know_code_pages() -> None:
    """Let Python know code pages by the names that the library has for them: `windows-950`."""

    def find(name: str) -> codecs.CodecInfo | None:
        match = re.fullmatch(r"windows[-_](\d{3,5})", name)
        try:
            return codecs.lookup(f"cp{match[1]}") if match else None
        except LookupError:
            return None

    codecs.register(find)


def _mail(message: "Message") -> Mail:
    mail = Mail()
    headers: dict[str, str] = {}
    with suppress(Exception):
        for key, value in message.message_headers.items():
            headers[key.lower()] = collapse(clean(unencoded(str(value))))
    given = {
        "From": headers.get("from") or _text(lambda: message.sender),
        "To": headers.get("to") or _string(message, _DISPLAY_TO),
        "Cc": headers.get("cc") or _string(message, _DISPLAY_CC),
        "Bcc": headers.get("bcc") or _string(message, _DISPLAY_BCC),
        "Date": headers.get("date") or _text(lambda: f"{message.sent_date:%Y-%m-%d %H:%M} UTC"),
        "Subject": _text(lambda: message.subject) or headers.get("subject", ""),
    }
    for label, value in given.items():
        if words := collapse(clean(value)):
            mail.fields.append((label, words))
    plain, markup = _text(lambda: message.body), _markup(message)
    if plain.strip():
        mail.bodies.append(Body(clean(plain)))
    if markup.strip():
        mail.bodies.append(Body(clean(markup), is_html=True))
    if not mail.bodies and _data(lambda: message.properties.binary_prop_value(_RTF)):
        mail.left_out["text in RTF"] += 1
    for attachment in message.attachments:
        _add_attachment(mail, attachment)
    return mail


def _markup(message: "Message") -> str:
    raw = _data(lambda: message.properties.binary_prop_value(_HTML))
    if not raw:
        return _text(lambda: message.html_body)
    return decoded(raw, _text(lambda: message.properties.body_encoding))


def _add_attachment(mail: Mail, attachment: "OfOutlook") -> None:
    properties = attachment.properties
    method = 0
    with suppress(Exception):
        method = properties.int_prop_value(_METHOD) or 0
    if method == _EMBEDDED:
        mail.left_out["attached message"] += 1
        return
    is_picture = _text(lambda: attachment.mime_type).startswith("image/")
    if is_picture and _text(lambda: properties.str_prop_value(_CONTENT_ID)):
        mail.left_out["picture"] += 1  # which the text shows
        return
    name = _text(lambda: attachment.file_name)
    name = name or _text(lambda: properties.str_prop_value(_SHORT_NAME))
    content = _data(lambda: attachment.file_bytes)
    mail.attached.append(Attachment(as_file_name(name) or "attachment", content))


def _string(message: "Message", number: int) -> str:
    return _text(lambda: message.properties.str_prop_value(number))


def _text(read: Callable[[], object]) -> str:
    """Return a property that is text; empty if there is none, or it is damaged."""
    with suppress(Exception):
        value = read()
        return value if isinstance(value, str) else ""
    return ""


def _data(read: Callable[[], object]) -> bytes:
    """Return a property that is bytes; empty if there is none, or it is damaged."""
    with suppress(Exception):
        value = read()
        return value if isinstance(value, bytes) else b""
    return b""
