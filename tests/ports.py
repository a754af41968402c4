"""Ports for servers that are started a moment later, or started anew on the port they had."""

import random
import socket

# Below those that systems hand out for connections (from 32768 on Linux, 49152 elsewhere): one of
# these would be taken now and then between the look and the start, by another test's connection.
_PORTS = range(20_000, 32_000)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    while True:
        port = random.choice(_PORTS)  # noqa: S311 - no secret; tests beside this one choose too
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
