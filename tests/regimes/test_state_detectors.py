"""What both statistical detectors promise: truth recovered, nothing from the future, no needless fit."""

import numpy as np
import pandas as pd
import pytest

from auriga.candles import resample_candles
from auriga.datasets import simulate_market
from auriga.errors import MissingPackageError, ParameterError
from auriga.regimes import HmmDetector, JumpDetector, detect_regimes, state_features
from auriga.regimes import _fit_cache as fit_cache
from auriga.regimes import _state_detector as state_detector
from auriga.regimes._state_model import Scaler, StillMarket, regime_support
from auriga.typing import Regime, RegimeStatus

SMALL = {"fit_candles": 200, "refit_candles": 40}
DETECTORS = [JumpDetector("1d", **SMALL), HmmDetector("1d", **SMALL)]
both = pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: type(detector).__name__)


@pytest.fixture(scope="module")
def market():
    """Daily candles of a simulated market and their true regimes."""
    simulated = simulate_market(900 * 24, market="easy", seed=4, timeframe="1h", start="2021-01-01")
    return resample_candles(simulated.candles, "1d"), simulated.regimes[23::24]


def day_numbers(candles: pd.DataFrame) -> np.ndarray:
    return (candles["date"] - pd.Timestamp(0, tz="UTC")).dt.days.to_numpy()


@pytest.fixture
def fits(monkeypatch):
    """Every fit that is made, with an empty cache to begin with."""
    made = []

    def counted(fit):
        def fit_and_count(self, scaled):
            made.append(len(scaled))
            return fit(self, scaled)

        return fit_and_count

    for kind in (JumpDetector, HmmDetector):
        monkeypatch.setattr(kind, "_fit", counted(kind._fit))
    monkeypatch.setattr(state_detector, "FITS", fit_cache.FitCache())
    return made


@pytest.mark.parametrize("detector", [JumpDetector("1d"), HmmDetector("1d")], ids=["jump", "hmm"])
def test_true_regimes_are_recovered_better_than_by_chance(detector) -> None:
    """Six years of several markets; chance are the same answers at another time."""
    recovered, shifted = [], []
    for seed in (1, 3, 5):
        simulated = simulate_market(2200 * 6, market="easy", seed=seed, timeframe="4h", horizon=6)
        truth = simulated.regimes[5::6]
        candles = resample_candles(simulated.candles, "1d")
        seen = detect_regimes(candles, detector, confirm_candles=1, min_dwell=1)["regime"].to_numpy()
        known = seen != Regime.UNKNOWN
        recovered.append(np.mean(seen[known] == truth[known]))
        shifted.append([np.mean(np.roll(seen[known], days) == truth[known]) for days in range(200, 1200, 50)])
    assert np.mean(recovered) > 0.45
    assert np.mean(recovered) > np.mean(shifted, axis=0).max()


@both
def test_bull_had_the_highest_returns_and_bear_the_lowest(detector, market) -> None:
    candles, _ = market
    seen = detect_regimes(candles, detector, confirm_candles=1, min_dwell=1)["raw_regime"].to_numpy()
    mean = pd.Series(state_features(candles, period=14)[:, 0]).groupby(seen).mean()
    assert mean[Regime.BULL] > mean[Regime.SIDEWAYS] > mean[Regime.BEAR]


@both
def test_answers_do_not_depend_on_where_history_begins_or_ends(detector, market) -> None:
    """Bit for bit, wherever a whole fit window is there in both."""
    candles, _ = market
    whole = detector.evidence(candles)
    for start, stop in ((0, 700), (1, 900), (17, 611), (200, 900), (333, 850)):
        part = detector.evidence(candles.iloc[start:stop])
        known = np.flatnonzero(part.regime != Regime.UNKNOWN)
        assert known[0] <= detector.warmup_candles
        np.testing.assert_array_equal(known, np.arange(known[0], stop - start))
        np.testing.assert_array_equal(part.support[known], whole.support[known + start])
        np.testing.assert_array_equal(part.regime[known], whole.regime[known + start])


@both
def test_fits_stand_at_fixed_candle_numbers(detector, market) -> None:
    candles, _ = market
    first = np.flatnonzero(detector.evidence(candles).regime != Regime.UNKNOWN)[0]
    assert day_numbers(candles)[first] % detector.refit_candles == 0
    assert detector.period + detector.fit_candles <= first < detector.warmup_candles + 1


@both
def test_a_live_update_never_refits(detector, market, fits) -> None:
    candles, _ = market
    for stop in range(600, 640):  # a window that slides as a live bot's does
        detector.evidence(candles.iloc[stop - 400 : stop])
    earliest = 200 + detector.period + detector.fit_candles
    schedule = np.count_nonzero(day_numbers(candles)[earliest:639] % detector.refit_candles == 0)
    assert fits == [200] * schedule


