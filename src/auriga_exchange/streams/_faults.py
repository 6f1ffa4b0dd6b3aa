"""What the fault plan makes of the events of one stream."""

from auriga_exchange.faults import FaultPlan
from auriga_exchange.streams._channels import Channel, Event, KlineChannel

DROP, REFUSE, SILENCE = "ws_drop", "ws_refuse", "ws_silence"
STALE, OUT_OF_ORDER, DUPLICATE = "ws_stale", "ws_out_of_order", "ws_duplicate"
_ON_EVENTS = (DROP, SILENCE, STALE, OUT_OF_ORDER, DUPLICATE)


class Dropped(Exception):
    """The connection has to end at once, without a close frame."""


def refuses(faults: FaultPlan, path: str, now: int) -> bool:
    """Whether the handshake of a websocket at `path` has to be refused."""
    return faults.take(REFUSE, f"WS {path}", None, now) is not None


def spoil(faults: FaultPlan, name: str, channel: Channel, events: list[Event], now: int) -> list[Event]:
    """Return what a stream sends in the place of its events.

    Parameters
    ----------
    faults : FaultPlan
        Which faults stand. Rules name a stream as `WS btcusdt@kline_1m`.
    name : str
        Name of the stream.
    channel : Channel
        Where the events come from.
    events : list
        What it would send; empty lists are never spoiled, so that a rule counts what went wrong.
    now : int
        Time in ms.

    Raises
    ------
    Dropped
        If the connection has to end.
    """
    rule = faults.take(_ON_EVENTS, f"WS {name}", channel.symbol, now) if events else None
    if rule is None:
        return events
    if rule.kind == DROP:
        raise Dropped
    if rule.kind == SILENCE:
        return []
    if rule.kind == DUPLICATE:
        return [event for event in events for _ in range(2)]
    older = channel.previous(now) if isinstance(channel, KlineChannel) else []
    return older if rule.kind == STALE else [*events, *older]
