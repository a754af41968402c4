"""Web pages: their words without their furniture."""

import pytest

from index.loading.loaders.html.loader import html_paragraphs


def test_a_web_page_keeps_its_words_and_loses_its_furniture(read):
    page = """<!DOCTYPE html><html><head><title>A day  out &amp; about</title>
    <style>p {color: red}</style></head><body>
    <header><a href=/>Site</a></header><nav><ul><li>Home<li>About</ul></nav>
    <main><article><header><h1>A day<br>out</h1><p>By Ann</p></header>
    <p>First  <b>bold</b>
    words.<!-- note --> Caf&eacute;s&nbsp;open.<br>New line.<br>and the same sentence.</p>
    <div hidden>secret</div><span style="display: none">secret</span><i aria-hidden=true>x</i>
    <div>Loose <p>inside</p> tail</div>
    <pre>  keep
      this</pre><ul><li>One<li><p>Two</p></ul><h2>Part<a href=#p>¶</a></h2>
    <h3><button>Is it free?</button></h3><p>Yes.</p><button>Subscribe</button>
    </article></main><footer>All rights reserved</footer><script>track()</script></body></html>"""
    loaded = read("a.html", page)
    assert loaded.title == "A day out & about"
    assert loaded.text.split("\n\n") == [
        *("A day out", "By Ann"),
        "First bold words. Cafés\u00a0open.\nNew line. and the same sentence.",
        *("Loose", "inside", "tail", "  keep\n      this", "One", "Two", "Part"),
        *("Is it free?", "Yes."),
    ]


def test_tables_of_data_are_rows_and_tables_of_layout_are_paragraphs():
    data = "<table><tr><th>City<th>People<tr><td>Oslo<br>North<td>7</table>"
    assert html_paragraphs(data) == ["City | People\nOslo North | 7"]
    layout = f"<table><tr><td><p>One.<p>Two.<td>Side<tr><td></td><td>{data}</table>"
    assert html_paragraphs(layout) == ["One.", "Two.", "Side", "City | People\nOslo North | 7"]


def test_a_page_that_is_nothing_but_furniture_is_still_read(read):
    assert read("a.html", "<nav><a href=a>Only links</a></nav>").text == "Only links"


@pytest.mark.parametrize(
    "page",
    [
        '<meta charset="windows-1251"><p>Москва</p>'.encode("cp1251"),
        '<meta http-equiv=x content="text/html; charset=iso-8859-5"><p>Москва</p>'.encode(
            "iso8859-5"
        ),
        '<meta charset="iso-8859-1"><p>Москва</p>'.encode(),
        '<meta charset="utf-16"><p>Москва</p>'.encode(),
        '<meta charset="utf-16"><p>&#1052;осква</p>'.encode("utf-16"),
    ],
)
def test_a_page_is_decoded_as_it_declares_unless_it_is_utf8(page, read):
    assert read("a.html", page).text == "Москва"


def test_characters_by_number_are_cleaned_like_others():
    assert html_paragraphs("<p>a&#1;b&#x2028;c&shy;d&#xD800;") == ["ab cd\ufffd"]
