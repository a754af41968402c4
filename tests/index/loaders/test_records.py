"""JSON: records, settings, exports of programs."""

import json

import pytest

from index.errors import UserError
from tests.growth import TIMES, grows_with_its_size
from tests.index.loaders.shown import kinds, named, under

PEOPLE = [
    {"name": "Ane", "address": {"city": "Holm", "zip": "0120"}, "tags": ["a", "b"]},
    {"name": "Bo", "age": 41.50, "address": {"city": "Lund"}},
]


def test_records_are_rows_with_the_names_of_their_keys(read):
    for name, source in (
        ("a.json", json.dumps(PEOPLE)),
        ("a.jsonl", "\n".join(map(json.dumps, PEOPLE))),
        ("a.ndjson", "\r\n\n".join(map(json.dumps, PEOPLE))),
    ):
        loaded = read(name, source)
        assert loaded.format == "json"
        assert named(loaded) == [
            {"name": "Ane", "address › city": "Holm", "address › zip": "0120", "tags": "a, b"},
            {"name": "Bo", "address › city": "Lund", "age": "41.5"},
        ]


def test_other_values_are_fields_by_their_path_and_numbers_are_as_they_are_written(read):
    loaded = read(
        "a.json",
        '{"server": {"port": 8080, "tls": true, "rate": 1.50e3, "note": null}, "hosts": ["a", "b"],'
        ' "name": "Tide", "ports": [{"no": 1, "use": "web"}, {"no": 2, "use": "ssh"}]}',
    )
    assert loaded.text == (
        "server › port: 8080\nserver › tls: true\nserver › rate: 1.50e3\nhosts: a, b\nname: Tide"
        "\n\nports\n\nno | use\n1 | web\n2 | ssh"
    )
    assert loaded.title == "Tide"
    assert kinds(loaded)[-4:] == ["heading", "header", "row", "row"]
    assert under(loaded, len(loaded.blocks) - 1) == "ports"


def test_records_that_hold_much_text_are_headings_with_paragraphs(read):
    text = "The tide turns at noon. " * 40
    loaded = read("a.json", json.dumps([{"title": t, "text": text, "n": 1} for t in "AB"]))
    assert loaded.text.startswith("A\n\ntitle: A\n\ntext: The tide turns")
    assert under(loaded, 3) == "A"
    assert [b.kind for b in loaded.blocks] == ["heading", "field", "paragraph", "field"] * 2


def test_a_key_that_is_there_twice_keeps_both_values(read):
    assert read("a.json", '{"a": "one", "a": "two"}').text == "a: one\na: two"
    assert named(read("a.json", '[{"a": 1, "a": 2}, {"a": 3}]')) == [{"a": "1; 2"}, {"a": "3"}]


def test_what_only_programs_read_is_left_out_and_named(read):
    loaded = read("a.json", json.dumps({"a": list(range(1000)), "b": "A" * 5000, "c": "words"}))
    assert loaded.text == "c: words"
    assert set(loaded.left_out) == {"1 long list of numbers", "1 encoded file"}


def test_what_is_no_json_is_read_by_line(read):
    assert read("a.json", '{\n  // a comment\n  "a": 1,\n}').format == "code"
    loaded = read("a.jsonl", '{"a": 1}\n{"a": \n{"a": 2}\n{"a": 3}')
    assert loaded.left_out == ("1 line that isn't JSON",)
    assert [row["a"] for row in named(loaded)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "source",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 900 + "1" + "}" * 900,
        "[" * 300 + "1" + "]" * 300,
        '[{"a":' * 200 + "1" + "}]" * 200,
        "1" * 100_000,
        '"\\ud800\\u0000"',
        "{}",
        "null",
        "[[], {}, [[1]]]",
    ],
)
def test_deep_and_odd_json_breaks_nothing(source, read):
    try:
        said = read("a.json", source).text
    except UserError as error:
        said = str(error)
    said.encode()
    assert "damaged" not in said


@pytest.mark.parametrize(
    ("make", "size"),
    [
        (lambda n: [{"a": i, "b": "x"} for i in range(n)], 5_000),
        (lambda n: {str(i): {"a": i} for i in range(n)}, 5_000),
        (lambda n: [{str(i): i} for i in range(n)], 2_000),
        (lambda n: [[{"a": [i]}] for i in range(n)], 2_000),
        (lambda n: [{"a": [{"b": i} for i in range(n)]}], 2_000),
        (lambda n: [[i] for i in range(n)], 5_000),
    ],
)
def test_json_is_read_in_a_time_like_its_size(make, size, read):
    made = {n: json.dumps(make(n)) for n in (size, size // TIMES)}
    assert grows_with_its_size(lambda n: read("a.json", made[n]), size)
