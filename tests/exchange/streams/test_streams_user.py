"""Listen keys and user data with a plain websocket client and a clock set by hand."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest
import websockets
from tests.support.streaming import MINUTE, PATIENCE, START, Server, collect, heard, market, serving

from auriga_exchange import ApiKeys, Venue
from auriga_exchange.gate import sign
from auriga_exchange.trading import OrderRequest, Side

KEY, SECRET = "a-key-for-tests", "a-secret-for-tests"
SPOT, FUTURES = "/api/v3/userDataStream", "/fapi/v1/listenKey"


class Hands:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Venue(market(), Hands(), keys=ApiKeys({KEY: SECRET}), limited=False)) as running:
        yield running


def rest(server: Server, method: str, path: str, *, key: str = KEY, **params: str) -> httpx.Response:
    url = f"http://127.0.0.1:{server.port}{path}"
    return httpx.request(method, url, params=params, headers={"X-MBX-APIKEY": key} if key else {})


def place(server: Server, name: str, price: str | None = None) -> Any:
    request = OrderRequest(
        symbol="BTCUSDT",
        side=Side.BUY,
        kind="LIMIT" if price else "MARKET",
        amount=Decimal(1),
        client_id=name,
        price=Decimal(price) if price else None,
    )
    return server.venue.spot.place(request, server.venue.clock())


def test_listen_keys_live_an_hour(server: Server) -> None:
    clock: Any = server.venue.clock
    assert rest(server, "POST", SPOT, key="").json()["code"] == -2014
    assert rest(server, "POST", SPOT, key="another").json()["code"] == -2015
    for path, named in ((SPOT, True), (FUTURES, False)):
        made = rest(server, "POST", path).json()["listenKey"]
        assert rest(server, "POST", path).json()["listenKey"] == made and len(made) == 64
        params = {"listenKey": made} if named else {}
        clock.now += 59 * MINUTE
        assert rest(server, "PUT", path, **params).json() == ({} if named else {"listenKey": made})
        clock.now += 59 * MINUTE
        assert rest(server, "PUT", path, **params).status_code == 200
        clock.now += 60 * MINUTE
        assert rest(server, "PUT", path, **params).json()["code"] == -1125
        new = rest(server, "POST", path).json()["listenKey"]
        assert new != made
        params = {"listenKey": new} if named else {}
        assert rest(server, "DELETE", path, **params).json() == {}
        assert rest(server, "DELETE", path, **params).json()["code"] == -1125
    assert rest(server, "PUT", SPOT).json()["code"] == -1102
    assert rest(server, "PUT", SPOT, listenKey="é").json()["code"] == -1125


def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether it comes about in time."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_reports_of_a_spot_order(server: Server) -> None:
    key = rest(server, "POST", SPOT).json()["listenKey"]

    async def watch() -> list[Any]:
        async with (
            server.connect(f"/ws/{key}") as connection,
            server.connect(f"/stream?streams={key}") as other,
        ):
            await heard(server.venue.spot, 2)
            place(server, "resting", "50")
            server.venue.spot.cancel("BTCUSDT", START, client_id="resting")
            place(server, "taking")
            events = await collect(connection, 8)
            assert [event["data"] for event in await collect(other, 8)] == events
            assert {event["stream"] for event in await collect(other, 0)} == set()
            return events

    events = asyncio.run(watch())
    reports = [event for event in events if event["e"] == "executionReport"]
    positions = [event for event in events if event["e"] == "outboundAccountPosition"]
    assert [(each["x"], each["X"]) for each in reports[:3]] == [
        ("NEW", "NEW"),
        ("CANCELED", "CANCELED"),
        ("NEW", "NEW"),
    ]
    assert (reports[1]["c"], reports[1]["C"]) != ("resting", "") and reports[1]["C"] == "resting"
    traded = reports[-1]
    fills = server.venue.spot.fills("BTCUSDT")
    assert (traded["x"], traded["t"], traded["N"]) == ("TRADE", fills[-1].trade_id, "BTC")
    assert Decimal(traded["L"]) == fills[-1].price and Decimal(traded["n"]) == fills[-1].fee
    balance = server.venue.spot_ledger.balance("BTC")
    assert {"a": "BTC", "f": f"{balance.free:.8f}", "l": "0.00000000"} in positions[-1]["B"]
    assert until(lambda: server.venue.spot.listeners == [])  # the server notices a little later


def test_expired_key_says_farewell_and_falls_silent(server: Server) -> None:
    key = rest(server, "POST", FUTURES).json()["listenKey"]
    clock: Any = server.venue.clock

    async def watch() -> Any:
        async with server.connect(f"/_ws/linear/private/ws?listenKey={key}") as connection:
            await heard(server.venue.futures)
            clock.now += 61 * MINUTE
            farewell = await collect(connection, 1)
            clock.now += MINUTE
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(connection.recv(), 1)
            return farewell[0]

    assert asyncio.run(watch()) == {"e": "listenKeyExpired", "E": clock.now - MINUTE, "listenKey": key}


@pytest.mark.parametrize(
    ("request_text", "code"),
    [
        ("nonsense", -1135),
        ("[]", -1135),
        ('{"id": "1"}', -1135),
        ('{"id": "1", "method": "ping", "params": 5}', -1135),
        ('{"id": "1", "method": "order.place", "params": {}}', -1),
        ('{"id": "1", "method": "userDataStream.subscribe.signature"}', -2014),
        ('{"id": "1", "method": "userDataStream.subscribe.signature", "params": {"apiKey": "x"}}', -2015),
        (
            f'{{"id": 1, "method": "userDataStream.subscribe.signature", "params": {{"apiKey": "{KEY}"}}}}',
            -1102,
        ),
    ],
)
def test_signed_subscription_refuses_others(server: Server, request_text: str, code: int) -> None:
    async def talk() -> Any:
        async with server.connect("/_ws/spot/api") as connection:
            await connection.send(request_text)
            return (await collect(connection, 1))[0]

    answer = asyncio.run(talk())
    assert answer["status"] != 200 and answer["error"]["code"] == code
    assert until(lambda: server.venue.spot.listeners == [])


def test_signed_subscription(server: Server) -> None:
    params = {"apiKey": KEY, "timestamp": START}
    text = "&".join(f"{name}={params[name]}" for name in sorted(params))
    request = {
        "id": "a",
        "method": "userDataStream.subscribe.signature",
        "params": {**params, "signature": sign(SECRET, text.encode())},
    }

    async def talk() -> list[Any]:
        async with server.connect("/_ws/spot/api") as connection:
            await connection.send(json.dumps({"id": "b", "method": "time"}))
            await connection.send(json.dumps(request))
            answers = await collect(connection, 2)
            place(server, "resting", "50")
            return [*answers, *await collect(connection, 2)]

    time, subscribed, report, _ = asyncio.run(talk())
    assert time["result"] == {"serverTime": START}
    assert (subscribed["id"], subscribed["status"], subscribed["result"]) == ("a", 200, {"subscriptionId": 0})
    assert report["subscriptionId"] == 0 and report["event"]["c"] == "resting"


def test_unknown_listen_key_hears_nothing(server: Server) -> None:
    async def talk() -> None:
        async with server.connect("/ws/" + "0" * 64) as connection:
            await asyncio.sleep(0.3)
            place(server, "resting", "50")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(connection.recv(), 1)
        with pytest.raises(websockets.InvalidStatus, match="403"):
            async with server.connect("/nothing"):
                pass

    asyncio.run(talk())
