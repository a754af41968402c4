"""Judge what each peer found, all by the same function, and make the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median, quantiles

from benchmarks import squad
from benchmarks.peer_scripts.protocol import Run, Sentence

DEPTH = 10  # how many sentences each peer finds, and counts for the reciprocal rank


@dataclass(frozen=True, slots=True)
class Figures:
    """What a peer reaches and what it takes; times and memory are medians over the rounds."""

    p_at_1: float
    mrr_at_10: float
    ingest_seconds: float
    p50_ms: float
    p99_ms: float
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Row:
    """A peer, and its figures or what went wrong."""

    name: str
    figures: Figures | None
    failure: str = ""


def gold(
    questions: Sequence[squad.Question], sentences: Sequence[Sentence], names: dict[str, str]
) -> list[frozenset[int]]:
    """Return, for each question, the ids of the sentences in which an answer begins.

    Args:
        questions: The questions.
        sentences: The sentences, a sentence's id being its place.
        names: Name of the document of each article, by the article's title.
    """
    numbered: dict[str, list[tuple[int, Sentence]]] = {}
    for number, sentence in enumerate(sentences):
        numbered.setdefault(sentence.document, []).append((number, sentence))
    return [
        frozenset(
            number
            for number, sentence in numbered[names[question.article]]
            for start in question.starts
            if sentence.start <= start < sentence.start + len(sentence.text)
        )
        for question in questions
    ]


def judge(runs: Sequence[Run], answers: Sequence[frozenset[int]]) -> Figures:
    """Return the figures of a peer.

    Args:
        runs: What came of its rounds.
        answers: Ids of the sentences that answer each question.
    """
    ranks = [
        next((rank for rank, found in enumerate(ids[:DEPTH], 1) if found in right), None)
        for run in runs
        for ids, right in zip(run.found, answers, strict=True)
    ]
    return Figures(
        p_at_1=fmean(rank == 1 for rank in ranks),
        mrr_at_10=fmean(1 / rank if rank else 0 for rank in ranks),
        ingest_seconds=median(run.ingest_seconds for run in runs),
        p50_ms=1000 * median(median(run.question_seconds) for run in runs),
        p99_ms=1000 * median(_p99(run.question_seconds) for run in runs),
        memory_mb=median(run.memory_mb for run in runs),
    )


def _p99(seconds: Sequence[float]) -> float:
    return quantiles(seconds, n=100, method="inclusive")[98]


def markdown(rows: Sequence[Row]) -> str:
    """Return the table, best P@1 first; what failed stands at its end with the reason."""
    lines = [
        "| system | P@1 | MRR@10 | ingest s | median ms | p99 ms | memory MB |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in sorted(rows, key=lambda row: -row.figures.p_at_1 if row.figures else 0.0):
        if figures := row.figures:
            quality = " | ".join(
                f"{share:.3f}".removeprefix("0") for share in (figures.p_at_1, figures.mrr_at_10)
            )
            times = f"{figures.ingest_seconds:.1f} | {figures.p50_ms:.1f} | {figures.p99_ms:.1f}"
            lines.append(f"| {row.name} | {quality} | {times} | {figures.memory_mb:.0f} |")
        else:
            failure = row.failure.replace("|", "\\|")
            lines.append(f"| {row.name} | {failure} | | | | | |")
    return "\n".join(lines)
