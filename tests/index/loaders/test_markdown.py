"""Markdown, as its reader sees it."""

import pytest

from tests.index.loaders.shown import kinds, rows, under


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
        "Some bold and code, a link (http://x.org), logo and a soft line end; AT&T gone.\n"
        "New line.",
        *("1. first\n2. second", "more", "quoted"),
        *("def f():", "    return 1"),
        *("More", "Folded Ctrl."),
    ]


def test_markdown_tables_are_rows_of_cells_under_their_header_and_heading(read):
    loaded = read("a.md", "## Towns\n\n|City|*People*|\n|-|-:|\n|Oslo|717,710|\n||none|\n")
    assert loaded.text == "Towns\n\nCity | People\nOslo | 717,710\n| none"
    assert kinds(loaded) == ["heading", "header", "row", "row"]
    assert loaded.blocks[1].columns == ("City", "People")
    assert [block.parent for block in loaded.blocks] == [None, 0, 1, 1]


def test_a_first_cell_that_is_left_empty_goes_on_with_the_one_above(read):
    loaded = read(
        "a.md", "|Bike|Fault|\n|-|-|\n|Fold|hinge|\n||light|\n|Hauler||\n| | |\n||bell|\n"
    )
    assert rows(loaded) == [
        ["Fold", "hinge"],
        ["Fold", "light"],
        ["Hauler"],
        ["Hauler", "bell"],
    ]


def test_front_matter_names_the_document_and_is_fields(read):
    loaded = read("a.md", "---\ntitle: 'How we work'\ntags:\n  - a\n---\nWe meet on Monday.")
    assert loaded.title == "How we work"
    assert loaded.text == "title: How we work\ntags: a\n\nWe meet on Monday."
    assert kinds(loaded) == ["field", "field", "paragraph"]
    assert [loaded.text[c.start : c.end] for c in loaded.blocks[1].cells] == ["tags", "a"]
    assert "Between" in read("b.md", "---\nBetween two breaks.\n---\nAfter.").text


@pytest.mark.parametrize(
    ("written", "fields"),
    [
        (
            "---\nversion: 7.10\ndate: 2025-02-10\nopen: no\n---",
            "version: 7.10|date: 2025-02-10|open: no",
        ),
        ("---\nby: [Ann, 'Bo B.']\nnote: >\n  two\n  lines\n---", "by: Ann, Bo B.|note: two lines"),
        ("---\nby:\n- {name: Ann, job: cook}\n- {name: Bo}\n---", "by: Ann, cook; Bo"),
        (
            "---\nfrom:\n  town: Lisk\n  zip: 07\nup: [[Plans|plan]]\n---",
            "from town: Lisk|from zip: 07|up: plan",
        ),
        (
            "---\ntitle: {{title}} of: x\ntags: [a\n- b\nempty:\n---",
            "title: {{title}} of: x|tags: a, b",
        ),
        (
            "+++\nrate = 1.50\nday = 2025-02-10\ndraft = true\n+++",
            "rate: 1.50|day: 2025-02-10|draft: true",
        ),
    ],
)
def test_values_of_front_matter_are_as_they_are_written(written, fields, read):
    loaded = read("a.md", f"{written}\nText.")
    assert loaded.text == fields.replace("|", "\n") + "\n\nText."


def test_a_long_value_of_front_matter_is_cut_into_sentences(read):
    abstract = "We walked along the glacier. " * 20
    assert kinds(read("a.md", f"---\nabstract: {abstract}\n---\nText."))[0] == "paragraph"


def test_a_note_without_a_title_is_not_named_by_its_fields(read):
    assert read("walk-on-ice.md", "---\nauthor: Ann\n---\nIt was cold.").title == "Walk on ice"


def test_items_keep_their_numbers_boxes_and_nesting(read):
    loaded = read(
        "a.md",
        "You need:\n\n3. one\n3. two\n   - deep\n\n   rest of two\n\n- [x] done\n- [ ] open\n",
    )
    assert [(b.kind, b.level, b.label, b.parent) for b in loaded.blocks] == [
        ("paragraph", 0, "", None),
        ("item", 1, "3.", 0),
        ("item", 1, "4.", 0),
        ("item", 2, "", 2),
        ("paragraph", 1, "", 2),
        ("item", 1, "[x]", None),
        ("item", 1, "[ ]", None),
    ]
    assert "4. two" in loaded.text


def test_an_item_without_words_of_its_own_keeps_its_number(read):
    loaded = read("a.md", "1. - inner\n2.\n3. ```\n   code\n   ```\n")
    assert loaded.text == "1.\ninner\n2.\n3.\n\ncode"


def test_code_is_kept_by_line_and_a_statement_of_several_lines_is_one(read):
    loaded = read("a.md", "Run:\n\n```sh\nmake all\ncp a \\\n   b\n```\n")
    assert [loaded.text[b.start : b.end] for b in loaded.blocks] == [
        "Run:",
        "make all",
        "cp a \\\n   b",
    ]
    assert under(loaded, 1) == "Run:"


