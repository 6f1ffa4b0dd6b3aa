"""Every fault as a real client sees it: ccxt and httpx against the exchange in a process of its own."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ccxt
import httpx
import pytest

from auriga_exchange.faults import REQUEST_KINDS

KLINES = "GET /api/v3/klines"
QUERY: dict[str, str | int] = {"symbol": "BTCUSDT", "interval": "5m", "limit": 3}


class Control:
    def __init__(self, server: Any) -> None:
        self.root = str(server.url).removesuffix("/api/v3")
        self.http = httpx.Client(base_url=self.root, timeout=10)

    def fault(self, kind: str, endpoint: str = KLINES, **fields: Any) -> int:
        answer = self.http.post("/_control/faults", json={"kind": kind, "endpoint": endpoint, **fields})
        assert answer.status_code == 200, answer.text
        return int(answer.json()["id"])

    def injected(self, number: int) -> int:
        rules = {rule["id"]: rule for rule in self.http.get("/_control/faults").json()}
        return int(rules[number]["injected"])

    def counts(self) -> dict[str, Any]:
        return dict(self.http.get("/_control/counts").json())

    def klines(self, **options: Any) -> httpx.Response:
        return self.http.get("/api/v3/klines", params=QUERY, **options)


@pytest.fixture
def control(server: Any) -> Iterator[Control]:
    control = Control(server)
    yield control
    control.http.delete("/_control/faults")
    assert control.klines().status_code == 200
    control.http.close()


@pytest.fixture
def client(server: Any) -> Iterator[Any]:
    exchange = ccxt.binance({**server.config["exchange"]["ccxt_config"], "timeout": 700})
    exchange.load_markets()
    yield exchange
    exchange.session.close()


CLASSES: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"kind": "429"}, ccxt.DDoSProtection),
    ({"kind": "418"}, ccxt.DDoSProtection),
    ({"kind": "5xx"}, ccxt.ExchangeNotAvailable),
    ({"kind": "5xx", "status": 500}, ccxt.ExchangeNotAvailable),
    ({"kind": "5xx", "status": 504, "code": -1007}, ccxt.RequestTimeout),
    ({"kind": "timeout", "delay": 5}, ccxt.RequestTimeout),
    ({"kind": "reset"}, ccxt.NetworkError),
    ({"kind": "malformed", "html": True}, ccxt.ExchangeNotAvailable),
    ({"kind": "clock_skew"}, ccxt.InvalidNonce),
    ({"kind": "no_balance"}, ccxt.InsufficientFunds),
    ({"kind": "unknown_order"}, ccxt.OrderNotFound),
    ({"kind": "code", "code": -1015, "status": 400}, ccxt.RateLimitExceeded),
    ({"kind": "code", "code": -2015}, ccxt.AuthenticationError),
]


@pytest.mark.parametrize(("fields", "expected"), CLASSES, ids=lambda value: str(value))
@pytest.mark.parametrize("accepted", [False, True])
def test_ccxt_raises_the_right_class(
    control: Control, client: Any, fields: dict[str, Any], expected: type[Exception], accepted: bool
) -> None:
    number = control.fault(**fields, count=1, accepted=accepted)
    before = control.counts()
    with pytest.raises(expected):
        client.fetch_ohlcv("BTC/USDT", "5m", limit=3)
    assert len(client.fetch_ohlcv("BTC/USDT", "5m", limit=3)) == 3
    after = control.counts()
    assert control.injected(number) == 1
    assert after["faults"][fields["kind"]] == before["faults"].get(fields["kind"], 0) + 1
    assert after["requests"][KLINES] == before["requests"].get(KLINES, 0) + 2


def test_every_kind_has_its_class_tested() -> None:
    assert {fields["kind"] for fields, _ in CLASSES} | {"empty"} == set(REQUEST_KINDS)


def test_empty_is_an_empty_list_where_lists_are_answered(control: Control, client: Any) -> None:
    control.fault("empty", count=2)
    control.fault("empty", "GET /api/v3/depth", count=1)
    assert client.fetch_ohlcv("BTC/USDT", "5m", limit=3) == []
    assert control.klines().json() == []
    assert control.http.get("/api/v3/depth", params={"symbol": "BTCUSDT"}).json() == {}


@pytest.mark.parametrize("kind", ["429", "418"])
def test_limits_say_how_long_to_wait(control: Control, kind: str) -> None:
    control.fault(kind, count=1, retry_after=7)
    answer = control.klines()
    assert (answer.status_code, answer.json()["code"]) == (int(kind), -1003)
    assert answer.headers["Retry-After"] == "7"
    assert int(answer.headers["X-MBX-USED-WEIGHT-1M"]) > 6000


def test_ccxt_does_not_notice_malformed_json(control: Control, client: Any) -> None:
    """A fact about ccxt 4.5.90 that the fault matrix rests on: no exception, but rubbish."""
    control.fault("malformed", "GET /api/v3/depth", count=1)
    control.fault("malformed", count=1)
    assert client.fetch_order_book("BTC/USDT", 5)["bids"] == []
    rows = client.fetch_ohlcv("BTC/USDT", "5m", limit=3)
    assert rows and all(row[1:] == [None] * 5 for row in rows)  # one "candle" a character


def test_malformed_is_the_right_answer_cut_in_the_middle(control: Control) -> None:
    whole = control.klines().content
    control.fault("malformed", count=1)
    cut = control.klines()
    assert cut.status_code == 200 and 0 < len(cut.content) < len(whole)
    assert whole.startswith(cut.content)


def test_reset_is_a_reset_and_timeout_a_silence(control: Control) -> None:
    control.fault("reset", count=1)
    with pytest.raises(httpx.ReadError):  # the kernel's ECONNRESET; a polite end is RemoteProtocolError
        control.klines()
    control.fault("timeout", count=2, delay=0.3)
    with pytest.raises(httpx.RemoteProtocolError):
        control.klines()
    with pytest.raises(httpx.ReadTimeout):
        control.klines(timeout=0.1)


def test_a_late_answer_comes_late(control: Control) -> None:
    control.fault("5xx", count=1, delay=0.4)
    answer = control.klines()
    assert answer.status_code == 503 and answer.elapsed.total_seconds() > 0.4


def test_skip_symbol_and_pattern(control: Control) -> None:
    control.fault("5xx", "* /api/v3/k*", count=1, skip=2, symbol="BTCUSDT")
    other = control.http.get("/api/v3/klines", params={**QUERY, "symbol": "PEPEUSDT"})
    assert other.status_code == 200
    assert [control.klines().status_code for _ in range(4)] == [200, 200, 503, 200]


def test_seconds_and_removal_end_a_rule(control: Control) -> None:
    number = control.fault("5xx", seconds=3600)
    short = control.fault("429", "GET /api/v3/ping", seconds=0)
    assert control.klines().status_code == 503
    assert control.http.get("/api/v3/ping").status_code == 200
    assert control.http.delete(f"/_control/faults/{number}").status_code == 200
    assert control.klines().status_code == 200
    rules = {rule["id"]: rule for rule in control.http.get("/_control/faults").json()}
    assert not rules[number]["active"] and not rules[short]["active"]


def test_nothing_unexpected_is_printed(
    exchange_process: Any, recording: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with exchange_process(tmp_path / "offline.json", "--candles", str(recording)) as running:
        control = Control(running)
        for kind in ("reset", "timeout", "malformed", "5xx"):
            control.fault(kind, count=2, delay=0.05)
        for _ in range(8):
            try:
                control.klines()
            except httpx.TransportError:
                continue
        control.http.close()
        running.process.terminate()
        output = running.process.communicate(timeout=20)[0]
    assert "Traceback" not in output and "ERROR" not in output and "ASGI" not in output, output
