"""How much is taken at most, in one place: what is read, indexed, searched and kept as feedback.

The limits of a server are in `ui.limits`, which adds them to these. `verbatim limits` shows all.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that is taken of something.

    Attributes:
        what: Of what, in words.
        most: How much.
        unit: `bytes`, `characters` (Unicode code points), `seconds`, or what is counted.
        beyond: What becomes of more, and what to do then.
    """

    what: str
    most: int
    unit: str
    beyond: str

    @property
    def amount(self) -> str:
        """How much, in words: `100 MB`, `10,000 pages`."""
        for unit, factor in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
            if self.unit == "bytes" and self.most >= factor:
                return f"{self.most / factor:.4g} {unit}"
        return f"{self.most:,} {self.unit}"


_REFUSED = "refused, the others are read; split it"

FILE: Final = Limit("A file", 100_000_000, "bytes", f"{_REFUSED}, or save it without images")
# Images are stored as they are; it is the text that unfolds in memory.
UNPACKED_TEXT: Final = Limit(
    "Text of an Office file or EPUB, unpacked", 200_000_000, "bytes", _REFUSED
)
UNPACKED: Final = Limit(
    "An Office file or EPUB, unpacked",
    1_000_000_000,
    "bytes",
    f"{_REFUSED}, or save it without images",
)
PAGES: Final = Limit("Pages of a PDF", 10_000, "pages", _REFUSED)
# Five times the longest novels. Python takes up to four bytes for each, and it is held once where
# it is read and once where it is stored: 200 MB there at the worst.
CHARACTERS: Final = Limit("Text of a document", 50_000_000, "characters", _REFUSED)
# The Bible has 31,000, ten thousand pages of a PDF some 200,000; they take a core ten minutes to
# encode. What is known of each while it is stored, place and key, are some 300 bytes: 60 MB.
SENTENCES: Final = Limit("Sentences of a document", 200_000, "sentences", _REFUSED)
# A cell is some 200 bytes while its document is stored: 200 MB at the worst.
CELLS: Final = Limit("Table cells of a document", 1_000_000, "cells", _REFUSED)
ATTACHED: Final = Limit("Files attached to a file", 100, "files", "named, the others are read")
ATTACHED_DEPTH: Final = Limit(
    "Files attached to attached ones", 3, "levels", "named, the others are read"
)
# The default encoder reads 256 tokens: 98 % of pieces of SQuAD this long fit, 61 % of 1,200.
SENTENCE: Final = Limit("A sentence", 1_000, "characters", "cut after a clause or a word")
TITLE: Final = Limit("Title of a document", 200, "characters", "cut")
PICTURE: Final = Limit("The picture of a page", 2_500_000, "pixels", "drawn smaller")
# Unpacked it takes three bytes for each, and as many while it is turned upright
PIXELS: Final = Limit("An image", 100_000_000, "pixels", "refused; save it smaller")
PICTURE_TIME: Final = Limit("Drawing a page", 20, "seconds", "aborted; the text can be read")
READING_TIME: Final = Limit(
    "Reading a file, and each page that is a picture", 120, "seconds", "aborted; split it"
)
READING_MEMORY: Final = Limit(
    "Memory for reading a file", 3_000_000_000, "bytes", "aborted; split it"
)
# The encoder reads some 1,000 characters of it, the search for words the next limit.
QUESTION: Final = Limit("A question", 10_000, "characters", "the rest is ignored")
QUESTION_WORDS: Final = Limit(
    "Words of a question", 256, "different words", "the rest is searched by meaning only"
)
FEEDBACK_KEY: Final = Limit("Key of a verdict", 200, "characters", "refused")
FEEDBACK_TEXT: Final = Limit("A text kept with a verdict", 10_000, "characters", "refused")
FEEDBACK_PASSAGES: Final = Limit(
    "Passages kept with a verdict", 100, "passages", "the first are kept"
)

LIMITS: Final = (
    FILE,
    UNPACKED_TEXT,
    UNPACKED,
    PAGES,
    CHARACTERS,
    SENTENCES,
    CELLS,
    ATTACHED,
    ATTACHED_DEPTH,
    SENTENCE,
    TITLE,
    PICTURE,
    PIXELS,
    PICTURE_TIME,
    READING_TIME,
    READING_MEMORY,
    QUESTION,
    QUESTION_WORDS,
    FEEDBACK_KEY,
    FEEDBACK_TEXT,
    FEEDBACK_PASSAGES,
)
