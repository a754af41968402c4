"""Chats: each message is one, with who wrote it and when, in text and in JSON."""

import json
import re

import pytest

from index.loading.loaders.lines import text_blocks
from tests.growth import grows_with_its_size
from tests.index.loaders.shown import under


def said(text):
    """Return kind, label and words of each block."""
    return [
        (block.kind, *(text[cell.start : cell.end] for cell in block.cells))
        if block.cells
        else (block.kind, text[block.start : block.end])
        for block in text_blocks(text)
    ]


def messages(loaded):
    return [
        (under(loaded, at), loaded.text[block.start : block.end])
        for at, block in enumerate(loaded.blocks)
        if block.kind in {"field", "paragraph"}
    ]


def test_a_message_keeps_its_lines_and_its_sender():
    text = (
        "12.02.24, 18:03 - Lena made the group “Move”\n"
        "12.02.24, 18:05 - Lena: Who can help on 15 June? Anyone?\n"
        "12.02.24, 18:09 - Tom Berg: Not me.\n\nBut take my van!\nThe key: at Mrs Otto's.\n"
        "12.02.24, 18:11 - Lena: Thanks\n"
    )
    assert said(text) == [
        ("paragraph", "12.02.24, 18:03 - Lena made the group “Move”"),
        ("field", "12.02.24, 18:05 - Lena", "Who can help on 15 June? Anyone?"),
        (
            "field",
            "12.02.24, 18:09 - Tom Berg",
            "Not me.\n\nBut take my van!\nThe key: at Mrs Otto's.",
        ),
        ("field", "12.02.24, 18:11 - Lena", "Thanks"),
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            "[3/4/24, 9:02:11\u202fAM] Priya: Morning!\n[3/4/24, 9:03:40\u202fAM] Dan W: when?\n"
            "[3/4/24, 9:04:02\u202fAM] Priya: Thursday\nbring snacks\n",
            ("[3/4/24, 9:02:11\u202fAM] Priya", "Morning!"),
        ),
        (
            "00:04:11\t From Carla To Everyone:\n\tSlides are online\n"
            "00:05:20\t From Ivo To Everyone:\n\tThanks\n00:06:02\t From Carla To Ivo (Direct "
            "Message):\n\tYes\n",
            ("00:04:11\t From Carla To Everyone", "Slides are online"),
        ),
        (
            "[18:05] <ane> hello\n[18:06] <bo> where are you: home?\n[18:07] <ane> yes\n",
            ("[18:05] <ane>", "hello"),
        ),
        (
            "Ane Holm, [12.02.24 18:05]\nWe row\n\nBo, [12.02.24 18:06]\nWhen?\n\n"
            "Ane Holm, [12.02.24 18:07]\nNoon\n",
            ("Ane Holm, [12.02.24 18:05]", "We row"),
        ),
    ],
)
def test_the_chats_of_several_programs_are_read(text, first):
    found = said(text)
    assert [kind for kind, *_ in found] == ["field"] * 3
    assert found[0][1:] == first


def test_a_long_message_is_cut_into_sentences():
    text = "".join(f"12.02.24, 18:0{i} - Lena: {'We row at noon. ' * 30}\n" for i in range(3))
    assert [kind for kind, *_ in said(text)] == ["paragraph"] * 3


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05 10:22:11 - worker: started\n2024-03-05 10:22:12 - worker: done\n"
        "2024-03-05 10:22:13 - worker: idle\n",
        "On 12.02.24, 18:05 - Lena says - we left. It was late: too late for the train.\n" * 4,
    ],
)
def test_logs_and_prose_are_no_chats(text):
    assert all(kind != "field" for kind, *_ in said(text))


def test_a_chat_is_called_by_its_file_and_not_by_its_first_message(read):
    loaded = read("WhatsApp Chat with Lena.txt", "12.02.24, 18:05 - Lena: Hi\n" * 4)
    assert loaded.title == "WhatsApp Chat with Lena"


