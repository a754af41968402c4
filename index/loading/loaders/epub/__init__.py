"""Electronic books in the format EPUB, 2 and 3."""
