"""Stock Freqtrade's own exchange class, live and in a process of its own, on the offline exchange."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.support.keyed_exchange import KEY, SECRET, simulated_store
from tests.support.programs import run_program
from tests.support.spot_exchange import MovedClock

from auriga_exchange import offline_config

pytestmark = pytest.mark.host

LIVE = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from freqtrade.configuration import Configuration
from freqtrade.enums import RunMode
from freqtrade.exceptions import InsufficientFundsError, InvalidOrderException
from freqtrade.resolvers import ExchangeResolver

config = Configuration({"config": [sys.argv[1]]}, RunMode.LIVE).get_config()
exchange = ExchangeResolver.load_exchange(config, validate=False, load_leverage_tiers=False)
pair, since = "BTC/USDT", datetime(2023, 1, 1, tzinfo=UTC)
told = {}

def place(side, kind, amount, rate):
    return exchange.create_order(pair=pair, ordertype=kind, side=side, amount=amount, rate=rate, leverage=1.0)

rate = exchange.get_rate(pair, refresh=True, side="entry", is_short=False)
bought = place("buy", "market", 10, rate)
told["bought"] = {"status": bought["status"], "filled": bought["filled"], "average": bought["average"]}
trades = exchange.get_trades_for_order(bought["id"], pair, since)
told["trades"] = sum(trade["amount"] for trade in trades)
told["fee"] = exchange.extract_cost_curr_rate(bought["fee"], pair, bought["cost"], bought["amount"])
told["owned"] = exchange.get_balances()["BTC"]["free"]

waiting = place("buy", "limit", 5, rate * 0.9)
told["waiting"] = exchange.fetch_order(waiting["id"], pair)["status"]
told["cancelled"] = exchange.cancel_order_with_result(waiting["id"], pair, 5)["status"]
told["empty"] = exchange.check_order_canceled_empty(exchange.fetch_order(waiting["id"], pair))

ratio = {"stoploss_on_exchange_limit_ratio": 0.99}
stop = exchange.create_stoploss(pair, 9.5, rate * 0.9, ratio, "sell", 1.0)
fetched = exchange.fetch_stoploss_order(stop["id"], pair)
told["stop"] = {name: fetched[name] for name in ("status", "stopPrice", "price", "amount")}
told["adjusts"] = exchange.stoploss_adjust(rate * 0.95, fetched, "sell")
told["locked"] = exchange.get_balances()["BTC"]["used"]
told["stop_cancelled"] = exchange.cancel_stoploss_order_with_result(stop["id"], pair, 9.5)["status"]
told["rate"] = rate

try:
    exchange.create_stoploss(pair, 9.5, rate * 1.1, {}, "sell", 1.0)
except InvalidOrderException as error:
    told["would_trigger"] = str(error)
try:
    place("buy", "limit", 5000, rate * 0.9)
except InsufficientFundsError as error:
    told["no_money"] = str(error)

told["orders"] = len(exchange.fetch_orders(pair, since))
told["sold"] = place("sell", "limit", 9.9, rate * 0.99)["status"]
told["fees"] = exchange.get_fee(pair)
exchange.close()
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("live")
    MovedClock(folder / "clock").start()
    command = [sys.executable, "-m", "tests.support.spot_exchange", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    exchange: dict[str, Any] = offline_config(int(process.stdout.readline()))["exchange"]
    # The simulated day is long over: ccxt is told to sign with the exchange's time.
    exchange["ccxt_config"]["options"]["adjustForTimeDifference"] = True
    exchange["enable_ws"] = False  # its threads would keep the process alive
    market = {
        "max_open_trades": 1,
        "stake_currency": "USDT",
        "stake_amount": 100,
        "dry_run": False,
        "timeframe": "5m",
        "exchange": {**exchange, "key": KEY, "secret": SECRET, "pair_whitelist": ["BTC/USDT"]},
        "pairlists": [{"method": "StaticPairList"}],
        "entry_pricing": {"price_side": "other", "use_order_book": True, "order_book_top": 1},
        "exit_pricing": {"price_side": "other", "use_order_book": True, "order_book_top": 1},
    }
    (folder / "user_data").mkdir()
    (folder / "config.json").write_text(json.dumps(market))
    yield folder / "config.json"
    process.kill()
    process.communicate()


def test_freqtrade_trades_live(config: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", LIVE, config.name],
        cwd=config.parent,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout.splitlines()[-1])
    rate = told["rate"]
    assert (told["bought"]["status"], told["bought"]["filled"]) == ("closed", 10)
    assert told["bought"]["average"] == pytest.approx(rate, rel=1e-4)
    assert (told["trades"], told["owned"], told["fees"]) == (10, pytest.approx(9.99), 0.001)
    assert told["fee"] == [pytest.approx(0.01), "BTC", pytest.approx(0.001)]
    assert (told["waiting"], told["cancelled"], told["empty"]) == ("open", "canceled", True)
    assert told["stop"]["status"] == "open" and told["stop"]["amount"] == 9.5
    assert told["stop"]["stopPrice"] == pytest.approx(rate * 0.9, rel=1e-4)
    assert told["stop"]["price"] == pytest.approx(rate * 0.9 * 0.99, rel=1e-4)
    assert told["adjusts"] and told["locked"] == 9.5 and told["stop_cancelled"] == "canceled"
    assert "trigger immediately" in told["would_trigger"] and "insufficient balance" in told["no_money"]
    assert (told["orders"], told["sold"]) == (3, "closed")


def test_freqtrade_downloads_trades(config: Path) -> None:
    options = ["--dl-trades", "--pairs", "BTC/USDT", "--timeframes", "5m", "--timerange", "20230101-20230102"]
    for command in (
        ["download-data", "-c", config.name, *options],
        ["trades-to-ohlcv", "-c", config.name, *options[1:5]],
    ):
        run = run_program(["freqtrade", *command], cwd=config.parent)
        assert run.returncode == 0, run.stdout
    made = pd.read_feather(config.parent / "user_data" / "data" / "binance" / "BTC_USDT-5m.feather")
    served = simulated_store().native("BTCUSDT")["5m"].values[: len(made)]
    assert len(made) > 100
    pd.testing.assert_frame_equal(
        made.iloc[:-1, 1:].reset_index(drop=True),
        pd.DataFrame(served[:-1], columns=["open", "high", "low", "close", "volume"]),
        check_exact=False,
        rtol=1e-12,
    )
