"""What the README says is run."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from ui.cli.commands import app

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.model
def test_the_python_of_the_readme_runs(seed_corpus, monkeypatch, capsys):
    monkeypatch.setenv("VERBATIM_CORPUS", str(seed_corpus.folder))
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)

    exec(code, {})  # noqa: S102 - that is what the reader does with it

    assert capsys.readouterr().out.startswith("Mr Guaido was recognised by the United States")


def test_every_command_is_in_the_readme_and_the_other_way_round():
    documented = set(re.findall(r"^\| `verbatim (\w+)", README, re.MULTILINE))

    assert documented == set(get_command(app).commands)


def test_pictures_and_folders_the_readme_names_are_there():
    root = Path(__file__).parent.parent
    for target in re.findall(r"!\[.*?\]\((.*?)\)", README):
        assert (root / target).is_file()
