"""PDF to paragraphs in reading order."""
