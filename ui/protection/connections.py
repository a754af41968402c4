"""Connections that say nothing, or too slowly, are closed; there is always room for one more."""

from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from ui.limits import CONNECTIONS
from ui.protection.clients import client_key

MOST_OF_ONE = CONNECTIONS.most // 2  # connections of one address, but for a proxy's
PATIENCE = 15.0  # seconds for a request's head, and for the client to take what was sent
CHECKED = 1.0  # seconds between two looks at each connection
SLOWEST = 10_000  # bytes a second at which a body has to come, after the first seconds
_DISCARDED = 60_000_000  # bytes read after a refusal: a whole file, whose sender then sees it


class Connection(H11Protocol):
    """A connection of uvicorn's that minds the time.

    uvicorn waits for ever for a request's head and body, and for a client to read; and it reads
    on what it has refused.
    """

    client_name = ""
    since = 0.0  # time of the loop at which what is waited for now began
    _begun = 0.0  # time at which the request did
    _received = 0  # bytes of the request
    _stuck: float | None = None  # since when what was sent isn't taken

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        proxy: str | None = None,
    ) -> None:
        """As uvicorn's; `proxy` is the client that is a proxy, from which all others come."""
        super().__init__(config, server_state, app_state)
        self._proxy = proxy

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - as in uvicorn
        """Make room for the connection, should there be too many."""
        super().connection_made(transport)
        self.since = self.loop.time()
        host = self.client[0] if self.client else None
        self.client_name = client_key(host)
        others = [item for item in self.connections if isinstance(item, Connection)]
        if self.client_name != self._proxy:
            _make_room([o for o in others if o.client_name == self.client_name], MOST_OF_ONE)
        _make_room(others, CONNECTIONS.most)

    @property
    def idle(self) -> bool:
        """Whether no request is being received or answered."""
        return self.cycle is None or self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        """Take what the client sends, but no endless rest of a request that has been answered."""
        before = self.cycle
        answered = before is not None and before.response_complete and before.more_body
        self._received += len(data)
        if answered and self._received > _DISCARDED:
            self.transport.abort()
            return
        super().data_received(data)
        if self.cycle is not before:
            self._begun, self._received = self.loop.time(), 0

    def on_response_complete(self) -> None:
        """Wait for the next request, or first for the rest of this one."""
        self.since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Note that the client doesn't take what was sent."""
        self._stuck = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Note that it does again."""
        self._stuck = None
        super().resume_writing()

    def check(self) -> None:
        """Close the connection if the client keeps it waiting; called every second."""
        now = self.loop.time()
        if self.transport.is_closing() and self._stuck is None:
            self._stuck = now
        if self._stuck is not None:
            late = now - self._stuck > PATIENCE
        elif self.idle:
            late = now - self.since > PATIENCE
        elif self.cycle.more_body:
            if self.flow.read_paused:
                self._begun += CHECKED  # it is the application that takes its time
            late = now - self._begun > PATIENCE + self._received / SLOWEST
        else:
            late = False
        if late:
            self.transport.abort()


def _make_room(connections: list[Connection], most: int) -> None:
    """Close those that have waited longest for a request, so that at most so many are left."""
    excess = len(connections) - most
    if excess > 0:
        idle = sorted((item for item in connections if item.idle), key=lambda item: item.since)
        for connection in idle[:excess]:
            connection.transport.abort()
