import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import filelock
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import BadSetting, Corpus, CorpusError, Feedback, ShownPassage
from index.errors import CorpusClosed
from index.store.feedback import LONGEST_KEY, LONGEST_TEXT, MOST_PASSAGES
from tests.index.searching import TEXT, found

SHOWN = ShownPassage("a", "0" * 64, 16, 32, "Pears are green.", "Pears are green.", 0.9, 0.8)
GIVEN = Feedback(
    key="answer-1",
    asked="2026-01-02T03:04:05+00:00",
    question="And pears?",
    query="What colour are pears?",
    verdict="up",
    confidence=0.8,
    passages=(SHOWN,),
)
MANY = """
import sys
from index import Corpus, Feedback
with Corpus(sys.argv[1]) as corpus:
    print("ready", flush=True)
    input()
    for number in range(20):
        corpus.add_feedback(
            Feedback(f"{sys.argv[2]}-{number}", "2026-01-01T00:00Z", "q", "q", "up", None, ())
        )
"""


def test_feedback_comes_back_as_it_was_given_also_after_reopening(tmp_path, encoder):
    with Corpus(tmp_path, create=True, encoder=encoder) as corpus:
        assert corpus.feedback() == []
        kept = corpus.add_feedback(GIVEN)

    assert kept == replace(GIVEN, id=1)
    with Corpus(tmp_path, encoder=encoder) as again:
        assert again.feedback() == [kept]


texts = st.text(st.characters(), max_size=50)  # halves of surrogate pairs and zeros among them
questions = texts.filter(str.strip)
shares = st.floats(0, 1)
passages = st.builds(
    lambda start, length, **rest: ShownPassage(start=start, end=start + length, **rest),
    start=st.integers(0, 2**40),
    length=st.integers(0, 1000),
    document=texts,
    sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
    sentence=texts,
    text=texts,
    score=st.floats(allow_nan=False, allow_infinity=False),
    confidence=st.none() | shares,
)
any_feedback = st.builds(
    Feedback,
    key=st.text(st.characters(), min_size=1, max_size=LONGEST_KEY).filter(str.isprintable),
    asked=st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.isoformat()),
    question=questions,
    query=questions,
    verdict=st.sampled_from(["up", "down"]),
    confidence=st.none() | shares,
    passages=st.lists(passages, max_size=3).map(tuple),
    id=st.none(),
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(any_feedback)
def test_feedback_that_holds_any_text_comes_back_the_same(corpus, given_):
    corpus.clear_feedback()

    kept = corpus.add_feedback(given_)

    assert corpus.feedback() == [kept]
    assert replace(kept, id=None) == given_


def test_a_changed_mind_leaves_one_verdict_and_a_withdrawn_one_none(corpus):
    other = corpus.add_feedback(replace(GIVEN, key="answer-0"))
    first = corpus.add_feedback(GIVEN)

    assert corpus.add_feedback(replace(GIVEN, verdict="down")) == replace(first, verdict="down")
    assert corpus.feedback() == [other, replace(first, verdict="down")]
    assert corpus.withdraw_feedback("answer-1")
    assert corpus.feedback() == [other]
    assert not corpus.withdraw_feedback("answer-1"), "it was gone already"


def test_all_feedback_can_be_removed_and_numbers_are_not_used_again(corpus):
    for number in range(3):
        corpus.add_feedback(replace(GIVEN, key=str(number)))

    assert corpus.clear_feedback() == 3
    assert corpus.feedback() == []
    assert corpus.clear_feedback() == 0
    assert corpus.add_feedback(GIVEN).id == 4


def test_feedback_is_listed_in_the_order_of_asking(corpus):
    for key, asked in [
        ("third", "2026-03-01T00:00:00.5+00:00"),
        ("second", "2026-03-01T01:00:00+01:00"),  # midnight in UTC
        ("first", "2026-02-28T23:59:59Z"),
        ("fourth", "2026-03-01T00:00:01+00:00"),
    ]:
        corpus.add_feedback(replace(GIVEN, key=key, asked=asked))

    kept = corpus.feedback()

    assert [item.key for item in kept] == ["first", "second", "third", "fourth"]
    assert kept[1].asked == "2026-03-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"verdict": "sideways"}, "'sideways'; it must be up or down"),
        ({"verdict": None}, "up or down"),
        ({"key": ""}, "key must be 1 to 200"),
        ({"key": "k" * (LONGEST_KEY + 1)}, "key must be 1 to 200"),
        ({"key": "a\nb"}, "printable"),
        ({"question": " \n"}, "question is empty"),
        ({"query": ""}, "query is empty"),
        ({"question": "q" * (LONGEST_TEXT + 1)}, "question is 10,001 characters long"),
        ({"query": "q" * (LONGEST_TEXT + 1)}, "query is 10,001"),
        ({"asked": "yesterday"}, "'yesterday'; it must be a time"),
        ({"asked": "2026-01-01T00:00:00"}, "time zone"),
        ({"asked": "0001-01-01T00:00:00+14:00"}, "UTC"),
        ({"confidence": 1.5}, "from 0 to 1"),
        ({"confidence": float("nan")}, "from 0 to 1"),
        ({"passages": (SHOWN,) * (MOST_PASSAGES + 1)}, "up to 100 passages, not 101"),
        ({"passages": (replace(SHOWN, text="t" * 10_001),)}, "text is 10,001"),
        ({"passages": (replace(SHOWN, sentence="t" * 10_001),)}, "sentence is 10,001"),
        ({"passages": (replace(SHOWN, document="t" * 10_001),)}, "document is 10,001"),
        ({"passages": (replace(SHOWN, sha256="ABC"),)}, "sha256"),
        ({"passages": (replace(SHOWN, start=33),)}, "from 33 to 32"),
        ({"passages": (replace(SHOWN, score=float("inf")),)}, "score is inf"),
        ({"passages": (replace(SHOWN, confidence=-0.1),)}, "from 0 to 1"),
    ],
)
def test_feedback_that_can_not_be_right_is_refused_with_the_reason(corpus, change, message):
    with pytest.raises(BadSetting, match=message):
        corpus.add_feedback(replace(GIVEN, **change))
    assert corpus.feedback() == []


