"""Web pages: their words without their furniture."""

import pytest

from index.errors import UnreadableFile
from tests.index.loaders.shown import kinds, named, readings, rows, under


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
        *("Loose", "inside", "tail", "  keep\n      this", "One\nTwo", "Part"),
        *("Is it free?", "Yes."),
    ]


def test_tables_of_data_are_rows_and_tables_of_layout_are_paragraphs(read):
    data = "<table><tr><th>City<th>People<tr><td>Oslo<br>North<td>7</table>"
    loaded = read("a.html", data)
    assert loaded.text == "City | People\nOslo North | 7"
    assert kinds(loaded) == ["header", "row"]
    layout = f"<table><tr><td><p>One.<p>Two.<td>Side<tr><td></td><td>{data}</table>"
    assert read("a.html", layout).text == f"One.\n\nTwo.\n\nSide\n\n{loaded.text}"


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


def test_characters_by_number_are_cleaned_like_others(read):
    assert read("a.html", "<p>a&#1;b&#x2028;c&shy;d&#xD800;").text == "ab cd\ufffd"


def test_headings_have_levels_and_what_follows_stands_under_them(read):
    page = "<h1>People</h1><h2>Ann Oakes</h2><p>She paints.</p><h2>Jon Pell</h2><p>He writes.</p>"
    loaded = read("a.html", page)
    assert [block.level for block in loaded.blocks] == [1, 2, 0, 2, 0]
    assert under(loaded, 4) == "People \u203a Jon Pell"


def test_items_have_the_numbers_that_a_browser_prints(read):
    page = (
        "<p>You need:</p><ol start=3 type=a><li>One<li><p>Two</p><p>More.</p><ul><li>deep</ul>tail"
        "<li value=28>Three</ol><ol reversed><li>x<li>y</ol><ol type=I><li>r<li><li><b>q</b></ol>"
        '<ol style="list-style: none"><li>bare</ol>'
    )
    loaded = read("a.html", page)
    assert [(b.kind, b.level, loaded.text[b.start : b.end], b.parent) for b in loaded.blocks] == [
        ("paragraph", 0, "You need:", None),
        ("item", 1, "c. One", 0),
        ("item", 1, "d. Two", 0),
        ("paragraph", 1, "More.", 2),
        ("item", 2, "deep", 2),
        ("paragraph", 1, "tail", 2),
        ("item", 1, "ab. Three", 0),
        ("item", 1, "2. x", None),
        ("item", 1, "1. y", None),
        ("item", 1, "I. r", None),
        ("item", 1, "II.", None),
        ("item", 1, "III. q", None),
        ("item", 1, "bare", None),
    ]
    assert [b.label for b in loaded.blocks if b.kind == "item"] == [
        *("c.", "d.", "", "ab.", "2.", "1.", "I.", "II.", "III.", ""),
    ]


def test_questions_in_a_list_lead_to_their_answers(read):
    page = "<ul><li><h3>Is it free?</h3><p>Yes.</p><li><h3>Who made it?</h3><p>Ann.</p></ul><p>End"
    loaded = read("a.html", page)
    assert kinds(loaded) == ["heading", "paragraph", "heading", "paragraph", "paragraph"]
    assert under(loaded, 3) == "Who made it?"


def test_a_row_has_its_columns_names_from_all_header_rows(read):
    page = (
        "<h2>Rents</h2><table><caption>In EUR</caption><thead><tr><th rowspan=2>Flat<th colspan=2>"
        "2024<tr><th>May<th>June</thead><tr><th>14B<td>1<td><p>2</p><p>3</p></table>"
    )
    loaded = read("a.html", page)
    assert kinds(loaded) == ["heading", "caption", "header", "header", "row"]
    assert loaded.blocks[3].columns == ("Flat", "2024 › May", "2024 › June")
    assert rows(loaded) == [["14B", "1", "2 3"]]
    assert under(loaded, 4) == "Rents \u203a In EUR"


def test_a_merged_cell_holds_for_all_its_rows(read):
    page = (
        "<table><tr><th>Bike<th>Fault<th>Km<tr><td rowspan=3>Fold<td>hinge<td rowspan=2>7"
        "<tr><td>light<tr><td colspan=2>none<tr><td>Hauler<td>chain<td>9</table>"
    )
    loaded = read("a.html", page)
    assert rows(loaded) == [
        ["Fold", "hinge", "7"],
        ["Fold", "light", "7"],
        ["Fold", "none", "none"],
        ["Hauler", "chain", "9"],
    ]
    assert named(loaded)[2] == {"Bike": "Fold", "Fault": "none", "Km": "none"}
    assert "\n| light\n| none\nHauler" in loaded.text


