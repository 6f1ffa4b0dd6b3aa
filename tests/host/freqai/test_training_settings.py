"""How models are trained: each setting reaches the models, and labels may not look further than they say."""

import numpy as np
import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException

from auriga.columns import DIRECTION, PROBABILITY
from auriga.typing import Regime

DAY = 288


def predicted(run) -> np.ndarray:
    rows = run.backtest_rows(run.indicators("BTC/USDT"))
    assert (rows["do_predict"] == 1).all()
    return rows[PROBABILITY].to_numpy()


def first_model(run):
    """The model of the first window, and how many rows each part of it learned from."""
    models = run.strategy.freqai._run._models
    (window,) = [key for key in models if key[0].train_stop == min(w.train_stop for w, _ in models)]
    return models[window]


@pytest.fixture
def plain(freqai_run):
    run = freqai_run("plain")
    return predicted(run), first_model(run)


@pytest.mark.parametrize(
    "regime",
    [
        {"scheme": "hard", "pairs": "all"},
        {"scheme": "shrunk", "prior_samples": 500},
        {"scheme": "weighted", "other_weight": 0.5},
        {"scheme": "pooled"},
        {"scheme": "pooled_with_regime"},
        {"pairs": "own"},
        {"sample_every": 4},
        {"expert_trees": 5},
        {"n_seeds": 2},
        {"recency_half_life_days": 3.0},
        {"uniqueness_weights": True},
        {"balance_classes": True},
        {"embargo_candles": 144},
    ],
    ids=str,
)
def test_setting_reaches_the_models(freqai_run, plain, regime) -> None:
    assert not np.allclose(predicted(freqai_run(regime=regime)), plain[0])


def test_embargo_leaves_candles_out_before_the_test(freqai_run, plain) -> None:
    run = freqai_run(regime={"embargo_candles": 144})
    predicted(run)
    before, after = (model.experts_[Regime.UNKNOWN].n_samples for model in (plain[1], first_model(run)))
    assert before - after == 2 * 144 // 2  # two pairs, every second candle


def test_own_pair_and_every_candle(freqai_run) -> None:
    run = freqai_run(regime={"scheme": "hard"})
    predicted(run)
    rows = first_model(run).experts_[Regime.UNKNOWN].n_samples
    assert rows == 14 * DAY - 12  # one pair, every candle, purged by the horizon


def test_experts_look_back_further_than_the_base(freqai_run, plain) -> None:
    run = freqai_run(regime={"expert_train_period_days": 28})
    assert run.config["freqai"]["train_period_days"] == 28
    assert run.config["freqai"]["base_train_period_days"] == 14
    predicted(run)
    model = first_model(run)
    base = model.experts_[Regime.UNKNOWN].n_samples
    assert base == plain[1].experts_[Regime.UNKNOWN].n_samples
    assert sum(model.experts_[regime].n_samples for regime in Regime.known()) > 1.5 * base


def test_labels_that_look_further_than_the_horizon_are_refused(freqai_run, monkeypatch) -> None:
    run = freqai_run()

    def far(self, dataframe, metadata, **kwargs):
        later = dataframe["close"].shift(-24)
        label = pd.Series(np.where(later > dataframe["close"], "up", "down"), index=dataframe.index)
        return dataframe.assign(**{DIRECTION: label.where(later.notna())})

    monkeypatch.setattr(type(run.strategy), "set_freqai_targets", far)
    message = r"looks 24 candles ahead, but regime\.label\.horizon is 12"
    with pytest.raises(OperationalException, match=message):
        run.indicators("BTC/USDT")


def test_pair_without_candles_is_left_out_and_named(freqai_run, caplog) -> None:
    run = freqai_run(exchange={"pair_whitelist": ["BTC/USDT", "ETH/USDT", "NONE/USDT"]})
    predicted(run)
    assert "NONE/USDT: left out of training, and its rows get do_predict 0: no 5m and no 1h" in caplog.text


def test_order_of_the_whitelist_does_not_matter(freqai_run, plain) -> None:
    run = freqai_run(exchange={"pair_whitelist": ["ETH/USDT", "BTC/USDT"]})
    run.indicators("ETH/USDT")
    np.testing.assert_array_equal(predicted(run), plain[0])
