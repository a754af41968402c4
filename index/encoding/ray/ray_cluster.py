"""The connection to a Ray cluster: an existing one, or one of this computer's own."""

import importlib
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from index.errors import WorkersUnavailable

LOCAL = "local"
_CONNECT_TIMEOUT = 5.0  # seconds for what Ray finds out in minutes: that nobody answers there
_LOOPBACK = ("127.0.0.1", "localhost")
_CLIENT = "ray://"
_CLIENT_PORT = 10001
# Read by Ray when it is imported. It was made for systems with noisy firewalls, and does what is
# wanted here: whatever Ray starts listens on 127.0.0.1 only.
_LOOPBACK_ONLY = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
# Bytes; Ray would take three tenths of the memory. The largest batch there is has sentences and
# vectors of 100 MB.
_OBJECT_STORE = 200_000_000


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Connect this process to a Ray cluster; a connection that is there already is used and kept.

    Args:
        address: `auto` for the cluster this computer belongs to, `HOST:PORT` for the same by its
            head's address, `ray://HOST:PORT` for one it doesn't belong to, or `local` to start
            worker processes on this computer, one a core, and end them afterwards.

    Returns:
        The module `ray`, connected.

    Raises:
        WorkersUnavailable: Ray isn't installed, or there is no such cluster, or it has no CPU.
    """
    if address == LOCAL:
        _keep_to_this_computer()
    else:
        os.environ.setdefault("RAY_NUM_REDIS_GET_RETRIES", "1")  # 40 s, not a quarter of an hour
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        ray: Any = importlib.import_module("ray")
    except ImportError as error:
        raise WorkersUnavailable(
            "--ray needs Ray, which isn't installed: pip install 'verbatim-qa[ray]'"
        ) from error
    if ray.is_initialized():
        yield ray
        return
    with _settings(address) as settings:
        if address != LOCAL:
            _reach(address, ray.util.get_node_ip_address())
        try:
            ray.init(**settings)
        except Exception as error:
            raise WorkersUnavailable(
                f"The Ray cluster at {address!r} can't be used: {_first_line(error)}. It needs the "
                "same versions of Ray and Python as this computer; if it requires a token, set "
                "RAY_AUTH_TOKEN. --ray local uses the cores of this computer."
            ) from error
        try:
            if ray.cluster_resources().get("CPU", 0) < 1:
                raise WorkersUnavailable(
                    f"The Ray cluster at {address!r} has no CPU to work with. Add a computer to "
                    "it with: ray start --address HEAD:6379"
                )
            yield ray
        finally:
            ray.shutdown()


def _keep_to_this_computer() -> None:
    if "ray" in sys.modules and os.environ.get(_LOOPBACK_ONLY) != "0":
        raise WorkersUnavailable(
            "Ray was loaded before Verbatim could tell it to listen on 127.0.0.1 only. Start your "
            f"program with {_LOOPBACK_ONLY}=0, or call ray.init() yourself."
        )
    os.environ[_LOOPBACK_ONLY] = "0"
    # Other people who use this computer can't hand our workers anything
    os.environ["RAY_AUTH_MODE"] = "token"
    os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex()


@contextmanager
def _settings(address: str) -> Iterator[dict[str, Any]]:
    settings = {"address": address, "log_to_driver": False, "logging_level": "ERROR"}
    if address != LOCAL:
        yield settings
        return
    # Paths of Ray's sockets may have 103 characters on macOS; the folder is our own, 0700
    short = "/tmp" if os.name == "posix" else None  # noqa: S108
    with tempfile.TemporaryDirectory(
        prefix="verbatim-ray-", dir=short, ignore_cleanup_errors=True
    ) as folder:
        yield {
            **settings,
            "include_dashboard": False,
            "object_store_memory": _OBJECT_STORE,
            "_temp_dir": folder,
        }


def _reach(address: str, own: str) -> None:
    """Say at once what Ray would find out in minutes: nobody answers there."""
    target = address.removeprefix(_CLIENT)
    if target == "auto":
        return
    host, colon, port = target.rpartition(":")
    host = (host if colon else target).strip("[]")
    if host in _LOOPBACK and not address.startswith(_CLIENT):
        host = own  # Ray goes there instead
    try:
        number = _CLIENT_PORT if address.startswith(_CLIENT) and not colon else int(port)
        socket.create_connection((host, number), timeout=_CONNECT_TIMEOUT).close()
    except (ValueError, OverflowError) as error:
        raise WorkersUnavailable(
            f"{address!r} is not the address of a Ray cluster. Give auto, HOST:PORT, "
            "ray://HOST:PORT or local."
        ) from error
    except OSError as error:
        raise WorkersUnavailable(
            f"Connection refused by {address!r} ({_first_line(error)}). Start a Ray cluster there "
            "with `ray start --head`, or use --ray local for the cores of this computer."
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200].rstrip(".")
