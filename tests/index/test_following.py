"""A corpus follows its folders: what is new, changed, renamed, gone, or only seems to be."""

import os
import shutil
from pathlib import Path

import pytest

from index import BadSetting, Corpus, CorpusLocked, CorpusReadOnly, NamedFile

OLD = 1_700_000_000  # seconds since 1970; a file changed just now is read again to be sure


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    (made / "sub").mkdir(parents=True)
    write(made / "apples.txt", "Apples are red. Pears are green.")
    write(made / "sub" / "bread.txt", "Bread rises overnight.")
    write(made / "sub" / "cats.md", "# Cats\n\nCats sleep all day.")
    return made


@pytest.fixture
def followed(corpus: Corpus, folder: Path) -> Corpus:
    corpus.add([folder])
    return corpus


@pytest.fixture
def read(monkeypatch) -> list[str]:
    """The names of the files whose content is looked at."""
    from index.changing import reading

    names: list[str] = []
    look = reading._readable_sha256

    def looked(path: Path) -> str:
        names.append(path.name)
        return look(path)

    monkeypatch.setattr("index.changing.reading._readable_sha256", looked)
    return names


def write(path: Path, text: str) -> None:
    path.write_text(text)
    os.utime(path, (OLD, OLD))


def told(outcomes) -> dict[str, str]:
    return {Path(one.source).name: one.status for one in outcomes if one.status != "skipped"}


def ids(corpus: Corpus) -> dict[str, int]:
    return {document.name: document.id for document in corpus.documents()}


def test_a_corpus_remembers_what_it_was_given(corpus, folder, tmp_path):
    write(tmp_path / "alone.txt", "It stands alone.")
    corpus.add([folder, tmp_path / "alone.txt", folder / "apples.txt"])

    sources = {source.path: source for source in corpus.sources()}

    assert {path: source.kind for path, source in sources.items()} == {
        str(folder): "folder",
        str(tmp_path / "alone.txt"): "file",
    }
    assert sources[str(folder)].documents == 3
    assert sources[str(folder)].read >= sources[str(folder)].added > ""


def test_what_has_another_name_or_need_not_be_followed_is_not(corpus, folder):
    corpus.add([NamedFile(folder / "apples.txt", "upload:apples.txt")])
    corpus.add([folder], follow=False)

    assert corpus.sources() == []
    assert corpus.sync().outcomes == ()


def test_new_changed_and_deleted_files_are_brought_in(followed, folder, encoder):
    write(folder / "new.txt", "Plums are blue.")
    write(folder / "apples.txt", "Apples are red. Pears are yellow now.")
    (folder / "sub" / "bread.txt").unlink()
    before, encoder.encoded = ids(followed), []

    expected = followed.sync(dry_run=True)
    assert ids(followed) == before
    assert encoder.encoded == []
    synced = followed.sync()

    statuses = {"new.txt": "added", "apples.txt": "updated", "bread.txt": "removed"}
    assert told(expected.outcomes) == told(synced.outcomes) == statuses
    assert expected.unchanged == synced.unchanged == 1
    assert sorted(encoder.encoded) == ["Pears are yellow now.", "Plums are blue."]
    assert ids(followed)["apples.txt"] == before["apples.txt"]
    assert "bread.txt" not in ids(followed)
    assert followed.check() == []
    assert followed.sync().outcomes == ()


def test_a_renamed_file_keeps_its_document_and_nothing_is_encoded(followed, folder, encoder, read):
    before, encoder.encoded = ids(followed), []
    (folder / "apples.txt").rename(folder / "sub" / "fruit.txt")
    read.clear()

    synced = followed.sync()

    assert told(synced.outcomes) == {"fruit.txt": "renamed"}
    assert str(folder / "apples.txt") in synced.outcomes[0].reason
    assert ids(followed)["fruit.txt"] == before["apples.txt"]
    assert encoder.encoded == []
    assert set(read) == {"fruit.txt"}
    assert followed.check() == []


