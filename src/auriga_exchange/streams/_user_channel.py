"""What happens to the orders of an account, as it happens."""

from collections.abc import Callable
from typing import TypeAlias

from auriga_exchange.streams._channels import Event
from auriga_exchange.trading import Fill, Order, OrderDesk

Reporter: TypeAlias = Callable[[Order, Fill | None, int], list[Event]]


class UserChannel:
    """Reports of one account's orders, trades and balances.

    Parameters
    ----------
    desk : OrderDesk
        Where the orders are; it is asked to match several times a second.
    report : callable of order, fill or None, and time in ms
        Makes the events of one change.
    is_valid : callable of a time in ms
        Whether the stream may still be listened to.
    listen_key : str
        Named in the last event, when it has expired.
    """

    symbol = ""
    every = 0

    def __init__(
        self, desk: OrderDesk, report: Reporter, is_valid: Callable[[int], bool], listen_key: str = ""
    ) -> None:
        self._desk = desk
        self._report = report
        self._is_valid = is_valid
        self._listen_key = listen_key
        self._waiting: list[tuple[Order, Fill | None]] = []
        self._ended = False
        desk.listeners.append(self._hear)

    def events(self, now: int) -> list[Event]:
        """Return what happened since the last call; nothing but one farewell once the key has expired."""
        if self._ended:
            return []
        self._desk.advance(now)
        waiting, self._waiting = self._waiting, []
        if self._is_valid(now):
            return [event for order, fill in waiting for event in self._report(order, fill, now)]
        self.close()
        return [{"e": "listenKeyExpired", "E": now, "listenKey": self._listen_key}]

    def close(self) -> None:
        """Stop listening."""
        self._ended = True
        if self._hear in self._desk.listeners:
            self._desk.listeners.remove(self._hear)

    def _hear(self, order: Order, fill: Fill | None) -> None:
        self._waiting.append((order, fill))
