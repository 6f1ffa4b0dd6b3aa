"""The websocket interface as far as user data needs it: signed requests instead of listen keys."""

import json
from typing import Any
from urllib.parse import urlencode

from starlette.websockets import WebSocket

from auriga_exchange.gate import Incoming, check_signature
from auriga_exchange.streams._channels import Channel, Event
from auriga_exchange.streams._connection import Connection
from auriga_exchange.streams._markets import StreamMarket
from auriga_exchange.venue import Venue
from auriga_exchange.wire import RequestError

_SUBSCRIBE, _UNSUBSCRIBE = "userDataStream.subscribe.signature", "userDataStream.unsubscribe"
_STREAM = "userData"


class ApiConnection(Connection):
    """A connection to `ws-api`: `ping`, `time` and the account's user data.

    Parameters
    ----------
    websocket : WebSocket
        Not accepted yet.
    venue : Venue
        Its gate checks signatures.
    market : StreamMarket
        Whose user data it is.
    """

    def __init__(self, websocket: WebSocket, venue: Venue, market: StreamMarket) -> None:
        super().__init__(websocket, venue.clock, self._open, faults=venue.faults, limited=False)
        self._venue = venue
        self._market = market

    def _open(self, name: str, now: int) -> Channel:
        return self._market.user_channel(lambda at: True)

    def _wrap(self, name: str, event: Event) -> Event:
        return {"subscriptionId": 0, "event": event}

    def _answer(self, text: str) -> dict[str, Any]:
        request_id = None
        try:
            content = json.loads(text)
            request_id, method, params = content.get("id"), content["method"], content.get("params") or {}
            result = self._call(str(method), dict(params))
        except RequestError as error:
            return {"id": request_id, "status": error.status, "error": error.body}
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            return {"id": request_id, "status": 400, "error": {"code": -1135, "msg": "Invalid JSON Request"}}
        if result is None:
            msg = f"{method} is not served by the offline exchange"
            return {"id": request_id, "status": 400, "error": {"code": -1, "msg": msg}}
        return {"id": request_id, "status": 200, "result": result, "rateLimits": []}

    def _call(self, method: str, params: dict[str, Any]) -> dict[str, Any] | None:
        now = self._venue.clock()
        if method == "ping":
            return {}
        if method == "time":
            return {"serverTime": now}
        if method == _UNSUBSCRIBE:
            self._unsubscribe([_STREAM])
            return {}
        if method != _SUBSCRIBE:
            return None
        check_signature(self._venue.gate.keys, _incoming(params), now)
        self._subscribe([_STREAM])
        return {"subscriptionId": 0}


def _incoming(params: dict[str, Any]) -> Incoming:
    """Read a signed request: the signature is over all other parameters in the order of their names."""
    query = urlencode(sorted((name, str(value)) for name, value in params.items()), safe="")
    return Incoming("127.0.0.1", str(params.get("apiKey", "")), query.encode(), b"")
