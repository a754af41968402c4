"""How much is asked for, and shown, at most."""

from typing import Final

from index import LIMITS as OF_INDEX
from index import Limit

# For each, three sentences are searched for and fetched with their neighbours: ten million
# characters at the worst. Whoever wants more wants all sentences, and gets them by the documents.
PASSAGES: Final = Limit(
    "Passages from Python and on the command line", 1_000, "passages", "refused"
)
# A longer run says more than a person wants to read as an answer.
PASSAGE: Final = Limit("A passage", 3, "sentences", "the rest makes another passage")
# Each is searched and read by itself, one after another
CORPORA: Final = Limit("Corpora that are asked or served together", 20, "corpora", "refused")
# Each side; a page of a book has some twenty.
SURROUNDINGS: Final = Limit("Sentences around a passage", 100, "sentences", "refused")

# Each is a search and a reading, some 50 ms: ten thousand are a book.
CHECKED: Final = Limit(
    "Sentences of a text that is checked", 10_000, "sentences", "refused; check it in parts"
)

LIMITS: Final = (*OF_INDEX, PASSAGES, PASSAGE, CORPORA, SURROUNDINGS, CHECKED)
