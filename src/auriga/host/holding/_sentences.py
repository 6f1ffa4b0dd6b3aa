"""What a finished backtest came to, in five plain sentences."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from auriga.candles import timeframe_delta
from auriga.columns import REGIME
from auriga.errors import AurigaError, clause
from auriga.host.holding._comparison import AT_EXPOSURE, HOLD, STRATEGY, Comparison
from auriga.host.results import BacktestResult, read_slow_candles
from auriga.host.rows import market_regimes, regime_pair
from auriga.host.setup import money
from auriga.settings import RegimeSettings
from auriga.typing import Regime
from auriga.wording import counted


def five_sentences(result: BacktestResult, datadir: Path, found: Comparison) -> list[str]:
    """Say what was earned, what holding earned, what costs took, how much was invested, and why.

    Parameters
    ----------
    result : BacktestResult
    datadir : Path
        Folder of the candles.
    found : Comparison
        Of this result.
    """
    stats, book = result.stats, found.book
    start, currency = float(stats["starting_balance"]), str(stats["stake_currency"])
    strategy, hold, alike = (found.paths[name] for name in (STRATEGY, HOLD, AT_EXPOSURE))
    earned = float(stats["profit_total_abs"])
    return [
        f"Earned: {money(earned, currency, sign=True)} ({earned / start:+.1%}) in "
        f"{counted(len(book.days), 'day')} with {counted(len(result.trades), 'trade')}; the deepest fall "
        f"from a peak was {strategy.drawdown_frac:.1%}.",
        f"Holding the same {counted(len(book.pairs), 'pair')} earned {hold.net_frac:+.1%} invested in full "
        f"(deepest fall {hold.drawdown_frac:.1%}), and {alike.net_frac:+.1%} with as much invested as here "
        f"(deepest fall {alike.drawdown_frac:.1%}).",
        f"Costs took {money(book.fees, currency)}, {book.fees / start:.1%} of the starting balance.",
        f"On average {book.exposure_frac:.1%} of the account was invested; something was held at the end of "
        f"{book.in_market_frac:.0%} of the days.",
        _why(result, datadir),
    ]


def _why(result: BacktestResult, datadir: Path) -> str:
    entries, exits = (_counts(result.trades, name) for name in ("enter_tag", "exit_reason"))
    made = f"Entries: {entries}; exits: {exits}." if entries else "It entered nothing."
    return f"{made} {_regimes(result, datadir)}"


def _counts(trades: pd.DataFrame, column: str) -> str:
    if trades.empty:
        return ""
    counts = trades[column].value_counts()
    return ", ".join(f"{number} {name}" for name, number in counts.items())


def _regimes(result: BacktestResult, datadir: Path) -> str:
    """How much of the time each regime took, over all pairs, and which of them allow a side."""
    try:
        settings = result.settings
        shares = [_shares(result, datadir, pair) for pair in result.pairs]
    except AurigaError as error:
        return f"Regimes cannot be told: {clause(error)}."
    mean = pd.DataFrame(shares).fillna(0.0).mean()
    names = [regime.label for regime in (Regime.BULL, Regime.SIDEWAYS, Regime.BEAR, Regime.UNKNOWN)]
    words = [f"{mean[name]:.0%} {name} ({_side(settings, name)})" for name in names if mean.get(name)]
    return f"Of the time of all pairs {_joined(words)}."


def _shares(result: BacktestResult, datadir: Path, pair: str) -> dict[str, float]:
    """Share of the base candles of a pair that each regime took."""
    settings, timeframe = result.settings, result.timeframe
    slow, _ = read_slow_candles(datadir, regime_pair(pair, settings), settings.timeframe, result.data_format)
    dates = pd.Series(pd.date_range(result.start, result.end, freq=timeframe_delta(timeframe)))
    codes = market_regimes(slow, dates, settings, timeframe)[REGIME].to_numpy()
    return {regime.label: float((codes == regime).mean()) for regime in Regime}


def _side(settings: RegimeSettings, regime: str) -> str:
    side = str(getattr(settings.signals.sides, regime, "flat"))
    return {"flat": "out", "both": "long or short"}.get(side, side)


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
