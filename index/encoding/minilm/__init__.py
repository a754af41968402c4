"""all-MiniLM-L6-v2, the default model of earlier corpora, which reads English."""
