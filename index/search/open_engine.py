"""Which engine searches a corpus: chosen when it is made, remembered in it."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import urlsplit

from filelock import BaseFileLock

from index.encoding.corpus_model import CorpusModel
from index.errors import BadSetting, EngineMismatch
from index.search.contract import SearchEngine
from index.store.read_only import Aside
from index.store.store import EMPTY, Store

if TYPE_CHECKING:
    from index.search.milvus.server import MilvusServer

EngineName = Literal["faiss", "milvus"]


def check_choice(name: str | None, milvus_uri: str | None) -> None:
    """Refuse what can't be used, before anything is made.

    Raises:
        BadSetting: There is no such engine, or the address is not that of a server.
    """
    names = get_args(EngineName)
    if name not in (None, *names):
        raise BadSetting(f"There is no engine {name!r}. Choose one of: {', '.join(names)}.")
    if milvus_uri is None:
        return
    if name == "faiss":
        raise BadSetting("A Milvus URI is for --engine milvus only; leave it out.")
    try:
        uri = urlsplit(milvus_uri)
        usable = uri.scheme in ("http", "https") and uri.hostname and uri.port != 0
        usable = usable and not milvus_uri.endswith(".db")  # pymilvus would start a server itself
    except ValueError:
        usable = False
    if not usable:
        raise BadSetting(
            f"{milvus_uri!r} is not the address of a Milvus server. Give one such as "
            "http://127.0.0.1:19530."
        )
    if "@" in uri.netloc:
        raise BadSetting(
            "The address of the Milvus server holds a password, and would be kept in the corpus. "
            "Leave it out and put USER:PASSWORD, or a token, in the environment variable "
            "VERBATIM_MILVUS_TOKEN."
        )


def try_engine(name: str | None, milvus_uri: str | None) -> None:
    """Find out whether a new corpus can be searched as asked, before anything is made.

    Raises:
        BadSetting: Milvus is asked for, and not where it is.
        EngineUnavailable: pymilvus is not installed, or the server can't be reached or refuses.
    """
    if name == "milvus" or milvus_uri:
        _milvus_server(milvus_uri).close()


def open_engine(
    store: Store,
    folder: Path,
    lock: BaseFileLock,
    model: CorpusModel,
    *,
    name: str | None = None,
    milvus_uri: str | None = None,
    aside: Aside | None = None,
) -> SearchEngine:
    """Open the corpus's engine; where nothing was ever added, the one asked for becomes its own.

    What is asked for is remembered once it has answered.

    Args:
        store: The corpus's database.
        folder: Its folder.
        lock: What a writer of the corpus holds.
        model: The corpus's model.
        name: The engine asked for, if any; it and the address have passed `check_choice`.
        milvus_uri: Where the Milvus server is now; by default where it was the last time.
        aside: Where indexes are kept if the folder may only be read.

    Raises:
        BadSetting: Milvus is asked for, and not where it is.
        EngineMismatch: The corpus has another engine.
        EngineUnavailable: pymilvus is not installed, or a server not used before doesn't answer.
    """
    known, known_uri = store.meta("engine") or "faiss", store.meta("milvus_uri")
    wanted = name or ("milvus" if milvus_uri else known)
    uri = milvus_uri or known_uri
    if wanted != known and store.generation != EMPTY:
        raise EngineMismatch(
            f"The corpus in {folder} is searched with {known}, and {wanted} was requested. Leave "
            f"the engine out to go on with {known}, or build another corpus: verbatim index PATH "
            f"--corpus OTHER_FOLDER --engine {wanted}"
        )
    server = None
    if wanted == "milvus":
        server = _milvus_server(uri, known=uri == known_uri)
    if (wanted, uri) != (known, known_uri):
        with store.transaction():
            store.set_meta("engine", wanted)
            store.set_meta("milvus_uri", uri or "")
    if server:
        from index.search.milvus.milvus_engine import MilvusEngine

        return MilvusEngine(store, model, server)
    from index.search.local.local_engine import LocalEngine

    return LocalEngine(store, folder, lock, model, aside)


def _milvus_server(uri: str | None, *, known: bool = False) -> "MilvusServer":
    """Return the server, asked whether it answers if it isn't known."""
    if not uri:
        raise BadSetting("Give the URI of the Milvus server: --milvus-uri http://127.0.0.1:19530")
    from index.search.milvus.server import MilvusServer

    server = MilvusServer(uri)
    if not known:
        try:
            server.try_out()
        except BaseException:
            server.close()
            raise
    return server
