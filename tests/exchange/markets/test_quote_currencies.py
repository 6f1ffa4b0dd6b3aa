"""What an order is worth at least, and in which steps, by quote currency and price: as clients read it."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ccxt
import numpy as np
import pandas as pd
import pytest
from tests.support.programs import run_program

PAIRS = {
    # pair: price, tick of the recorded prices, step of amounts, least order on Binance in quote currency
    "BTC/USDT": (97_123.45, 0.01, 0.00001, 5),
    "BTC/FDUSD": (97_123.45, 0.01, 0.00001, 5),
    "ETH/USDC": (3_214.56, 0.01, 0.0001, 5),
    "SOL/TUSD": (151.23, 0.01, 0.001, 5),
    "DOGE/USDT": (0.20123, 0.00001, 1, 5),
    "SHIB/USDT": (0.00002345, 0.00000001, 1, 5),
    "PEPE/USDT": (0.00000123, 0.00000001, 1, 5),
    "MITE/USDT": (0.0000001, 0.00000001, 1, 5),
    "BTC/EUR": (61_234.56, 0.01, 0.00001, 5),
    "ETH/GBP": (2_412.3, 0.1, 0.0001, 5),
    "BTC/DAI": (97_123.4, 0.1, 0.00001, 5),
    "BTC/TRY": (3_456_789.0, 1, 0.00001, 10),
    "BTC/BRL": (561_234.0, 1, 0.00001, 10),
    "BTC/JPY": (14_654_321.0, 1, 0.00001, 100),
    "ETH/BTC": (0.03312, 0.00001, 0.0001, 0.0001),
    "SOL/BTC": (0.0025671, 0.0000001, 0.001, 0.0001),
    "DOGE/BTC": (0.00000207, 0.00000001, 1, 0.0001),
    "BNB/ETH": (0.1951, 0.0001, 0.0001, 0.001),
    "SOL/BNB": (0.2411, 0.0001, 0.001, 0.01),
}


def ticking(price: float, tick: float, n_candles: int = 6000) -> pd.DataFrame:
    """Candles that move by whole ticks around a price."""
    rng = np.random.default_rng(7)
    level, decimals = round(price / tick), round(-np.log10(tick))
    size = max(1, round(level * 2e-4))
    close = level + np.clip(np.cumsum(rng.integers(-size, size + 1, n_candles)), -level // 3, level // 3)
    open_ = np.r_[level, close[:-1]]
    prices = {
        "open": open_,
        "high": np.maximum(open_, close) + 1,
        "low": np.maximum(np.minimum(open_, close) - 1, 1),
        "close": close,
    }
    dates = pd.date_range("2025-01-01", periods=n_candles, freq="5min", tz="UTC", unit="ms")
    columns = {name: (values * tick).round(decimals) for name, values in prices.items()}
    return pd.DataFrame({"date": dates, **columns, "volume": 1e6 / price})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("currencies")
    for pair, (price, tick, _, _) in PAIRS.items():
        name = pair.replace("/", "_")
        ticking(price, tick).to_feather(made / f"{name}-5m.feather")
    return made


@pytest.fixture(scope="module")
def running(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, exchange_process: Callable[..., Any]
) -> Iterator[Any]:
    overlay = tmp_path_factory.mktemp("overlay") / "live.json"
    balances = [f"{base}=1000000000000" for base in sorted({pair.split("/")[0] for pair in PAIRS})]
    balances += [f"{quote}=1000000000000" for quote in ("USDT", "USDC", "TUSD", "FDUSD", "DAI", "GBP", "EUR")]
    balances += [f"{quote}=1000000000000" for quote in ("TRY", "BRL", "JPY")]
    options = [word for balance in balances for word in ("--balance", balance)]
    replay = ("--replay-from", "2025-01-10", "--no-limits", "--live", *options)
    with exchange_process(overlay, "--candles", str(folder), *replay) as process:
        yield process


@pytest.fixture(scope="module")
def trader(running: Any) -> Iterator[Any]:
    exchange = running.config["exchange"]
    client = ccxt.binance(
        {**exchange["ccxt_config"], "apiKey": exchange["key"], "secret": exchange["secret"]}
    )
    client.load_markets()
    yield client
    client.session.close()


@pytest.mark.parametrize("pair", PAIRS)
def test_ccxt_reads_binances_filters(trader: Any, pair: str) -> None:
    _, tick, step, least = PAIRS[pair]
    market = trader.market(pair)
    assert market["precision"] == pytest.approx(market["precision"] | {"price": tick, "amount": step})
    assert market["limits"]["cost"]["min"] == least
    assert market["limits"]["amount"]["min"] == step


@pytest.mark.parametrize("pair", PAIRS)
def test_no_recorded_price_is_rounded_away(trader: Any, folder: Path, pair: str) -> None:
    candles = pd.read_feather(folder / f"{pair.replace('/', '_')}-5m.feather")
    for price in np.unique(candles[["open", "high", "low", "close"]].to_numpy())[::100]:
        assert float(trader.price_to_precision(pair, price)) == price


@pytest.mark.parametrize("pair", PAIRS)
def test_the_least_order_trades_and_a_step_less_is_refused(trader: Any, pair: str) -> None:
    _, _, step, least = PAIRS[pair]
    limit = float(trader.price_to_precision(pair, 0.9 * trader.fetch_ticker(pair)["last"]))  # it waits
    steps = max(int(np.ceil(least / limit / step - 1e-9)), 1)
    order = trader.create_order(pair, "limit", "buy", steps * step, limit)
    assert order["amount"] == pytest.approx(steps * step)
    trader.cancel_order(order["id"], pair)
    if steps > 1:
        with pytest.raises(ccxt.BadRequest, match="NOTIONAL"):
            trader.create_order(pair, "limit", "buy", (steps - 1) * step, limit)
    with pytest.raises(ccxt.InvalidOrder, match="LOT_SIZE"):
        trader.privatePostOrder(
            {
                "symbol": trader.market_id(pair),
                "side": "BUY",
                "type": "MARKET",
                "quantity": f"{(steps + 0.5) * step:.8f}",
            }
        )


@pytest.mark.parametrize("pair", PAIRS)
def test_a_stake_of_a_thousand_least_orders_trades(trader: Any, pair: str) -> None:
    """Neither too many coins nor too high a price for the filters."""
    price, least = trader.fetch_ticker(pair)["last"], PAIRS[pair][3]
    amount = float(trader.amount_to_precision(pair, 1000 * least / price + PAIRS[pair][2]))
    order = trader.create_order(pair, "market", "buy", amount)
    assert order["filled"] == pytest.approx(amount) and order["status"] == "closed"


@pytest.mark.parametrize(
    ("symbol", "least"), [("BTCUSDT", 5), ("ETHUSDC", 5), ("ETHBTC", 0.001), ("SOLBNB", 0.01)]
)
def test_contracts_have_the_least_order_of_their_currency(trader: Any, symbol: str, least: float) -> None:
    (entry,) = [each for each in trader.fapiPublicGetExchangeInfo()["symbols"] if each["symbol"] == symbol]
    filters = {each["filterType"]: each for each in entry["filters"]}
    pair = f"{entry['baseAsset']}/{entry['quoteAsset']}"
    assert float(filters["MIN_NOTIONAL"]["notional"]) == least
    assert float(filters["PRICE_FILTER"]["tickSize"]) == PAIRS[pair][1]
    assert float(filters["LOT_SIZE"]["stepSize"]) * PAIRS[pair][0] <= 2 * least


STRATEGY = """
from freqtrade.strategy import IStrategy


