"""Messages that Outlook saves."""

import pytest

from index.errors import UnreadableFile
from tests.index.loaders.made_msg import msg_bytes

SUBJECT, BODY, SENDER, ADDRESS, TO, HTML = 0x0037, 0x1000, 0x0C1A, 0x0C1F, 0x0E04, 0x1013
NAME, CONTENT, METHOD, KIND, CONTENT_ID = 0x3707, 0x3701, 0x3705, 0x370E, 0x3712
GATE = {
    SUBJECT: "The gate",
    BODY: "Schließ um zehn.\r\n\r\nFrom: Otto Lind\r\nSent: Monday\r\nTo: Ulla\r\n"
    "Subject: The gate\r\n\r\nWhen?\r\n",
    SENDER: "Ulla Holm",
    ADDRESS: "u@holm.example",
    TO: "Otto Lind; Ane",
}


def test_a_message_of_outlook_is_read_as_one_that_was_sent(read):
    loaded = read("a.msg", msg_bytes(GATE))
    assert (loaded.format, loaded.title) == ("mail", "The gate")
    assert loaded.text == (
        'From: "Ulla Holm" <u@holm.example>\nTo: Otto Lind; Ane\nSubject: The gate\n\n'
        "Schließ um zehn.\n\nFrom: Otto Lind\n\nSent: Monday\nTo: Ulla\nSubject: The gate\n\nWhen?"
    )
    assert loaded.blocks[-1].kind == "quote"
    assert read("a.bin", msg_bytes(GATE)).title == "The gate"


def test_headers_and_html_are_read_too(read):
    headers = "From: =?utf-8?q?J=C3=B8rn?= <j@x.example>\r\nDate: Tue, 3 Mar 2026 10:00:00\r\n"
    markup = "<p>The <b>gate</b> is open at ten – come.</p>".encode("cp1252")
    loaded = read("a.msg", msg_bytes({SUBJECT: "Hi", 0x007D: headers, HTML: markup, 0x3FDE: 1252}))
    assert loaded.text == (
        "From: Jørn <j@x.example>\nDate: Tue, 3 Mar 2026 10:00:00\nSubject: Hi\n\n"
        "The gate is open at ten – come."
    )


def test_text_in_an_old_code_page_is_read(read):
    markup = "<p>大門十點開。</p>".encode("cp950")
    loaded = read("a.msg", msg_bytes({SUBJECT: "Hi", HTML: markup, 0x3FDE: 950}))
    assert loaded.text.endswith("大門十點開。")


def test_attached_files_are_taken_out_and_pictures_of_the_text_counted(read):
    loaded = read(
        "a.msg",
        msg_bytes(
            GATE,
            {NAME: "plan.pdf", CONTENT: b"%PDF-", METHOD: 1},
            {NAME: "logo.png", CONTENT: b"x", METHOD: 1, KIND: "image/png", CONTENT_ID: "1"},
            {METHOD: 5},
        ),
    )
    assert loaded.left_out == ("1 picture", "1 attached message")
    assert [(one.name, one.data) for one in loaded.attached] == [("plan.pdf", b"%PDF-")]


@pytest.mark.parametrize(
    "content",
    [
        b"no message",
        msg_bytes(GATE)[:700],
        msg_bytes({}),
        msg_bytes(GATE).replace(b"\xfe\xff", b""),
    ],
)
def test_what_is_no_message_of_outlook_is_refused_with_what_to_do(content, read):
    with pytest.raises(UnreadableFile, match=r"a\.msg"):
        read("a.msg", content)