def test_a_cell_over_rows_and_columns_is_named_after_each_of_its_columns(read):
    page = (
        "<table><tr><th>Time<th>Mon<th>Tue<th>Wed<tr><td>9<td colspan=2 rowspan=2>Lab<td>Art"
        "<tr><td>10<td>Gym</table>"
    )
    loaded = read("a.html", page)
    assert named(loaded) == [
        {"Time": "9", "Mon": "Lab", "Tue": "Lab", "Wed": "Art"},
        {"Time": "10", "Mon": "Lab", "Tue": "Lab", "Wed": "Gym"},
    ]
    assert readings(loaded)[2] == "Time 10; Mon, Tue Lab; Wed Gym"


def test_a_row_of_one_cell_says_what_those_below_it_are(read):
    page = (
        "<h2>Prices</h2><table><tr><th>What<th>Size<th>Price<tr><td colspan=3>Tools<tr><td>saw"
        "<td>L<td>9<tr><td colspan=3>Paint<tr><td>red<td>1 l<td>7<tr><td colspan=3>without tax"
        "</table>"
    )
    loaded = read("a.html", page)
    assert kinds(loaded) == ["heading", "header", "row", "row", "row", "row", "row"]
    assert [under(loaded, row) for row in (3, 5)] == ["Prices \u203a Tools", "Prices \u203a Paint"]
    assert under(loaded, 6) == "Prices \u203a Paint"  # below it is nothing that it could be about
    assert named(loaded)[3] == {"What": "red", "Size": "1 l", "Price": "7"}


def test_the_first_row_names_the_columns_where_no_cell_is_marked_as_a_header(read):
    rows_ = "<tr><td>Mill<td>3 km<td>2.50<tr><td>Quay<td>5 km<td>3.10<tr><td>Fair<td>9 km<td>4"
    loaded = read("a.html", f"<table><tr><td>Stop<td>Distance<td>Fare{rows_}</table>")
    assert loaded.blocks[0].columns == ("Stop", "Distance", "Fare")
    assert kinds(read("b.html", f"<table>{rows_}</table>")) == ["row"] * 3


def test_cells_of_a_table_that_is_drawn_may_hold_several_paragraphs(read):
    page = "<table border=1><tr><td>Wed<td><p>soup</p><p>rice</p><tr><td>Thu<td>fish</table>"
    assert rows(read("a.html", page)) == [["Wed", "soup rice"], ["Thu", "fish"]]


def test_headers_that_are_repeated_further_down_name_what_follows(read):
    page = (
        "<table><tr><th>Km<th>Bike<tr><td>1<td>a<tr><th>Mile<th>Boat<tr><td>2<td>b</table>"
        "<table><tr><th>Height<td>31 m<tr><th>Range<td>23 miles</table>"
    )
    loaded = read("a.html", page)
    assert kinds(loaded) == ["header", "row", "header", "row", "row", "row"]
    assert loaded.blocks[2].columns == ("Mile", "Boat")
    assert loaded.blocks[3].parent == 2
    assert rows(loaded)[2:] == [["Height", "31 m"], ["Range", "23 miles"]]


def test_definitions_are_fields_when_short_and_else_items_under_their_term(read):
    page = (
        "<dl><dt>Price:<dd>5 EUR<dt>How long does it take?<dd>Two days. Or more.<dt>Mo<dt>Tu"
        "<dd>closed</dl>"
    )
    loaded = read("a.html", page)
    assert kinds(loaded) == ["field", "item", "item", "item", "item", "item"]
    assert loaded.text.startswith("Price: 5 EUR\n\nHow long")
    assert under(loaded, 2) == "How long does it take?"
    assert under(loaded, 5) == "Tu"


def test_what_folds_out_stands_under_its_summary_and_nothing_else_does(read):
    loaded = read("a.html", "<h1>T</h1><details><summary>How?</summary><p>So.</p></details><p>End.")
    assert [under(loaded, i) for i in (2, 3)] == ["T \u203a How?", "T"]


