"""Changes a corpus for ever, noting each change before and after: to be killed at any instant.

Every document is named, and every sentence of it says which document and version it belongs to.
"""

import errno
import json
import os
import random
import resource
from pathlib import Path
from unittest.mock import patch

from index import Corpus, NamedText, backup
from index.documents import LoadedFile
from index.loading.loaders.lines import text_blocks
from index.loading.process import Parsed
from index.loading.sentences import split_sentences
from tests.toy_encoder import ToyEncoder

NAMES = [f"document{number}" for number in range(12)]


def text_of(name: str, version: int, sentences: int) -> str:
    return "\n\n".join(
        f"Sentence {number} of {name} says {name}v{version}." for number in range(sentences)
    )


class Journal:
    """Notes that outlive the process that makes them."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")

    def note(self, **entry: object) -> None:
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()


def change(corpus: Corpus, journal: Journal, rng: random.Random, version: int) -> None:
    """Add, update or remove a few documents, or copy all of them."""
    names = rng.sample(NAMES, rng.randint(1, 3))
    dice = rng.random()
    if dice < 0.2:
        journal.note(begun={}, deed="backup")
        backup(corpus.folder, corpus.folder.with_name(f"backup-{version}"))
        journal.note(done={})
        return
    if dice < 0.5:
        there = {document.name for document in corpus.documents()}
        wanted = {name: None for name in names if name in there}
        journal.note(begun=wanted, deed="remove" if wanted else "nothing")
        if wanted:
            corpus.remove(list(wanted))
    else:
        texts = {name: text_of(name, version, rng.choice([1, 3, 40, 400])) for name in names}
        wanted = dict.fromkeys(names, f"v{version}")
        journal.note(begun=wanted, deed="add")
        corpus.add_texts(NamedText(name, text, name) for name, text in texts.items())
    journal.note(done=wanted)


def break_disk(fault: str, rng: random.Random) -> None:
    """Let the disk refuse from now on."""
    kind, _, size = fault.partition("=")
    if kind == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
        return
    sync = os.fsync

    def failing(file: int) -> None:
        if rng.random() < 0.2:
            raise OSError(errno.EIO, "Input/output error")
        sync(file)

    os.fsync = failing


def parsed_here(text: str, title: str, _: str) -> Parsed:
    blocks = text_blocks(text)
    return Parsed(LoadedFile(text, title, "text", blocks=blocks), split_sentences(text, blocks))


def change_for_ever(folder: Path, journal: Path, seed: int, fault: str = "") -> None:
    """Change a corpus until that fails, or the process is killed.

    Args:
        folder: Of the corpus.
        journal: The file that each change is noted in.
        seed: Decides which changes, and gives the versions their numbers.
        fault: `full=BYTES`, no file may grow beyond that; or `fsync`, which fails now and then.
    """
    rng = random.Random(seed)  # noqa: S311 - no secret
    notes = Journal(journal)
    version = seed * 100_000
    # The process that else cuts the texts takes as long to start as several changes last
    here = patch("index.changing.reading.parse_text", parsed_here)
    with here, Corpus(folder, create=True, encoder=ToyEncoder()) as corpus:
        notes.note(opened=os.getpid())
        if fault:
            break_disk(fault, rng)
        while True:
            version += 1
            change(corpus, notes, rng, version)
