"""A position in one contract and what becomes of it at a mark price."""

from dataclasses import dataclass, replace
from decimal import Decimal

from auriga_exchange.trading._brackets import Bracket, bracket_at
from auriga_exchange.trading._order import ZERO, Side

DEFAULT_LEVERAGE = 20
_TRIES = 4


@dataclass(frozen=True)
class Position:
    """The position of one symbol, and the settings it is opened with.

    Parameters
    ----------
    symbol, base : str
        Binance's symbol and its base currency, which chooses the leverage brackets.
    amount : Decimal
        In base currency; negative when short, 0 when there is none.
    entry_price : Decimal
        Mean price in quote currency; 0 without a position.
    margin : Decimal
        Margin set aside for an isolated position; 0 for cross margin.
    leverage : int
        Of the symbol, with or without a position.
    isolated : bool
        Whether it has margin of its own instead of the whole wallet.
    updated_at : int
        Time of the last change in ms.
    """

    symbol: str
    base: str
    amount: Decimal = ZERO
    entry_price: Decimal = ZERO
    margin: Decimal = ZERO
    leverage: int = DEFAULT_LEVERAGE
    isolated: bool = False
    updated_at: int = 0

    def moved(self, **changes: object) -> "Position":
        """Return the position with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def is_long(self) -> bool:
        """Whether it gains when the price rises."""
        return self.amount > ZERO

    def closable(self, side: Side) -> Decimal:
        """Amount that an order of a side can close.

        Examples
        --------
        >>> short = Position("BTCUSDT", "BTC", amount=Decimal(-2))
        >>> short.closable(Side.BUY), short.closable(Side.SELL)
        (Decimal('2'), Decimal('0'))
        """
        return max(-self.amount * side.sign, ZERO)

    def profit(self, mark: Decimal) -> Decimal:
        """Profit at a mark price in margin currency, not yet realised."""
        return (mark - self.entry_price) * self.amount

    def value(self, mark: Decimal) -> Decimal:
        """What the position is worth at a mark price, >= 0."""
        return abs(self.amount) * mark

    def initial_margin(self, mark: Decimal) -> Decimal:
        """Margin it takes to open it at a mark price."""
        return self.value(mark) / self.leverage

    def given_back(self, amount: Decimal, price: Decimal) -> Decimal:
        """Margin and profit that closing a part of the position at a price gives back.

        Examples
        --------
        >>> short = Position("BTCUSDT", "BTC", Decimal(-2), Decimal(100), leverage=10)
        >>> short.given_back(Decimal(1), Decimal(95))
        Decimal('15.0')
        """
        if not self.amount:
            return ZERO
        share = amount / abs(self.amount)
        margin = self.margin if self.isolated else self.initial_margin(self.entry_price)
        return (margin + self.profit(price)) * share

    def maintenance(self, mark: Decimal) -> Decimal:
        """Margin below which it is liquidated."""
        value = self.value(mark)
        return bracket_at(self.base, value).maintenance(value)

    def liquidation_price(self, wallet: Decimal) -> Decimal:
        """Mark price at which `wallet` and profit have shrunk to the maintenance margin.

        Parameters
        ----------
        wallet : Decimal
            Isolated: the position's margin. Cross: the wallet balance, minus the maintenance margin and
            plus the profit of all other cross positions.

        Returns
        -------
        Decimal
            0 when there is no such price, as for a long position with a leverage of 1.

        References
        ----------
        https://www.binance.com/en/support/faq/b3c689c1f50a44cabb3a84e663b81d93
        """
        if not self.amount:
            return ZERO
        price = self.entry_price
        for _ in range(_TRIES):  # the bracket is the one at the liquidation price
            bracket = bracket_at(self.base, self.value(price))
            found = liquidation_price(self.amount, self.entry_price, wallet, bracket.rate, bracket.cum)
            if found <= ZERO or _holds(bracket, self.value(found)):
                return max(found, ZERO)
            price = found
        return max(price, ZERO)


def _holds(bracket: Bracket, value: Decimal) -> bool:
    return bracket.floor <= value <= bracket.cap


def liquidation_price(
    amount: Decimal, entry_price: Decimal, wallet: Decimal, rate: Decimal, cum: Decimal
) -> Decimal:
    """Binance's formula for one-way mode.

    Parameters
    ----------
    amount : Decimal
        In base currency, negative when short, not 0.
    entry_price : Decimal
        In quote currency.
    wallet : Decimal
        As for `Position.liquidation_price`.
    rate, cum : Decimal
        Of the bracket.

    Examples
    --------
    The example that Binance publishes for a position of 109.488 BTC:

    >>> wallet = Decimal("1535443.01") - Decimal("356512.508") + Decimal("-448192.89")
    >>> price = liquidation_price(
    ...     Decimal("109.488"), Decimal("32481.980"), wallet, Decimal("0.025"), Decimal("16300")
    ... )
    >>> round(price, 2)
    Decimal('26316.89')
    """
    return (wallet + cum - amount * entry_price) / (abs(amount) * rate - amount)
