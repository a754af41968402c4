"""Where the time of ingest and of a question goes, and the least that this machine would need."""
