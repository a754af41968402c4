"""Calendars and address books: who, when and where are fields under an event or a person."""

import pytest

from tests.growth import TIMES, grows_with_its_size
from tests.index.loaders.shown import under


def fields(loaded):
    """Return each field with the heading that it stands under."""
    return [
        (under(loaded, at), loaded.text[block.start : block.end])
        for at, block in enumerate(loaded.blocks)
        if block.kind == "field"
    ]


def event(*lines, before=""):
    inside = "\r\n".join(lines)
    return f"BEGIN:VCALENDAR\r\n{before}BEGIN:VEVENT\r\n{inside}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def card(*lines):
    inside = "\r\n".join(lines)
    return f"BEGIN:VCARD\r\n{inside}\r\nEND:VCARD\r\n"


def test_an_event_is_a_heading_with_when_and_where(read):
    source = event(
        "UID:4f1c",
        "SUMMARY:Dentist\\, Dr. Lohse",
        "DTSTART;TZID=Europe/Oslo:20240318T143000",
        "DTEND;TZID=Europe/Oslo:20240318T150000",
        "LOCATION:Low Road 5\\, Holm",
        "DESCRIPTION:Bring the card.\\n\\nThe bill goes to the i",
        " nsurance\\; pay nothing.",
        'ATTENDEE;CN="Holm, Ane";PARTSTAT=ACCEPTED:mailto:ane@tide.example',
        before="BEGIN:VTIMEZONE\r\nTZID:Europe/Oslo\r\nBEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\n"
        "END:DAYLIGHT\r\nEND:VTIMEZONE\r\n",
    )
    loaded = read("a.ics", source)
    assert loaded.format == "calendar"
    assert loaded.title == "Dentist, Dr. Lohse"
    assert fields(loaded) == [
        ("Dentist, Dr. Lohse", "Start: 2024-03-18 14:30 (Europe/Oslo)"),
        ("Dentist, Dr. Lohse", "End: 2024-03-18 15:00 (Europe/Oslo)"),
        ("Dentist, Dr. Lohse", "Location: Low Road 5, Holm"),
        ("Dentist, Dr. Lohse", "Attendee: Holm, Ane (ane@tide.example), accepted"),
    ]
    assert "The bill goes to the insurance; pay nothing." in loaded.text
    assert "4f1c" not in loaded.text
    assert "1970" not in loaded.text


def test_the_last_day_of_an_event_is_the_one_on_which_it_ends(read):
    several = event("SUMMARY:Fair", "DTSTART;VALUE=DATE:20240603", "DTEND;VALUE=DATE:20240606")
    assert [said for _, said in fields(read("a.ics", several))] == [
        "Start: 2024-06-03",
        "End: 2024-06-05",
    ]
    one = event("SUMMARY:Fair", "DTSTART;VALUE=DATE:20240603", "DTEND;VALUE=DATE:20240604")
    assert [said for _, said in fields(read("a.ics", one))] == ["Start: 2024-06-03"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=YEARLY;COUNT=3", "yearly, 3 times"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;UNTIL=20240630T120000Z",
            "every 2 weeks on Monday, Thursday, until 2024-06-30",
        ),
        ("FREQ=MONTHLY;BYDAY=-1FR", "monthly on last Friday"),
        ("FREQ=OFTEN", "FREQ=OFTEN"),
    ],
)
def test_when_an_event_comes_again_is_said_in_words(rule, said, read):
    loaded = read("a.ics", event("SUMMARY:Choir", f"RRULE:{rule}"))
    assert fields(loaded) == [("Choir", f"Repeats: {said}")]


