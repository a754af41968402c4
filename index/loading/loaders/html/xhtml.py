"""XHTML made ready for a parser of HTML, for which `<title/>` doesn't end what it begins."""

import html
import re

from index.loading.loaders.text import names

_EMPTY = re.compile(r"<([A-Za-z][\w:.-]*)((?:\s[^<>]*)?)/>")
_NEVER_CLOSED = names("area base br col embed hr img input link meta param source track wbr")
_BEGIN, _END = "<![CDATA[", "]]>"


def as_html(markup: str) -> str:
    """Return XHTML as HTML: elements without content are closed, marked sections are text."""
    before, *sections = markup.split(_BEGIN)
    parts = [before]
    for section in sections:
        inside, _, after = section.partition(_END)
        parts += [html.escape(inside, quote=False), after]
    return _EMPTY.sub(_closed, "".join(parts))


def _closed(match: re.Match[str]) -> str:
    if match[1].lower() in _NEVER_CLOSED:
        return match[0]
    return f"<{match[1]}{match[2]}></{match[1]}>"
