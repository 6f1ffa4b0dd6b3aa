"""How far a label looks is found at dozens of moments, on rare candles too; a made-up future is refused.

The labels stand in a strategy file that Freqtrade's resolver loads.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from tests.support.freqai_runs import write_candles

from auriga.columns import DIRECTION

HORIZON = 12


def up(future: pd.Series, now: pd.Series) -> pd.Series:
    """Direction, missing where the future is."""
    return pd.Series(np.where(future > now, "up", "down"), index=now.index, dtype=object).where(
        future.notna()
    )


def plain(frame: pd.DataFrame) -> pd.Series:
    return up(frame["close"].shift(-HORIZON), frame["close"])


def shorter(frame: pd.DataFrame) -> pd.Series:
    return up(frame["close"].shift(-HORIZON // 2), frame["close"])


def highest(frame: pd.DataFrame) -> pd.Series:
    """Whether the horizon's highest price is 0.3 % away; its rolling maximum runs backwards."""
    return up(frame["high"][::-1].rolling(HORIZON).max()[::-1].shift(-1), 1.003 * frame["close"])


def mean_ahead(frame: pd.DataFrame) -> pd.Series:
    """Sums that run backwards round differently."""
    return up(frame["close"][::-1].rolling(HORIZON).mean()[::-1].shift(-1), frame["close"])


def centred_within(frame: pd.DataFrame) -> pd.Series:
    return up(frame["close"].rolling(2 * HORIZON + 1, center=True).mean(), frame["close"])


def twice(frame: pd.DataFrame) -> pd.Series:
    return up(frame["close"].shift(-2 * HORIZON), frame["close"])


def twice_filled(frame: pd.DataFrame) -> pd.Series:
    return twice(frame).fillna("down")


def centred(frame: pd.DataFrame) -> pd.Series:
    return up(frame["close"].rolling(4 * HORIZON + 1, center=True).mean(), frame["close"])


def on_large_volume(frame: pd.DataFrame) -> pd.Series:
    """One candle in two hundred looks twice as far."""
    large = frame["volume"] > frame["volume"].rolling(2000, min_periods=1).quantile(0.995)
    return up(
        frame["close"].shift(-HORIZON).where(~large, frame["close"].shift(-2 * HORIZON)), frame["close"]
    )


def after_falls(frame: pd.DataFrame) -> pd.Series:
    """The same after large falls, and nothing is missing where it looks too far."""
    fall = frame["close"].pct_change()
    deep = fall < fall.rolling(2000, min_periods=1).quantile(0.005)
    further = frame["close"].shift(-3 * HORIZON).ffill()
    future = frame["close"].shift(-HORIZON)
    return up(future.where(~deep | future.isna(), further), frame["close"])


def at_three(frame: pd.DataFrame) -> pd.Series:
    """One candle a day."""
    asked = (frame["date"].dt.hour == 3) & (frame["date"].dt.minute == 0)
    return up(
        frame["close"].shift(-HORIZON).where(~asked, frame["close"].shift(-2 * HORIZON)), frame["close"]
    )


def filled_back(frame: pd.DataFrame) -> pd.Series:
    """Small moves take the label of the next large one."""
    future = frame["close"].shift(-HORIZON)
    return up(future, frame["close"]).where((future / frame["close"] - 1).abs() > 0.002).bfill()


def against_mean(frame: pd.DataFrame) -> pd.Series:
    move = frame["close"].shift(-HORIZON) / frame["close"] - 1
    return up(move, pd.Series(move.mean(), index=move.index))


def against_quantile(frame: pd.DataFrame) -> pd.Series:
    move = frame["close"].shift(-HORIZON) / frame["close"] - 1
    return up(move, pd.Series(move.quantile(0.6), index=move.index))


def unknown_is_down(frame: pd.DataFrame) -> pd.Series:
    """Trap T10: what Freqtrade's own example does."""
    future = frame["close"].shift(-HORIZON)
    return pd.Series(np.where(future > frame["close"], "up", "down"), index=frame.index, dtype=object)


