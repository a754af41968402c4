"""What holds the code together: small files, light imports. `make lint` checks the rooms."""

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("qa", "index", "ui")
SOURCES = sorted(
    path for folder in (*PACKAGES, "benchmarks") for path in (ROOT / folder).rglob("*.py")
)


def test_no_file_has_grown_by_accident():
    """A file has one subject; the limit is there for accidents, not as a measure to write to."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}

    assert {path: length for path, length in lengths.items() if length > 500} == {}


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


def test_importing_loads_nothing_heavy():
    heavy = "torch faiss ray gradio sentence_transformers transformers pypdfium2 docx fastapi"
    code = f"import sys, index, qa, ui; print(*set(sys.modules) & set({heavy.split()}))"

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
        source = path.read_text(encoding="utf-8")
        if not any(name in source for name in banned):
            continue  # parsing all takes seconds
        for node in ast.walk(ast.parse(source)):
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
