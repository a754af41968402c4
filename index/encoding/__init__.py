"""Sentences and questions to vectors."""
