"""Ending a connection without an answer, politely or not."""

import asyncio
import socket
import struct
from typing import Any

from starlette.types import Receive, Scope
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from auriga.errors import ExchangeError

_TRANSPORT = "auriga.transport"
# On, and 0 seconds: the kernel then forgets what was not sent and answers with RST instead of FIN.
_NO_LINGER = struct.pack("ii", 1, 0)


class OpenProtocol(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """uvicorn's HTTP protocol, which also tells the application its connection.

    uvicorn copies `app_state` into the `state` of every request, and hands it on when a connection becomes
    a websocket.
    """

    app_state: dict[str, Any]

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Remember the connection."""
        self.app_state = {**self.app_state, _TRANSPORT: transport}
        super().connection_made(transport)


def reset_connection(scope: Scope) -> None:
    """End the connection of a request or websocket with a TCP reset.

    Raises
    ------
    ExchangeError
        If the application runs without `serve`, so that its connections are not known.
    """
    transport = _transport(scope)
    connection: socket.socket | None = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


async def drop_connection(scope: Scope, receive: Receive, *, reset: bool) -> None:
    """End the connection of a request without an answer, and wait until the server has noticed."""
    if reset:
        reset_connection(scope)
    else:
        _transport(scope).close()
    # A server that still takes the connection for alive would answer 500 for us.
    while (await receive())["type"] != "http.disconnect":
        pass


def _transport(scope: Scope) -> Any:
    transport = scope.get("state", {}).get(_TRANSPORT)
    if transport is None:
        raise ExchangeError("connections can only be cut by `serve`; start the exchange with it")
    return transport
