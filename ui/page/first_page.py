"""What the page shows before the first question: where documents are dropped, and examples."""

from collections.abc import Sequence
from itertools import zip_longest

from index import Corpus, Document
from qa import suggest
from ui.page.offline import ExampleMessage
from ui.served import Served
from ui.translation.catalogue import ENGLISH, Words, words_of

_EXAMPLES = 4
_TOGETHER = 5  # documents whose names are counted together
_MOST = 20  # documents that are looked through, the newest first: their texts are read for it
_BEGINNING = 50  # sentences of each
_SEED_ARTICLE = "93605f25a932a7d29b55d938dd8165baca1c055ae3bbd603344e31aca9f298ad"  # SHA-256
_SEED_QUESTIONS = (
    "Which countries recognized Guaido?",
    "What did Jeremy Hunt say about Guaido?",
    "How high is inflation in Venezuela?",
    "How many people have died in the protests?",
)


def placeholder(documents: Sequence[Document], words: Words = ENGLISH) -> str:
    """Return what the empty conversation says, as Markdown."""
    # `ui/page/documents.js` opens the choice of files
    drop = (
        f'<button class="drop-here">{words.text("Drop your documents here")}'
        f"<span>{words.text('or choose files from this computer')}</span></button>"
    )
    if not documents:
        heading = words.text("Add a document first")
        about = words.text(
            "Then ask about it: you get its passages word for word, with their source."
        )
    else:
        heading = words.text("What would you like to know?")
        about = words.text(
            "You get the passages that answer best, word for word, with their source. To search "
            'exactly, write "exact words", -word, in:folder/, file:\\*.pdf, type:docx, '
            "after:2024-01, before:2024-06 or lang:de."
        )
    return f"## {heading}\n{about}\n\n{drop}"


def documents_of(served: Served) -> list[Document]:
    """Return the documents of all corpora."""
    return [document for corpus in served.corpora.values() for document in corpus.documents()]


def examples_of(served: Served, words: Words = ENGLISH) -> list[ExampleMessage]:
    """Return questions that the documents answer, of each corpus in turn."""
    offered = [examples(corpus, corpus.documents(), words) for corpus in served.corpora.values()]
    turns = (one for turn in zip_longest(*offered) for one in turn if one)
    return list({one["text"]: one for one in turns}.values())[:_EXAMPLES]


def examples(
    corpus: Corpus, documents: Sequence[Document], words: Words = ENGLISH
) -> list[ExampleMessage]:
    """Return questions that the documents answer: about what the newest of them name.

    Where they name little, older ones are looked at; and what can be asked of any document is
    there in the end, so that there are always some once there is a document.

    Args:
        corpus: Where the documents are.
        documents: All of them, the newest last.
        words: The texts of the page's language. Questions about what is in a document are in the
            document's: that is where they are searched.
    """
    newest = documents[::-1]
    offered: list[str] = []
    if any(document.sha256 == _SEED_ARTICLE for document in newest[:1]):
        offered += _SEED_QUESTIONS
    with corpus.snapshot() as state:
        for first in range(0, min(len(newest), _MOST), _TOGETHER):
            if len(offered) >= _EXAMPLES:
                break
            together = newest[first : first + _TOGETHER]
            texts = [
                sentence.text
                for document in together
                for sentence in state.sentences_of(document.id, 1, _BEGINNING)
            ]
            own = words_of(together[0].language)
            found = suggest(texts, known=" ".join(offered), count=_EXAMPLES)
            offered += [own.sentence(question) for question in found]
    if any(document.sha256 == _SEED_ARTICLE for document in documents):
        offered += _SEED_QUESTIONS
    if documents:
        one = len(documents) == 1
        about = words.text("What is this document about?")
        offered.append(about if one else words.text("Which documents are there?"))
    return [ExampleMessage(text=question) for question in list(dict.fromkeys(offered))[:_EXAMPLES]]