def test_quotes_captions_and_notes_are_what_they_are(read):
    page = (
        "<blockquote><p>Quoted.</p></blockquote><figure><img src=a alt='A map'><figcaption>Fig. 1"
        "</figcaption></figure><p>It survives<sup><a href='#n'>1</a></sup>. E=mc<sup>2</sup></p>"
        "<p id=n>1. Archive.</p>"
    )
    loaded = read("a.html", page)
    assert loaded.text.split("\n\n") == [
        *("Quoted.", "A map", "Fig. 1", "It survives[1]. E=mc2", "1. Archive."),
    ]
    assert kinds(loaded) == ["quote", "caption", "caption", "paragraph", "note"]


def test_code_is_kept_by_line(read):
    loaded = read("a.html", "<p>Run:</p><pre><code>make\n  <b>all</b>\n\ncp a b</code></pre>")
    assert loaded.text == "Run:\n\nmake\n  all\n\ncp a b"
    assert kinds(loaded) == ["paragraph", "code", "code", "code"]


def test_what_is_typed_and_chosen_in_a_form_is_read_with_its_label(read):
    page = (
        "<form><label>Name: <input value=Ann></label><label for=t>Town</label> <input id=t value='"
        "New Lisk'><br>Size <select><option>S<option selected>M</select><p><label><input "
        "type=checkbox checked> Vegan</label><p><input type=radio> None<p>I, <input value=Bo>, "
        "agree.<p><input type=hidden value=x><input type=submit value=Send><input type=password "
        "value=secret></form><table><tr><td>Phone<td><input value=123></table><textarea>All\nwell."
        "</textarea>"
    )
    loaded = read("a.html", page)
    assert loaded.text == (
        "Name: Ann\nTown: New Lisk\nSize: M\n\n[x] Vegan\n\n[ ] None\n\nI, Bo, agree.\n\n"
        "Phone | 123\n\nAll well."
    )
    assert kinds(loaded)[:3] == ["field"] * 3


def test_what_a_page_shows_and_is_no_text_is_named(read):
    page = (
        "<p>Text.</p><img src=a><img src=b alt=' '><img src=c width=1 height=1><img hidden><video>"
        "</video><audio></audio><canvas>old</canvas><iframe src=x></iframe><script>x</script>"
        "<nav><img src=d></nav>"
    )
    loaded = read("a.html", page)
    assert loaded.text == "Text."
    assert loaded.left_out == (
        *("2 pictures without text", "1 video", "1 sound recording", "1 drawing"),
        "1 embedded page",
    )


def test_an_address_that_a_link_hides_follows_it(read):
    page = (
        "<p>Ask <a href='mailto:ola%40kerr.example?subject=Hi'>Ola</a> or call "
        "<a href=tel:+49-731-555-0199>the desk</a>.<p>Or <a href=mailto:uwe@kerr.example>"
        "uwe@kerr.example</a>, <a href='tel:+49 731 5550123'>0731 / 555 0123</a>, "
        "<a href=https://kerr.example>our page</a><a href=mailto:x@y.example></a>."
    )
    assert read("a.html", page).text == (
        "Ask Ola (ola@kerr.example) or call the desk (+49-731-555-0199).\n\n"
        "Or uwe@kerr.example, 0731 / 555 0123, our page."
    )


def test_a_page_that_a_browser_saved_in_one_file_is_read_as_the_page(read):
    source = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://tide.example/\r\n"
        "Subject: Tides\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="b1"\r\n\r\n'
        "--b1\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        "Content-Location: https://tide.example/\r\n\r\n"
        "<!DOCTYPE html><html><body><h1>Tides</h1><p>The sea falls=\r\n twice in K=C3=B8ge.</p>"
        "</body></html>\r\n"
        "--b1\r\nContent-Type: text/html\r\n\r\n<p>An advertisement</p>\r\n"
        "--b1\r\nContent-Type: text/css\r\n\r\np { color: red }\r\n--b1--\r\n"
    )
    loaded = read("tides.mhtml", source)
    assert (loaded.title, loaded.text) == ("Tides", "Tides\n\nThe sea falls twice in Køge.")
    assert loaded.left_out == ("1 page within the page",)


def test_a_saved_page_without_a_page_is_refused_with_what_to_do(read):
    with pytest.raises(UnreadableFile, match="Save the page again"):
        read("a.mht", "MIME-Version: 1.0\r\nContent-Type: text/css\r\n\r\np {}\r\n")
