"""Regimes as the strategy gets them: other detectors, a reference pair, what is missing and what to do."""

import logging
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.enums import RunMode
from freqtrade.exceptions import OperationalException
from tests.support.every_prediction import EVERY_PREDICTION
from tests.support.stand_in import StandIn

from auriga.columns import REGIME, REGIME_AGE, REGIME_COLUMNS, REGIME_CONFIDENCE, REGIME_STATUS
from auriga.host.rows import detected_regimes, market_regimes
from auriga.host.setup import startup_candles
from auriga.regimes import (
    JumpDetector,
    MovingAverageRule,
    PriceChangeRule,
    RuleVote,
    VolatilityRule,
    detect_regimes,
)
from auriga.settings import parse_settings
from auriga.typing import Regime, RegimeStatus

JUMP: dict[str, Any] = {
    "detector": "jump",
    "reference_pair": "BTC/USDT",
    "timeframe": "4h",
    "jump": {"fit_candles": 120, "refit_candles": 20, "period": 14, "penalty": 10.0},
}


def slow_candles(datadir, pair: str = "BTC/USDT") -> pd.DataFrame:
    return pd.read_feather(datadir / f"{pair.replace('/', '_')}-4h.feather")


def test_jump_detector_on_a_reference_pair_in_a_whole_backtest(freqai_run, datadir) -> None:
    run = freqai_run(regime=JUMP)
    frame = run.backtest_rows(run.indicators("ETH/USDT"))
    detector = JumpDetector("4h", **JUMP["jump"])
    detected = detect_regimes(slow_candles(datadir), detector, confirm_candles=2, min_dwell=5)
    closes = detected.set_index(detected["date"] + pd.Timedelta(hours=4))
    for at in (0, 47, 48, 1000, len(frame) - 1):
        known = closes[closes.index <= frame["date"].iloc[at] + pd.Timedelta(minutes=5)].iloc[-1]
        row = frame.iloc[at]
        assert [row[name] for name in (REGIME, REGIME_STATUS)] == [known["regime"], known["regime_status"]]
        np.testing.assert_equal(row[REGIME_AGE], known["regime_age"])
        assert row[REGIME_CONFIDENCE] == known["regime_confidence"]
    assert (frame[REGIME] != Regime.UNKNOWN).all()
    again = freqai_run(regime=JUMP)  # the cached predictions of the first run
    pd.testing.assert_frame_equal(
        again.backtest_rows(again.indicators("ETH/USDT"))[list(REGIME_COLUMNS)], frame[list(REGIME_COLUMNS)]
    )


def test_slow_candles_are_asked_of_every_pair_or_of_the_reference_pair(freqai_run, monkeypatch) -> None:
    """And the days of every pair, whose volatility stakes may follow; each once."""
    days = [("BTC/USDT", "1d"), ("ETH/USDT", "1d")]
    for regime, slow in (
        ({}, [("BTC/USDT", "4h"), ("ETH/USDT", "4h")]),
        (JUMP, [("BTC/USDT", "4h")]),
        ({"timeframe": "1d", "stake": {"rule": "confidence"}}, []),
    ):
        strategy = freqai_run(regime=regime).strategy
        monkeypatch.setattr(strategy.dp, "current_whitelist", lambda: ["ETH/USDT", "BTC/USDT"])
        assert strategy.informative_pairs() == sorted([*days, *slow])


def test_other_rules_of_trading_make_no_prediction_stale(freqai_run, caplog) -> None:
    caplog.set_level("INFO")
    for block in ({}, EVERY_PREDICTION, {"signals": {"sides": {"bull": "flat"}}}):
        caplog.clear()
        freqai_run(regime=block).indicators("BTC/USDT")
        assert ("trained on" in caplog.text) == (not block)


def test_reference_pair_without_candles_is_refused_early(freqai_run) -> None:
    run = freqai_run(regime={"reference_pair": "SOL/USDT"})
    with pytest.raises(
        OperationalException, match=r"reference_pair SOL/USDT has no 4h candles.*--pairs SOL/USDT"
    ):
        run.indicators("ETH/USDT")


def test_missing_package_is_refused_before_any_candle_is_loaded(freqai_run, monkeypatch) -> None:
    monkeypatch.setattr("auriga.regimes._state_detector.find_spec", lambda name: None)
    with pytest.raises(OperationalException, match=r"detector is 'jump'.*pip install 'auriga\[jump\]'"):
        freqai_run(regime=JUMP)


