"""Text as the terms that BM25 counts: words without case, accents, endings or full stops."""

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from index.spelling import join_acronyms, spelling_variants

_MAX_WORDS = 256  # of a question


class Terms:
    """Makes terms of texts and of questions."""

    def __init__(self) -> None:
        self._words = analyzer(stem=False)
        self._stems = analyzer(stem=True)

    def of_text(self, text: str) -> list[str]:
        """Return a text's terms in their order."""
        return self._stems.analyze(join_acronyms(text))

    def of_question(self, question: str) -> list[str]:
        """Return the terms of all spellings of each word of a question, each word taken once."""
        words = list(dict.fromkeys(self._words.analyze(join_acronyms(question))))[:_MAX_WORDS]
        return [
            term
            for word in words
            for term in dict.fromkeys(
                self._stems.analyze(" ".join([word, *spelling_variants(word)]))
            )
        ]


def analyzer(*, stem: bool) -> TextAnalyzer:
    """Return a tokenizer with filters: lower case, no accents and, if asked for, no endings."""
    builder = (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(80))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
    )
    return (builder.filter(Filter.stemmer("english")) if stem else builder).build()
