"""The lock that searches share and changes hold alone."""

import threading
import time

import pytest

from index.search.local.shared_lock import SharedLock

PATIENCE = 20.0  # seconds


def until(condition) -> None:
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.001)


def test_readers_hold_it_together():
    lock, both = SharedLock(), threading.Barrier(2, timeout=PATIENCE)

    def read() -> None:
        with lock.shared():
            both.wait()

    other = threading.Thread(target=read)
    other.start()
    read()
    other.join(PATIENCE)

    assert not both.broken


def test_a_writer_that_waits_goes_before_readers_that_come_later():
    lock, order = SharedLock(), []

    def write() -> None:
        with lock.alone():
            order.append("writer")

    def read() -> None:
        with lock.shared():
            order.append("reader")

    threads = [threading.Thread(target=target) for target in (write, read)]
    with lock.shared():
        threads[0].start()
        until(lambda: lock._waiting)
        threads[1].start()
        threads[1].join(0.05)
        assert order == []
    for thread in threads:
        thread.join(PATIENCE)

    assert order == ["writer", "reader"]


def test_nobody_holds_it_beside_a_writer():
    lock, inside, most = SharedLock(), [], []

    def enter(way, name: str) -> None:
        for _ in range(200):
            with way():
                inside.append(name)
                most.append(("writer" in inside, len(inside)))
                inside.remove(name)

    ways = [(lock.alone, "writer")] * 2 + [(lock.shared, "reader")] * 3
    threads = [threading.Thread(target=enter, args=way) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert len(most) == 1000
    assert {count for writing, count in most if writing} == {1}


@pytest.mark.parametrize("way", ["shared", "alone"])
def test_an_error_gives_it_back(way):
    lock = SharedLock()

    with pytest.raises(ZeroDivisionError), getattr(lock, way)():
        raise ZeroDivisionError

    with lock.alone():
        pass
    with lock.shared():
        pass


def test_a_writer_whose_wait_is_interrupted_lets_readers_go_on(monkeypatch):
    lock = SharedLock()

    def interrupted(predicate) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(lock._changed, "wait_for", interrupted)
        with pytest.raises(KeyboardInterrupt), lock.alone():
            pass

    with lock.shared():
        pass
