"""What a websocket can subscribe to: streams of one market and the user data of its account."""

from collections.abc import Callable
from dataclasses import dataclass

from auriga_exchange.gate import ListenKeys
from auriga_exchange.markets import CandleStore
from auriga_exchange.streams._channels import Channel, Event, is_stream_name, open_channel
from auriga_exchange.streams._futures_reports import report_futures
from auriga_exchange.streams._messages import MessageError
from auriga_exchange.streams._spot_reports import report_spot
from auriga_exchange.streams._user_channel import Reporter, UserChannel
from auriga_exchange.trading import Fill, Order, OrderDesk
from auriga_exchange.venue import Venue


@dataclass(frozen=True)
class StreamMarket:
    """Spot or futures, as the streams see it.

    Parameters
    ----------
    store : CandleStore
        Its candles.
    desk : OrderDesk
        Its orders.
    keys : ListenKeys
        Opens its user data.
    report : callable
        Makes the events of a changed order.
    """

    store: CandleStore
    desk: OrderDesk
    keys: ListenKeys
    report: Reporter

    def knows(self, name: str, now: int) -> bool:
        """Whether a name is that of a stream, or the listen key that is valid at `now` (ms)."""
        return is_stream_name(name) or self.keys.is_valid(name, now)

    def open(self, name: str, now: int) -> Channel | None:
        """Return the channel of a stream; None for one that never sends.

        Raises
        ------
        MessageError
            If it is no name of a stream.
        """
        if self.keys.is_valid(name, now):
            return self.user_channel(lambda at: self.keys.is_valid(name, at), name)
        if not is_stream_name(name):
            raise MessageError(2, "Invalid request: invalid stream")
        return open_channel(self.store, name, now)

    def user_channel(self, is_valid: Callable[[int], bool], listen_key: str = "") -> UserChannel:
        """Return a channel of the account's orders and balances."""
        return UserChannel(self.desk, self.report, is_valid, listen_key)


def spot_market(venue: Venue) -> StreamMarket:
    """Return the spot market of a venue."""

    def report(order: Order, fill: Fill | None, now: int) -> list[Event]:
        symbol = venue.store.symbols[order.request.symbol]
        return report_spot(venue.spot_ledger, (symbol.base, symbol.quote), order, fill)

    return StreamMarket(venue.store, venue.spot, venue.spot_listen_keys, report)


def futures_market(venue: Venue) -> StreamMarket:
    """Return the futures market of a venue."""

    def report(order: Order, fill: Fill | None, now: int) -> list[Event]:
        return report_futures(venue.futures, venue.futures_ledger, order, fill, now)

    return StreamMarket(venue.futures_store, venue.futures, venue.futures_listen_keys, report)
