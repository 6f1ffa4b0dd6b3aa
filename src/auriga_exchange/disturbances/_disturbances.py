"""What is done to markets while the exchange runs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from auriga.errors import ParameterError
from auriga_exchange.disturbances._disturbed import (
    DELIST,
    HALT,
    KINDS,
    MISSING,
    PRICE_GAP,
    RESUME,
    Disturbance,
    disturb_native,
    halts,
    widen_running,
)
from auriga_exchange.markets import CandleSeries, CandleStore
from auriga_exchange.trading import Journal, OrderDesk
from auriga_exchange.wire import Clock, wall_clock

_FIELDS = {PRICE_GAP: "factor", MISSING: "candles"}
_FACTORS = (1e-3, 1e3)
_MOST_CANDLES = 100_000
_ENTRIES = "disturbances"


class Disturbances:
    """Halts, delistings, price gaps and lost candles, on every market that lists the symbol.

    Orders are refused and resting ones left alone from the very moment of a halt. Candles change from the
    next one on, so that nothing a client has seen is taken back.

    Parameters
    ----------
    stores : sequence of CandleStore
        Contracts and spot pairs; whatever reads candles reads them there.
    journal : Journal
        Keeps what happened; what it already holds is applied again.
    marks : sequence of CandleStore
        Mark prices.
    clock : callable
        Time of the exchange in ms.

    Attributes
    ----------
    desks : list of OrderDesk
        Their orders and positions end when a symbol is delisted.
    """

    def __init__(
        self,
        stores: Sequence[CandleStore],
        journal: Journal,
        *,
        marks: Sequence[CandleStore] = (),
        clock: Clock = wall_clock,
    ) -> None:
        self.desks: list[OrderDesk] = []
        self._stores = stores
        self._marks = marks
        self._journal = journal
        self._clock = clock
        self._undisturbed: dict[tuple[int, str], dict[str, CandleSeries]] = {}
        self._happened = [Disturbance(**entry) for entry in journal.read(_ENTRIES).values()]
        for symbol in {each.symbol for each in self._happened}:
            self._apply(symbol)

    def add(self, **given: Any) -> dict[str, Any]:
        """Let something happen now.

        Parameters
        ----------
        given
            `kind` and `symbol`; with `price_gap` a `factor`, with `missing_candles` a number of `candles`.

        Returns
        -------
        dict
            What happened, and the time in ms.

        Raises
        ------
        ParameterError
            If a field is missing, unknown or not possible.
        """
        disturbance = self._read(given)
        if disturbance.kind == DELIST:
            self._end_orders(disturbance.symbol, disturbance.at)
        with self._journal.transaction():
            self._journal.put(_ENTRIES, len(self._happened), asdict(disturbance))
        self._happened.append(disturbance)
        self._apply(disturbance.symbol)
        return {name: value for name, value in asdict(disturbance).items() if value is not None}

    def is_trading(self, symbol: str, at: int) -> bool:
        """Whether orders of a symbol are taken and matched at a time in ms."""
        happened = self._of(symbol)
        delisted = any(each.kind == DELIST and at >= each.at for each in happened)
        return not delisted and not any(start <= at < end for start, end in halts(happened))

    def _of(self, symbol: str) -> list[Disturbance]:
        return [each for each in self._happened if each.symbol == symbol]

    def _read(self, given: Mapping[str, Any]) -> Disturbance:
        kind, symbol = given.get("kind"), given.get("symbol")
        if kind not in KINDS:
            raise ParameterError(f"kind of a disturbance is {kind!r}; choose {', '.join(KINDS)}")
        listed = sorted({name for store in self._stores for name in store.listed})
        if symbol not in listed:
            raise ParameterError(f"symbol {symbol!r} is not listed; choose {', '.join(listed)}")
        wanted = {"kind", "symbol", _FIELDS.get(kind, "kind")}
        if set(given) != wanted:
            fields = ", ".join(sorted(set(given) ^ wanted))
            raise ParameterError(f"{kind} has the fields {', '.join(sorted(wanted))}; look at {fields}")
        made = Disturbance(kind=kind, symbol=symbol, at=self._clock())
        if kind == PRICE_GAP:
            return replace(made, factor=_factor(given["factor"]))
        if kind == MISSING:
            return replace(made, candles=_count(given["candles"]))
        if kind in (HALT, RESUME) and self.is_trading(symbol, made.at) == (kind == RESUME):
            state = "halted already" if kind == HALT else "not halted"
            raise ParameterError(f"{symbol} is {state}")
        return made

    def _end_orders(self, symbol: str, at: int) -> None:
        for desk in self.desks:
            desk.end_trading(symbol, at)

    def _apply(self, symbol: str) -> None:
        happened = self._of(symbol)
        states = {each.kind for each in happened}
        for store in (*self._stores, *self._marks):
            if symbol not in store.symbols:
                continue
            store.set_state(
                symbol,
                delisted=DELIST in states,
                halted=any(math.isinf(end) for _, end in halts(happened)),
            )
            native = self._undisturbed.setdefault((id(store), symbol), store.native(symbol))
            if store in self._marks:
                gaps = [each for each in happened if each.kind == PRICE_GAP]
                native = {name: _widen(series, gaps) for name, series in native.items()}
            decimals = store.symbols[symbol].price_decimals
            store.replace(symbol, disturb_native(native, happened, decimals))


def _widen(series: CandleSeries, gaps: Sequence[Disturbance]) -> CandleSeries:
    for gap in gaps:
        series = widen_running(series, gap)
    return series


def _factor(value: Any) -> float:
    least, most = _FACTORS
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not least <= value <= most:
        raise ParameterError(f"factor of a price_gap is {value!r}; give a number from {least} to {most:g}")
    return float(value)


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST_CANDLES:
        raise ParameterError(f"candles that go missing are {value!r}; give a whole number >= 1")
    return value
