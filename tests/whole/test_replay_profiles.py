"""The rules of the three profiles, and rules alone: the same trades from Freqtrade and from the replay."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.backtests import MadeUpBacktest, backtest_config
from tests.support.replay import Replay, Rules, differences
from tests.support.replayed_signals import THRESHOLDS

from auriga.columns import DO_PREDICT, EXPECTED_SIGMAS, EXPERT, PROBABILITY, REASON, REGIME, REGIME_AGE
from auriga.host.reload import SMALLEST, STEP, TICK, StockBacktest, run_backtest
from auriga.host.signals import Reason

PAIRS = ("BTC/USDT", "ETH/USDT")
TUNED = (
    *THRESHOLDS, "stop_atr", "take_profit_atr", "break_even_atr", "trailing_start_atr", "trailing_atr",
)  # fmt: skip
SPAN = {"5m": "20240205-20240212", "4h": "20240205-20240330"}
PATIENT = {"signals": {"entry_patience_candles": 12, "exit_patience_candles": 12}}
PROFILES: dict[str, tuple[str, str, dict[str, Any], set[str]]] = {
    "time": ("config.json", "5m", PATIENT, {"regime"}),
    "rules alone": ("config.json", "5m", {"signals": {"model": False}}, {"regime"}),
    "veto": ("configs/swing.json", "4h", {}, {"regime", "decay"}),
    "alone": ("configs/intraday.json", "5m", {"signals": {"cost_margin": 0.1}}, {"decay"}),
    "near stop": ("config.json", "5m", {"signals": {"model": False}, "stops": {"fixed_frac": 0.02}},
                  {"regime", "stop_loss"}),
}  # fmt: skip
"""File, candles, settings beside it, exit reasons that have to occur."""


def predictions(frame: pd.DataFrame, pair: str) -> pd.DataFrame:
    """Regimes of one to four days, probabilities that wander, an expected move that follows them."""
    rng = np.random.default_rng(ord(pair[0]))
    days = frame["date"].dt.floor("D")
    lengths = np.repeat(rng.integers(-1, 2, 400), rng.integers(1, 5, 400))
    regimes = lengths[(days - days.iloc[0]).dt.days.to_numpy()]
    regimes = np.where(rng.random(len(frame)) < 0.002, -2, regimes)  # a few candles are late
    wave = pd.Series(rng.normal(size=len(frame))).ewm(span=12).mean().to_numpy()
    probability = 0.5 + np.clip(wave * 0.3, -0.2, 0.2)
    made: Any = {
        PROBABILITY: np.where(rng.random(len(frame)) < 0.02, np.nan, probability),
        DO_PREDICT: (rng.random(len(frame)) > 0.03).astype(int),
        REGIME: regimes.astype(np.int8), REGIME_AGE: np.nan, EXPERT: regimes,
        EXPECTED_SIGMAS: 2 * probability - 1, "regime_status": 0,
    }  # fmt: skip
    return frame.assign(**made)


@pytest.fixture(scope="module")
def data(tmp_path_factory, make_walk) -> Path:
    """Candles on an exchange's grid, and days whose swings grow in the middle of the span."""
    folder = tmp_path_factory.mktemp("profiles")
    for seed, pair in enumerate(("BTC_USDT", "ETH_USDT")):
        for timeframe, number in (("5m", 54 * 288), ("4h", 120 * 6)):
            candles = make_walk(number, timeframe, seed=seed, daily=0.03)
            prices = ["open", "high", "low", "close"]
            candles[prices] = (candles[prices] * 50).round(2)
            candles.to_feather(folder / f"{pair}-{timeframe}.feather")
        days(seed).to_feather(folder / f"{pair}-1d.feather")
    return folder


