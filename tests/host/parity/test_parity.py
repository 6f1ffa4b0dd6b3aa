"""What a bot recorded live against the backtest path: nothing differs, and what is planted is found."""

import json
import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import cloudpickle
import pandas as pd
import pytest
from tests.support.every_prediction import every_prediction
from tests.support.freqai_runs import FreqaiRun
from tests.support.programs import Done, run_program
from tests.support.stock import LiveRun, quiet_dry_run

from auriga.columns import EXPECTED_SIGMAS, EXPERT, LIVE_LATE, LIVE_REGIME, PROBABILITY, TRAINED_AT
from auriga.errors import HostError
from auriga.host.journal import JournalTrade
from auriga.host.parity import live_parity
from auriga.host.parity._parity import OTHER_SETTINGS
from auriga.host.seals._saved import seal_model
from auriga.host.seals._training_log import TrainingLog
from auriga.typing import Regime

pytestmark = quiet_dry_run
ROOT = Path(__file__).parents[3]
PAIRS = ("BTC/USDT", "ETH/USDT")
SMALLER: dict[str, Any] = {
    "exchange": {"pair_whitelist": list(PAIRS)},
    "regime": every_prediction({"min_samples": 100, "features": {"groups": ["momentum"]}}),
    "freqai": {
        "train_period_days": 5,
        "purge_old_models": 2,
        "feature_parameters": {"include_corr_pairlist": ["BTC/USDT"]},
        "model_training_parameters": {"learning_rate": 0.3},
    },
}


@dataclass
class Recorded:
    """Files of a bot that has ended, and the candles a trader has downloaded since."""

    user_data: Path
    config: dict[str, Any]
    missed: list[pd.Timestamp]

    @property
    def models(self) -> Path:
        return self.user_data / "models" / self.config["freqai"]["identifier"]

    @property
    def record(self) -> Path:
        return self.models / "historic_predictions.pkl"

    def rows(self, pair: str = "ETH/USDT") -> pd.DataFrame:
        frame = cloudpickle.loads(self.record.read_bytes())[pair]
        return frame[frame[TRAINED_AT] > 0]

    def compare(self, **options: Any):
        return live_parity(self.config, **options)

    def change(self, column: str, number: int, value: Any, pair: str = "ETH/USDT") -> pd.Timestamp:
        """Write something else into the record of a live candle, counted from the end."""
        record = cloudpickle.loads(self.record.read_bytes())
        row = record[pair].index[number]
        record[pair].loc[row, column] = value
        self.record.write_bytes(cloudpickle.dumps(record))
        return record[pair].loc[row, "date_pred"]


def live_bot(root: Path, user_data: Path, datadir: Path, steps: str, **overlay: Any) -> Recorded:
    """Run the real live side candle by candle: `c` a candle, `t` a training, `-` a candle that is missed,
    `r` a restart."""
    merged = {**SMALLER, **overlay}
    missed = []
    with pytest.MonkeyPatch.context() as patch:
        run: Any = None
        live: Any = None
        now = "2024-03-01"
        for step in f"r{steps}":
            if step == "r":
                if live is not None:
                    live.freqai.dd.save_historic_predictions_to_disk()
                    now = live.now.tz_localize(None).isoformat()
                    shutil.rmtree(user_data / "data")
                run = FreqaiRun(root, user_data, datadir, merged)
                live = LiveRun(run, patch, now=now)
            elif step == "t":
                for pair in PAIRS:
                    live.train(pair)
            else:
                live.advance()
                if step == "-":
                    missed.append(live.now - pd.Timedelta("5min"))
                    continue
                for pair in PAIRS:
                    live.indicators(pair)
        live.freqai.dd.save_historic_predictions_to_disk()
    downloaded = user_data / "downloaded"
    downloaded.mkdir()
    end = live.now
    for file in datadir.iterdir():
        frame = pd.read_feather(file)
        frame[frame["date"] < end].reset_index(drop=True).to_feather(downloaded / file.name)
    config = {name: value for name, value in run.config.items() if name not in ("runmode", "timerange")}
    return Recorded(user_data, config | {"datadir": downloaded}, missed)


