"""Random requests to every endpoint: no answer of ours is an internal error, and every answer is JSON.

Signed endpoints are asked both without a valid signature and, to get past the gate, with one.
"""

import asyncio
import json
import logging
from collections import Counter
from functools import cache
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from tests.support.keyed_exchange import KEY, NOON, SECRET, make_venue

from auriga_exchange import create_app
from auriga_exchange._app import ENDPOINTS
from auriga_exchange.gate import sign
from auriga_exchange.gate._endpoint import Security

SYMBOLS = ["BTCUSDT", "ETHUSDT", "btcusdt", "BTC/USDT", "", "BTCUSDT" * 9]
NUMBERS = ["0", "-0", "1", "-1", "0.1", "1e5", "1e999", "NaN", "Infinity", "9" * 400, "0." + "0" * 30 + "1"]
NUMBERS += [
    str(2**63),
    str(2**64 + 1),
    "٣",
    " 1",
    "1 ",
    "0x10",
    "100",
    "95.5",
    "0.5",
    str(NOON),
    str(NOON - 10**6),
]
WORDS: dict[str, list[str]] = {
    "symbol": SYMBOLS,
    "symbols": [
        "[]",
        '["BTCUSDT"]',
        '["BTCUSDT","\\ud800"]',
        "[" * 2000,
        '{"a":1}',
        "null",
        '[["BTCUSDT"]]',
        "[1]",
    ],
    "pair": SYMBOLS,
    "asset": ["USDT", "BTC", "NOPE"],
    "interval": ["1m", "5m", "1h", "1d", "1w", "7m", "1M"],
    "contractType": ["PERPETUAL", "CURRENT_QUARTER"],
    "period": ["5m", "1d", "x"],
    "side": ["BUY", "SELL", "buy"],
    "positionSide": ["BOTH", "LONG"],
    "type": [
        "LIMIT",
        "MARKET",
        "STOP_LOSS_LIMIT",
        "TAKE_PROFIT_LIMIT",
        "LIMIT_MAKER",
        "STOP",
        "STOP_MARKET",
        "1",
        "2",
    ],
    "algoType": ["CONDITIONAL", "VP"],
    "timeInForce": ["GTC", "IOC", "FOK", "GTX", "GTD"],
    "newOrderRespType": ["ACK", "RESULT", "FULL"],
    "workingType": ["MARK_PRICE", "CONTRACT_PRICE"],
    "marginType": ["ISOLATED", "CROSSED"],
    "incomeType": ["FUNDING_FEE", "COMMISSION", "x"],
    "newClientOrderId": ["a", "a b", "x" * 40, "é", "a.b:c/d_e-f", ""],
    "clientAlgoId": ["a", "é", ""],
    "origClientOrderId": ["a", "é", ""],
    "listenKey": ["x", ""],
    "orderIdList": ["[1]", "[", "[]", '["a"]'],
    "reduceOnly": ["true", "false", "x"],
    "closePosition": ["true", "false", "x"],
    "priceProtect": ["true", "x"],
    "dualSidePosition": ["true", "false", "x"],
    "omitZeroBalances": ["true", "1"],
    "multiAssetsMargin": ["true", "1"],
}
COUNTED = ["quantity", "quoteOrderQty", "price", "stopPrice", "triggerPrice", "icebergQty", "trailingDelta"]
COUNTED += ["limit", "startTime", "endTime", "orderId", "fromId", "algoId", "leverage", "amount", "page"]
COUNTED += ["callbackRate", "activationPrice", "recvWindow", "timestamp"]