def carried_on(frame: pd.DataFrame) -> pd.Series:
    return plain(frame).ffill()


def carried_on_once(frame: pd.DataFrame) -> pd.Series:
    """The first candle whose last future candle is not there yet."""
    return plain(frame).ffill(limit=1)


@pytest.fixture
def predicted(freqai_run, monkeypatch):
    """Train and predict with another label."""

    def run(label, pair: str = "", **given):
        run = freqai_run(**given)
        original = type(run.strategy).set_freqai_targets

        def planted(self, dataframe, metadata, **kwargs):
            if pair and metadata["pair"] != pair:
                return original(self, dataframe, metadata, **kwargs)
            return dataframe.assign(**{DIRECTION: label(dataframe)})

        monkeypatch.setattr(type(run.strategy), "set_freqai_targets", planted)
        return run.backtest_rows(run.indicators("BTC/USDT"))

    return run


@pytest.mark.parametrize("label", [plain, shorter, highest, mean_ahead, centred_within])
def test_a_label_within_the_horizon_is_learned(predicted, label) -> None:
    assert (predicted(label)["do_predict"] == 1).all()


@pytest.mark.parametrize(
    ("label", "ahead"),
    [
        (twice, "24"), (twice_filled, "24"), (centred, "24"), (on_large_volume, "24"), (at_three, "24"),
        (after_falls, r"3\d"),  # 36, where the label is another one with the last candles
    ],
)  # fmt: skip
def test_a_label_that_looks_too_far_is_refused_with_its_true_horizon(predicted, label, ahead) -> None:
    words = rf"looks {ahead} candles ahead, but regime.label.horizon is 12: .*to at least {ahead},"
    with pytest.raises(OperationalException, match=words):
        predicted(label)


def test_a_label_that_is_filled_from_later_ones_is_refused(predicted) -> None:
    with pytest.raises(
        OperationalException, match=r"looks \d+ candles ahead, but regime.label.horizon is 12"
    ):
        predicted(filled_back)


@pytest.mark.parametrize("label", [against_mean, against_quantile])
def test_a_label_of_the_whole_frame_is_refused(predicted, label) -> None:
    with pytest.raises(
        OperationalException, match="No horizon is that long, labels of BTC/USDT depend on all"
    ):
        predicted(label)


@pytest.mark.parametrize("label", [unknown_is_down, carried_on, carried_on_once])
def test_a_made_up_future_is_refused(predicted, label) -> None:
    with pytest.raises(
        OperationalException, match=r"labels although their future is not there yet .*NaN there"
    ):
        predicted(label)


def test_labels_of_every_pair_are_looked_at(predicted) -> None:
    with pytest.raises(OperationalException, match="looks 24 candles ahead"):
        predicted(twice, pair="ETH/USDT")


@pytest.mark.parametrize(
    "rarity",
    [
        lambda candles: candles["volume"],
        lambda candles: (candles["high"] - candles["low"]) / candles["close"],
        lambda candles: candles["close"].diff() / candles["close"],
        lambda candles: -candles["close"].diff() / candles["close"],
    ],
    ids=["volume", "range", "rise", "fall"],
)  # fmt: skip
def test_a_single_candle_that_looks_too_far_is_found(predicted, datadir, rarity) -> None:
    """By one candle, and only that of the largest volume, range, rise or fall in training."""
    candles = pd.read_feather(datadir / "BTC_USDT-5m.feather")
    trained = (candles["date"] >= "2024-02-06") & (candles["date"] < "2024-02-25")
    when = candles["date"][rarity(candles)[trained].idxmax()]

    def on_the_largest(frame: pd.DataFrame) -> pd.Series:
        future, further = (frame["close"].shift(-ahead) for ahead in (HORIZON, HORIZON + 1))
        return up(future.where(frame["date"] != when, further), frame["close"])

    with pytest.raises(OperationalException, match="looks 13 candles ahead"):
        predicted(on_the_largest, pair="BTC/USDT")


