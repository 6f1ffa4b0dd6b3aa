"""Every function of the room refuses what is no number or out of bounds, by reflection."""

import inspect
import math
from typing import Any

import numpy as np
import pytest

from auriga import risk
from auriga.errors import RiskError
from auriga.risk._numbers import require

# One sound call of each function; a function that is missing here fails the first test.
SOUND: dict[str, dict[str, Any]] = {
    "annual_volatility": {"closes": np.arange(1.0, 41.0), "half_life_days": 30.0},
    "break_even_stop": {"open_rate": 100.0, "cost_frac": 0.003, "side": "long"},
    "calibrated": {"probability": 0.6, "slope": 0.8},
    "capped_stake": {
        "stake": 100.0, "capital": 1000.0, "leverage": 2.0, "max_position_frac": 0.5, "exposure": 0.0,
        "max_exposure_frac": 1.0, "min_stake": 5.0, "max_stake": 900.0,
    },
    "confidence": {"probability": 0.6, "threshold": 0.55, "side": "long"},
    "confidence_stake": {"capital": 1000.0, "risk_frac": 0.02, "confidence": 0.5},
    "consecutive_losses": {"profits": [-0.1]},
    "drawdown_frac": {"equity": 900.0, "peak": 1000.0},
    "initial_stop": {"open_rate": 100.0, "distance_frac": 0.05, "side": "short"},
    "kelly_fraction": {"win_probability": 0.6, "payoff": 1.0},
    "leverage_for": {
        "base": 2.0, "factor": 1.0, "atr_frac": 0.01, "target_atr_frac": 0.02, "cap": 3.0,
        "max_leverage": 20.0,
    },
    "leverage_within_liquidation": {
        "leverage": 5.0, "stop_frac": 0.05, "liquidation_stops": 2.0, "maintenance_frac": 0.01,
    },
    "liquidation_distance_frac": {"leverage": 5.0, "maintenance_frac": 0.01, "side": "long"},
    "payoff_ratio": {"profits": [0.1, -0.1], "min_trades": 2, "default": 1.0},
    "stop_distance": {"kind": "atr", "atr_frac": 0.01, "stop_atr": 5.0, "fixed_frac": 0.03, "factor": 1.0},
    "stop_price": {
        "open_rate": 100.0, "best_rate": 110.0, "side": "long", "distance_frac": 0.05, "atr": 1.0,
        "break_even_atr": 3.0, "trailing_start_atr": 6.0, "trailing_atr": 4.0, "cost_frac": 0.003,
    },
    "take_profit_frac": {"atr_frac": 0.01, "take_profit_atr": 8.0},
    "tightened": {"current": 95.0, "proposed": 96.0, "side": "long"},
    "trailing_stop": {"best_rate": 110.0, "distance": 4.0, "side": "long"},
    "volatility_factor": {"atr_frac": 0.01, "target_atr_frac": 0.02, "most": 2.0},
    "volatility_stake": {"capital": 1000.0, "positions": 4, "target": 0.4, "volatility": 0.8},
}  # fmt: skip

# The least value that is refused of everything that is bounded from below; all else is bounded by 0.
TOO_LOW = {
    "equity": None, "leverage": 0.99, "base": 0.99, "cap": 0.99, "max_leverage": 0.99, "most": 0.99,
    "liquidation_stops": 0.99, "max_stake": None, "profits": None, "min_trades": 0, "default": 0.0,
    "payoff": 0.0, "target_atr_frac": 0.0, "open_rate": 0.0, "best_rate": 0.0, "distance_frac": 0.0,
    "fixed_frac": 0.0, "stop_atr": 0.0, "factor": -0.1, "stop_frac": 0.0, "peak": 0.0,
    "take_profit_atr": 0.0, "max_position_frac": 0.0, "max_exposure_frac": 0.0, "half_life_days": 0.0,
    "positions": 0, "target": 0.0,
}  # fmt: skip
TOO_HIGH = {
    "probability": 1.1, "threshold": 1.1, "win_probability": 1.1, "confidence": 1.1, "risk_frac": 1.1,
    "slope": 10.1, "max_position_frac": 1.1, "distance_frac": 1.0, "fixed_frac": 1.0, "cost_frac": 1.0,
    "maintenance_frac": 1.0, "stop_frac": 1.0, "default": 1e4,
}  # fmt: skip


def numeric_parameters() -> list[tuple[str, str]]:
    """What a caller gives as a number; a day without a close is no mistake, but no volatility either."""
    return [
        (name, key)
        for name, call in SOUND.items()
        for key, value in call.items()
        if not isinstance(value, str | np.ndarray)
    ]


def with_value(name: str, key: str, value: float) -> dict[str, Any]:
    return SOUND[name] | {key: [value] if key == "profits" else value}


def test_every_function_is_listed_with_every_parameter() -> None:
    assert sorted(SOUND) == sorted(name for name in risk.__all__ if callable(getattr(risk, name)))
    for name, call in SOUND.items():
        assert list(call) == list(inspect.signature(getattr(risk, name)).parameters)
        answer = np.atleast_1d(getattr(risk, name)(**call))
        assert math.isfinite(answer[-1])


@pytest.mark.parametrize(("name", "key"), numeric_parameters())
def test_nan_and_infinity_are_refused(name, key) -> None:
    wrong = [math.nan] if (name, key) == ("capped_stake", "max_stake") else [math.nan, math.inf, -math.inf]
    for value in wrong:
        with pytest.raises(RiskError, match=key):
            getattr(risk, name)(**with_value(name, key, value))


@pytest.mark.parametrize(("name", "key"), numeric_parameters())
def test_numbers_out_of_bounds_are_refused(name, key) -> None:
    for value in (TOO_LOW.get(key, -1e-9), TOO_HIGH.get(key)):
        if value is not None:
            with pytest.raises(RiskError, match=rf"{key} is .*; it must be"):
                getattr(risk, name)(**with_value(name, key, value))


@pytest.mark.parametrize("name", [name for name, call in SOUND.items() if "side" in call])
def test_another_side_is_refused(name) -> None:
    with pytest.raises(RiskError, match="side is 'buy'"):
        getattr(risk, name)(**SOUND[name] | {"side": "buy"})


@pytest.mark.parametrize("name", sorted(SOUND))
def test_the_docstring_says_what_is_refused_and_shows_an_example(name) -> None:
    text = inspect.getdoc(getattr(risk, name)) or ""
    assert "RiskError" in text
    assert ">>>" in text


@pytest.mark.parametrize("value", [float("inf"), -float("inf"), float("nan")])
def test_no_number_without_an_end_is_ever_computed_with(value) -> None:
    with pytest.raises(RiskError, match="must be a finite number"):
        require("x", value)
    assert require("x", -5) == -5.0
