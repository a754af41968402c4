"""Spreadsheets: their cells as they are shown, and the tables that these make."""
