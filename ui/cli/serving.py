"""The commands that serve a corpus to others: `verbatim chat` and `verbatim mcp`."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, cast, get_args

import typer

from index import BadSetting
from qa import names_of, open_corpus
from ui.cli import terminal
from ui.cli.following import Follower
from ui.cli.options import MinConfidenceOption, ServedOption, open_given, require_corpus
from ui.protection.exposure import TOKEN_VARIABLE, Exposure, read_token
from ui.served import Served
from ui.server.request_log import LogFormat, log_requests

OTHERS: dict[str, Any] = {"rich_help_panel": "Serving other computers", "show_default": False}


def chat(
    corpus: ServedOption = None,
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes any free one.")] = 7860,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the page in a browser.")
    ] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.", **OTHERS)] = "127.0.0.1",
    name: Annotated[
        list[str] | None,
        typer.Option(help="Host name that clients use; may be repeated.", **OTHERS),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(
            help=f"File that holds the token clients send; or set {TOKEN_VARIABLE}.", **OTHERS
        ),
    ] = None,
    tls_certificate: Annotated[
        Path | None, typer.Option(help="TLS certificate, PEM file.", **OTHERS)
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option(help="Private key of the certificate, PEM file.", **OTHERS)
    ] = None,
    behind_proxy: Annotated[
        str | None, typer.Option(help="IP address of a proxy that terminates TLS.", **OTHERS)
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Follow changes in the folders you added.")
    ] = False,
    min_confidence: MinConfidenceOption = None,
    log: Annotated[
        str, typer.Option(help="Log requests to standard error: none, text or json.")
    ] = "none",
    rate: Annotated[
        int | None,
        typer.Option(help="Requests per minute per client; 0 = unlimited.", min=0, **OTHERS),
    ] = None,
) -> None:
    """Serve the chat, REST and MCP, by default on this computer only."""
    from ui.server.server import serve

    folders = _required(corpus)
    if min_confidence is not None:  # of whoever asks: the page, REST and MCP
        os.environ["VERBATIM_MIN_CONFIDENCE"] = str(min_confidence)
    if log not in get_args(LogFormat):
        raise BadSetting(f"--log takes none, text or json, not {log!r}.")
    log_requests(cast("LogFormat", log))
    exposure = Exposure(
        host=host,
        names=tuple(name or ()),
        token=read_token(token_file),
        certificate=tls_certificate,
        key=tls_key,
        proxy=behind_proxy,
        rate=rate,
    )

    follower = Follower()

    def opened() -> Served:
        served = Served.of([open_given(folder) for folder in folders])
        for opened_corpus in served.corpora.values():
            terminal.suggest_model(opened_corpus, once=True)
            if watch:
                follower.start(opened_corpus)
        return served

    def ready(url: str) -> None:
        terminal.console.print(f"Verbatim is running at {url} - press Ctrl-C to stop")

    with follower:
        serve(
            opened,
            port=port,
            open_browser=open_browser,
            on_ready=ready,
            exposure=exposure,
        )


def mcp(corpus: ServedOption = None) -> None:
    """Serve the corpus to an MCP client over standard input and output."""
    from ui.mcp import serve_stdio

    folders = _required(corpus)
    names = names_of([folder for folder in folders if folder]) if len(folders) > 1 else []
    serve_stdio(lambda: Served.of([open_corpus(folder) for folder in folders]), names)


def _required(corpora: Sequence[Path] | None) -> list[Path | None]:
    """Return the folders of the corpora to be served; None for the default one.

    Raises:
        CorpusNotFound: There is no corpus in one of them.
        BadSetting: There are too many, or one is given twice.
    """
    for folder in corpora or ():
        require_corpus(folder)
    if corpora:
        names_of(corpora)
    return [*corpora] if corpora else [None]
