"""The gate in front of every endpoint."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from auriga_exchange.gate._bans import Conduct
from auriga_exchange.gate._endpoint import Endpoint, Security
from auriga_exchange.gate._incoming import Incoming
from auriga_exchange.gate._keys import ApiKeys
from auriga_exchange.gate._limits import FUTURES_LIMITS, SPOT_LIMITS, Meter, RateLimit
from auriga_exchange.gate._signature import check_key, check_signature
from auriga_exchange.wire import Refusal, RequestError

_FUTURES = "/fapi/"
_MOST_ADDRESSES = 1000


class _Visitor:
    """One IP address on one market."""

    def __init__(self, limit: RateLimit) -> None:
        self.weight = Meter(limit)
        self.conduct = Conduct()


class _Market:
    """Limits of spot or futures: weight by address, orders of the one account."""

    def __init__(self, limits: tuple[RateLimit, ...]) -> None:
        self._weight_limit = next(limit for limit in limits if limit.kind == "REQUEST_WEIGHT")
        self.orders = [Meter(limit) for limit in limits if limit.kind == "ORDERS"]
        self._visitors: OrderedDict[str, _Visitor] = OrderedDict()

    def visitor(self, address: str) -> _Visitor:
        if address not in self._visitors:
            self._visitors[address] = _Visitor(self._weight_limit)
            if len(self._visitors) > _MOST_ADDRESSES:
                self._visitors.popitem(last=False)
        return self._visitors[address]


class Gate:
    """Limits, keys, signatures and timestamps.

    Parameters
    ----------
    keys : ApiKeys or None
        Keys that may trade; without any, every signed endpoint is refused with -2015.
    limited : bool
        Whether requests and orders beyond the limits are refused; they are counted either way.

    Examples
    --------
    >>> Gate(ApiKeys({"a-key": "a-secret"}))
    Gate(keys=ApiKeys(<1 hidden>), limited=True)
    """

    def __init__(self, keys: ApiKeys | None = None, *, limited: bool = True) -> None:
        self.keys = keys
        self.limited = limited
        self._spot = _Market(SPOT_LIMITS)
        self._futures = _Market(FUTURES_LIMITS)

    def __repr__(self) -> str:
        return f"Gate(keys={self.keys!r}, limited={self.limited})"

    def admit(self, endpoint: Endpoint[Any], incoming: Incoming, now: int) -> None:
        """Count a request and let it pass, or refuse it.

        Parameters
        ----------
        endpoint : Endpoint
            What is asked for.
        incoming : Incoming
            The request.
        now : int
            Time in ms.

        Raises
        ------
        RequestError
            429 or 418 with `Retry-After` beyond the limits; what `check_signature` raises.
        """
        market = self._market(endpoint)
        self._weigh(market.visitor(incoming.address), self._cost(endpoint, incoming), now)
        if endpoint.security is Security.KEY:
            check_key(self.keys, incoming)
        elif endpoint.security is Security.SIGNED:
            check_signature(self.keys, incoming, now)
        if endpoint.places_order and self.limited:
            _check_orders(market, now)

    def count_order(self, endpoint: Endpoint[Any], now: int) -> dict[str, str]:
        """Count an order that was placed; returns the headers that say so."""
        if not endpoint.places_order:
            return {}
        return {meter.limit.header: str(meter.add(1, now)) for meter in self._market(endpoint).orders}

    def used(self, endpoint: Endpoint[Any], incoming: Incoming, now: int) -> Mapping[str, str]:
        """Return the headers that tell the weight an address used in this minute."""
        meter = self._market(endpoint).visitor(incoming.address).weight
        used = str(meter.add(0, now))
        return {"X-MBX-USED-WEIGHT": used, meter.limit.header: used}

    def _market(self, endpoint: Endpoint[Any]) -> _Market:
        return self._futures if endpoint.path.startswith(_FUTURES) else self._spot

    def _cost(self, endpoint: Endpoint[Any], incoming: Incoming) -> int:
        try:
            return endpoint.cost(incoming.parameters)
        except RequestError:  # the endpoint will say so itself
            return 1

    def _weigh(self, visitor: _Visitor, cost: int, now: int) -> None:
        if visitor.conduct.banned_until > now and self.limited:
            raise _banned(visitor.conduct.banned_until, now)
        used = visitor.weight.add(cost, now)
        if used <= visitor.weight.limit.most or not self.limited:
            return
        if visitor.conduct.knock(now):
            raise _banned(visitor.conduct.banned_until, now)
        raise RequestError(
            Refusal.TOO_MUCH_WEIGHT,
            str(visitor.weight.limit.most),
            status=429,
            headers={"Retry-After": str(visitor.weight.seconds_left(now))},
        )


def _banned(until: int, now: int) -> RequestError:
    seconds = -(-(until - now) // 1000)
    return RequestError(Refusal.IP_BANNED, str(until), status=418, headers={"Retry-After": str(seconds)})


def _check_orders(market: _Market, now: int) -> None:
    for meter in market.orders:
        if meter.add(0, now) >= meter.limit.most:
            raise RequestError(
                Refusal.TOO_MANY_ORDERS,
                meter.limit.text,
                status=429,
                headers={"Retry-After": str(meter.seconds_left(now))},
            )
