"""Subtitles: what was cut to fit the screen is sentences again, under the time of each."""

import pytest

from index.errors import UnreadableFile
from tests.growth import TIMES, grows_with_its_size


def spoken(loaded):
    """Return the paragraphs with the time that they stand under."""
    return [
        (loaded.text[above.start : above.end], loaded.text[block.start : block.end])
        for block in loaded.blocks
        if block.kind == "paragraph" and (above := loaded.blocks[block.parent])
    ]


def test_sentences_stand_under_the_time_at_which_they_are_said(read):
    source = (
        "1\n00:12:31,400 --> 00:12:33,000\n<i>The tide turns</i>\nat noon,\n\n"
        "2\n00:12:33,000 --> 00:12:35,000\n{\\an8}and then we row.\n\n"
        "3\n01:00:00,000 --> 01:00:02,000\nHome &amp; dry.\n"
    )
    loaded = read("a.srt", source)
    assert loaded.format == "subtitles"
    assert spoken(loaded) == [
        ("00:12:31", "The tide turns at noon, and then we row."),
        ("01:00:00", "Home & dry."),
    ]


def test_who_speaks_begins_a_paragraph(read):
    source = (
        "WEBVTT\n\nSTYLE\n::cue { color: red }\n\nNOTE by Ane\n\nintro\n"
        "00:01.000 --> 00:03.000 align:start\n<v Ane>We row.\n\n00:03.000 --> 00:05.000\n"
        "<v Ane>At noon.</v>\n<v.loud Bo>Never!\n\n00:05.000 --> 00:07.000\n- Why?\n- Storm.\n"
    )
    loaded = read("a.vtt", source)
    assert spoken(loaded) == [
        *(("00:00:01", "Ane: We row. At noon."), ("00:00:03", "Bo: Never!")),
        ("00:00:05", "- Why? - Storm."),
    ]
    assert set(loaded.left_out) == {"1 comment", "1 style sheet"}


def test_half_a_minute_ends_a_paragraph_with_the_sentence(read):
    cues = "".join(
        f"{i}\n00:00:{i * 2:02},000 --> 00:00:{i * 2 + 2:02},000\nThis is {i}.\n\n"
        for i in range(29)
    )
    times = [time for time, _ in spoken(read("a.srt", cues))]
    assert times == ["00:00:00", "00:00:30"]


def test_what_automatic_captions_show_twice_is_said_once(read):
    source = "".join(
        f"{i}\n00:00:0{i},000 --> 00:00:0{i + 1},000\n{words}\n\n"
        for i, words in enumerate(["we row", "we row", "at noon", "at noon"])
    )
    assert spoken(read("a.srt", source)) == [("00:00:00", "we row at noon")]


def test_numbers_without_a_blank_line_before_them_are_no_words(read):
    source = "1\n00:00:01,000 --> 00:00:02,000\nWe row.\n2\n00:00:02,000 --> 00:00:03,000\nNow.\n"
    assert spoken(read("a.srt", source)) == [("00:00:01", "We row. Now.")]


def test_blank_lines_within_what_is_shown_lose_nothing(read):
    source = (
        "WEBVTT\n\nSTYLE\n::cue { color: red }\n\n00:00:00.000 --> 00:00:01.000\n\nWe\n\nrow\n\n"
        "NOTE not said\n\nlast\n00:00:1.000 --> 00:00:02.000\n\n\nat 7\n\n7\n\n\n"
        "2\n00:00:02.000 --> 00:00:03.000\nand at noon."
    )

    assert spoken(read("a.vtt", source)) == [("00:00:00", "We row at 7 7 and at noon.")]


def test_what_are_no_subtitles_is_refused_with_what_to_do(read):
    with pytest.raises(UnreadableFile, match=r"rename it to \.txt"):
        read("a.srt", "Just words.")


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "00:00:01,000 --> 00:00:02,000\n" + "<" * n + "Text.",
        lambda n: "00:00:01,000 --> 00:00:02,000\n" * n + "Text.",
        lambda n: "00:00:01,000 --> 00:00:02,000\n" + "<v a>Text.\n" * n,
        lambda n: "00:00:01,000 --> 00:00:02,000\n" + "{\\a" * n + "Text.",
    ],
)
def test_hostile_subtitles_are_read_in_a_time_like_their_size(make, read):
    size = 20_000
    made = {n: make(n) for n in (size, size // TIMES)}
    assert grows_with_its_size(lambda n: read("a.vtt", made[n]), size)


def test_a_name_before_the_words_is_their_speaker(read):
    cues = [
        "ANNA: Welcome back to the\nharbour show.",
        "Today we talk of mussels.",
        "&gt;&gt; BEN OHM: Thanks. I grow\nthem since 1998.",
        "ANNA: How many?\nBEN OHM: Four.",
    ]
    source = "".join(
        f"{i}\n00:00:0{i},000 --> 00:00:0{i + 1},000\n{words}\n\n" for i, words in enumerate(cues)
    )
    assert [words for _, words in spoken(read("a.srt", source))] == [
        "ANNA: Welcome back to the harbour show. Today we talk of mussels.",
        "BEN OHM: Thanks. I grow them since 1998.",
        "ANNA: How many?",
        "BEN OHM: Four.",
    ]


def test_names_that_stand_before_each_line_are_said_once_for_what_is_read_together(read):
    cues = ["Ane Holm: The lab is closed", "Ane Holm: on Friday.", "Bo: Why?", "Ane Holm: A drill."]
    source = "WEBVTT\n\n" + "".join(
        f"00:0{i}.000 --> 00:0{i + 1}.000\n{words}\n\n" for i, words in enumerate(cues)
    )
    assert [words for _, words in spoken(read("a.vtt", source))] == [
        "Ane Holm: The lab is closed on Friday.",
        "Bo: Why?",
        "Ane Holm: A drill.",
    ]


def test_signs_of_another_speaker_begin_a_paragraph_and_a_colon_alone_doesnt(read):
    cues = [">> Here is the rule: never row.", "Remember: never!", ">> Why not?"]
    source = "".join(
        f"{i}\n00:00:0{i},000 --> 00:00:0{i + 1},000\n{words}\n\n" for i, words in enumerate(cues)
    )
    assert [words for _, words in spoken(read("a.srt", source))] == [
        "Here is the rule: never row. Remember: never!",
        "Why not?",
    ]