@pytest.fixture(scope="module")
def original(root, tmp_path_factory, datadir) -> Recorded:
    """Three models, the first of them purged; an outage and a restart."""
    return live_bot(root, tmp_path_factory.mktemp("bot") / "user_data", datadir, "tcccctc--crccctcccc")


@pytest.fixture
def bot(original, tmp_path) -> Recorded:
    """A copy of the bot's files that a test may change."""
    user_data = tmp_path / "user_data"
    shutil.copytree(original.user_data, user_data)
    config = original.config | {"user_data_dir": user_data, "datadir": user_data / "downloaded"}
    return Recorded(user_data, config, original.missed)


def files(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_nothing_differs_and_nothing_is_written(original) -> None:
    before = files(original.user_data)
    result = original.compare(repeat=True)
    assert result.differences == ()
    assert result.agrees
    live = {pair: len(original.rows(pair)) for pair in PAIRS}
    assert result.compared == live
    assert sum(live.values()) >= 16
    assert result.models == {"saved": 2, "trained anew": 1}  # FreqAI keeps two
    assert result.repeated == (2, 2)
    assert files(original.user_data) == before


def test_what_was_no_live_prediction_is_told_and_is_no_difference(bot) -> None:
    bot.change(LIVE_LATE, -1, 1)
    bot.change(PROBABILITY, -1, 0.9)
    result = bot.compare()
    assert result.agrees
    told = {reason.split(":")[0]: count for reason, count in result.left_out.items()}
    # FreqAI zeroes the candle of a restart, too.
    assert told["missed"] >= 2 * len(bot.missed)
    assert told["not traded"] == 1
    assert told["filled in at the first prediction"] >= 2 * 300


def first(result):
    assert not result.agrees
    return result.differences[0]


def test_a_candle_that_the_exchange_revised(bot) -> None:
    date = bot.rows()["date_pred"].iloc[-3]
    file = bot.user_data / "downloaded" / "ETH_USDT-5m.feather"
    frame = pd.read_feather(file)
    frame.loc[frame["date"] == date, ["high", "close"]] *= 1.02
    frame.to_feather(file)
    result = bot.compare()
    found = first(result)
    assert (found.date, found.pair, found.column) == (date, "ETH/USDT", "close_price")
    assert found.reason == "candle changed"
    after = {one.detail for one in result.differences if one.reason == "prediction differs"}
    assert after == {f"after the candle of ETH/USDT at {date:%Y-%m-%d %H:%M}: candle changed"}


def test_each_planted_difference_is_found_in_its_candle(bot) -> None:
    rows = bot.rows()
    file = bot.user_data / "downloaded" / "ETH_USDT-5m.feather"
    frame = pd.read_feather(file)
    last = rows["date_pred"].iloc[-1]
    frame[frame["date"] < last].to_feather(file)
    regime = int(rows[LIVE_REGIME].iloc[-4])
    planted = [
        (bot.change(PROBABILITY, -5, rows[PROBABILITY].iloc[-5] + 1e-6), PROBABILITY, "prediction differs"),
        (bot.change(LIVE_REGIME, -4, 1 if regime != 1 else -1), LIVE_REGIME, "regime differs"),
        (bot.change("do_predict", -3, 0), "do_predict", "do_predict differs"),
        (bot.change(EXPERT, -2, 5), EXPERT, "prediction differs"),
        (last, "date", "candle missing in the download"),
    ]
    found = bot.compare().differences
    assert [(one.date, one.column, one.reason) for one in found] == planted
    assert {one.pair for one in found} == {"ETH/USDT"}
    assert (found[1].live, found[1].replayed) == (1 if regime != 1 else -1, regime)
    assert "the bot lacked a feature" in found[2].detail


def test_another_model_in_the_place_of_the_one_that_answered(bot) -> None:
    stamps = sorted({int(folder.name[-10:]) for folder in bot.models.glob("sub-train-*")})
    for folder in bot.models.glob(f"sub-train-*_{stamps[1]}"):
        model = next(folder.glob("*_model.joblib"))
        other = folder.with_name(folder.name.replace(str(stamps[1]), str(stamps[0])))
        model.write_bytes(next(other.glob("*_model.joblib")).read_bytes())
        seal_model(folder, model.name.removesuffix("_model.joblib"), {})
    found = first(bot.compare())
    assert (found.column, found.live, found.replayed) == (TRAINED_AT, stamps[1], stamps[0])
    assert (found.reason, found.detail) == (
        "other model",
        "the saved model is not the one that answered live",
    )


def test_a_purged_model_that_comes_out_otherwise(bot) -> None:
    """Downloaded candles that have changed since the training give another model."""
    first_model = TrainingLog(bot.models).read()[0]
    file = bot.user_data / "downloaded" / "BTC_USDT-5m.feather"
    frame = pd.read_feather(file)
    old = frame["date"] < pd.Timestamp(first_model.trained_at, unit="s", tz="UTC") - pd.Timedelta("2D")
    frame.loc[old, ["open", "high", "low", "close"]] = frame.loc[old, ["open", "high", "low", "close"]][
        ::-1
    ].to_numpy()
    frame.to_feather(file)
    found = [one for one in bot.compare().differences if one.column == PROBABILITY]
    assert found[0].reason == "other model"
    assert "trained anew" in found[0].detail


def test_settings_that_have_changed_are_named(bot) -> None:
    bot.config["regime"] = bot.config["regime"] | {"embargo_candles": 3}
    with pytest.raises(HostError, match=r"(?s)have changed since the bot trained.*regime\.embargo_candles"):
        bot.compare()
    result = bot.compare(anyway=True)
    # The two saved models say what they said. The oldest, which FreqAI has deleted, is trained anew with the
    # embargo of today: it predicts the same, and has learned otherwise what a lean is worth.
    assert {one.column for one in result.differences} == {EXPECTED_SIGMAS}
    assert result.models == {"saved": 2, "trained anew": 1}
    assert any("embargo_candles" in line for line in result.changed)
    assert OTHER_SETTINGS not in result.left_out


def test_no_record_no_candles(bot) -> None:
    empty = bot.user_data / "empty"
    empty.mkdir()
    with pytest.raises(
        HostError, match=r"freqtrade download-data -c config\.json .*--pairs BTC/USDT --timeframes 5m 1h 4h"
    ):
        live_parity(bot.config | {"datadir": empty})
    bot.record.unlink()
    with pytest.raises(HostError, match=r"there is no .*historic_predictions\.pkl"):
        bot.compare()


def test_a_feature_that_depends_on_where_candles_begin(root, tmp_path, datadir) -> None:
    """The bot has 300 candles, the backtest path all of them."""
    for folder in ("strategies", "freqaimodels"):
        shutil.copytree(root / folder, tmp_path / folder)
    shutil.copy(root / "config.json", tmp_path)
    file = tmp_path / "strategies" / "RegimeStrategy.py"
    basic = "return add_features(dataframe, basic_features("
    drift = 'dataframe["%-drift"] = dataframe["close"] / dataframe["close"].iloc[0]'
    assert basic in file.read_text()
    file.write_text(file.read_text().replace(basic, f"{drift}\n        {basic}"))
    keep = {"features": {"groups": ["trend"], "keep": ["drift_gen_own_5m", "drift_gen_own_1h"]}}
    bot = live_bot(tmp_path, tmp_path / "user_data", datadir, "tccc", regime=SMALLER["regime"] | keep)
    found = first(bot.compare())
    assert (found.date, found.pair) == (bot.rows("BTC/USDT")["date_pred"].iloc[0], "BTC/USDT")
    assert found.reason == "start-up-dependent"
    assert found.detail.startswith("drift_gen_own_")


def trade(row: pd.Series, **changes: Any) -> JournalTrade:
    """A long that was opened seconds after the close of this candle, as the bot's database tells it."""
    told = {
        "id": 1,
        "pair": "ETH/USDT",
        "is_short": False,
        "currency": "USDT",
        "leverage": Decimal(1),
        "stake": Decimal(100),
        "opened_at": (row["date_pred"] + pd.Timedelta("5min 7s")).to_pydatetime(),
        "closed_at": None,
        "fee_open_frac": Decimal(0),
        "fee_close_frac": Decimal(0),
        "funding": Decimal(0),
        "pnl": Decimal(0),
        "pnl_frac": None,
        "enter_tag": f"{Regime(int(row[LIVE_REGIME])).label}_long",
        "exit_reason": "",
        "regime": Regime(int(row[LIVE_REGIME])).label,
        "probability": round(row[PROBABILITY], 6),
        "strategy": "RegimeStrategy",
        "fills": (),
    }
    return JournalTrade(**(told | changes))


def test_trades_agree_with_the_signals_of_their_candles(original) -> None:
    rows = original.rows()
    signals = rows[rows[PROBABILITY] > 0.55]
    row = signals.iloc[-1]
    result = original.compare(
        trades=[
            trade(row),
            trade(row, id=2, enter_tag="force_entry"),
            trade(row, id=3, opened_at=(row["date_pred"] - pd.Timedelta("9D")).to_pydatetime()),
            trade(row, id=4, pair="SOL/USDT"),
            trade(row, id=5, probability=0.9),
            trade(row, id=6, enter_tag="bear_long", regime="bear"),
        ]
    ).trades
    assert result.compared == 3
    assert result.left_out == {
        "not by a signal (tag force_entry)": 1,
        "opened outside the recorded candles": 1,
        "its pair has no live predictions": 1,
    }
    told = [(one.column, one.reason, one.detail.split(",")[0]) for one in result.differences]
    assert told == [
        (PROBABILITY, "frozen facts differ", "trade 5"),
        ("enter_tag", "other entry tag", "trade 6"),
    ]


def test_a_trade_without_a_signal(original) -> None:
    rows = original.rows()
    quiet = rows[PROBABILITY] <= 0.55
    row = rows[quiet & quiet.shift(1, fill_value=False) & quiet.shift(2, fill_value=False)].iloc[-1]
    (found,) = original.compare(trades=[trade(row)]).trades.differences
    assert (found.date, found.reason) == (row["date_pred"], "no entry signal")


def command(bot: Recorded, *options: str) -> Done:
    told = {name: bot.config[name] for name in ("regime", "freqai", "exchange")}
    overlay = bot.user_data / "bot.json"
    overlay.write_text(json.dumps(told))
    files = [word for file in (ROOT / "config.json", overlay) for word in ("-c", str(file))]
    folders = ["--userdir", str(bot.user_data), "--datadir", str(bot.user_data / "downloaded")]
    return run_program(["auriga", "parity", *files, *folders, *options], cwd=ROOT)


def test_command_names_the_first_difference_and_ends_with_1(bot) -> None:
    date = bot.change(PROBABILITY, -4, 0.25)
    table = bot.user_data / "differences.csv"
    done = command(bot, "--anyway", "--output", str(table))  # the program fills in defaults of Freqtrade's
    assert done.returncode == 1, done.stdout
    assert (
        f"1 difference. First, by candle:\n  {date:%Y-%m-%d %H:%M} ETH/USDT probability: live 0.25"
        in done.stdout
    )
    assert pd.read_csv(table)["reason"].tolist() == ["prediction differs"]


def test_command_has_one_message_for_a_database_that_is_not_there(bot) -> None:
    done = command(bot, "--db-url", str(bot.user_data / "none.sqlite"))
    assert done.returncode == 1
    assert "Error: there is no database" in done.stdout
    assert "Traceback" not in done.stdout
