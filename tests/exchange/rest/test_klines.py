"""`klines` as Binance answers it."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

STEP = 300_000


def get(client: Any, **query: object) -> list[list[Any]]:
    answer = client.get("/api/v3/klines", params={"symbol": "BTCUSDT", "interval": "5m", **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def opening_times(candles: pd.DataFrame) -> list[int]:
    return candles["date"].astype("int64").tolist()


def test_without_bounds_the_latest_500_arrive(client: Any, bitcoin: pd.DataFrame) -> None:
    assert [row[0] for row in get(client)] == opening_times(bitcoin)[-500:]


@pytest.mark.parametrize(("limit", "rows"), [(1, 1), (0, 500), (1000, 1000), (5000, 1000)])
def test_limit_is_clipped(client: Any, limit: int, rows: int) -> None:
    assert len(get(client, limit=limit)) == rows


def test_start_zero_gives_the_listing(client: Any, bitcoin: pd.DataFrame) -> None:
    assert [row[0] for row in get(client, startTime=0, limit=3)] == opening_times(bitcoin)[:3]


def test_both_bounds_are_inclusive(client: Any, bitcoin: pd.DataFrame) -> None:
    times = opening_times(bitcoin)
    assert [row[0] for row in get(client, startTime=times[7], endTime=times[9])] == times[7:10]
    assert [row[0] for row in get(client, startTime=times[7] + 1, endTime=times[9] - 1)] == times[8:9]


def test_end_alone_gives_the_candles_before_it(client: Any, bitcoin: pd.DataFrame) -> None:
    times = opening_times(bitcoin)
    assert [row[0] for row in get(client, endTime=times[100], limit=4)] == times[97:101]


@pytest.mark.parametrize(
    "bounds", [{"startTime": 1_760_000_000_000}, {"endTime": 1}, {"startTime": 9, "endTime": 8}]
)
def test_outside_the_recording_there_is_nothing(client: Any, bounds: dict[str, int]) -> None:
    assert get(client, **bounds) == []


def test_rows_are_binance_rows_and_bit_identical(client: Any, bitcoin: pd.DataFrame) -> None:
    rows = get(client, startTime=0, limit=1000)
    assert {len(row) for row in rows} == {12}
    assert all(isinstance(cell, str) for cell in rows[0][1:6])
    assert rows[0][6] == rows[0][0] + STEP - 1
    received = np.array([[float(str(cell)) for cell in row[1:6]] for row in rows])
    np.testing.assert_array_equal(received, bitcoin.iloc[:1000, 1:].to_numpy())


def test_tiny_prices_carry_no_exponent(client: Any) -> None:
    rows = get(client, symbol="PEPEUSDT", limit=1000)
    assert not any("e" in str(cell) for row in rows for cell in row)


def test_holes_stay_holes(client: Any, bitcoin: pd.DataFrame) -> None:
    times = np.array([row[0] for row in get(client, startTime=opening_times(bitcoin)[1190], limit=20)])
    assert np.diff(times).tolist().count(11 * STEP) == 1


def test_a_file_of_its_own_wins_over_resampling(client: Any) -> None:
    rows = get(client, interval="1d", startTime=0)
    assert rows[0][0] == pd.Timestamp("2024-11-01", tz="UTC").value // 10**6


@pytest.mark.parametrize("interval", ["15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h"])
def test_slower_intervals_are_resampled(client: Any, bitcoin: pd.DataFrame, interval: str) -> None:
    rows = get(client, interval=interval, startTime=0, limit=1000)
    expected: Any = bitcoin.resample(pd.Timedelta(interval), on="date").agg(
        {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
    )
    step = pd.Timedelta(interval)
    expected = expected.dropna()
    expected = expected[expected.index + step <= bitcoin["date"].iloc[-1] + pd.Timedelta("5min")]
    assert [row[0] for row in rows] == (expected.index.as_unit("ms").astype("int64")).tolist()
    received = np.array([[float(str(cell)) for cell in row[1:6]] for row in rows])
    np.testing.assert_allclose(received, expected.to_numpy(), rtol=1e-12)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"symbol": "XXXUSDT", "interval": "5m"}, -1121),
        ({"symbol": "btcusdt", "interval": "5m"}, -1100),
        ({"symbol": "BTC/USDT", "interval": "5m"}, -1100),
        ({"interval": "5m"}, -1102),
        ({"symbol": "", "interval": "5m"}, -1102),
        ({"symbol": "BTCUSDT"}, -1102),
        ({"symbol": "BTCUSDT", "interval": "7m"}, -1120),
        ({"symbol": "BTCUSDT", "interval": "2d"}, -1120),
        ({"symbol": "BTCUSDT", "interval": "5m", "startTime": "x"}, -1100),
        ({"symbol": "BTCUSDT", "interval": "5m", "limit": "-1"}, -1100),
    ],
)
def test_bad_requests_get_binance_codes(client: Any, query: dict[str, str], code: int) -> None:
    answer = client.get("/api/v3/klines", params=query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize("interval", ["1m", "1w"])
def test_interval_without_candles_is_empty(client: Any, interval: str) -> None:
    answer = client.get("/api/v3/klines", params={"symbol": "BTCUSDT", "interval": interval})
    assert (answer.status_code, answer.json()) == (200, [])
