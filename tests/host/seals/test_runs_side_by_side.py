"""Two backtests at the same time under one identifier, and a clock that is set back between them."""

import copy
import json
import time
from typing import Any

import pandas as pd
import pytest
from filelock import FileLock, Timeout
from freqtrade.data.btanalysis import load_backtest_stats
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.resolvers import ExchangeResolver
from freqtrade.rpc.api_server import api_backtest
from freqtrade.rpc.api_server.webserver_bgwork import ApiBG

from auriga.columns import PROBABILITY
from auriga.errors import HostError
from auriga.host.predictions._traded import TradedPredictions
from auriga.host.reload import made_up_exchange
from auriga.host.results import read_backtest
from auriga.host.seals import _saved
from auriga.host.seals._run_record import RUNS, record_file, run_records
from auriga.host.seals._saved import PredictionFile

BTC = "BTC/USDT"


@pytest.fixture
def backtest(freqai_run, tmp_path):
    """Freqtrade's `backtesting` of the small configuration, up to and with the result that it stores."""

    def prepared(name: str, **overlay) -> Backtesting:
        config = copy.deepcopy(freqai_run("both", **overlay).config)
        original = copy.deepcopy({key: config[key] for key in ("freqai", "regime", "timeframe", "exchange")})
        folder = tmp_path / name
        folder.mkdir()
        config |= {
            "export": "trades", "exportdirectory": folder, "original_config": original,
            "backtest_cache": "none",
        }  # fmt: skip
        return Backtesting(config, made_up_exchange(config))

    return prepared


def finished(loop: Backtesting):
    """Run it and read its result."""
    try:
        loop.start()
    finally:
        Backtesting.cleanup()
        loop.exchange.close()
    return read_backtest(loop.config["exportdirectory"])


def between(loop: Backtesting, act) -> dict[str, pd.DataFrame]:
    """Do something when a backtest has its predictions and has not yet traded; gives its frames."""
    strategy: Any = loop.strategylist[0]
    analyse, frames = strategy.advise_all_indicators, dict[str, pd.DataFrame]()

    def then(data):
        frames.update(analyse(data))
        act()
        return frames

    strategy.advise_all_indicators = then
    return frames


def test_each_result_has_the_predictions_of_its_own_run(backtest, tmp_path) -> None:
    one = backtest("one")
    found = []
    other = backtest("other", exchange={"pair_whitelist": [BTC]}, regime={"label": {"horizon": 24}})
    frames = between(one, lambda: found.append(finished(other)))
    result, models = finished(one), tmp_path / "both" / "models"
    places = {record.run: record.place for record in run_records(models / "auriga")}
    assert len(places) == 2
    for each in (result, found[0]):
        assert set(each.config[RUNS]) == {"RegimeStrategy"}
        traded = TradedPredictions(each, models)
        files = [window.file for window in traded.windows(BTC)]
        assert {file.parent.parent.name for file in files} == {places[each.config[RUNS]["RegimeStrategy"]]}
    known = pd.concat([window.rows for window in TradedPredictions(result, models).windows(BTC)])
    given = frames[BTC].set_index("date").loc[known["date"], PROBABILITY]
    pd.testing.assert_series_equal(known.set_index("date")[PROBABILITY], given, check_index_type=False)
    assert TradedPredictions(found[0], models).pairs == [BTC]


def test_results_of_frequi_have_the_predictions_of_their_runs(backtest, tmp_path, monkeypatch) -> None:
    """Its endpoint keeps one `Backtesting` for all runs and stores the configuration of each request."""
    prepared = [backtest("one"), backtest("two", regime={"label": {"horizon": 24}})]
    configs = [loop.config for loop in prepared]
    monkeypatch.setattr(api_backtest.asyncio, "set_event_loop", lambda loop: loop.close())
    monkeypatch.setattr(ApiBG, "bt", {"bt": None, "data": None, "timerange": None, "last_config": {}})
    monkeypatch.setattr(ExchangeResolver, "load_exchange", lambda *_, **__: prepared[0].exchange)
    results = []
    for config in configs:
        job: Any = {"progress_tasks": {}, "error": None, "category": "backtest"}
        ApiBG.jobs["job"] = job
        api_backtest.__dict__["__run_backtest_bg"](btconfig=config, job_id="job")
        assert ApiBG.jobs["job"]["status"] == "success", ApiBG.jobs["job"]["error"]
        results.append(read_backtest(config["exportdirectory"]))
    Backtesting.cleanup()
    for loop in prepared:
        loop.exchange.close()
    models = tmp_path / "both" / "models"
    with pytest.raises(HostError, match="with other settings, code or candles, wrote them anew"):
        TradedPredictions(results[0], models).windows(BTC)
    assert len(TradedPredictions(results[1], models).windows(BTC)) == 2
    names = [result.config[RUNS]["RegimeStrategy"] for result in results]
    assert [record.run for record in run_records(models / "auriga")] == [*[names[1]] * 2, *[names[0]] * 2]