texts = st.one_of(st.text(max_size=30), st.text(st.characters(min_codepoint=0x80), max_size=10))
values: dict[str, st.SearchStrategy[str]] = {
    **{name: st.one_of(st.sampled_from(words), texts) for name, words in WORDS.items()},
    **dict.fromkeys(
        COUNTED, st.one_of(st.sampled_from(NUMBERS), st.integers().map(str), st.floats().map(str), texts)
    ),
}
# What the exchange accepts, at least on one of the markets, so that the code behind the checks is reached.
LIMIT = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.5"}
STOP = {**LIMIT, "side": "SELL", "quantity": "0.1", "stopPrice": "50", "price": "49"}
ALGO = {
    "symbol": "BTCUSDT",
    "side": "SELL",
    "algoType": "CONDITIONAL",
    "type": "STOP_MARKET",
    "quantity": "1",
}
KLINES = {"symbol": "BTCUSDT", "pair": "BTCUSDT", "contractType": "PERPETUAL", "interval": "5m"}
ORDERS: list[dict[str, str]] = [
    {**LIMIT, "price": "100"},
    {**LIMIT, "price": "50", "newClientOrderId": "a"},
    {**LIMIT, "price": "1000", "newOrderRespType": "RESULT"},
    {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.5"},
    {"symbol": "BTCUSDT", "side": "SELL", "type": "MARKET", "quantity": "0.2"},
    {**STOP, "type": "STOP_LOSS_LIMIT"},
    {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quoteOrderQty": "50"},
]
NAMED = [{"symbol": "BTCUSDT", name: value} for name in ("orderId", "algoId") for value in ("1", "2", "3")]
NAMED += [{"symbol": "BTCUSDT", name: "a"} for name in ("origClientOrderId", "clientAlgoId")]
SENSIBLE: dict[str, list[dict[str, str]]] = {
    "POST order": ORDERS,
    "POST test": ORDERS,
    "POST algoOrder": [
        {**ALGO, "triggerPrice": "50", "clientAlgoId": "a"},
        {**ALGO, "triggerPrice": "90", "workingType": "MARK_PRICE", "reduceOnly": "true"},
        {**ALGO, "triggerPrice": "50", "type": "STOP", "price": "49", "timeInForce": "GTC"},
    ],
    "POST leverage": [{"symbol": "BTCUSDT", "leverage": "5"}],
    "POST marginType": [{"symbol": "BTCUSDT", "marginType": kind} for kind in ("ISOLATED", "CROSSED")],
    "POST positionMargin": [{"symbol": "BTCUSDT", "amount": "1", "type": kind} for kind in ("1", "2")],
    "POST dual": [{"dualSidePosition": "false"}],
    "POST multiAssetsMargin": [{"multiAssetsMargin": "false"}],
    **{
        f"{method} {name}": NAMED
        for method in ("GET", "DELETE")
        for name in ("order", "algoOrder", "openOrder")
    },
}
PLACING = ("POST order", "POST test", "POST algoOrder", "POST leverage")
ELSEWHERE: list[dict[str, str]] = [{}, {"symbol": "BTCUSDT"}, KLINES]
wild: st.SearchStrategy[dict[str, str]] = st.one_of(
    st.just({}),
    st.sampled_from(sorted(values)).flatmap(lambda name: st.fixed_dictionaries({name: values[name]})),
    st.fixed_dictionaries({}, optional=values),
    st.dictionaries(texts, texts, max_size=4),
)


def parameters(endpoint: Any) -> st.SearchStrategy[dict[str, str]]:
    """What an endpoint takes, alone or with something wild beside it or in its place."""
    sensible = SENSIBLE.get(f"{endpoint.method} {endpoint.path.rpartition('/')[2]}", ELSEWHERE)
    return st.builds(
        lambda fit, other: {**fit, **other}, st.sampled_from(sensible), st.one_of(st.just({}), wild)
    )


headers = st.dictionaries(
    st.sampled_from(
        ["accept", "content-type", "x-mbx-apikey", "cookie", "expect", "x-forwarded-for", "range"]
    ),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=40),
    max_size=3,
)
LUCK = st.sampled_from([False, True, True, True, True])
FUZZ = settings(
    max_examples=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Exchange:
    def __init__(self) -> None:
        self.now = NOON
        venue = make_venue(self.clock, limited=False)
        self.app = create_app(venue)

    def clock(self) -> int:
        return self.now

    def send(self, requests: list[httpx.Request]) -> list[httpx.Response]:
        async def send_all() -> list[httpx.Response]:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport) as client:
                return [await client.send(request) for request in requests]

        return asyncio.run(send_all())


@pytest.fixture(scope="module")
def exchange() -> Exchange:
    return Exchange()


def quote(fields: dict[str, str]) -> str:
    return urlencode(fields, errors="replace")


def signed(fields: dict[str, str], now: int) -> str:
    text = quote({**fields, "timestamp": fields.get("timestamp", str(now))})
    return f"{text}&signature={sign(SECRET, text.encode())}"


def check(answer: httpx.Response, log: pytest.LogCaptureFixture) -> None:
    assert answer.status_code < 500, (answer.request.url, answer.request.content, answer.text)
    if answer.request.method != "HEAD" and answer.text != "Invalid host header":
        json.loads(answer.text)
    assert SECRET not in answer.text and KEY not in answer.text
    complaints = [each for each in log.records if each.levelno >= logging.WARNING]
    assert not complaints, log.text


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
def test_endpoints_never_fail(endpoint: Any, exchange: Exchange, caplog: pytest.LogCaptureFixture) -> None:
    statuses: Counter[int] = Counter()

    @FUZZ
    @seed(ENDPOINTS.index(endpoint))
    @given(parameters(endpoint), headers, st.booleans(), LUCK, st.integers(0, 400_000))
    def fuzz(
        fields: dict[str, str], given_headers: dict[str, str], in_body: bool, valid: bool, later: int
    ) -> None:
        exchange.now += later
        text = quote(fields)
        sent: dict[Any, Any] = {name: value.encode("latin-1") for name, value in given_headers.items()}
        if valid and endpoint.security is not Security.NONE:
            text = signed(fields, exchange.now)
            sent["x-mbx-apikey"] = KEY
        url = f"http://127.0.0.1{endpoint.path}" + ("" if in_body else f"?{text}")
        request = httpx.Request(endpoint.method, url, headers=sent, content=text.encode() if in_body else b"")
        answer = exchange.send([request])[0]
        statuses[answer.status_code] += 1
        check(answer, caplog)

    fuzz()

    name = f"{endpoint.method} {endpoint.path.rpartition('/')[2]}"
    # It got past the checks, unless that takes an order or a position that happens to be there.
    if name in PLACING or (endpoint.method == "GET" and name not in SENSIBLE):
        assert statuses[200], statuses


@FUZZ
@seed(1)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE", "get"]),
    path=st.one_of(st.sampled_from(ENDPOINTS).map(lambda endpoint: endpoint.path), st.text(max_size=20)),
    query=st.binary(max_size=60),
    body=st.one_of(st.binary(max_size=200), st.sampled_from([b"a=b&" * 3000, b"x" * 1_000_001])),
    given_headers=st.lists(
        st.tuples(
            st.sampled_from([b"x-mbx-apikey", b"content-type", b"content-length"]), st.binary(max_size=30)
        )
    ),
)
def test_any_method_and_bytes_are_answered(
    method: str, path: str, query: bytes, body: bytes, given_headers: list[tuple[bytes, bytes]]
) -> None:
    """Below httpx, which would refuse to send most of this."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query,
        "headers": [(b"host", b"127.0.0.1"), *given_headers],
        "client": ("127.0.0.1", 5),
        "server": ("127.0.0.1", 8118),
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(shared().app(scope, receive, send))
    assert sent[0]["status"] < 500, (method, path, query, body[:50])


@cache
def shared() -> Exchange:
    return Exchange()


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = [
    "kind",
    "endpoint",
    "count",
    "seconds",
    "skip",
    "accepted",
    "status",
    "retry_after",
    "symbol",
    "delay",
]
FIELDS += [
    "code",
    "msg",
    "html",
    "factor",
    "candles",
    "fill_frac",
    "release",
    "market",
    "asset",
    "amount",
    "self",
]
CONTROL_WORDS = [
    "429",
    "5xx",
    "halt",
    "delist",
    "price_gap",
    "missing_candles",
    "BTCUSDT",
    "USDT",
    "spot",
    "futures",
]
CONTROL_WORDS += ["0.5", "GET /x", "NaN", "1e9999"]


@FUZZ
@seed(1)
@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "PUT"]),
    name=st.sampled_from(
        ["books", "counts", "faults", "faults/1", f"faults/{'9' * 20}", "market", "fills", "balances", "x"]
    ),
    value=st.one_of(
        json_values,
        st.dictionaries(
            st.sampled_from(FIELDS), st.one_of(st.sampled_from(CONTROL_WORDS), json_values), max_size=6
        ),
    ),
)
def test_control_never_fails(method: str, name: str, value: Any) -> None:
    request = httpx.Request(
        method,
        f"http://127.0.0.1/_control/{name}",
        content=json.dumps(value).encode(),
        headers={"content-type": "application/json"},
    )
    answer = shared().send([request])[0]
    assert answer.status_code < 500, (method, name, value)
    assert SECRET not in answer.text and KEY not in answer.text


def test_an_exception_of_ours_would_be_seen(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The net has no holes: a planted bug becomes a logged 500 that shows neither key nor secret."""
    exchange = Exchange()

    def fail(self: Any, now: int) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("auriga_exchange.trading.OrderDesk.advance", fail)
    url = f"http://127.0.0.1/api/v3/account?{signed({}, exchange.now)}"
    answer = exchange.send([httpx.Request("GET", url, headers={"x-mbx-apikey": KEY})])[0]
    assert (answer.status_code, answer.json()["code"]) == (500, -1000)
    assert "GET /api/v3/account failed" in caplog.text and "planted" in caplog.text
    assert KEY not in caplog.text + answer.text and SECRET not in caplog.text + answer.text
