"""The same trades from Freqtrade's backtesting and from a replay that walks candle by candle."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.support import replayed_signals
from tests.support.backtests import MadeUpBacktest, backtest_config
from tests.support.every_prediction import every_prediction
from tests.support.freqai_runs import FreqaiRun
from tests.support.futures_backtest import BRACKET, FuturesBacktest, write_futures
from tests.support.replay import Replay, Rules, differences
from tests.support.replayed_signals import THRESHOLDS, LookAheadError

from auriga.columns import PROBABILITY
from auriga.datasets import simulate_market
from auriga.host.reload import SMALLEST, STEP, TICK, StockBacktest, run_backtest, stock_backtest
from auriga.host.signals import add_signal_columns

PAIRS = ("BTC/USDT", "ETH/USDT")
TUNED = (
    *THRESHOLDS, "stop_atr", "take_profit_atr", "break_even_atr", "trailing_start_atr", "trailing_atr",
)  # fmt: skip
NO_HALT = {"max_daily_drawdown_frac": None, "max_drawdown_frac": None, "max_consecutive_losses": None}
TIGHT = {"stop_atr": 1.5, "take_profit_atr": 2.5}

# Parameters, settings, trades at once, and exit reasons that have to occur.
CASES: dict[str, tuple[dict[str, float], dict[str, Any], int, set[str]]] = {
    "tight": (TIGHT, {"halt": NO_HALT}, 4, {"stop_loss", "roi", "decay"}),
    "trailing, Kelly and full": (
        {"stop_atr": 4.0, "take_profit_atr": 5.0, "break_even_atr": 1.5, "trailing_start_atr": 2.0,
         "trailing_atr": 1.0, "bear_offset": 0.02},
        {
            "halt": NO_HALT,
            "signals": {"max_candles": 9, "exit_on_decay": False},
            "stake": {"rule": "kelly", "kelly_min_trades": 12, "payoff": 3, "max_exposure_frac": 0.06,
                      "target_atr_frac": 0.001, "regime_factors": {"bear": 0.5}},
            "stops": {"regime_factors": {"bull": 0.8}},
        },
        4,
        {"trailing_stop_loss", "time_limit", "opposite"},
    ),
    "one at a time, halted": (
        TIGHT,
        {
            "halt": {"max_daily_drawdown_frac": 0.0004, "max_drawdown_frac": 0.0007,
                     "max_consecutive_losses": 3, "pause_candles": 12},
            "stops": {"kind": "fixed", "fixed_frac": 0.004},
            "signals": {"max_candles": 0},
        },
        1,
        {"stop_loss", "roi", "decay"},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def gridded(tmp_path_factory, write_candles) -> Path:
    """Two simulated pairs with prices on an exchange's grid."""
    folder = tmp_path_factory.mktemp("gridded")
    for seed, pair in enumerate(PAIRS):
        candles = simulate_market(54 * 288, market="easy", seed=seed, start="2024-01-01").candles
        prices = ["open", "high", "low", "close"]
        candles[prices] = (candles[prices] * 50).round(2)
        write_candles(folder, pair, candles)
    return folder


@pytest.fixture(scope="module")
def backtest(root, tmp_path_factory, gridded) -> Callable[[str], StockBacktest]:
    """Backtests of the cases, with predictions that wander so that much is traded."""
    done: dict[str, StockBacktest] = {}

    def run(case: str) -> StockBacktest:
        if case not in done:
            parameters, regime, trades, _ = CASES[case]
            timerange = "20240205-20240206" if case == "tight" else "20240205-20240207"
            config = backtest_config(
                root, tmp_path_factory.mktemp("replay"), gridded, timerange=timerange,
                regime=every_prediction(regime), max_open_trades=trades,
            )  # fmt: skip
            made_up = MadeUpBacktest(config)
            made_up._replace_the_model()
            done[case] = run_backtest(made_up.loop, parameters)
        return done[case]

    return run


def rules_of(backtest: StockBacktest) -> Rules:
    strategy: Any = backtest.strategy
    return Rules(
        settings=strategy.settings,
        parameters={name: getattr(strategy, name).value for name in TUNED},
        wallet=strategy.config["dry_run_wallet"],
        tradable_frac=strategy.config["tradable_balance_ratio"],
        max_open_trades=strategy.max_open_trades,
        worst_loss=-strategy.stoploss,
        min_cost=SMALLEST,
        steps=dict.fromkeys(backtest.frames, STEP),
        tick=TICK,
    )


def replayed(backtest: StockBacktest, rules: Rules | None = None, every: int = 48) -> pd.DataFrame:
    rules = rules or rules_of(backtest)
    return Replay(backtest.frames, rules, backtest.start_at, backtest.end_at, every=every).run()


@pytest.mark.parametrize("case", CASES)
def test_the_replay_makes_the_same_trades(backtest, case) -> None:
    run = backtest(case)
    assert set(run.trades["pair"]) == set(PAIRS)
    assert set(run.trades["exit_reason"]) >= CASES[case][3]
    assert differences(run.trades, replayed(run)) == []


