"""Verbatim next to systems that do the same job: same machine, same sentences, same questions.

    python -m benchmarks.peers --data dev-v1.1.json.gz [--limit 300] [--rounds 2] [--json]
        [--environments FOLDER] [--again]

Each system is installed in an environment of its own under --environments, at the versions below
and those of `constraints.txt`, and run by its script in `peer_scripts/`, one after the other. What
was measured is kept there, and measured anew only if something that matters changed, or with
--again. Installing needs a package index; running needs no network, and is told not to use any.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn

from benchmarks import squad
from benchmarks.peer_scripts.protocol import Run, Sentence, Task, read_run, write
from benchmarks.peer_table import DEPTH, Row, gold, judge, markdown
from index import DEFAULT_MODEL
from index.loading.sentences import split_sentences

ROOT = Path(__file__).parent.parent
_CONSTRAINTS = ROOT / "constraints.txt"
_SCRIPTS = ROOT / "benchmarks" / "peer_scripts"
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "PYTHONPATH": "",  # what the caller's environment has is not for theirs
}
_LONGEST = 3600  # seconds for one installation or one run
_REASON = re.compile(r"ERROR: |[\w.]+(Error|Exception|Unavailable)\b")


@dataclass(frozen=True, slots=True)
class Peer:
    """A system to run.

    Attributes:
        name: What the table calls it.
        script: Module in `peer_scripts`.
        requirements: What pip installs.
        settings: Environment variables of the run.
        sources: Files and folders of this checkout that its figures depend on.
    """

    name: str
    script: str
    requirements: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Path, ...] = ()

    @property
    def key(self) -> str:
        """Changes when what is installed does."""
        return _digest(*self.requirements, _CONSTRAINTS.read_bytes())


_OURS = (("--editable", str(ROOT)), (ROOT / "qa", ROOT / "index"))
PEERS = (
    Peer("**Verbatim**", "ours", _OURS[0], {"VERBATIM_READER": "shipped"}, _OURS[1]),
    Peer("**Verbatim**, reader none", "ours", _OURS[0], {"VERBATIM_READER": "none"}, _OURS[1]),
    Peer(
        "**Verbatim**, reader none, fp32",
        "ours",
        _OURS[0],
        {"VERBATIM_READER": "none", "PEER_MODEL": "converted"},
        _OURS[1],
    ),
    Peer(
        "sentence-transformers 6.2.0 + FAISS flat",
        "plain",
        ("sentence-transformers==6.2.0", "faiss-cpu==1.15.1"),
    ),
    Peer("txtai 9.14.0, hybrid", "txtai_hybrid", ("txtai==9.14.0",)),
    Peer(
        "Haystack 3.4.0, in-memory hybrid",
        "haystack_hybrid",
        ("haystack-ai==3.4.0", "sentence-transformers-haystack==2.0.0"),
    ),
    Peer("bm25s 0.3.16", "bm25s_only", ("bm25s==0.3.16", "PyStemmer==3.1.0")),
    Peer(
        "LlamaIndex 0.14.25, BM25 + FAISS",
        "llama_index_hybrid",
        (
            "llama-index-core==0.14.25",
            "llama-index-embeddings-huggingface==0.8.0",
            "llama-index-retrievers-bm25==0.8.0",
            "llama-index-vector-stores-faiss==0.7.0",
            "faiss-cpu==1.15.1",
        ),
    ),
)


class PeerFailed(Exception):
    """A peer can't be installed or doesn't run; the message says why, in a line."""


def environment(peer: Peer, folder: Path) -> Path:
    """Return the Python of a peer's environment, made if need be.

    Raises:
        PeerFailed: Something can't be installed.
    """
    place = folder / peer.script
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    installed = place / "installed"
    if not installed.exists() or installed.read_text("utf-8") != peer.key:
        venv.create(place, clear=True, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", *peer.requirements]
        _run(command, {"PIP_CONSTRAINT": str(_CONSTRAINTS), "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
        installed.write_text(peer.key, "utf-8")
    return python


def run(python: Path | str, peer: Peer, task: Task) -> Run:
    """Let a peer do a task in a process of its own.

    Raises:
        PeerFailed: It doesn't.
    """
    with tempfile.TemporaryDirectory() as scratch:
        given, result = Path(scratch, "task.json"), Path(scratch, "result.json")
        write(given, task)
        module = f"benchmarks.peer_scripts.{peer.script}"
        _run([str(python), "-m", module, str(given), str(result)], {**_OFFLINE, **peer.settings})
        return read_run(result)


def _run(command: Sequence[str], settings: Mapping[str, str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - an environment's own Python
            command,
            cwd=ROOT,
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PeerFailed(f"took longer than {_LONGEST} seconds") from None
    if done.returncode:
        raise PeerFailed(reason(done.stderr) or f"ended with code {done.returncode}")


def reason(stderr: str) -> str:
    """Return the first line of what a program says went wrong, or its last line."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return next(filter(_REASON.match, lines), lines[-1] if lines else "")


