"""A connection that the exchange closes while it still has something to send."""

import asyncio
from typing import Any

from starlette.websockets import WebSocketState

from auriga_exchange.faults import FaultPlan
from auriga_exchange.streams._connection import Connection


class SlowToClose:
    """A websocket whose client asks too often, and whose closing takes a while, as a real one's does."""

    def __init__(self) -> None:
        self.application_state = WebSocketState.CONNECTED
        self.sent = 0

    async def accept(self) -> None:
        return

    async def receive(self) -> dict[str, Any]:
        return {"type": "websocket.receive", "text": '{"method": "LIST_SUBSCRIPTIONS", "id": 1}'}

    async def send_json(self, content: object) -> None:
        if self.application_state is WebSocketState.DISCONNECTED:
            raise RuntimeError("sent after closing")
        self.sent += 1
        await asyncio.sleep(0)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        self.application_state = WebSocketState.DISCONNECTED
        await asyncio.sleep(0.6)


class Busy:
    """A stream that always has an event."""

    symbol, every = "BTCUSDT", 0

    def events(self, now: int) -> list[dict[str, int]]:
        return [{"now": now}]

    def close(self) -> None:
        return


def test_nothing_is_sent_after_closing() -> None:
    websocket = SlowToClose()
    client: Any = websocket
    connection = Connection(
        client, lambda: 90, lambda *_: Busy(), faults=FaultPlan(), combined=True, limited=True
    )
    asyncio.run(asyncio.wait_for(connection.serve(["btcusdt@kline_1m"]), 60))
    assert websocket.application_state is WebSocketState.DISCONNECTED
    assert websocket.sent > 0
