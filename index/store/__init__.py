"""The truth of a corpus: one SQLite file, and the folder that holds it."""