def test_a_title_that_came_from_the_name_goes_with_it(followed, folder, encoder):
    write(folder / "meeting minutes.txt", "we met. nothing was decided.\n")
    followed.sync()
    number, encoder.encoded = ids(followed)["meeting minutes.txt"], []
    (folder / "meeting minutes.txt").rename(folder / "garden plans.txt")

    assert told(followed.sync().outcomes) == {"garden plans.txt": "renamed"}

    document = next(one for one in followed.documents() if one.id == number)
    assert (document.name, document.title) == ("garden plans.txt", "Garden plans")
    assert encoder.encoded == []
    assert followed.check() == []


def test_files_that_change_places_take_their_documents_along(followed, folder):
    before = ids(followed)
    one, other = folder / "apples.txt", folder / "sub" / "bread.txt"
    one.rename(folder / "x")
    other.rename(one)
    (folder / "x").rename(other)
    write(folder / "log.txt", "First log.")
    followed.sync()
    (folder / "log.txt").rename(folder / "log-1.txt")
    write(folder / "log.txt", "Later log.")

    synced = followed.sync()

    assert told(synced.outcomes) == {"log-1.txt": "renamed", "log.txt": "added"}
    sources = {document.id: document.source for document in followed.documents()}
    assert sources[before["apples.txt"]] == str(other)
    assert sources[before["bread.txt"]] == str(one)
    assert followed.check() == []


def test_a_copy_is_a_document_of_its_own(followed, folder):
    before = ids(followed)
    shutil.copy(folder / "apples.txt", folder / "copy.txt")
    (folder / "apples.txt").touch()

    assert told(followed.sync().outcomes) == {"copy.txt": "added"}
    assert ids(followed)["apples.txt"] == before["apples.txt"]


def test_of_two_alike_the_one_that_went_is_renamed(corpus, folder):
    shutil.copy(folder / "apples.txt", folder / "sub" / "same.txt")
    corpus.add([folder])
    before = ids(corpus)
    (folder / "sub" / "same.txt").rename(folder / "other.txt")

    assert told(corpus.sync().outcomes) == {"other.txt": "renamed"}
    assert ids(corpus)["other.txt"] == before["same.txt"]
    assert ids(corpus)["apples.txt"] == before["apples.txt"]


def test_a_file_over_which_another_one_is_moved_has_the_text_of_that(followed, folder):
    (folder / "sub" / "bread.txt").replace(folder / "apples.txt")

    assert told(followed.sync().outcomes) == {"apples.txt": "updated", "bread.txt": "removed"}
    assert followed.check() == []


def test_a_folder_that_was_renamed_and_given_again_keeps_its_documents(followed, folder, encoder):
    before, encoder.encoded = ids(followed), []
    moved = folder.rename(folder.with_name("papers"))

    outcomes = followed.add([moved])

    assert set(told(outcomes).values()) == {"renamed"}
    assert ids(followed) == before
    assert encoder.encoded == []
    assert [source.path for source in followed.sources()] == [str(moved)]


def test_what_is_attached_goes_with_its_mail(corpus, tmp_path):
    folder = tmp_path / "mail"
    folder.mkdir()
    mail = (
        "From: a@example.org\nTo: b@example.org\nSubject: Offer\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\n'
        "The offer is attached.\n--x\nContent-Type: text/plain\n"
        'Content-Disposition: attachment; filename="plan.txt"\n\nThe plan is good.\n--x--\n'
    )
    write(folder / "offer.eml", mail)
    write(folder / "other.txt", "Something else.")
    corpus.add([folder])
    before = ids(corpus)
    (folder / "offer.eml").rename(folder / "old.eml")

    assert told(corpus.sync().outcomes) == {"old.eml": "renamed"}
    assert ids(corpus)["old.eml › plan.txt"] == before["offer.eml › plan.txt"]
    (folder / "old.eml").unlink()
    corpus.sync()
    assert list(ids(corpus)) == ["other.txt"]


