"""Conditional orders: they wait outside the order book until a price is reached."""

from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from auriga_exchange.trading._journal import Journal
from auriga_exchange.trading._order import Order, OrderRequest
from auriga_exchange.trading._records import order_record, read_order
from auriga_exchange.wire import Refusal, RequestError

CONDITIONAL_KINDS = ("STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET")
_ROOM = "futures.algo"


class AlgoStatus(StrEnum):
    """Life of a conditional order, in Binance's words; `FINISHED` once the order it placed has ended."""

    NEW = "NEW"
    TRIGGERED = "TRIGGERED"
    FINISHED = "FINISHED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    REJECTED = "REJECTED"


@dataclass(frozen=True)
class AlgoOrder:
    """One conditional order; every change makes a new object.

    Parameters
    ----------
    order : Order
        What waits, under its own number; its request has the stop price.
    on_mark : bool
        Whether the mark price triggers it instead of the contract's price.
    closes_position : bool
        Whether it closes whatever is open when it is triggered.
    status : AlgoStatus
        Where it stands.
    triggered_at : int
        Time in ms, 0 before.
    actual_id : int
        Number of the order it placed, 0 before.
    """

    order: Order
    on_mark: bool = False
    closes_position: bool = False
    status: AlgoStatus = AlgoStatus.NEW
    triggered_at: int = 0
    actual_id: int = 0

    @property
    def algo_id(self) -> int:
        """Its number."""
        return self.order.order_id

    @property
    def request(self) -> OrderRequest:
        """What was asked for."""
        return self.order.request

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return self.status is AlgoStatus.NEW

    def moved(self, at: int, **changes: object) -> "AlgoOrder":
        """Return the order with some fields changed at a time in ms."""
        return replace(self, order=self.order.moved(updated_at=at), **changes)  # type: ignore[arg-type]

    def order_to_place(self, closable: Decimal) -> OrderRequest:
        """Return the order that takes its place when it is triggered."""
        request = self.request
        return replace(
            request,
            kind="MARKET" if request.price is None else "LIMIT",
            amount=closable if self.closes_position else request.amount,
            stop_price=None,
            is_algo=False,
            reduce_only=request.reduce_only or self.closes_position,
        )

    def record(self) -> dict[str, Any]:
        """Return JSON values; money becomes text."""
        return {**asdict(self), "order": order_record(self.order)}


class AlgoBook:
    """All conditional orders, in memory and in the journal.

    Parameters
    ----------
    journal : Journal
        What it holds is restored; changes are put there within the transaction of the caller.

    Examples
    --------
    >>> AlgoBook(Journal()).next_id
    1000001
    """

    first_id = 1_000_001  # so that numbers of conditional orders are never those of orders

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.by_id = {algo.algo_id: algo for algo in map(_read, journal.read(_ROOM).values())}

    @property
    def next_id(self) -> int:
        """Number of the next conditional order."""
        return max(self.by_id, default=self.first_id - 1) + 1

    def save(self, algo: AlgoOrder) -> AlgoOrder:
        """Keep a conditional order as it stands now."""
        self.by_id[algo.algo_id] = algo
        self._journal.put(_ROOM, algo.algo_id, algo.record())
        return algo

    def orders(self, symbol: str | None = None) -> list[AlgoOrder]:
        """All conditional orders, the oldest first."""
        return [algo for algo in self.by_id.values() if symbol in (None, algo.request.symbol)]

    def waiting(self, symbol: str | None = None) -> list[AlgoOrder]:
        """Those that still wait, the oldest first."""
        return [algo for algo in self.orders(symbol) if algo.is_open]

    def find(self, *, algo_id: int | None = None, client_id: str | None = None) -> AlgoOrder:
        """Return one by its number, or else the latest with a client's name; refused with -2013."""
        if algo_id is not None:
            found = self.by_id.get(algo_id)
        else:
            named = [algo for algo in self.by_id.values() if algo.request.client_id == client_id]
            found = named[-1] if named else None
        if found is None:
            raise RequestError(Refusal.NO_SUCH_ORDER)
        return found


def _read(record: dict[str, Any]) -> AlgoOrder:
    fields = {**record, "order": read_order(record["order"]), "status": AlgoStatus(record["status"])}
    return AlgoOrder(**fields)