@pytest.mark.parametrize("mode", [RunMode.DRY_RUN, RunMode.LIVE])
def test_backtests_load_what_a_fit_needs_and_live_keeps_what_is_declared(mode) -> None:
    jump, rules = parse_settings({"detector": "jump"}), parse_settings({})
    assert startup_candles({"runmode": RunMode.BACKTEST}, jump, 240) == jump.warmup_candles > 700
    assert startup_candles({"runmode": RunMode.BACKTEST}, rules, 240) == 240
    assert startup_candles({"runmode": mode}, jump, 240) == 240


class LiveProvider(StandIn):
    def __init__(self, candles: pd.DataFrame) -> None:
        self.candles = candles

    def get_pair_dataframe(self, pair: str, timeframe: str) -> pd.DataFrame:
        return self.candles


def test_live_remedy_is_about_the_fit_and_not_about_a_download(freqai_run, datadir, caplog) -> None:
    from auriga.host.checks import check_pair

    run = freqai_run()
    settings = parse_settings(JUMP | {"jump": {"fit_candles": 730}})
    base = run.candles("ETH/USDT").tail(10)
    live = {**run.config, "timerange": None}
    with caplog.at_level(logging.WARNING):
        check_pair(base, "ETH/USDT", LiveProvider(slow_candles(datadir)), live, settings)
    assert "the detector 'jump' needs 775 of them" in caplog.text
    assert "Lower regime.jump.fit_candles, or set startup_candle_count" in caplog.text
    assert "download-data" not in caplog.text


@pytest.mark.parametrize("empty", [pd.DataFrame(), pd.DataFrame(columns=["date", "open", "close"])])
@pytest.mark.parametrize("detector", ["rules", "jump", "hmm"])
def test_no_slow_candles_are_a_missing_source(detector, empty) -> None:
    settings = parse_settings({"detector": detector})
    dates = pd.Series(pd.date_range("2025-01-01", periods=3, freq="5min", tz="UTC"))
    carried = market_regimes(empty, dates, settings, "5m")
    assert (carried[REGIME] == Regime.UNKNOWN).all()
    assert (carried[REGIME_STATUS] == RegimeStatus.SOURCE_MISSING).all()


def test_settings_reach_the_vote_and_the_confidence(datadir) -> None:
    slow = slow_candles(datadir)
    block = {"rules": ["price_change", "volatility"], "price_change": {"period": 20, "weight": 3.0}}
    alone = parse_settings({"rules": ["price_change"], "price_change": {"period": 20}})
    heavy = detected_regimes(slow, parse_settings(block))
    np.testing.assert_array_equal(heavy["regime"], detected_regimes(slow, alone)["regime"])
    sure = detected_regimes(slow, parse_settings(block | {"min_confidence": 0.6}))
    hidden = sure["regime_status"] == RegimeStatus.LOW_CONFIDENCE
    assert hidden.any()
    np.testing.assert_array_equal(hidden, heavy["regime_confidence"] < 0.6)


def test_every_setting_of_the_regime_reaches_the_detector(datadir) -> None:
    """Rules with their own numbers and votes, confirmation, dwell and confidence: as called by hand."""
    candles = slow_candles(datadir)
    block = {
        "timeframe": "4h", "rules": ["price_change", "volatility", "moving_average"], "confirm_candles": 4,
        "min_dwell": 7, "min_confidence": 0.55,
        "price_change": {"period": 11, "enter_level": 0.02, "exit_level": 0.005, "weight": 3.0},
        "volatility": {"period": 13, "enter_level": 0.5, "exit_level": 0.2},
        "moving_average": {"period": 17, "enter_level": 0.02, "exit_level": 0.01, "weight": 0.5},
    }  # fmt: skip
    rules = (
        PriceChangeRule(11, 0.02, 0.005), VolatilityRule(13, 0.5, 0.2), MovingAverageRule(17, 0.02, 0.01),
    )  # fmt: skip
    weights = (3.0, 1.0, 0.5)
    steps: dict[str, Any] = {"confirm_candles": 4, "min_dwell": 7, "min_confidence": 0.55}
    expected = detect_regimes(candles, RuleVote(rules, weights), **steps)
    pd.testing.assert_frame_equal(detected_regimes(candles, parse_settings(block)), expected)
    others = [detect_regimes(candles, RuleVote(rules), **steps)]
    others += [
        detect_regimes(candles, RuleVote(rules, weights), **(steps | {name: least}))
        for name, least in (("confirm_candles", 1), ("min_dwell", 1), ("min_confidence", 0.0))
    ]
    assert not any(other["regime"].equals(expected["regime"]) for other in others)  # each of them counts
