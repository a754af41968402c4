"""Removal from FAISS's packed codes: the last vectors move into the places of those that go.

FAISS 1.15 moves all vectors behind the first that goes, which takes seconds among millions, and
leaves codes behind the last vector, with which it mixes those added later.
"""

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.search.vectors.base import Ids


def remove_codes(index: Any, ids: Ids) -> None:  # noqa: ANN401 - FAISS gives its kinds no common type
    """Remove ids from an `IndexIDMap` of an `IndexRefine` of an `IndexPQFastScan`.

    Args:
        index: The index. What is beside its codes, such as training, stays as it is.
        ids: The ids; those not held are passed over.
    """
    refined: Any = faiss.downcast_index(index.index)
    coarse: Any = faiss.downcast_index(refined.base_index)
    fine: Any = faiss.downcast_index(refined.refine_index)
    held = faiss.rev_swig_ptr(index.id_map.data(), index.ntotal)
    gone = np.isin(held, ids)
    count = index.ntotal - int(gone.sum())
    free, moved = np.flatnonzero(gone[:count]), count + np.flatnonzero(~gone[count:])
    held[free] = held[moved]
    codes = faiss.rev_swig_ptr(fine.codes.data(), fine.codes.size()).reshape(-1, fine.code_size)
    codes[free] = codes[moved]
    _move(coarse, moved, free)
    index.id_map.resize(count)
    fine.codes.resize(count * fine.code_size)
    _shorten(coarse, count)
    for one in (index, refined, fine, coarse):
        one.ntotal = count


def _move(coarse: Any, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> None:  # noqa: ANN401
    packer = coarse.get_CodePacker()
    blocks = _blocks(coarse, packer)
    for source, target in zip(sources.tolist(), targets.tolist(), strict=True):
        block, slot = divmod(source, packer.nvec)
        code = packer.unpack_1(blocks[block : block + 1], slot)
        block, slot = divmod(target, packer.nvec)
        packer.pack_1(code, slot, blocks[block : block + 1])


def _shorten(coarse: Any, count: int) -> None:  # noqa: ANN401
    """Keep the first vectors, and nothing in the places behind them."""
    packer = coarse.get_CodePacker()
    whole = -(-count // packer.nvec)
    coarse.codes.resize(whole * packer.block_size)
    coarse.ntotal2 = whole * packer.nvec
    nothing, blocks = np.zeros(packer.code_size, np.uint8), _blocks(coarse, packer)
    for slot in range(count % packer.nvec or packer.nvec, packer.nvec):
        packer.pack_1(nothing, slot, blocks[-1:])


def _blocks(coarse: Any, packer: Any) -> NDArray[np.uint8]:  # noqa: ANN401
    codes: NDArray[np.uint8] = faiss.rev_swig_ptr(coarse.codes.data(), coarse.codes.size())
    return codes.reshape(-1, packer.block_size)