def _model(folder: Path) -> Path:
    """Return the default model as all others can load it, converted the first time."""
    model = folder / DEFAULT_MODEL
    if not (model / "modules.json").is_file():  # written last
        from benchmarks.encoder.convert import convert

        model.mkdir(exist_ok=True)
        convert(model)
    return model


def make_task(
    articles: Sequence[squad.Article],
    questions: Sequence[squad.Question],
    folder: Path,
    model: Path,
) -> tuple[Task, list[frozenset[int]]]:
    """Write the articles to files and return what is asked, with the sentences that answer."""
    names = {article.title: f"{number:03}.txt" for number, article in enumerate(articles)}
    sentences = []
    for article in articles:
        (folder / names[article.title]).write_text(article.text, "utf-8", newline="")
        sentences += [
            Sentence(names[article.title], span.start, article.text[span.start : span.end])
            for span in split_sentences(article.text)
        ]
    task = Task(
        sentences=tuple(sentences),
        questions=tuple(question.text for question in questions),
        k=DEPTH,
        model=str(model),
        documents=str(folder),
    )
    return task, gold(questions, sentences, names)


def measure(peer: Peer, number: int, task: Task, folder: Path, *, again: bool) -> Run:
    """Return what came of a round of a peer, from an earlier run if nothing has changed.

    Raises:
        PeerFailed: It can't be installed or doesn't run.
    """
    sources = [_SCRIPTS / "protocol.py", _SCRIPTS / f"{peer.script}.py"]
    for source in peer.sources:
        sources += sorted(path for path in source.rglob("*") if "__pycache__" not in path.parts)
    content = asdict(task) | {"documents": "", "model": ""}
    key = _digest(
        peer.key,
        json.dumps([content, dict(peer.settings), number]),
        *(path.read_bytes() for path in sources if path.is_file()),
    )
    kept = folder / f"result-{peer.script}-{key[:16]}.json"
    if again or not kept.exists():
        write(kept, run(environment(peer, folder), peer, task))
    return read_run(kept)


def _digest(*parts: str | bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part.encode() if isinstance(part, str) else part).digest())
    return whole.hexdigest()


def measure_all(
    rounds: int, task: Task, folder: Path, *, again: bool
) -> dict[str, list[Run] | str]:
    """Return each peer's runs by its name, or why there are none.

    Every second round goes the other way, so that a slow phase of the machine hits all alike.
    """
    found: dict[str, list[Run] | str] = {peer.name: [] for peer in PEERS}
    columns = (SpinnerColumn(), *Progress.get_default_columns(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("", total=rounds * len(PEERS))
        for number in range(rounds):
            for peer in PEERS[:: -1 if number % 2 else 1]:
                progress.update(
                    bar, description=f"Round {number + 1}: {peer.name.replace('*', '')}"
                )
                runs = found[peer.name]
                if isinstance(runs, list):
                    try:
                        runs.append(measure(peer, number, task, folder, again=again))
                    except PeerFailed as failure:
                        found[peer.name] = str(failure)
                progress.advance(bar)
    return found


def main() -> None:
    """Run every peer and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a SQuAD file, gzipped or not")
    parser.add_argument("--limit", type=int, default=300, help="questions, spread over the file")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--environments", type=Path, default=Path("~/.cache/verbatim-peers"))
    parser.add_argument("--again", action="store_true", help="measure what was measured before")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    folder: Path = options.environments.expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    articles, questions = squad.read(options.data)
    questions = [question for question in questions if question.starts]
    questions = questions[:: max(1, len(questions) // options.limit)][: options.limit]
    with tempfile.TemporaryDirectory() as documents:
        task, answers = make_task(articles, questions, Path(documents), _model(folder))
        found = measure_all(options.rounds, task, folder, again=options.again)
    rows = [
        Row(name, None, runs) if isinstance(runs, str) else Row(name, judge(runs, answers))
        for name, runs in found.items()
    ]
    if options.json:
        counts = {"sentences": len(task.sentences), "questions": len(questions)}
        print(json.dumps({**counts, "peers": [asdict(row) for row in rows]}, indent=2))
    else:
        print(f"{len(questions)} questions, {len(task.sentences)} sentences\n\n{markdown(rows)}")
    sys.exit(0 if all(row.figures for row in rows) else 1)


if __name__ == "__main__":
    main()
