"""Behind a proxy that does TLS: only it is answered, and its word about clients is believed."""

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ui.protection.clients import plain_address
from ui.protection.crowd import HEALTH


def behind_proxy(app: ASGIApp, proxy: str) -> ASGIApp:
    """Return the application as the proxy's clients reach it, and nobody else.

    Whoever comes past the proxy would be unencrypted, and could call itself any client. Programs
    on this computer may still see whether the server lives.
    """
    trusted = plain_address(proxy)
    # Starlette and uvicorn have types of their own for the same
    believed: ASGIApp = ProxyHeadersMiddleware(app, [str(trusted)])  # type: ignore[arg-type,assignment]

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            host, port = scope.get("client") or ("", 0)
            peer = plain_address(host)
            if peer != trusted:
                if not (scope["path"] == HEALTH and peer is not None and peer.is_loopback):
                    await Response(status_code=403)(scope, receive, send)
                    return
                await app(scope, receive, send)
                return
            scope["client"] = (str(peer), port)
        await believed(scope, receive, send)

    return answer
