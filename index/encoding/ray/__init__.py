"""The same encoder on the computers of a Ray cluster."""
