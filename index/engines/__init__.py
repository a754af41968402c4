"""Vector engines: derived from the store, rebuildable, never the truth."""
