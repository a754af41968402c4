"""Mail, a message or a mailbox: header fields, then the text, with quotes told from what is new."""

import re
from collections import Counter

from index.documents import Attachment, LoadedFile
from index.errors import UnreadableFile
from index.limits import CHARACTERS
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.html.loader import add_markup
from index.loading.loaders.left_out import named
from index.loading.loaders.mail.body import add_html, add_plain
from index.loading.loaders.mail.message import Body, Mail, parse, split_mailbox
from index.loading.loaders.titles import choose_title, real_title

_PLAIN_ENOUGH = 0.5  # words of the plain text to those of HTML, below which it is a stub
_APPLE = re.compile(rb"\s*\d{1,12}[ \t]*\r?\n(?=[A-Za-z-]+:)")  # the length, before a message


def load_mail(data: bytes, name: str) -> LoadedFile:
    """Return the text of a message.

    Its header fields are fields. HTML is read where the plain text says nothing, or much less. What
    the message quotes is told from what is new in it: it stands under the line that says who wrote
    it when.

    Raises:
        UnreadableFile: There is neither a sender, a subject nor a text.
    """
    return loaded_mail(parse(data[match.end() :] if (match := _APPLE.match(data)) else data), name)


def loaded_mail(mail: Mail, name: str) -> LoadedFile:
    """Return the text of a message that was taken apart, as `load_mail` does."""
    if not mail.fields and not any(body.text.strip() for body in mail.bodies):
        raise UnreadableFile(
            f"{name} holds no message. Save the mail again in your mail program and add that file."
        )
    builder = DocumentBuilder()
    add_mail(builder, mail)
    return LoadedFile(
        builder.text,
        real_title(mail.subject) or real_title(mail.sender),
        "mail",
        blocks=builder.blocks,
        left_out=named(mail.left_out),
        attached=tuple(mail.attached),
    )


def load_mailbox(data: bytes, name: str) -> LoadedFile:
    """Return the text of the messages in a mailbox, each under its subject, as `load_mail` does.

    Raises:
        UnreadableFile: There is no message in it.
    """
    builder = DocumentBuilder()
    left_out: Counter[str] = Counter()
    attached: list[Attachment] = []
    for message in split_mailbox(data):
        mail = parse(message)
        builder.end_heading(1)
        builder.add_heading(mail.subject or "(no subject)", 1)
        add_mail(builder, mail, above=1)
        left_out += mail.left_out
        attached += mail.attached
        if builder.length > CHARACTERS.most:  # refused by whoever asked for it
            break
    if not builder.blocks:
        raise UnreadableFile(
            f"{name} holds no messages. Export the mailbox again in your mail program, or save the "
            "messages as .eml."
        )
    return LoadedFile(
        builder.text,
        choose_title("", "", name),
        "mail",
        blocks=builder.blocks,
        left_out=named(left_out),
        attached=tuple(attached),
    )


def add_mail(builder: DocumentBuilder, mail: Mail, *, above: int = 0) -> None:
    """Add a message to a document; what isn't text in it is counted in the message.

    Args:
        builder: What puts the document together.
        mail: The message.
        above: Level of the heading that it stands under; 0 if there is none.
    """
    for label, value in mail.fields:
        if label != "Subject" or not above:
            builder.add_field(label, value)
    for body in _chosen(mail.bodies):
        if body.is_html:
            mail.left_out += add_html(builder, body.text, above=above)
        else:
            add_plain(builder, body.text, flowed=body.is_flowed, above=above)


def _chosen(bodies: list[Body]) -> list[Body]:
    """Return the plain texts, or those in HTML if the plain ones say much less."""
    plain = [body for body in bodies if not body.is_html]
    markup = [body for body in bodies if body.is_html]
    if not plain or not markup:
        return bodies
    rendered = DocumentBuilder()
    for body in markup:
        add_markup(rendered, body.text)
    words = sum(len(body.text.split()) for body in plain)
    return markup if words < _PLAIN_ENOUGH * len(rendered.text.split()) else plain
