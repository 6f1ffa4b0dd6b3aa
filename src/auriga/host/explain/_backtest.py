"""Why a backtest opened a trade, or opened none at a candle."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from auriga.candles import timeframe_delta
from auriga.errors import AurigaError, HostError, clause
from auriga.host.explain._candle_view import SAME, attributed, candle_row, predicted, signal_view
from auriga.host.explain._explanation import Explanation, ModelView, SignalView, TradeView
from auriga.host.journal import JournalTrade, average_price, journal_of_backtest
from auriga.host.predictions import TradedPredictions
from auriga.host.reload import Recomputed, recomputed, told_parameters
from auriga.host.results import BacktestResult, WalkForward
from auriga.host.seals import Window, look_at_model
from auriga.host.setup import own_command


def explain_backtest_trade(
    result: BacktestResult, models: Path, datadir: Path, number: int, *, top: int = 12
) -> Explanation:
    """Explain a trade of a backtest.

    Parameters
    ----------
    result : BacktestResult
    models : Path
        FreqAI's folder of all identifiers, `user_data/models`.
    datadir : Path
        Folder of the candles the backtest ran on.
    number : int
        Place in the result from 1 on, as the journal has it.
    top : int
        How many features are named.

    Raises
    ------
    HostError
        If there is no such trade.
    """
    trades = journal_of_backtest(result, None)
    if not 1 <= number <= len(trades):
        raise HostError(
            f"there is no trade {number} in {result.path.name}; it has {len(trades)}, numbered from 1 as in: "
            + own_command("auriga", "journal", "--result", str(result.path), "--by", "trade")
        )
    trade = trades[number - 1]
    step = timeframe_delta(result.timeframe)
    at = pd.Timestamp(trade.opened_at).floor(step) - step
    explained = explain_backtest_candle(result, models, datadir, trade.pair, at, top=top)
    return replace(explained, trade=trade_view(trade, {}))


def explain_backtest_candle(
    result: BacktestResult, models: Path, datadir: Path, pair: str, at: pd.Timestamp, *, top: int = 12
) -> Explanation:
    """Explain any candle of a backtest; `at` is its opening time (UTC), other arguments as for a trade.

    What cannot be known any more is said in the notes; the rest is there.

    Raises
    ------
    HostError
        If the backtest has no such pair, did not predict this candle, or its predictions are gone or of
        another run.
    """
    if pair not in result.pairs:
        raise HostError(f"the backtest has no pair {pair}; it has {', '.join(result.pairs)}")
    at = at.floor(timeframe_delta(result.timeframe))
    window = _window_of(result, at)
    view = _traded(result, models, pair, window, at)
    notes: list[str] = []
    signal = SignalView()
    try:
        until = int((at + timeframe_delta(result.timeframe)).timestamp())
        with recomputed(result, models.parent, datadir, until=until) as again:
            row = candle_row(again, pair, at)
            view, more = _attributed(again, result, models, pair, window, row, view, top)
            notes += more
            told = told_parameters(result)
            if not told and again.strategy._ft_params_from_file:
                notes.append("thresholds are of today's parameter file; the backtest was run without one")
            signal = signal_view(again, pair, row, view.probability, view.usable, told)
    except AurigaError as error:
        notes.append(str(error))
    return Explanation(
        str(result.path), pair, result.timeframe, at, view, signal, None, tuple(dict.fromkeys(notes))
    )


def trade_view(trade: JournalTrade, frozen: dict[str, str | float]) -> TradeView:
    """View of a trade from the journal's."""
    opened, closed = average_price(trade.entries), average_price(trade.exits)
    return TradeView(
        id=trade.id,
        direction=trade.direction,
        enter_tag=trade.enter_tag,
        opened_at=pd.Timestamp(trade.opened_at),
        open_rate=None if opened is None else float(opened),
        stake=float(trade.stake),
        leverage=float(trade.leverage),
        currency=trade.currency,
        closed_at=None if trade.closed_at is None else pd.Timestamp(trade.closed_at),
        close_rate=None if closed is None else float(closed),
        exit_reason=trade.exit_reason,
        profit=float(trade.pnl) if trade.closed_at else None,
        profit_frac=None if trade.pnl_frac is None else float(trade.pnl_frac),
        frozen=frozen,
    )


def compared(view: ModelView) -> list[str]:
    """A note if the probability comes out differently today."""
    if view.recomputed is None or view.probability is None or abs(view.recomputed - view.probability) <= SAME:
        return []
    return [
        f"the probability comes out as {view.recomputed:.6f} today, then it was {view.probability:.6f}: "
        "candles, settings or code have changed since, and so have the contributions"
    ]


def _window_of(result: BacktestResult, at: pd.Timestamp) -> Window:
    moment = int(at.timestamp()) * 1000
    windows = WalkForward(result).require()
    for window in windows:
        if window.test_start <= moment < window.test_stop:
            return window
    first, last = (pd.Timestamp(ms, unit="ms") for ms in (windows[0].test_start, windows[-1].test_stop))
    raise HostError(
        f"the backtest did not predict {at:%Y-%m-%d %H:%M}; it reaches from {first:%Y-%m-%d %H:%M} to "
        f"{last:%Y-%m-%d %H:%M}"
    )


def _traded(result: BacktestResult, models: Path, pair: str, window: Window, at: pd.Timestamp) -> ModelView:
    """Prediction as the backtest had it."""
    start, stop = (
        pd.Timestamp(moment, unit="ms", tz="UTC") for moment in (window.train_start, window.train_stop)
    )
    for traded in TradedPredictions(result, models).windows(pair):
        rows = traded.rows[traded.rows["date"] == at]
        if traded.stamp == window.stamp and len(rows):
            values = {str(name): value for name, value in rows.iloc[0].items()}
            return replace(predicted(values), trained_from=start, trained_until=stop)
    raise HostError(f"{result.path.name} was given no prediction of {pair} at {at:%Y-%m-%d %H:%M}")


def _attributed(
    again: Recomputed,
    result: BacktestResult,
    models: Path,
    pair: str,
    window: Window,
    row: int,
    view: ModelView,
    top: int,
) -> tuple[ModelView, list[str]]:
    try:
        place = TradedPredictions(result, models).model(pair, window.stamp)
        if place is None:
            raise HostError(
                "the model of this window was not saved; backtests keep models only with "
                "freqai.save_backtest_models set to true"
            )
        saved = look_at_model(*place)
        if isinstance(saved, str):
            raise HostError(saved)
        view = attributed(again, pair, row, saved, view, top)
    except AurigaError as error:
        return view, [f"features cannot be attributed: {clause(error)}"]
    notes = compared(view)
    if notes and (changes := again.changes(saved)):
        notes.append(f"changed since: {'; '.join(changes[:3])}")
    return view, notes
