"""Addresses of the websockets."""

from functools import partial

from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from auriga_exchange.streams._api_connection import ApiConnection
from auriga_exchange.streams._connection import Connection
from auriga_exchange.streams._faults import refuses
from auriga_exchange.streams._markets import StreamMarket, futures_market, spot_market
from auriga_exchange.venue import Venue

# Binance's own addresses, and those of the overlay. ccxt takes "/stream" in an address for the spot market,
# appends a number to it, and puts a category into a futures address that ends in "/ws".
_SPOT = ("/stream", "/ws", "/_ws/stream", "/_ws/ws")
_FUTURES = ("/_ws/linear/ws", *(f"/_ws/linear/{category}/ws" for category in ("public", "market", "private")))
_SPOT_API = "/_ws/spot/api"


def stream_routes(venue: Venue) -> list[BaseRoute]:
    """Make the routes of every websocket of a venue."""
    routes: list[BaseRoute] = [WebSocketRoute(_SPOT_API, partial(_serve_api, venue, spot_market(venue)))]
    for addresses, market in ((_SPOT, spot_market(venue)), (_FUTURES, futures_market(venue))):
        for address in addresses:
            serve = partial(_serve, venue, market, address.endswith("/stream"))
            routes.append(WebSocketRoute(address, serve))
            routes.append(WebSocketRoute(f"{address}/{{names:path}}", serve))
    return routes


async def _serve(venue: Venue, market: StreamMarket, combined: bool, websocket: WebSocket) -> None:
    if await _refused(venue, websocket):
        return
    now = venue.clock()
    connection = Connection(
        websocket,
        venue.clock,
        market.open,
        faults=venue.faults,
        combined=combined,
        limited=venue.gate.limited,
    )
    await connection.serve([name for name in _names(websocket) if market.knows(name, now)])


async def _serve_api(venue: Venue, market: StreamMarket, websocket: WebSocket) -> None:
    if not await _refused(venue, websocket):
        await ApiConnection(websocket, venue, market).serve([])


async def _refused(venue: Venue, websocket: WebSocket) -> bool:
    """Refuse a handshake of another site's page, or one that a fault stands behind."""
    if "origin" in websocket.headers:
        await websocket.send_denial_response(PlainTextResponse("no pages", status_code=403))
        return True
    if refuses(venue.faults, websocket.url.path, venue.clock()):
        await websocket.send_denial_response(PlainTextResponse("Service Unavailable", status_code=503))
        return True
    return False


def _names(websocket: WebSocket) -> list[str]:
    """Streams named in an address; whatever else stands there, such as ccxt's number, means nothing."""
    query = websocket.query_params
    path, streams, key = (
        websocket.path_params.get("names", ""),
        query.get("streams", ""),
        query.get("listenKey", ""),
    )
    return f"{path}/{streams}/{key}".split("/")
