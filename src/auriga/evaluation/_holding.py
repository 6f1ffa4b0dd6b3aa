"""A strategy against holding the same pairs, and against the same exposure at random times."""

from dataclasses import dataclass

import numpy as np

from auriga.errors import ParameterError
from auriga.evaluation._wallet import DAYS_IN_YEAR, drawdowns, sharpe_ratio
from auriga.typing import FloatArray


@dataclass(frozen=True)
class HeldPath:
    """What a wallet did over days; fractions are of 1.

    Attributes
    ----------
    net_frac : float
        From the first to the last day.
    sharpe : float
        Of daily returns, times the root of 365; NaN where they do not vary.
    volatility : float
        Annual, of daily returns.
    drawdown_frac : float
        Deepest fall from a peak, 0 to 1.
    under_water_days : int
        Longest time without a new peak.
    worst_year_frac : float
        Worst of all spans of 365 days; NaN for less than that.
    losing_years_frac : float
        Share of those spans that lost; NaN for less than a year.
    """

    net_frac: float
    sharpe: float
    volatility: float
    drawdown_frac: float
    under_water_days: int
    worst_year_frac: float
    losing_years_frac: float


@dataclass(frozen=True, eq=False)
class Placebo:
    """The same positions at random times: one value a draw.

    Attributes
    ----------
    net_frac, sharpe : array of shape (n_draws,)
    net_p, sharpe_p : float
        Share of draws that are as good as what was done, with what was done among them.
    """

    net_frac: FloatArray
    sharpe: FloatArray
    net_p: float
    sharpe_p: float


def describe_path(wallet: FloatArray) -> HeldPath:
    """Describe the daily values of a wallet.

    Parameters
    ----------
    wallet : array of shape (n_days,)
        Above 0, one a day, at least two.

    Raises
    ------
    ParameterError
        For fewer than two days, or a wallet that is not above 0.

    Examples
    --------
    >>> found = describe_path(np.array([100.0, 110.0, 99.0, 120.0]))
    >>> round(found.net_frac, 6), round(found.drawdown_frac, 6), found.under_water_days
    (0.2, 0.1, 1)
    """
    if len(wallet) < 2 or not (wallet > 0).all():
        raise ParameterError(
            f"a wallet of {len(wallet)} days cannot be described; two days above 0 are needed"
        )
    returns = wallet[1:] / wallet[:-1] - 1
    below = drawdowns(wallet)
    year = wallet[DAYS_IN_YEAR:] / wallet[:-DAYS_IN_YEAR] - 1 if len(wallet) > DAYS_IN_YEAR else np.array([])
    return HeldPath(
        net_frac=float(wallet[-1] / wallet[0] - 1),
        sharpe=sharpe_ratio(returns),
        volatility=float(returns.std(ddof=1) * np.sqrt(DAYS_IN_YEAR)) if len(returns) > 1 else 0.0,
        drawdown_frac=float(below.max()),
        under_water_days=_longest(below > 0),
        worst_year_frac=float(year.min()) if len(year) else float("nan"),
        losing_years_frac=float((year < 0).mean()) if len(year) else float("nan"),
    )


def _longest(states: np.ndarray) -> int:
    """Longest run of True."""
    longest = run = 0
    for state in states:
        run = run + 1 if state else 0
        longest = max(longest, run)
    return longest


def wallet_of(shares: FloatArray, closes: FloatArray, cost_frac: float) -> FloatArray:
    """Daily values of a wallet that starts at 1 and holds given shares of itself.

    Parameters
    ----------
    shares : array of shape (n_days, n_pairs)
        Share of the wallet in each pair after the close of each day; below 0 for shorts.
    closes : array of shape (n_days, n_pairs)
        Above 0; NaN while a pair has no candles, in which its share does not count.
    cost_frac : float
        Costs of one side; charged on every change of a share, the first included.

    Returns
    -------
    array of shape (n_days,)

    Examples
    --------
    >>> wallet_of(np.array([[1.0], [1.0], [1.0]]), np.array([[10.0], [11.0], [12.1]]), 0.0).round(6).tolist()
    [1.0, 1.1, 1.21]
    """
    return _wallet(shares, _returns(closes), cost_frac)


def _returns(closes: FloatArray) -> FloatArray:
    returns = np.zeros_like(closes)
    with np.errstate(invalid="ignore"):
        returns[1:] = closes[1:] / closes[:-1] - 1
    return np.nan_to_num(returns)


def _wallet(shares: FloatArray, returns: FloatArray, cost_frac: float) -> FloatArray:
    held = np.vstack([np.zeros((1, shares.shape[1])), shares[:-1]])
    gained = (held * returns).sum(axis=1)
    changed = np.abs(shares - held).sum(axis=1)
    wallet: FloatArray = np.cumprod(np.maximum(1 + gained - cost_frac * changed, 1e-9))
    return wallet


def shifted_placebo(
    shares: FloatArray, closes: FloatArray, cost_frac: float, *, draws: int, seed: int
) -> Placebo:
    """Move all positions together by a random number of days, round the end: same exposure, other times.

    How long positions last, how many there are at once and what they cost stay as they are, so what is left
    is the choice of the time.

    Parameters
    ----------
    shares, closes, cost_frac
        As `wallet_of` has them.
    draws : int
        At least 1.
    seed : int

    Raises
    ------
    ParameterError
        For less than one draw, or fewer than three days.
    """
    days = len(shares)
    if draws < 1 or days < 3:
        raise ParameterError(f"{draws} draws of {days} days: at least one draw and three days are needed")
    returns = _returns(closes)
    shifts = np.random.default_rng(seed).integers(1, days, draws)
    known = {
        shift: _figures(_wallet(np.roll(shares, shift, axis=0), returns, cost_frac)) for shift in set(shifts)
    }
    found = np.array([known[shift] for shift in shifts])
    net, sharpe = _figures(_wallet(shares, returns, cost_frac))
    return Placebo(found[:, 0], found[:, 1], _p(found[:, 0], net), _p(found[:, 1], sharpe))


def _figures(wallet: FloatArray) -> tuple[float, float]:
    return float(wallet[-1] - 1), sharpe_ratio(wallet[1:] / wallet[:-1] - 1)


def _p(drawn: FloatArray, actual: float) -> float:
    return float((1 + (np.nan_to_num(drawn, nan=-np.inf) >= actual).sum()) / (1 + len(drawn)))
