"""`verbatim sources`, `sync`, `watch`, `index --prune` and `ask --watch`."""

import json
import os
import threading
import time
from pathlib import Path

import pytest

from index import Corpus, FileOutcome, NamedText, Synced
from qa import open_corpus
from qa.corpora import close_corpora
from ui.cli import standing
from ui.cli.following import Follower, Reporter

OLD = 1_700_000_000  # seconds since 1970


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    for name, text in (("a.txt", "Apples are red."), ("b.txt", "Bread rises overnight.")):
        (made / name).write_text(text)
        os.utime(made / name, (OLD, OLD))
    return made


@pytest.fixture
def followed(verbatim, folder):
    assert verbatim("index", folder)[0] == 0
    return verbatim


def names() -> list[str]:
    return [document.name for document in open_corpus().documents()]


def test_sources_are_listed_added_and_forgotten(followed, folder, tmp_path):
    (tmp_path / "more").mkdir()
    code, out, _ = followed("sources")
    assert code == 0
    assert f"{folder}: 2 documents, read 20" in out
    assert "not read yet" in followed("sources", "add", tmp_path / "more")[1]
    told = json.loads(followed("sources", "--json")[1])
    assert [one["path"] for one in told] == [str(folder), str(tmp_path / "more")]
    (tmp_path / "more").rmdir()
    assert "not there now" in followed("sources")[1]

    assert followed("sources", "forget", tmp_path / "more")[0] == 0
    code, out, _ = followed("sources", "forget", folder)
    assert (code, names()) == (0, ["a.txt", "b.txt"])
    assert "stay in the corpus" in out
    assert "No folder is followed" in followed("sources")[1]
    code, _, err = followed("sources", "forget", folder)
    assert code == 2
    assert "verbatim sources" in err
    followed("sources", "add", folder)
    assert "Removed 2 documents" in followed("sources", "forget", folder, "--remove")[1]
    assert names() == []


def test_sync_tells_what_it_does_and_beforehand_what_it_would_do(followed, folder):
    (folder / "a.txt").rename(folder / "c.txt")
    (folder / "b.txt").unlink()
    (folder / "new.txt").write_text("Plums are blue.")

    code, out, _ = followed("sync", "--dry-run")
    assert (code, names()) == (0, ["a.txt", "b.txt"])
    assert "Would be: 1 added, 1 renamed, 1 removed" in out
    code, out, _ = followed("sync")
    assert (code, names()) == (0, ["c.txt", "new.txt"])
    assert f"renamed: {folder}/c.txt (It was {folder}/a.txt)" in out
    assert f"removed: {folder}/b.txt (Its file has gone)" in out
    assert "1 added, 1 renamed, 1 removed" in out
    assert followed("sync") == (0, "2 unchanged\n", "")
    assert json.loads(followed("sync", "--json")[1]) == {"outcomes": [], "unchanged": 2}


def test_sync_of_a_folder_that_is_lost_fails_and_keeps_all(followed, folder):
    folder.rename(folder.with_name("away"))

    code, _, err = followed("sync")

    assert (code, names()) == (1, ["a.txt", "b.txt"])
    assert "2 documents are kept" in err


def test_sync_without_folders_says_how_they_are_followed(verbatim):
    code, out, _ = verbatim("sync")

    assert code == 1
    assert "verbatim index FOLDER" in out


def test_index_says_what_has_gone_and_removes_it_only_if_told(followed, folder, monkeypatch):
    (folder / "b.txt").unlink()
    code, out, _ = followed("index", folder)
    assert (code, names()) == (0, ["a.txt", "b.txt"])
    assert f"gone: {folder}/b.txt" in out
    assert "verbatim index --prune FOLDER" in out

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("rich.console.Console.is_terminal", True)
    asked = []
    monkeypatch.setattr("typer.confirm", asked.append)
    followed("index", folder)
    assert asked == ["Remove 1 document from the corpus?"]
    assert names() == ["a.txt", "b.txt"]

    told = json.loads(followed("index", folder, "--prune", "--json")[1])
    assert {Path(one["source"]).name: one["status"] for one in told} == {
        "a.txt": "unchanged",
        "b.txt": "removed",
    }
    assert names() == ["a.txt"]


def test_prune_takes_nothing_out_of_a_folder_that_is_empty(followed, folder):
    for path in folder.iterdir():
        path.unlink()

    code, _, err = followed("index", folder, "--prune")

    assert (code, names()) == (1, ["a.txt", "b.txt"])
    assert "2 documents are kept" in err


def test_the_article_that_comes_with_verbatim_is_not_followed(verbatim):
    assert verbatim("documents")[0] == 0
    assert "No folder is followed" in verbatim("sources")[1]


