"""An encoder in 8-bit integers against sentence-transformers with the same model: speed, nearness.

python -m benchmarks.encoder.compare --data dev-v1.1.json.gz [--model all-MiniLM-L6-v2]

The same sentences go through all, in turns. Quality end to end: `benchmarks.retrieval --model`.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from benchmarks.encoder.convert import convert
from benchmarks.squad import read
from index import DEFAULT_MODEL, MINILM, minilm_folder
from index.encoding.corpus_model import new_encoder
from index.encoding.encoder import Vectors
from index.encoding.sentence_transformer import SentenceTransformerEncoder
from index.loading.sentences import split_sentences

Encode = Callable[[Sequence[str]], Vectors]
_PEER = "sentence-transformers, its own encode"


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a SQuAD file")
    parser.add_argument("--sentences", type=int, default=1000, help="how many, spread over it")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--model", choices=[DEFAULT_MODEL, MINILM], default=DEFAULT_MODEL)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        compare(options, _encoders(options.model, Path(scratch)))


def compare(options: argparse.Namespace, encoders: dict[str, Encode]) -> None:
    """Encode with all of them, and print what came of it."""
    sentences = _sentences(options.data, options.sentences)
    reference = encoders[_PEER](sentences)
    nearness = {}
    for name, encode in encoders.items():
        nearness[name] = np.sum(encode(sentences) * reference, axis=1)
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in encoders}
    for _ in range(options.rounds):
        for name, encode in encoders.items():
            spent[name].append(_time(encode, sentences))
    print(f"{len(sentences)} sentences, {options.rounds} rounds, medians")
    print("| encoder | sentences per CPU second | per second | ratio | cosine: mean, least |")
    print("|---|---|---|---|---|")
    base = statistics.median(cpu for cpu, _ in spent[_PEER])
    for name, times in spent.items():
        cpu, wall = (statistics.median(column) for column in zip(*times, strict=True))
        near = nearness[name]
        print(
            f"| {name} | {len(sentences) / cpu:.0f} | {len(sentences) / wall:.0f} | "
            f"{base / cpu:.2f} | {near.mean():.4f}, {near.min():.4f} |"
        )


def _encoders(model: str, folder: Path) -> dict[str, Encode]:
    if model == DEFAULT_MODEL:
        convert(folder)
    else:
        folder = minilm_folder()
    peer = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return {
        _PEER: lambda texts: np.asarray(
            peer.encode_document(list(texts), normalize_embeddings=True, show_progress_bar=False)
        ),
        "Verbatim, fp32": SentenceTransformerEncoder(str(folder)).encode_documents,
        "Verbatim, int8": new_encoder(model, "int8").encode_documents,
    }


def _time(encode: Encode, sentences: Sequence[str]) -> tuple[float, float]:
    """Return CPU seconds and seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    encode(sentences)
    return time.process_time() - cpu, time.perf_counter() - wall


def _sentences(file: Path, count: int) -> list[str]:
    articles, _ = read(file)
    found = [
        article.text[span.start : span.end]
        for article in articles
        for span in split_sentences(article.text)
    ]
    return found[:: max(1, len(found) // count)][:count]


if __name__ == "__main__":
    main()
