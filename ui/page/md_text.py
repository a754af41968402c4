"""Any text as Markdown that shows exactly this text, and is no markup."""

import re

# Embeddings and overrides of the writing direction end at the first of these, isolates at the
# second, in the text or else at the end of its paragraph.
_POP_EMBEDDING, _POP_ISOLATE = "\u202c", "\u2069"
_CLOSERS = dict.fromkeys("\u202a\u202b\u202d\u202e", _POP_EMBEDDING) | dict.fromkeys(
    "\u2066\u2067\u2068", _POP_ISOLATE
)


def md_text(text: str) -> str:
    """Return Markdown that shows exactly this text, whatever stands in it.

    White space is shown as single spaces. The result may stand at the start of a line, between
    `**` and `**`, or in a link.
    """
    text = re.sub(r"\s+", " ", text).strip()
    text = text.replace("&", "&amp;")
    # Not backslashes: Gradio's parser mis-pairs an escaped backtick or bracket in bold and links.
    text = re.sub(r"([\\`*_\[\]{}|~#$!^<>=])", lambda match: f"&#{ord(match[1])};", text)
    text = re.sub(r"(?i)(https?|ftp|mailto|xmpp):", r"\1&#58;", text)
    text = re.sub(r"(?i)(www)\.", r"\1&#46;", text).replace("@", "&#64;")
    text = text.replace("//", "/&#47;")  # alone it makes an address in parsers that look for them
    text = re.sub(
        r"^([-+:]|\d{1,9}[.)])", lambda match: f"{match[1][:-1]}&#{ord(match[1][-1])};", text
    )
    return text + _missing_closers(text)


def _missing_closers(text: str) -> str:
    """Return what ends the changes of writing direction that a text begins but doesn't end.

    Without it a document could turn around the words that stand after its own.
    """
    pending: list[str] = []
    for character in text:
        if character in _CLOSERS:
            pending.append(_CLOSERS[character])
        elif character == _POP_EMBEDDING and pending[-1:] == [_POP_EMBEDDING]:
            pending.pop()
        elif character == _POP_ISOLATE and _POP_ISOLATE in pending:
            while pending.pop() != _POP_ISOLATE:
                pass
    return "".join(reversed(pending))
