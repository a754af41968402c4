"""A text is checked at each door: terminal, REST, MCP and the page."""

import io
import json
import sys
from pathlib import Path

import httpx
import pytest

from qa import check
from tests.ui.hostile import HOSTILE
from tests.ui.person import Person
from tests.ui.test_doors import post, through_mcp
from tests.ui.test_evidence import Tags
from ui.cli.check_report import as_html
from ui.limits import CHECKED_TEXT

DRAFT = "# On fruit\n\nApples are red. Pears are 7 years old. Are plums blue?\n"


@pytest.fixture
def fruit(corpus):
    corpus.add_text("Apples are red. Pears are 3 years old.", name="fruit.txt", title="On fruit")
    return corpus


def test_a_file_is_checked_in_a_terminal(indexed, tmp_path):
    draft = tmp_path / "draft.md"
    draft.write_text("# On fruit\n\nApples are red. Cows eat 4 kg of grass.\n")

    code, out, err = indexed("check", draft)

    assert (code, err) == (1, "")
    assert "2. Apples are red.\n   supported\n   > Apples are red.\n" in out
    assert "     Fruit (fruit.txt), sentence 1\n" in out
    assert "nothing in your documents" in out
    assert "2 sentences checked: 1 supported, 0 differ, 1 with nothing" in out
    assert "Not checked: 1 heading." in out


def test_what_is_all_supported_ends_with_0_and_what_is_not_with_1(indexed, tmp_path):
    draft = tmp_path / "draft.txt"
    draft.write_text("Apples are red.")
    assert indexed("check", draft)[0] == 0
    draft.write_text("Apples are red. Cows eat a lot of grass.")
    assert indexed("check", draft)[0] == 1
    draft.write_text("Is it so?")
    code, out, _ = indexed("check", draft)
    assert (code, out.splitlines()[0]) == (0, "There is no sentence to be checked in this text.")
    code, _, err = indexed("check", tmp_path / "nothing.md")
    assert code == 2
    assert "There is no file nothing.md" in err


def test_both_sides_are_shown_in_a_terminal(verbatim, tmp_path):
    (tmp_path / "a.txt").write_text("Pears are 3 years old.")
    verbatim("index", tmp_path / "a.txt")
    (tmp_path / "draft.md").write_text("Pears are 7 years old.")

    _, out, _ = verbatim("check", tmp_path / "draft.md")

    assert "   differs\n   figures: your text: 7 years\n            document: 3 years\n" in out


