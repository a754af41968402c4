"""What is exported judges one sequence as the network that was trained does."""

import pytest
import torch

from benchmarks.reader.network import ReaderNetwork, Width
from benchmarks.reader.single import SingleReader


@pytest.fixture(scope="module")
def network() -> ReaderNetwork:
    torch.manual_seed(0)
    return ReaderNetwork(Width(heads=8, neurons=768, activation="relu")).eval()


@pytest.mark.parametrize("candidate", [slice(4, 9), slice(4, 5), slice(4, 4), slice(1, 30)])
def test_one_sequence_is_judged_as_in_a_batch(network, candidate):
    ids = torch.randint(1000, 20_000, (30,), generator=torch.Generator().manual_seed(1))
    types = torch.zeros_like(ids)
    types[candidate] = 1

    with torch.inference_mode():
        relevance, span, _ = SingleReader(network).eval()(ids, types)
        wanted, spans = network(ids[None], types[None], torch.ones_like(ids)[None])

    assert torch.allclose(relevance, wanted, atol=1e-4)
    assert span.shape == (candidate.stop - candidate.start, 2)
    assert torch.allclose(span, spans[0, candidate], atol=1e-4)
