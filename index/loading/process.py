"""Files and texts cut into sentences in a process of their own, with limits on time and memory.

A file can be made to explode in memory or to keep a parser busy for ever. Here that costs the
process that reads it, and the corpus gets an error that names the file.
"""

import atexit
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, TypeVar, cast

from index.documents import Block, LoadedFile, PagePicture, Span
from index.errors import FileTooLarge, UnreadableFile, UserError
from index.limits import CHARACTERS, PICTURE_TIME, READING_MEMORY, READING_TIME
from index.loading.answers import Answer, BadAnswer, read_answer
from index.loading.block_answers import written_blocks
from index.loading.page_messages import PageListener, PageReadings
from index.loading.picture_answers import read_picture

TIME_LIMIT = float(READING_TIME.most)
MEMORY_LIMIT = READING_MEMORY.most  # of address space, where the system can limit it
# Seconds after which a process that has nothing more to do ends by itself. It holds 45 MB, and
# takes a core half a second to start.
_IDLE = 60
_START = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from index.loading.worker import main; main(int(sys.argv[2]), int(sys.argv[3]))"
)
# In a variable's name: what a hostile file that takes the process over must not find in it
_SECRET = re.compile("token|secret|password|key", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's text and its sentences' places.

    Attributes:
        file: The text with its title.
        spans: The sentences' places.
        sha256: Of the very bytes that the text was made from; empty if it was no file.
        attached: Names of the files inside of it, which are documents of their own.
        readings: Keys of what is known of its pages that are pictures.
    """

    file: LoadedFile
    spans: Sequence[Span]
    sha256: str = ""
    attached: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()


def parse_file(
    path: Path,
    time_limit: float = TIME_LIMIT,
    *,
    inside: Sequence[int] = (),
    name: str = "",
    on_page: Callable[[int, int], None] | None = None,
    readings: PageReadings | None = None,
) -> Parsed:
    """Return the text of a file, cut into sentences.

    Args:
        path: The file.
        time_limit: Seconds; as many again for each page that is a picture.
        inside: Of a file that is attached to that one, its place among the attached ones; of one
            attached to that, both.
        name: What to call it in errors; by default its name.
        on_page: Called when a page is begun that is a picture: which one, of how many.
        readings: Knows what was read on pictures before, and is told what is now.

    Raises:
        UserError: As `index.load` does; also when it has too many sentences, or reading takes too
            long or too much memory.
    """
    name = (name or path.name).encode("utf-8", "backslashreplace").decode() or "The file"
    request: dict[str, Any] = {"path": str(path), "name": name, "inside": list(inside)}
    request["readings"] = readings is not None
    parsed = _worker.ask(request, None, name, time_limit, on_page=on_page, readings=readings)
    file = cast("LoadedFile", parsed.file)
    return Parsed(file, parsed.spans, parsed.sha256, parsed.attached, parsed.readings)


def begin_reading() -> None:
    """Let a process stand by that reads files: it takes a while to be ready.

    It waits for its first file for as long as need be, and ends when this process does.
    """
    _worker.begin()


def parse_text(
    text: str,
    title: str,
    name: str,
    blocks: Sequence[Block] = (),
    time_limit: float = TIME_LIMIT,
) -> Parsed:
    """Return a text with its title, its blocks and its sentences.

    Args:
        text: The text.
        title: Its title.
        name: What to call it in errors.
        blocks: What it is made of; by default what plain text like this is taken to be made of.
        time_limit: Seconds.

    Raises:
        UserError: It has too many characters or sentences, or takes too long or too much memory.
    """
    if len(text) > CHARACTERS.most:
        raise FileTooLarge(
            f"{name} holds more than {CHARACTERS.amount}, the most that is read of one document. "
            "Split it into several."
        )
    parsed = _worker.ask({"name": name}, text, name, time_limit, written_blocks(blocks))
    file = LoadedFile(text, title, "text", blocks=parsed.blocks, language=parsed.language)
    return Parsed(file, parsed.spans)


def picture_of(data: bytes, name: str, page: int, words: str, before: int) -> PagePicture:
    """Return a page of a PDF as a picture, and where on it words stand.

    Args:
        data: The PDF.
        name: What to call it in errors.
        page: Which page, counted from 1.
        words: What is to be marked; nothing if empty.
        before: How often these words stand in the page's text before the place that is meant.

    Raises:
        UserError: It can't be drawn, or takes too long or too much memory; or lacks the page.
    """
    request = {"name": name, "picture": len(data), "page": page, "words": words, "before": before}
    line = json.dumps(request).encode() + b"\n" + data
    answer = _drawer.answer(line, lambda pipes, _: read_picture(pipes[1]), name, PICTURE_TIME.most)
    return cast("PagePicture", answer.picture)


_Pipes = tuple[IO[bytes], IO[bytes]]


class _Answered(Protocol):
    """An answer of the process, or why there is none."""

    @property
    def error(self) -> UserError | None: ...


_Given = TypeVar("_Given", bound=_Answered)


class _Deadline:
    """Kills a process that takes too long.

    Attributes:
        passed: Whether it did.
    """

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self._process = process
        self._seconds = seconds
        self._timer: threading.Timer | None = None
        self.passed = False

    def begin(self) -> None:
        """Give the process all of its time, from now on."""
        self.end()
        self._timer = threading.Timer(self._seconds, self._give_up)
        self._timer.daemon = True
        self._timer.start()

    def end(self) -> None:
        """Let the process live."""
        if self._timer:
            self._timer.cancel()

    def _give_up(self) -> None:
        self.passed = True
        self._process.kill()


class _Worker:
    """A process that reads one file after another, started when needed and after each death."""

    def __init__(self) -> None:
        # Guards the process and its pipe, which carries one file and one answer at a time
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closing = False  # what is asked meanwhile is not begun again

    def begin(self) -> None:
        """Start the process beside what the caller does, unless it is there."""
        if not self._lock.acquire(blocking=False):
            return  # somebody asks it already
        try:
            if self._process and self._process.poll() is not None:  # ended for idleness
                self._end()
            if not (self._process or self._closing):
                self._process = self._start()
        finally:
            self._lock.release()

    def ask(
        self,
        request: dict[str, Any],
        text: str | None,
        name: str,
        time_limit: float,
        blocks: bytes = b"",
        on_page: Callable[[int, int], None] | None = None,
        readings: PageReadings | None = None,
    ) -> Answer:
        """Return what the process makes of a request, with a text if that is what it is about."""
        body = b"" if text is None else text.encode("utf-8", "surrogatepass")
        if text is not None:
            request = {**request, "text": len(body), "blocks": len(blocks)}
        line = json.dumps(request).encode() + b"\n" + body + blocks

        def read(pipes: _Pipes, deadline: "_Deadline") -> Answer:
            requests, answers = pipes

            def page(number: int, pages: int) -> None:
                deadline.begin()
                if on_page:
                    on_page(number, pages)

            def reply(data: bytes) -> None:
                requests.write(data)
                requests.flush()

            return read_answer(answers, text, PageListener(page, readings, reply))

        return self.answer(line, read, name, time_limit)

    def answer(
        self,
        line: bytes,
        read: Callable[[_Pipes, "_Deadline"], _Given],
        name: str,
        time_limit: float,
    ) -> _Given:
        """Return what the process makes of a request that is written already.

        Args:
            line: The request, with what follows it.
            read: Reads the answer, and may put its deadline off; raises `BadAnswer` if it is none.
            name: What to call the file in errors.
            time_limit: Seconds.
        """
        with self._lock:
            fresh = self._process is None
            answer, late = self._exchange(line, read, time_limit)
            idled = not (late or fresh or self._closing)  # it may have ended for idleness
            if answer is None and idled:
                answer, late = self._exchange(line, read, time_limit)
        if late:
            raise FileTooLarge(
                f"{name} took longer than {time_limit:.0f} seconds to read and was given up. "
                "Split it, or save it in a simpler form."
            )
        if answer is None:
            raise UnreadableFile(
                f"{name} can't be read: the process that reads it crashed. Open the file in "
                "the program it was made with, save it again and add that file."
            )
        if answer.error:
            raise answer.error
        return answer

    def _exchange(
        self, line: bytes, read: Callable[[_Pipes, "_Deadline"], _Given], time_limit: float
    ) -> tuple[_Given | None, bool]:
        """Return the answer, None if the process died, and whether it was for taking too long."""
        process = self._process or self._start()
        self._process = process
        deadline = _Deadline(process, time_limit)
        deadline.begin()
        answer = None
        try:
            pipes = cast("_Pipes", (process.stdin, process.stdout))
            pipes[0].write(line)
            pipes[0].flush()
            answer = read(pipes, deadline)
        except (BrokenPipeError, BadAnswer):
            pass
        finally:
            deadline.end()
            if answer is None:
                self._end()
        return (answer, False) if answer else (None, deadline.passed)

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {key: value for key, value in os.environ.items() if not _SECRET.search(key)}
        return subprocess.Popen(  # noqa: S603 - our own interpreter and words
            [
                sys.executable,
                "-I",
                "-B",  # what it imports later is not to be written as .pyc: it may not write
                "-c",
                _START,
                json.dumps(sys.path),
                str(MEMORY_LIMIT),
                str(_IDLE),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,  # a Ctrl-C is for us; it ends when its input does
        )

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def close(self) -> None:
        """End the process, and with it what it is reading: whoever waits for that lets go."""
        self._closing = True
        if process := self._process:
            process.kill()
        with self._lock:
            self._end()
            self._closing = False


_worker = _Worker()
_drawer = _Worker()  # another one: who looks at a page doesn't wait until a long file is read
atexit.register(_worker.close)
atexit.register(_drawer.close)
