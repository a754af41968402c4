"""Markup that people write by hand beside Markdown: reStructuredText, Org, AsciiDoc, LaTeX."""
