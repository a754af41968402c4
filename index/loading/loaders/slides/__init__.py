"""Presentations: slides as pages, with their titles, lists, tables and notes."""