def test_unchanged_files_are_not_read(followed, folder, read):
    followed.sync()
    read.clear()

    assert followed.sync().unchanged == 3
    assert read == []


def test_a_file_of_the_same_size_and_age_is_read_all_the_same(followed, folder):
    write(folder / "apples.txt", "Apples are RED. Pears are green.")

    assert told(followed.sync().outcomes) == {"apples.txt": "updated"}


def test_what_another_version_read_is_read_again(followed, monkeypatch):
    monkeypatch.setattr("index.changing.reading._EXTRACTION", "later")

    again = followed.sync().outcomes

    assert {one.status for one in again} == {"unchanged"}
    assert all("this version" in one.reason for one in again)
    assert followed.sync().outcomes == ()


def test_a_file_that_cannot_be_read_is_not_tried_each_time(followed, folder, read):
    write(folder / "bad.pdf", "%PDF nothing")
    reason = followed.sync().outcomes[0].reason
    read.clear()

    (again,) = followed.sync().outcomes

    assert (again.status, again.reason) == ("failed", reason)
    assert read == []
    write(folder / "bad.pdf", "%PDF nothing but longer")
    followed.sync()
    assert read == ["bad.pdf"]
    (folder / "bad.pdf").unlink()
    assert followed.sync().outcomes == ()


@pytest.mark.parametrize("how", ["moved", "emptied", "without files"])
def test_a_folder_that_seems_to_be_lost_is_no_thousand_deletions(followed, folder, how):
    before = ids(followed)
    folder.rename(folder.with_name("away"))
    if how != "moved":
        folder.mkdir()
    if how == "without files":
        (folder / "sub").mkdir()
        (folder / ".DS_Store").touch()

    for dry_run in (True, False):
        outcomes = followed.sync(dry_run=dry_run).outcomes
        (lost,) = (one for one in outcomes if one.status != "skipped")
        assert (lost.source, lost.status) == (str(folder), "failed")
        assert "3 documents are kept" in lost.reason
    assert ids(followed) == before
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_name("away").rename(folder)
    assert followed.sync().outcomes == ()


def test_a_drive_inside_a_folder_that_is_no_longer_mounted_is_kept(followed, folder, monkeypatch):
    mounted = {str(folder / "sub")}
    monkeypatch.setattr("os.path.ismount", lambda path: str(path) in mounted)
    with followed._store.transaction():
        followed._store.sources.record_reading(str(folder), mounted)
    mounted.clear()
    shutil.rmtree(folder / "sub")
    (folder / "sub").mkdir()

    for _ in range(2):
        (lost,) = followed.sync().outcomes
        assert lost.status == "failed"
        assert "drive isn't connected" in lost.reason
        assert "2 documents are kept" in lost.reason
    assert len(ids(followed)) == 3


def test_a_folder_that_may_not_be_opened_keeps_its_documents(followed, folder, monkeypatch):
    scandir = os.scandir

    def denied(path):
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr("os.scandir", denied)
    (folder / "apples.txt").unlink()
    write(folder / "other.txt", "Other text.")

    outcomes = followed.sync().outcomes

    assert told(outcomes) == {"apples.txt": "removed", "other.txt": "added", "sub": "failed"}
    assert any("2 documents are kept" in one.reason for one in outcomes)
    assert {"bread.txt", "cats.md"} <= set(ids(followed))


def test_a_folder_in_another_one_that_is_followed_too(corpus, folder):
    corpus.add([folder / "sub"])
    corpus.add([folder])
    before = ids(corpus)

    assert corpus.sync().outcomes == ()
    corpus.forget([folder])
    (folder / "apples.txt").unlink()
    (folder / "sub" / "bread.txt").unlink()
    assert told(corpus.sync().outcomes) == {"bread.txt": "removed"}
    assert ids(corpus) == {name: before[name] for name in ("cats.md", "apples.txt")}


