import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ui.rest import MOST_SENTENCES, create_router

TEXT = "Apples are red. Pears are green.\n\nPlums are blue."


@pytest.fixture
def client(corpus):
    corpus.add_text(TEXT, name="fruit", title="On fruit")
    app = FastAPI()
    app.include_router(create_router(corpus))
    return TestClient(app)


def test_a_document_comes_with_its_sentences_at_their_offsets(client):
    document = client.get("/api/documents/1").json()

    assert (document["title"], document["name"], document["sentences"]) == ("On fruit", "fruit", 3)
    assert [part["number"] for part in document["parts"]] == [1, 2, 3]
    assert all(TEXT[part["start"] : part["end"]] == part["text"] for part in document["parts"])
    paragraphs = [part["paragraph"] for part in document["parts"]]
    assert paragraphs[0] == paragraphs[1] != paragraphs[2]


def test_a_part_of_a_document_can_be_asked_for(client):
    found = client.get("/api/documents/1?first=2&count=1").json()
    beyond = client.get("/api/documents/1?first=99").json()

    assert [part["text"] for part in found["parts"]] == ["Pears are green."]
    assert (beyond["parts"], beyond["sentences"]) == ([], 3)


def test_an_unknown_document_is_a_404_that_says_so(client):
    answer = client.get("/api/documents/99")

    assert answer.status_code == 404
    assert answer.json() == {"detail": "This document is no longer in the corpus."}


@pytest.mark.parametrize(
    "query", ["first=0", f"count={MOST_SENTENCES + 1}", "count=0", "first=x", "first=1e99"]
)
def test_senseless_numbers_are_refused(client, query):
    assert client.get(f"/api/documents/1?{query}").status_code == 422


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "x"])
def test_a_senseless_document_number_is_refused(client, number):
    assert client.get(f"/api/documents/{number}").status_code == 422
