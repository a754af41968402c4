"""Vector engines: derived from the store, rebuildable, never the truth."""

from index.engines.base import VectorEngine

__all__ = ["VectorEngine"]
