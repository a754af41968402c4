"""Word documents: their parts, numbers, tables and text."""
