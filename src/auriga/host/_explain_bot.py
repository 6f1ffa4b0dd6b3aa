"""Why a dry-run or live bot opened a trade, or opened none at a candle."""

import copy
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from freqtrade.exceptions import FreqtradeException  # type: ignore[import-untyped]

from auriga.candles import timeframe_delta
from auriga.columns import LIVE_REGIME, TRAINED_AT
from auriga.errors import AurigaError, HostError
from auriga.host._candle_view import attributed, candle_row, expert_name, predicted, signal_view
from auriga.host._explain_backtest import compared, trade_view
from auriga.host._explanation import Explanation, ModelView, SignalView
from auriga.host._journal_database import frozen_of_database, journal_of_database
from auriga.host._live_predictions import read_live_predictions
from auriga.host._recomputed import Recomputed, loaded
from auriga.host._result_windows import model_place
from auriga.host._saved import SavedModel, look_at_model
from auriga.host._trade_books import shown_url

_WARM_UP_DAYS = 30
"""Days of candles before the one that is explained, beside the start-up candles of every timeframe."""


def explain_bot_trade(config: Mapping[str, Any], db_url: str, trade_id: int, *, top: int = 12) -> Explanation:
    """Explain a trade of a bot, also while the bot runs; only reads.

    Parameters
    ----------
    config : mapping
        The bot's configuration, as `load_config` reads it.
    db_url : str
        As Freqtrade's option.
    trade_id : int
        As `/status` shows it.
    top : int
        How many features are named.

    Raises
    ------
    HostError
        If there is no such trade, or the database cannot be read.
    """
    trades = {trade.id: trade for trade in journal_of_database(db_url)}
    if trade_id not in trades:
        known = f"they are numbered {min(trades)} to {max(trades)}" if trades else "it has none"
        raise HostError(f"there is no trade {trade_id} in {shown_url(db_url)}; {known}")
    trade, frozen = trades[trade_id], frozen_of_database(db_url, trade_id)
    step = timeframe_delta(config["timeframe"])
    at = pd.Timestamp(trade.opened_at).floor(step) - step
    explained = explain_bot_candle(config, trade.pair, at, top=top, frozen=frozen)
    return replace(explained, source=shown_url(db_url), trade=trade_view(trade, frozen))


def explain_bot_candle(
    config: Mapping[str, Any],
    pair: str,
    at: pd.Timestamp,
    *,
    top: int = 12,
    frozen: Mapping[str, str | float] | None = None,
) -> Explanation:
    """Explain any candle of a bot's pair; `at` is its opening time (UTC), other arguments as for a trade.

    What the bot said comes from FreqAI's record of its predictions, or from what the trade froze; features
    from the downloaded candles. What cannot be known any more is said in the notes.
    """
    config = copy.deepcopy(dict(config))
    at = at.floor(timeframe_delta(config["timeframe"]))
    folder: Path = config["user_data_dir"] / "models" / str(config["freqai"].get("identifier", ""))
    view, regime, notes = _recorded(folder, pair, at, frozen or {})
    signal = SignalView(regime=regime)
    saved = _model(folder, pair, view)
    if isinstance(saved, str):
        notes.append(saved)
    _needed_candles(config, at)
    try:
        with loaded(config, [pair]) as again:
            row = candle_row(again, pair, at)
            if not isinstance(saved, str):
                view, more = _attributed(again, pair, row, saved, view, top)
                notes += more
            signal = signal_view(again, pair, row, view.probability, view.usable, {})
            notes += _other_regime(regime, signal)
    except (AurigaError, FreqtradeException) as error:
        notes.append(f"the candle cannot be looked at again: {error}")
    source = str(config["user_data_dir"])
    return Explanation(source, pair, config["timeframe"], at, view, signal, None, tuple(notes))


def _recorded(
    folder: Path, pair: str, at: pd.Timestamp, frozen: Mapping[str, str | float]
) -> tuple[ModelView, str | None, list[str]]:
    """What the bot said, its regime then, and what is not known."""
    kept = ModelView(
        expert=str(frozen["expert"]) if "expert" in frozen else None,
        probability=float(frozen["probability"]) if "probability" in frozen else None,
    )
    regime = str(frozen["regime"]) if "regime" in frozen else None
    try:
        record = {live.pair: live.rows for live in read_live_predictions(folder)}
    except HostError as error:
        return kept, regime, [str(error)]
    rows = record.get(pair, pd.DataFrame(columns=["date"]))
    rows = rows[rows["date"] == at] if len(rows) else rows
    if rows.empty:
        return kept, regime, [f"the bot recorded no prediction of {pair} for this candle in {folder}"]
    values = rows.iloc[-1].to_dict()
    view = predicted(values)
    until = pd.Timestamp(int(values[TRAINED_AT]), unit="s", tz="UTC")
    return replace(view, trained_until=until), regime or expert_name(values[LIVE_REGIME]), []


def _model(folder: Path, pair: str, view: ModelView) -> SavedModel | str:
    if view.trained_until is None:
        return "features cannot be attributed: nothing tells which model answered this candle"
    saved = look_at_model(*model_place(folder, pair, int(view.trained_until.timestamp())))
    if isinstance(saved, SavedModel):
        return saved
    return (
        f"features cannot be attributed: the model that was trained until {view.trained_until:%Y-%m-%d %H:%M} "
        f"is gone from {folder} ({saved}). freqai.purge_old_models says how many models of a pair are kept; 0 "
        "keeps all"
    )


def _needed_candles(config: dict[str, Any], at: pd.Timestamp) -> None:
    """Ask for the candles up to this one, with no more than the warm-up before them."""
    span = at.floor("D"), at + timeframe_delta(config["timeframe"])
    config["timerange"] = "-".join(str(int(moment.timestamp())) for moment in span)
    freqai = config["freqai"]
    freqai["base_train_period_days"] = freqai["train_period_days"] = _WARM_UP_DAYS
    config["regime"] = config.get("regime", {}) | {"expert_train_period_days": None}


def _attributed(
    again: Recomputed, pair: str, row: int, saved: SavedModel, view: ModelView, top: int
) -> tuple[ModelView, list[str]]:
    try:
        view = attributed(again, pair, row, saved, view, top)
    except AurigaError as error:
        return view, [f"features cannot be attributed: {error}"]
    return view, compared(view)


def _other_regime(then: str | None, now: SignalView) -> list[str]:
    if then is None or now.regime == then:
        return []
    return [
        f"the regime comes out as {now.regime} today, then it was {then}: candles or settings have changed"
    ]
