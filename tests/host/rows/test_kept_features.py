"""`regime.features.keep`: every reader of features sees only these columns, and says so in its seal."""

import json
import logging

import numpy as np
import pytest
from freqtrade.exceptions import OperationalException
from tests.support.stock import LiveRun, quiet_dry_run

from auriga.columns import DIRECTION, EXPERT, PROBABILITY, plain_feature
from auriga.host.rows._market import Market
from auriga.host.rows._model_columns import ModelColumns

KEEP = [
    "trend_adx_14_ETH/USDT_1h",
    "momentum_rsi_14_own_5m",
    "calendar_hour_sin",
    "volatility_ratio_gen_own_1h",
]
IN_ORDER = [
    "momentum_rsi_14_own_5m",
    "volatility_ratio_gen_own_1h",
    "calendar_hour_sin",
    "trend_adx_14_ETH/USDT_1h",
]


def market_of(run) -> Market:
    settings, candles = run.strategy.settings, run.strategy.dp.get_pair_dataframe
    return Market(run.strategy, run.config, settings, DIRECTION, candles)


def test_kept_columns_are_those_of_all_features_in_their_order(freqai_run) -> None:
    market = market_of(freqai_run())
    features, leading = market.features("BTC/USDT"), market.leading
    every, kept = ModelColumns(features, leading), ModelColumns(features, leading, KEEP)
    assert [plain_feature(name) for name in kept.names] == IN_ORDER
    rows = np.array([0, 7, 3000, len(features.times) - 1])
    positions = [every.names.index(name) for name in kept.names]
    np.testing.assert_array_equal(kept.rows(rows), every.rows(rows)[:, positions])
    assert len(every.names) > 100


def test_a_row_is_complete_when_the_kept_columns_are(freqai_run) -> None:
    market = market_of(freqai_run())
    features, leading = market.features("BTC/USDT"), market.leading
    rows = np.arange(len(features.times))
    for keep in (None, KEEP, ["calendar_hour_sin"], ["momentum_rsi_14_own_5m"]):
        columns = ModelColumns(features, leading, keep)
        finite: np.ndarray = np.asarray(np.isfinite(columns.rows(rows)).all(axis=1))
        np.testing.assert_array_equal(columns.complete(), finite)
        assert columns.missing_counts(~finite).keys() <= set(columns.names)
    early = ModelColumns(features, leading, ["momentum_rsi_14_own_5m"]).complete().argmax()
    assert early < ModelColumns(features, leading).complete().argmax()


def test_backtest_trains_and_predicts_on_the_kept_columns_alone(freqai_run) -> None:
    run = freqai_run(regime={"features": {"keep": KEEP}})
    rows = run.backtest_rows(run.indicators("BTC/USDT"))
    assert (rows["do_predict"] == 1).all()
    models = list(run.strategy.freqai._run._models.values())
    assert {model.n_features_in_ for model in models} == {4}
    assert {model.fallback_.booster.num_feature() for model in models} == {4}
    metadata = next(run.place.glob("sub-train-BTC_USDT_*/*metadata.json"))
    names = json.loads(metadata.read_text())["training_features_list"]
    assert [plain_feature(name) for name in names] == IN_ORDER
    whole = freqai_run("whole")
    other = whole.backtest_rows(whole.indicators("BTC/USDT"))
    assert not np.allclose(rows[PROBABILITY], other[PROBABILITY])


def test_changed_list_makes_cached_predictions_stale(freqai_run, caplog) -> None:
    first = freqai_run(regime={"features": {"keep": KEEP}})
    first.indicators("BTC/USDT")
    caplog.set_level(logging.INFO)
    again = freqai_run(regime={"features": {"keep": KEEP}})
    again.indicators("BTC/USDT")
    assert "2 of 2 windows have valid predictions" in caplog.text
    fewer = freqai_run(regime={"features": {"keep": KEEP[:3]}})
    fewer.indicators("BTC/USDT")
    assert "0 of 2 windows have valid predictions" in caplog.text
    assert "regime.features.keep" in caplog.text


def test_unknown_names_are_refused_with_the_nearest_known_one_before_training(freqai_run, caplog) -> None:
    caplog.set_level(logging.INFO)
    run = freqai_run(regime={"features": {"keep": [*KEEP, "momentum_rsi_14_own_4h", "nonsense"]}})
    with pytest.raises(
        OperationalException, match=r"do not exist \(2\): 'momentum_rsi_14_own_4h' \(did you mean 'mom"
    ):
        run.indicators("BTC/USDT")
    assert "training" not in caplog.text
    assert not run.strategy.freqai._run._models


@quiet_dry_run
def test_live_training_and_prediction_use_the_kept_columns(freqai_run, monkeypatch) -> None:
    run = LiveRun(freqai_run("bot", regime={"features": {"keep": KEEP}}), monkeypatch)
    run.train("BTC/USDT")
    run.indicators("BTC/USDT")
    run.advance()
    row = run.indicators("BTC/USDT").iloc[-1]
    model = run.freqai.dd.model_dictionary["BTC/USDT"]
    assert model.n_features_in_ == 4
    market = run.freqai.live_run.market
    features = market.features("BTC/USDT")
    last = np.array([len(features.times) - 1])
    regimes = features.frame["regime"].to_numpy()[last].astype(np.int8)
    expected = model.predict_proba(market.predictable("BTC/USDT", last), regimes=regimes)[0, 1]
    assert row["do_predict"] == 1
    assert row[PROBABILITY] == pytest.approx(expected, rel=1e-12)
    assert row[EXPERT] == model.route(regimes)[0][0]


@quiet_dry_run
def test_live_refuses_unknown_names_at_the_first_candle(freqai_run, monkeypatch) -> None:
    run = LiveRun(freqai_run("bot", regime={"features": {"keep": ["momentum_rsi_14_own_5"]}}), monkeypatch)
    with pytest.raises(OperationalException, match="did you mean 'momentum_rsi_14_own_5m'"):
        run.indicators("BTC/USDT")
