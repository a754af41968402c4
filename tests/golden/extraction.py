"""What this version makes of sample files, and the record of what it made of them.

    python -m tests.golden.extraction

writes the record anew, `extraction.json` beside this file. A corpus reads a file again only if the
version of the extraction is another than when it was read: where loaders or splitter make something
else of a sample, the version has to be raised first, and this refuses to go on until it is.
"""

import hashlib
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from index.changing.reading import _EXTRACTION
from index.errors import UserError
from index.loading.process import parse_file
from tests.index.loaders.made import (
    GOLDEN,
    SEED,
    docx_bytes,
    lighthouse_document,
    lighthouse_markdown,
)

RECORD = Path(__file__).with_name("extraction.json")
COMMAND = "python -m tests.golden.extraction"
_LEFT_OUT = {"scanned.pdf"}  # what is made of it depends on the programs that a computer has
Record = dict[str, str | dict[str, dict[str, str]]]


def made_of(path: Path) -> str:
    """Return the hash of all that is made of a file, or that it is refused."""
    try:
        parsed = parse_file(path)
    except UserError as error:
        return type(error).__name__
    everything = {**asdict(parsed.file), "spans": [asdict(span) for span in parsed.spans]}
    if parsed.file.date_from == "file":  # when it was last changed, here
        del everything["date"]
    written = json.dumps(everything, sort_keys=True).encode()
    return hashlib.sha256(written).hexdigest()


def current(folder: Path) -> Record:
    """Return what this version makes of the samples; those that are made first go to a folder."""
    (folder / "lighthouse.docx").write_bytes(docx_bytes(lighthouse_document()))
    (folder / "lighthouse.md").write_text(lighthouse_markdown(), encoding="utf-8")
    files = [*GOLDEN.iterdir(), *folder.iterdir(), SEED]
    samples = {path.name: path for path in files if path.name not in _LEFT_OUT}
    return {
        "version": _EXTRACTION,
        "files": {
            name: {"sample": _sample(path), "made": made_of(path)}
            for name, path in sorted(samples.items())
        },
    }


def _sample(path: Path) -> str:
    # A Word file has the time it was made in it
    return "" if path.suffix == ".docx" else hashlib.sha256(path.read_bytes()).hexdigest()


def advice(recorded: Record, found: Record) -> str:
    """Return what to do about a record that says something else than what was found now."""
    if recorded == found:
        return ""
    changed = [
        name
        for name, sample in found["files"].items()
        if (before := recorded["files"].get(name))
        and before["sample"] == sample["sample"]
        and before["made"] != sample["made"]
    ]
    if changed and recorded["version"] == found["version"]:
        return (
            f"Loaders or splitter make something else of {', '.join(changed)} than the record in "
            f"{RECORD.name} says, and corpora would not notice. Raise `_EXTRACTION` in "
            f"index/changing/reading.py, then write the record anew: {COMMAND}"
        )
    return f"The record in {RECORD.name} is of other samples or of another version: {COMMAND}"


def recorded() -> Record:
    return json.loads(RECORD.read_text(encoding="utf-8"))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = current(Path(folder))
    if RECORD.exists():
        told = advice(recorded(), found)
        if "Raise" in told:
            sys.exit(told)
    RECORD.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
