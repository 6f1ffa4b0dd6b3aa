"""Random requests to every endpoint: no answer of ours is an internal error, and every answer is JSON.

Signed endpoints are asked both without a valid signature and, to get past the gate, with one.
"""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exchange.keyed_exchange import KEY, NOON, SECRET, make_venue

from auriga.exchange import create_app
from auriga.exchange._app import ENDPOINTS
from auriga.exchange._endpoint import Security
from auriga.exchange.gate import sign

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
    **dict.fromkeys(
        ["reduceOnly", "closePosition", "priceProtect", "dualSidePosition"], ["true", "false", "x"]
    ),
    **dict.fromkeys(["omitZeroBalances", "multiAssetsMargin"], ["true", "1"]),
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
# Mostly what makes sense, so that the code behind the first check is reached as well.
likely: dict[str, st.SearchStrategy[str]] = {
    "symbol": st.sampled_from(SYMBOLS[:2]),
    "pair": st.sampled_from(SYMBOLS[:2]),
    "contractType": st.just("PERPETUAL"),
    "interval": st.sampled_from(["5m", "1h", "1d"]),
    "side": st.sampled_from(["BUY", "SELL"]),
    "type": st.sampled_from(WORDS["type"]),
    "algoType": st.just("CONDITIONAL"),
    "quantity": st.sampled_from(["0.1", "1", "0.5", "1000000"]),
    "price": st.sampled_from(["1", "50", "100", "1000"]),
    "stopPrice": st.sampled_from(["50", "90", "200"]),
    "triggerPrice": st.sampled_from(["50", "90", "200"]),
    "timeInForce": st.sampled_from(["GTC", "IOC", "FOK"]),
    "leverage": st.sampled_from(["1", "5", "20"]),
}
parameters = st.builds(
    lambda sensible, wild: {**sensible, **wild},
    st.fixed_dictionaries({}, optional=likely),
    st.one_of(
        st.just({}), st.fixed_dictionaries({}, optional=values), st.dictionaries(texts, texts, max_size=4)
    ),
)
headers = st.dictionaries(
    st.sampled_from(
        ["accept", "content-type", "x-mbx-apikey", "cookie", "expect", "x-forwarded-for", "range"]
    ),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=40),
    max_size=3,
)
FUZZ = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
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
    assert not log.records, log.text


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
def test_endpoints_never_fail(endpoint: Any, exchange: Exchange, caplog: pytest.LogCaptureFixture) -> None:
    @FUZZ
    @given(parameters, headers, st.booleans(), st.booleans(), st.integers(0, 400_000))
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
        check(exchange.send([request])[0], caplog)

    fuzz()


@FUZZ
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "TRACE"]),
    endpoint=st.sampled_from(ENDPOINTS),
    query=st.binary(max_size=60),
    body=st.one_of(st.binary(max_size=200), st.just(b"a=" * 3000), st.just(b"x" * 1_000_001)),
    given_headers=headers,
)
@pytest.mark.parametrize("rounds", range(3))
def test_any_method_and_bytes_are_answered(
    rounds: int, method: str, endpoint: Any, query: bytes, body: bytes, given_headers: dict[str, str]
) -> None:
    exchange = SHARED()
    url = httpx.URL(
        "http://127.0.0.1", path=endpoint.path, query=query.hex().encode() if rounds == 1 else query
    )
    sent: dict[Any, Any] = {name: value.encode("latin-1") for name, value in given_headers.items()}
    answer = exchange.send([httpx.Request(method, url, headers=sent, content=body)])[0]
    assert answer.status_code < 500, (method, endpoint.path, query, body[:50])


_EXCHANGES: list[Exchange] = []


def SHARED() -> Exchange:
    if not _EXCHANGES:
        _EXCHANGES.append(Exchange())
    return _EXCHANGES[0]


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
@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "PUT"]),
    name=st.sampled_from(
        ["books", "counts", "faults", "faults/1", "faults/99999999999999999999", "market"]
        + ["fills", "balances", "", "faults/%00"]
    ),
    value=st.one_of(
        json_values,
        st.dictionaries(
            st.sampled_from(FIELDS), st.one_of(st.sampled_from(CONTROL_WORDS), json_values), max_size=6
        ),
    ),
)
def test_control_never_fails(method: str, name: str, value: Any) -> None:
    exchange = Exchange() if not _EXCHANGES else _EXCHANGES[0]
    request = httpx.Request(
        method,
        f"http://127.0.0.1/_control/{name}",
        content=json.dumps(value).encode(),
        headers={"content-type": "application/json"},
    )
    answer = exchange.send([request])[0]
    assert answer.status_code < 500, (method, name, value)
    assert SECRET not in answer.text and KEY not in answer.text


def test_an_exception_of_ours_would_be_seen(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The net has no holes: a planted bug becomes a logged 500 that shows neither key nor secret."""
    exchange = Exchange()

    def fail(self: Any, now: int) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("auriga.exchange.trading.OrderDesk.advance", fail)
    url = f"http://127.0.0.1/api/v3/account?{signed({}, exchange.now)}"
    answer = exchange.send([httpx.Request("GET", url, headers={"x-mbx-apikey": KEY})])[0]
    assert (answer.status_code, answer.json()["code"]) == (500, -1000)
    assert "GET /api/v3/account failed" in caplog.text and "planted" in caplog.text
    assert KEY not in caplog.text + answer.text and SECRET not in caplog.text + answer.text
