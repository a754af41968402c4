"""Measure where sentences are cut: `sentencex` alone, line by line, and `split_sentences`.

    python -m benchmarks.sentences --data FOLDER [--json]

FOLDER holds `golden-rules-en.json` (the golden rules of pySBD: a text and its sentences) and
`en_ewt-ud-dev.conllu.gz` (the development part of UD English EWT: web texts), or `*.conllu` files
of any treebanks of Universal Dependencies (`de_gsd-ud-test.conllu`): then those are measured, each
beside `sentencex` asked for the language that the file's name begins with. A boundary is the end
of a sentence; the end of a document, which nobody can miss, does not count. Where a treebank marks
no documents and no paragraphs, its sentences follow each other in one.
"""

import argparse
import gzip
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sentencex import get_sentence_boundaries

from index.loading.sentences import split_sentences

Splitter = Callable[[str], list[tuple[int, int]]]

_GOLDEN, _TREEBANK = "golden-rules-en.json", "en_ewt-ud-dev.conllu.gz"
_SEED = Path(__file__).parent.parent / "seeds" / "000_d8f7b9f28557dd04.txt"


@dataclass(frozen=True, slots=True)
class Row:
    """What one splitter reaches.

    Attributes:
        splitter: Its name.
        golden: Golden rules it passes: the sentences are exactly those expected.
        rules: How many golden rules there are.
        precision: Of its boundaries in EWT, the share that are right.
        recall: Of the boundaries of EWT, the share that it finds.
        f1: Their harmonic mean.
        wrapped_f1: The same when EWT is hard-wrapped at 72 columns, blank lines between paragraphs.
        article_ms: Milliseconds for the seed article.
        megabytes_per_second: Speed on EWT.
    """

    splitter: str
    golden: int
    rules: int
    precision: float
    recall: float
    f1: float
    wrapped_f1: float
    article_ms: float
    megabytes_per_second: float


@dataclass(frozen=True, slots=True)
class TreebankRow:
    """What `sentencex` and `split_sentences` reach on a treebank.

    Attributes:
        treebank: Its file.
        sentences: How many sentences it has.
        plain: Precision, recall and F1 of `sentencex` by line, in the treebank's language.
        ours: The same of `split_sentences`, which finds the language itself.
        characters_per_second: Speed of `split_sentences`, by the processor's time.
    """

    treebank: str
    sentences: int
    plain: tuple[float, float, float]
    ours: tuple[float, float, float]
    characters_per_second: float


@dataclass(frozen=True, slots=True)
class Document:
    """A text and the offsets at which its sentences end, the last one left out."""

    text: str
    ends: frozenset[int]


def ours(text: str) -> list[tuple[int, int]]:
    """Split as Verbatim does."""
    return [(span.start, span.end) for span in split_sentences(text)]


