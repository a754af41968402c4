"""What the tests of loaders share."""

import pytest

from index.documents import LoadedFile
from index.loading.loaders.dispatch import load


@pytest.fixture
def read(tmp_path):
    """Write a file and load it."""

    def write_and_load(name: str, content: str | bytes, **limits: int) -> LoadedFile:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load(path, **limits)

    return write_and_load