def test_messages_of_slack_say_who_wrote_them_and_when(read):
    source = [
        {
            "type": "message",
            "user": "U02",
            "text": "Rolling back <@U03>, see <https://tide.example/x|the book> &amp; wait",
            "ts": "1709634120.000200",
            "user_profile": {"real_name": "Ana Ruiz"},
            "blocks": [{"type": "rich_text", "elements": []}],
        },
        {"type": "message", "user": "U03", "text": "ok", "ts": "1709720580.000300"},
        {
            "type": "message",
            "user": "U03",
            "text": "",
            "ts": "1709720590.000300",
            "user_profile": {"real_name": "Ken Ito"},
            "files": [{"name": "a.png"}],
        },
    ]
    loaded = read("2024-03-05.json", json.dumps(source))
    assert messages(loaded) == [
        (
            "2024-03-05",
            "10:22 Ana Ruiz: Rolling back @Ken Ito, see the book (https://tide.example/x) & wait",
        ),
        ("2024-03-06", "10:23 Ken Ito: ok"),
    ]
    assert loaded.left_out == ("1 file that was sent",)


def test_messages_of_telegram_are_put_together(read):
    def message(number, who, text, **more):
        start = {"id": number, "type": "message", "date": f"2024-04-01T10:0{number}:10"}
        return {**start, "from": who, "from_id": f"user{who}", "text": text, **more}

    link = {"type": "link", "text": "https://tide.example"}
    found = [
        {
            "id": 1,
            "type": "service",
            "date": "2024-04-01T10:00:00",
            "actor": "Olga",
            "actor_id": "user1",
            "action": "create_group",
            "title": "Garden",
            "text": "",
        },
        message(2, "Olga", "The water is on."),
        message(3, "Rob", ["Who has the key? See ", link], photo="a.jpg"),
    ]
    loaded = read("result.json", json.dumps({"name": "Garden", "messages": found}))
    assert messages(loaded) == [
        ("", "name: Garden"),
        ("messages \u203a 2024-04-01", "10:00: Olga create group Garden"),
        ("messages \u203a 2024-04-01", "10:02 Olga: The water is on."),
        ("messages \u203a 2024-04-01", "10:03 Rob: Who has the key? See https://tide.example"),
    ]


def test_messages_of_messenger_have_the_letters_that_were_written(read):
    source = {
        "messages": [
            {
                "sender_name": "Åse Holm",
                "timestamp_ms": 1706725805120,
                "content": "Grüße, à Noël",
            },
            {"sender_name": "Bo Ohm", "timestamp_ms": 1706725905120, "photos": [{"uri": "a.jpg"}]},
        ]
    }
    # As Facebook writes it: each byte of UTF-8 as a letter
    written = re.sub(
        r"[^\x00-\x7f]",
        lambda sign: "".join(f"\\u00{byte:02x}" for byte in sign[0].encode()),
        json.dumps(source, ensure_ascii=False),
    )
    loaded = read("message_1.json", written)
    assert messages(loaded) == [("messages › 2024-01-31", "18:30 Åse Holm: Grüße, à Noël")]
    assert loaded.left_out == ("1 file that was sent",)


def test_messages_of_discord_say_who_wrote_them_and_when(read):
    said = [("Ane", "The pump is out."), (None, "On my way")]
    source = {
        "messages": [
            {
                "timestamp": f"2024-01-31T18:3{number}:05.120+00:00",
                "content": words,
                "author": {"name": f"user{number}", "nickname": nickname},
                "attachments": [],
            }
            for number, (nickname, words) in enumerate(said)
        ]
    }
    assert messages(read("discord.json", json.dumps(source))) == [
        ("messages › 2024-01-31", "18:30 Ane: The pump is out."),
        ("messages › 2024-01-31", "18:31 user1: On my way"),
    ]


def test_records_of_another_kind_keep_all_their_keys(read):
    source = [{"author": "Ane", "date": "2024-01-01", "text": "Good", "stars": n} for n in (4, 5)]
    assert "stars" in read("reviews.json", json.dumps(source)).text


@pytest.mark.parametrize(
    "line", ["12.02.24, 18:05 - Lena: a\n", "12.02.24, 18:05 - \n", "a, [\n", "[18:05] <\n"]
)
def test_hostile_chats_take_a_time_like_their_size(line):
    start = "12.02.24, 18:05 - Lena: a\n" * 3
    assert grows_with_its_size(lambda n: text_blocks(start + line * n), 10_000)