def test_watch_follows_until_ctrl_c(followed, folder, monkeypatch):
    def watch(corpus, stop, synced, told):
        synced(Synced((FileOutcome(str(folder / "x\x1b.txt"), "added"),), 2))
        told("It waits.")
        raise KeyboardInterrupt

    monkeypatch.setattr("index.watch", watch)

    code, out, err = followed("watch")

    assert code == 0
    assert "Ctrl-C" in out
    assert "Stopped." in out
    assert "added: " in err
    assert "It waits." in err
    assert "\x1b" not in err
    assert followed("sources", "forget", folder)[0] == 0
    assert followed("watch")[0] == 1


def test_a_failure_is_told_once_and_again_when_it_is_another(capsys):
    reporter = Reporter()
    for reason in ("It is empty.", "It is empty.", "It is damaged."):
        reporter.synced(Synced((FileOutcome("/a.pdf", "failed", reason=reason),), 0))

    err = capsys.readouterr().err
    assert err.count("It is empty.") == 1
    assert err.count("It is damaged.") == 1


@pytest.mark.slow
def test_a_chat_that_watches_answers_from_a_file_saved_just_now(corpus, folder):
    corpus.add([folder])
    corpus.load()
    with Follower() as follower:
        follower.start(corpus)
        time.sleep(1)
        (folder / "plums.txt").write_text("Plums are blue and sweet.")
        end = time.monotonic() + 60
        while "plums.txt" not in [one.name for one in corpus.documents()]:
            assert time.monotonic() < end
            time.sleep(0.02)
        with corpus.snapshot() as state:
            (hit,) = state.search("plums", limit=1)
            assert "Plums" in state.sentences([hit.sentence_id])[hit.sentence_id].text


def test_a_chat_whose_corpus_is_closed_says_that_it_follows_no_longer(corpus, folder, capsys):
    corpus.add([folder])
    corpus.close()
    with Follower() as follower:
        follower.start(corpus)
        for thread in follower._threads:
            thread.join(60)

    assert "no longer followed" in capsys.readouterr().err


def test_a_standing_question_shows_old_and_new_quotation(corpus, folder, monkeypatch, capsys):
    from qa import ask

    corpus.add([folder])
    monkeypatch.setattr("ui.cli.standing._LOOK", 0.02)
    monkeypatch.setattr(Follower, "start", lambda *_: None)
    shown = []

    def show(answer):
        shown.append(answer.passages[0].text)
        if len(shown) == 1:
            threading.Thread(target=change).start()
        else:
            raise KeyboardInterrupt

    def change():
        (folder / "new.txt").write_text("Nothing about that.")
        corpus.sync()
        (folder / "a.txt").write_text("Apples are green by now.")
        corpus.sync()

    standing.ask_again([corpus], lambda: ask("What are apples?", corpus=corpus), show)

    assert shown == ["Apples are red.", "Apples are green by now."]
    out, err = capsys.readouterr()
    assert "Before:" in out
    assert "Apples are red." in out
    assert "Stopped." in err


def test_a_standing_question_is_asked_of_several_corpora_and_all_are_followed(
    verbatim, tmp_path, monkeypatch, make_encoder
):
    followed, shown = [], []
    folders = [tmp_path / "work", tmp_path / "home"]
    for folder, text in zip(folders, ("Pears are green.", "Bread rises overnight."), strict=True):
        with Corpus(folder, create=True, encoder=make_encoder()) as corpus:
            corpus.add_text(text, name="a")
    monkeypatch.setattr("ui.cli.standing._LOOK", 0.02)
    monkeypatch.setattr(Follower, "start", lambda _, corpus: followed.append(corpus.folder))

    def show(answer, *_, **__):
        shown.append([(passage.corpus, passage.text) for passage in answer.passages][:1])
        if len(shown) == 3:
            raise KeyboardInterrupt
        text = ("Apples are red.", "Apples.")[len(shown) - 1]
        changed = open_corpus(folders[len(shown) - 1])
        threading.Thread(target=changed.add_texts, args=([NamedText("new", text)],)).start()

    monkeypatch.setattr("ui.cli.answers.print_answer", show)
    arguments = ("ask", "apples", "-c", folders[0], "-c", folders[1], "-k", "1", "--watch")
    code, out, _ = verbatim(*arguments)
    close_corpora()

    assert code == 0
    assert followed == folders
    assert out.count("Documents have changed. Before:") == 2
    assert shown[1:] == [[("work", "Apples are red.")], [("home", "Apples.")]]


def test_a_standing_question_goes_with_one_question_only(followed, tmp_path):
    (tmp_path / "q.txt").write_text("What are apples?\n")

    code, _, err = followed("ask", "--watch", "--batch", tmp_path / "q.txt")

    assert code == 2
    assert "--watch" in err
    assert Corpus.exists(tmp_path / "default")
