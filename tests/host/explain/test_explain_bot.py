"""Trades of a bot explained: what it recorded, the model that answered, and what is said without them."""

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import cloudpickle
import pandas as pd
import pytest
from freqtrade.persistence import Trade, init_db
from tests.host.journal.test_journal import fill, open_trade
from tests.host.parity.test_parity import Recorded, live_bot
from tests.support.stock import quiet_dry_run

from auriga.columns import EXPERT, LIVE_REGIME, PROBABILITY
from auriga.errors import HostError
from auriga.host.explain import explain_bot_candle, explain_bot_trade
from auriga.typing import Regime

pytestmark = quiet_dry_run
PAIR = "ETH/USDT"


@pytest.fixture(scope="module")
def bot(root, tmp_path_factory, datadir) -> Recorded:
    return live_bot(root, tmp_path_factory.mktemp("bot") / "user_data", datadir, "tcccc")


@pytest.fixture
def candle(bot) -> pd.Series:
    """The last candle that the bot predicted."""
    return bot.rows(PAIR).iloc[-1]


@pytest.fixture
def database(tmp_path):
    url = f"sqlite:///{tmp_path / 'trades.sqlite'}"
    init_db(url)
    yield url
    Trade.session.remove()
    engine: Any = Trade.session.get_bind()
    engine.dispose()


def opened(candle: pd.Series, late: timedelta) -> Trade:
    """A trade on the signal of a candle, with what the strategy froze."""
    at: datetime = candle["date_pred"].to_pydatetime().replace(tzinfo=None) + timedelta(minutes=5) + late
    trade = open_trade(PAIR, open_date=at)
    fill(trade, 1.0, 100.0, entry=True)
    frozen = {"regime": "bull", "probability": round(candle[PROBABILITY], 6), "expert": "bull", "stop": 0.02}
    for name, value in frozen.items():
        trade.set_custom_data(name, value)
    Trade.commit()
    return trade


@pytest.mark.parametrize("late", [timedelta(seconds=3), timedelta(minutes=11)], ids=["at once", "slow bot"])
def test_a_trade_is_explained_by_the_candle_it_was_decided_on(bot, candle, database, late) -> None:
    trade = opened(candle, late)
    found = explain_bot_trade(bot.config, database, trade.id, top=4)
    assert found.candle_at == candle["date_pred"]
    assert found.model.probability == candle[PROBABILITY]
    assert found.model.recomputed == pytest.approx(candle[PROBABILITY], abs=1e-9)
    assert found.model.trained_until == pd.Timestamp(int(candle["trained_at"]), unit="s", tz="UTC")
    assert len(found.model.shares) == 4
    assert found.trade is not None
    assert found.trade.frozen["stop"] == 0.02
    assert (found.trade.direction, found.trade.closed_at) == ("long", None)
    if Regime(int(candle["live_regime"])) == Regime.BULL:
        assert found.notes == ()


def test_a_model_that_was_purged_is_said_with_the_setting_that_keeps_it(bot, candle, tmp_path) -> None:
    user_data = tmp_path / "user_data"
    shutil.copytree(bot.user_data, user_data)
    for folder in (user_data / "models").glob("*/sub-train-*"):
        shutil.rmtree(folder)
    found = explain_bot_candle(bot.config | {"user_data_dir": user_data}, PAIR, candle["date_pred"])
    assert found.model.probability == candle[PROBABILITY]
    assert found.model.shares == ()
    assert found.signal.verdict
    (note,) = found.notes
    assert "is gone from" in note
    assert "freqai.purge_old_models" in note


def test_what_is_not_there_any_more_is_said(bot, candle, tmp_path) -> None:
    """No record and no candles: what the trade froze is all that is left."""
    empty = {"user_data_dir": tmp_path, "datadir": tmp_path}
    frozen: dict[str, str | float] = {"regime": "bear", "probability": 0.6, "expert": "bear"}
    found = explain_bot_candle(bot.config | empty, PAIR, candle["date_pred"], frozen=frozen)
    assert (found.model.expert, found.model.probability, found.signal.regime) == ("bear", 0.6, "bear")
    assert any("historic_predictions.pkl" in note for note in found.notes)
    assert any("cannot be looked at again" in note for note in found.notes)


def test_an_unknown_regime_of_the_record_is_no_expert(bot, candle, tmp_path) -> None:
    """`fallback` is the name of an expert; a regime that was not known is `unknown`."""
    user_data = tmp_path / "user_data"
    shutil.copytree(bot.user_data, user_data)
    (file,) = (user_data / "models").glob("*/historic_predictions.pkl")
    record = cloudpickle.loads(file.read_bytes())
    record[PAIR].loc[record[PAIR]["date_pred"] == candle["date_pred"], [LIVE_REGIME, EXPERT]] = -2
    file.write_bytes(cloudpickle.dumps(record))
    gone = {"user_data_dir": user_data, "datadir": tmp_path}
    found = explain_bot_candle(bot.config | gone, PAIR, candle["date_pred"])
    assert (found.signal.regime, found.model.expert) == ("unknown", "fallback")


def test_a_wrong_id_is_named_with_those_there_are(bot, candle, database) -> None:
    opened(candle, timedelta(0))
    with pytest.raises(HostError, match=r"no trade 9 in sqlite.*numbered 1 to 1"):
        explain_bot_trade(bot.config, database, 9)


def test_nothing_is_written(bot, candle) -> None:
    def files(folder: Path) -> dict[Path, float]:
        return {file: file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()}

    before, config = files(bot.user_data), json.dumps(bot.config, default=str)
    explain_bot_candle(bot.config, PAIR, candle["date_pred"])
    assert files(bot.user_data) == before
    assert json.dumps(bot.config, default=str) == config
