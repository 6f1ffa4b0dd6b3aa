"""The faults an exchange is told to show, and how often it did."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from auriga.errors import ParameterError
from auriga_exchange.faults._rule import FaultRule, rule_fields
from auriga_exchange.wire import Clock, wall_clock

_ENDED_KEPT = 1000


@dataclass
class _Standing:
    """A rule with what is left of it."""

    number: int
    rule: FaultRule
    added_at: int
    to_skip: int
    injected: int = 0

    def ended(self, now: int) -> bool:
        rule = self.rule
        used_up = rule.count is not None and self.injected >= rule.count
        return used_up or (rule.seconds is not None and now >= self.added_at + rule.seconds * 1000)

    def fields(self, *, active: bool) -> dict[str, Any]:
        state = {"added_at": self.added_at, "injected": self.injected, "active": active}
        return {"id": self.number, **rule_fields(self.rule), **state}


class FaultPlan:
    """Faults in the order they were added; the first that fits a request decides.

    Parameters
    ----------
    clock : callable
        Time of the exchange in ms, by which rules end.

    Attributes
    ----------
    counts : Counter of str
        How often each kind was injected.

    Examples
    --------
    >>> plan = FaultPlan(lambda: 0)
    >>> number = plan.add(FaultRule(kind="429", count=1))
    >>> plan.take("429", "GET /api/v3/klines").kind, plan.take("429", "GET /api/v3/klines")
    ('429', None)
    """

    def __init__(self, clock: Clock = wall_clock) -> None:
        self._clock = clock
        self._standing: dict[int, _Standing] = {}
        self._ended: deque[_Standing] = deque(maxlen=_ENDED_KEPT)
        self._last = 0
        self.counts: Counter[str] = Counter()

    def add(self, rule: FaultRule, now: int | None = None) -> int:
        """Let a rule stand from `now` on (ms; the clock without); returns its number."""
        self._last += 1
        added_at = self._clock() if now is None else now
        self._standing[self._last] = _Standing(self._last, rule, added_at, rule.skip)
        return self._last

    def remove(self, number: int) -> None:
        """End one rule.

        Raises
        ------
        ParameterError
            If there is none of that number.
        """
        ended = self._standing.pop(number, None)
        if ended is None:
            standing = ", ".join(map(str, self._standing)) or "none"
            raise ParameterError(f"no fault {number} stands; standing are {standing}")
        self._ended.append(ended)

    def clear(self) -> None:
        """End every rule."""
        self._ended.extend(self._standing.values())
        self._standing.clear()

    def rules(self, now: int | None = None) -> list[dict[str, Any]]:
        """Every standing rule and the latest that ended: fields, `id`, `injected` and `active`."""
        self._end(self._clock() if now is None else now)
        ended = [each.fields(active=False) for each in self._ended]
        standing = [each.fields(active=True) for each in self._standing.values()]
        return sorted(ended + standing, key=lambda each: int(each["id"]))

    def concerns(self, kinds: Iterable[str], endpoint: str, now: int | None = None) -> bool:
        """Whether a rule of these kinds stands for the endpoint, whatever its symbol; takes nothing."""
        self._end(self._clock() if now is None else now)
        return any(each.rule.kind in kinds and each.rule.covers(endpoint) for each in self._standing.values())

    def take(
        self, kinds: str | Iterable[str], endpoint: str, symbol: str | None = None, now: int | None = None
    ) -> FaultRule | None:
        """Return the fault a request or stream has to show now, and count it.

        Parameters
        ----------
        kinds : str or iterable of str
            Kinds the caller can show.
        endpoint : str
            Method and path, such as `GET /api/v3/klines`; `WS` and the name of a stream for streams.
        symbol : str or None
            Symbol it is about.
        now : int or None
            Time in ms; the clock without.

        Returns
        -------
        FaultRule or None
            None when nothing goes wrong.
        """
        chosen = (kinds,) if isinstance(kinds, str) else tuple(kinds)
        self._end(self._clock() if now is None else now)
        for each in self._standing.values():
            if each.rule.kind not in chosen or not each.rule.matches(endpoint, symbol):
                continue
            if each.to_skip:
                each.to_skip -= 1
                continue
            return self._inject(each)
        return None

    def _inject(self, standing: _Standing) -> FaultRule:
        standing.injected += 1
        self.counts[standing.rule.kind] += 1
        return standing.rule

    def _end(self, now: int) -> None:
        for number in [number for number, each in self._standing.items() if each.ended(now)]:
            self._ended.append(self._standing.pop(number))
