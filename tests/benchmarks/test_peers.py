import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import peers
from benchmarks.peer_scripts.protocol import Run, Sentence
from benchmarks.peer_table import Figures, Row, gold, judge, markdown
from benchmarks.squad import Article, Question

ARTICLES = (
    Article("Tea", "Tea came from China. It is drunk hot.\n\nMilk is added in England."),
    Article("Bread", "Bread is baked from flour. It came from Egypt."),
)
QUESTIONS = (
    Question("Where did bread come from?", "Bread", (41,)),
    Question("Where is milk added to tea?", "Tea", (56,)),
)


@pytest.fixture
def task(tmp_path):
    return peers.make_task(ARTICLES, QUESTIONS, tmp_path, Path("model"))[0]


def run_of(found, seconds=(0.01,), ingest=1.0, memory=100.0) -> Run:
    return Run(ingest, list(seconds), found, memory)


def test_figures_are_the_hand_worked_means_over_all_rounds():
    answers = [frozenset({0}), frozenset({1, 2}), frozenset({3}), frozenset()]
    first = run_of([[0, 1], [0, 2, 1], [*range(10, 21), 3], [0]], [0.1, 0.2, 0.3, 0.4], 2)
    second = run_of([[1, 0], [0, 2, 1], [], [0]], [0.2, 0.3, 0.4, 0.5], 4, 300)

    figures = judge([first, second], answers)

    assert figures.p_at_1 == pytest.approx(1 / 8)
    assert figures.mrr_at_10 == pytest.approx((1 + 1 / 2 + 1 / 2 + 1 / 2) / 8)
    assert (figures.ingest_seconds, figures.memory_mb) == (3, 200)
    assert figures.p50_ms == pytest.approx((250 + 350) / 2)
    assert figures.p99_ms == pytest.approx((397 + 497) / 2)


def test_a_run_that_left_out_questions_is_not_judged():
    with pytest.raises(ValueError, match="longer"):
        judge([run_of([[0]])], [frozenset({0}), frozenset({1})])


def test_the_sentence_in_which_an_answer_begins_is_the_right_one():
    sentences = [Sentence("b", 0, "One."), Sentence("a", 0, "Two."), Sentence("a", 5, "Three.")]
    questions = [Question("?", "A", (5,)), Question("?", "A", (3, 10)), Question("?", "A", (4, 11))]

    found = gold(questions, sentences, {"A": "a", "B": "b"})

    assert found == [{2}, {1, 2}, frozenset()]


def test_documents_and_sentences_given_to_all_are_the_same_words(tmp_path):
    task, answers = peers.make_task(ARTICLES, QUESTIONS, tmp_path, Path("model"))

    assert [task.texts[number] for found in answers for number in found] == [
        "It came from Egypt.",
        "Milk is added in England.",
    ]
    for sentence in task.sentences:
        text = (tmp_path / sentence.document).read_text("utf-8")
        assert text[sentence.start :].startswith(sentence.text)


def test_the_table_is_led_by_the_best_and_leaves_nobody_out():
    rows = [
        Row("worse", Figures(0.5, 0.6, 10, 5, 9, 100)),
        Row("broken", None, "ERROR: no such package | at all"),
        Row("better", Figures(1, 0.8, 1.25, 150.04, 160, 1234.5)),
    ]

    lines = markdown(rows).splitlines()[2:]

    assert lines == [
        "| better | 1.000 | .800 | 1.2 | 150.0 | 160.0 | 1234 |",
        "| worse | .500 | .600 | 10.0 | 5.0 | 9.0 | 100 |",
        "| broken | ERROR: no such package \\| at all | | | | | |",
    ]


@pytest.mark.parametrize(
    ("stderr", "told"),
    [
        ("WARNING: old\nERROR: Cannot install x\nERROR: Resolution", "ERROR: Cannot install x"),
        (
            'Traceback:\n  File "x"\nModuleNotFoundError: No module named "x"\nmore\n',
            'ModuleNotFoundError: No module named "x"',
        ),
        ("what\never\n\n", "ever"),
        ("", ""),
    ],
)
def test_the_reason_of_a_failure_is_its_first_line(stderr, told):
    assert peers.reason(stderr) == told


def test_a_peer_that_fails_is_reported_and_the_others_run(task, tmp_path, monkeypatch):
    good, bad = peers.Peer("good", "bm25s_only", ()), peers.Peer("bad", "plain", ())

    def run(_python, peer, _task):
        if peer is bad:
            raise peers.PeerFailed("out of luck")
        return run_of([[0], [1]])

    monkeypatch.setattr(peers, "PEERS", (bad, good))
    monkeypatch.setattr(peers, "run", run)
    monkeypatch.setattr(peers, "environment", lambda *_: sys.executable)

    found = peers.measure_all(2, task, tmp_path, again=False)

    assert found == {"bad": "out of luck", "good": [run_of([[0], [1]])] * 2}


def test_a_script_that_breaks_down_says_why(task):
    with pytest.raises(peers.PeerFailed, match=r"No module named benchmarks\.peer_scripts\.none"):
        peers.run(sys.executable, peers.Peer("none", "none", ()), task)


def test_an_environment_is_made_anew_when_what_is_installed_changes(tmp_path, monkeypatch):
    installed = []

    def run(command, _settings):
        installed.append(command[-1])
        if command[-1] == "broken==1":
            raise peers.PeerFailed("ERROR: no broken==1")

    monkeypatch.setattr(peers.venv, "create", lambda place, **_: place.mkdir(exist_ok=True))
    monkeypatch.setattr(peers, "_run", run)

    for requirement in ("a==1", "a==1", "a==2", "broken==1", "broken==1"):
        with suppress(peers.PeerFailed):
            peers.environment(peers.Peer("a", "plain", (requirement,)), tmp_path)

    assert installed == ["a==1", "a==2", "broken==1", "broken==1"]


def test_what_was_measured_is_kept_until_something_changes(task, tmp_path, monkeypatch):
    sources, kept = tmp_path / "sources", tmp_path / "kept"
    sources.mkdir()
    kept.mkdir()
    peer = peers.Peer("a", "plain", (), sources=(sources,))
    asked = []

    def run(_python, _peer, task):
        asked.append(task)
        return run_of([[len(asked)]])

    def measured(task=task, number=0, *, again=False):
        """Return how many runs there had been when this result was made."""
        return peers.measure(peer, number, task, kept, again=again).found[0][0]

    monkeypatch.setattr(peers, "run", run)
    monkeypatch.setattr(peers, "environment", lambda *_: sys.executable)

    assert [measured(), measured()] == [1, 1]
    assert [measured(number=1), measured(number=1), measured()] == [2, 2, 1], "rounds are apart"
    assert [measured(again=True), measured()] == [3, 3]
    (sources / "new.py").write_text("changed = True")
    assert measured() == 4
    assert measured(replace(task, questions=("Another one?",))) == 5
    assert measured(replace(task, documents="elsewhere")) == 4, "where the task lies is no matter"


@pytest.mark.model
def test_our_own_script_finds_the_sentences_under_the_ids_that_all_share(tmp_path):
    task, answers = peers.make_task(ARTICLES, QUESTIONS, tmp_path, Path("model"))

    found = peers.run(sys.executable, peers.PEERS[0], task)

    assert judge([found], answers).p_at_1 == 1
    assert all(set(ids) <= set(range(len(task.sentences))) for ids in found.found)
    assert len(found.question_seconds) == len(QUESTIONS)
    assert found.memory_mb > 50, "a model was loaded"
    assert found.ingest_seconds > 0
