"""What holds the code together: rooms and their order, small files, light imports."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("qa", "index", "ui")
SOURCES = sorted(
    path for folder in (*PACKAGES, "benchmarks") for path in (ROOT / folder).rglob("*.py")
)


def test_rooms_are_entered_in_their_order_and_by_their_doors():
    linted = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_has_grown_by_accident(path):
    """A file has one subject; the limit is there for accidents, not as a measure to write to."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def test_no_module_has_the_name_of_what_its_package_exports():
    for package in PACKAGES:
        tree = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
        exported = {
            alias.asname or alias.name
            for node in tree.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        assert not exported & {path.stem for path in (ROOT / package).glob("*.py")}


@pytest.mark.parametrize("package", ["qa", "index", "ui"])
def test_importing_loads_nothing_heavy(package):
    heavy = "torch faiss ray gradio sentence_transformers transformers pypdfium2 docx fastapi"
    code = f"import sys, {package}; print(*set(sys.modules) & set({heavy.split()}))"

    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == ""


def test_gradio_is_imported_in_one_place_which_sets_it_first():
    imports = re.compile(r"^\s*(import|from) gradio\b", re.MULTILINE)

    importing = [path for path in SOURCES if imports.search(path.read_text(encoding="utf-8"))]

    assert importing == [ROOT / "ui" / "page" / "offline.py"]


def test_nothing_is_unpickled():
    banned = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                names = ["pickle"] if ast.unparse(node.value) != "False" else []
            assert not banned & {name.split(".")[0] for name in names}, path


def test_every_test_that_the_security_page_names_is_there():
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| ")][1:]
    for row in rows:
        for file, names in re.findall(r"`([\w/]+\.py)`(?:: ((?:`\w+…?`(?:, )?)+))?", row[3]):
            place = ROOT / file if "/" in file else ROOT / "tests" / "ui" / file
            tests = place.read_text(encoding="utf-8")
            for name in re.findall(r"`(\w+)…?`", names):
                assert f"def test_{name}" in tests, (file, name)
