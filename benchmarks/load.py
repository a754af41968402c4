"""Many clients asking at once while documents come and go: throughput, times, errors, memory.

    python -m benchmarks.load [--clients 64] [--minutes 5] [--page 4] [--batches 4] [--json]

Starts a server of its own on a corpus of 400 small documents. Most clients ask over REST, a few as
the page does; one adds and removes documents, and some send batches of 100 questions, all from one
address. Those of REST have an address each (on Linux: all of 127.0.0.0/8 is this computer). Each
answer is compared with what it has to be: any status but 200, 429 and 503, and any answer that
isn't word for word the document's, is an error.
"""

import argparse
import asyncio
import json
import random
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx
import numpy as np
from rich.console import Console
from rich.table import Table

from index import Corpus, NamedText

_SHELVES = 400
_COLOURS = ("amber", "beige", "coral", "denim", "ebony", "flax", "green", "hazel")
_FOREIGN = 100_000  # numbers of the shelves that come and go
_TOGETHER = 5  # documents that come, and go, at a time
_BATCH = 100  # questions
_ENOUGH = (429, 503)
_console = Console(stderr=True)


@dataclass(slots=True)
class Tally:
    """What one kind of client met with."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is reported of a kind of client."""

    answered: int
    refused: int
    errors: int
    a_second: float
    p50_ms: float
    p99_ms: float


def text_of(shelf: int) -> str:
    """Return the text of a shelf's document."""
    colour = _COLOURS[shelf % len(_COLOURS)]
    return (
        f"Shelf {shelf} stands in the store room. The label of shelf {shelf} is {colour}. "
        "Nobody but the keeper may move it."
    )


