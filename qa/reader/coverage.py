"""How much of what a question asks about the document of a sentence mentions anywhere."""

from index import Snapshot
from qa.words import content_stems, has_stem

# Characters of documents that are looked through for one question, those of the best hits first:
# some 15 ms. The documents after that are taken to mention everything, as long ones nearly do.
_MOST = 2_000_000


class Coverage:
    """Shares of a question's content words that documents have, each document looked at once.

    Everyday verbs and qualities don't count: texts have other words for them.
    """

    def __init__(self, state: Snapshot, question: str) -> None:
        """Take the words from the question."""
        self._state = state
        self._stems = content_stems(question, common=False)
        self._left = _MOST
        self._known: dict[int, float] = {}

    def of(self, document_id: int) -> float:
        """Return the share, from 0 to 1, of the words that the document has in any form.

        Its title and its name count as well; a question without such words is covered.
        """
        if not self._stems:
            return 1.0
        if document_id not in self._known:
            self._known[document_id] = self._look(document_id)
        return self._known[document_id]

    def _look(self, document_id: int) -> float:
        if self._left <= 0:
            return 1.0
        document = self._state.document(document_id)
        text = self._state.text(document_id, 0, self._left)
        self._left -= len(text)
        folded = f"{document.title}\n{document.name}\n{text}".casefold()
        return sum(has_stem(folded, stem) for stem in self._stems) / len(self._stems)
