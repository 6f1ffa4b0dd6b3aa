from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest

from auriga.datasets import MARKETS, MarketParameters
from auriga.errors import ParameterError

STANDARD = MARKETS["standard"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("transition", ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))),
        ("transition", ((0.9, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))),
        ("transition", ((1.5, -0.5, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))),
        ("daily_drift", (0.0, 0.0, 0.5)),
        ("daily_drift", (0.0, 0.0)),
        ("daily_drift", (0.0, 0.0, float("nan"))),
        ("momentum_effect", (0.0, 0.0, 1.5)),
        ("volume_effect", 0.1),
        ("momentum_persistence", (0.99, 0.92)),
        ("momentum_persistence", (0.92, 1.0)),
        ("volume_persistence", 1.0),
        ("volatility_persistence", -0.1),
        ("volatility_spread", 1.5),
        ("volatility_lag", 0),
        ("volatility_lag", 12.0),
        ("daily_volatility", 0.0),
        ("daily_volatility", True),
        ("daily_volatility", "2 %"),
        ("first_price", float("inf")),
        ("typical_volume", -1.0),
        ("volume_spread", 0.0),
        ("volume_impact", 4.0),
    ],
)
def test_refusal_names_parameter_value_range_and_remedy(name: str, value: object) -> None:
    with pytest.raises(ParameterError, match=rf"^{name}( row)? is .*, allowed is .*; .+") as caught:
        changed: dict[str, Any] = {name: value}
        replace(STANDARD, **changed)
    assert repr(value) in str(caught.value) or name == "transition"


def test_numpy_numbers_are_numbers() -> None:
    numbers: dict[str, Any] = {"volatility_lag": np.int64(24), "daily_volatility": np.float32(0.02)}
    market = replace(STANDARD, **numbers)
    assert market.volatility_lag == 24


def test_parameters_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        STANDARD.daily_volatility = 0.1  # type: ignore[misc]


def test_mean_dwell_follows_the_diagonal() -> None:
    stay = ((1.0, 0.0, 0.0), (0.25, 0.5, 0.25), (0.0, 0.1, 0.9))
    assert replace(STANDARD, transition=stay).mean_dwell_days == pytest.approx((float("inf"), 2.0, 10.0))


def test_markets_are_ordered_by_difficulty_and_noise_has_nothing_to_learn() -> None:
    assert list(MARKETS) == ["easy", "standard", "hard", "noise"]
    assert all(isinstance(market, MarketParameters) for market in MARKETS.values())
    effects = [market.momentum_effect[2] for market in MARKETS.values()]
    assert effects == sorted(effects, reverse=True)
    noise = MARKETS["noise"]
    assert not any((*noise.daily_drift, *noise.momentum_effect, *noise.volume_effect))
