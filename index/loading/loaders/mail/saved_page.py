"""Web pages that browsers save in one file (MHTML): a message whose parts are the page's."""

import codecs
from dataclasses import replace

from index.documents import LoadedFile
from index.errors import UnreadableFile
from index.loading.loaders.html.loader import load_html
from index.loading.loaders.mail.message import parse
from index.loading.loaders.titles import real_title


def load_saved_page(data: bytes, name: str) -> LoadedFile:
    """Return the text of a page as `load_html` does; pages within it are left out, and named.

    Raises:
        UnreadableFile: There is no page in it.
    """
    mail = parse(data)
    pages = [body.text for body in mail.bodies if body.is_html]
    if not pages:
        raise UnreadableFile(
            f"{name} holds no web page. Save the page again in your browser, as HTML or PDF."
        )
    loaded = load_html(codecs.BOM_UTF8 + pages[0].encode(), name)
    within = len(pages) - 1
    left_out = (f"{within:,} page{'s' * (within > 1)} within the page",) if within else ()
    return replace(
        loaded,
        title=loaded.title or real_title(mail.subject),
        left_out=(*loaded.left_out, *left_out),
    )
