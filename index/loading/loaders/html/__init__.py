"""HTML to blocks of its main text."""
