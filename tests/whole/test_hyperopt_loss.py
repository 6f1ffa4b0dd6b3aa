"""The loss as Freqtrade loads it, on trades worked out by hand."""

import math

import pandas as pd
import pytest
from freqtrade.resolvers.hyperopt_resolver import HyperOptLossResolver


@pytest.fixture
def loss(root, tmp_path):
    """`hyperopt_loss_function` of a period of four days and a wallet of 1000."""
    config = {
        "hyperopt_loss": "RegimeHyperOptLoss",
        "hyperopt_path": str(root / "hyperopts"),
        "user_data_dir": tmp_path,
        "timeframe": "5m",
    }
    found = HyperOptLossResolver.load_hyperoptloss(config)

    def of(*trades: tuple[str, float]) -> float:
        closed = pd.to_datetime([f"2025-01-{close}" for close, _ in trades], utc=True)
        results = pd.DataFrame(
            {
                "pair": "BTC/USDT",
                "open_date": closed - pd.Timedelta(hours=1),
                "close_date": closed,
                "profit_abs": [profit for _, profit in trades],
            }
        )
        return found.hyperopt_loss_function(
            results=results,
            trade_count=len(results),
            min_date=pd.Timestamp("2025-01-01", tz="UTC").to_pydatetime(),
            max_date=pd.Timestamp("2025-01-04 23:55", tz="UTC").to_pydatetime(),
            starting_balance=1000.0,
            config=config,
            processed={},
            backtest_stats={},
        )

    return of


def test_loss_by_hand(loss) -> None:
    # Days +10 %, 0, -5 %, 0: mean 0.0125, deviation 0.05449; drawdown 5 %; 3 of 4 trades.
    sharpe = 0.0125 / 0.0544862 * math.sqrt(365)
    expected = -sharpe + 10 * 0.05 + 20 * 0.25**2
    assert loss(("03 12:00", -55), ("01 08:00", 60), ("01 20:00", 40)) == pytest.approx(expected, rel=1e-5)


def test_the_last_day_and_what_is_closed_after_it_count(loss) -> None:
    inside, after = loss(("04 10:00", 20)), loss(("05 00:00", 20))
    assert inside == after < loss(("04 10:00", -20))


def test_order_of_trades_does_not_count(loss) -> None:
    trades = [("02 10:00", 20), ("02 11:00", -30), ("03 11:00", 15)]
    assert loss(*trades) == loss(*trades[::-1])


def test_losing_everything_is_a_number(loss) -> None:
    assert 0 < loss(("01 10:00", -1500), ("03 10:00", 40)) < 100


def test_an_epoch_without_trades_has_a_loss(loss) -> None:
    assert loss() == 20.0  # --min-trades 0; else Freqtrade does not ask
