"""Sigmas are known at the close of their candle, and a prediction in sigmas is a move in bp."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from auriga.columns import DO_PREDICT, EXPECTED_SIGMAS
from auriga.host.rows import SIGMA_CANDLES, expected_bp, label_units, move_sigma
from auriga.host.rows._expected_move import moves_in_sigmas
from auriga.indicators import natr
from auriga.labels import future_return, scaled_return
from auriga.settings import LabelSettings
from auriga.testing import random_walk

CANDLES = random_walk(900, seed=3)
HORIZON = 12


def predicted(candles: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    columns = {EXPECTED_SIGMAS: rng.normal(size=900), DO_PREDICT: rng.integers(0, 3, 900)}
    return candles.assign(**{name: values[: len(candles)] for name, values in columns.items()})


def test_a_sigma_is_the_deviation_of_a_days_returns_times_the_root_of_the_horizon() -> None:
    sigma = move_sigma(CANDLES, HORIZON)
    assert SIGMA_CANDLES == 288
    assert np.isnan(sigma[:288]).all()
    returns = np.diff(np.log(CANDLES["close"].to_numpy()))
    for row in (288, 500, 899):
        assert sigma[row] == pytest.approx(np.sqrt(12) * returns[row - 288 : row].std(ddof=1))


def test_expected_bp_is_sigmas_times_sigma_where_a_prediction_may_be_used() -> None:
    frame = predicted(CANDLES)
    before = frame.copy()
    moves = expected_bp(frame, HORIZON)
    usable = (frame[DO_PREDICT] == 1).to_numpy() & (np.arange(900) >= 288)
    assert_array_equal(np.isfinite(moves), usable)
    wanted = 1e4 * frame[EXPECTED_SIGMAS].to_numpy() * move_sigma(CANDLES, HORIZON)
    assert_array_equal(moves[usable], wanted[usable])
    pd.testing.assert_frame_equal(frame, before)


def test_later_candles_change_nothing_that_was_expected() -> None:
    frame = predicted(CANDLES)
    whole = expected_bp(frame, HORIZON)
    for rows in (289, 400, 899):
        assert_array_equal(expected_bp(frame.iloc[:rows], HORIZON), whole[:rows])


def test_an_unknown_move_stays_unknown() -> None:
    frame = predicted(CANDLES).assign(**{DO_PREDICT: 1})
    frame.loc[700, EXPECTED_SIGMAS] = np.nan
    assert np.flatnonzero(np.isnan(expected_bp(frame, HORIZON))[288:]).tolist() == [700 - 288]


@pytest.mark.parametrize("absent", [EXPECTED_SIGMAS, DO_PREDICT])
def test_a_frame_without_predictions_expects_nothing(absent) -> None:
    moves = expected_bp(predicted(CANDLES).drop(columns=absent), HORIZON)
    assert np.isnan(moves).all()
    assert moves.shape == (900,)


def test_a_regressors_prediction_comes_back_as_the_move_it_predicts() -> None:
    """A perfect prediction of either label is the realised move once it is told in sigmas and in bp."""
    real = future_return(CANDLES, horizon=HORIZON).to_numpy()
    scaled = scaled_return(CANDLES, horizon=HORIZON, volatility=natr(CANDLES, period=14)).to_numpy()
    plain = LabelSettings(kind="return", horizon=HORIZON)
    in_atrs = LabelSettings(kind="scaled_return", horizon=HORIZON)
    for settings, label in ((plain, real), (in_atrs, scaled)):
        units = label_units(CANDLES, settings)
        frame = CANDLES.assign(**{EXPECTED_SIGMAS: label * units}).assign(**{DO_PREDICT: 1})
        assert_allclose(expected_bp(frame, HORIZON)[288:-12], 1e4 * real[288:-12], rtol=1e-9)


def test_classes_have_no_unit() -> None:
    assert np.isnan(label_units(CANDLES, LabelSettings(kind="direction"))).all()


def test_where_the_price_stands_still_no_move_is_a_number_of_sigmas() -> None:
    still = CANDLES.assign(open=100.0, high=100.0, low=100.0, close=100.0)
    assert np.isnan(moves_in_sigmas(still, HORIZON)).all()
    assert np.isnan(label_units(still, LabelSettings(kind="return"))).all()
    frame = still.assign(**{EXPECTED_SIGMAS: 1.0, DO_PREDICT: 1})
    assert_array_equal(expected_bp(frame, HORIZON)[288:], np.zeros(900 - 288))


def test_realised_moves_are_the_labels_own_divided_by_the_sigma_of_its_candle() -> None:
    moves = moves_in_sigmas(CANDLES, HORIZON)
    assert np.flatnonzero(np.isfinite(moves))[[0, -1]].tolist() == [288, 887]
    close = CANDLES["close"].to_numpy()
    assert moves[400] == pytest.approx((close[412] / close[400] - 1) / move_sigma(CANDLES, HORIZON)[400])
