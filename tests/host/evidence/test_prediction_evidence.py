"""Predictions of a result against what happened, for every label, and what is said when they are gone."""

import json
import os
import shutil
import time
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd
import pytest
from tests.support.made_results import CONFIG, PLACE, START, made_result, many_trades, read, write_predictions

from auriga.columns import DO_PREDICT, EXPECTED_SIGMAS, EXPERT, EXPERT_ROWS, PRIOR
from auriga.errors import HostError
from auriga.host.evidence import prediction_evidence, prediction_scores
from auriga.host.explain import explain_backtest_candle
from auriga.host.freeze import freeze_backtest
from auriga.host.journal import journal_of_backtest
from auriga.host.predictions import read_predictions
from auriga.host.predictions._outcomes import label_outcomes
from auriga.host.results import read_candles
from auriga.host.seals._places import place_folder
from auriga.host.seals._provenance import write_seal
from auriga.host.seals._run_record import record_file
from auriga.host.seals._saved import model_checksum, model_files
from auriga.models import Expert
from auriga.settings import CostSettings, LabelSettings
from auriga.typing import Regime

DAYS = 27.5  # four windows
PAIRS = ("BTC/USDT", "ETH/USDT")
STAMPS = [int((START + pd.Timedelta(days=7 * number)).timestamp()) for number in range(4)]
HORIZON = 12


@pytest.fixture(scope="module")
def candles(datadir):
    return {pair: read_candles(datadir, pair, "5m") for pair in PAIRS}


def rises(candles: pd.DataFrame) -> np.ndarray:
    """Whether the close is higher after the horizon, written down once more."""
    close = candles["close"].to_numpy()
    return np.r_[close[HORIZON:] > close[:-HORIZON], np.zeros(HORIZON, dtype=bool)]


def guesses(candles: pd.DataFrame, seed: int) -> np.ndarray:
    """Probabilities that know a little."""
    noise = np.random.default_rng(seed).normal(0, 0.08, size=len(candles))
    return np.clip(0.5 + np.where(rises(candles), 0.02, -0.02) + noise, 0.05, 0.95)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory, candles):
    """A result of four windows and two pairs with its cached predictions."""
    folder = tmp_path_factory.mktemp("workplace")
    for seed, pair in enumerate(PAIRS):
        for number, stamp in enumerate(STAMPS):
            columns = {EXPERT: int(Regime.known()[number % 3]), EXPERT_ROWS: 1000 + number, PRIOR: 0.5}
            if number < 2:  # the third window is of a version that told no expected moves
                columns |= {EXPECTED_SIGMAS: 0.3 if number else -0.1}
            if number == 3:
                columns |= {EXPERT: int(Regime.UNKNOWN), EXPERT_ROWS: 0, DO_PREDICT: 0}
            write_predictions(
                folder / "models", pair, candles[pair], stamp, guesses(candles[pair], seed), **columns
            )
    made_result(folder / "backtest_results", many_trades(27), days=DAYS, pairs=PAIRS)
    return folder


@pytest.fixture(scope="module")
def result(workplace):
    return read(next((workplace / "backtest_results").glob("*.zip")))


@pytest.fixture(scope="module")
def evidence(workplace, result, datadir):
    return prediction_evidence(result, workplace / "models", datadir)


def test_scores_are_those_of_the_rows(workplace, result, evidence, candles, datadir) -> None:
    for pair in PAIRS:
        row = evidence.by_pair.loc[pair]
        assert row["rows"] == 21 * 288
        assert row["auc_low"] < row["auc"] < row["auc_high"] and row["auc_low"] > 0.5
        assert row["ic_low"] < row["ic"] < row["ic_high"]
        assert row["skill_1e5"] == pytest.approx(1e5 * (row["log_loss_constant"] - row["log_loss"]))
    both = read_predictions(result, workplace / "models", datadir)
    again = pd.Series(np.concatenate([rises(candles[pair]) for pair in PAIRS]))
    dates = pd.concat([candles[pair][["date"]].assign(pair=pair) for pair in PAIRS], ignore_index=True)
    joined = both.merge(dates.assign(again=again), on=["date", "pair"])
    assert len(joined) == len(both) == evidence.by_pair.loc["all", "rows"]
    assert (joined["up"] == joined["again"]).all()
    assert evidence.by_regime["rows"].drop("all").sum() == evidence.by_regime.loc["all", "rows"]
    scores, notes = prediction_scores(result, workplace / "models", datadir)
    assert scores == evidence.by_window.loc["all"].to_dict() and notes == evidence.notes