def test_tasks_and_several_events_stand_under_the_name_of_their_calendar(read):
    source = (
        "BEGIN:VCALENDAR\nX-WR-CALNAME:Boats\nBEGIN:VTODO\nSUMMARY:Paint the hull\n"
        "DUE;VALUE=DATE:20240501\nSTATUS:NEEDS-ACTION\nBEGIN:VALARM\nTRIGGER:-PT1H\nEND:VALARM\n"
        "END:VTODO\nBEGIN:VEVENT\nSUMMARY:Launch\nDURATION:PT1H30M\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    loaded = read("a.ics", source)
    assert loaded.title == "Boats"
    assert fields(loaded) == [
        ("Boats \u203a Paint the hull", "Due: 2024-05-01"),
        ("Boats \u203a Paint the hull", "Status: needs action"),
        ("Boats \u203a Launch", "Duration: 1 h 30 min"),
    ]
    assert loaded.left_out == ("1 reminder",)


def test_a_description_in_html_is_read_as_a_browser_shows_it(read):
    loaded = read("a.ics", event("SUMMARY:Call", "DESCRIPTION:<b>Dial in</b><br>Code&nbsp\\;77"))
    assert "<" not in loaded.text
    assert "Code" in loaded.text


def test_a_person_is_a_heading_with_their_numbers(read):
    source = card(
        "VERSION:3.0",
        "N:Holm;Ane;;Dr.;",
        "FN:Dr. Ane Holm",
        "ORG:Tide Clinic;Hearts",
        "TEL;TYPE=WORK,VOICE:+47 55 12",
        "TEL;TYPE=CELL:+47 900",
        "item1.ADR;type=HOME:;;Low Road 18;Holm;;5013;Norway",
        "item1.X-ABLabel:Cabin",
        "BDAY:1979-05-17",
        "NOTE:Call after 4.\\nNo penicillin.",
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAgGBgcGBQ",
        " gHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgy",
    )
    loaded = read("a.vcf", source)
    assert (loaded.format, loaded.title) == ("contacts", "Dr. Ane Holm")
    assert fields(loaded) == [
        ("Dr. Ane Holm", "Organization: Tide Clinic, Hearts"),
        ("Dr. Ane Holm", "Phone (work): +47 55 12"),
        ("Dr. Ane Holm", "Phone (mobile): +47 900"),
        ("Dr. Ane Holm", "Address (Cabin, home): Low Road 18, Holm, 5013, Norway"),
        ("Dr. Ane Holm", "Birthday: 1979-05-17"),
        ("Dr. Ane Holm", "Note: Call after 4.\nNo penicillin."),
    ]
    assert loaded.left_out == ("1 picture",)


def test_cards_of_old_phones_are_read_too(read):
    source = card(
        "VERSION:2.1",
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCrgen",
        "TEL;HOME:030 99",
        "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Rings=20twice=",
        " and=0D=0Awaits",
    ) + card("FN:Bo", "EMAIL:bo@tide.example")
    loaded = read("phone.vcf", source)
    assert [said for _, said in fields(loaded)] == [
        "Phone (home): 030 99",
        "Note: Rings twice and\nwaits",
        "Email: bo@tide.example",
    ]
    assert fields(loaded)[0][0] == "Jürgen Müller"
    assert loaded.title == "Phone"


@pytest.mark.parametrize("name", ["a.ics", "a.vcf"])
def test_what_is_neither_is_read_as_text(name, read):
    assert read(name, "The ferry leaves at nine.\n").text == "The ferry leaves at nine.\n"


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "BEGIN:VEVENT\n" * n + "END:X\n" * n,
        lambda n: "BEGIN:X\n" * n + "END:Y\n" * n,
        lambda n: "BEGIN:VEVENT\nSUMMARY:a\n" + " b\n" * n,
        lambda n: "BEGIN:VCARD\nTEL" + ';A="' * n + ":1\n",
        lambda n: "BEGIN:VCARD\nTEL" + ";A" * n + ":1\nN:" + ";" * n + "\n",
        lambda n: "BEGIN:VEVENT\nSUMMARY:a\nATTENDEE:b\n" + "EXDATE:20240101\n" * n,
        lambda n: "BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:" + "a=\n" * n,
    ],
)
@pytest.mark.parametrize("name", ["a.ics", "a.vcf"])
def test_hostile_cards_are_read_in_a_time_like_their_size(make, name, read):
    size = 5_000
    made = {n: make(n) for n in (size, size // TIMES)}
    assert grows_with_its_size(lambda n: read(name, made[n]), size)