class Often(IStrategy):
    timeframe = "5m"
    minimal_roi = {"0": -1}
    stoploss = -0.3

    def populate_indicators(self, dataframe, metadata):
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[dataframe.index % 50 == 0, "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe
"""


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("workplace")
    made = run_program(["freqtrade", "create-userdir", "--userdir", "user_data"], cwd=place)
    assert made.returncode == 0, made.stdout
    (place / "user_data" / "strategies" / "often.py").write_text(STRATEGY)
    return place


@pytest.mark.host
@pytest.mark.parametrize(
    ("pair", "wallet", "stake"),
    [
        ("ETH/BTC", 0.5, 0.005),
        ("DOGE/BTC", 0.5, 0.0005),
        ("SOL/BNB", 5, 0.05),
        ("BTC/JPY", 100_000, 1_000),
        ("PEPE/USDT", 100, 10),
        ("MITE/USDT", 100, 10),
    ],
)
def test_freqtrade_trades_a_small_wallet(
    running: Any, workplace: Path, folder: Path, pair: str, wallet: float, stake: float
) -> None:
    config = {
        "stake_currency": pair.split("/")[1], "stake_amount": stake, "dry_run_wallet": wallet,
        "dry_run": True, "max_open_trades": 1, "timeframe": "5m",
        "exchange": {"name": "binance", "pair_whitelist": [pair], "pair_blacklist": []},
        "pairlists": [{"method": "StaticPairList"}],
        "entry_pricing": {"price_side": "same"}, "exit_pricing": {"price_side": "same"},
    }  # fmt: skip
    (workplace / "config.json").write_text(json.dumps(config))
    # The overlay of a replay trades live: only where the exchange is, is wanted of it.
    served = {"exchange": {"ccxt_config": running.config["exchange"]["ccxt_config"]}}
    (workplace / "served.json").write_text(json.dumps(served))
    words = "freqtrade backtesting -c config.json -c served.json --strategy Often --export none --cache none"
    words += f" --timerange 20250102-20250110 --datadir {folder}"
    done = run_program(words.split(), cwd=workplace)
    assert done.returncode == 0, done.stdout
    trades = re.search(r"Often\s*│\s*(\d+)", done.stdout)
    assert trades and int(trades[1]) > 10, done.stdout[-3000:]
