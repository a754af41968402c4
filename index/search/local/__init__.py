"""FAISS and tantivy in the corpus's own folder."""
