"""Why a dry-run or live bot opened a trade, or opened none at a candle."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from freqtrade.exceptions import FreqtradeException

from auriga.candles import timeframe_delta
from auriga.columns import LIVE_REGIME, PROBABILITY, TRAINED_AT
from auriga.errors import AurigaError, HostError, clause
from auriga.host.books import shown_url
from auriga.host.explain._backtest import compared, trade_view
from auriga.host.explain._candle_view import attributed, candle_row, predicted, signal_view
from auriga.host.explain._explanation import Explanation, ModelView, SignalView
from auriga.host.journal import frozen_of_database, journal_of_database
from auriga.host.predictions import read_live_predictions
from auriga.host.reload import Recomputed, loaded
from auriga.host.seals import SavedModel, look_at_model, model_place
from auriga.host.trading import DECIMALS
from auriga.typing import Regime

_LATE_CANDLES = 12
"""How many recorded candles before its opening a trade may have been decided on."""

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
    used: dict[str, Any] = copy.deepcopy(dict(config))
    at = at.floor(timeframe_delta(used["timeframe"]))
    folder: Path = used["user_data_dir"] / "models" / str(used["freqai"].get("identifier", ""))
    said = _recorded(folder, pair, at, frozen or {})
    at, view, regime, notes = said.at, said.view, said.regime, said.notes
    signal = SignalView(regime=regime)
    saved = _model(folder, pair, view)
    if isinstance(saved, str):
        notes.append(saved)
    _needed_candles(used, at)
    try:
        with loaded(used, [pair]) as again:
            row = candle_row(again, pair, at)
            if not isinstance(saved, str):
                view, more = _attributed(again, pair, row, saved, view, top)
                notes += more
            signal = signal_view(again, pair, row, view.probability, view.usable, {})
            notes += _other_regime(regime, signal)
    except (AurigaError, FreqtradeException) as error:
        notes.append(f"the candle cannot be looked at again: {clause(error)}")
    source = str(used["user_data_dir"])
    return Explanation(source, pair, used["timeframe"], at, view, signal, None, tuple(notes))


@dataclass(frozen=True)
class _Said:
    """What the bot said of a candle: its time, the prediction, the regime then, and what is not known."""

    at: pd.Timestamp
    view: ModelView
    regime: str | None
    notes: list[str]


def _recorded(folder: Path, pair: str, at: pd.Timestamp, frozen: Mapping[str, str | float]) -> _Said:
    """Look a candle up in the record of predictions; of a trade, the one with the frozen probability."""
    kept = ModelView(
        expert=str(frozen["expert"]) if "expert" in frozen else None,
        probability=float(frozen["probability"]) if "probability" in frozen else None,
    )
    regime = str(frozen["regime"]) if "regime" in frozen else None
    try:
        record = {live.pair: live.rows for live in read_live_predictions(folder)}
    except HostError as error:
        return _Said(at, kept, regime, [str(error)])
    values = _recorded_row(record.get(pair), at, kept.probability)
    if values is None:
        note = f"the bot recorded no prediction of {pair} at {at:%Y-%m-%d %H:%M} in {folder}"
        return _Said(at, kept, regime, [note])
    until = pd.Timestamp(int(values[TRAINED_AT]), unit="s", tz="UTC")
    view = replace(predicted(values), trained_until=until)
    return _Said(values["date"], view, regime or Regime(int(values[LIVE_REGIME])).label, [])


def _recorded_row(rows: pd.DataFrame | None, at: pd.Timestamp, frozen: float | None) -> dict[str, Any] | None:
    """Row of a candle; a slow bot may have traded on an earlier one, which has the frozen probability."""
    if rows is None:
        return None
    before = rows[rows["date"] <= at].tail(_LATE_CANDLES)
    same = before["date"] == at
    if frozen is not None:
        same = (before[PROBABILITY] - frozen).abs() < 0.6 * 10**-DECIMALS
    found = before[same]
    return {str(name): value for name, value in found.iloc[-1].items()} if len(found) else None


def _model(folder: Path, pair: str, view: ModelView) -> SavedModel | str:
    if view.trained_until is None:
        return "features cannot be attributed: nothing tells which model answered this candle"
    saved = look_at_model(*model_place(folder, pair, int(view.trained_until.timestamp())))
    if isinstance(saved, SavedModel):
        return saved
    until = f"{view.trained_until:%Y-%m-%d %H:%M}"
    return (
        f"features cannot be attributed: the model that was trained until {until} is gone from {folder} "
        f"({saved}). freqai.purge_old_models says how many of a pair are kept; 0 keeps all"
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
        return view, [f"features cannot be attributed: {clause(error)}"]
    return view, compared(view)


def _other_regime(then: str | None, now: SignalView) -> list[str]:
    if then is None or now.regime == then:
        return []
    return [
        f"the regime comes out as {now.regime} today, then it was {then}: candles or settings have changed"
    ]
