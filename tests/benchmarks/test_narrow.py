"""A narrower reader keeps what matters: without what does nothing it judges as before."""

import pytest

from qa.reader.input import ReaderInput

pytestmark = pytest.mark.slow

HEAD, NEURONS, SIZE = 3, slice(100, 200), 32

# torch and what is built on it take 8 s to import, so not while tests are collected


def sequence(seed: int) -> ReaderInput:
    import torch

    ids = torch.randint(1000, 20_000, (12,), generator=torch.Generator().manual_seed(seed)).tolist()
    return ReaderInput(ids=ids, types=[0] * 4 + [1] * 5 + [0] * 3, first=4, offsets=[(0, 1)] * 5)


def judge(network):
    import torch

    from benchmarks.reader.parallel import batch

    arrays = batch([sequence(seed) for seed in range(3)])
    with torch.inference_mode():
        relevance, span = network(*map(torch.from_numpy, arrays))
    return torch.cat([relevance, span.flatten()])


@pytest.fixture
def wide():
    """Return a network with a head and neurons in each layer that have no effect."""
    import torch

    from benchmarks.reader.network import ReaderNetwork, Width

    torch.manual_seed(0)
    network = ReaderNetwork(Width()).eval()
    for layer in network.bert.encoder.layer:
        layer.attention.output.dense.weight.data[:, HEAD * SIZE : (HEAD + 1) * SIZE] = 0
        layer.output.dense.weight.data[:, NEURONS] = 0
    return network


def test_what_has_no_effect_is_what_goes(wide):
    import torch

    from benchmarks.reader.examples import Group
    from benchmarks.reader.narrow import narrow, weigh
    from benchmarks.reader.network import Width

    groups = [Group([sequence(4), sequence(5)], answered=True, span=(5, 6))]

    result = narrow(wide, weigh(wide, groups), Width(heads=11, neurons=1436)).eval()

    assert torch.allclose(judge(result), judge(wide), atol=1e-5)
    assert sum(w.numel() for w in result.parameters()) < sum(w.numel() for w in wide.parameters())


def test_a_network_is_loaded_as_it_was_kept(wide, tmp_path):
    import torch

    from benchmarks.reader.network import ReaderNetwork

    torch.save(wide.state(), tmp_path / "checkpoint.pt")

    assert torch.equal(judge(ReaderNetwork.load(tmp_path / "checkpoint.pt")), judge(wide))
