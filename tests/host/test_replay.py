"""The same trades from Freqtrade's backtesting and from a replay that walks candle by candle."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.host.conftest import FreqaiRun
from tests.host.replay import THRESHOLDS, Replay, Rules, differences
from tests.host.stock_backtest import AMOUNT_STEP, MIN_COST, StockBacktest, stock_backtest

from auriga.candles import resample_candles
from auriga.datasets import simulate_market

PAIRS = ("BTC/USDT", "ETH/USDT")
TICK = 0.01
TUNED = (
    *THRESHOLDS, "stop_atr", "take_profit_atr", "break_even_atr", "trailing_start_atr", "trailing_atr",
)  # fmt: skip
NO_HALT = {"max_daily_drawdown_frac": None, "max_drawdown_frac": None, "max_consecutive_losses": None}

# Tight distances, so that a few days of candles meet every way in which a trade can end.
TIGHT = {"long_threshold": 0.53, "stop_atr": 1.5, "take_profit_atr": 3.0}
CASES: dict[str, tuple[dict[str, float], dict[str, Any], int]] = {
    "stops": (TIGHT, {"halt": NO_HALT}, 4),
    "trailing and kelly": (
        TIGHT | {"stop_atr": 4.0, "take_profit_atr": 6.0, "break_even_atr": 1.5, "trailing_start_atr": 2.0,
                 "trailing_atr": 1.0, "bear_offset": 0.01},
        {
            "halt": NO_HALT,
            "signals": {"max_candles": 30, "exit_on_decay": False},
            "stake": {"rule": "kelly", "kelly_min_trades": 5, "max_exposure_frac": 0.06,
                      "target_atr_frac": 0.001, "regime_factors": {"bear": 0.5}},
            "stops": {"regime_factors": {"bull": 0.8}},
        },
        4,
    ),
    "one at a time": (
        TIGHT,
        {"halt": NO_HALT, "stops": {"kind": "fixed", "fixed_frac": 0.004}, "signals": {"max_candles": 0}},
        1,
    ),
}  # fmt: skip


@pytest.fixture(scope="session")
def gridded(tmp_path_factory) -> Path:
    """Two simulated pairs with prices on an exchange's grid."""
    folder = tmp_path_factory.mktemp("gridded")
    for seed, pair in enumerate(PAIRS):
        candles = simulate_market(54 * 288, market="easy", seed=seed, start="2024-01-01").candles
        columns = ["open", "high", "low", "close"]
        candles[columns] = (candles[columns] * 50).round(2)
        for timeframe in ("5m", "15m", "1h", "4h", "1d"):
            frame = candles if timeframe == "5m" else resample_candles(candles, timeframe)
            name = f"{pair.replace('/', '_')}-{timeframe}.feather"
            frame.reset_index(drop=True).to_feather(folder / name)
    return folder


@pytest.fixture(scope="module")
def backtest(root, tmp_path_factory, gridded) -> Callable[[str], StockBacktest]:
    """Backtests of the cases; they share models and predictions."""
    user_data, done = tmp_path_factory.mktemp("replay"), {}

    def run(case: str) -> StockBacktest:
        if case not in done:
            parameters, regime, trades = CASES[case]
            overlay = {"timerange": "20240218-20240222", "regime": regime, "max_open_trades": trades}
            done[case] = stock_backtest(FreqaiRun(root, user_data, gridded, overlay).config, parameters)
        return done[case]

    return run


def rules_of(backtest: StockBacktest) -> Rules:
    strategy = backtest.strategy
    return Rules(
        settings=strategy.settings,
        parameters={name: getattr(strategy, name).value for name in TUNED},
        wallet=strategy.config["dry_run_wallet"],
        tradable_frac=strategy.config["tradable_balance_ratio"],
        max_open_trades=strategy.max_open_trades,
        worst_loss=-strategy.stoploss,
        min_cost=MIN_COST,
        steps=AMOUNT_STEP,
        tick=TICK,
    )


def replayed(backtest: StockBacktest, rules: Rules | None = None) -> pd.DataFrame:
    rules = rules or rules_of(backtest)
    return Replay(backtest.frames, rules, backtest.start_at, backtest.end_at, every=24).run()


@pytest.mark.parametrize("case", CASES)
def test_the_replay_makes_the_same_trades(backtest, case) -> None:
    run = backtest(case)
    assert set(run.trades["pair"]) == set(PAIRS)
    assert differences(run.trades, replayed(run)) == []
    print(run.trades.groupby(["enter_tag", "exit_reason"]).size(), run.trades.to_string())
