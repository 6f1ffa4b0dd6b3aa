"""`--freqai-backtest-live-models`: a backtest of what a bot predicted, and of nothing else."""

import copy
import logging
import shutil

import cloudpickle
import pandas as pd
import pytest
from freqtrade.enums import RunMode
from freqtrade.exceptions import OperationalException
from freqtrade.optimize.backtesting import Backtesting
from tests.support.freqai_runs import FreqaiRun
from tests.support.stock import LiveRun, quiet_dry_run

from auriga.columns import DO_PREDICT, PROBABILITY, REGIME, TRAINED_AT
from auriga.host.predictions._live_record import with_record
from auriga.host.reload import StockBacktest, made_up_exchange, run_backtest

pytestmark = quiet_dry_run
PAIRS = ["BTC/USDT", "ETH/USDT"]


@pytest.fixture
def bot(root, tmp_path, datadir, monkeypatch) -> FreqaiRun:
    """What a bot of six candles left, one of them missed; its training filled in the history before."""
    with monkeypatch.context() as patch:
        run = FreqaiRun(root, tmp_path / "user_data", datadir, {})
        live = LiveRun(run, patch)
        for pair in PAIRS:
            live.train(pair)
        for step in range(6):
            live.advance()
            for pair in PAIRS if step != 3 else ():
                live.indicators(pair)
        drawer = live.freqai.dd
        drawer.save_historic_predictions_to_disk()
        drawer.save_global_metadata_to_disk(
            {"start_dry_live_date": int(pd.Timestamp("2024-02-29").timestamp())}
        )
        shutil.rmtree(run.config["datadir"])
    run.config |= {"datadir": datadir, "runmode": RunMode.BACKTEST}
    return run


def backtest(bot: FreqaiRun, **overlay) -> StockBacktest:
    config = copy.deepcopy(bot.config) | {"freqai_backtest_live_models": True, "export": "none", **overlay}
    return run_backtest(Backtesting(config, made_up_exchange(config)), {})


def test_what_was_predicted_live_is_backtested_and_nothing_else(bot, caplog) -> None:
    with caplog.at_level(logging.INFO):
        done = backtest(bot)
    record = cloudpickle.loads(
        next(bot.config["user_data_dir"].rglob("historic_predictions.pkl")).read_bytes()
    )
    for pair in PAIRS:
        frame, told = done.frames[pair], record[pair].set_index("date_pred")
        live = told[(told[TRAINED_AT] > 0) & (told[DO_PREDICT] == 1)]
        assert len(live) >= 3
        usable = frame[frame[DO_PREDICT] == 1].set_index("date")
        assert list(usable.index) == list(live.index)
        assert usable[PROBABILITY].tolist() == live[PROBABILITY].tolist()
        assert REGIME in frame
        assert f"{pair}: {len(live)} of {len(frame)} candles were predicted live" in caplog.text
    assert "trained on" not in caplog.text


def test_pair_that_the_bot_did_not_know_ends_nothing(bot, caplog) -> None:
    file = next(bot.config["user_data_dir"].rglob("historic_predictions.pkl"))
    record = cloudpickle.loads(file.read_bytes())
    del record["ETH/USDT"]
    file.write_bytes(cloudpickle.dumps(record))
    done = backtest(bot)
    assert (done.frames["ETH/USDT"][DO_PREDICT] == 0).all()
    assert (done.frames["BTC/USDT"][DO_PREDICT] == 1).any()
    assert "ETH/USDT: the bot has no record of it; not traded" in caplog.text


def test_without_a_bot_freqtrade_says_so(bot) -> None:
    next(bot.config["user_data_dir"].rglob("historic_predictions.pkl")).unlink()
    with pytest.raises(OperationalException, match="Historic predictions not found"):
        backtest(bot)


def test_candle_recorded_twice_counts_as_it_was_said_last() -> None:
    dates = pd.date_range("2024-01-01", periods=3, freq="5min", tz="UTC", unit="ms")
    record = pd.DataFrame(
        {
            "date_pred": [dates[0], dates[1], dates[1]],
            DO_PREDICT: [1, 1, 1], TRAINED_AT: [0, 5, 7], PROBABILITY: [0.9, 0.2, 0.3],
        }
    )  # fmt: skip
    frame = with_record(pd.DataFrame({"date": dates}), record, "X/Y", (PROBABILITY, TRAINED_AT))
    assert frame[DO_PREDICT].tolist() == [0, 1, 0]
    assert frame[PROBABILITY].tolist()[:2] == [0.9, 0.3]
