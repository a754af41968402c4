"""What changes a corpus: ingest, removal, check and repair, under the write lock."""
