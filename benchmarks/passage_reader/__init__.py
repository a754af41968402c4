"""Trains the reader of passages: a block with its neighbours and the words above it."""
