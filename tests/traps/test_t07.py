"""Trap T7: `BTC/USDT`, `BTC/USDC` and `BTC/USDT:USDT` share one model folder and one prediction file.

Freqtrade 2026.9 notices it in backtests when a feature carries the pair in its name, which those of
`feature_engineering_expand_*` do: it refuses with a message about another identifier. Features of
`feature_engineering_standard` alone have equal names, and the second market gets the first one's predictions.
"""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from freqtrade.freqai.data_kitchen import FreqaiDataKitchen
from tests.support.stock import LiveRun, StockRun, StockStrategy, quiet_dry_run

from auriga.host.seals._windows import pair_slug

PAIRS = ("BTC/USDT", "BTC/USDC")


class PlainNames(StockStrategy):
    """Makes all its features in one place."""

    def feature_engineering_expand_all(self, dataframe, period, metadata, **kwargs):
        return dataframe

    def feature_engineering_expand_basic(self, dataframe, metadata, **kwargs):
        return dataframe

    def feature_engineering_standard(self, dataframe, metadata, **kwargs):
        dataframe = super().feature_engineering_expand_basic(dataframe, metadata, **kwargs)
        return super().feature_engineering_standard(dataframe, metadata, **kwargs)


@pytest.fixture
def two_markets(tmp_path, datadir) -> Path:
    """Candles of one coin against two currencies, which have nothing in common."""
    folder = tmp_path / "markets"
    folder.mkdir()
    shutil.copy(datadir / "BTC_USDT-1h.feather", folder)
    shutil.copy(datadir / "ETH_USDT-1h.feather", folder / "BTC_USDC-1h.feather")
    return folder


def test_stock_second_market_gets_the_predictions_of_the_first(tmp_path, two_markets) -> None:
    columns = ["up", "down", "do_predict"]
    run = StockRun(tmp_path, two_markets, strategy=PlainNames, pairs=PAIRS)
    first, second = run.indicators("BTC/USDT"), run.indicators("BTC/USDC")
    pd.testing.assert_frame_equal(second[columns], first[columns])

    alone = StockRun(tmp_path / "alone", two_markets, strategy=PlainNames, pairs=PAIRS)
    assert not alone.indicators("BTC/USDC")["up"].equals(second["up"])


def test_stock_second_market_is_refused_for_its_feature_names(tmp_path, two_markets) -> None:
    run = StockRun(tmp_path, two_markets, pairs=PAIRS)
    run.indicators("BTC/USDT")
    with pytest.raises(OperationalException, match="found different features"):
        run.indicators("BTC/USDC")


@quiet_dry_run
def test_stock_bot_purges_the_model_of_the_other_market(tmp_path, two_markets, monkeypatch) -> None:
    run = LiveRun(StockRun(tmp_path, two_markets, pairs=PAIRS), monkeypatch)
    for pair in ("BTC/USDT", "BTC/USDC", "BTC/USDC"):
        run.indicators(pair)
        run.train(pair)
        run.advance()
    kept = {pair: Path(run.freqai.dd.pair_dict[pair]["data_path"]).exists() for pair in PAIRS}
    assert kept == {"BTC/USDT": False, "BTC/USDC": True}


def test_stock_names_hold_the_coin_alone(tmp_path, two_markets) -> None:
    kitchen = FreqaiDataKitchen(StockRun(tmp_path, two_markets).config, False, "BTC/USDT")
    names = set()
    for pair in (*PAIRS, "BTC/USDT:USDT"):
        kitchen.set_new_model_names(pair, 1)
        names.add((kitchen.data_path.name, kitchen.model_filename))
    assert names == {("sub-train-BTC_1", "cb_btc_1")}


@pytest.fixture
def three_markets(tmp_path, datadir) -> Path:
    """Candles of one coin in three markets, of which the second and third are another market's."""
    folder = tmp_path / "three"
    folder.mkdir()
    for file in datadir.glob("*.feather"):
        shutil.copy(file, folder)
    for file in datadir.glob("ETH_USDT-*.feather"):
        shutil.copy(file, folder / file.name.replace("ETH_USDT", "BTC_USDC"))
    return folder


def test_ours_every_market_has_files_of_its_own(freqai_run, three_markets) -> None:
    pairs = ["BTC/USDT", "BTC/USDC"]
    run = freqai_run(data=three_markets, exchange={"pair_whitelist": pairs})
    first, second = (run.backtest_rows(run.indicators(pair)) for pair in pairs)
    assert not first["up"].equals(second["up"])
    folders = {folder.name.rsplit("_", 1)[0] for folder in run.place.glob("sub-train-*")}
    assert folders == {"sub-train-BTC_USDT", "sub-train-BTC_USDC"}
    again = freqai_run(data=three_markets, exchange={"pair_whitelist": pairs})
    pd.testing.assert_frame_equal(again.backtest_rows(again.indicators("BTC/USDC")), second)


@quiet_dry_run
def test_ours_bot_keeps_the_model_of_the_other_market(freqai_run, three_markets, monkeypatch) -> None:
    run = freqai_run(data=three_markets, exchange={"pair_whitelist": list(PAIRS)})
    live = LiveRun(run, monkeypatch)
    for pair in ("BTC/USDT", "BTC/USDC", "BTC/USDC"):
        live.train(pair)
        live.advance()
    assert all(Path(live.freqai.dd.pair_dict[pair]["data_path"]).exists() for pair in PAIRS)


def test_ours_names_tell_futures_from_spot() -> None:
    assert len({pair_slug(pair) for pair in (*PAIRS, "BTC/USDT:USDT")}) == 3
