"""SQuAD files: articles as documents of a corpus, questions with the places of their answers."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa import Passage, ScoredSentence

BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Article:
    """An article: its paragraphs joined by blank lines."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question about an article.

    Attributes:
        text: The question.
        article: Title of the article.
        starts: Offsets of the answers in the article's text; none if it has no answer.
        answers: The answers' words.
    """

    text: str
    article: str
    starts: tuple[int, ...]
    answers: tuple[str, ...] = ()

    def is_answer(self, passage: Passage, sentence: ScoredSentence) -> bool:
        """Return whether the sentence holds the beginning of one of the answers."""
        return passage.document.name == self.article and any(
            sentence.start <= start < sentence.end for start in self.starts
        )


def read(path: Path) -> tuple[list[Article], list[Question]]:
    """Read a SQuAD file of either version, gzipped or not.

    Returns:
        The articles, and the questions in the file's order.
    """
    content = path.read_bytes()
    data = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)["data"]
    articles: list[Article] = []
    questions: list[Question] = []
    for entry in data:
        paragraphs = [paragraph["context"] for paragraph in entry["paragraphs"]]
        articles.append(Article(entry["title"], BETWEEN.join(paragraphs)))
        offset = 0
        for paragraph in entry["paragraphs"]:
            questions += _questions(paragraph["qas"], entry["title"], offset)
            offset += len(paragraph["context"]) + len(BETWEEN)
    return articles, questions


def _questions(entries: list[dict[str, Any]], article: str, offset: int) -> Iterator[Question]:
    for entry in entries:
        answers = entry["answers"]
        starts = sorted({offset + answer["answer_start"] for answer in answers})
        texts = tuple(dict.fromkeys(answer["text"] for answer in answers))
        yield Question(entry["question"], article, tuple(starts), texts)
