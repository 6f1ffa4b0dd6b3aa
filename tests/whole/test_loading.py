"""The first test of a plugin asks the host whether it finds us."""

from freqtrade.resolvers import StrategyResolver
from freqtrade.resolvers.freqaimodel_resolver import FreqaiModelResolver

from auriga.host.freqai import RegimeFreqaiModel


def test_freqtrade_finds_the_strategy(freqai_run) -> None:
    run = freqai_run()
    assert type(run.strategy).__name__ == "RegimeStrategy"
    assert run.strategy.process_only_new_candles


def test_freqtrade_finds_the_model(freqai_run) -> None:
    model = freqai_run().strategy.freqai
    assert type(model).__name__ == "RegimeLightGBMClassifier"
    assert isinstance(model, RegimeFreqaiModel)


def test_freqtrade_lists_both_without_failure(root) -> None:
    config = {
        "user_data_dir": root / "user_data",
        "strategy_path": str(root / "strategies"),
        "freqaimodel_path": str(root / "freqaimodels"),
    }
    strategies = StrategyResolver.search_all_objects(config, True)
    ours = [entry for entry in strategies if "RegimeStrategy" in str(entry["location"])]
    assert [(entry["name"], entry["class"] is not None) for entry in ours] == [("RegimeStrategy", True)]
    models = FreqaiModelResolver.search_all_objects(config, False)
    assert "RegimeLightGBMClassifier" in [entry["name"] for entry in models]
