"""One cell of the matrix: prepare, inject, provoke, wait, compare, repair."""

import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from rig._agreement import Disagreement, Snapshot, compare, is_entry
from rig._database import symbol_of
from rig._rig import Rig

from studies.faults._acts import ACTS, prepare, prepared
from studies.faults._faults import Cell

POLL = 0.5
PREPARED_WITHIN = 75.0
"""Seconds; a pair that was entered in this candle waits for the next one."""

DEADLINE = 100.0
SETTLED = 9.0
"""Seconds that a disagreement stands unchanged before nobody waits for the bot any more."""

_BESIDE_THE_POINT = ("freqtrade.freqai", "auriga.host.freqai._live")
_LINE = re.compile(r"^\S+ \S+ - (?P<module>\S+) - (?P<level>WARNING|ERROR|CRITICAL) - (?P<message>.*)$")


class CellError(Exception):
    """A cell that could not be brought to its place."""


@dataclass(frozen=True)
class Outcome:
    """What was measured; `seconds` from the first fault to the end, None without an end."""

    key: str
    market: str
    place: str
    fault: str
    guard: bool
    injected: int
    through: bool
    seconds: float | None
    entries: int
    orders: int
    disagreements: tuple[dict[str, str], ...]
    reloaded: bool | None
    reconcile: tuple[dict[str, Any], ...] | None
    reasons: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether the books agreed in the end, by the bot alone."""
        return not self.disagreements


def run_cell(rig: Rig, cell: Cell, *, patience: float = 1) -> Outcome:
    """Run one cell on a rig that stands flat; it may need `repair` afterwards.

    `patience` multiplies every time after which nobody waits any more, for a machine that is busy.

    Raises
    ------
    CellError
        If what has to stand before the fault does not come about.
    """
    pair = rig.pair()
    before = _prepare(rig, cell, pair, PREPARED_WITHIN * patience)
    mark = rig.log().stat().st_size
    injected_before = _injected(rig, cell)
    watch = _Watch(rig, cell, pair, before, injected_before, patience)
    _inject(rig, cell, pair)
    watch.run()
    injected = _injected(rig, cell) - injected_before
    if cell.place.act == "market":
        injected = 1  # it would have been refused otherwise
    rig.control("DELETE", "faults")
    found = watch.found
    return Outcome(
        key=cell.key,
        market=cell.market,
        place=cell.place.name,
        fault=cell.fault.name,
        guard=cell.guard,
        injected=injected,
        through=watch.through,
        seconds=watch.seconds,
        entries=_entries(before, watch.after),
        orders=len(set(watch.after.books.orders) - set(before.books.orders)),
        disagreements=tuple({**asdict(point), "kind": point.kind.value} for point in found),
        reconcile=_reconciled(rig, found),
        reloaded=_reload(rig, before) if found else None,
        reasons=reasons(rig.log().read_bytes()[mark:].decode(errors="replace")),
    )


def _prepare(rig: Rig, cell: Cell, pair: str, within: float) -> Snapshot:
    """Bring about what stands before; the books before that are what the cell is compared with."""
    before = rig.snapshot()
    rig.signal()
    if not _until(lambda: prepare(rig, cell.place.before, pair), within, every=3):
        raise CellError(f"{cell.key}: the bot does not take an entry for {pair}")
    if not _until(lambda: prepared(cell.place.before, pair, rig.snapshot()), within):
        raise CellError(f"{cell.key}: no {cell.place.before} state for {pair} within {within:.0f} s")
    rig.signal()
    return before


def _until(condition: Callable[[], bool], seconds: float, every: float = POLL) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


class _Watch:
    """Waits until the bot is through and the books agree, or do not any more."""

    def __init__(
        self, rig: Rig, cell: Cell, pair: str, before: Snapshot, injected: int, patience: float
    ) -> None:
        self._patience = patience
        self._rig, self._cell, self._pair, self._before = rig, cell, pair, before
        self._injected, self._struck = injected, 0.0
        self.through = False
        self.seconds: float | None = None
        self.after, self.found = before, list[Disagreement]()

    def run(self) -> None:
        """Poll until the end."""
        act = ACTS[self._cell.place.act]
        started = unchanged_since = time.monotonic()
        act.begin(self._rig, self._pair)
        while (now := time.monotonic()) - started < DEADLINE * self._patience:
            was = self.found
            self._look(now, now - started)
            if self.seconds is not None:
                return
            unchanged_since = unchanged_since if self.found and self.found == was else now
            if self._struck and now - unchanged_since > SETTLED * self._patience:
                return
            act.again(self._rig, self._pair, now - started)
            time.sleep(POLL)

    def _look(self, now: float, elapsed: float) -> None:
        if not self._struck and (self._cell.place.act == "market" or self._strikes()):
            self._struck = now
        self.after = self._rig.snapshot()
        self.found = compare(self._before, self.after, self._rig.steps())
        act = ACTS[self._cell.place.act]
        self.through = act.is_through(self._rig, self._pair, self.after, elapsed)
        if self._struck and self.through and not self.found:
            self.seconds = round(time.monotonic() - self._struck, 1)

    def _strikes(self) -> bool:
        return _injected(self._rig, self._cell) > self._injected


def _inject(rig: Rig, cell: Cell, pair: str) -> None:
    rule = dict(cell.fault.rule)
    if cell.place.act == "market":
        rig.control("POST", "market", rule | {"symbol": symbol_of(pair)})
        return
    count = cell.place.count
    if rule["kind"] == "ws_refuse":  # only who was thrown out knocks again
        endpoint = cell.place.endpoints[cell.market]
        rig.control("POST", "faults", {"kind": "ws_drop", "endpoint": endpoint, "count": 1})
    if cell.place.name == "entry" and not rule["accepted"]:
        count = 1  # refused, the pair waits for the next candle; one refusal shows it
    where = {"endpoint": cell.place.endpoints[cell.market], "count": count, "skip": _skipped(cell)}
    rig.control("POST", "faults", rule | where)


def _skipped(cell: Cell) -> int:
    """Requests that pass before: the entry before a stop, where both are posted to one address."""
    entry = "POST /api/v3/order"
    return cell.place.skip if cell.place.endpoints[cell.market] == entry else 0


def _injected(rig: Rig, cell: Cell) -> int:
    return int(rig.control("GET", "counts")["faults"].get(cell.fault.rule["kind"], 0))


def _entries(before: Snapshot, after: Snapshot) -> int:
    """Entries that reached the exchange and can trade or have traded."""
    fresh = set(after.books.orders) - set(before.books.orders)
    orders = [after.books.orders[key] for key in fresh]
    return sum(order.counts and is_entry(order, after.books) for order in orders)


def _reconciled(rig: Rig, found: list[Disagreement]) -> tuple[dict[str, Any], ...] | None:
    if not found:
        return None
    told = rig.reconcile()
    return None if told is None else tuple(told)


def _reload(rig: Rig, before: Snapshot) -> bool:
    """Whether Freqtrade's own `/reload_trade` brings the books together."""
    for trade in rig.snapshot().database.open_trades:
        rig.api("POST", f"trades/{trade.trade_id}/reload")
    return _until(lambda: not compare(before, rig.snapshot(), rig.steps()), 6)


