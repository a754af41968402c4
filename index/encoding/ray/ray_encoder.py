"""Encoding by the workers of a Ray cluster; reading, splitting and storing stay where they are."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from index.encoding.encoder import PROBE, Encoder, Precision, Vectors, Waiting, same_model
from index.encoding.ray.ray_cluster import connected
from index.errors import ModelMismatch, ModelUnavailable, WorkersUnavailable

# Sentences of one call: half a second of one core with the default model. More of them, and cores
# wait longer for the last one at the end of a batch; fewer, and Ray's own work for each counts.
_CALL = 128
# Of workers that one call outlives: machines come and go, but after so many deaths the sentences
# may be the cause, and would go on killing.
_DEATHS = 10
# Seconds in which no call comes to its end. A call takes seconds; a machine that a cluster starts
# for it may take minutes. Without an end, a cluster that has died is waited for in silence.
_PATIENCE = 600.0
# Sentences committed together, for each CPU and at most: four seconds, in which this side stores
# the batch before (9,000 sentences a second) and reads the next (29,000). 50,000 are 100 MB here.
_PER_CPU, _MOST = 1000, 50_000


@contextmanager
def encoding_on(address: str | None, encoder: Encoder) -> Iterator[Encoder]:
    """Give an encoder that works on a Ray cluster as `encoder` does here; itself without address.

    Raises:
        WorkersUnavailable: As `connected` does.
    """
    if address is None:
        yield encoder
    else:
        with connected(address) as ray:
            yield RayEncoder(encoder, ray)


class RayEncoder:
    """Spreads sentences over all CPUs of the cluster this process is connected to.

    A call whose worker dies is made again elsewhere. What travels to the workers is the name of
    the model, the probe's vector and sentences; what comes back are vectors.
    """

    def __init__(self, local: Encoder, ray: Any) -> None:  # noqa: ANN401 - a module
        """Spread what `local`, which has to be of a kind that can be pickled, would do."""
        self._ray = ray
        self._local = local
        self._probe = local.encode_query(PROBE)
        self._encode = ray.remote(num_cpus=1, max_retries=_DEATHS)(encode)
        self.name = local.name
        self.precision: Precision = local.precision
        self.dimension = local.dimension

    @property
    def sentences_at_once(self) -> int:
        """How many sentences keep the cluster, as large as it is now, busy for some seconds."""
        cpus = int(self._ray.cluster_resources().get("CPU", 0))
        return min(max(1, cpus) * _PER_CPU, _MOST)

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return float32 unit rows of shape (len(texts), dimension); raises as `begin` does."""
        return self.begin(texts)(progress)

    def begin(self, texts: Sequence[str]) -> Waiting:
        """Hand sentences to the workers; return the function that waits for their vectors.

        That raises:
            ModelMismatch: A worker makes other vectors than this computer.
            ModelUnavailable: A worker can't load the model.
            WorkersUnavailable: Verbatim isn't installed there, or the cluster gave up.
        """
        # Alike in length, the sentences of a call need little padding; the longest calls go first
        by_length = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
        calls = {}
        for start in range(0, len(texts), _CALL):
            batch = by_length[start : start + _CALL]
            sentences = [texts[index] for index in batch]
            calls[self._encode.remote(self._local, self._probe, sentences)] = batch
        return partial(self._collect, calls, len(texts))

    def _collect(
        self, calls: dict[Any, list[int]], count: int, progress: Callable[[int], None] | None
    ) -> Vectors:
        vectors = np.zeros((count, self.dimension), dtype=np.float32)
        done = 0
        while calls:
            ended, _ = self._ray.wait(list(calls), timeout=_PATIENCE)
            if not ended:
                raise WorkersUnavailable(
                    f"No worker of the Ray cluster finished within {_PATIENCE:g} seconds. Check "
                    "`ray status`; what was committed is kept, and indexing again resumes from "
                    "there."
                )
            for call in ended:
                batch = calls.pop(call)
                vectors[batch] = self._result(call)
                done += len(batch)
            if progress:
                progress(done)
        return vectors

    def encode_query(self, text: str) -> Vectors:
        """Return one float32 unit vector of shape (dimension,), made on this computer."""
        return self._local.encode_query(text)

    def _result(self, call: Any) -> Vectors:  # noqa: ANN401 - Ray's own
        failures = self._ray.exceptions
        try:
            vectors: Vectors = self._ray.get(call)
        except failures.RayTaskError as error:
            where, cause = f"The worker on {_host(error)}", error.cause
            for kind in (ModelMismatch, ModelUnavailable):
                if isinstance(cause, kind):
                    raise kind(f"{where}: {cause}") from error
            raise WorkersUnavailable(
                f"{where} can't encode: {_last_line(error)}. Install Verbatim there in the version "
                "you have here: pip install 'verbatim-qa[ray]'"
            ) from error
        except failures.RayError as error:
            raise WorkersUnavailable(
                f"The Ray cluster gave up on some sentences: {_last_line(error)}. What was "
                "committed stays, and indexing again goes on from there."
            ) from error
        return vectors


_checked: dict[bytes, Encoder] = {}  # in a worker: its encoder, by the probe's vector


def encode(encoder: Encoder, probe: Vectors, texts: list[str]) -> Vectors:
    """Return the vectors of texts, in a worker, whose encoder is loaded and checked once.

    Raises:
        ModelMismatch: The encoder doesn't make the vector `probe` of the probe.
    """
    key = probe.tobytes()
    if key not in _checked:
        if not same_model(encoder.encode_query(PROBE), probe, encoder.precision):
            raise ModelMismatch(
                f"{encoder.name} has different weights there. Install the same model."
            )
        _checked[key] = encoder
    return _checked[key].encode_documents(texts)


def _host(error: Exception) -> str:
    match = re.search(r"\bip=([^\s,)]+)", str(error))
    return match[1] if match else "a node"


def _last_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[-1][:200].rstrip(".")
