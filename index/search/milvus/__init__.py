"""A Milvus server in place of the local engine."""
