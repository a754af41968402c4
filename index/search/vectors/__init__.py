"""Kinds of vector indexes: exact, codes, shards; and when one is upgraded."""