def test_expected_moves_are_those_of_windows_that_told_them(evidence, candles) -> None:
    parts = []
    for pair in PAIRS:
        frame = candles[pair]
        sigma = 1e4 * np.log(frame["close"]).diff().rolling(288).std() * np.sqrt(HORIZON)
        realised = 1e4 * (frame["close"].shift(-HORIZON) / frame["close"] - 1)
        week = (frame["date"] - START).dt.days // 7
        told = week.map({0: -0.1, 1: 0.3})
        parts.append(pd.DataFrame({"expected": told * sigma, "realised": realised})[told.notna()])
    rows = pd.concat(parts)
    table = evidence.expected[evidence.expected["regime"] == "all"].set_index("low")
    assert table["rows"].sum() == len(rows) == 2 * 2 * 7 * 288
    for low, bucket in table.iterrows():
        own = rows[(rows["expected"] >= low) & (rows["expected"] < bucket["high"])]
        assert bucket["rows"] == len(own)
        assert bucket["expected"] == pytest.approx(own["expected"].mean())
        assert bucket["realised"] == pytest.approx(own["realised"].mean())
    assert len(table) > 4
    slope = (rows["expected"] @ rows["realised"]) / (rows["expected"] @ rows["expected"])
    assert evidence.expected_slopes.loc["all", "slope"] == pytest.approx(slope)
    regimes = evidence.expected.groupby("regime")["rows"].sum()
    assert regimes.drop("all").sum() == regimes["all"]


def test_calibration_and_windows(evidence) -> None:
    whole = evidence.calibration[evidence.calibration["regime"] == "all"]
    assert whole["rows"].sum() == evidence.by_regime.loc["all", "rows"] and len(whole) == 10
    assert whole["observed"].is_monotonic_increasing and whole["observed"].iloc[-1] > 0.55
    assert evidence.windows.index.tolist() == ["2024-02-05", "2024-02-12", "2024-02-19", "2024-02-26"]
    assert evidence.by_window.index.tolist() == ["2024-02-05", "2024-02-12", "2024-02-19", "all"]
    first, last = evidence.windows.iloc[0], evidence.windows.iloc[-1]
    assert first["trained_until"] == START and first["trained_from"] == START - pd.Timedelta(days=14)
    assert first["bear"] == 1000 and np.isnan(first["bull"]) and first["fallback_frac"] == 0
    assert last["failed"] == "no model could be trained (BTC/USDT, ETH/USDT)"
    assert last["unusable_frac"] == last["fallback_frac"] == 1 and np.isnan(last["up_share"])
    assert evidence.drift["probability_psi"].iloc[0] == 0 and np.isnan(
        evidence.drift["probability_psi"].iloc[-1]
    )
    assert evidence.label == "whether the close is higher 12 candles of 5m later" and not evidence.notes


def model_of(folder, **experts: int) -> None:
    """A saved and sealed model of the first window, of which only the experts matter."""
    name = f"cb_btc_usdt_{STAMPS[0]}"
    place = place_folder(folder / "models" / "made", PLACE)
    folder = place / f"sub-train-BTC_USDT_{STAMPS[0]}"
    folder.mkdir(parents=True)
    for file in model_files(folder, name):
        file.write_text('{"training_features_list": []}')
    told = {
        Regime[key]: Expert(Regime[key], rows, "too few" if rows < 2000 else "")
        for key, rows in experts.items()
    }
    model_files(folder, name)[0].write_bytes(cloudpickle.dumps(type("Model", (), {"experts_": told})))
    write_seal(folder / f"{name}_seal.json", model_files(folder, name), {"facts": {"code": "of another day"}})
    (seal,) = place.glob(f"backtesting_predictions/{name}_*.json")
    content = json.loads(seal.read_text()) | {"model": model_checksum(folder, name)}
    seal.write_text(json.dumps(content))


