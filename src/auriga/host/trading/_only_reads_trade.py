"""Hooks of a strategy that only read a trade, so that Freqtrade need not copy it for them."""

from collections.abc import Callable
from typing import Any, TypeVar

Hook = TypeVar("Hook", bound=Callable[..., Any])


def only_reads_trade(hook: Hook) -> Hook:
    """Mark a hook that changes nothing of the trade it is given.

    Freqtrade copies a trade with all its orders before it calls a hook that the strategy defines, lest that
    change it, and three hooks are called for each candle of each trade: a third of a backtest from cached
    predictions, and of an epoch of hyperopt. It leaves hooks alone that are named like its own, `IStrategy.`;
    should a later release tell them apart in another way, trades are copied again, and nothing else happens.

    Parameters
    ----------
    hook : callable
        A method with a `trade` among its arguments. A strategy that replaces it has its own trades copied.

    Returns
    -------
    callable
        The same one.
    """
    hook.__qualname__ = f"IStrategy.{hook.__name__}"
    return hook
