"""What the open orders of a futures account have set aside."""

from dataclasses import dataclass
from decimal import Decimal

from auriga_exchange.trading._journal import Journal
from auriga_exchange.trading._order import ZERO, OrderRequest, Side

_ROOM = "futures.reserved"


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """What one order has set aside.

    Parameters
    ----------
    symbol : str
        Binance's symbol.
    side : Side
        Of the order.
    margin : Decimal
        For the part that opens a position, in margin currency.
    opening, closing : Decimal
        Parts of the order's amount that open a position, and that close one before.
    """

    symbol: str
    side: Side
    margin: Decimal = ZERO
    opening: Decimal = ZERO
    closing: Decimal = ZERO

    def margin_for(self, opened: Decimal) -> Decimal:
        """Share of the margin that belongs to a part of what the order opens.

        Examples
        --------
        >>> order = Reservation(symbol="BTCUSDT", side=Side.BUY, margin=Decimal(9), opening=Decimal(4))
        >>> order.margin_for(Decimal(1))
        Decimal('2.25')
        """
        return self.margin * min(opened / self.opening, Decimal(1)) if self.opening else ZERO

    def after(self, closed: Decimal, opened: Decimal) -> "Reservation":
        """Return what is left after a trade."""
        return Reservation(
            symbol=self.symbol,
            side=self.side,
            margin=self.margin - self.margin_for(opened),
            opening=max(self.opening - opened, ZERO),
            closing=max(self.closing - closed, ZERO),
        )


class Reservations:
    """All of them, in memory and in the journal.

    Parameters
    ----------
    journal : Journal
        What it holds is restored; changes are put there within the transaction of the caller.

    Examples
    --------
    >>> Reservations(Journal()).all
    []
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._by_key = {key: _read(record) for key, record in journal.read(_ROOM).items()}

    @property
    def all(self) -> list[Reservation]:
        """Those of all open orders."""
        return list(self._by_key.values())

    def of(self, request: OrderRequest) -> Reservation:
        """Reservation of one order; empty if it has none."""
        return self._by_key.get(request.key, Reservation(symbol=request.symbol, side=request.side))

    def closing(self, symbol: str, side: Side) -> Decimal:
        """Amount of a position that open orders of a side are to close."""
        mine = (each for each in self._by_key.values() if (each.symbol, each.side) == (symbol, side))
        return sum((each.closing for each in mine), ZERO)

    def keep(self, request: OrderRequest, reservation: Reservation) -> None:
        """Set aside for an order, in place of what it had."""
        if not (reservation.opening or reservation.closing):
            self.drop(request)
            return
        self._by_key[request.key] = reservation
        self._journal.put(_ROOM, request.key, _record(reservation))

    def drop(self, request: OrderRequest) -> None:
        """Give back what an order has set aside."""
        if self._by_key.pop(request.key, None) is not None:
            self._journal.remove(_ROOM, request.key)


def _record(reservation: Reservation) -> dict[str, str]:
    return {name: str(value) for name, value in vars(reservation).items()}


def _read(record: dict[str, str]) -> Reservation:
    amounts = {name: Decimal(record[name]) for name in ("margin", "opening", "closing")}
    return Reservation(symbol=record["symbol"], side=Side(record["side"]), **amounts)