def test_saved_models_tell_all_rows_and_reasons_unless_they_were_changed(
    workplace, datadir, tmp_path
) -> None:
    folder = shutil.copytree(workplace, tmp_path / "copy", copy_function=shutil.copy2)
    model_of(folder, UNKNOWN=9000, BEAR=1500, SIDEWAYS=4000, BULL=3500)
    result = read(made_result(folder / "backtest_results", [], days=DAYS, pairs=PAIRS))
    first = prediction_evidence(result, folder / "models", datadir).windows.iloc[0]
    assert first[["fallback", "bear", "sideways", "bull"]].tolist() == [9000, 1500, 4000, 3500]
    assert first["reasons"] == "bear: too few"
    (pickle,) = folder.rglob("sub-train*/*_model.joblib")
    before = pickle.stat()
    pickle.write_bytes(pickle.read_bytes() + b"x")
    os.utime(pickle, (before.st_mtime, before.st_mtime))
    again = prediction_evidence(result, folder / "models", datadir)
    assert again.windows["reasons"].tolist() == [""] * 4
    assert "checksum differs" in again.notes[-1]


def test_predictions_of_another_run_are_refused_and_say_why(workplace, datadir, tmp_path, candles) -> None:
    """The same place, other settings: a later run writes over what this one traded."""
    folder = shutil.copytree(workplace, tmp_path / "copy", copy_function=shutil.copy2)
    models = folder / "models"
    result = read(next((folder / "backtest_results").glob("*.zip")))
    traded = [trade.probability for trade in journal_of_backtest(result, models)]
    assert any(traded)
    result.stats["backtest_run_end_ts"] = int(time.time()) - 2
    write_predictions(models, PAIRS[0], candles[PAIRS[0]], STAMPS[1], guesses(candles[PAIRS[0]], 9))
    readers = (
        lambda: prediction_evidence(result, models, datadir),
        lambda: prediction_scores(result, models, datadir),
        lambda: read_predictions(result, models, datadir),
        lambda: journal_of_backtest(result, models),
        lambda: explain_backtest_candle(result, models, datadir, PAIRS[0], START + pd.Timedelta(days=1)),
        lambda: freeze_backtest(result, models, tmp_path / "frozen"),
    )
    for reader in readers:
        with pytest.raises(HostError, match=r"of BTC/USDT in .* are not those that .* the run of .* wrote"):
            reader()
    assert {trade.probability for trade in journal_of_backtest(result, None)} == {None}


def test_predictions_that_are_gone_are_refused(workplace, datadir, tmp_path) -> None:
    folder = shutil.copytree(workplace, tmp_path / "copy", copy_function=shutil.copy2)
    result = read(next((folder / "backtest_results").glob("*.zip")))
    file = min(folder.rglob("cb_btc*.feather"))
    file.unlink()
    with pytest.raises(HostError, match=f"cannot be read any more: {file.name} is missing"):
        prediction_evidence(result, folder / "models", datadir)
    record_file(folder / "models" / "made").unlink()
    with pytest.raises(
        HostError, match=r"does not say which predictions it traded: .*runs\.jsonl was removed"
    ):
        prediction_evidence(result, folder / "models", datadir)


def test_a_pair_without_predictions_ends_no_other(workplace, datadir, tmp_path) -> None:
    folder = shutil.copytree(workplace, tmp_path / "copy", copy_function=shutil.copy2)
    result = read(made_result(folder / "backtest_results", [], days=DAYS, pairs=[*PAIRS, "NEW/USDT"]))
    told = prediction_evidence(result, folder / "models", datadir)
    assert told.by_pair.index.tolist() == [*PAIRS, "all"]
    assert "NEW/USDT was given no predictions: it had no candles." in told.notes


