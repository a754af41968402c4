import os
from datetime import UTC, datetime

import pytest

from index import BadFilter, Filter

DAY = 86_400


@pytest.fixture
def filed(corpus, tmp_path):
    """Documents in folders, of several kinds and languages, with dates of their own and without."""
    files = {
        "contracts/2023/lease.md": "---\ndate: 2023-05-06\n---\nThe rent is due on the first.",
        "contracts/2024/lease.txt": "The rent is due on the third.",
        "Post/mail.eml": "Date: Fri, 12 Jan 2024 10:00:00 +0100\nSubject: Rent\n\nThe rent rises.",
        "Post/brief.txt": "Die Miete ist am dritten Werktag fällig, jeden Monat im Voraus.",
    }
    for name, text in files.items():
        path = tmp_path / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        changed = datetime(2022, 3, 4, 12, tzinfo=UTC).timestamp()
        os.utime(path, (changed, changed))
    corpus.add([tmp_path / "mine"])
    corpus.add_text("The rent was pasted.", name="notes/pasted")
    return corpus


def fitting(corpus, **wanted):
    with corpus.snapshot() as state:
        ids = state.fitting_documents(Filter(**wanted), None)
        assert ids is not None
        return {state.document(key).name for key in ids}


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"folders": ["contracts"]}, {"lease.md", "lease.txt"}),
        ({"folders": ["contracts/2024/"]}, {"lease.txt"}),
        ({"folders": ["CONTRACTS\\2023"]}, {"lease.md"}),
        ({"folders": ["post", "2023"]}, {"mail.eml", "brief.txt", "lease.md"}),
        ({"folders": ["notes"]}, {"notes/pasted"}),
        ({"folders": ["contract"]}, set()),
        ({"files": ["*.txt"]}, {"lease.txt", "brief.txt"}),
        ({"files": ["LEASE"]}, {"lease.md", "lease.txt"}),
        ({"files": ["l?ase.md"]}, {"lease.md"}),
        ({"types": ["mail"]}, {"mail.eml"}),
        ({"types": [".MD"]}, {"lease.md"}),
        ({"types": ["eml", "markdown"]}, {"mail.eml", "lease.md"}),
        ({"languages": ["de"]}, {"brief.txt"}),
        ({"after": "2023", "before": "2024"}, {"lease.md"}),
        ({"after": "2024-01-12", "before": "2024-01-13"}, {"mail.eml"}),
        ({"before": "2022-03-05", "after": "2022-03-04"}, {"lease.txt", "brief.txt"}),
        ({"folders": ["post"], "types": ["txt"], "languages": ["de"]}, {"brief.txt"}),
        ({"folders": ["post"], "types": ["pdf"]}, set()),
    ],
)
def test_documents_are_those_of_all_that_is_asked(filed, wanted, names):
    assert fitting(filed, **wanted) == names


def test_a_whole_path_is_a_folder_too(filed, tmp_path):
    assert fitting(filed, folders=[str(tmp_path / "mine" / "Post")]) == {"mail.eml", "brief.txt"}
    assert fitting(filed, folders=[str(tmp_path / "mine" / "Po")]) == set()


def test_a_document_says_where_its_date_is_from(filed):
    dates = {one.name: (one.date, one.date_from) for one in filed.documents()}

    assert dates["mail.eml"] == ("2024-01-12", "document")
    assert dates["lease.md"] == ("2023-05-06", "document")
    assert dates["lease.txt"] == ("2022-03-04", "file")
    assert dates["notes/pasted"] == (datetime.now(UTC).date().isoformat(), "added")


def test_what_is_added_later_is_found_by_the_same_filter(filed):
    assert fitting(filed, folders=["notes"]) == {"notes/pasted"}
    filed.add_text("Another one.", name="notes/later")
    assert fitting(filed, folders=["notes"]) == {"notes/pasted", "notes/later"}


def test_a_filter_of_words_alone_lets_all_documents_through(filed):
    with filed.snapshot() as state:
        assert state.fitting_documents(Filter(phrases=["rent"]), None) is None
        assert state.fitting_documents(Filter(phrases=["rent"]), [1]) == [1]
        assert state.fitting_documents(Filter(types=["eml"]), []) == []


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"after": "2024-13"}, "after:2024-13: no such month"),
        ({"before": "2023-02-29"}, "before:2023-02-29: no such day. That month has 28 days"),
        ({"after": "soon"}, "after:soon: no date. Write after:2024"),
        ({"types": ["docs"]}, "type:docs: no such type"),
        ({"languages": ["german"]}, "lang:german: no such language"),
        ({"folders": [" "]}, "in: : give a name"),
        ({"files": ["x" * 300]}, "file:xxx"),
        ({"phrases": ["..."]}, "no word in it"),
        ({"phrases": ["word " * 300]}, "longer than any sentence"),
        ({"without": [str(n) for n in range(51)]}, "without holds 51 texts; at most 50"),
    ],
)
def test_what_can_not_be_a_filter_is_refused_at_its_place(wanted, message):
    with pytest.raises(BadFilter) as refused:
        Filter(**wanted)
    assert message in str(refused.value)


@pytest.mark.parametrize("name", ["phrases", "without", "folders", "files", "types", "languages"])
def test_a_single_text_is_no_list(name):
    with pytest.raises(TypeError, match=f"{name} must be a list"):
        Filter(**{name: "pdf"})


def test_a_filter_says_what_it_is_in_the_words_of_the_grammar():
    wanted = Filter(["force majeure"], ["draft"], ["My Folder"], after="2024", types=["PDF"])

    assert wanted.labels == (
        '"force majeure"',
        "-draft",
        'in:"My Folder"',
        "type:pdf",
        "after:2024",
    )
    assert wanted
    assert not Filter()


def test_a_pattern_made_to_take_for_ever_takes_no_time(filed):
    filed.add_text("A long name.", name="a" * 150)
    assert fitting(filed, files=["*a" * 90 + "b*"]) == set()
