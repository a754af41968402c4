"""Pages of documents as they look, drawn from the files that a corpus keeps."""

import threading
from collections import OrderedDict
from collections.abc import Iterator

from index.arguments import of_kind
from index.corpus import Corpus
from index.documents import PagePicture
from index.errors import BadSetting
from index.loading.loaders.pdf.picture import plain
from index.loading.process import picture_of

_KEPT = 12  # pictures that are remembered, some 0.3 MB each: who looks at a page turns back to it
_LONGEST = 5_000  # characters that are marked
_known: OrderedDict[tuple[str, int, str, int], PagePicture] = OrderedDict()
_guard = threading.Lock()  # guards `_known`


def page_picture(
    corpus: Corpus, document_id: int, page: int, start: int = 0, end: int = 0
) -> PagePicture:
    """Return a page of a PDF as a picture, and where on it some of the document's text stands.

    The file is drawn by a process of its own, within limits on time, memory and pixels.

    Args:
        corpus: The corpus.
        document_id: The document.
        page: Which page, counted from 1.
        start: Offset of the first character to be marked.
        end: Offset after the last one; what of it stands on other pages is not marked.

    Raises:
        UnknownDocument: There is none of that id.
        OriginalNotKept: The corpus doesn't keep its file.
        BadSetting: The document is no PDF, or lacks the page.
        UserError: The page can't be drawn, or takes too long or too much memory.
    """
    with corpus.snapshot() as state:
        document = state.document(document_id)
        starts = document.page_starts
        if document.format != "pdf":
            raise BadSetting(f"{document.name} is no PDF: its pages can't be shown.")
        if not 1 <= of_kind(page, "page", int) <= max(1, len(starts)):
            raise BadSetting(f"{document.name} has no page {page}; it has {len(starts):,}.")
        begin = starts[page - 1] if page > 1 else 0
        last = starts[page] if page < len(starts) else document.characters
        first = min(max(start, begin), last)
        words = state.text(document_id, first, min(end, last, first + _LONGEST))
        above = state.text(document_id, begin, first) if words else ""
        sha256, _ = corpus.original_of(document_id)
    before = plain(above).count(plain(words)) if plain(words) else 0
    key = (sha256, page, words, before)
    with _guard:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    data = b"".join(_parts(corpus, sha256))
    picture = picture_of(data, document.name, page, words, before)
    with _guard:
        _known[key] = picture
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return picture


def _parts(corpus: Corpus, sha256: str) -> Iterator[bytes]:
    number = 0
    while part := corpus.original_part(sha256, number):
        yield part
        number += 1
