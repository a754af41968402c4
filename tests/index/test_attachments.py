"""What is attached to a document is a document of its own, and goes when that goes."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from index import Corpus, NamedFile, read_file
from index.errors import PathNotFound
from index.limits import ATTACHED
from tests.index.loaders.made_msg import msg_bytes


def mail(*attached: tuple[str, bytes], text: str = "See the plan.") -> bytes:
    """Return a message with files attached to it, by their names."""
    message = EmailMessage()
    message["From"], message["Subject"] = "Ulla <u@x.example>", "The offer"
    message.set_content(text)
    for name, data in attached:
        message.add_attachment(data, maintype="application", subtype="x", filename=name)
    return message.as_bytes()


@pytest.fixture
def offer(tmp_path: Path) -> Path:
    path = tmp_path / "offer.eml"
    path.write_bytes(mail(("plan.txt", b"The gate opens at ten."), ("a.zip", b"PK\x05\x06x")))
    return path


def texts(corpus: Corpus) -> dict[str, str]:
    with corpus.snapshot() as state:
        return {document.name: state.text(document.id) for document in corpus.documents()}


def test_attached_files_are_documents_named_after_the_mail(corpus, offer):
    outcomes = corpus.add([offer])

    assert [(one.status, one.document.name) for one in outcomes if one.document] == [
        *(("added", "offer.eml"), ("added", "offer.eml › plan.txt")),
    ]
    assert texts(corpus)["offer.eml › plan.txt"] == "The gate opens at ten."
    parent, attached = corpus.documents()
    assert attached.source == f"{offer} › plan.txt"
    assert parent.left_out == ("1 attachment of a kind that isn't read (a.zip)",)
    with corpus.snapshot() as state:
        found = state.search("When does the gate open?", limit=1)[0].sentence_id
        assert state.sentences([found])[found].document_id == attached.id
    assert [one.status for one in corpus.add([offer])] == ["unchanged"]
    assert corpus.check() == []


def test_an_attached_file_is_read_again_to_prove_a_passage(corpus, offer):
    assert read_file(Path(f"{offer} › plan.txt")).text == "The gate opens at ten."
    with pytest.raises(PathNotFound, match=r"no file other\.txt in offer\.eml"):
        read_file(Path(f"{offer} › other.txt"))


def test_what_is_no_longer_attached_goes_and_what_has_changed_is_replaced(corpus, offer):
    corpus.add([offer])
    offer.write_bytes(mail(("plan.txt", b"The gate opens at nine."), ("list.csv", b"a,b\n1,2\n")))
    corpus.add([offer])
    assert texts(corpus)["offer.eml › plan.txt"] == "The gate opens at nine."
    # the same words under another name, and the text of the mail as it was
    offer.write_bytes(mail(("new.txt", b"The gate opens at nine.")))
    outcomes = corpus.add([offer])
    assert list(texts(corpus)) == ["offer.eml", "offer.eml › new.txt"]
    assert {one.status for one in outcomes} == {"added", "updated"}
    assert corpus.check() == []


def test_what_is_attached_to_a_document_is_removed_with_it(corpus, offer, tmp_path):
    other = tmp_path / "offer.eml.txt"
    other.write_text("Another file whose name begins alike.")
    corpus.add([offer, other])
    removed = corpus.remove(["offer.eml"])
    assert len(removed) == 2
    assert list(texts(corpus)) == ["offer.eml.txt"]
    assert corpus.check() == []


def test_an_attached_file_can_be_removed_alone(corpus, offer):
    corpus.add([offer])
    corpus.remove(["offer.eml › plan.txt"])
    assert list(texts(corpus)) == ["offer.eml"]


def test_files_of_one_name_are_numbered_and_mails_in_mails_are_read(corpus, tmp_path):
    inner = mail(("deep.txt", b"It rains."), text="Forwarded.")
    path = tmp_path / "a.eml"
    path.write_bytes(mail(("n.txt", b"One."), ("n.txt", b"Two."), ("old.eml", inner)))
    corpus.add([path])
    assert list(texts(corpus)) == [
        *("a.eml", "a.eml › n.txt", "a.eml › n (2).txt", "a.eml › old.eml"),
        "a.eml › old.eml › deep.txt",
    ]


def test_mails_in_mails_without_end_are_named_where_they_are_too_deep(corpus, tmp_path):
    data = mail(("x.txt", b"It rains."))
    for _ in range(5):
        data = mail(("m.eml", data))
    path = tmp_path / "a.eml"
    path.write_bytes(data)
    corpus.add([path])
    documents = corpus.documents()
    assert len(documents) == 4
    assert "m.eml › m.eml › m.eml › m.eml" in documents[0].left_out[0]


def test_more_attachments_than_are_read_are_named(corpus, tmp_path):
    path = tmp_path / "a.eml"
    path.write_bytes(mail(*((f"{i}.txt", b"It rains.") for i in range(ATTACHED.most + 5))))
    corpus.add([path])
    (parent, *others) = corpus.documents()
    assert len(others) == ATTACHED.most
    assert parent.left_out == ("5 more attachments than the 100 that are read",)


def test_an_attachment_that_cannot_be_read_is_named_with_the_reason(corpus, tmp_path):
    path = tmp_path / "a.eml"
    path.write_bytes(mail(("plan.pdf", b"%PDF-1.7 cut off"), ("empty.txt", b" ")))
    corpus.add([path])
    (document,) = corpus.documents()
    assert any(words.startswith("attachment plan.pdf ") for words in document.left_out)
    assert len(corpus.documents()) == 1


def test_attachments_of_an_uploaded_mail_of_outlook_stand_under_its_name(corpus, tmp_path):
    path = tmp_path / "upload-7"
    path.write_bytes(
        msg_bytes({0x37: "Hi", 0x1000: "See."}, {0x3707: "p.txt", 0x3701: b"It rains."})
    )
    corpus.add([NamedFile(path, "offer.msg", "offer.msg", beside=True)])
    assert list(texts(corpus)) == ["offer.msg", "offer.msg › p.txt"]
    path.write_bytes(
        msg_bytes({0x37: "Ho", 0x1000: "No."}, {0x3707: "p.txt", 0x3701: b"It snows."})
    )
    corpus.add([NamedFile(path, "offer.msg", "offer.msg", beside=True)])
    assert list(texts(corpus))[2:] == ["offer (2).msg", "offer (2).msg › p.txt"]


def test_a_kept_original_is_that_of_the_mail(corpus, offer, tmp_path):
    corpus.keep_originals(True)
    corpus.add([offer])
    written = corpus.original("offer.eml", tmp_path / "again.eml")
    assert written.read_bytes() == offer.read_bytes()
