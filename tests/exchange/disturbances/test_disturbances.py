"""What is done to a market shows everywhere alike: REST, streams, quotes and matching."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auriga.errors import ParameterError
from auriga_exchange import CandleSeries, CandleStore, Venue, create_app
from auriga_exchange.disturbances._disturbed import Disturbance, disturb_native
from auriga_exchange.streams._channels import KlineChannel
from auriga_exchange.trading import OrderRequest, Side, Status
from auriga_exchange.wire._refusals import RequestError

MINUTE = 60_000
START = 1_750_000_200_000 // (60 * MINUTE) * 60 * MINUTE
BTC = {"symbol": "BTCUSDT", "interval": "1m"}


def make_series(n_candles: int = 180) -> CandleSeries:
    rng = np.random.default_rng(3)
    close = (100 + np.cumsum(rng.normal(scale=0.2, size=n_candles))).round(2)
    open_ = np.r_[100.0, close[:-1]]
    high, low = np.maximum(open_, close) + 0.1, np.minimum(open_, close) - 0.1
    values = np.column_stack([open_, high.round(2), low.round(2), close, np.full(n_candles, 50.0)])
    return CandleSeries("1m", START + MINUTE * np.arange(n_candles), values, decimals=2)


class Desk:
    """A venue with a clock that is set by hand, and a client in front of it."""

    def __init__(self, make_client: Callable[..., Any], state: Path | None = None) -> None:
        self.now = START + 30 * MINUTE + 20_000
        self.series = make_series()
        store = CandleStore({("BTC", "USDT"): {"1m": self.series}, ("ETH", "USDT"): {"1m": self.series}})
        self.venue = Venue(store, clock=lambda: self.now, state=state)
        self.client = make_client(create_app(self.venue))

    def klines(self, **query: str) -> list[list[Any]]:
        rows = self.client.get("/api/v3/klines", params={**BTC, "limit": "1000", **query}).json()
        assert isinstance(rows, list), rows
        return rows

    def price(self, path: str = "/api/v3/ticker/price") -> float:
        return float(self.client.get(path, params={"symbol": "BTCUSDT"}).json()["price"])

    def order(self, price: float, side: Side = Side.BUY) -> Any:
        request = OrderRequest(
            symbol="BTCUSDT",
            side=side,
            kind="LIMIT",
            amount=Decimal(1),
            client_id=self.venue.spot.new_client_id(),
            price=Decimal(str(price)),
        )
        return self.venue.spot.place(request, self.now)


@pytest.fixture
def desk(make_client: Callable[..., Any]) -> Desk:
    return Desk(make_client)


def test_price_gap_moves_everything_from_the_next_candle_on(desk: Desk) -> None:
    before = desk.klines()
    desk.venue.disturbances.add(kind="price_gap", symbol="BTCUSDT", factor=0.5)
    assert desk.klines() == before
    gap = START + 31 * MINUTE
    order = desk.order(round(desk.series.values[31, 0] * 0.6, 2))
    assert order.status is Status.NEW
    desk.now = gap + 20_000
    assert desk.price() == pytest.approx(desk.series.values[31, 0] / 2, rel=0.01)
    desk.venue.spot.advance(desk.now)
    assert desk.venue.spot.find("BTCUSDT", order_id=order.order_id).status is Status.FILLED
    desk.now = START + 60 * MINUTE
    rows = {row[0]: row for row in desk.klines()}
    for index, candle in enumerate(desk.series.values[:60]):
        factor = 0.5 if index >= 31 else 1.0
        row = rows[START + index * MINUTE]
        assert [float(number) for number in row[1:5]] == (candle[:4] * factor).round(
            2
        ).tolist()  # the recorded tick
    hour = desk.klines(interval="1h")[0]
    assert float(hour[3]) == min(float(row[3]) for row in list(rows.values())[:60])
    other = desk.klines(symbol="ETHUSDT")
    assert [float(row[4]) for row in other[:60]] == desk.series.values[:60, 3].tolist()


def test_contracts_and_mark_prices_follow(desk: Desk) -> None:
    desk.venue.disturbances.add(kind="price_gap", symbol="BTCUSDT", factor=0.5)
    desk.now += 2 * MINUTE
    spot, contract = desk.price(), desk.price("/fapi/v1/ticker/price")
    mark = desk.client.get("/fapi/v1/premiumIndex", params={"symbol": "BTCUSDT"}).json()["markPrice"]
    assert spot == contract == pytest.approx(50, rel=0.05)
    assert float(mark) == pytest.approx(spot, rel=1e-3)


def test_halt_refuses_orders_at_once_and_trades_nothing(desk: Desk) -> None:
    resting = desk.order(float(desk.series.values[30:60, 2].min()))
    desk.venue.disturbances.add(kind="halt", symbol="BTCUSDT")
    with pytest.raises(RequestError, match="Market is closed"):
        desk.order(100.0)
    info = desk.client.get("/api/v3/exchangeInfo").json()["symbols"]
    assert {each["symbol"]: each["status"] for each in info} == {"BTCUSDT": "BREAK", "ETHUSDT": "TRADING"}

    desk.now = START + 60 * MINUTE + 20_000
    rows = desk.klines()[31:60]
    assert {float(row[5]) for row in rows} == {0.0}
    assert {float(number) for row in rows for number in row[1:5]} == {desk.series.values[30, 3]}
    desk.venue.spot.advance(desk.now)
    assert desk.venue.spot.find("BTCUSDT", order_id=resting.order_id).status is Status.NEW
    with pytest.raises(ParameterError, match="halted already"):
        desk.venue.disturbances.add(kind="halt", symbol="BTCUSDT")

    desk.venue.disturbances.add(kind="resume", symbol="BTCUSDT")
    desk.now += 5 * MINUTE
    assert desk.order(1.0).status is Status.NEW
    rows = desk.klines()
    assert float(rows[60][5]) == 0 and float(rows[61][4]) == desk.series.values[61, 3]
    with pytest.raises(ParameterError, match="not halted"):
        desk.venue.disturbances.add(kind="resume", symbol="BTCUSDT")


def test_delisted_symbol_is_unknown_and_its_orders_end(desk: Desk) -> None:
    order = desk.order(1.0)
    free = desk.venue.spot_ledger.balance("USDT").free
    desk.venue.disturbances.add(kind="delist", symbol="BTCUSDT")
    for path in ("klines", "ticker/price", "depth", "exchangeInfo"):
        answer = desk.client.get(f"/api/v3/{path}", params={"symbol": "BTCUSDT", "interval": "1m"})
        assert (answer.status_code, answer.json()["code"]) == (400, -1121)
    for path in ("/api/v3/exchangeInfo", "/fapi/v1/exchangeInfo"):
        assert [each["symbol"] for each in desk.client.get(path).json()["symbols"]] == ["ETHUSDT"]
    assert [each["symbol"] for each in desk.client.get("/api/v3/ticker/24hr").json()] == ["ETHUSDT"]
    assert desk.venue.spot.find("BTCUSDT", order_id=order.order_id).status is Status.CANCELED
    assert desk.venue.spot_ledger.balance("USDT").free == free + 1
    with pytest.raises(RequestError, match="closed"):
        desk.order(1.0)


def test_missing_candles_are_missing_for_everyone(desk: Desk) -> None:
    channel = KlineChannel(desk.venue.store, "BTCUSDT", "1m", desk.now)
    desk.venue.disturbances.add(kind="missing_candles", symbol="BTCUSDT", candles=3)
    lost = {START + index * MINUTE for index in (31, 32, 33)}
    sent = []
    while desk.now < START + 40 * MINUTE:
        desk.now += 2000
        sent += channel.events(desk.now)
        assert not lost & {row[0] for row in desk.klines()}
    assert not lost & {event["k"]["t"] for event in sent}
    closed = [event["k"]["t"] for event in sent if event["k"]["x"]]
    assert closed == [START + index * MINUTE for index in (30, *range(34, 40))]
    five = {row[0]: row for row in desk.klines(interval="5m")}
    assert float(five[START + 30 * MINUTE][5]) == 2 * 50.0


def test_restart_keeps_what_happened(make_client: Callable[..., Any], tmp_path: Path) -> None:
    first = Desk(make_client, tmp_path / "state.sqlite")
    first.venue.disturbances.add(kind="price_gap", symbol="BTCUSDT", factor=1.5)
    first.venue.disturbances.add(kind="halt", symbol="ETHUSDT")
    first.venue.journal.close()
    second = Desk(make_client, tmp_path / "state.sqlite")
    second.now = first.now = START + 50 * MINUTE
    assert second.klines() == first.klines() and second.price() == first.price() > 140
    assert second.venue.store.status("ETHUSDT") == "BREAK"
    assert not second.venue.disturbances.is_trading("ETHUSDT", second.now)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "kind of a disturbance is None"),
        ({"kind": "storm", "symbol": "BTCUSDT"}, "choose halt"),
        ({"kind": ["halt"], "symbol": "BTCUSDT"}, "choose halt"),
        ({"kind": "halt", "symbol": "NOPE"}, "choose BTCUSDT, ETHUSDT"),
        ({"kind": "halt"}, "symbol None"),
        ({"kind": "halt", "symbol": "BTCUSDT", "factor": 2}, "look at factor"),
        ({"kind": "price_gap", "symbol": "BTCUSDT"}, "look at factor"),
        ({"kind": "price_gap", "symbol": "BTCUSDT", "factor": "2"}, "factor of a price_gap is '2'"),
        ({"kind": "price_gap", "symbol": "BTCUSDT", "factor": 0}, "from 0.001"),
        ({"kind": "price_gap", "symbol": "BTCUSDT", "factor": float("nan")}, "from 0.001"),
        ({"kind": "missing_candles", "symbol": "BTCUSDT", "candles": True}, "whole number"),
    ],
)
def test_impossible_disturbances_are_refused(desk: Desk, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        desk.venue.disturbances.add(**given)
    assert desk.venue.journal.read("disturbances") == {}


@st.composite
def stories(draw: st.DrawFn) -> list[Disturbance]:
    times = sorted(draw(st.lists(st.integers(0, 200 * MINUTE), max_size=6)))
    return [
        Disturbance(
            kind=draw(st.sampled_from(["halt", "resume", "price_gap", "missing_candles"])),
            symbol="BTCUSDT",
            at=START + time,
            factor=draw(st.floats(0.01, 100)),
            candles=draw(st.integers(1, 20)),
        )
        for time in times
    ]


@given(stories(), st.integers(0, 200 * MINUTE))
def test_the_past_never_changes(story: list[Disturbance], elapsed: int) -> None:
    """Whatever is added later, what was seen by then stays, and every candle stays sound."""
    now = START + elapsed
    native = {"1m": make_series(), "5m": five_minutes(make_series())}
    past = [each for each in story if each.at <= now]
    before, after = disturb_native(native, past, 2), disturb_native(native, story, 2)
    for timeframe in native:
        old, new = before[timeframe], after[timeframe]
        # A running candle of a slower file forms by itself until something happens to its market.
        until = now if timeframe == "1m" else now - old.step
        known, still = (series.select(now=now, end=until) for series in (old, new))
        np.testing.assert_array_equal(known.opens_at, still.opens_at)
        np.testing.assert_array_equal(known.values, still.values)
        assert (np.diff(new.opens_at) > 0).all()
        open_, high, low, close, volume = new.values.T
        assert (low <= np.minimum(open_, close)).all() and (high >= np.maximum(open_, close)).all()
        assert (low > 0).all() and (volume >= 0).all()


def five_minutes(series: CandleSeries) -> CandleSeries:
    parts = series.values.reshape(-1, 5, 5)
    values = np.column_stack(
        [parts[:, 0, 0], parts[:, :, 1].max(1), parts[:, :, 2].min(1), parts[:, -1, 3], parts[:, :, 4].sum(1)]
    )
    return CandleSeries("5m", series.opens_at[::5], values, decimals=2)
