import io
import json

import pytest


def batch(run, tmp_path, content: bytes) -> tuple[int, list[dict]]:
    (tmp_path / "questions").write_bytes(content)
    code, out, err = run("ask", "--batch", tmp_path / "questions")
    assert err == ""
    return code, [json.loads(line) for line in out.split("\n")[:-1]]


def test_ask_answers_a_batch_line_by_line(indexed, monkeypatch):
    lines = io.TextIOWrapper(io.BytesIO("Äpfel?\n\nWhich pears are green?\n".encode()))
    monkeypatch.setattr("sys.stdin", lines)

    code, out, _ = indexed("ask", "--batch", "-")
    found = [json.loads(line) for line in out.splitlines()]

    assert code == 0
    assert [item["question"] for item in found] == ["Äpfel?", "", "Which pears are green?"]
    assert found[1]["passages"] == []
    assert found[1]["error"] == "This line is empty."
    assert found[2]["passages"][0]["text"] == "Pears are green."
    code, _, err = indexed("ask", "Pears?", "--batch", "-")
    assert (code, "either a QUESTION or --batch" in err) == (2, True)


@pytest.mark.parametrize(
    ("content", "questions"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"pears?", ["pears?"]),
        (b"\n \t\npears?\n\n", ["", "", "pears?", ""]),
        (b"pears?\r\n\r\napples?\r\n", ["pears?", "", "apples?"]),
        (b"pears?\rapples?", ["pears?", "apples?"]),
        (b"\xef\xbb\xbfpears?\napples?", ["pears?", "apples?"]),
        ("pears\u2028 or\x85 apples?\n".encode(), ["pears\u2028 or\x85 apples?"]),
        ("pears?\r\n\r\n\u00c4pfel?\r\n".encode("utf-16"), ["pears?", "", "\u00c4pfel?"]),
    ],
)
def test_a_batch_gives_one_line_for_each_line_whatever_ends_it(
    indexed, tmp_path, content, questions
):
    code, found = batch(indexed, tmp_path, content)

    assert code == 0
    assert [item["question"] for item in found] == questions
    assert ["error" in item for item in found] == [not question for question in questions]


def test_a_batch_in_another_encoding_is_refused_with_its_line(indexed, tmp_path):
    (tmp_path / "questions").write_bytes("pears?\nÄpfel?\n".encode("latin-1"))
    code, out, err = indexed("ask", "--batch", tmp_path / "questions")

    assert (code, out) == (2, "")
    assert "Line 2 of the questions is not UTF-8" in err
