"""Whatever becomes of a file in a corpus's folder, nobody is answered from something damaged."""

import random
import shutil
from pathlib import Path

import pytest

from index import Corpus, CorpusError, NamedText
from tests.toy_encoder import ToyEncoder

NAMES = [f"document{number}" for number in range(6)]
KINDS = {
    "database": "corpus.sqlite3",
    "vector index": "dense.faiss",
    "card of the vector index": "dense.json",
    "lexical segment": "lexical/*[0-9a-f].[a-z]*",
    "lexical list of segments": "lexical/meta.json",
    "lexical list of files": "lexical/.managed.json",
    "lexical checksums": "lexical/sha256.json",
    "lexical lock": "lexical/.tantivy-*.lock",
    "lock": "write.lock",
}


def truncated(content: bytes, rng) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def emptied(_: bytes, __) -> bytes:
    return b""


def with_a_flipped_bit(content: bytes, rng) -> bytes:
    changed = bytearray(content)
    if changed:
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def with_a_lost_sector(content: bytes, rng) -> bytes:
    start = 512 * rng.randrange(len(content) // 512 + 1)
    return content[:start] + bytes(len(content[start : start + 512])) + content[start + 512 :]


def text_of(name: str, version: int) -> str:
    return " ".join(f"Sentence {n} of {name} says {name}v{version}." for n in range(40))


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A corpus that was added to, changed and closed: to be copied."""
    folder = tmp_path_factory.mktemp("whole") / "corpus"
    with Corpus(folder, create=True, encoder=ToyEncoder()) as corpus:
        for version in (1, 2):
            corpus.add_texts(NamedText(name, text_of(name, version), name) for name in NAMES)
    return folder


def look_over(folder, encoder) -> str:
    """Open and use a corpus; return `sound`, or what it says is wrong."""
    try:
        with Corpus(folder, encoder=encoder) as corpus:
            problems = corpus.check()
            if problems:
                return problems[0].part
            assert [document.name for document in corpus.documents()] == NAMES
            with corpus.snapshot() as state:
                (hit,) = state.search("Sentence 3 of document4 says document4v2", limit=1)
                assert "document4v2" in state.sentences([hit.sentence_id])[hit.sentence_id].text
    except CorpusError as error:
        return type(error).__name__ if str(folder) in str(error) else "an error without its place"
    return "sound"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("damage", [truncated, emptied, with_a_flipped_bit, with_a_lost_sector])
def test_a_damaged_file_is_made_again_or_named(whole, tmp_path, make_encoder, kind, damage):
    for seed in range(3):
        rng = random.Random(seed)  # noqa: S311 - no secret
        folder = shutil.copytree(whole, tmp_path / str(seed))
        path = rng.choice(sorted(folder.glob(KINDS[kind])))
        path.write_bytes(damage(path.read_bytes(), rng))

        found = look_over(folder, make_encoder())

        if kind == "database":
            assert found in {"sound", "database", "document", "vectors", "CorpusDamaged"}
        else:
            assert found == "sound"
            assert look_over(folder, make_encoder()) == "sound"


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_gone_is_made_again_or_missed(whole, tmp_path, make_encoder, kind):
    for place, name in enumerate(sorted(whole.glob(KINDS[kind]))):
        folder = shutil.copytree(whole, tmp_path / str(place))
        (folder / name.relative_to(whole)).unlink()

        found = look_over(folder, make_encoder())

        assert found == ("CorpusNotFound" if kind == "database" else "sound")


def test_an_emptied_database_is_not_taken_for_a_new_corpus(whole, tmp_path, make_encoder):
    folder = shutil.copytree(whole, tmp_path / "emptied")
    (folder / "corpus.sqlite3").write_bytes(b"")

    with pytest.raises(CorpusError, match="it is empty, but the corpus was not"):
        Corpus(folder, create=True, encoder=make_encoder())
