"""Stock Freqtrade trading futures live against the offline exchange: entry, stop on the exchange, exit."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.support.futures_world import KEY, SECRET, served

from auriga.simulated import SimulationPlan, plan_until, simulate_exchange
from auriga_exchange import ApiKeys, Venue, offline_config, wall_clock
from auriga_exchange.control import futures_books
from auriga_exchange.trading import AlgoStatus, Status

pytestmark = pytest.mark.host

STRATEGY = '''
from datetime import timedelta

from freqtrade.strategy import IStrategy


class Brief(IStrategy):
    """Short at once, with a stop on the exchange; out after some seconds, then idle."""

    INTERFACE_VERSION = 3
    timeframe = "1m"
    can_short = True
    stoploss = -0.3
    minimal_roi = {"0": 10}
    startup_candle_count = 0
    process_only_new_candles = False
    order_types = {
        "entry": "market",
        "exit": "market",
        "stoploss": "market",
        "stoploss_on_exchange": True,
        "stoploss_on_exchange_interval": 60,
    }

    def leverage(self, *args, **kwargs):
        return 3.0

    def populate_indicators(self, frame, metadata):
        return frame

    def populate_entry_trend(self, frame, metadata):
        frame["enter_short"] = 1
        return frame

    def populate_exit_trend(self, frame, metadata):
        return frame

    def confirm_trade_entry(self, *args, **kwargs):
        from freqtrade.persistence import Trade

        return not Trade.get_trades_proxy()

    def custom_exit(self, pair, trade, current_time, current_rate, current_profit, **kwargs):
        return "over" if current_time - trade.open_date_utc > timedelta(seconds=8) else None
'''


@pytest.fixture
def venue() -> Venue:
    start, days = plan_until(pd.Timestamp.now("UTC"), 3)
    plan = SimulationPlan(pairs=("BTC/USDT",), start=start, days=days, timeframe="1m", market="easy")
    return Venue(
        simulate_exchange(plan),
        wall_clock,
        keys=ApiKeys({KEY: SECRET}),
        futures_balances={"USDT": Decimal(1000)},
    )


@pytest.fixture
def bot(venue: Venue, tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    (tmp_path / "user_data" / "strategies").mkdir(parents=True)
    (tmp_path / "user_data" / "strategies" / "brief.py").write_text(STRATEGY)
    with served(venue) as address:
        port = int(address.rpartition(":")[2])
        (tmp_path / "config.json").write_text(json.dumps(_config(port)))
        line = [sys.executable, "-m", "freqtrade", "trade", "-c", "config.json", "--strategy", "Brief"]
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(line, cwd=tmp_path, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            os.kill(process.pid, signal.SIGTERM)
            process.wait(60)


def _config(port: int) -> dict[str, Any]:
    overlay = offline_config(
        port, mode="futures", live=True, keys=(KEY, SECRET), limited=False, pairs=["BTC/USDT:USDT"]
    )
    side = {"price_side": "other", "use_order_book": True, "order_book_top": 1}
    config = {
        "initial_state": "running",
        "max_open_trades": 1,
        "stake_currency": "USDT",
        "stake_amount": 200,
        "pairlists": [{"method": "StaticPairList"}],
        "entry_pricing": side,
        "exit_pricing": side,
        "internals": {"process_throttle_secs": 1},
    }
    return {**config, **overlay}


def _wait(condition: Any, log: Path, seconds: int = 180) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, log.read_text()[-4000:]
        time.sleep(0.3)


def test_a_short_trade_with_a_stop_on_the_exchange(
    venue: Venue, bot: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    desk, ledger, log = venue.futures, venue.futures_ledger, tmp_path / "log"
    _wait(lambda: desk.algo.waiting(), log)
    (position,) = ledger.positions
    stop = desk.algo.waiting()[0]
    assert position.isolated and position.leverage == 3 and position.amount < 0
    assert stop.request.amount == -position.amount and stop.request.reduce_only
    assert stop.request.stop_price == pytest.approx(
        position.entry_price * Decimal("1.1"), rel=Decimal("0.01")
    )
    # Futures close with the stop still there; Freqtrade cancels it once it knows that the exit was filled.
    _wait(lambda: not ledger.positions and not desk.algo.waiting(), log)
    books = futures_books(venue)
    assert [order["status"] for order in books["orders"]] == [Status.FILLED, Status.FILLED]
    assert [order["algoStatus"] for order in books["algo_orders"]] == [AlgoStatus.CANCELED]
    assert books["positions"] == []
    entry, leave = books["orders"]
    profit = Decimal(entry["cumQuote"]) - Decimal(leave["cumQuote"])
    fees = sum(Decimal(trade["commission"]) for trade in books["trades"])
    funding = sum(income.amount for income in ledger.income if income.kind == "FUNDING_FEE")
    assert ledger.wallet("USDT") == 1000 + profit - fees + funding  # the hour of a payment may be now
