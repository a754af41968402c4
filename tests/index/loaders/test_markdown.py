"""Markdown, as its reader sees it."""


def test_markdown_gives_the_text_a_reader_sees(read):
    source = (
        "# The *big* one\n\nSome **bold** and `code`, a [link](http://x.org), ![logo](l.png) and\n"
        "a soft line end; AT&amp;T ~~gone~~.  \nNew line.\n\n1. first\n2. second\n\n   more\n\n"
        "> quoted\n\n```py\ndef f():\n\n    return 1\n```\n\n<details><summary>More</summary>\n\n"
        "Folded <kbd>Ctrl</kbd>.\n\n</details>\n\n<!-- not shown -->\n"
    )
    loaded = read("a.md", source)
    assert loaded.title == "The big one"
    assert loaded.text.split("\n\n") == [
        "The big one",
        "Some bold and code, a link, and a soft line end; AT&T gone.\nNew line.",
        *("first", "second", "more", "quoted"),
        *("def f():", "    return 1"),
        *("More", "Folded Ctrl."),
    ]


def test_markdown_tables_are_rows_of_cells(read):
    source = "|City|*People*|\n|-|-:|\n|Oslo|717,710|\n||none|\n"
    assert read("a.md", source).text == "City | People\nOslo | 717,710\n| none"


def test_front_matter_names_the_document_and_is_not_text(read):
    loaded = read("a.md", "---\ntitle: 'How we work'\ntags:\n  - a\n---\nWe meet on Monday.")
    assert (loaded.title, loaded.text) == ("How we work", "We meet on Monday.")
    assert "Between" in read("b.md", "---\nBetween two breaks.\n---\nAfter.").text