def plain(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Split each line with `sentencex`, and trim."""
    spans = []
    offset = 0
    for line in text.split("\n"):
        for boundary in get_sentence_boundaries(language, line) if line else []:
            start, end = boundary["start_index"], boundary["end_index"]
            sentence = line[start:end]
            if sentence.strip():
                left = len(sentence) - len(sentence.lstrip())
                spans.append((offset + start + left, offset + start + len(sentence.rstrip())))
        offset += len(line) + 1
    return spans


def read_treebank(path: Path) -> Iterator[list[list[str]]]:
    """Yield the documents of a CoNLL-U file: paragraphs of sentences, with the space after each."""
    document: list[list[str]] = []
    packed = path.read_bytes()
    content = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode()
    for block in content.strip().split("\n\n"):
        comments = [line for line in block.splitlines() if line.startswith("# ")]
        tokens = [line.split("\t") for line in block.splitlines() if line[0].isdigit()]
        text = next(line for line in comments if line.startswith("# text = "))[9:].strip()
        is_new = any(line.startswith("# newdoc") for line in comments)
        if is_new and document:
            yield document
            document = []
        if is_new or not document or any(line.startswith("# newpar") for line in comments):
            document.append([])
        # The last token may be part of a range such as `7-8`, or have an empty node behind it.
        last = [token[0] for token in tokens if "." not in token[0]][-1]
        ending = [token for token in tokens if token[0].split("-")[-1] == last]
        is_glued = any("SpaceAfter=No" in token[-1] for token in ending)
        document[-1].append(text if is_glued else text + " ")
    yield document


def join(document: list[list[str]], *, between: str = "\n", width: int = 0) -> Document:
    """Write a document's text, hard-wrapped if `width` is given, with the ends of its sentences."""
    text = ""
    ends = []
    for sentences in document:
        text += between if text else ""
        start = len(text)
        for sentence in sentences:
            text += sentence
            ends.append(len(text.rstrip()))
        text = text[:start] + (_hard_wrap(text[start:], width) if width else text[start:]).rstrip()
    return Document(text, frozenset(ends[:-1]))


def _hard_wrap(text: str, width: int) -> str:
    """Turn spaces into line breaks, one for one, so that every offset stays right."""
    wrapped = ""
    column = 0
    for word in text.split(" "):
        fits = column + 1 + len(word) <= width
        wrapped += (" " if fits else "\n") + word if column else word
        column = column + 1 + len(word) if fits and column else len(word)
    return wrapped


def score(splitter: Splitter, documents: list[Document]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of the boundaries inside documents."""
    right = found = wanted = 0
    for document in documents:
        ends = {end for _, end in splitter(document.text)} - {len(document.text)}
        right += len(ends & document.ends)
        found += len(ends)
        wanted += len(document.ends)
    return right / found, right / wanted, 2 * right / (found + wanted)


def measure(name: str, splitter: Splitter, data: Path) -> Row:
    """Measure one splitter on everything."""
    rules: list[dict[str, Any]] = json.loads((data / _GOLDEN).read_text("utf-8"))
    golden = [
        [rule["text"][start:end] for start, end in splitter(rule["text"])] == rule["sentences"]
        for rule in rules
    ]
    treebank = list(read_treebank(data / _TREEBANK))
    precision, recall, f1 = score(splitter, [join(document) for document in treebank])
    wrapped = [join(document, between="\n\n", width=72) for document in treebank]
    everything = "\n".join(join(document).text for document in treebank)
    return Row(
        splitter=name,
        golden=sum(golden),
        rules=len(rules),
        precision=precision,
        recall=recall,
        f1=f1,
        wrapped_f1=score(splitter, wrapped)[2],
        article_ms=_seconds(splitter, _SEED.read_text("utf-8")) * 1e3,
        megabytes_per_second=len(everything.encode()) / _seconds(splitter, everything) / 1e6,
    )


def measure_treebank(path: Path) -> TreebankRow:
    """Measure a treebank whose file's name begins with its language."""
    treebank = [join(document) for document in read_treebank(path)]
    language = path.name.split("_")[0]
    start = time.process_time()
    for document in treebank:
        split_sentences(document.text)
    seconds = time.process_time() - start
    return TreebankRow(
        treebank=path.name,
        sentences=sum(len(document.ends) + 1 for document in treebank),
        plain=score(partial(plain, language=language), treebank),
        ours=score(ours, treebank),
        characters_per_second=sum(len(document.text) for document in treebank) / seconds,
    )


def _seconds(splitter: Splitter, text: str) -> float:
    """Return the best of five runs."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        splitter(text)
        times.append(time.perf_counter() - start)
    return min(times)


def _print_treebanks(rows: list[TreebankRow], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
        return
    print(f"{'':28} {'sentences':>9} {'sentencex P':>12} {'R':>6} {'F1':>6}", end=" ")
    print(f"{'split P':>8} {'R':>6} {'F1':>6} {'characters/s':>13}")
    for row in rows:
        print(f"{row.treebank:28} {row.sentences:9}", end=" ")
        print(f"{row.plain[0]:12.4f} {row.plain[1]:.4f} {row.plain[2]:.4f}", end=" ")
        print(f"{row.ours[0]:8.4f} {row.ours[1]:.4f} {row.ours[2]:.4f}", end=" ")
        print(f"{row.characters_per_second:13,.0f}")


def main() -> int:
    """Print one table, or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the files")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    if treebanks := sorted(options.data.glob("*.conllu")):
        _print_treebanks([measure_treebank(path) for path in treebanks], as_json=options.json)
        return 0
    missing = [name for name in (_GOLDEN, _TREEBANK) if not (options.data / name).is_file()]
    if missing:
        missed = f"{', '.join(missing)}, nor any *.conllu"
        print(f"Not in {options.data}: {missed}", file=sys.stderr)
        return 1
    rows = [
        measure("sentencex by line", plain, options.data),
        measure("split_sentences", ours, options.data),
    ]
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
        return 0
    print(f"{'':18} {'golden':>7} {'EWT P':>7} {'R':>7} {'F1':>7} {'wrapped F1':>11}", end=" ")
    print(f"{'ms/article':>11} {'MB/s':>6}")
    for row in rows:
        print(f"{row.splitter:18} {f'{row.golden}/{row.rules}':>7} {row.precision:7.4f}", end=" ")
        print(f"{row.recall:7.4f} {row.f1:7.4f} {row.wrapped_f1:11.4f}", end=" ")
        print(f"{row.article_ms:11.2f} {row.megabytes_per_second:6.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