@pytest.mark.parametrize("ahead", [HORIZON + 2, 30])
def test_how_far_a_single_candle_looks_is_told_to_the_candle(predicted, datadir, ahead) -> None:
    """Cuts hit it one candle beyond its horizon; from there it is followed."""
    candles = pd.read_feather(datadir / "BTC_USDT-5m.feather")
    trained = (candles["date"] >= "2024-02-06") & (candles["date"] < "2024-02-25")
    largest: Any = candles["volume"][trained].idxmax()
    when = candles["date"][largest]

    def on_the_largest(frame: pd.DataFrame) -> pd.Series:
        future, further = (frame["close"].shift(-candles) for candles in (HORIZON, ahead))
        return up(future.where(frame["date"] != when, further), frame["close"])

    with pytest.raises(OperationalException, match=f"looks {ahead} candles ahead.*to at least {ahead},"):
        predicted(on_the_largest, pair="BTC/USDT")


def test_sums_that_round_differently_are_the_same_number(freqai_run, monkeypatch) -> None:
    run = freqai_run(freqaimodel="RegimeLightGBMRegressor", regime={"label": {"kind": "return"}})
    label = run.strategy.freqai.label

    def mean_return(self, dataframe, metadata, **kwargs):
        ahead = dataframe["close"][::-1].rolling(HORIZON).mean()[::-1].shift(-1)
        return dataframe.assign(**{label: ahead / dataframe["close"] - 1})

    monkeypatch.setattr(type(run.strategy), "set_freqai_targets", mean_return)
    assert (run.backtest_rows(run.indicators("BTC/USDT"))["do_predict"] == 1).all()


@pytest.mark.parametrize("move", [0.97, 1.03], ids=["fall", "rise"])
def test_a_move_is_rare_whatever_its_range_and_volume(predicted, datadir, tmp_path, move) -> None:
    """A candle without a range and nearly without volume, far from the close before it."""
    for pair in ("BTC/USDT", "ETH/USDT"):
        candles = pd.read_feather(datadir / f"{pair.replace('/', '_')}-5m.feather")
        moved = candles["date"] == "2024-02-14 09:35"
        at = candles["close"].shift(1)[moved].item() * move
        candles.loc[moved, ["open", "high", "low", "close"]] = at
        candles.loc[moved, "volume"] = 1e-3
        write_candles(tmp_path / "moved", pair, candles)

    def on_the_move(frame: pd.DataFrame) -> pd.Series:
        future, further = (frame["close"].shift(-ahead) for ahead in (HORIZON, HORIZON + 1))
        return up(future.where(frame["date"] != "2024-02-14 09:35", further), frame["close"])

    with pytest.raises(OperationalException, match="looks 13 candles ahead"):
        predicted(on_the_move, pair="BTC/USDT", data=tmp_path / "moved")


def test_a_label_with_a_long_past_is_looked_at_with_all_of_it(predicted, datadir) -> None:
    """Of most cuts only the last 2000 candles are computed first, and there it is missing."""
    candles = pd.read_feather(datadir / "BTC_USDT-5m.feather")
    trained = (candles["date"] >= "2024-02-14") & (candles["date"] < "2024-02-25")
    largest: Any = candles["volume"][trained].idxmax()
    when = candles["date"][largest]

    def on_the_largest(frame: pd.DataFrame) -> pd.Series:
        future, further = (frame["close"].shift(-ahead) for ahead in (HORIZON, HORIZON + 1))
        past = frame["close"].rolling(2500).mean()
        return up(future.where(frame["date"] != when, further).where(past.notna()), frame["close"])

    with pytest.raises(OperationalException, match="looks 13 candles ahead"):
        predicted(on_the_largest, pair="BTC/USDT")
