"""Real clients against a real server: ccxt alone, and stock Freqtrade in processes of its own."""

import json
from pathlib import Path
from typing import Any

import ccxt
import numpy as np
import pandas as pd
import pytest
from tests.support.programs import Program


@pytest.fixture
def client(server: Any) -> Any:
    exchange = ccxt.binance(server.config["exchange"]["ccxt_config"])
    yield exchange
    exchange.session.close()


def test_ccxt_loads_markets(client: Any) -> None:
    markets = client.load_markets()
    assert set(markets) == {"BTC/USDT", "PEPE/USDT"}
    bitcoin = markets["BTC/USDT"]
    assert bitcoin["spot"] and bitcoin["active"] and bitcoin["precision"]["price"] == 0.01
    assert bitcoin["limits"]["cost"]["min"] == 5


@pytest.mark.parametrize("pair", ["BTC/USDT", "PEPE/USDT"])
def test_ccxt_receives_recorded_candles_bit_identical(client: Any, recording: Path, pair: str) -> None:
    source = pd.read_feather(recording / f"{pair.replace('/', '_')}-5m.feather")
    received: list[list[float]] = []
    while page := client.fetch_ohlcv(pair, "5m", since=received[-1][0] + 1 if received else 0, limit=1000):
        received += page
    table = np.array(received)
    np.testing.assert_array_equal(table[:, 0], source["date"].astype("int64"))
    np.testing.assert_array_equal(table[:, 1:], source.iloc[:, 1:].to_numpy())


def test_ccxt_reads_tickers_and_books(client: Any) -> None:
    ticker = client.fetch_ticker("BTC/USDT")
    book = client.fetch_order_book("BTC/USDT", 5)
    assert book["bids"][0][0] == ticker["bid"] < ticker["last"] < ticker["ask"] == book["asks"][0][0]
    assert set(client.fetch_tickers()) == {"BTC/USDT", "PEPE/USDT"}


def test_ccxt_understands_refusals(client: Any) -> None:
    client.load_markets()
    with pytest.raises(ccxt.BadRequest, match="-1120"):
        client.publicGetKlines({"symbol": "BTCUSDT", "interval": "7m"})
    with pytest.raises(ccxt.ExchangeError, match="not served by the offline exchange"):
        client.sapiGetSystemStatus()


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workplace")
    # Two commands that start at once would both make what is missing, and one of them fails.
    made = Program(["freqtrade", "create-userdir", "--userdir", "user_data"], cwd=folder).finish(120)
    assert made.returncode == 0, made.stdout
    config = {
        "max_open_trades": 1,
        "stake_currency": "USDT",
        "stake_amount": 100,
        "dry_run": True,
        "timeframe": "5m",
        "exchange": {"name": "binance", "pair_whitelist": ["BTC/USDT"], "pair_blacklist": []},
        "pairlists": [{"method": "StaticPairList"}],
        "entry_pricing": {"price_side": "same", "use_order_book": True, "order_book_top": 1},
        "exit_pricing": {"price_side": "same", "use_order_book": True, "order_book_top": 1},
    }
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def freqtrade(workplace: Path, overlay: Path, command: str, *options: str) -> Program:
    words = ["freqtrade", command, "-c", "config.json", "-c", str(overlay), *options]
    return Program(words, cwd=workplace)


@pytest.mark.host
def test_stock_freqtrade_downloads_and_lists(server: Any, workplace: Path, recording: Path) -> None:
    download = ("--timeframes", "5m", "15m", "1d", "--timerange", "20240101-")
    runs = [
        freqtrade(workplace, server.overlay, "download-data", *download),
        freqtrade(workplace, server.overlay, "list-pairs", "--print-list", "--quote", "USDT"),
    ]
    done = [run.finish(120) for run in runs]
    outputs = [each.stdout for each in done]
    assert [each.returncode for each in done] == [0, 0], "\n".join(outputs)
    assert "BTC/USDT" in outputs[1] and "PEPE/USDT" in outputs[1]
    folder = workplace / "user_data" / "data" / "binance"
    for timeframe in ("5m", "1d"):
        name = f"BTC_USDT-{timeframe}.feather"
        # Freqtrade takes the last candle of every download for the running one and drops it.
        expected = pd.read_feather(recording / name).iloc[:-1]
        received = pd.read_feather(folder / name)
        received["date"] = received["date"].dt.as_unit("ms")
        pd.testing.assert_frame_equal(received, expected, check_exact=True)
    assert len(pd.read_feather(folder / "BTC_USDT-15m.feather")) > 900
