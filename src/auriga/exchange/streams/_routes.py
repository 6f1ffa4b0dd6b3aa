"""Addresses of the market streams."""

from functools import partial
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from auriga.exchange._store import CandleStore
from auriga.exchange.streams._channels import Channel, is_stream_name, open_channel
from auriga.exchange.streams._connection import Connection
from auriga.exchange.streams._faults import refuses
from auriga.exchange.streams._messages import MessageError

if TYPE_CHECKING:
    from auriga.exchange._venue import Venue

# Binance's own addresses, and those of the overlay: ccxt wants "/stream" in the spot address, appends a
# number to it, and knows a market by its address alone.
SPOT_ROOTS = ("/_ws", "")


def stream_routes(venue: "Venue") -> list[BaseRoute]:
    """Make the routes of every websocket of a venue."""
    routes: list[BaseRoute] = []
    for root in SPOT_ROOTS:
        for word in ("stream", "ws"):
            serve = partial(_serve, venue, word == "stream")
            routes.append(WebSocketRoute(f"{root}/{word}", serve))
            routes.append(WebSocketRoute(f"{root}/{word}/{{names:path}}", serve))
    return routes


async def _serve(venue: "Venue", combined: bool, websocket: WebSocket) -> None:
    if await refused(venue, websocket):
        return
    connection = Connection(
        websocket,
        venue.clock,
        partial(_open, venue.store),
        faults=venue.faults,
        combined=combined,
        limited=venue.gate.limited,
    )
    await connection.serve(_names(websocket))


async def refused(venue: "Venue", websocket: WebSocket) -> bool:
    """Refuse a handshake that a fault or another site's page stands behind."""
    if "origin" in websocket.headers:  # a browser; only its own pages could have something to do here
        await websocket.send_denial_response(PlainTextResponse("no pages", status_code=403))
        return True
    if refuses(venue.faults, websocket.url.path, venue.clock()):
        await websocket.send_denial_response(PlainTextResponse("Service Unavailable", status_code=503))
        return True
    return False


def _names(websocket: WebSocket) -> list[str]:
    """Streams named in an address; others than streams, such as ccxt's number, mean nothing."""
    path, query = websocket.path_params.get("names", ""), websocket.query_params.get("streams", "")
    return [name for name in f"{path}/{query}".split("/") if is_stream_name(name)]


def _open(store: CandleStore, name: str, now: int) -> Channel | None:
    if not is_stream_name(name):
        raise MessageError(2, "Invalid request: invalid stream")
    return open_channel(store, name, now)
