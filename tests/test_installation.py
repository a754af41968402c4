"""What a person meets who installs the package: its commands, its files, and names like theirs."""

import re
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder of the user's, with Verbatim installed."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("file", ["index.py", "index/__init__.py"])
def test_a_file_of_the_users_in_the_way_is_named_with_what_to_do(tmp_path, file):
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("print('the user\\'s own')\n")

    ran = run(tmp_path, "-c", "from qa import ask")

    *_, message = ran.stderr.strip().splitlines()
    named = tmp_path / file.removesuffix("/__init__.py")
    assert f"{named} shadows Verbatim's own package `index`" in message
    assert "Rename it, or run from another folder" in message
    assert ran.stdout == "", "the user's file isn't run"
    assert ran.returncode != 0


COMMAND = ("-c", "import verbatim_qa; verbatim_qa.main()", "documents")  # as `verbatim` is made


@pytest.mark.parametrize("file", ["{}.py", "{}/__init__.py"])
@pytest.mark.parametrize("name", ["index", "qa", "ui"])
def test_the_command_says_in_one_line_what_is_in_its_way(tmp_path, name, file):
    """The folder comes first for Python, as those do that PYTHONPATH names."""
    path = tmp_path / file.format(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text("print('the user\\'s own')\n")

    for command in (COMMAND, ("-m", "ui", "documents")):
        if (name, command[0]) == ("ui", "-m"):
            continue  # there is nothing of ours that could say it: Python runs the user's file
        ran = run(tmp_path, *command)

        (line,) = ran.stderr.strip().splitlines()
        named = tmp_path / file.format(name).removesuffix("/__init__.py")
        assert line.startswith(f"Error: {named} shadows Verbatim's own package `{name}`")
        assert "Rename it, or run from another folder" in line
        assert (ran.stdout, ran.returncode) == ("", 2)


def test_where_qa_is_another_file_python_names_it(tmp_path):
    (tmp_path / "qa.py").touch()

    ran = run(tmp_path, "-c", "from qa import ask")

    assert str(tmp_path / "qa.py") in ran.stderr.strip().splitlines()[-1]


def test_the_installed_command_takes_no_file_of_the_folder_it_runs_in_for_its_own(tmp_path):
    """Where `python -m ui` would run the user's `ui.py`, and nothing of ours could say so."""
    for name in ("ui", "qa", "index"):
        (tmp_path / f"{name}.py").write_text('raise SystemExit("the user\'s own")\n')

    ran = run(tmp_path, str(Path(sys.executable).with_name("verbatim")), "--version")

    assert (ran.stdout.split(), ran.stderr) == (["verbatim", version("verbatim-qa")], "")


def test_a_module_already_imported_under_the_name_is_named_too(tmp_path):
    (tmp_path / "index.py").touch()

    ran = run(tmp_path, "-c", "import index; from qa import ask")

    assert f"{tmp_path / 'index.py'} shadows" in ran.stderr


def test_files_that_are_not_in_the_way_are_left_in_peace(tmp_path):
    for file in ("ui.py", "app.py", "index/notes.txt", "qa/notes.txt"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()

    ran = run(tmp_path, "-c", "from qa import ask; print(ask.__name__)")

    assert (ran.stdout, ran.stderr) == ("ask\n", "")


def test_the_version_is_the_distributions(tmp_path):
    ran = run(tmp_path, "-m", "ui", "--version")

    assert ran.stdout.strip() == f"verbatim {version('verbatim-qa')}"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (file,) = folder.glob("*.whl")
    return zipfile.ZipFile(file)


@pytest.mark.parametrize(
    "pattern",
    [
        "qa/py.typed",
        "index/py.typed",
        "ui/py.typed",
        "qa/seeds/*",
        "*/*.onnx",
        "*/*.sha256",
        "*/CARD.md",
        "*/calibration.json",
        "ui/*.html",
        "ui/*.js",
        "ui/*.css",
        "ui/SKILL.md",
        "*/weights.json",
    ],
)
def test_the_wheel_has_every_file_that_the_packages_need(wheel, pattern):
    folders = {"qa/seeds": "seeds"}  # where it lies in the repository, if elsewhere
    folder, _, name = pattern.rpartition("/")
    if folder in folders:
        files = {f"{folder}/{path.name}" for path in (ROOT / folders[folder]).iterdir()}
    else:
        top = folder if folder != "*" else ""
        files = {
            path.relative_to(ROOT).as_posix()
            for package in ("qa", "index", "ui")
            if top in ("", package)
            for path in (ROOT / package).rglob(name)
        }

    assert files, "there are such files"
    assert files <= set(wheel.namelist())


def test_the_wheel_carries_the_licences_of_what_it_contains(wheel):
    (texts,) = {
        name.split("/")[0] + "/licenses/" for name in wheel.namelist() if "dist-info" in name
    }
    for name in ("LICENSE", "THIRD_PARTY_LICENSES.md", "licenses/Apache-2.0.txt"):
        assert wheel.read(texts + name) == (ROOT / name).read_bytes()


def test_every_file_of_weights_has_its_licence_named():
    page = (ROOT / "THIRD_PARTY_LICENSES.md").read_text(encoding="utf-8")
    weights = [path for package in ("qa", "index") for path in (ROOT / package).rglob("*.onnx")]

    assert weights
    for path in weights:
        assert f"| `{path.relative_to(ROOT).as_posix()}` |" in page


def test_what_the_readers_card_says_it_learned_from_is_on_the_page_of_licences():
    (card,) = (ROOT / "qa").rglob("reader/weights/CARD.md")
    page = (ROOT / "THIRD_PARTY_LICENSES.md").read_text(encoding="utf-8")
    trained_on = card.read_text(encoding="utf-8").split("**Trained on**")[1].split("\n\n")[0]

    for data in ("SQuAD 1.1", "QED", "SQuADShifts"):
        assert data in trained_on
        assert data in page


def test_the_wheel_has_nothing_of_the_repositorys_workshop(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}

    ours = {"qa", "index", "ui", "verbatim_qa.py"}
    assert {top for top in tops if not top.endswith(".dist-info")} == ours
    assert not [name for name in wheel.namelist() if name.endswith(".pyc")]


def test_it_runs_under_the_name_of_the_distribution_too(wheel):
    (name,) = (name for name in wheel.namelist() if name.endswith("/entry_points.txt"))
    scripts = dict(re.findall(r"^([\w-]+) = (\S+)$", wheel.read(name).decode(), re.MULTILINE))

    assert scripts["verbatim-qa"] == scripts["verbatim"] == "verbatim_qa:main"