def reasons(log: str) -> tuple[str, ...]:
    """Warnings and errors of a stretch of the log, each once, the first three.

    Examples
    --------
    >>> reasons("2026-01-01 00:00:00,000 - freqtrade.worker - ERROR - Binance said 7\\nTraceback ...")
    ('Binance said 7',)
    """
    matches = [match for line in log.splitlines() if (match := _LINE.match(line))]
    found = [match["message"] for match in matches if not match["module"].startswith(_BESIDE_THE_POINT)]
    return tuple(dict.fromkeys(_shortened(message) for message in found))[:3]


def _shortened(message: str) -> str:
    message = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", message)
    message = re.sub(r"(timestamp|signature|recvWindow|newClientOrderId)=[^&\s]*&?", "", message)
    return message if len(message) < 240 else message[:237] + "..."


def repair(rig: Rig, outcome: Outcome | None) -> None:
    """Bring a rig back to flat; start it anew when that does not come or the market was disturbed."""
    rig.signal()
    if outcome is None or outcome.place == "market":
        rig.fresh()
        return
    rig.control("POST", "fills", {"release": True})
    if not outcome.disagreements:
        rig.signal(exit=sorted({trade.pair for trade in rig.snapshot().database.open_trades}))
        done = _until(lambda: _cancelled_and_flat(rig), 25, every=1)
        rig.signal()
    else:
        done = rig.clear() and _until(lambda: _is_flat(rig), 5)
    if not done:
        rig.fresh()


def _cancelled_and_flat(rig: Rig) -> bool:
    trades = rig.snapshot().database.open_trades
    for trade in trades:
        if trade.open_orders:
            rig.api("DELETE", f"trades/{trade.trade_id}/open-order")
    return not trades


def _is_flat(rig: Rig) -> bool:
    books = rig.snapshot()
    resting = any(order.status == "open" for order in books.books.orders.values())
    return not books.database.open_trades and not resting
