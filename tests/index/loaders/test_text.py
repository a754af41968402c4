"""Plain text, whatever wrote it."""

import pytest

from index.loading.loaders.text import clean


def test_line_ends_are_unified_and_control_characters_dropped():
    assert clean("\ufeffa\r\nb\rc\u2028d\u2029e\ff\x0bg\x85h") == "a\nb\nc\nd\ne\nf\ng\nh"
    assert clean("a\0b\x07\tc\x1b[1mbold\x1b[0m\x9f") == "ab\tcbold"
    assert clean("\ud800 ﬁ ½ e\u0301 \u00a0\u200b") == "\ufffd ﬁ ½ e\u0301 \u00a0\u200b"


SENTENCE = "Les résultats de l’été « déçoivent » — à 5 € près."


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_text_is_decoded_whatever_wrote_it(encoding, read):
    assert read("a.txt", SENTENCE.encode(encoding)).text == SENTENCE


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Президент России заявил, что переговоры продолжатся завтра в Москве."),
        ("koi8_r", "Президент России заявил, что переговоры продолжатся завтра в Москве."),
        ("cp1250", "V pondělí se v Praze sejdou ministři zahraničí, aby jednali o pomoci."),
        ("cp932", "日本の首都は東京です。人口は約一千四百万人です。"),
        ("gb18030", "中国的首都是北京。人口很多，历史悠久。"),
    ],
)
def test_older_encodings_are_recognised(encoding, text, read):
    assert read("a.txt", text.encode(encoding)).text == text


def test_one_bad_byte_does_not_spoil_the_rest(read):
    assert read("a.txt", (SENTENCE * 9).encode() + b"\xe2\x80").text == SENTENCE * 9 + "\ufffd"