@both
def test_other_candles_or_parameters_are_other_fits(detector, market, fits) -> None:
    candles, _ = market
    detector.evidence(candles.iloc[:300])
    before = len(fits)
    assert before > 0
    moved = candles.iloc[:300].assign(close=candles["close"].iloc[:300] ** 1.01)
    detector.evidence(moved)
    assert len(fits) == 2 * before
    type(detector)("1d", fit_candles=201, refit_candles=40).evidence(candles.iloc[:300])
    assert len(fits) > 2 * before


def test_the_cache_forgets_the_oldest() -> None:
    made = []
    cache = fit_cache.FitCache(most=2)

    def fit(window: np.ndarray) -> StillMarket:
        made.append(window[0])
        return StillMarket()

    for value in (1.0, 2.0, 1.0, 3.0, 3.0, 1.0):
        cache.get("p", np.array([value]), fit)
    assert made == [1.0, 2.0, 3.0, 1.0]


@both
def test_a_hole_in_the_candles_moves_no_fit(detector, market) -> None:
    candles, _ = market
    holed = candles.drop(index=range(450, 470))
    seen = detector.evidence(holed).regime
    whole = detector.evidence(candles).regime
    np.testing.assert_array_equal(seen[:450], whole[:450])
    assert (seen[450:] != Regime.UNKNOWN).all()


@both
def test_a_still_market_is_sideways_for_certain(detector, market) -> None:
    candles, _ = market
    still = candles.assign(open=7.3, high=7.3, low=7.3, close=7.3)
    seen = detect_regimes(still, detector)
    known = seen["regime_status"] == RegimeStatus.KNOWN
    assert known.sum() > 600
    assert set(seen["regime"][known]) == {Regime.SIDEWAYS}
    assert (seen["regime_confidence"][known] == 1).all()


@both
def test_a_market_that_wakes_up_has_finite_answers(detector, market) -> None:
    """Windows of almost nothing but equal rows leave states empty."""
    candles, _ = market
    woken = candles.copy()
    woken.loc[:420, ["open", "high", "low", "close"]] = float(candles["close"][421])
    evidence = detector.evidence(woken)
    known = evidence.regime != Regime.UNKNOWN
    assert known.sum() > 600
    assert np.isfinite(evidence.support[known]).all()
    np.testing.assert_allclose(evidence.support[known].sum(axis=1), 1)


@both
def test_confirmation_and_dwell_apply(detector, market) -> None:
    candles, _ = market
    seen = detect_regimes(candles, detector, confirm_candles=3, min_dwell=10)
    known = seen["regime"][seen["regime"] != Regime.UNKNOWN]
    switches = np.flatnonzero(known.diff().iloc[1:])
    assert len(switches) > 1
    assert np.diff(switches).min() >= 10


def test_features_are_textbook_and_independent_of_the_start(market) -> None:
    candles, _ = market
    features = state_features(candles, period=14)
    returns = np.log(candles["close"]).diff()
    expected = [returns.rolling(14).mean(), (returns.clip(upper=0) ** 2).rolling(14).mean() ** 0.5]
    np.testing.assert_allclose(features, np.column_stack(expected), atol=1e-12)
    assert np.isnan(features[:14]).any(axis=1).all()
    np.testing.assert_array_equal(state_features(candles.iloc[100:], period=14)[14:], features[114:])


def test_scaler_uses_its_window_alone_and_cuts_at_three_deviations() -> None:
    window = np.array([[1.0, 5.0], [3.0, 5.0]])
    scaled = Scaler.of(window).scale(np.array([[2.0, 5.0], [4.0, 5.0], [99.0, 5.5]]))
    np.testing.assert_array_equal(scaled, [[0, 0], [2, 0], [3, 0.5]])


@pytest.mark.parametrize(
    ("probability", "expected"),
    [([0.2, 0.3, 0.5], [0.2, 0.3, 0.5]), ([0.4, 0.6], [0.4, 0, 0.6]), ([1.0], [0, 1, 0])],
)
def test_fewer_states_keep_their_meaning(probability, expected) -> None:
    assert regime_support(np.array([probability]))[0].tolist() == expected


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"fit_candles": 59}, "fit_candles is 59"),
        ({"refit_candles": 0}, "refit_candles is 0"),
        ({"period": 1}, "period is 1"),
        ({"timeframe": "1x"}, "'1x' is not a number"),
    ],
)
@pytest.mark.parametrize("kind", [JumpDetector, HmmDetector])
def test_impossible_parameters_are_refused(kind, numbers, message) -> None:
    with pytest.raises(ParameterError, match=message):
        kind(**{"timeframe": "1d"} | numbers)


@pytest.mark.parametrize(
    ("kind", "package", "extra"), [(JumpDetector, "jumpmodels", "jump"), (HmmDetector, "hmmlearn", "hmm")]
)
def test_missing_package_is_refused_with_the_command(monkeypatch, kind, package, extra) -> None:
    monkeypatch.setattr(state_detector, "find_spec", lambda name: None if name == package else object())
    with pytest.raises(
        MissingPackageError, match=rf"'{extra}' needs {package}: pip install 'auriga\[{extra}\]'"
    ):
        kind("1d")
