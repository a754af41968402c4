import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from filelock import FileLock

from index import NamedFile
from index.loading.process import parse_file
from ui.page import exports
from ui.page.conversation import Conversations, Held, Turn
from ui.protection.admission import Admission
from ui.rest import uploads
from ui.rest.changes import Changes
from ui.rest.documents import MOST_SENTENCES, create_router
from ui.rest.errors import install_error_handlers

TEXT = "Apples are red. Pears are green.\n\nPlums are blue."


@pytest.fixture
def conversations() -> Conversations:
    return Conversations()


@pytest.fixture
def changes() -> Changes:
    return Changes()


@pytest.fixture
def client(corpus, conversations, changes):
    corpus.add_text(TEXT, name="fruit", title="On fruit")
    app = FastAPI()
    install_error_handlers(app)
    admission = Admission(1, 1)
    app.include_router(create_router(corpus, changes, admission))
    app.include_router(exports.create_router(corpus, conversations, admission))
    return TestClient(app)


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """The folder that temporary files go to."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def steps(answer) -> list[dict]:
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_document_comes_with_its_sentences_at_their_offsets(client):
    document = client.get("/api/documents/1").json()

    assert (document["title"], document["name"], document["sentences"]) == ("On fruit", "fruit", 3)
    assert document["lang"] == client.get("/api/documents").json()[0]["lang"] == "en"
    assert [part["number"] for part in document["parts"]] == [1, 2, 3]
    assert all(TEXT[part["start"] : part["end"]] == part["text"] for part in document["parts"])
    paragraphs = [part["paragraph"] for part in document["parts"]]
    assert paragraphs[0] == paragraphs[1] != paragraphs[2]


def test_some_documents_can_be_asked_for_and_those_that_are_gone_are_left_out(client, corpus):
    corpus.add_text("Kale grows.", name="kale")
    corpus.add_text("Leeks grow.", name="leeks")

    def names(query) -> list[str]:
        return [document["name"] for document in client.get(f"/api/documents?{query}").json()]

    assert names("id=3&id=1&id=99&id=3") == ["fruit", "leeks"]
    assert names("") == ["fruit", "kale", "leeks"]
    assert client.get("/api/documents?id=x").status_code == 422
    assert client.get("/api/documents?" + "id=1&" * 1001).status_code == 422


def test_several_documents_are_removed_in_one_change(client, corpus):
    corpus.add_text("Kale grows.", name="kale")
    corpus.add_text("Leeks grow.", name="leeks")

    def remove(*ids) -> httpx.Response:
        return client.post("/api/removals", json={"documents": list(ids)})

    assert remove(1, 3, 99, 1).json() == {"removed": [1, 3]}
    assert [document.name for document in corpus.documents()] == ["kale"]
    assert remove(1, 3).json() == {"removed": []}
    assert [remove(*wrong).status_code for wrong in ([], ["2"], [2.0], [-1], [True])] == [422] * 5


def test_a_part_of_a_document_can_be_asked_for(client):
    found = client.get("/api/documents/1?first=2&count=1").json()
    beyond = client.get("/api/documents/1?first=99").json()

    assert [part["text"] for part in found["parts"]] == ["Pears are green."]
    assert (beyond["parts"], beyond["sentences"]) == ([], 3)


@pytest.mark.parametrize(
    ("method", "part"), [("GET", ""), ("GET", "/text"), ("GET", "/overview"), ("DELETE", "")]
)
def test_an_unknown_document_is_a_404_that_says_to_programs_and_people_what_helps_them(
    client, method, part
):
    for headers, told in (
        ({}, "The corpus has no document 99. GET /api/documents lists those that are there."),
        ({"verbatim-language": "en"}, "This document is no longer in the corpus."),
    ):
        answer = client.request(method, f"/api/documents/99{part}", headers=headers)

        assert answer.status_code == 404
        assert answer.json() == {"detail": told}


def test_the_sentences_around_an_offset_can_be_asked_for(client):
    def numbers(query) -> list[int]:
        return [part["number"] for part in client.get(f"/api/documents/1?{query}").json()["parts"]]

    plums = TEXT.index("Plums")
    assert numbers(f"around={plums}&count=2") == [2, 3]
    assert numbers(f"around={plums - 1}&count=1") == [3], "between two sentences: the next"
    assert numbers("around=0&count=2") == [1, 2]
    assert numbers("around=999999&count=1") == [3]


def test_a_quotation_is_found_in_a_document_as_it_is_now(client, corpus):
    def find(text) -> dict:
        return client.post("/api/documents/1/find", json={"text": text}).json()

    cited = client.get("/api/documents/1").json()["sha256"]
    assert find("Pears are green.")["places"] == [{"sentence": 2, "start": 16, "end": 32}]
    corpus.add_text("Kiwis are brown. Pears  are\ngreen. A pear.", name="fruit", title="New")
    found = find("Pears are green.")

    assert found["places"] == [{"sentence": 2, "start": 17, "end": 34}]
    assert (found["title"], found["sha256"] == cited) == ("New", False)
    assert find("pears are green.")["places"] == find(".*")["places"] == find(" ")["places"] == []
    assert client.post("/api/documents/9/find", json={"text": "Pears"}).status_code == 404


@pytest.mark.parametrize(
    "query", ["first=0", f"count={MOST_SENTENCES + 1}", "count=0", "first=x", "first=1e99"]
)
def test_senseless_numbers_are_refused(client, query):
    assert client.get(f"/api/documents/1?{query}").status_code == 422


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "x"])
def test_a_senseless_document_number_is_refused(client, number):
    assert client.get(f"/api/documents/{number}").status_code == 422


def test_an_upload_tells_its_steps_and_can_be_searched_at_once(client, corpus):
    told = steps(client.post("/api/documents?name=notes.md", content=b"# Garden\n\nKale grows."))

    assert {step["stage"] for step in told[:-1]} == {"reading", "encoding"}
    assert told[-1]["status"] == "added"
    assert told[-1]["document"]["title"] == "Garden"
    assert [item["title"] for item in client.get("/api/documents").json()] == ["On fruit", "Garden"]
    with corpus.snapshot() as state:
        assert state.search("kale grows", limit=1)


def send(client, name, content, **query) -> dict:
    query = {"name": name, **query}
    return steps(client.post("/api/documents", params=query, content=content))[-1]


def names_and_texts(client) -> dict[str, str]:
    """Return the text of each document but the first, by name."""
    ids = {item["name"]: item["id"] for item in client.get("/api/documents").json()[1:]}
    assert len(ids) == len(client.get("/api/documents").json()) - 1
    return {
        name: client.get(f"/api/documents/{number}/text").json()["text"]
        for name, number in ids.items()
    }


def test_another_file_of_the_same_name_is_kept_beside_the_first(client):
    told = [
        send(client, "README.md", content.encode())
        for content in ("One project.", "Another.", "One project.", "Another.", "A third.")
    ]

    assert [item["status"] for item in told] == [
        "added",
        "added",
        "unchanged",
        "unchanged",
        "added",
    ]
    assert [item.get("beside") for item in told] == [
        None,
        ["README.md"],
        None,
        None,
        ["README.md", "README (2).md"],
    ]
    assert told[3]["document"]["name"] == "README (2).md"
    assert names_and_texts(client) == {
        "README.md": "One project.",
        "README (2).md": "Another.",
        "README (3).md": "A third.",
    }
    client.delete(f"/api/documents/{told[0]['document']['id']}")
    assert send(client, "README.md", b"Another.")["document"]["name"] == "README (2).md"
    assert send(client, "README.md", b"A fourth.")["document"]["name"] == "README.md"


def test_a_file_is_replaced_when_the_sender_says_so(client):
    first = send(client, "a.txt", b"One thing.")
    send(client, "a.txt", b"Another thing.")
    told = send(client, "a.txt", b"A third thing.", replace=True)

    assert (told["status"], told["document"]["id"]) == ("updated", first["document"]["id"])
    assert names_and_texts(client) == {"a.txt": "A third thing.", "a (2).txt": "Another thing."}
    assert send(client, "a (2).txt", b"Newer.", replace=True)["status"] == "updated"
    assert send(client, "new.txt", b"Newest.", replace=True)["status"] == "added"


def test_names_that_only_look_alike_are_kept_apart(client):
    for number, name in enumerate(
        ["Müller.txt", "Mu\u0308ller.txt", "mÜLLER.TXT", "a/b.txt", "a_b.txt", "../a/b.txt"]
    ):
        send(client, name, f"Text {number}.".encode())

    assert sorted(names_and_texts(client).values()) == [f"Text {number}." for number in range(6)]


def test_long_names_that_end_alike_are_kept_whole(client):
    names = [f"{'x' * before}{'-' * 300}report.txt" for before in (1, 2, 3)]
    for name in names:
        send(client, name, f"Of {len(name)}.".encode())
    deep = f"{'folder/' * 200}a.txt"
    assert send(client, deep, b"Deep down.")["document"]["name"] == deep

    assert names_and_texts(client) == {
        **{name: f"Of {len(name)}." for name in names},
        deep: "Deep down.",
    }


def test_files_of_one_name_that_are_sent_at_once_are_all_kept(client):
    with ThreadPoolExecutor(8) as pool, client:
        told = list(
            pool.map(lambda number: send(client, "a.txt", f"Number {number}.".encode()), range(8))
        )

    assert {item["status"] for item in told} == {"added"}
    assert sorted(names_and_texts(client).values()) == [f"Number {number}." for number in range(8)]


def test_texts_of_one_title_are_kept_side_by_side(client):
    def paste(text, **more) -> dict:
        return steps(client.post("/api/texts", json={"text": text, "title": "v1.2 plan", **more}))[
            -1
        ]

    told = [paste(text) for text in ("First.", "Second.", "Second.", "First.")]

    assert [item["status"] for item in told] == ["added", "added", "unchanged", "unchanged"]
    assert told[1]["document"]["title"] == "v1.2 plan (2)"
    assert told[1]["beside"] == ["pasted: v1.2 plan"]
    assert paste("Third.", replace=True)["status"] == "updated"
    assert names_and_texts(client) == {
        "pasted: v1.2 plan": "Third.",
        "pasted: v1.2 plan (2)": "Second.",
    }
    titles = [f"{'x' * 200}{end}" for end in "ab"]
    for title in titles:
        steps(client.post("/api/texts", json={"text": title[-1], "title": title}))
    assert {f"pasted: {title}" for title in titles} <= names_and_texts(client).keys()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.exe", b"MZ\x90\x00\x03\x00\x00\x00", "unsupported format"),
        ("x.pdf", b"%PDF-1.7 broken", "damaged"),
        ("x.txt", b" \n ", "empty"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_leaves_nothing(
    client, scratch, name, content, reason
):
    told = steps(client.post(f"/api/documents?name={name}", content=content))

    assert told[-1]["status"] == "failed"
    assert reason in told[-1]["reason"]
    assert str(scratch) not in json.dumps(told)
    assert list(scratch.iterdir()) == []
    assert len(client.get("/api/documents").json()) == 1


def test_no_upload_is_kept_once_it_was_read(client, scratch):
    steps(client.post("/api/documents?name=a.txt", content=b"One thing."))

    assert list(scratch.iterdir()) == []


def test_a_large_upload_is_refused_and_not_kept(client, scratch, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_FILE", 100)

    answer = client.post("/api/documents?name=a.txt", content=b"x" * 101)

    assert answer.status_code == 413
    assert "verbatim index PATH" in answer.json()["detail"]
    assert list(scratch.iterdir()) == []


def test_an_empty_upload_and_a_full_corpus_are_refused(client, monkeypatch):
    assert client.post("/api/documents?name=a.txt", content=b"").status_code == 400
    monkeypatch.setattr(uploads, "MAX_DOCUMENTS", 1)
    full = client.post("/api/documents?name=a.txt", content=b"One thing.")
    assert (full.status_code, "Remove some" in full.json()["detail"]) == (409, True)
    assert client.post("/api/texts", json={"text": "One thing."}).status_code == 409


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "etc/passwd.txt"),
        ("/etc/passwd.txt", "etc/passwd.txt"),
        ("a/b\\c\0d.txt", "a/b_c_d.txt"),
        ("...", "file"),
        (" / /.. ", "file"),
        ("x" * 500 + ".txt", "x" * 500 + ".txt"),
        ("<b>ü</b> 日本.txt", "<b>ü</b> 日本.txt"),
        ("日" * 120 + ".txt", "日" * 120 + ".txt"),
    ],
)
def test_a_file_name_is_never_a_path(client, scratch, monkeypatch, name, kept):
    read = []
    monkeypatch.setattr(
        "index.changing.reading.parse_file",
        lambda path, **_: read.append(path) or parse_file(path),
    )
    answer = client.post("/api/documents", params={"name": name}, content=b"One thing.")

    assert steps(answer)[-1]["document"]["name"] == kept
    (path,) = read
    assert path.parent.parent == scratch
    assert len(os.fsencode(path.name)) <= 255


def test_a_text_can_be_pasted_with_a_title_or_without(client):
    titled = steps(client.post("/api/texts", json={"text": "Kale grows.", "title": "Garden"}))
    plain = steps(client.post("/api/texts", json={"text": "Leeks grow slowly."}))

    assert titled[-1]["document"]["title"] == "Garden"
    assert plain[-1]["document"]["title"] == "Leeks grow slowly."
    assert client.post("/api/texts", json={"text": ""}).status_code == 422
    assert client.post("/api/texts", json={"text": "x" * 500_001}).status_code == 422


def test_texts_without_a_title_that_begin_alike_are_kept_side_by_side(client):
    texts = [f"{'The same beginning. ' * 5}{end}" for end in ("One.", "Two.", "One.")]

    told = [steps(client.post("/api/texts", json={"text": text}))[-1] for text in texts]

    assert [item["status"] for item in told] == ["added", "added", "unchanged"]


def test_questions_are_answered_while_many_changes_wait_for_each_other(client, corpus, changes):
    threads = min(32, (os.cpu_count() or 1) + 4)  # that asyncio has for everything
    names = [f"/api/documents?name={number}.txt" for number in range(threads // 2 + 1)]
    with ThreadPoolExecutor(2 * len(names) + 1) as pool, client:
        corpus._write_lock._threads.acquire()  # as another thread does that adds something large
        try:
            sent = [pool.submit(client.post, name, content=b"One thing.") for name in names]
            sent += [pool.submit(client.delete, "/api/documents/99") for _ in names]
            deadline = time.monotonic() + 60
            while changes._admission._inside.total() < len(sent):
                assert time.monotonic() < deadline
                time.sleep(0.01)
            asked = pool.submit(client.get, "/api/documents/1").result(timeout=60)
            full = pool.submit(client.post, names[0], content=b"").result(timeout=60)
        finally:
            corpus._write_lock._threads.release()
        answers = [answer.result() for answer in sent]

    assert (asked.json()["title"], full.status_code) == ("On fruit", 400)
    assert {answer.status_code for answer in answers} == {200, 404}


def test_a_document_can_be_removed(client):
    assert client.delete("/api/documents/1").json() == {"removed": [1]}
    assert client.get("/api/documents").json() == []


def test_removing_while_another_program_writes_is_a_409_that_names_no_folder(
    client, corpus, monkeypatch
):
    monkeypatch.setattr("index.changing.write_lock._TIMEOUT", 0.1)
    with FileLock(corpus.folder / "write.lock"):
        answer = client.delete("/api/documents/1")

    assert answer.status_code == 409
    assert "Another program is writing to the corpus." in answer.json()["detail"]
    assert str(corpus.folder) not in answer.text
    assert client.delete("/api/documents/1").json() == {"removed": [1]}


def test_a_conversation_can_be_taken_away_as_a_file_by_who_knows_its_name(client, conversations):
    conversations.put("abc", Held((Turn("Which pears?"),)))

    kinds = (("md", "text/markdown"), ("json", "application/json"), ("html", "text/html"))
    for kind, media in kinds:
        answer = client.get(f"/api/conversations/abc.{kind}")
        assert answer.headers["content-type"].startswith(media)
        assert f'filename="verbatim-conversation.{kind}"' in answer.headers["content-disposition"]
    assert client.get("/api/conversations/other.md").status_code == 404
    assert client.get("/api/conversations/abc.exe").status_code == 422


def test_the_file_of_a_document_is_sent_to_be_saved_and_never_shown(client, corpus, tmp_path):
    page = b"<script>alert(1)</script><p>Apples are red.</p>"
    (tmp_path / "a.html").write_bytes(page)
    document = corpus.add([NamedFile(tmp_path / "a.html", "up", 'in/a "ü"\n.html')])[0].document
    pasted = corpus.add_text("Pears are green.", name="memo").document

    answer = client.get(f"/api/documents/{document.id}/original")

    assert answer.content == page
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=utf-8''a%20%22%C3%BC%22%0A.html"
    )
    assert client.get(f"/api/documents/{pasted.id}/original").status_code == 400
    assert client.get("/api/documents/99/original").status_code == 404


def test_what_is_followed_is_told_by_name_and_not_by_place(client, corpus, tmp_path):
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.txt").write_text("Apples are red.")
    (tmp_path / "alone.txt").write_text("It stands alone.")
    assert client.get("/api/sources").json() == []
    corpus.add([tmp_path / "alone.txt", tmp_path / "papers"])

    answer = client.get("/api/sources")

    assert [(one["name"], one["kind"], one["documents"]) for one in answer.json()] == [
        ("papers", "folder", 1),
        ("alone.txt", "file", 1),
    ]
    assert all(one["read"] for one in answer.json())
    assert str(tmp_path) not in answer.text