def test_a_pair_without_predictions_or_candles_ends_no_score(
    workplace, result, datadir, tmp_path, caplog
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for file in datadir.glob("BTC*"):
        shutil.copy(file, data)
    models = workplace / "models"
    scored = read_predictions(result, models, data, ["NEW/USDT", "BTC/USDT", "ETH/USDT"])
    assert set(scored["pair"]) == {"BTC/USDT"}
    assert (
        "left out: backtest-result-2024-03-06_00-00-00.zip was given no predictions of NEW/U" in caplog.text
    )
    assert "left out: no 5m candles of ETH/USDT" in caplog.text
    with pytest.raises(HostError, match="given no predictions of NEW/USDT"):
        read_predictions(result, models, data, ["NEW/USDT"])


def test_a_result_without_freqai_and_one_of_a_foreign_model(datadir, tmp_path) -> None:
    none = read(made_result(tmp_path / "one" / "backtest_results", [], days=2, freqai=None, freqaimodel=None))
    told = prediction_evidence(none, tmp_path, datadir)
    assert told.by_window.empty and "made without FreqAI" in told.notes[0]
    folder = tmp_path / "two"
    result = read(made_result(folder / "backtest_results", many_trades(2), days=2, freqaimodel="Foreign"))
    with pytest.raises(HostError, match=r"FreqAI model that is not Auriga's \(it names Foreign\)"):
        prediction_evidence(result, folder / "models", datadir)


def outcomes(candles: pd.DataFrame, **label) -> pd.DataFrame:
    return label_outcomes(candles, LabelSettings(**label), CostSettings())


def test_flat_moves_are_known_but_neither_up_nor_down(candles) -> None:
    frame = candles["BTC/USDT"].head(2000)
    told = outcomes(frame, threshold=1.0)
    move = frame["close"].shift(-HORIZON) / frame["close"] - 1
    size = CostSettings().round_trip_frac
    assert told["up"].isna().sum() > told["known"].eq(False).sum() == HORIZON
    assert (told["up"] == 1).equals(move > size) and (told["up"] == 0).equals(move < -size)
    assert np.allclose(told["move"].dropna(), move.dropna(), rtol=1e-4, atol=1e-7)


def test_barriers_and_sides(candles) -> None:
    frame = candles["BTC/USDT"].head(2000)
    barrier = outcomes(frame, kind="triple_barrier", upper_atr=2.0, lower_atr=2.0)
    assert (barrier["move"][barrier["up"] == 1] > 0).all() and (barrier["move"][barrier["up"] == 0] < 0).all()
    assert barrier["up"].isna().sum() > (~barrier["known"]).sum()
    regime = np.resize(np.array([1, -1, 0], dtype=np.int8), len(frame))
    meta = outcomes(frame.assign(regime=regime), kind="meta", upper_atr=2.0, lower_atr=2.0)
    assert meta["up"][regime == 0].isna().all()
    gains = meta["move"] > 0
    long, short = (regime == 1) & meta["known"], (regime == -1) & meta["known"]
    assert (meta["up"][long] == 1).equals(gains[long]), "a long that gains"
    assert (meta["up"][short] == 0).equals((meta["move"] < 0)[short]), "a short that gains"


@pytest.mark.parametrize("kind", ["return", "scaled_return"])
def test_returns_rise_or_do_not(candles, kind) -> None:
    frame = candles["BTC/USDT"].head(2000)
    told = outcomes(frame, kind=kind)
    assert (told["up"][told["known"]] == 1).equals((told["move"] > 0)[told["known"]])
    assert told["up"].notna().equals(told["known"])


def test_a_regression_says_whose_probability_is_scored(datadir, tmp_path, candles) -> None:
    label = CONFIG["regime"] | {"label": {"kind": "return"}}
    pair = PAIRS[0]
    write_predictions(tmp_path / "models", pair, candles[pair], STAMPS[0], guesses(candles[pair], 3))
    result = read(made_result(tmp_path / "backtest_results", [], days=7, regime=label))
    told = prediction_evidence(result, tmp_path / "models", datadir)
    scores: Any = told.by_pair.loc[pair]
    assert scores["ic"] > 0.05 and scores["auc"] > 0.52
    assert "derive" in told.notes[-1] and told.label.startswith("the return")
    assert json.dumps(told.notes)
