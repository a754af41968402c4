"""What is met on the way through folders: read, or told with the reason why not."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from index import Corpus


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    (made / "deep").mkdir(parents=True)
    (made / "deep" / "fruit.txt").write_text("Apples are red.")
    (made / "zebra.txt").write_text("Zebras graze.")
    return made


def told(corpus: Corpus, *paths: Path) -> dict[str, tuple[str, str]]:
    outcomes = corpus.add(paths)
    assert len({outcome.source for outcome in outcomes}) == len(outcomes), "each is told once"
    assert all(outcome.reason for outcome in outcomes if outcome.document is None)
    return {Path(item.source).name: (item.status, item.cause) for item in outcomes}


def test_files_of_kinds_that_are_not_read_are_told(corpus, folder):
    for name in ("deck.key", "deep/more.KEY", "sheet.numbers", "Makefile", ".hidden.txt"):
        (folder / name).write_text("x")
    (folder / ".git").mkdir()
    (folder / ".git" / "notes.txt").write_text("Nobody should find this.")

    assert told(corpus, folder) == {
        "fruit.txt": ("added", ""),
        "zebra.txt": ("added", ""),
        "deck.key": ("skipped", "format"),
        "more.KEY": ("skipped", "format"),
        "sheet.numbers": ("skipped", "format"),
        "Makefile": ("skipped", "format"),
        ".hidden.txt": ("skipped", "hidden"),
        ".git": ("skipped", "hidden"),
    }


def test_what_programs_install_is_left_out_unless_it_is_named(corpus, folder):
    for name in (
        *("node_modules/left/pad.js", "venv/pyvenv.cfg", "venv/lib/a.py", "__pycache__/a.py"),
        *("target/CACHEDIR.TAG", "target/a.rs", "vendor/modules.txt", "vendor/a.go"),
        *("app/vendor/letter.txt", "app/main.js", "app/lib.min.js", "app/package-lock.json"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"The {name} is here.")

    found = told(corpus, folder)

    assert {name for name, (_, cause) in found.items() if cause == "installed"} == {
        *("node_modules", "venv", "__pycache__", "target", "vendor"),
        *("lib.min.js", "package-lock.json"),
    }
    added = {name for name, (status, _) in found.items() if status == "added"}
    assert added == {"fruit.txt", "zebra.txt", "letter.txt", "main.js"}
    named = told(corpus, folder / "node_modules", folder / "app" / "lib.min.js")
    assert named == {"pad.js": ("added", ""), "lib.min.js": ("added", "")}


def test_links_in_a_circle_stop_nothing(corpus, folder, tmp_path):
    (folder / "around").symlink_to(folder, target_is_directory=True)
    (folder / "deep" / "up").symlink_to("..", target_is_directory=True)
    (folder / "itself.txt").symlink_to("itself.txt")
    (folder / "one").symlink_to("other")
    (folder / "other").symlink_to("one")
    (folder / "dead.txt").symlink_to("nothing.txt")
    (tmp_path / "elsewhere.txt").write_text("Plums are blue.")
    (folder / "link.txt").symlink_to(tmp_path / "elsewhere.txt")

    found = told(corpus, folder, folder / "one", folder / "deep" / "up" / "deep" / "fruit.txt")

    assert {name for name, (status, _) in found.items() if status == "added"} == {
        "fruit.txt",
        "zebra.txt",
        "link.txt",
    }
    assert found["one"] == ("failed", "")
    for name in ("around", "up", "itself.txt", "other", "dead.txt"):
        assert found[name] == ("skipped", "link")


def test_a_folder_that_may_not_be_opened_is_named(corpus, folder, monkeypatch):
    scandir = os.scandir

    def denied(path: str):
        if str(path).endswith("deep"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr("os.scandir", denied)
    outcomes = {Path(outcome.source).name: outcome for outcome in corpus.add([folder])}

    assert outcomes["zebra.txt"].status == "added"
    assert outcomes["deep"].status == "failed"
    assert "The folder deep can't be opened: permission denied" in outcomes["deep"].reason


@pytest.mark.slow
def test_what_has_no_end_is_never_opened(corpus, folder, tmp_path):
    """In a process of its own, which would wait for ever for the other end of the pipe."""
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "s.txt"))
        (folder / "zero.txt").symlink_to("/dev/zero")
        code = (
            "import sys; from pathlib import Path; from index import Corpus; "
            "from tests.toy_encoder import ToyEncoder\n"
            "corpus = Corpus(sys.argv[1], create=True, encoder=ToyEncoder())\n"
            "for paths in (sys.argv[2:3], sys.argv[3:]):\n"
            "    for o in corpus.add(paths): print(Path(o.source).name, o.status, o.cause)\n"
        )
        names = ("pipe.txt", "s.txt", "zero.txt")
        ran = subprocess.run(
            [
                sys.executable,
                "-c",
                code,
                str(tmp_path / "c"),
                str(folder),
                *[str(folder / name) for name in names],
                "/dev/stdin",
            ],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    lines = ran.stdout.splitlines()

    for name in names:
        assert f"{name} skipped special" in lines
    assert [line for line in lines if line.startswith("pipe.txt failed")]
    assert sum(" failed" in line for line in lines) == 4
    assert sum(" added" in line for line in lines) == 2


def test_a_file_that_is_too_large_is_refused_before_it_is_read(corpus, folder, monkeypatch):
    with (folder / "large.txt").open("wb") as file:
        file.truncate(20_000_000_000)  # holds nothing on the disk
    read = []
    monkeypatch.setattr(
        "index.changing.reading._readable_sha256", lambda path: read.append(path.name) or ""
    )

    outcomes = {Path(outcome.source).name: outcome for outcome in corpus.add([folder])}

    assert outcomes["large.txt"].status == "failed"
    assert "larger than" in outcomes["large.txt"].reason
    assert "large.txt" not in read


def test_folders_may_lie_deeper_than_python_calls(corpus, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        for _ in range(1200):
            Path("d").mkdir()
            os.chdir("d")
        Path("deep.txt").write_text("Down here.")
        outcomes = corpus.add([tmp_path / "d"])
    finally:
        os.chdir(tmp_path)
        subprocess.run(["rm", "-r", str(tmp_path / "d")], check=True)  # noqa: S607 - not by Python

    assert [outcome.status for outcome in outcomes] == ["added"]


def test_a_named_file_is_told_once_though_its_folder_is_named_too(corpus, folder):
    (folder / "deck.key").write_bytes(b"PK\x03\x04")
    for paths in ([folder / "deck.key", folder], [folder, folder / "deck.key"]):
        assert told(corpus, *paths)["deck.key"] == ("failed", "")


@pytest.mark.parametrize("name", ["a\0b.txt", "~nobody-of-this-name/x.txt", "x" * 5000])
def test_what_is_no_path_stops_nothing(corpus, folder, name):
    outcomes = corpus.add([name, folder])

    assert [outcome.status for outcome in outcomes if outcome.document] == ["added", "added"]
    assert [outcome.status for outcome in outcomes if not outcome.document] == ["failed"]
