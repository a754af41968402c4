"""Files in, text out: one format a file. Only `load` is meant for other modules."""
