"""The benchmark of stages: times are counted once, and floors are of the networks that are used."""

import math
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import onnx
import pytest

import index
import qa
from benchmarks.stages import __main__ as stages
from benchmarks.stages import stopwatch
from benchmarks.stages.floors import ENCODER, READER
from benchmarks.stages.rows import REST, Lap, profile
from benchmarks.stages.stopwatch import Call, Stopwatch, Target, methods
from qa.reader.ranking import TOKENS_OF_ALL


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only when it is told to; processors work half of it."""
    clock = SimpleNamespace(now=0.0)
    clock.perf_counter = lambda: clock.now
    clock.process_time = lambda: clock.now / 2
    monkeypatch.setattr(stopwatch, "time", clock)
    return clock


class Work:
    """Takes 1 second for itself, 10 for what it calls, 100 around a block, 1,000 a step."""

    def __init__(self, clock):
        self._clock = clock

    def outer(self):
        self._clock.now += 1
        return 2 * self.inner()

    def inner(self):
        self._clock.now += 10
        return 21

    @contextmanager
    def block(self):
        self._clock.now += 60
        yield "inside"
        self._clock.now += 40

    def steps(self):
        for step in range(2):
            self._clock.now += 1000
            yield step

    @property
    def size(self):
        self._clock.now += 0.5
        return 7

    def fail(self):
        self._clock.now += 5
        raise ValueError


def call(stage, wall, cpu=0.0):
    return Call(stage, wall, cpu, "", (), None)


def test_time_within_a_timed_call_counts_for_the_inner_stage_only(clock):
    watch = Stopwatch()

    with watch.timing([Target(Work, "outer", "mine"), Target(Work, "inner", "called")]):
        assert Work(clock).outer() == 42

    assert {done.stage: (done.wall, done.cpu) for done in watch.lap()} == {
        "mine": (1.0, 0.5),
        "called": (10.0, 5.0),
    }
    assert watch.lap() == []


def test_blocks_steps_and_attributes_are_timed_without_what_is_done_between(clock):
    watch, work = Stopwatch(), Work(clock)

    with watch.timing(methods(Work, "all")):
        with work.block() as value:
            clock.now += 7
        for _ in work.steps():
            clock.now += 7
        size = work.size

    assert (value, size) == ("inside", 7)
    assert sum(done.wall for done in watch.calls) == 100 + 2000 + 0.5


def test_a_stage_may_depend_on_what_a_function_is_called_with(clock):
    watch = Stopwatch()

    with watch.timing([Target(Work, "inner", lambda work: type(work).__name__)]):
        Work(clock).inner()

    assert [done.stage for done in watch.calls] == ["Work"]


def test_errors_come_through_and_functions_are_their_own_again(clock):
    watch, before = Stopwatch(), dict(vars(Work))

    with pytest.raises(ValueError), watch.timing(methods(Work, "all")):  # noqa: PT011 - has no words
        Work(clock).fail()

    assert [done.wall for done in watch.calls] == [5.0]
    assert dict(vars(Work)) == before


def test_a_profile_has_medians_and_the_time_in_no_stage():
    laps = [Lap(10.0, 4.0, [call("a", 1.0), call("a", 1.0), call("b", 5.0)]), Lap(20.0, 4.0, [])]

    found = profile("both", laps, {"a": (0.5, "half")})

    assert [(row.stage, row.wall, row.floor) for row in found.rows] == [
        ("b", 2.5, None),
        ("a", 1.0, 0.5),
        (REST, (3.0 + 20.0) / 2, None),
    ]
    assert (found.wall, found.cpu, found.floor) == (15.0, 4.0, 0.5)


@pytest.mark.parametrize(
    ("file", "network"),
    [
        (Path(index.__file__).parent / "encoding" / "weights" / "e5.onnx", ENCODER),
        (Path(qa.__file__).parent / "reader" / "weights" / "reader.onnx", READER),
    ],
    ids=["encoder", "reader"],
)
def test_multiplications_are_those_of_the_network(file, network):
    graph = onnx.load(file, load_external_data=False).graph
    sizes = {array.name: tuple(array.dims) for array in graph.initializer}
    used = {name for node in graph.node for name in node.input if "Mul" in node.op_type}
    used |= {name for node in graph.node if node.op_type == "QAttention" for name in node.input}
    matrices = [math.prod(sizes[name]) for name in used if len(sizes.get(name, ())) == 2]

    assert math.isclose(
        sum(matrices), network.weights, rel_tol=0.001
    )  # the reader's answers take the rest


def test_a_short_text_takes_as_long_as_reading_the_weights():
    assert READER.seconds([1], rate=READER.weights, weights_read=100.0) == 100.0
    both = READER.multiply_adds(1) + READER.multiply_adds(2)
    assert READER.seconds([1, 2], rate=1.0, weights_read=100.0) == both


def test_the_tokens_that_the_reader_read_are_counted_for_its_floor(seed_corpus):
    watch = Stopwatch()
    with watch.timing(stages._ASK):
        qa.ask("Who is Juan Guaido?", corpus=seed_corpus, reader="shipped")

    lengths = stages._read_lengths(Lap(0.0, 0.0, watch.lap()))

    assert lengths
    assert all(10 < length <= 185 for length in lengths)
    assert sum(lengths) <= TOKENS_OF_ALL, "the article has few sentences, and all are read"