@pytest.fixture(scope="module")
def futures(root, tmp_path_factory, gridded) -> StockBacktest:
    """Both sides of the market, out on an opposite signal and at once into it."""
    folder, pairs = tmp_path_factory.mktemp("futures"), [f"{pair}:USDT" for pair in PAIRS]
    for pair in pairs:
        stem = pair.split(":")[0].replace("/", "_")
        write_futures(folder, pair, pd.read_feather(gridded / f"{stem}-5m.feather"))
    config = backtest_config(
        root, folder / "user_data", folder, timerange="20240205-20240206",
        regime=every_prediction(
            {"halt": NO_HALT, "leverage": {"base": 3, "regime_factors": {"sideways": 0.5}}}
        ),
        exchange={"pair_whitelist": pairs}, freqai={"feature_parameters": {"include_corr_pairlist": []}},
    )  # fmt: skip
    made_up = FuturesBacktest(config)
    made_up._replace_the_model()
    trailing = {"break_even_atr": 1.0, "trailing_start_atr": 1.5, "trailing_atr": 1.0}
    return run_backtest(made_up.loop, {"stop_atr": 2.0, "take_profit_atr": 1.8, **trailing})


def test_the_replay_makes_the_same_trades_on_both_sides(futures) -> None:
    assert set(futures.trades["is_short"]) == {True, False}
    reasons = set(futures.trades["exit_reason"][futures.trades["is_short"]])
    assert reasons >= {"stop_loss", "trailing_stop_loss", "roi", "decay"}
    assert set(futures.trades["leverage"]) == {1, 3}
    rules = replace(
        rules_of(futures),
        can_short=True,
        maintenance_frac=BRACKET["maintenanceMarginRate"],
        max_leverage=BRACKET["maxLeverage"],
    )
    assert differences(futures.trades, replayed(futures, rules)) == []


def other_stop(rules: Rules) -> Rules:
    return replace(rules, parameters={**rules.parameters, "stop_atr": rules.parameters["stop_atr"] * 1.1})


def other_target(rules: Rules) -> Rules:
    atr = rules.parameters["take_profit_atr"] * 1.1
    return replace(rules, parameters={**rules.parameters, "take_profit_atr": atr})


def other_threshold(rules: Rules) -> Rules:
    return replace(rules, parameters={**rules.parameters, "long_threshold": 0.56})


def other_settings(block: str, **values: Any) -> Callable[[Rules], Rules]:
    def change(rules: Rules) -> Rules:
        changed = getattr(rules.settings, block).model_copy(update=values)
        return replace(rules, settings=rules.settings.model_copy(update={block: changed}))

    return change


@pytest.mark.parametrize(
    ("case", "change"),
    [
        ("tight", other_stop),
        ("tight", other_target),
        ("tight", other_threshold),
        ("tight", other_settings("costs", fee_frac=0.0011)),
        ("tight", other_settings("signals", exit_on_decay=False)),
        ("tight", lambda rules: replace(rules, max_open_trades=1)),
        ("trailing, Kelly and full", other_settings("stake", max_exposure_frac=0.1)),
        ("trailing, Kelly and full", other_settings("stake", kelly_frac=0.2)),
        ("trailing, Kelly and full", other_settings("signals", max_candles=10)),
        ("one at a time, halted", other_settings("halt", max_daily_drawdown_frac=None)),
        ("one at a time, halted", other_settings("halt", max_drawdown_frac=None)),
        ("one at a time, halted", other_settings("halt", max_consecutive_losses=None)),
    ],
)
def test_a_planted_difference_is_found(backtest, case, change) -> None:
    run = backtest(case)
    assert differences(run.trades, replayed(run, change(rules_of(run)), every=0))


def test_a_decision_that_sees_the_next_candle_is_refused(backtest, monkeypatch) -> None:
    honest = add_signal_columns

    def looking_ahead(frame, settings, thresholds):
        ahead = frame.assign(**{PROBABILITY: frame[PROBABILITY].shift(-1)})
        return honest(ahead, settings, thresholds)

    monkeypatch.setattr(replayed_signals, "add_signal_columns", looking_ahead)
    run = backtest("tight")
    with pytest.raises(LookAheadError, match="without later candles"):
        replayed(run)


def test_the_replay_makes_the_same_trades_of_freqai_predictions(root, tmp_path, gridded) -> None:
    overlay = {"timerange": "20240218-20240220", "regime": every_prediction({"halt": NO_HALT})}
    run = stock_backtest(FreqaiRun(root, tmp_path, gridded, overlay).config, TIGHT | {"long_threshold": 0.53})
    assert len(run.trades) > 10
    assert differences(run.trades, replayed(run)) == []


@pytest.mark.real
def test_the_replay_makes_the_same_trades_on_real_candles(root, tmp_path, real_data, write_candles) -> None:
    for pair in PAIRS:
        candles = pd.read_feather(real_data / f"{pair.replace('/', '_')}-5m.feather")
        days = candles["date"].between("2024-12-01", "2025-02-08", inclusive="left")
        write_candles(tmp_path / "data", pair, candles[days])
    overlay = {"timerange": "20250131-20250207", "regime": every_prediction()}
    config = FreqaiRun(root, tmp_path / "run", tmp_path / "data", overlay).config
    run = stock_backtest(config, {"stop_atr": 4.0, "break_even_atr": 2.0, "trailing_start_atr": 3.0})
    assert len(run.trades) > 20
    assert differences(run.trades, replayed(run)) == []
