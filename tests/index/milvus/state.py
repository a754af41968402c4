"""What a corpus and its collection hold, read past the engine."""

import sqlite3

from index import Corpus


def meta(corpus: Corpus, key: str) -> str:
    with sqlite3.connect(corpus.folder / "corpus.sqlite3") as database:
        return database.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0]


def rows(corpus: Corpus) -> int:
    return corpus._engine._server.count(meta(corpus, "milvus_collection"), "id > 0")
