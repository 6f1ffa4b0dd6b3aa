"""How many times luck was tried: hyperopt epochs and backtests of a strategy, and what that does to a Sharpe ratio."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Trials:
    """The deflated Sharpe ratio of a backtest.

    Attributes
    ----------
    n_trials : int
        Hyperopt epochs and backtests of the strategy found in the workplace, and those the user adds.
    counted : str
        Where they were found, in words.
    sharpe : float
        Annual Sharpe ratio of daily returns.
    psr : float
        Probabilistic Sharpe ratio: chance that the true one is above 0. NaN with too few days.
    expected_best_sharpe : float
        Annual Sharpe ratio that the best of so many tries without skill is expected to show.
    dsr : float
        Deflated Sharpe ratio: chance that the true one is above that of luck. NaN with too few days.
    """

    n_trials: int
    counted: str
    sharpe: float
    psr: float
    expected_best_sharpe: float
    dsr: float
