"""Text as the terms that BM25 counts: words without case, accents, endings or full stops."""

import unicodedata

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from index.limits import QUESTION_WORDS
from index.search.spelling import join_acronyms, spelling_variants


class Terms:
    """Makes terms of texts and of questions."""

    def __init__(self) -> None:
        self._words = analyzer(stem=False)
        self._stems = analyzer(stem=True)

    def of_text(self, text: str) -> list[str]:
        """Return a text's terms in their order."""
        return self._stems.analyze(prepared(text))

    def of_question(self, question: str) -> list[str]:
        """Return the terms of all spellings of each word of a question, each word taken once."""
        words = list(dict.fromkeys(self._words.analyze(prepared(question))))[: QUESTION_WORDS.most]
        return [
            term
            for word in words
            for term in dict.fromkeys(
                self._stems.analyze(" ".join([word, *spelling_variants(word)]))
            )
        ]


def prepared(text: str) -> str:
    """Return a text for the tokenizer: letters and their accents as one, acronyms without stops.

    An accent that is a character of its own, as macOS writes it in names of files, and PDF files
    in texts, would cut the word in two.
    """
    return join_acronyms(unicodedata.normalize("NFC", text))


def analyzer(*, stem: bool) -> TextAnalyzer:
    """Return a tokenizer with filters: lower case, no accents and, if asked for, no endings."""
    builder = (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(80))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
    )
    return (builder.filter(Filter.stemmer("english")) if stem else builder).build()