def test_where_links_lead_is_in_the_text_unless_the_text_says_it(read):
    source = (
        "[map](https://x.org/g-7), <https://y.org>, [z.org](https://www.z.org/), [up](#top), "
        "[me](mailto:a@b.org?subject=x), [](http://q.org), [set-up](docs/set%20up.md), "
        '[p. 3](zotero://open/1), <a href="http://w.org">w</a> [ref].\n\n[ref]: http://r.org "R"'
    )
    assert read("a.md", source).text == (
        "map (https://x.org/g-7), https://y.org, z.org, up, me (a@b.org), http://q.org, "
        "set-up (docs/set%20up.md), p. 3, w (http://w.org) ref (http://r.org)."
    )


def test_where_a_link_in_a_heading_leads_is_a_note_below_it(read):
    loaded = read("a.md", "## [4.3.1](https://x.org/r) of May\n\nFixed.")
    assert loaded.text == "4.3.1 of May\n\nhttps://x.org/r\n\nFixed."
    assert kinds(loaded) == ["heading", "note", "paragraph"]


def test_a_footnote_comes_after_the_paragraph_that_refers_to_it(read):
    source = (
        "# T\n\nFive hours.[^1] Or[^x] so.\n\n## U\n\n- a[^2]\n- b[^1]\n\n[^1]: In snow.\n\n"
        "    Eight then.\n[^2]: word\n\n[^3]: Nobody refers to it.\n"
    )
    loaded = read("a.md", source)
    assert [(b.kind, b.label, loaded.text[b.start : b.end]) for b in loaded.blocks] == [
        ("heading", "", "T"),
        ("paragraph", "", "Five hours.[1] Or[^x] so."),
        ("note", "[1]", "[1] In snow."),
        ("note", "", "Eight then."),
        ("heading", "", "U"),
        ("item", "", "a[2]"),
        ("item", "", "b[1]"),
        ("note", "[2]", "[2] word"),
        ("note", "[3]", "[3] Nobody refers to it."),
    ]


def test_footnotes_of_the_same_name_or_that_refer_to_themselves_are_all_kept(read):
    text = read("a.md", "Text.[^a]\n\n[^a]: One.[^a] [^b]\n[^a]: Two.\n[^b]: Three.[^a]").text
    assert text == "Text.[a]\n\n[a] One.[a] [b]\n\n[a] Two.\n\n[b] Three.[a]"


def test_callouts_are_quotes_with_their_title_or_kind(read):
    source = (
        "> [!warning]\n> The bridge is closed.\n\n"
        "> [!tip]- Remember **this**\n> Body.\n\n> [!faq]\n"
    )
    loaded = read("a.md", source)
    assert loaded.text == "Warning: The bridge is closed.\n\nRemember this\n\nBody.\n\nFaq:"
    assert set(kinds(loaded)) == {"quote"}


def test_what_obsidian_writes_is_read_as_it_shows_it(read):
    source = (
        "[[Winter plan]], [[Winter plan|the plan]], [[Hut#Beds]], [[#Here]], ==marked==, `a==b`, "
        "#tag/sub %%hidden%% [[1]](http://n.org) $a_1*b*c$ from $5 to $10. ^id-1\n\n"
        "**Author:** Falk\n**Year:** 2020\n\n![[map.png|300]] ![[map.png|The map]] ![[Other]] "
        "![[talk.mp3]]\n\n$$\na\n= b\n$$\n"
    )
    loaded = read("a.md", source)
    assert loaded.text.split("\n\n") == [
        "Winter plan, the plan (Winter plan), Hut > Beds, Here, marked, a==b, #tag/sub [1] "
        "(http://n.org) $a_1*b*c$ from $5 to $10.",
        "Author: Falk\nYear: 2020",
        "The map Other",
        "$$\na\n= b\n$$",
    ]
    assert kinds(loaded) == ["paragraph", "field", "field", "paragraph", "code"]
    assert set(loaded.left_out) == {
        *("1 comment", "1 picture without text", "1 embedded note", "1 sound recording")
    }


def test_pictures_are_their_text_and_those_without_are_named(read):
    loaded = read(
        "a.md", "![Map of the hut](m.png)\n\nA ![](x.png) b <img src=y.png>.\n\n![100](z.png)"
    )
    assert loaded.text == "Map of the hut\n\nA b ."
    assert kinds(loaded) == ["caption", "paragraph"]
    assert loaded.left_out == ("3 pictures without text",)


def test_blocks_nested_deeper_than_anyone_nests_are_not_lost(read):
    assert "Deep" in read("a.md", "> " * 60 + "Deep").text


def test_an_alias_that_repeats_itself_in_front_matter_is_not_unfolded(read):
    aliases = "".join(f"k{i}: &k{i} [*k{i - 1}, *k{i - 1}]\n" for i in range(1, 60))
    assert "Text." in read("a.md", f"---\nk0: &k0 [b, b]\n{aliases}---\nText.").text


def test_a_highlight_before_a_full_stop_has_no_marks(read):
    assert read("a.md", "So far: ==412 €==.").text == "So far: 412 €."
