"""Windows that cannot be trained: whose they are, whom they end, and which remedy is named."""

import logging
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException

from auriga.columns import DIRECTION, DO_PREDICT, EXPERT
from auriga.typing import Regime

BTC, ETH = "BTC/USDT", "ETH/USDT"
HARD = {"scheme": "hard"}
PLAIN: dict[str, Any] = {"feature_parameters": {"include_corr_pairlist": []}}


@pytest.fixture
def run_of(freqai_run, monkeypatch, caplog):
    """A run in which ETH, or both pairs, have no labels or lack a feature until a day, and fits may fail."""
    caplog.set_level(logging.WARNING)

    def make(*, unlabelled=(), lacking=(), until="2030-01-01", failing=False, **overlay):
        run = freqai_run(freqai=PLAIN, **overlay)
        strategy, model = type(run.strategy), type(run.strategy.freqai)
        standard, targets = strategy.feature_engineering_standard, strategy.set_freqai_targets

        def features(self, dataframe, metadata, **kwargs):
            known = (metadata["pair"] not in lacking) | (dataframe["date"] >= until)
            return standard(self, dataframe, metadata, **kwargs).assign(
                **{"%-mine": np.where(known, 1.0, np.nan)}
            )

        def labels(self, dataframe, metadata, **kwargs):
            dataframe = targets(self, dataframe, metadata, **kwargs)
            return dataframe.assign(
                **(
                    {DIRECTION: np.nan}
                    if metadata["pair"] in unlabelled
                    else {DIRECTION: dataframe[DIRECTION]}
                )
            )

        def fails(self):
            raise RuntimeError("planted")

        monkeypatch.setattr(strategy, "feature_engineering_standard", features)
        monkeypatch.setattr(strategy, "set_freqai_targets", labels)
        if failing:
            monkeypatch.setattr(model, "make_model", fails)
        return run

    return make


def refused(run, pair: str = BTC) -> str:
    """Words with which a run is refused."""
    with pytest.raises(OperationalException) as raised:
        run.indicators(pair)
    return str(raised.value)


def test_a_pair_whose_own_models_all_fail_ends_nobody_elses(run_of, caplog) -> None:
    run = run_of(unlabelled=[ETH], regime=HARD)
    failed, trained = (run.backtest_rows(run.indicators(pair)) for pair in (ETH, BTC))
    assert (failed[DO_PREDICT] == 0).all() and (trained[DO_PREDICT] == 1).all()
    (told,) = [text for text in caplog.messages if "could not be trained and are not traded" in text]
    assert told.startswith("ETH/USDT: 2 of 2 windows could not be trained")
    assert re.search("set_freqai_targets labels none of the 6036 training rows", told)
    assert "pair_whitelist" not in told  # all its candles are there


def test_models_of_all_pairs_that_all_fail_are_refused_once(run_of) -> None:
    words = refused(run_of(unlabelled=[BTC, ETH]))
    assert words.startswith("all 2 pairs: no window could be trained") and words.count("no window") == 1
    assert "set_freqai_targets labels none" in words


def test_what_one_pair_lacks_is_not_blamed_for_a_failure_of_all(run_of) -> None:
    words = refused(run_of(unlabelled=[ETH], lacking=[ETH], failing=True))
    assert "RuntimeError: planted" in words
    assert words.endswith("The log above has the whole error: correct the strategy or the model.")


@pytest.mark.parametrize("until", ["2030-01-01", "2024-02-26"])
def test_a_feature_that_is_missing_in_every_training_row_is_named(run_of, until) -> None:
    """Also where it is there later. Of the pairs, the one with the most rows is looked at."""
    words = refused(run_of(lacking=[BTC, ETH], until=until))
    assert "mine of BTC/USDT, missing in every training row: take such features out" in words


def test_the_pair_with_the_most_rows_is_looked_at(run_of, datadir, tmp_path) -> None:
    for file in datadir.glob("*.feather"):
        frame = pd.read_feather(file)
        late = frame["date"] >= ("2024-02-09" if file.name.startswith("BTC") else "2000")
        (tmp_path / "data").mkdir(exist_ok=True)
        frame[late].reset_index(drop=True).to_feather(tmp_path / "data" / file.name)
    words = refused(run_of(lacking=[BTC, ETH], data=tmp_path / "data"), ETH)
    assert "mine of ETH/USDT, missing in every training row" in words
    assert "BTC/USDT: Take it out of exchange.pair_whitelist, start the timerange on 2024-02-24" in words
    assert "ETH/USDT: Take it out" not in words


@pytest.mark.parametrize("scheme", ["pooled", "pooled_with_regime"])
def test_a_scheme_without_experts_lacks_none(run_of, caplog, scheme) -> None:
    run_of(regime={"scheme": scheme, "min_samples": 100_000}).indicators(BTC)
    assert "no regime has a model of its own" not in caplog.text


@pytest.mark.parametrize(("more", "windows"), [(-200, 0), (0, 1), (1, 2)])
def test_a_regime_with_just_enough_rows_has_a_model(run_of, caplog, more, windows) -> None:
    """Of two windows one has fewer rows of it; the other regimes have fewer still."""
    run_of(regime={"min_samples": 100_000}).indicators(BTC)
    most = max(int(count) for count in re.findall(r"(?:bear|sideways|bull) (\d+)", caplog.text))
    caplog.clear()
    run = run_of(name="again", regime={"min_samples": most + more})
    rows = run.backtest_rows(run.indicators(BTC))
    told = re.findall(r"in (\d) of 2 windows no regime has a model of its own", caplog.text)
    assert told == [str(windows)] * bool(windows)
    assert (rows[EXPERT] != Regime.UNKNOWN).any() == (windows < 2)