def test_a_file_given_by_itself_is_followed_though_its_folder_would_leave_it_out(corpus, folder):
    write(folder / ".secret.txt", "It is hidden.")
    corpus.add([folder, folder / ".secret.txt"])

    assert corpus.sync().outcomes == ()
    write(folder / ".secret.txt", "It is hidden still.")
    assert told(corpus.sync().outcomes) == {".secret.txt": "updated"}
    (folder / ".secret.txt").unlink()
    assert told(corpus.sync().outcomes) == {".secret.txt": "removed"}


def test_a_single_file_whose_folder_is_lost_is_kept(corpus, tmp_path):
    (tmp_path / "stick").mkdir()
    write(tmp_path / "stick" / "a.txt", "On a stick.")
    corpus.add([tmp_path / "stick" / "a.txt"])
    (tmp_path / "stick" / "a.txt").unlink()

    (lost,) = corpus.sync().outcomes

    assert lost.status == "failed"
    assert list(ids(corpus)) == ["a.txt"]


def test_links_are_followed_as_before_and_one_to_a_folder_loses_nothing(followed, folder, tmp_path):
    write(tmp_path / "elsewhere.txt", "Far away.")
    (folder / "link.txt").symlink_to(tmp_path / "elsewhere.txt")
    assert told(followed.sync().outcomes) == {"link.txt": "added"}
    (folder / "sub").rename(tmp_path / "other-disk")
    (folder / "sub").symlink_to(tmp_path / "other-disk", target_is_directory=True)

    followed.sync()

    assert len(ids(followed)) == 4
    (tmp_path / "elsewhere.txt").unlink()
    followed.sync()
    assert "link.txt" in ids(followed), "a broken link may lead to a drive that isn't connected"


def test_index_tells_what_has_gone_and_keeps_it(followed, folder):
    (folder / "apples.txt").unlink()
    (folder / "sub" / "bread.txt").rename(folder / "sub" / "loaf.txt")

    outcomes = followed.add([folder])

    assert told(outcomes) == {"apples.txt": "gone", "loaf.txt": "renamed", "cats.md": "unchanged"}
    (gone,) = (one for one in outcomes if one.status == "gone")
    assert gone.document.name == "apples.txt"
    assert "apples.txt" in ids(followed)
    assert told(followed.add([folder / "sub"])) == {"loaf.txt": "unchanged", "cats.md": "unchanged"}


def test_a_document_removed_by_hand_does_not_come_back_until_it_is_named(followed, folder):
    followed.remove(["apples.txt"])
    write(folder / "apples.txt", "Apples are brown.")

    (left,) = followed.sync().outcomes

    assert (left.status, left.cause) == ("skipped", "removed")
    assert told(followed.add([folder / "apples.txt"])) == {"apples.txt": "added"}
    followed.remove(["apples.txt"])
    followed.add([folder])
    assert "apples.txt" in ids(followed)


def test_a_source_is_forgotten_with_or_without_its_documents(followed, folder):
    with pytest.raises(BadSetting, match="not followed"):
        followed.forget([folder / "sub"])
    assert followed.forget([folder]) == []
    assert len(ids(followed)) == 3
    assert followed.sources() == []
    followed.follow([folder])
    assert [source.read for source in followed.sources()] == [""]
    assert len(followed.forget([folder], remove=True)) == 3
    assert ids(followed) == {}
    followed.follow([folder])
    assert len(followed.sync().changes) == 3
    with pytest.raises(BadSetting, match="no file or folder"):
        followed.follow([folder / "nothing"])


