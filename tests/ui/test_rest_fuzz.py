"""Requests of all kinds that the REST description allows, and many that it doesn't."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ui.server.server import serve  # noqa: F401 - slow to import, so not within the test

EXAMPLES = max(5, int(os.environ.get("VERBATIM_FUZZ_INPUTS", "1000")) // 200)


@pytest.mark.slow
@pytest.mark.long
def test_every_answer_is_one_that_the_description_foresees(start, corpus, tmp_path, capfd):
    corpus.add_text("Apples are red. Pears are green.", name="fruit", title="On fruit")
    url = start(corpus)

    ran = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            "run",
            f"{url}/api/openapi.json",
            f"--max-examples={EXAMPLES}",
            "--seed=1",
            "--workers=1",
            "--checks=all",
            "--exclude-checks=positive_data_acceptance",  # an empty question is well-formed
            "--phases=examples,coverage,fuzzing",
        ],
        cwd=tmp_path,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout
    assert "Traceback" not in capfd.readouterr().err