def days(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    dates = pd.date_range("2023-06-01", "2024-04-10", freq="D", tz="UTC").as_unit("ms")
    swing = np.where(dates < pd.Timestamp("2024-02-08", tz="UTC"), 0.01, 0.4)
    close = 100 * np.exp(np.cumsum(swing * rng.standard_normal(len(dates))))
    prices = {"open": close, "high": close * 1.01, "low": close * 0.99, "close": close}
    return pd.DataFrame({"date": dates, **prices, "volume": 1.0})


def profile_block(root: Path, file: str) -> dict[str, Any]:
    """What a profile's file adds to `config.json`."""
    content: dict[str, Any] = json.loads((root / file).read_text())
    return {} if file == "config.json" else {"regime": content["regime"], "timeframe": content["timeframe"]}


@pytest.fixture(scope="module")
def backtest(root, tmp_path_factory, data) -> Callable[[str], StockBacktest]:
    done: dict[str, StockBacktest] = {}

    def run(name: str) -> StockBacktest:
        if name not in done:
            file, timeframe, regime, _ = PROFILES[name]
            block = profile_block(root, file)
            merged = block.get("regime", {}) | {
                key: block.get("regime", {}).get(key, {}) | value for key, value in regime.items()
            }
            config = backtest_config(
                root, tmp_path_factory.mktemp("replay"), data, timerange=SPAN[timeframe], timeframe=timeframe,
                regime=merged | {"timeframe": "1d"}, max_open_trades=2,
            )  # fmt: skip
            made_up = MadeUpBacktest(config, predictions)
            made_up._replace_the_model()
            if not made_up.strategy.settings.signals.model:
                add_regimes(made_up.strategy)
            done[name] = run_backtest(made_up.loop, {})
        return done[name]

    return run


def add_regimes(strategy: Any) -> None:
    """Rules alone ask no model: the made-up regimes come before them."""
    indicators = strategy.populate_indicators

    def populate(frame: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
        made = predictions(frame, metadata["pair"]).drop(columns=[PROBABILITY, DO_PREDICT, EXPECTED_SIGMAS])
        return indicators(made, metadata)

    strategy.populate_indicators = populate


def rules_of(backtest: StockBacktest, data: Path) -> Rules:
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
        timeframe=strategy.timeframe,
        days={pair: pd.read_feather(data / f"{pair.replace('/', '_')}-1d.feather") for pair in PAIRS},
    )


def replayed(backtest: StockBacktest, rules: Rules, every: int = 48) -> pd.DataFrame:
    return Replay(backtest.frames, rules, backtest.start_at, backtest.end_at, every=every).run()


def trimmed(backtest: StockBacktest) -> int:
    orders = [order for trade in backtest.trades["orders"] for order in trade]
    return sum(order["ft_order_tag"] == "trim" for order in orders)


@pytest.mark.parametrize("name", PROFILES)
def test_the_replay_makes_the_same_trades(backtest, data, name) -> None:
    run = backtest(name)
    assert set(run.trades["pair"]) == set(PAIRS)
    assert set(run.trades["exit_reason"]) >= PROFILES[name][3]
    assert differences(run.trades, replayed(run, rules_of(run, data))) == []


def test_positions_are_trimmed_in_the_replay_and_in_freqtrade(backtest, data) -> None:
    run = backtest("rules alone")
    assert trimmed(run) >= 1
    strategy: Any = run.strategy
    settings = strategy.settings
    without = settings.model_copy(update={"stake": settings.stake.model_copy(update={"trim": False})})
    assert differences(run.trades, replayed(run, replace(rules_of(run, data), settings=without), every=0))


def changed(block: str, **values: Any) -> Callable[[Rules], Rules]:
    def change(rules: Rules) -> Rules:
        other = getattr(rules.settings, block).model_copy(update=values)
        return replace(rules, settings=rules.settings.model_copy(update={block: other}))

    return change


def other_parameter(name: str, value: float) -> Callable[[Rules], Rules]:
    return lambda rules: replace(rules, parameters={**rules.parameters, name: value})


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("time", changed("signals", entry_patience_candles=1)),
        ("time", changed("signals", exit_patience_candles=11)),
        ("time", other_parameter("long_threshold", 0.54)),
        ("time", other_parameter("exit_threshold", 0.44)),
        ("rules alone", changed("stake", target_volatility=0.41)),
        ("rules alone", changed("stake", half_life_days=29.0)),
        ("rules alone", changed("signals", exit_on_regime=False)),
        ("rules alone", lambda rules: replace(rules, max_open_trades=1)),
        ("near stop", changed("stops", fixed_frac=0.021)),
        ("veto", changed("signals", decide="every_candle")),
        ("veto", changed("signals", exit_on_decay=False)),
        ("alone", changed("signals", cost_margin=0.2)),
        ("alone", changed("costs", fee_frac=0.0011)),
    ],
)
def test_a_planted_difference_is_found(backtest, data, name, change) -> None:
    run = backtest(name)
    assert differences(run.trades, replayed(run, change(rules_of(run, data)), every=0))


def test_reasons_are_those_of_the_cut_frame(backtest, data) -> None:
    """Each candle's code from the frame that ends with it; the replay has compared them on its way."""
    run = backtest("time")
    replay = Replay(run.frames, rules_of(run, data), run.start_at, run.end_at, every=16)
    replay.run()
    assert len(replay.eyes.confirmed) > 200
    codes = {row[REASON] for rows in replay.eyes._rows.values() for row in rows}
    assert codes >= {
        Reason.ENTERS_LONG, Reason.REGIME_UNKNOWN, Reason.REGIME_NOT_ALLOWED, Reason.REGIME_ENDS_LATER,
        Reason.MODEL_WAITS,
    }  # fmt: skip
