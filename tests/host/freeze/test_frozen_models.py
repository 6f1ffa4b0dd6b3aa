"""Frozen models: exactly these answer, in backtest and live, and nothing is trained."""

import json
import logging
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZipFile

import cloudpickle
import numpy as np
import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from tests.support.freqai_runs import FreqaiRun
from tests.support.stock import LiveRun, quiet_dry_run

from auriga.columns import (
    DIRECTION,
    DO_PREDICT,
    EXPECTED_SIGMAS,
    EXPERT,
    EXPERT_ROWS,
    PRIOR,
    PROBABILITY,
    TRAINED_AT,
)
from auriga.errors import HostError
from auriga.host.freeze import FrozenModels, freeze_backtest, freeze_live
from auriga.host.freeze._manifest import MANIFEST, Manifest, read_manifest
from auriga.host.freqai import RegimeFreqaiModel
from auriga.host.results import BacktestResult

pytestmark = quiet_dry_run

PAIRS = ("BTC/USDT", "ETH/USDT")
SPAN = "20240219-20240304"
PREDICTED = [
    "date", "up", "down", DIRECTION, PROBABILITY, EXPERT, EXPERT_ROWS, PRIOR, EXPECTED_SIGMAS, DO_PREDICT,
    TRAINED_AT,
]  # fmt: skip


def result_of(run, folder: Path) -> BacktestResult:
    """The result a backtest of this run would have left, as far as freezing reads it."""
    path = folder / "backtest-result.zip"
    with ZipFile(path, "w") as archive:
        content = {name: run.config[name] for name in ("freqai", "regime", "timeframe")}
        archive.writestr("backtest-result_config.json", json.dumps(content))
    stats = {
        "timerange": SPAN, "timeframe": "5m", "freqai_identifier": "auriga", "pairlist": list(PAIRS),
        "strategy_name": "RegimeStrategy", "backtest_run_start_ts": 0,
        "backtest_run_end_ts": int(datetime.now(UTC).timestamp()),
    }  # fmt: skip
    return BacktestResult(path, pd.DataFrame(), stats)


@pytest.fixture(scope="module")
def trained(root, tmp_path_factory, datadir):
    """Predictions of a trained run of two windows, and its models of each window frozen."""
    folder = tmp_path_factory.mktemp("trained")
    run = FreqaiRun(root, folder / "run", datadir, {})
    rows = {pair: run.backtest_rows(run.indicators(pair)) for pair in PAIRS}
    result, models = result_of(run, folder), run.strategy.freqai.full_path.parent
    frozen = {number: folder / f"window{number}" for number in (1, 2)}
    for number, target in frozen.items():
        freeze_backtest(result, models, target, window=number)
    return SimpleNamespace(rows=rows, frozen=frozen, result=result, models=models)


@pytest.fixture
def no_training(monkeypatch):
    def fail(*arguments, **options):
        raise AssertionError("something was trained")

    for name in ("fit", "fit_window", "extract_data_and_train_model"):
        monkeypatch.setattr(RegimeFreqaiModel, name, fail)
    monkeypatch.setattr("auriga.models.RegimeClassifier.fit", fail)


class Bomb:
    """A pickle that says when it is opened."""

    def __reduce__(self):
        return pytest.fail, ("it was opened",)


