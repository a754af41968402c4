"""PDFs: lines become sentences and paragraphs again."""

import re
import threading
from dataclasses import replace

import pytest

from index.errors import EmptyDocument, FileTooLarge, UnreadableFile
from index.limits import PAGES
from index.loading.loaders.dispatch import load
from tests.index.loaders.made import GOLDEN, LONG, pdf_bytes, text_lines

STORY = (
    "On the night of 12 January the lens stopped. The keeper’s grandson, who was then",
    "nine years old, turned it by hand until the morning, counting aloud to keep the",
    "time, and forty ships passed the rock without knowing that the light by which they",
    "steered was held in its course by a child who had been told to stop when he could",
    "no longer count. Nobody has lived in the tower since. The goats are remembered in",
    "the name of the landing.",
)


def test_a_sentence_that_goes_on_over_the_page_stays_one_sentence(read):
    second = text_lines(*STORY[3:], "Another paragraph, set apart by nothing.")
    loaded = read("a.pdf", pdf_bytes(text_lines(*STORY[:3]), [], second))
    assert loaded.text == " ".join(STORY) + "\n\nAnother paragraph, set apart by nothing."
    assert len(loaded.page_starts) == 3
    assert loaded.text[loaded.page_starts[2] :].startswith("steered was held")
    assert list(loaded.page_starts) == sorted(loaded.page_starts)


def test_running_heads_are_kept_once_and_page_numbers_left_out_but_totals_stay(read):
    pages = [
        [
            (72, 760, 9, "Annual report"),
            *text_lines(f"The {word} page has a text of its own, which is kept."),
            (72, 60, 11, f"Total: {total} euros"),
            (300, 30, 9, f"Page {number} of 4"),
        ]
        for number, (word, total) in enumerate(
            [("first", 120), ("second", 80), ("third", 977), ("fourth", 5)], 1
        )
    ]
    text = read("a.pdf", pdf_bytes(*pages)).text
    assert text.count("Annual report") == 1
    assert "of 4" not in text
    assert text.count("a text of its own") == 4
    assert re.findall(r"Total: (\d+) euros", text) == ["120", "80", "977", "5"]


def test_pages_that_are_all_alike_are_kept(read):
    text = read("a.pdf", pdf_bytes(*[text_lines("Draft, not for sale.")] * 3)).text
    assert text.count("Draft, not for sale.") == 3


def test_words_broken_at_a_line_end_are_whole_again(read):
    lines = text_lines(
        "The committee asked for more infor-",
        "mation about the self-",
        "proclaimed president, the Anglo-",
        "American talks and the well-known COVID-",
        "19 figures of a well-",
        "known institute in 1990–",
        "2000.",
    )
    assert read("a.pdf", pdf_bytes(lines)).text == (
        "The committee asked for more information about the self-proclaimed president, the "
        "Anglo-American talks and the well-known COVID-19 figures of a well-known institute in "
        "1990–2000."
    )


@pytest.mark.parametrize(
    "producer", ["", "/Producer(Skia/PDF m140)", "/Producer(Quartz PDFContext)"]
)
def test_hyphens_are_judged_by_words_and_not_by_the_program_that_wrote_them(producer, read):
    lines = text_lines(
        "The Kremlin-",
        "linked contractors imple-",
        "mented the distribu-",
        "tion of under-",
        "standing and of Gauti-",
        "sch hats.",
    )
    assert read("a.pdf", pdf_bytes(lines, info=producer)).text == (
        "The Kremlin-linked contractors implemented the distribution of understanding and of "
        "Gautisch hats."
    )


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [
        # A blank line.
        (text_lines(LONG, LONG, "ends.") + text_lines("Next one.", top=640), 2),
        # The first line is indented.
        ([*text_lines(LONG, LONG + "."), (90, 674, 11, LONG[3:]), (72, 661, 11, "ends.")], 2),
        # The last line is short.
        (text_lines(LONG, LONG, "ends here.", LONG, LONG, "ends too."), 2),
        # A heading.
        ([(72, 720, 16, "Part One"), *text_lines(LONG, LONG, "ends.")], 2),
        # A list.
        (text_lines(LONG, "as follows:", "• one", "• two", "1. three", "2. four"), 5),
        # The mark of a footnote makes no paragraph.
        ([(72, 700, 11, "As he said"), (127, 705, 6, "2"), (131, 700, 11, ", it was.")], 1),
    ],
)
def test_lines_are_joined_to_paragraphs(lines, paragraphs, read):
    assert len(read("a.pdf", pdf_bytes(lines)).blocks) == paragraphs


def test_a_footnote_comes_after_the_paragraph_that_goes_on_over_the_page(read):
    first = [*text_lines(*STORY[:4]), (72, 90, 8, "1 See the annex.")]
    loaded = read("a.pdf", pdf_bytes(first, text_lines(*STORY[4:])))
    assert loaded.text == " ".join(STORY) + "\n\n1 See the annex."
    assert [block.kind for block in loaded.blocks] == ["paragraph", "note"]
    assert loaded.text[loaded.page_starts[1] :].startswith(STORY[4])


def test_a_scanned_pdf_asks_for_what_reads_it(monkeypatch):
    monkeypatch.setattr("index.loading.loaders.pdf.loader.is_installed", lambda: False)
    with pytest.raises(EmptyDocument, match=r"scanned\.pdf .*pip install \"verbatim-qa\[ocr\]\""):
        load(GOLDEN / "scanned.pdf")


def test_a_pdf_of_too_many_pages_is_refused_before_it_is_read(read, monkeypatch):
    monkeypatch.setattr("index.loading.loaders.pdf.loader.PAGES", replace(PAGES, most=2))

    with pytest.raises(FileTooLarge, match=r"3 pages; 2 are the most .* Split it"):
        read("long.pdf", pdf_bytes(*[[(72, 700, 12, "A page.")]] * 3))


def test_an_encrypted_pdf_asks_to_remove_the_password():
    with pytest.raises(UnreadableFile, match=r"encrypted\.pdf is encrypted. Remove its password"):
        load(GOLDEN / "encrypted.pdf")


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"not a PDF at all"])
def test_a_damaged_pdf_says_so(content, read):
    with pytest.raises(UnreadableFile, match=r"a\.pdf is damaged"):
        read("a.pdf", content)


@pytest.mark.parametrize(
    ("info", "title"),
    [
        ("/Title(On lighthouses)", "On lighthouses"),
        ("/Title(Microsoft Word - Annual_report v2.docx)", "Annual report v2"),
        ("/Title(untitled)", "The Great Storm"),
        ("", "The Great Storm"),
    ],
)
def test_the_title_of_a_pdf_is_its_own_or_its_largest_line(info, title, read):
    page = [(72, 740, 24, "The Great Storm"), *text_lines(LONG, LONG, "ends.")]
    assert read("0001.pdf", pdf_bytes(page, info=info)).title == title


def test_pdfs_can_be_read_from_several_threads():
    expected, found = load(GOLDEN / "lighthouse.pdf"), []
    threads = [
        threading.Thread(target=lambda: found.append(load(GOLDEN / "lighthouse.pdf")))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 6
