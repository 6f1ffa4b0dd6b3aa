"""What a futures account has of one currency, at mark prices."""

from dataclasses import dataclass
from decimal import Decimal

from auriga_exchange.trading._futures_desk import FuturesDesk
from auriga_exchange.trading._order import ZERO
from auriga_exchange.wire import decimal_text


@dataclass(frozen=True, kw_only=True)
class FuturesBalance:
    """Sums over the wallet and the positions of one margin currency.

    Parameters
    ----------
    asset : str
        The currency.
    wallet, cash : Decimal
        Wallet balance, and the part of it that is not isolated margin.
    profit, crossed_profit : Decimal
        Profit of all and of cross positions, not yet realised.
    maintenance, initial, reserved : Decimal
        Maintenance and initial margin of positions, margin of open orders.
    available : Decimal
        What new orders may use.
    """

    asset: str
    wallet: Decimal
    cash: Decimal
    profit: Decimal
    crossed_profit: Decimal
    maintenance: Decimal
    initial: Decimal
    reserved: Decimal
    available: Decimal

    def text(self) -> dict[str, str]:
        """Return the fields that `assets` of `/fapi/v3/account` have."""
        return {
            "asset": self.asset,
            "walletBalance": decimal_text(self.wallet),
            "unrealizedProfit": decimal_text(self.profit),
            "marginBalance": decimal_text(self.wallet + self.profit),
            "maintMargin": decimal_text(self.maintenance),
            "initialMargin": decimal_text(self.initial + self.reserved),
            "positionInitialMargin": decimal_text(self.initial),
            "openOrderInitialMargin": decimal_text(self.reserved),
            "crossWalletBalance": decimal_text(self.cash),
            "crossUnPnl": decimal_text(self.crossed_profit),
            "availableBalance": decimal_text(self.available),
            "maxWithdrawAmount": decimal_text(self.available),
        }


def futures_balance(desk: FuturesDesk, asset: str, now: int) -> FuturesBalance:
    """Sum up one currency at the mark prices of `now` (ms)."""
    ledger = desk.account
    positions = [(p, desk.marks.price(p.symbol, now)) for p in ledger.in_asset(asset)]
    crossed = sum((p.profit(mark) for p, mark in positions if not p.isolated), ZERO)
    return FuturesBalance(
        asset=asset,
        wallet=ledger.wallet(asset),
        cash=ledger.cash(asset),
        profit=sum((p.profit(mark) for p, mark in positions), ZERO),
        crossed_profit=crossed,
        maintenance=sum((p.maintenance(mark) for p, mark in positions), ZERO),
        initial=sum((p.initial_margin(mark) for p, mark in positions), ZERO),
        reserved=ledger.reserved(asset),
        available=max(ledger.available(asset) + crossed, ZERO),
    )
