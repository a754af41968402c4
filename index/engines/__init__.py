"""Vector engines: derived from the store, rebuildable, never the truth."""

from index.engines.base import VectorEngine


def new_engine(dimension: int) -> VectorEngine:
    """Return an empty engine for unit vectors of that dimension."""
    from index.engines.faiss_engine import FaissEngine

    return FaissEngine(dimension)


__all__ = ["VectorEngine", "new_engine"]
