"""One small FreqAI train-and-predict through Freqtrade's own loop."""

import gc
import json
import logging
import weakref

import numpy as np
import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from freqtrade.freqai.data_kitchen import FreqaiDataKitchen

from auriga.columns import DIRECTION, EXPERT, EXPERT_ROWS, PRIOR, PROBABILITY, REGIME, TRAINED_AT
from auriga.host.rows._market import Market
from auriga.host.rows._model_columns import canonical_columns, freqai_frame
from auriga.typing import Regime


@pytest.fixture
def backtested(freqai_run):
    run = freqai_run()
    return run, run.backtest_rows(run.indicators("BTC/USDT"))


def test_every_candle_has_a_prediction_and_its_provenance(backtested) -> None:
    _, rows = backtested
    assert len(rows) == 14 * 288 + 1  # with the candle that opens at the end, as Freqtrade trades it
    assert (rows["do_predict"] == 1).all()
    np.testing.assert_allclose(rows["up"] + rows["down"], 1)
    np.testing.assert_allclose(rows[PROBABILITY], rows["up"])
    assert rows[DIRECTION].isin(["up", "down"]).all()
    assert rows[PRIOR].between(0.3, 0.7).all()
    assert set(rows[EXPERT].unique()) <= {float(regime) for regime in Regime}


def test_rows_go_to_the_expert_of_their_regime(backtested) -> None:
    _, rows = backtested
    by_expert = rows[rows[EXPERT] != Regime.UNKNOWN]
    assert (by_expert[EXPERT] == by_expert[REGIME]).all()
    assert len(by_expert[EXPERT].unique()) >= 2
    # 14 days of training, every second candle of two pairs: no expert may claim more rows than that.
    assert by_expert[EXPERT_ROWS].between(200, 14 * 288).all()


def test_two_runs_give_the_same_predictions(freqai_run, backtested) -> None:
    _, rows = backtested
    run = freqai_run("again")
    pd.testing.assert_frame_equal(run.backtest_rows(run.indicators("BTC/USDT")), rows)


def test_cached_run_gives_the_same_frame(freqai_run, backtested) -> None:
    _, rows = backtested
    cached = freqai_run()
    frame = cached.backtest_rows(cached.indicators("BTC/USDT"))
    pd.testing.assert_frame_equal(frame[rows.columns], rows)


def test_models_and_features_are_forgotten_once_every_pair_has_its_predictions(freqai_run, caplog) -> None:
    run = freqai_run()
    first = run.backtest_rows(run.indicators("BTC/USDT"))
    shared = run.strategy.freqai._run
    market = weakref.ref(shared.market)
    assert len(shared._models) == 2  # ETH/USDT is yet to be predicted by them
    run.indicators("ETH/USDT")
    gc.collect()
    assert market() is None
    assert not shared._models
    caplog.set_level(logging.INFO)
    pd.testing.assert_frame_equal(run.backtest_rows(run.indicators("BTC/USDT"))[first.columns], first)
    assert "training" not in caplog.text


def stock_frame(run, pair: str) -> pd.DataFrame:
    """The frame that FreqAI itself makes of a pair: features, names and merges are its own."""
    kitchen = FreqaiDataKitchen(run.config, False, pair)
    return kitchen.use_strategy_to_populate_indicators(
        run.strategy, prediction_dataframe=run.candles(pair), pair=pair
    )


def test_features_are_those_of_freqais_own_loop(freqai_run) -> None:
    run = freqai_run(freqai={"feature_parameters": {"include_shifted_candles": 1}})
    market = Market(
        run.strategy, run.config, run.strategy.settings, DIRECTION, run.strategy.dp.get_pair_dataframe
    )
    for pair in ("BTC/USDT", "ETH/USDT"):
        ours = freqai_frame(market.features(pair, run.candles(pair)), market.leading)
        stock = stock_frame(run, pair)
        assert set(ours.columns) == set(stock.columns)
        assert len([name for name in stock if "%" in str(name)]) > 100
        for name in stock:
            pd.testing.assert_series_equal(ours[name], stock[name], check_dtype=False)


