"""Who may reach the server: this computer only, or others with a token over an encrypted line."""

import ipaddress
import os
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from index import BadSetting
from ui.limits import REQUESTS

LOOPBACK = ("127.0.0.1", "localhost")
SHORTEST_TOKEN = 20  # characters
_FEWEST = 8  # different characters; a random hexadecimal token of 20 has fewer once in a thousand
TOKEN_VARIABLE = "VERBATIM_TOKEN"  # noqa: S105 - the variable's name
_RATE = REQUESTS.most


@dataclass(frozen=True, slots=True)
class Exposure:
    """Where the server listens, and what it asks of those who come.

    Attributes:
        host: Address to listen on.
        names: Names by which it may be called, in the Host header, besides this computer's own.
        token: Secret that clients have to bring; None lets everybody in, on this computer only.
        certificate: PEM file of the TLS certificate; None without TLS.
        key: PEM file of its private key.
        proxy: Address of a proxy that does TLS, whose word about its clients is believed.
        rate: Requests a minute that one client may ask; 0 for any number. None: any number from
            this computer only, else 120.
    """

    host: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    token: str | None = field(default=None, repr=False)  # a repr ends up in logs
    certificate: Path | None = None
    key: Path | None = None
    proxy: str | None = None
    rate: int | None = None

    def __post_init__(self) -> None:
        """Refuse what would let others in unprotected.

        Raises:
            BadSetting: Something is missing; the message says what.
        """
        weakness = _weakness(self.token) if self.token is not None else ""
        if weakness:
            raise BadSetting(
                f"The token {weakness}. Make one with: "
                'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
        if (self.certificate is None) != (self.key is None):
            raise BadSetting("TLS needs both --tls-certificate and --tls-key.")
        if self.proxy is not None and not _is_address(self.proxy):
            raise BadSetting(f"--behind-proxy needs the proxy's IP address, not {self.proxy!r}.")
        if self.local:
            return
        if self.token is None:
            raise BadSetting(
                f"On {self.host} other computers could read your documents. Set {TOKEN_VARIABLE} "
                "to a secret of your own, or give --token-file; clients must then send it."
            )
        if not self.encrypted:
            raise BadSetting(
                f"On {self.host} the token and your documents would travel unencrypted. Give "
                "--tls-certificate and --tls-key, or --behind-proxy ADDRESS if TLS ends at a proxy."
            )
        if not self.names:
            raise BadSetting(
                f"Give the host name that clients use for {self.host} with --name, such as "
                "verbatim.example.org or 192.168.1.20; requests for other hosts are refused."
            )

    @property
    def local(self) -> bool:
        """Whether only this computer can reach the server."""
        return self.host in LOOPBACK and self.proxy is None

    @property
    def encrypted(self) -> bool:
        """Whether clients reach it over TLS."""
        return self.certificate is not None or self.proxy is not None

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The names that a Host header may hold."""
        return (*LOOPBACK, *self.names)

    @property
    def requests_a_minute(self) -> int:
        """What one client may ask; 0 for any number."""
        if self.rate is not None:
            return self.rate
        return 0 if self.local else _RATE


def read_token(file: Path | None) -> str | None:
    """Return the token from a file, or else from the environment, if there is one.

    Raises:
        BadSetting: The file can't be read, or is empty.
    """
    if file is None:
        return os.environ.get(TOKEN_VARIABLE, "").strip() or None
    try:
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"The token file {file} can't be read: {error}.") from error
    if not token:
        raise BadSetting(f"The token file {file} is empty. Write a secret of your own to it.")
    return token


def _weakness(token: str) -> str:
    """Return what makes a token easy to guess, or impossible to send; "" if nothing does."""
    if len(token) < SHORTEST_TOKEN:
        return f"is shorter than {SHORTEST_TOKEN} characters"
    if not (token.isascii() and token.isprintable()) or " " in token:
        return "contains characters that a header can't; use letters, digits, - and _"
    if len(set(token)) < _FEWEST:
        return f"has fewer than {_FEWEST} different characters, so it can be guessed"
    if any(token[period:] == token[:-period] for period in range(1, len(token) // 2 + 1)):
        return "repeats itself, so it can be guessed"
    steps = {ord(second) - ord(first) for first, second in pairwise(token)}
    if len(steps) < _FEWEST:  # 0123456789abcdefghij, zyxwvutsrqponmlkjihg
        return "is a sequence of characters, so it can be guessed"
    return ""


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
