"""What tests of splitting share: the seed article, and texts as their sentences and paragraphs."""

from pathlib import Path

from index.loading.sentences import split_sentences

SEED = Path(__file__).parents[2] / "seeds" / "000_d8f7b9f28557dd04.txt"


def sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


def paragraphs(text: str) -> list[list[str]]:
    grouped: list[list[str]] = []
    for span in split_sentences(text):
        if span.block == len(grouped):
            grouped.append([])
        grouped[span.block].append(text[span.start : span.end])
    return grouped
