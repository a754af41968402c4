"""A long document goes in by parts: memory doesn't grow with it, and it is whole or not there."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from index import Corpus
from index.documents import LoadedFile
from index.loading.process import parse_file
from index.search.entries import entries
from tests.toy_encoder import ToyEncoder

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

REFUSED = """
import resource, sys
from pathlib import Path
from index import Corpus
from tests.toy_encoder import ToyEncoder

folder = Path(sys.argv[1])
with Corpus(folder / "corpus", create=True, encoder=ToyEncoder()) as corpus:
    corpus.add([folder / "small.txt"])
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").open())
    room = int(status["VmSize"].split()[0]) * 1024 + 100_000_000
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    (outcome,) = corpus.add([folder / "long.txt"])
    print(outcome.status)
"""

MEASURED = """
import sys
from pathlib import Path
from index import Corpus
from index.search.local.local_engine import LocalEngine
from tests.toy_encoder import ToyEncoder

LocalEngine.save = lambda self, progress: None  # the index holds the whole corpus, however cut

class Forgetful(ToyEncoder):
    def encode_documents(self, texts, progress=None):
        vectors = super().encode_documents(texts, progress)
        self.encoded.clear()
        return vectors

folder = Path(sys.argv[1])
with Corpus(folder / "corpus", create=True, encoder=Forgetful(dimension=1000)) as corpus:
    outcomes = corpus.add([folder / "texts"])
    assert {outcome.status for outcome in outcomes} == {"added"}
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").open())
    print(int(status["VmHWM"].split()[0]) * 1024)
"""


def told_by(code: str, folder: Path) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return ran.stdout.strip()


linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells and limits it so")


@pytest.mark.slow
@linux
@pytest.mark.long
def test_a_file_of_far_too_many_sentences_takes_no_memory_here(tmp_path):
    """6 MB that are 750,000 sentences took 1.9 GB."""
    (tmp_path / "small.txt").write_text("Apples are red. Pears are green.")
    (tmp_path / "long.txt").write_text("Wait... " * 750_000)

    assert told_by(REFUSED, tmp_path) == "failed"


@pytest.mark.slow
@linux
@pytest.mark.long
def test_a_long_document_takes_little_more_memory_than_many_short_ones(tmp_path):
    """The vectors of 20,000 sentences are 80 MB here, and were held twice; now by parts."""
    sentences = [f"Boat {number} has left. " for number in range(20_000)]
    for name, files in (("one", 1), ("many", 20)):
        (tmp_path / name / "texts").mkdir(parents=True)
        each = len(sentences) // files
        for number in range(files):
            part = sentences[number * each : (number + 1) * each]
            (tmp_path / name / "texts" / f"{number}.txt").write_text("".join(part))

    one, many = (int(told_by(MEASURED, tmp_path / name)) for name in ("one", "many"))

    assert one - many < 40_000_000


class Failing:
    """An encoder that fails after so many sentences."""

    def __init__(self, encoder, most):
        self._encoder, self._left = encoder, most
        self.name, self.precision = encoder.name, encoder.precision
        self.dimension = encoder.dimension

    def encode_query(self, text):
        return self._encoder.encode_query(text)

    def encode_documents(self, texts, progress=None):
        self._left -= len(texts)
        if self._left < 0:
            raise KeyboardInterrupt
        return self._encoder.encode_documents(texts, progress)


def test_a_long_document_that_is_broken_off_is_not_there_and_leaves_nothing(tmp_path, encoder):
    (tmp_path / "long.txt").write_text("".join(f"Boat {n} has left. " for n in range(9_000)))
    folder = tmp_path / "corpus"
    with Corpus(folder, create=True, encoder=Failing(encoder, 6_000)) as corpus:
        with pytest.raises(KeyboardInterrupt):
            corpus.add([tmp_path / "long.txt"])
        assert corpus.documents() == []
        assert corpus._store.connection.execute("SELECT count(*) FROM vector").fetchone() == (0,)
        assert corpus.check() == []
    with Corpus(folder, encoder=encoder) as corpus:
        (outcome,) = corpus.add([tmp_path / "long.txt"])
        assert (outcome.status, outcome.document.sentences) == ("added", 9_000)
        assert corpus.check() == []


def test_a_long_document_is_searched_and_replaced_as_any_other(corpus, tmp_path):
    file = tmp_path / "long.txt"
    file.write_text("".join(f"Boat number {n} has left. " for n in range(5_000)))
    (added,) = corpus.add([file])
    with corpus.snapshot() as state:
        assert [s.number for s in state.sentences_of(added.document.id)] == list(range(1, 5_001))
        (hit, *_) = state.search("boat number 4321", limit=3)
        assert state.sentences([hit.sentence_id])[hit.sentence_id].number == 4322
    file.write_text("".join(f"Boat number {n} has left. " for n in range(4_000)))
    (updated,) = corpus.add([file])

    assert (updated.status, updated.document.sentences) == ("updated", 4_000)
    assert corpus.check() == []
    assert corpus._store.connection.execute("SELECT count(*) FROM vector").fetchone() == (4_000,)


def test_texts_with_few_sentences_do_not_pile_up(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("index.changing.ingest._LONG", 1_000)
    for number in range(6):
        (tmp_path / f"{number}.txt").write_text(" " * 600 + f"Boat {number} has left.")
    held = []
    commit = corpus._store.put

    def put(document, *rest):
        held.append(document.name)
        return commit(document, *rest)

    monkeypatch.setattr(corpus._store, "put", put)
    seen = []
    corpus.add([tmp_path], lambda step: seen.append((step.name, len(held))))

    assert seen[4][1] >= 2, "the first ones are stored before the last ones are read"


@pytest.mark.parametrize("elsewhere", [False, True])
def test_of_what_was_stored_nothing_is_held_while_the_next_file_is_read(
    tmp_path, monkeypatch, elsewhere
):
    class Elsewhere(ToyEncoder):
        def begin(self, texts):
            return lambda progress: self.encode_documents(texts, progress)

    def reading(path, **_):
        gc.collect()
        held.append(sum(type(item) is LoadedFile for item in gc.get_objects()))
        return parse_file(path)

    held = []
    gc.freeze()  # what other tests have made is not looked through
    monkeypatch.setattr("index.changing.ingest._LONG", 1)  # each file is a batch
    monkeypatch.setattr("index.changing.reading.parse_file", reading)
    for number in range(4):
        (tmp_path / f"{number}.txt").write_text(f"Boat {number} has left.")
    encoder = Elsewhere() if elsewhere else ToyEncoder()
    with Corpus(tmp_path / "corpus", create=True, encoder=encoder) as corpus:
        corpus.add([tmp_path / f"{number}.txt" for number in range(4)])

    under_way = 1 if elsewhere else 0
    assert [count - held[0] for count in held] == [0, under_way, under_way, under_way]


def test_windows_are_those_of_the_neighbours(corpus):
    text = "Aa is. Bb is. Cc is. Dd is. Ee is. Ff is."
    corpus.add_text(text, name="memo")
    with corpus.snapshot() as state:
        sentences = state.sentences_of(1)

    found = [entry.window for entry in entries(iter(sentences))]
    windows = [" ".join(words.text for words in window) for window in found]

    texts = [sentence.text for sentence in sentences]
    assert windows == [" ".join(["Memo", *texts[max(0, n - 2) : n + 3]]) for n in range(6)]
    assert list(entries([])) == []
