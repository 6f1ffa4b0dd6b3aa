"""Somebody's own strategy with our model: each thing it lacks is one sentence, before anything is trained."""

import logging
from pathlib import Path

import pytest
from freqtrade.exceptions import OperationalException
from freqtrade.resolvers.freqaimodel_resolver import FreqaiModelResolver
from tests.support.freqai_runs import FreqaiRun, deep_merge

from auriga.host.reload import stock_backtest

OWN = """
from auriga.host.rows import add_label, add_regimes
from auriga.host.setup import settings_from_config
from freqtrade.strategy import IStrategy


class OwnStrategy(IStrategy):
    timeframe = "5m"
    process_only_new_candles = True
    startup_candle_count = {startup}
    minimal_roi = {{"0": 1.0}}
    stoploss = -0.1

    def feature_engineering_expand_all(self, dataframe, period, metadata, **kwargs):
        dataframe["%-change"] = dataframe["close"].pct_change(period)
        return dataframe

    def feature_engineering_expand_basic(self, dataframe, metadata, **kwargs):
        dataframe["%-range"] = dataframe["high"] / dataframe["low"]
        return dataframe

    def feature_engineering_standard(self, dataframe, metadata, **kwargs):
        settings = settings_from_config(self.config)
        return {standard}

    def set_freqai_targets(self, dataframe, metadata, **kwargs):
        dataframe = add_label(dataframe, settings_from_config(self.config).label)
        return {targets}

    def populate_indicators(self, dataframe, metadata):
        return self.freqai.start(dataframe, metadata, self)

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[(dataframe["do_predict"] == 1) & (dataframe["probability"] > 0.55), "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe
"""
REGIMES = 'add_regimes(dataframe, metadata["pair"], self.dp, settings, self.timeframe)'


@pytest.fixture
def own(root: Path, tmp_path, datadir, monkeypatch):
    """Backtest a strategy of its own through Freqtrade's resolvers."""
    monkeypatch.syspath_prepend(str(root))

    def run(*, standard: str = REGIMES, targets: str = "dataframe", startup: int = 100, **overlay):
        folder = tmp_path / "strategies"
        folder.mkdir()
        source = OWN.format(standard=standard, targets=targets, startup=startup)
        (folder / "OwnStrategy.py").write_text(source)
        config = FreqaiRun(root, tmp_path / "user_data", datadir, overlay).config
        config.pop("startup_candle_count", None)  # of the strategy that came with this configuration
        return stock_backtest(config | {"strategy": "OwnStrategy", "strategy_path": str(folder)}, {})

    return run


def test_a_strategy_of_its_own_trades(own, caplog) -> None:
    with caplog.at_level(logging.WARNING):
        assert len(own().trades)
    assert "no regime has a model of its own" not in caplog.text


def test_without_a_regime_column_it_is_told_what_to_add(own) -> None:
    words = "feature_engineering_standard of OwnStrategy gives no column 'regime'.*host.rows.add_regimes"
    with pytest.raises(OperationalException, match=words):
        own(standard="dataframe")


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        (
            'dataframe.rename(columns={"&-direction": "&s-up_or_down"})',
            "gives '&s-up_or_down', but this model learns '&-direction'; name its column '&-direction'",
        ),
        (
            'dataframe.drop(columns="&-direction")',
            "gives no label, but this model learns '&-direction'; name",
        ),
        (
            'dataframe.replace({"&-direction": {"up": "buy", "down": "sell"}})',
            "gives '&-direction' the values buy, sell, but .*learns down, up; write those, and NaN",
        ),
    ],
    ids=["another name", "none", "other values"],
)
def test_another_label_is_told_by_its_name(own, monkeypatch, targets, words) -> None:
    from auriga.host.freqai._model import RegimeFreqaiModel

    monkeypatch.setattr(RegimeFreqaiModel, "fit", _not_wanted)
    with pytest.raises(OperationalException, match=words):
        own(targets=targets)


def test_too_few_slow_candles_for_any_expert_are_a_warning_with_the_remedy(own, caplog) -> None:
    long = {"moving_average": {"period": 210, "enter_level": 0.01, "exit_level": 0.005}}
    with caplog.at_level(logging.WARNING):
        run = own(startup=20, regime=long)
    assert "in 2 of 2 windows no regime has a model of its own" in caplog.text
    assert "set its startup_candle_count to at least 212" in caplog.text
    assert (run.frames["BTC/USDT"]["do_predict"].tail(1000) == 1).all()


def test_too_few_rows_for_any_expert_are_a_warning_with_the_remedy(own, caplog) -> None:
    with caplog.at_level(logging.WARNING):
        own(regime={"min_samples": 100_000})
    assert "in 2 of 2 windows no regime has a model of its own" in caplog.text
    assert "lower regime.min_samples (100000)" in caplog.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda config: config.pop("freqai"), "The freqai block of the configuration is missing"),
        (lambda config: config["freqai"].update(enabled=False), "block of the configuration is not enabled"),
        (lambda config: config["freqai"].pop("identifier"), "The configuration lacks freqai.identifier"),
        (
            lambda config: config["freqai"]["feature_parameters"].pop("indicator_periods_candles"),
            "lacks freqai.feature_parameters.indicator_periods_candles",
        ),
    ],
)  # fmt: skip
def test_a_model_without_its_block_of_the_configuration_says_so(freqai_run, change, words) -> None:
    config = freqai_run().config
    change(config)
    with pytest.raises(OperationalException, match=words):
        FreqaiModelResolver.load_freqaimodel(config)


def _not_wanted(*args, **kwargs):
    raise AssertionError("a model was trained")


@pytest.mark.parametrize(
    ("freqai", "words"),
    [
        (None, "The freqai block of the configuration is missing.*copy that of Auriga's config.json"),
        ({"enabled": False}, "The freqai block of the configuration is not enabled"),
        ({"feature_parameters": {"indicator_periods_candles": None}}, "lacks freqai.feature_parameters.ind"),
    ],
)
def test_our_strategy_without_freqai_says_so_at_start(freqai_run, freqai, words) -> None:
    config = freqai_run().config
    if freqai is None:
        del config["freqai"]
    else:
        config["freqai"] = deep_merge(config["freqai"], freqai)
    with pytest.raises(OperationalException, match=words):
        stock_backtest(config, {})