def main() -> None:
    """Run the load and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--page", type=int, default=4, help="how many of them use the page")
    parser.add_argument("--batches", type=int, default=4, help="clients that send batches, too")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with Corpus(folder, create=True) as corpus:
            corpus.add_texts(
                NamedText(f"shelf {n}", text_of(n), f"Shelf {n}") for n in range(_SHELVES)
            )
        command = [sys.executable, "-m", "ui", "chat", "--port", "0", "--corpus", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
            try:
                assert server.stdout  # noqa: S101 - a pipe, see above
                url = re.search(r"http://\S+", server.stdout.readline())[0]  # type: ignore[index]
                run = _Run(url, server.pid, 60 * options.minutes)
                rest = options.clients - options.page
                asyncio.run(run.all(rest, options.page, options.batches))
            finally:
                server.terminate()
    run.report(as_json=options.json)


class _Run:
    """One run against a server."""

    def __init__(self, url: str, pid: int, seconds: float) -> None:
        self._url, self._pid, self._length = url, pid, seconds
        self._tallies = {"REST": Tally(), "page": Tally(), "changes": Tally(), "batches": Tally()}
        self._memory: list[float] = []
        self._end = 0.0

    async def all(self, rest: int, page: int, batches: int) -> None:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=self._url, timeout=120, limits=limits) as client:
            while not (await client.get("/healthz")).json().get("model"):
                await asyncio.sleep(0.2)
            page_html = (await client.get("/")).text
            config = json.JSONDecoder().raw_decode(page_html, _config_at(page_html))[0]
            asked = next(i for i in config["dependencies"] if i["targets"][0][1] == "submit")
            self._end = time.monotonic() + self._length
            await asyncio.gather(
                *(self._rest(seed) for seed in range(rest)),
                *(self._page(client, asked["id"], seed) for seed in range(page)),
                self._changes(client),
                *(self._batch(seed) for seed in range(batches)),
                self._watch(),
            )

    def _client(self, address: str) -> httpx.AsyncClient:
        transport = httpx.AsyncHTTPTransport(local_address=address)
        return httpx.AsyncClient(base_url=self._url, timeout=600, transport=transport)

    async def _rest(self, seed: int) -> None:
        async with self._client(f"127.0.1.{1 + seed % 250}") as client:
            await self._ask(client, random.Random(seed))

    async def _ask(self, client: httpx.AsyncClient, rng: random.Random) -> None:
        tally = self._tallies["REST"]
        while time.monotonic() < self._end:
            shelf = rng.randrange(_SHELVES)
            begun = time.perf_counter()
            body = {"question": f"What is the label of shelf {shelf}?", "k": 3}
            answer = await client.post("/api/ask", json=body)
            tally.statuses[answer.status_code] += 1
            if answer.status_code in _ENOUGH:
                await asyncio.sleep(float(answer.headers.get("retry-after", 1)) * rng.random())
            elif answer.status_code == 200:
                tally.seconds.append(time.perf_counter() - begun)
                tally.wrong += _wrong(answer.json(), shelf)

    async def _batch(self, seed: int) -> None:
        rng = random.Random(2000 + seed)
        tally = self._tallies["batches"]
        async with self._client("127.0.0.2") as client:
            while time.monotonic() < self._end:
                shelves = [rng.randrange(_SHELVES) for _ in range(_BATCH)]
                begun = time.perf_counter()
                questions = [f"What is the label of shelf {shelf}?" for shelf in shelves]
                answer = await client.post("/api/ask/batch", json={"questions": questions, "k": 3})
                tally.statuses[answer.status_code] += 1
                if answer.status_code in _ENOUGH:
                    await asyncio.sleep(float(answer.headers["retry-after"]))
                elif answer.status_code == 200:
                    tally.seconds.append(time.perf_counter() - begun)
                    for told, shelf in zip(answer.json(), shelves, strict=True):
                        tally.wrong += _wrong(told, shelf)

    async def _page(self, client: httpx.AsyncClient, event: int, seed: int) -> None:
        rng = random.Random(1000 + seed)
        tally = self._tallies["page"]
        while time.monotonic() < self._end:
            shelf, session = rng.randrange(_SHELVES), secrets.token_hex(8)
            begun = time.perf_counter()
            body = {
                "data": [f"What is the label of shelf {shelf}?", None, None, []],
                "fn_index": event,
                "session_hash": session,
            }
            joined = await client.post("/gradio_api/queue/join", json=body)
            tally.statuses[joined.status_code] += 1
            if joined.status_code != 200:
                await asyncio.sleep(1)
                continue
            shown = await self._until_complete(client, session)
            tally.seconds.append(time.perf_counter() - begun)
            if f"shelf {shelf}" not in shown.lower():
                tally.wrong.append(f"the page lacks shelf {shelf}: {shown[:300]}")

    async def _until_complete(self, client: httpx.AsyncClient, session: str) -> str:
        """Return all that the page was sent until its event was complete."""
        sent = []
        path = f"/gradio_api/queue/data?session_hash={session}"
        async with client.stream("GET", path) as stream:
            async for line in stream.aiter_lines():
                sent.append(line)
                if '"process_completed"' in line:
                    break
        return "\n".join(sent)

    async def _changes(self, client: httpx.AsyncClient) -> None:
        tally, number = self._tallies["changes"], _FOREIGN
        while time.monotonic() < self._end:
            added = []
            for shelf in range(number, number + _TOGETHER):
                begun = time.perf_counter()
                body = {"title": f"Shelf {shelf}", "text": text_of(shelf)}
                answer = await client.post("/api/texts", json=body)
                tally.statuses[answer.status_code] += 1
                tally.seconds.append(time.perf_counter() - begun)
                outcome = json.loads(answer.text.splitlines()[-1])
                if outcome.get("status") == "added":
                    added.append(outcome["document"]["id"])
                else:
                    tally.wrong.append(answer.text)
            for document in added:
                answer = await client.delete(f"/api/documents/{document}")
                tally.statuses[answer.status_code] += 1
            number += _TOGETHER

    async def _watch(self) -> None:
        while time.monotonic() < self._end:
            status = Path(f"/proc/{self._pid}/status")
            if status.exists():
                size = re.search(r"VmRSS:\s+(\d+)", status.read_text())
                self._memory.append(int(size[1]) / 1000 if size else 0.0)
            await asyncio.sleep(1)

    def report(self, *, as_json: bool) -> None:
        outcomes = {name: self._outcome(tally) for name, tally in self._tallies.items()}
        third = max(1, len(self._memory) // 3)
        memory = [round(float(np.mean(part)), 1) for part in _parts(self._memory, third)]
        if as_json:
            told = {name: asdict(outcome) for name, outcome in outcomes.items()}
            print(json.dumps({**told, "memory_mb": memory}))
        table = Table("clients", "answered", "a second", "p50 ms", "p99 ms", "429, 503", "errors")
        for name, outcome in outcomes.items():
            table.add_row(
                name,
                f"{outcome.answered:,}",
                f"{outcome.a_second:.1f}",
                f"{outcome.p50_ms:.0f}",
                f"{outcome.p99_ms:.0f}",
                f"{outcome.refused:,}",
                f"{outcome.errors:,}",
            )
        console = _console if as_json else Console()
        console.print(table)
        console.print(f"Memory of the server by thirds of the run, MB: {memory}")
        for tally in self._tallies.values():
            for wrong in tally.wrong[:3]:
                _console.print(wrong, markup=False)

    def _outcome(self, tally: Tally) -> Outcome:
        times = np.array(tally.seconds or [0.0]) * 1000
        refused = sum(tally.statuses[status] for status in _ENOUGH)
        failed = sum(tally.statuses.values()) - tally.statuses[200] - refused
        return Outcome(
            answered=len(tally.seconds),
            refused=refused,
            errors=failed + len(tally.wrong),
            a_second=round(len(tally.seconds) / self._length, 2),
            p50_ms=round(float(np.percentile(times, 50)), 1),
            p99_ms=round(float(np.percentile(times, 99)), 1),
        )


def _wrong(answer: dict[str, object], shelf: int) -> list[str]:
    """Return what is wrong with an answer about a shelf that was there all along."""
    passages = answer["passages"]
    assert isinstance(passages, list)  # noqa: S101 - by the description of the route
    if not any(f"label of shelf {shelf} is" in passage["text"].lower() for passage in passages):
        return [f"shelf {shelf} is not among the passages"]
    mixed = []
    for passage in passages:
        number = int(passage["document"]["title"].rpartition(" ")[2])
        if text_of(number)[passage["start"] : passage["end"]] != passage["text"]:
            mixed.append(f"not what document {number} says: {passage['text']}")
    return mixed


def _config_at(html: str) -> int:
    """Return where the page's description of itself begins: no address of its own has it."""
    name = re.search(r"window\.gradio_config\s*=\s*", html)
    if not name:
        raise SystemExit("The page has no description of its events: is this Gradio's page?")
    return name.end()


def _parts(values: list[float], size: int) -> list[list[float]]:
    return [values[start : start + size] for start in range(0, 3 * size, size)]


if __name__ == "__main__":
    main()