def test_only_what_changed_is_looked_at_if_that_is_known(followed, folder, monkeypatch):
    write(folder / "new.txt", "New.")
    (folder / "sub" / "bread.txt").unlink()
    (folder / "apples.txt").rename(folder / "sub" / "fruit.txt")

    one = followed.sync(changed=[folder / "new.txt", folder / "sub" / "bread.txt"])
    other = followed.sync(changed=[folder / "sub", folder / "apples.txt"])

    assert told(one.outcomes) == {"new.txt": "added", "bread.txt": "removed"}
    assert told(other.outcomes) == {"fruit.txt": "renamed"}
    assert followed.sync(changed=[]).outcomes == ()
    assert followed.sync(changed=[folder.parent / "beside.txt"]).outcomes == ()
    assert followed.sync().outcomes == ()


def test_what_changed_in_a_folder_that_is_left_out_stays_out(followed, folder):
    for name in (".hidden/a.txt", "node_modules/b/c.txt", "sub/.d.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write(folder / name, "Nobody wants this.")

        assert followed.sync(changed=[folder / name]).changes == ()


def test_a_folder_of_which_all_changes_are_deletions_is_kept_if_it_is_empty(followed, folder):
    for path in (folder / "apples.txt", folder / "sub" / "bread.txt", folder / "sub" / "cats.md"):
        path.unlink()

    changed = [folder / "apples.txt", folder / "sub"]
    assert [one.status for one in followed.sync(changed=changed).outcomes] == ["failed"]
    assert len(ids(followed)) == 3


def test_a_corpus_in_a_folder_that_it_follows_does_not_read_itself(tmp_path, encoder):
    write(tmp_path / "a.txt", "Apples are red.")
    with Corpus(tmp_path / "corpus", create=True, encoder=encoder) as corpus:
        corpus.add([tmp_path])
        assert list(ids(corpus)) == ["a.txt"]
        assert corpus.sync().changes == ()


def test_who_only_reads_is_told_when_there_is_something_to_do(followed, folder, monkeypatch):
    monkeypatch.setattr(followed._store, "barred", folder)

    assert followed.sync().unchanged == 3
    write(folder / "new.txt", "New.")
    assert told(followed.sync(dry_run=True).outcomes) == {"new.txt": "added"}
    with pytest.raises(CorpusReadOnly):
        followed.sync()


def test_a_locked_corpus_says_so_only_if_there_is_something_to_do(followed, folder, monkeypatch):
    monkeypatch.setattr("index.changing.write_lock._TIMEOUT", 0.1)
    with Corpus(followed.folder, encoder=followed._model.ready()) as other, other._writing():
        assert followed.sync().unchanged == 3
        (folder / "apples.txt").unlink()
        with pytest.raises(CorpusLocked):
            followed.sync()


def test_names_that_are_no_utf_8_are_followed(corpus, tmp_path):
    folder = tmp_path / "old"
    folder.mkdir()
    name = os.fsencode(folder) + b"/caf\xe9.txt"
    Path(os.fsdecode(name)).write_text("Coffee is hot.")
    corpus.add([folder])

    assert corpus.sync().outcomes == ()
    Path(os.fsdecode(name)).rename(folder / "café.txt")
    assert told(corpus.sync().outcomes) == {"café.txt": "renamed"}


def test_a_name_in_other_capitals_is_the_same_file_where_they_are_alike(
    corpus, folder, monkeypatch
):
    corpus.add([folder])
    exists, samefile = Path.exists, Path.samefile
    other = folder / "APPLES.TXT"
    monkeypatch.setattr(Path, "exists", lambda path: path == other or exists(path))
    monkeypatch.setattr(Path, "samefile", lambda one, two: two == other or samefile(one, two))

    assert told(corpus.add([other])) == {"apples.txt": "unchanged"}


@pytest.mark.parametrize("wrong", ["docs", 7, None])
def test_a_single_path_is_no_list_of_paths(corpus, wrong):
    for call in (corpus.follow, corpus.forget):
        with pytest.raises(TypeError, match="list"):
            call(wrong)
    if wrong is not None:
        with pytest.raises(TypeError, match="list"):
            corpus.sync(changed=wrong)
