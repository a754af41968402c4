"""Whether a corpus notices that a later version makes something else of its files."""

import copy

import pytest

from tests.golden import extraction
from tests.golden.extraction import COMMAND, advice, current, recorded


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What this version makes of the samples."""
    return current(tmp_path_factory.mktemp("samples"))


def test_what_is_made_of_files_changes_with_the_version_alone(found):
    """Should this fail, it says what to do."""
    told = advice(recorded(), found)

    assert not told, told


def test_a_change_of_what_is_made_of_a_file_is_told_with_what_to_do(found):
    other = copy.deepcopy(found)
    other["files"]["lighthouse.pdf"]["made"] = "another"

    told = advice(other, found)
    assert "something else of lighthouse.pdf" in told
    assert "Raise `_EXTRACTION`" in told
    assert told.endswith(COMMAND)


def test_a_raised_version_and_other_samples_only_want_the_record_anew(found):
    raised = {**copy.deepcopy(found), "version": "of another time"}
    raised["files"]["lighthouse.pdf"]["made"] = "another"
    changed = copy.deepcopy(found)
    changed["files"]["lighthouse.pdf"] = {"sample": "another", "made": "another"}
    fewer = copy.deepcopy(found)
    del fewer["files"]["lighthouse.pdf"]

    for record in (raised, changed, fewer):
        assert "Raise" not in advice(record, found)
        assert advice(record, found).endswith(COMMAND)


def test_the_record_is_not_written_anew_before_the_version_is_raised(found, tmp_path, monkeypatch):
    monkeypatch.setattr(extraction, "RECORD", tmp_path / "extraction.json")
    monkeypatch.setattr(extraction, "current", lambda _: found)
    extraction.main()
    assert recorded() == found

    changed = copy.deepcopy(found)
    changed["files"]["lighthouse.txt"]["made"] = "another"
    monkeypatch.setattr(extraction, "current", lambda _: changed)
    with pytest.raises(SystemExit, match="Raise"):
        extraction.main()
    assert recorded() == found
    changed["version"] = "later"
    extraction.main()
    assert recorded() == changed


def test_every_part_of_what_is_made_of_a_file_counts(found, tmp_path, monkeypatch):
    parse = extraction.parse_file

    def without_the_last_sentence(path):
        parsed = parse(path)
        return type(parsed)(parsed.file, parsed.spans[:-1], parsed.sha256)

    monkeypatch.setattr(extraction, "parse_file", without_the_last_sentence)

    assert {
        name
        for name, sample in current(tmp_path)["files"].items()
        if sample["made"] == found["files"][name]["made"]
    } == {"encrypted.pdf"}