def part(rows: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    keep = (rows["date"] >= first) & (rows["date"] < last)
    return rows.loc[keep, PREDICTED].reset_index(drop=True)


def edited(folder: Path, target: Path, **changes) -> Path:
    """A copy of a frozen folder whose manifest says something else, and is signed again."""
    target.mkdir()
    for file in folder.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    manifest = Manifest.model_validate(json.loads((folder / MANIFEST).read_text()) | changes)
    (target / MANIFEST).write_text(manifest.signed().model_dump_json())
    return target


# --- freezing ---------------------------------------------------------------------------------------


def test_a_model_of_all_pairs_is_stored_once_and_says_all_about_itself(trained) -> None:
    folder = trained.frozen[2]
    assert sorted(file.name for file in folder.iterdir()) == [
        "BTC_USDT_1708905600_metadata.json", "BTC_USDT_1708905600_model.joblib", MANIFEST,
    ]  # fmt: skip
    manifest = read_manifest(folder)
    assert manifest.shared
    assert list(manifest.pairs) == list(PAIRS)
    assert manifest.span == (datetime(2024, 2, 12, tzinfo=UTC), datetime(2024, 2, 26, tzinfo=UTC))
    assert manifest.expires_at - manifest.created_at == timedelta(days=30)
    assert manifest.source == "window 2 of 2 of backtest-result.zip"
    assert manifest.model_class == "RegimeLightGBMClassifier"
    assert manifest.label_list == [DIRECTION]
    assert "%-momentum_rsi_14_own_5m" in manifest.feature_names
    assert {"lightgbm", "freqtrade", "numpy"} <= manifest.packages.keys()
    assert manifest.facts["regime.label.horizon"] == "12"


def test_a_frozen_folder_is_never_written_over(trained) -> None:
    with pytest.raises(HostError, match="is there already"):
        freeze_backtest(trained.result, trained.models, trained.frozen[1])


@pytest.mark.parametrize("window", [0, 3])
def test_a_window_that_is_not_there_is_refused(trained, tmp_path, window) -> None:
    with pytest.raises(HostError, match=rf"--window is {window}; .* has windows 1 to 2"):
        freeze_backtest(trained.result, trained.models, tmp_path / "new", window=window)


def test_damaged_and_unsaved_models_are_not_frozen(trained, tmp_path) -> None:
    models = tmp_path / "models"
    shutil.copytree(trained.models, models)
    (file,) = models.rglob("sub-train-ETH_USDT_1708905600/*model.joblib")
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(HostError, match=r"model of ETH/USDT .* is not the file that was saved"):
        freeze_backtest(trained.result, models, tmp_path / "new")
    file.unlink()
    with pytest.raises(HostError, match=r"no model of ETH/USDT in window 2: .*save_backtest_models"):
        freeze_backtest(trained.result, models, tmp_path / "new")
    (seal,) = models.rglob("sub-train-BTC_USDT_1708905600/*seal.json")
    seal.unlink()
    with pytest.raises(HostError, match="another run has trained it anew"):
        freeze_backtest(trained.result, models, tmp_path / "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["models"]


def test_what_cannot_be_written_whole_is_not_there(trained, tmp_path, monkeypatch) -> None:
    written: list[bytes] = []

    def full(file, data) -> None:
        if written:
            raise OSError(28, "No space left on device")
        written.append(file)

    monkeypatch.setattr("auriga.host.freeze._freeze._write_durably", full)
    with pytest.raises(HostError, match="No space left"):
        freeze_backtest(trained.result, trained.models, tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


# --- backtest ---------------------------------------------------------------------------------------


def test_frozen_window_gives_the_predictions_of_the_trained_one_bit_by_bit(
    freqai_run, trained, no_training
) -> None:
    frozen = freqai_run("frozen", regime={"frozen_models": str(trained.frozen[2])})
    for pair in PAIRS:
        rows = frozen.backtest_rows(frozen.indicators(pair))
        pd.testing.assert_frame_equal(
            part(rows, "2024-02-26", "2024-03-04"),
            part(trained.rows[pair], "2024-02-26", "2024-03-04"),
            check_exact=True,
        )
    again = freqai_run("frozen", regime={"frozen_models": str(trained.frozen[2])})
    pd.testing.assert_frame_equal(again.backtest_rows(again.indicators(pair))[rows.columns], rows)


def test_candles_it_learned_from_are_not_traded(freqai_run, trained, no_training, caplog) -> None:
    run = freqai_run("frozen", regime={"frozen_models": str(trained.frozen[2])})
    rows = run.backtest_rows(run.indicators("BTC/USDT"))  # its first week lies in the training span
    learned = rows["date"] < "2024-02-26"
    assert (rows.loc[learned, DO_PREDICT] == 0).all()
    assert (rows.loc[~learned, DO_PREDICT] == 1).all()
    said = [line for line in caplog.messages if "overlaps what the frozen model learned from" in line]
    assert len(said) == 1
    assert "2024-02-12 00:00 UTC to 2024-02-26 00:00 UTC" in said[0]


def test_another_range_before_and_after_works(freqai_run, trained, no_training) -> None:
    """From before the training span, over its edge: a horizon earlier the outcome lies in it."""
    run = freqai_run(
        "other", regime={"frozen_models": str(trained.frozen[2])}, timerange="20240208-20240310",
        freqai={"train_period_days": 10, "backtest_period_days": 4},
    )  # fmt: skip
    rows = run.backtest_rows(run.indicators("ETH/USDT"))
    edge = pd.Timestamp("2024-02-12", tz="UTC") - 12 * pd.Timedelta(minutes=5)
    usable = (rows["date"] < edge) | (rows["date"] >= "2024-02-26")
    assert usable.sum() > 288 * 15
    np.testing.assert_array_equal(rows[DO_PREDICT] == 1, usable)
    assert (rows[TRAINED_AT] == 1708905600).all()


def test_frozen_and_trained_predictions_are_never_taken_for_each_other(freqai_run, trained, caplog) -> None:
    run = freqai_run("both")
    before = run.backtest_rows(run.indicators("BTC/USDT"))
    frozen = freqai_run("both", regime={"frozen_models": str(trained.frozen[1])})
    between = frozen.backtest_rows(frozen.indicators("BTC/USDT"))
    assert set(between[TRAINED_AT]) == {1708300800}
    other = freqai_run("both", regime={"frozen_models": str(trained.frozen[2])})
    assert set(other.backtest_rows(other.indicators("BTC/USDT"))[TRAINED_AT]) == {1708905600}
    back = freqai_run("both")
    caplog.clear()
    with caplog.at_level(logging.INFO):
        after = back.backtest_rows(back.indicators("BTC/USDT"))
    assert "2 of 2 windows have valid predictions" in caplog.text
    pd.testing.assert_frame_equal(
        part(after, "2024-02-19", "2024-03-04"), part(before, "2024-02-19", "2024-03-04")
    )


# --- refusals ---------------------------------------------------------------------------------------


def test_a_changed_or_missing_file_is_refused_before_it_is_opened(freqai_run, trained, tmp_path) -> None:
    def planted(name: str, change) -> None:
        folder = tmp_path / name
        folder.mkdir()
        for file in trained.frozen[2].iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        change(folder)
        with pytest.raises(
            OperationalException, match=r"regime.frozen_models is .* cannot be used: .*" + name
        ):
            freqai_run(regime={"frozen_models": str(folder)})

    model, metadata = "BTC_USDT_1708905600_model.joblib", "BTC_USDT_1708905600_metadata.json"
    planted(model, lambda folder: (folder / model).write_bytes(cloudpickle.dumps(Bomb())))
    planted(metadata, lambda folder: (folder / metadata).unlink())


def test_a_manifest_that_was_edited_is_refused(freqai_run, trained, tmp_path) -> None:
    folder = edited(trained.frozen[2], tmp_path / "edited")
    file = folder / MANIFEST
    content = json.loads(file.read_text())
    content["expires_at"] = "2099-01-01T00:00:00Z"
    file.write_text(json.dumps(content))
    with pytest.raises(OperationalException, match="was changed after it was written"):
        freqai_run(regime={"frozen_models": str(folder)})


def test_a_model_changed_after_the_start_is_not_opened(trained, tmp_path) -> None:
    folder = edited(trained.frozen[2], tmp_path / "later")
    models = FrozenModels(folder)
    (file,) = folder.glob("*model.joblib")
    file.write_bytes(b"\x80\x04other")
    with pytest.raises(HostError, match="checksum differs"):
        models.model("BTC/USDT")


def test_a_folder_that_is_not_there_is_refused(freqai_run) -> None:
    with pytest.raises(OperationalException, match=r"frozen_models is 'frozen/x'.* has no manifest.json"):
        freqai_run("somewhere", regime={"frozen_models": "frozen/x"})


@pytest.mark.parametrize(
    ("overlay", "words"),
    [
        ({"regime": {"label": {"horizon": 24}}}, r"regime.label.horizon: 12 -> 24"),
        ({"regime": {"confirm_candles": 3}}, r"regime.confirm_candles: 2 -> 3"),
        (
            {"freqai": {"feature_parameters": {"indicator_periods_candles": [21]}}},
            r"freqai.feature_parameters.indicator_periods_candles: \[14\] -> \[21\]",
        ),
    ],
)
def test_other_settings_are_refused(freqai_run, trained, overlay, words) -> None:
    overlay = dict(overlay)
    regime = overlay.pop("regime", {}) | {"frozen_models": str(trained.frozen[2])}
    with pytest.raises(OperationalException, match=rf"frozen -> now.*\n  (.*\n  )*{words}"):
        freqai_run("refused", regime=regime, **overlay)


def test_trading_settings_and_thresholds_may_change(freqai_run, trained) -> None:
    run = freqai_run(
        "traded", regime={"frozen_models": str(trained.frozen[2]), "stake": {"risk_frac": 0.01},
                          "costs": {"fee_frac": 0.002}},
        freqai={"live_retrain_hours": 1, "expiration_hours": 5, "train_period_days": 20},
    )  # fmt: skip
    run.strategy.long_threshold.value, run.strategy.stop_atr.value = 0.7, 9.0
    run.strategy.freqai.require_frozen(run.strategy)
    assert run.strategy.freqai.frozen.digest == read_manifest(trained.frozen[2]).digest
    assert type(run.strategy.freqai.new_run(run.strategy)).__name__ == "FrozenRun"


@pytest.mark.parametrize(
    "name",
    [
        "version.lightgbm", "version.auriga", "code.strategy.RegimeStrategy",
        "code.auriga", "model", "timeframe",
        "trading_mode",
    ],
)  # fmt: skip
def test_what_was_made_with_something_else_is_refused(freqai_run, trained, tmp_path, name) -> None:
    facts = read_manifest(trained.frozen[2]).facts | {name: '"0.0.1"'}
    folder = edited(trained.frozen[2], tmp_path / "old", facts=facts)
    with pytest.raises(OperationalException, match=rf'{name}: "0.0.1" -> (?!none|unknown)'):
        freqai_run("refused", regime={"frozen_models": str(folder)})


def test_a_pair_without_a_model_is_refused_unless_one_model_serves_all(freqai_run, trained, tmp_path) -> None:
    pairs = {"ETH/USDT": json.loads((trained.frozen[2] / MANIFEST).read_text())["pairs"]["ETH/USDT"]}
    own = edited(trained.frozen[2], tmp_path / "own", pairs=pairs, shared=False)
    with pytest.raises(OperationalException, match=r"are for ETH/USDT, .* none serves BTC/USDT"):
        freqai_run("refused", regime={"frozen_models": str(own)})
    shared = edited(trained.frozen[2], tmp_path / "shared", pairs=pairs)
    run = freqai_run("shared", regime={"frozen_models": str(shared)})
    rows = run.backtest_rows(run.indicators("BTC/USDT"))
    pd.testing.assert_frame_equal(
        part(rows, "2024-02-26", "2024-03-04"), part(trained.rows["BTC/USDT"], "2024-02-26", "2024-03-04")
    )


# --- live -------------------------------------------------------------------------------------------


@pytest.fixture
def live(freqai_run, monkeypatch, tmp_path, caplog):
    """Factory of live runs; the same `name` is a restart of the same bot."""
    caplog.set_level(logging.INFO)

    def make(name: str = "bot", **overlay) -> LiveRun:
        run = freqai_run(name, **overlay)
        for file in (tmp_path / name / "data").glob("*"):
            file.unlink()
        if (tmp_path / name / "data").exists():
            (tmp_path / name / "data").rmdir()
        bot = LiveRun(run, monkeypatch, now="2024-03-02")
        run.strategy.freqai.scanning = False  # the thread would start here: it must not
        return bot

    return make


def candles_of(bot: LiveRun, number: int) -> pd.DataFrame:
    """What the bot is given candle by candle; its first answer is FreqAI's filling."""
    rows = []
    for _ in range(number + 1):
        rows.append(bot.indicators("ETH/USDT").iloc[[-1]])
        bot.advance()
    return pd.concat(rows[1:]).reset_index(drop=True)


def test_live_predictions_are_the_backtests_before_and_after_a_restart(
    live, freqai_run, trained, no_training, caplog
) -> None:
    folder = {"frozen_models": str(trained.frozen[2])}
    rows = []
    for _ in range(2):
        bot = live(regime=folder)
        rows.append(candles_of(bot, 3))
        bot.freqai.dd.save_historic_predictions_to_disk()
        assert bot.freqai._threads == []
    pd.testing.assert_frame_equal(rows[1][PREDICTED], rows[0][PREDICTED], check_exact=True)
    backtest = freqai_run("backtest", regime=folder)
    expected = backtest.backtest_rows(backtest.indicators("ETH/USDT"))
    expected = expected[expected["date"].isin(rows[0]["date"])].reset_index(drop=True)
    assert len(expected) == 3
    assert (expected[DO_PREDICT] == 1).all()
    pd.testing.assert_frame_equal(rows[0][PREDICTED], expected[PREDICTED], check_dtype=False, rtol=1e-12)
    assert "No model ready" not in caplog.text


def test_freqais_own_expiry_and_dictionary_are_left_alone(live, trained, caplog) -> None:
    """Trained two weeks before `now`, with expiration_hours 1: FreqAI would give nothing."""
    first = live(freqai={"expiration_hours": 1})
    first.freqai.scanning = True
    first.train("ETH/USDT")
    file = first.freqai.dd.pair_dictionary_path
    before = file.read_bytes()
    bot = live(regime={"frozen_models": str(trained.frozen[2])}, freqai={"expiration_hours": 1})
    assert set(candles_of(bot, 1)[DO_PREDICT]) == {1}
    assert "Model expired" not in caplog.text
    assert file.read_bytes() == before
    with pytest.raises(OperationalException, match="nothing is trained"):
        bot.train("ETH/USDT")


def test_after_expiry_no_entry_is_made_and_it_is_told_once(live, trained, tmp_path, caplog) -> None:
    past = (datetime.now(tz=UTC) - timedelta(hours=1)).isoformat()
    folder = edited(trained.frozen[2], tmp_path / "expired", expires_at=past)
    bot = live(regime={"frozen_models": str(folder)})
    told = []
    bot.send_msg = lambda text, always_send: told.append(text)
    rows = candles_of(bot, 2)
    assert set(rows[DO_PREDICT]) == {0}
    assert rows[PROBABILITY].between(0.01, 0.99).all()
    assert len(told) == 1
    assert "expired at" in told[0]
    assert "No new trades" in told[0]


def test_a_pair_that_joins_and_has_no_model_is_not_traded(live, trained, tmp_path) -> None:
    pairs = {"ETH/USDT": json.loads((trained.frozen[2] / MANIFEST).read_text())["pairs"]["ETH/USDT"]}
    own = edited(trained.frozen[2], tmp_path / "own", pairs=pairs, shared=False)
    bot = live(regime={"frozen_models": str(own)}, exchange={"pair_whitelist": ["ETH/USDT"]})
    bot.config["exchange"]["pair_whitelist"] = list(PAIRS)
    for _ in range(2):
        assert (bot.indicators("BTC/USDT")[DO_PREDICT] == 0).all()
        bot.advance()


def test_a_strategy_that_asks_nothing_at_start_is_refused_at_every_candle(
    live, trained, tmp_path, monkeypatch
) -> None:
    """Our model with somebody's own strategy: nobody calls `check_start`."""
    monkeypatch.setattr("auriga.host.checks._start.check_frozen", lambda strategy: None)
    bot = live(regime={"frozen_models": str(trained.frozen[2]), "label": {"horizon": 24}})
    for _ in range(2):
        with pytest.raises(OperationalException, match=r"regime\.label\.horizon: 12 -> 24"):
            bot.indicators("ETH/USDT")
        bot.advance()


def test_live_models_are_frozen_while_the_bot_runs(live, tmp_path) -> None:
    first = live()
    first.freqai.scanning = True
    for pair in PAIRS:
        first.train(pair)
    target = tmp_path / "bot" / "frozen" / "live"
    manifest = freeze_live(first.freqai.full_path, target, expires_days=7)
    assert manifest.shared
    assert list(manifest.pairs) == list(PAIRS)
    assert manifest.span[1] == datetime(2024, 3, 2, tzinfo=UTC)
    trained = candles_of(first, 2)
    bot = live(regime={"frozen_models": "frozen/live"}, freqai={"identifier": "deployed"})
    assert bot.freqai.full_path.name == "deployed"
    pd.testing.assert_frame_equal(candles_of(bot, 2)[PREDICTED], trained[PREDICTED], check_exact=True)


def test_live_models_that_are_not_there_are_not_frozen(tmp_path) -> None:
    with pytest.raises(HostError, match="start the bot first"):
        freeze_live(tmp_path, tmp_path / "new")
    (tmp_path / "pair_dictionary.json").write_text('{"BTC/USDT": {"model_filename": ""}}')
    with pytest.raises(HostError, match="names no model yet"):
        freeze_live(tmp_path, tmp_path / "new")
