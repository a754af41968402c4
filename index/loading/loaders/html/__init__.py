"""HTML to paragraphs of its main text."""
