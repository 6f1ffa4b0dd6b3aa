"""What a stake is a fraction of: the bot's capital, what is already out, what closed trades brought."""

from freqtrade.persistence import Trade
from sqlalchemy import select

from auriga.host.setup import Wallets

NEWEST_TRADES = 1000
"""Closed trades that a payoff is measured on, at most: an older market is another market."""


def capital(wallets: Wallets | None) -> float:
    """All that this bot may use, open stakes included, in stake currency.

    Freqtrade's own sum: free balance and open stakes times `tradable_balance_ratio`, or `available_capital`
    plus closed profit. It grows and shrinks with what trades brought. 0 before there are any.
    """
    if wallets is None:
        return 0.0
    return max(float(wallets.get_total_stake_amount()), 0.0)


def exposure() -> float:
    """Sum of stake times leverage over the open trades, those with an unfilled entry included."""
    return sum(
        float(trade.stake_amount) * float(trade.leverage or 1.0)
        for trade in Trade.get_trades_proxy(is_open=True)
    )


def closed_profits() -> list[float]:
    """Profit of the newest closed trades after costs, as fractions of their stakes, oldest first.

    At most `NEWEST_TRADES`: the end of the list that a backtest keeps, one query of one column live.
    """
    if not Trade.use_db:
        newest = Trade.get_trades_proxy(is_open=False)[-NEWEST_TRADES:]
        return [float(trade.close_profit) for trade in newest if trade.close_profit is not None]
    closed = select(Trade.close_profit).where(Trade.is_open.is_(False), Trade.close_profit.is_not(None))
    found = Trade.session.scalars(closed.order_by(Trade.close_date.desc()).limit(NEWEST_TRADES)).all()
    return [float(profit) for profit in reversed(found) if profit is not None]