def test_standard_input_is_checked(indexed, monkeypatch):
    for given in (b"Apples are red.", "\ufeffApples are red.".encode("utf-16-le")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        code, out, _ = indexed("check", "-", "--json")
        assert code == 0
        assert json.loads(out)["counts"]["supported"] == 1
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfa\xfb caf\xe9")))
    code, _, err = indexed("check", "-")
    assert code == 2
    assert "not UTF-8" in err


def test_json_is_what_python_returns(indexed, tmp_path):
    draft = tmp_path / "draft.md"
    draft.write_text(DRAFT)

    found = json.loads(indexed("check", draft, "--json")[1])

    assert found.keys() == {"sentences", "counts", "skipped"}
    assert found["sentences"][0]["verdict"] == "skipped"
    assert found["skipped"] == {"heading": 1, "question": 1}


def test_the_report_is_one_page_without_scripts_and_escapes_all(fruit, verbatim, tmp_path):
    name = "<script>alert(1)</script>"
    plain = Tags()
    plain.feed(as_html("draft", check(DRAFT, corpus=fruit)))
    for text in HOSTILE:
        found = Tags()
        page = as_html(name, check(f"Apples are red, says {text} today.", corpus=fruit))
        found.feed(page)
        assert "<script" not in page
        assert found.tags <= plain.tags | {"mark"}
        assert found.attributes <= plain.attributes
    assert {"src", "href"}.isdisjoint(plain.attributes)


def test_the_report_is_written_where_it_was_asked_for(indexed, tmp_path):
    (tmp_path / "draft.md").write_text(DRAFT)
    target = tmp_path / "report.html"

    _, out, _ = indexed("check", tmp_path / "draft.md", "--html", target)

    assert f"Written: {target}" in out
    assert "Apples are red." in target.read_text(encoding="utf-8")


def test_a_report_replaces_no_text_of_the_persons_own(indexed, tmp_path):
    draft = tmp_path / "draft.html"
    (tmp_path / "essay.docx").write_text("Mine.")
    draft.write_text("<p>Apples are red.</p>")
    for target, said in (
        (tmp_path, "is a folder"),
        (draft, "is the text itself"),
        (tmp_path / "." / "draft.html", "is the text itself"),
        (tmp_path / "essay.docx", "Give it a name that ends in .html"),
        (tmp_path / "nowhere" / "report.html", "There is no folder"),
    ):
        code, out, err = indexed("check", draft, "--html", target)
        assert (code, out) == (2, ""), target
        assert said in err
    assert draft.read_text() == "<p>Apples are red.</p>"
    assert (tmp_path / "essay.docx").read_text() == "Mine."


def test_rest_and_mcp_say_what_python_says(start, fruit):
    url = start(fruit)
    expected = json.loads(json.dumps(check(DRAFT, corpus=fruit).as_dict()))

    assert post(url, "/api/check", text=DRAFT) == (200, expected)
    (told,) = through_mcp(f"{url}/mcp", "check", {"text": DRAFT})
    short = told.structured_content
    assert (short["counts"], short["skipped"]) == (expected["counts"], expected["skipped"])
    whole = [one for one in expected["sentences"] if one["verdict"] != "skipped"]
    for one, all_of_it in zip(short["sentences"], whole, strict=True):
        for name in ("number", "text", "verdict", "confidence", "differences"):
            assert one[name] == all_of_it[name]
        for name in ("text", "sha256", "start", "end"):
            assert one["passage"][name] == all_of_it["passages"][0][name]
    passage = short["sentences"][0]["passage"]
    address = {name: passage[name] for name in ("document", "sha256", "start", "end", "text")}
    (proof,) = through_mcp(f"{url}/mcp", "verify", address)
    assert proof.structured_content["valid"]


def test_a_text_that_cannot_be_checked_says_why_at_each_door(start, fruit):
    url = start(fruit)
    for body, status, told in (
        ({"text": " "}, 400, "is empty"),
        ({"text": ""}, 422, "body.text"),
        ({"text": "x" * (CHECKED_TEXT.most + 1)}, 422, "body.text"),
        ({"text": "Apples are red.", "documents": ["nope"]}, 404, "GET /api/documents lists"),
        ({"text": "Apples are red.", "where": {"phrases": ["a"]}}, 400, "not by phrases"),
        ({"text": "Apples are red.", "where": {"after": "2024-13"}}, 400, "no such month"),
        ({"text": "Apples are red.", "k": 1}, 422, "body.k"),
    ):
        code, answer = post(url, "/api/check", **body)
        assert (code, told in json.dumps(answer["detail"])) == (status, True), body
    (refused,) = through_mcp(f"{url}/mcp", "check", {"text": "A b c.", "documents": ["nope"]})
    assert refused.is_error
    assert "`documents` lists those that are there" in refused.content[0].text


def test_a_question_is_answered_while_a_text_is_checked(start, fruit):
    from concurrent.futures import ThreadPoolExecutor

    url = start(fruit)
    with ThreadPoolExecutor(1) as pool:
        checking = pool.submit(post, url, "/api/check", text="Apples are red. " * 300)
        while httpx.get(f"{url}/metrics").text.count("verbatim") == 0:
            pass
        assert post(url, "/api/ask", question="Apples?")[0] == 200
        status, found = checking.result()
    assert (status, found["counts"]["supported"]) == (200, 300)


@pytest.mark.browser
def test_a_text_is_checked_on_the_page(start, visitor, fruit):
    page = visitor.page
    visitor.open(start(fruit))
    Person(visitor).unfold()
    page.get_by_role("button", name="Check a text…").click()
    page.get_by_role("textbox", name="Text", exact=True).fill(DRAFT)
    page.get_by_role("button", name="Check", exact=True).click()

    page.get_by_text("not checked: headings, questions and fragments").wait_for()
    dialog = page.get_by_role("dialog", name="Check a text")
    shown = dialog.locator("li")
    assert shown.nth(0).locator(".verdict").inner_text() == "Supported"
    assert shown.nth(1).locator(".verdict").inner_text() == "Differs"
    assert shown.nth(1).locator("mark").all_inner_texts() == ["7 years", "3 years"]
    assert visitor.violations() == []
    assert dialog.get_by_role("link").first.get_attribute("href").startswith("/d/1#0-15-")
    page.get_by_role("button", name="Change the text").click()
    assert page.get_by_role("textbox", name="Text", exact=True).input_value() == DRAFT


def test_the_skill_is_printed_and_names_tools_that_there_are(verbatim, corpus):
    import asyncio
    import re

    from ui.mcp import create_tools
    from ui.protection.admission import Admission
    from ui.served import Served

    code, out, _ = verbatim("skill")
    path = verbatim("skill", "--path")[1].strip()
    tools = asyncio.run(create_tools(lambda: Served.of(corpus), Admission()).list_tools())

    assert code == 0
    assert out.startswith("---\nname: verbatim\ndescription: ")
    assert Path(path).read_text(encoding="utf-8") == out
    (listed,) = re.findall(r"tools ((?:`\w+`[,.]\s+)+)", out)
    assert set(re.findall(r"`(\w+)`", listed)) == {tool.name for tool in tools}
