"""Trades of a backtest for the journal, with the probability that FreqAI cached for the signal candle."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from auriga.candles import timeframe_delta
from auriga.columns import DO_PREDICT, PROBABILITY
from auriga.host.books import as_decimal
from auriga.host.journal._trades import Fill, JournalTrade, regime_of_tag
from auriga.host.predictions import TradedPredictions
from auriga.host.results import BacktestResult, WalkForward, filled_orders


def journal_of_backtest(result: BacktestResult, models: Path | None) -> list[JournalTrade]:
    """Trades of a backtest result, in the order of the result.

    Freqtrade does not export custom data, so the regime is that of the entry tag, and the probability that of
    the candle before the entry, from the predictions that the backtest was given. A backtest without FreqAI
    has none.

    Parameters
    ----------
    result : BacktestResult
    models : Path or None
        FreqAI's folder of all identifiers, `user_data/models`; None leaves every probability unknown.

    Raises
    ------
    HostError
        If those predictions are gone, or what is there is of another run.
    """
    if result.trades.empty:
        return []
    pairs = result.trades["pair"].unique()
    cached: dict[str, dict[pd.Timestamp, float]] = {pair: {} for pair in pairs}
    if models is not None and not WalkForward(result).missing:
        traded = TradedPredictions(result, models)
        cached = {pair: _probabilities(traded, pair) for pair in pairs}
    step = timeframe_delta(str(result.stats["timeframe"]))
    trades = []
    for number, named in enumerate(result.trades.to_dict("records"), start=1):
        row = {str(name): value for name, value in named.items()}
        opened = pd.Timestamp(row["open_timestamp"], unit="ms", tz="UTC")
        probability = cached[row["pair"]].get(opened.floor(step) - step)
        trades.append(_trade(number, row, result.stats, probability))
    return trades


def _probabilities(traded: TradedPredictions, pair: str) -> dict[pd.Timestamp, float]:
    """Usable probabilities by candle."""
    found: dict[pd.Timestamp, float] = {}
    for window in traded.windows(pair):
        if PROBABILITY in window.rows:  # not every FreqAI model has it
            rows = window.rows[(window.rows[DO_PREDICT] == 1) & window.rows[PROBABILITY].notna()]
            found |= dict(zip(rows["date"], rows[PROBABILITY].astype(float), strict=True))
    return found


def _trade(
    number: int, row: Mapping[str, Any], stats: Mapping[str, Any], probability: float | None
) -> JournalTrade:
    tag, is_open = _text(row["enter_tag"]), bool(row["is_open"])
    return JournalTrade(
        id=number,
        pair=row["pair"],
        is_short=bool(row["is_short"]),
        currency=stats["stake_currency"],
        leverage=as_decimal(row["leverage"] or 1.0),
        stake=as_decimal(row["max_stake_amount"]),
        opened_at=_moment(row["open_timestamp"]),
        closed_at=None if is_open else _moment(row["close_timestamp"]),
        fee_open_frac=as_decimal(row["fee_open"]),
        fee_close_frac=as_decimal(row["fee_close"]),
        funding=_funding(row),
        pnl=as_decimal(row["profit_abs"]),
        pnl_frac=as_decimal(row["profit_ratio"]),
        enter_tag=tag,
        exit_reason=_text(row["exit_reason"]),
        regime=regime_of_tag(tag),
        probability=probability,
        strategy=_text(stats.get("strategy_name")),
        fills=_fills(row),
    )


def _fills(row: Mapping[str, Any]) -> tuple[Fill, ...]:
    """Filled orders; the export has the funding of the whole trade only, so the last exit gets it."""
    orders = filled_orders(row)
    exits = [number for number, order in enumerate(orders) if not order["ft_is_entry"]]
    last = exits[-1] if exits else -1
    return tuple(
        _fill(order, row, _funding(row) if number == last else Decimal(0))
        for number, order in enumerate(orders)
    )


def _fill(order: Mapping[str, Any], row: Mapping[str, Any], funding: Decimal) -> Fill:
    is_entry = bool(order["ft_is_entry"])
    price, amount = as_decimal(order["safe_price"]), as_decimal(order["amount"])
    return Fill(
        at=_moment(order["order_filled_timestamp"]),
        side="buy" if is_entry != bool(row["is_short"]) else "sell",
        is_entry=is_entry,
        price=price,
        amount=amount,
        kept=amount,
        fee=amount * price * as_decimal(row["fee_open"] if is_entry else row["fee_close"]),
        funding=funding,
        tag=_text(order["ft_order_tag"]) or _text(row["enter_tag" if is_entry else "exit_reason"]),
    )


def _funding(row: Mapping[str, Any]) -> Decimal:
    fees = row.get("funding_fees")
    return as_decimal(0.0 if pd.isna(fees) else fees)


def _moment(milliseconds: float) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)


def _text(value: object) -> str:
    """Text, or nothing for what a frame shows as missing."""
    return value if isinstance(value, str) else ""
