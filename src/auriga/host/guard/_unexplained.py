"""What an account holds against its baseline and its trades, in words for a trader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from auriga.host.guard._state import Baseline
from auriga.reconciliation import (
    BookOrder,
    BookTrade,
    Role,
    Span,
    allowed_difference,
    first_baseline,
    held_by,
    locked_by,
    lowered_baseline,
    plain,
    unexplained,
    unknown_orders,
)

ZERO = Decimal(0)
_ROUNDING = Decimal("0.000001")  # of prices times amounts


@dataclass(frozen=True)
class Account:
    """One look at the exchange.

    Attributes
    ----------
    coins, locked, positions : mapping
        By asset, asset and pair; short positions below zero.
    orders : sequence of BookOrder
        That rest on the exchange, of the pairs that were asked for.
    steps : mapping
        Smallest difference of amounts, by pair.
    """

    coins: Mapping[str, Decimal]
    locked: Mapping[str, Decimal]
    positions: Mapping[str, Decimal]
    orders: Sequence[BookOrder] = ()
    steps: Mapping[str, Decimal] = field(default_factory=dict)
    futures: bool = False


def first_look(account: Account, trades: Sequence[BookTrade], at: int) -> Baseline:
    """Take what open trades do not account for as the user's own."""
    if account.futures:
        positions = {
            pair: first_baseline(held, _span(trades, pair, futures=True))
            for pair, held in account.positions.items()
        }
        return Baseline(at, positions=_without_zeros(positions), orders=_strangers(account, trades))
    quotes = {_quote(pair) for pair in account.steps}
    coins = {
        asset: first_baseline(held, _span(trades, asset, futures=False))
        for asset, held in account.coins.items()
        if asset not in quotes  # spent and earned with every trade
    }
    locked = {asset: max(held - _locked(trades, asset), ZERO) for asset, held in account.locked.items()}
    orders = _strangers(account, trades)
    return Baseline(at, _without_zeros(coins), _without_zeros(locked), orders=orders)


def _without_zeros(amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {name: amount for name, amount in amounts.items() if amount}


def _strangers(account: Account, trades: Sequence[BookTrade]) -> frozenset[tuple[str, str]]:
    return frozenset(order.key for order in unknown_orders(account.orders, trades))


def _mine(trades: Sequence[BookTrade], name: str, *, futures: bool) -> list[BookTrade]:
    return [trade for trade in trades if name == (trade.pair if futures else trade.base)]


def _span(trades: Sequence[BookTrade], name: str, *, futures: bool) -> Span:
    return held_by(_mine(trades, name, futures=futures))


def _locked(trades: Sequence[BookTrade], quote: str) -> Decimal:
    return locked_by(trade for trade in trades if _quote(trade.pair) == quote)


def _quote(pair: str) -> str:
    return pair.split("/")[1].split(":")[0]


def lowered(
    baseline: Baseline, account: Account, trades: Sequence[BookTrade]
) -> dict[str, dict[str, Decimal]]:
    """Baselines that have fallen, by kind and name: what the user took away is no cover for an orphan.

    Only of assets and pairs without an open trade, whose orders might not be known yet.
    """
    if account.futures:
        return _changed("position", baseline.positions, account.positions, trades, futures=True)
    fallen = _changed("coins", baseline.coins, account.coins, trades, futures=False)
    if not any(trade.is_open for trade in trades):
        locked = {
            asset: min(before, account.locked.get(asset, ZERO)) for asset, before in baseline.locked.items()
        }
        less = {asset: now for asset, now in locked.items() if now != baseline.locked[asset]}
        fallen |= {"locked": less} if less else {}
    return fallen


def _changed(
    kind: str,
    before: Mapping[str, Decimal],
    held: Mapping[str, Decimal],
    trades: Sequence[BookTrade],
    *,
    futures: bool,
) -> dict[str, dict[str, Decimal]]:
    less = {}
    for name, amount in before.items():
        if any(trade.is_open for trade in _mine(trades, name, futures=futures)):
            continue
        now = lowered_baseline(amount, held.get(name, ZERO), _span(trades, name, futures=futures))
        if now != amount:
            less[name] = now
    return {kind: less} if less else {}


def unexplained_lines(
    baseline: Baseline,
    account: Account,
    trades: Sequence[BookTrade],
    pairs: Sequence[str],
    tolerance_frac: Decimal,
) -> list[str]:
    """Say what stands against an entry in these pairs; nothing when all is explained."""
    lines = []
    for pair in pairs:
        lines += _orders(baseline, account, trades, pair)
        lines += (_position if account.futures else _coins)(baseline, account, trades, pair, tolerance_frac)
    if not account.futures:
        for quote in sorted({_quote(pair) for pair in pairs}):
            lines += _quote_locked(baseline, account, trades, quote, tolerance_frac)
    return list(dict.fromkeys(lines))


def _orders(baseline: Baseline, account: Account, trades: Sequence[BookTrade], pair: str) -> list[str]:
    resting = [order for order in account.orders if order.pair == pair]
    strangers = unknown_orders(resting, trades, baseline.orders)
    stop = any(o.role is Role.STOP and o.is_open for t in trades if t.pair == pair for o in t.orders)
    if account.futures and stop:
        # A stop that has just been triggered rests under another id until Freqtrade has seen it.
        strangers = [order for order in strangers if order.role is not Role.EXIT]
    return [
        f"{pair}: {order.role} order {order.id} is no trade's "
        f"({plain(order.filled)} of {plain(order.amount)} filled)"
        for order in strangers
    ]


def _coins(
    baseline: Baseline, account: Account, trades: Sequence[BookTrade], pair: str, tolerance: Decimal
) -> list[str]:
    asset = pair.split("/")[0]
    span, before = _span(trades, asset, futures=False), baseline.coins.get(asset, ZERO)
    allowed = allowed_difference(account.steps.get(pair, ZERO), span.high, tolerance)
    more = unexplained(account.coins.get(asset, ZERO), before, span, allowed)
    # Less than expected is a trade's own trouble, and no reason to think that something was doubled.
    if more <= 0:
        return []
    return [f"{asset}: {plain(more)} more on the exchange than {_explained(span.high, before)}"]


def _position(
    baseline: Baseline, account: Account, trades: Sequence[BookTrade], pair: str, tolerance: Decimal
) -> list[str]:
    span, before = _span(trades, pair, futures=True), baseline.positions.get(pair, ZERO)
    traded = max(abs(span.low), abs(span.high))
    allowed = allowed_difference(account.steps.get(pair, ZERO), traded, tolerance)
    held = account.positions.get(pair, ZERO)
    other = unexplained(held, before, span, allowed)
    if not other:
        return []
    return [
        f"{pair}: position of {plain(held)} on the exchange, {plain(held - other)} from trades and baseline"
    ]


def _quote_locked(
    baseline: Baseline, account: Account, trades: Sequence[BookTrade], quote: str, tolerance: Decimal
) -> list[str]:
    mine, before = _locked(trades, quote), baseline.locked.get(quote, ZERO)
    held = account.locked.get(quote, ZERO)
    allowed = allowed_difference(_ROUNDING, mine, tolerance)
    more = unexplained(held, before, Span(mine, mine, mine), allowed)
    if more <= 0:
        return []
    return [f"{quote}: {plain(more)} more locked in orders than {_explained(mine, before)}"]


def _explained(trades: Decimal, before: Decimal) -> str:
    return f"trades ({plain(trades)}) and baseline ({plain(before)})"
