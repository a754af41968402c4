"""How much of what a question asks about the document of a sentence mentions anywhere."""

from index import Snapshot
from qa.words import content_stems, has_stem

# Characters from which a document is taken to mention everything: the longer it is, the less that
# tells. Novels of 800,000 have .86 of the words of others' sentences, their first 50,000 have .56
_LONGEST = 200_000
# Characters that are looked through for one question, of the documents of the best hits first:
# 35 ms. No document is looked through in part: what stands in the rest would be missed
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
        document = self._state.document(document_id)
        if document.characters > min(_LONGEST, self._left):
            return 1.0
        self._left -= document.characters
        text = self._state.text(document_id)
        folded = f"{document.title}\n{document.name}\n{text}".casefold()
        return sum(has_stem(folded, stem) for stem in self._stems) / len(self._stems)