def test_feedback_survives_what_becomes_of_the_documents(corpus):
    corpus.add_text(TEXT, name="a")
    kept = corpus.add_feedback(GIVEN)

    corpus.remove(["a"])
    assert corpus.feedback() == [kept]
    corpus.add_text("Pears are blue.", name="a")
    corpus.add_text("Pears are grey.", name="a")
    assert corpus.feedback() == [kept]
    assert corpus.check() == []


def test_feedback_changes_no_document_no_index_and_no_search(corpus):
    def state() -> dict[Path, tuple[int, bytes]]:
        files = [path for path in corpus.folder.rglob("*") if path.is_file()]
        return {
            path: (path.stat().st_mtime_ns, path.read_bytes())
            for path in files
            if not path.name.startswith("corpus.sqlite3")
        }

    corpus.add_text(TEXT, name="a")
    before, files, generation = found(corpus, "pears"), state(), corpus._store.generation
    with corpus.snapshot() as snapshot:
        hits = snapshot.search("pears", limit=3)
        giver = threading.Thread(target=corpus.add_feedback, args=(GIVEN,))
        giver.start()
        giver.join()
        assert snapshot.search("pears", limit=3) == hits
    corpus.withdraw_feedback(GIVEN.key)
    corpus.add_feedback(GIVEN)
    corpus.clear_feedback()

    assert found(corpus, "pears") == before
    assert corpus._store.generation == generation
    assert state() == files


def test_feedback_is_taken_while_another_process_indexes(corpus):
    with filelock.FileLock(corpus.folder / "write.lock"):
        corpus.add_feedback(GIVEN)
        assert corpus.withdraw_feedback(GIVEN.key)


def test_feedback_that_can_not_be_written_is_said_so(corpus):
    corpus._store.connection.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(corpus.folder / "corpus.sqlite3", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CorpusError, match=r"locked.*Try again"):
            corpus.add_feedback(GIVEN)
        assert corpus.feedback() == [], "reading goes on"
    finally:
        other.close()
    assert corpus.add_feedback(GIVEN).id == 1


def test_another_open_corpus_sees_feedback_as_it_is_given_and_withdrawn(corpus, encoder):
    with Corpus(corpus.folder, encoder=encoder) as reader:
        kept = corpus.add_feedback(GIVEN)
        assert reader.feedback() == [kept]
        changed = reader.add_feedback(replace(GIVEN, verdict="down"))
        assert corpus.feedback() == [changed]
        corpus.withdraw_feedback(GIVEN.key)
        assert reader.feedback() == []


def test_threads_that_give_feedback_at_once_lose_nothing(corpus):
    def give(name: str) -> None:
        for number in range(10):
            corpus.add_feedback(replace(GIVEN, key=f"{name}-{number}"))
            corpus.add_feedback(replace(GIVEN, key="shared"))

    threads = [threading.Thread(target=give, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = [item.key for item in corpus.feedback()]
    assert sorted(kept) == sorted(
        [f"{name}-{n}" for name in "abcd" for n in range(10)] + ["shared"]
    )


@pytest.mark.slow
def test_processes_that_give_feedback_at_once_lose_nothing(corpus):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", MANY, str(corpus.folder), name],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in "ab"
    ]
    try:
        assert [process.stdout.readline() for process in processes] == ["ready\n"] * 2
    finally:
        for process in processes:
            process.stdin.write("\n")
            process.stdin.flush()
        for process in processes:
            process.communicate(timeout=60)

    assert [process.returncode for process in processes] == [0, 0]
    kept = corpus.feedback()
    assert {item.key for item in kept} == {f"{name}-{n}" for name in "ab" for n in range(20)}
    assert len({item.id for item in kept}) == len(kept) == 40


def test_a_closed_corpus_takes_no_feedback(tmp_path, encoder):
    corpus = Corpus(tmp_path, create=True, encoder=encoder)
    corpus.close()

    for use in (corpus.feedback, corpus.clear_feedback, lambda: corpus.add_feedback(GIVEN)):
        with pytest.raises(CorpusClosed):
            use()
