"""Running the exchange: a loopback socket, readiness, and a clean end on signals."""

import asyncio
import errno
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeAlias

import uvicorn
from starlette.applications import Starlette

from auriga.errors import ExchangeError, ParameterError
from auriga_exchange.faults import OpenProtocol

Meanwhile: TypeAlias = Callable[[], Coroutine[Any, Any, None]]
LOOPBACK = "127.0.0.1"
PING_SECONDS = 180.0  # Binance's pace, and its patience
PONG_SECONDS = 600.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def bind_loopback(port: int) -> socket.socket:
    """Reserve a port on the loopback interface; nothing is answered until `serve`.

    Parameters
    ----------
    port : int
        0 picks a free one; `socket.getsockname()[1]` tells which.

    Raises
    ------
    ParameterError
        If the number is not a port.
    ExchangeError
        If the port is taken or not allowed.
    """
    if not 0 <= port <= 65535:
        raise ParameterError(f"port {port} is not within 0 and 65535; 0 picks a free one")
    # asyncio only sends small answers at once (TCP_NODELAY) when the protocol is named; else 40 ms each.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError as error:
        listener.close()
        reason = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise ExchangeError(
            f"port {port} on {LOOPBACK} {reason}; choose another --port, 0 picks a free one"
        ) from error
    return listener


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into `SystemExit(0)`, once, so that every `finally` runs undisturbed.

    SIGHUP stays ignored where it was, as `nohup` wants it.
    """
    chosen = [number for number in _SIGNALS if number != signal.SIGHUP or not _ignored(number)]

    def leave(number: int, frame: FrameType | None) -> None:
        for each in chosen:
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(0)

    before = {number: signal.signal(number, leave) for number in chosen}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignored(number: signal.Signals) -> bool:
    return signal.getsignal(number) == signal.SIG_IGN


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[], None], meanwhile: Meanwhile | None
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._meanwhile = meanwhile
        self._task: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()
        if self._meanwhile is not None:
            self._task = asyncio.create_task(self._meanwhile())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._task is not None:
            self._task.cancel()
        await super().shutdown(sockets)


def serve(
    app: Starlette,
    listener: socket.socket,
    on_ready: Callable[[], None],
    *,
    meanwhile: Meanwhile | None = None,
) -> None:
    """Serve until a signal comes; `on_ready` is called once requests are answered.

    uvicorn ends its connections on SIGINT or SIGTERM and then raises the signal again, which
    `exit_on_signals` turns into a regular exit.

    Parameters
    ----------
    app : Starlette
        What answers.
    listener : socket
        From `bind_loopback`.
    on_ready : callable
        Called once.
    meanwhile : callable or None
        Makes what runs beside the answers from then on, such as a scenario; cancelled at the end.
    """
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http=OpenProtocol,
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PONG_SECONDS,
        ws_per_message_deflate=False,
    )
    _Server(config, on_ready, meanwhile).run(sockets=[listener])
