"""Costs of the same trades, by hand and by what must hold."""

from typing import Any

import numpy as np
import pytest

from auriga.errors import ParameterError
from auriga.evaluation import (
    break_even_cost_frac,
    cost_sensitivity,
    daily_returns,
    sharpe_ratio,
    win_rate_frac,
)

GROSS, TURNOVER = np.array([4.0, -1.0, 2.0, 0.5]), np.array([200.0, 150.0, 300.0, 100.0])
WHEN: dict[str, Any] = {"closed_days": np.array([0, 0, 2, 3]), "n_days": 5, "capital": 100.0}


def test_costs_by_hand() -> None:
    table = cost_sensitivity(GROSS, TURNOVER, 0.002, (0, 1, 2.5), **WHEN)
    assert table.index.tolist() == [0, 1, 2.5]
    assert table["cost_frac"].tolist() == pytest.approx([0, 0.002, 0.005])
    assert table["net_profit_frac"].tolist() == pytest.approx([0.055, 0.04, 0.0175])
    assert table["win_rate_frac"].tolist() == [0.75, 0.75, 0.5]
    assert table["sharpe"].is_monotonic_decreasing


def test_once_the_costs_are_the_trades_as_they_were() -> None:
    fees = np.array([0.001, 0.002, 0.0015, 0.001])
    net = GROSS - fees * TURNOVER
    row = cost_sensitivity(GROSS, TURNOVER, fees, **WHEN).loc[1]
    assert row["net_profit_frac"] == net.sum() / 100
    assert row["win_rate_frac"] == win_rate_frac(net)
    when = dict(WHEN)
    assert row["sharpe"] == sharpe_ratio(daily_returns(when.pop("closed_days"), net, **when))
    assert row["cost_frac"] * TURNOVER.sum() == pytest.approx((fees * TURNOVER).sum())


def test_break_even_costs_leave_nothing() -> None:
    rate = break_even_cost_frac(GROSS, TURNOVER)
    assert rate == pytest.approx(5.5 / 750)
    assert cost_sensitivity(GROSS, TURNOVER, rate, **WHEN).loc[1, "net_profit_frac"] == pytest.approx(0)
    assert break_even_cost_frac(-GROSS, TURNOVER) == -rate


def test_no_trades() -> None:
    nothing = np.array([])
    assert np.isnan(break_even_cost_frac(nothing, nothing))
    when = WHEN | {"closed_days": np.array([], dtype=int)}
    table = cost_sensitivity(nothing, nothing, 0.001, **when)
    assert table["net_profit_frac"].tolist() == [0, 0, 0, 0]
    assert table["cost_frac"].tolist() == pytest.approx([0, 0.001, 0.002, 0.003])
    assert table["win_rate_frac"].isna().all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"turnover": TURNOVER[1:]}, "turnover has 3"),
        ({"turnover": -TURNOVER}, "not negative"),
        ({"gross_profits": GROSS * np.nan}, "gross_profits must be finite"),
        ({"cost_frac": -0.001}, "cost_frac holds -0.001"),
        ({"multiples": (1, -1)}, "multiples holds -1"),
        ({"capital": 0.0}, "capital is 0.0"),
    ],
)
def test_bad_numbers_are_refused(change, words) -> None:
    good = {"gross_profits": GROSS, "turnover": TURNOVER, "cost_frac": 0.001, **WHEN}
    with pytest.raises(ParameterError, match=words):
        cost_sensitivity(**(good | change))