@pytest.mark.parametrize(("scheme", "every"), [("warm_start", 2), ("hard", 1)])
def test_prediction_equals_a_model_trained_by_hand(freqai_run, scheme, every) -> None:
    """Rebuild one window from FreqAI's own frames and labels: nothing else may influence a prediction."""
    run = freqai_run(regime={"scheme": scheme})
    rows = run.backtest_rows(run.indicators("BTC/USDT"))
    start = pd.Timestamp("2024-02-19", tz="UTC")
    (file,) = run.place.glob(f"sub-train-BTC_USDT_{int(start.timestamp())}/*metadata.json")
    names = json.loads(file.read_text())["training_features_list"]
    parts = []
    for pair in ("BTC/USDT", "ETH/USDT") if every == 2 else ("BTC/USDT",):
        frame = stock_frame(run, pair)
        window = frame[(frame["date"] < start) & (frame["date"] >= start - pd.Timedelta(days=14))].copy()
        window = run.strategy.set_freqai_targets(window, {"pair": pair})
        columns = canonical_columns(names, pair, frame.columns.tolist())
        X = window[columns].to_numpy(np.float32)
        minutes = window["date"].dt.minute.to_numpy()
        keep = np.isfinite(X).all(axis=1) & window[DIRECTION].notna().to_numpy() & (minutes // 5 % every == 0)
        parts.append(
            (X[keep], window[DIRECTION].to_numpy(object)[keep].astype(str), window[REGIME].to_numpy()[keep])
        )
        if pair == "BTC/USDT":
            test = frame[frame["date"] >= start].iloc[: 7 * 288]
            asked, regimes = test[columns].to_numpy(np.float32), test[REGIME].to_numpy()
    X, y, codes = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    expected = run.strategy.freqai.make_model().fit(X, y, regimes=codes).predict_proba(asked, regimes=regimes)
    np.testing.assert_allclose(rows[PROBABILITY].to_numpy()[: 7 * 288], expected[:, 1], rtol=1e-12)


def test_predictions_do_not_see_later_candles(freqai_run, backtested) -> None:
    """Cut the data in the middle of the second window: what was predicted before stays the same."""
    _, rows = backtested
    run = freqai_run("cut", timerange="20240219-20240229")
    cut = run.backtest_rows(run.indicators("BTC/USDT"))
    assert len(cut) == 10 * 288 + 1
    columns = [PROBABILITY, EXPERT, EXPERT_ROWS, PRIOR, REGIME]
    pd.testing.assert_frame_equal(cut[columns], rows[columns].iloc[: len(cut)])


def test_run_whose_label_has_one_class_is_refused_every_time(freqai_run) -> None:
    """Every label is flat: a certainty that means nothing. What the first run has left is no answer."""
    flat = {"label": {"threshold": 20.0}, "costs": {"fee_frac": 0.05}}
    for _ in range(2):
        run = freqai_run(regime=flat)
        with pytest.raises(OperationalException, match=r"one value alone.*change regime.label \(threshold"):
            run.indicators("BTC/USDT")


def test_window_of_one_class_is_reported_and_passed_over(freqai_run, monkeypatch, caplog) -> None:
    run = freqai_run()
    original = type(run.strategy).set_freqai_targets

    def flat_at_first(self, dataframe, metadata, **kwargs):
        dataframe = original(self, dataframe, metadata, **kwargs)
        early = dataframe["date"] < "2024-02-19"
        return dataframe.assign(**{DIRECTION: dataframe[DIRECTION].mask(early, "up")})

    monkeypatch.setattr(type(run.strategy), "set_freqai_targets", flat_at_first)
    with caplog.at_level(logging.WARNING):
        rows = run.backtest_rows(run.indicators("BTC/USDT"))
    # The candle that opens at the end of the timerange is a part of the last window.
    np.testing.assert_array_equal(rows["do_predict"], np.repeat([0, 1], [7 * 288, 7 * 288 + 1]))
    assert "1 of 2 windows could not be trained and are not traded" in caplog.text
    assert "Lengthen freqai.train_period_days, or change regime.label" in caplog.text


def test_run_without_any_trainable_window_is_refused(freqai_run, monkeypatch) -> None:
    run = freqai_run()
    monkeypatch.setattr(type(run.strategy), "set_freqai_targets", _no_labels)
    with pytest.raises(OperationalException, match=r"no window could be trained .*without a label"):
        run.indicators("BTC/USDT")


def _no_labels(self, dataframe, metadata, **kwargs):
    dataframe[DIRECTION] = np.nan
    return dataframe


def test_failing_window_does_not_end_the_backtest(freqai_run, monkeypatch, caplog) -> None:
    run = freqai_run()
    original = type(run.strategy.freqai).make_model
    calls = []

    def fail_once(self):
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("planted")
        return original(self)

    run.strategy.freqai.freqai_info["data_kitchen_thread_count"] = 1  # so that the first window comes first
    monkeypatch.setattr(type(run.strategy.freqai), "make_model", fail_once)
    rows = run.backtest_rows(run.indicators("BTC/USDT"))
    first, second = rows.iloc[: 7 * 288], rows.iloc[7 * 288 :]
    assert (first["do_predict"] == 0).all()
    assert (second["do_predict"] == 1).all()
    assert "1 of 2 windows could not be trained" in caplog.text
    assert "RuntimeError: planted" in caplog.text


@pytest.mark.parametrize(
    ("freqai", "words"),
    [
        ({"feature_parameters": {"DI_threshold": 0.9}}, "DI_threshold is 0.9.*30,000 rows"),
        ({"feature_parameters": {"principal_component_analysis": True}}, "principal_component_analysis"),
        ({"feature_parameters": {"use_SVM_to_remove_outliers": True}}, "use_SVM"),
        ({"data_split_parameters": {"shuffle": True}}, "data_split_parameters.shuffle"),
        ({"continual_learning": True}, "freqai.continual_learning"),
    ],
)
def test_options_that_would_be_ignored_are_refused(freqai_run, freqai, words) -> None:
    with pytest.raises(OperationalException, match=words):
        freqai_run(freqai=freqai)


def test_bad_settings_are_refused_before_any_candle(freqai_run) -> None:
    with pytest.raises(OperationalException, match="did you mean 'min_dwell'"):
        freqai_run(regime={"min_dwel": 3})


def test_held_back_rows_are_purged_and_scored(freqai_run, caplog) -> None:
    run = freqai_run(regime={"scheme": "pooled"}, freqai={"data_split_parameters": {"test_size": 0.25}})
    with caplog.at_level(logging.INFO):
        rows = run.backtest_rows(run.indicators("BTC/USDT"))
    assert "held-back rows" in caplog.text
    fallback = rows[EXPERT_ROWS][rows[EXPERT] == Regime.UNKNOWN]
    # The last 12 candles have no label; of every second candle a quarter is held back, 6 lie between.
    moments = (14 * 288 - 12) // 2
    assert set(fallback) == {2 * (moments - round(0.25 * moments) - 6)}
    assert (rows["do_predict"] == 1).all()


def test_recent_rows_may_weigh_more(freqai_run, backtested) -> None:
    _, rows = backtested
    run = freqai_run("weighted", freqai={"feature_parameters": {"weight_factor": 0.5}})
    weighted = run.backtest_rows(run.indicators("BTC/USDT"))
    assert (weighted["do_predict"] == 1).all()
    assert not np.allclose(weighted[PROBABILITY], rows[PROBABILITY])


def test_everything_that_is_plotted_is_a_column(backtested) -> None:
    run, rows = backtested
    plotted = {name for subplot in run.strategy.plot_config["subplots"].values() for name in subplot}
    signalled = run.strategy.ft_advise_signals(rows.copy(), {"pair": "BTC/USDT"})
    assert plotted <= set(signalled.columns)
    assert {EXPERT, EXPERT_ROWS, REGIME, PROBABILITY, PRIOR, "do_predict"} <= plotted


def test_every_prediction_tells_which_window_made_it(backtested) -> None:
    run, rows = backtested
    spans = run.config["freqai"]
    first = pd.Timestamp("2024-02-19", tz="UTC")
    windows = (rows["date"] - first) // pd.Timedelta(days=spans["backtest_period_days"])
    windows = windows.clip(upper=1)  # the candle at the end is of the last window
    expected = (first + windows * pd.Timedelta(days=spans["backtest_period_days"])).map(
        pd.Timestamp.timestamp
    )
    np.testing.assert_array_equal(rows[TRAINED_AT], expected)
    assert rows[TRAINED_AT].nunique() == 2
