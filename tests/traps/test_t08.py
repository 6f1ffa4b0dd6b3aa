"""Trap T8: `extra_returns_per_train` of the configuration is one dict that all pairs write to."""

import copy

from freqtrade.freqai.prediction_models.LightGBMClassifier import LightGBMClassifier
from tests.support.stock import StockRun


class Returning(LightGBMClassifier):
    """Returns a value of its own, as FreqAI's documentation shows."""

    def fit(self, data_dictionary, dk, **kwargs):
        dk.data["extra_returns_per_train"][f"trained_{dk.pair}"] = 1
        return super().fit(data_dictionary, dk, **kwargs)


def test_stock_value_of_one_pair_appears_at_the_next(tmp_path, datadir) -> None:
    run = StockRun(tmp_path, datadir, model=Returning, extra_returns_per_train={"asked": 3})
    assert "trained_BTC/USDT" in run.indicators("BTC/USDT")
    assert "trained_BTC/USDT" in run.indicators("ETH/USDT")
    assert run.config["freqai"]["extra_returns_per_train"].keys() > {"asked", "trained_BTC/USDT"}


def test_ours_leaves_the_configuration_alone(freqai_run) -> None:
    run = freqai_run(freqai={"extra_returns_per_train": {"asked": 3}})
    before = copy.deepcopy(run.config["freqai"])
    columns = [list(run.indicators(pair)) for pair in ("BTC/USDT", "ETH/USDT")]
    assert run.config["freqai"] == before
    assert columns[0] == columns[1]