def test_a_clock_that_is_set_back_hides_no_run(backtest, tmp_path, monkeypatch) -> None:
    one, now = backtest("one"), time.time
    between(one, lambda: None)
    monkeypatch.setattr("auriga.host.seals._run_record.time.time", lambda: now() - 7200)
    result = finished(one)
    assert TradedPredictions(result, tmp_path / "both" / "models").pairs == [BTC, "ETH/USDT"]


def test_a_result_that_may_be_of_two_runs_is_refused(backtest, tmp_path) -> None:
    """Copied by `--strategy-list` into a result of another configuration, it does not name its run."""
    one = backtest("one")
    result = finished(one)
    del result.config[RUNS]
    models = tmp_path / "both" / "models"
    assert TradedPredictions(result, models).pairs == [BTC, "ETH/USDT"]  # nobody else ran then
    file = record_file(models / "auriga")
    lines = [json.loads(line) for line in file.read_text().split("\n") if line]
    other = lines[0] | {"run": "another", "strategy": "OtherStrategy"}
    file.write_text(file.read_text() + json.dumps(other) + "\n")
    assert TradedPredictions(result, models).pairs == [BTC, "ETH/USDT"]
    file.write_text(file.read_text() + json.dumps(lines[0] | {"run": "another"}) + "\n")
    with pytest.raises(HostError, match=r"several runs of RegimeStrategy went on at that time"):
        _ = TradedPredictions(result, models).pairs
    assert load_backtest_stats(result.path)["strategy"]


@pytest.mark.parametrize(
    ("step", "first"), [("replace_file", False), ("replace_file", True), ("write_checksums", False)]
)
def test_nobody_seals_predictions_that_another_run_wrote(tmp_path, monkeypatch, step, first) -> None:
    """Two runs of one place, with other settings, write the same file at the same time."""
    candles = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=3, tz="UTC"), PROBABILITY: 0.1})
    path = tmp_path / "x_prediction.feather"
    sealed = {"candles": "c", "history": "h", "window": "w"}
    mine = PredictionFile(path, facts={"label": "12"}, **sealed)
    theirs = PredictionFile(path, facts={"label": "24"}, **sealed)
    own, turn = getattr(_saved, step), list[int]()

    def interrupted(*arguments):
        if turn:
            return own(*arguments)
        turn.append(1)
        if first:
            own(*arguments)
        theirs.write(candles.assign(**{PROBABILITY: 0.9}))
        if not first:
            own(*arguments)

    monkeypatch.setattr(_saved, step, interrupted)
    mine.write(candles)
    assert turn and mine.checksum != theirs.checksum
    for file, value in ((mine, 0.1), (theirs, 0.9)):
        if not file.complaints(3):
            assert (file.read()[PROBABILITY] == value).all()
    assert bool(mine.complaints(3)) == (first or step == "write_checksums")


def test_nobody_seals_a_model_that_another_run_wrote(freqai_run, monkeypatch) -> None:
    """While FreqAI writes the files of a model, no other run may write there."""
    run = freqai_run()
    drawer, found = run.strategy.freqai.dd, []
    save = drawer.save_data

    def looked_at(model, pair, dk):
        save(model, pair, dk)
        lock = FileLock(dk.data_path.parent / ".lock", timeout=0, is_singleton=False)
        with pytest.raises(Timeout), lock:
            pass
        found.append(dk.data_path)

    monkeypatch.setattr(drawer, "save_data", looked_at)
    run.indicators(BTC)
    assert len(found) == 2


def test_what_was_checked_is_what_is_read(tmp_path) -> None:
    """Another run may write between the look at the seal and the reading."""
    candles = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=3, tz="UTC"), PROBABILITY: 0.1})
    sealed = {"candles": "c", "history": "h", "window": "w"}
    path = tmp_path / "x_prediction.feather"
    PredictionFile(path, facts={"label": "12"}, **sealed).write(candles)
    mine = PredictionFile(path, facts={"label": "12"}, **sealed)
    assert not mine.complaints(3)
    before = mine.checksum
    PredictionFile(path, facts={"label": "24"}, **sealed).write(candles.assign(**{PROBABILITY: 0.9}))
    assert (mine.read()[PROBABILITY] == 0.1).all()
    assert mine.checksum == before
