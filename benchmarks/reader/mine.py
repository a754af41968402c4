"""Write training groups: a question, the sentence that answers it, and sentences that don't.

    python -m benchmarks.reader.mine --data ../shared/data --out FOLDER

Wrong sentences are what Verbatim's search ranks high in the whole set (SQuAD and QED), and the rest
of the paragraph (reviews and comments have only this: their questions make no sense outside of
it). A sentence in which the answer's words stand is never taken for a wrong one. Each set makes one
file of JSON lines; a file that is there is not made again.
"""

import argparse
import gzip
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks import squad
from index import Corpus, NamedText, Sentence, Snapshot
from index.loading.sentences import split_sentences

_DEPTH = 24  # hits looked at for wrong sentences
_POOLED = {"squad", "qed"}  # questions that make sense among all documents
_KEPT = 12  # wrong sentences kept for each question
_progress = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with its neighbours; `answer` is the place of the answer in it, if it holds it."""

    text: str
    before: str
    after: str
    answer: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A question with its right sentences, and wrong ones, the most tempting first."""

    question: str
    right: list[Candidate]
    wrong: list[Candidate]


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the answers' places in a document of the corpus."""

    question: str
    document: str
    answers: list[tuple[int, int]]
    texts: list[str]


def read_squad(path: Path, *, by_paragraph: bool) -> tuple[dict[str, str], list[Example]]:
    """Return texts by name and examples, with articles or single paragraphs for documents."""
    articles = json.loads(gzip.decompress(path.read_bytes()))["data"]
    texts: dict[str, str] = {}
    examples = []
    for article in articles:
        offset = 0
        for number, paragraph in enumerate(article["paragraphs"]):
            name = f"{article['title']}/{number}" if by_paragraph else article["title"]
            texts[name] = squad.BETWEEN.join(filter(None, [texts.get(name), paragraph["context"]]))
            for entry in paragraph["qas"]:
                places = [
                    (offset + answer["answer_start"], answer["text"]) for answer in entry["answers"]
                ]
                examples.append(
                    Example(
                        entry["question"].strip(),
                        name,
                        [(start, start + len(text)) for start, text in places],
                        [text for _, text in places],
                    )
                )
            offset += 0 if by_paragraph else len(paragraph["context"]) + len(squad.BETWEEN)
    return texts, examples


def read_qed(path: Path) -> tuple[dict[str, str], list[Example]]:
    """Return texts by name and examples of QED: a paragraph is a document."""
    texts, examples = {}, []
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        entry = json.loads(line)
        name = str(entry["example_id"])
        texts[name] = entry["paragraph_text"]
        spans = [(start, end) for start, end in entry["answer_spans"]]
        examples.append(Example(entry["question_text"], name, spans, entry["answer_text"]))
    return texts, examples


def groups(
    texts: dict[str, str], examples: list[Example], state: Snapshot | None
) -> Iterator[Group]:
    """Yield a group for each example whose answer lies in one sentence.

    Args:
        texts: The documents by name.
        examples: The questions.
        state: A corpus that holds the documents, to take wrong sentences from all of them; without
            it they come from the question's own document.
    """
    sentences = {name: _split(text, number) for number, (name, text) in enumerate(texts.items())}
    names = list(texts)
    for example in track(examples, "Grouping", console=_progress):
        own = sentences[example.document]
        right = {s.number: _answer_in(s, example) for s in own if _answer_in(s, example)}
        if not right:
            continue
        near = [s for s in own if any(abs(s.number - number) <= 2 for number in right)]
        places = _search(state, example.question) if state else []
        found = [sentences[name][number - 1] for name, number in places] or own
        wrong = [
            sentence
            for sentence in _unique([*found[:_KEPT], *near, *found])
            if not _holds(sentence, example.texts)
            and not (names[sentence.document_id] == example.document and sentence.number in right)
        ]
        yield Group(
            example.question,
            [_candidate(own, number, answer) for number, answer in right.items()],
            [_candidate(sentences[names[s.document_id]], s.number, None) for s in wrong[:_KEPT]],
        )


def _split(text: str, document_id: int) -> list[Sentence]:
    return [
        Sentence(
            0,
            document_id,
            number,
            span.block,
            span.start,
            span.end,
            text[span.start : span.end],
        )
        for number, span in enumerate(split_sentences(text), 1)
    ]


def _search(state: Snapshot, question: str) -> Iterator[tuple[str, int]]:
    """Yield document name and sentence number of what Verbatim finds."""
    hits = state.search(question, limit=_DEPTH)
    found = state.sentences([hit.sentence_id for hit in hits])
    for hit in hits:
        sentence = found[hit.sentence_id]
        yield state.document(sentence.document_id).name, sentence.number


def _answer_in(sentence: Sentence, example: Example) -> tuple[int, int] | None:
    for start, end in example.answers:
        if sentence.start <= start and end <= sentence.end:
            return start - sentence.start, end - sentence.start
    return None


def _holds(sentence: Sentence, answers: Sequence[str]) -> bool:
    return any(
        re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", sentence.text, re.IGNORECASE)
        for answer in answers
    )


def _unique(sentences: Sequence[Sentence]) -> list[Sentence]:
    return list({(s.document_id, s.number): s for s in sentences}.values())


def _candidate(sentences: list[Sentence], number: int, answer: tuple[int, int] | None) -> Candidate:
    before = sentences[number - 2].text if number > 1 else ""
    after = sentences[number].text if number < len(sentences) else ""
    return Candidate(sentences[number - 1].text, before, after, answer)


def main() -> None:
    """Mine all training sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for the groups")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    shifts = options.data / "squadshifts"
    sets: dict[str, Callable[[], tuple[dict[str, str], list[Example]]]] = {
        "squad": lambda: read_squad(
            options.data / "squad" / "train-v1.1-subset.json.gz", by_paragraph=False
        ),
        "qed": lambda: read_qed(options.data / "qed" / "qed-train.jsonl.gz"),
        "reddit": lambda: read_squad(shifts / "reddit_v1.0.json.gz", by_paragraph=True),
        "amazon": lambda: read_squad(shifts / "amazon_reviews_v1.0.json.gz", by_paragraph=True),
    }
    for name, read in sets.items():
        target = options.out / f"{name}.jsonl"
        if target.exists():
            continue
        texts, examples = read()
        if name in _POOLED:
            with Corpus(options.out / f"{name}-corpus", create=True) as corpus:
                corpus.add_texts(NamedText(title, text, title) for title, text in texts.items())
                with corpus.snapshot() as state:
                    made = list(groups(texts, examples, state))
        else:
            made = list(groups(texts, examples, None))
        lines = [json.dumps(asdict(group), ensure_ascii=False) for group in made]
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
        _progress.print(f"{name}: {len(lines)} groups of {len(examples)} questions")


if __name__ == "__main__":
    main()
