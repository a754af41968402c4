"""What somebody tries with a corpus who may not write to it, in a process of its own."""

import ctypes
import os
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from index import DENSE, LEXICAL, Corpus, Feedback
from index.errors import RetrievalError
from tests.toy_encoder import ToyEncoder

_VERDICT = Feedback("k", "2026-01-01T00:00Z", "q", "q", "up", None, ())
_VERSION = 0x20080522  # of what `capget` and `capset` of Linux take
_ANYWHERE = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: no permission counts


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("process", ctypes.c_int)]


class _Capabilities(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def may_be_bound() -> bool:
    """Return whether permissions count for a process here, or can be made to."""
    return os.geteuid() != 0 or sys.platform == "linux"


def attempt(folder: Path, deed: str, there: Connection) -> None:
    """Do something with a corpus, and send line by line what comes of it."""
    if os.geteuid() == 0:
        _be_bound()
    earlier = deed == "search an earlier format"
    try:
        encoder = ToyEncoder(dimension=16 if earlier else 64)
        with Corpus(folder, create=deed == "create", encoder=encoder) as corpus:
            _do(corpus, "search" if earlier else deed, there)
    except RetrievalError as error:
        there.send(f"{type(error).__name__} {error}")
    there.close()


def _do(corpus: Corpus, deed: str, there: Connection) -> None:
    changes: dict[str, Callable[[], object]] = {
        "add": lambda: corpus.add_text("Plums are blue.", name="b"),
        "remove": lambda: corpus.remove(["a"]),
        "repair": corpus.repair,
        "feedback": lambda: corpus.add_feedback(_VERDICT),
        "create": lambda: None,
    }
    if deed in changes:
        changes[deed]()
        there.send("done")
        return
    _search(corpus, there)
    if deed == "search twice":
        there.send("changed?")
        there.recv()
        _search(corpus, there)
    there.send(f"{corpus.check()} {[document.name for document in corpus.documents()]}")


def _search(corpus: Corpus, there: Connection) -> None:
    for weights in (DENSE, LEXICAL):
        with corpus.snapshot() as state:
            (hit,) = state.search("pears", limit=1, weights=weights)
            there.send(f"found {state.sentences([hit.sentence_id])[hit.sentence_id].text}")


def _be_bound() -> None:
    """Give up what lets root read and write whatever permissions say."""
    libc = ctypes.CDLL(None, use_errno=True)
    header, held = _Header(_VERSION, 0), (_Capabilities * 2)()
    assert libc.capget(ctypes.byref(header), held) == 0
    for name in ("effective", "permitted", "inheritable"):
        setattr(held[0], name, getattr(held[0], name) & ~_ANYWHERE)
    assert libc.capset(ctypes.byref(header), held) == 0
