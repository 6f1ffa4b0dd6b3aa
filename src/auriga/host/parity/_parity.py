"""Does the backtest path say today what the bot said live? Candle by candle, from the bot's own record."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from freqtrade.exceptions import FreqtradeException

from auriga.candles import timeframe_delta
from auriga.columns import DO_PREDICT, LIVE_REGIME, TRAINED_AT
from auriga.errors import HostError
from auriga.host.journal import JournalTrade
from auriga.host.parity._causes import START_UP, missing_features, start_up_cause
from auriga.host.parity._models import LiveModels, changed_facts
from auriga.host.parity._rows import (
    CANDLE,
    MISSING,
    PREDICTION,
    REGIME_DIFFERS,
    UNUSABLE,
    Difference,
    Replay,
    candle_rows,
    replayed_rows,
    row_differences,
)
from auriga.host.parity._trades import TradeParity, trade_parity
from auriga.host.predictions import LivePredictions, read_live_predictions
from auriga.host.reload import offline_config, strategy_and_model
from auriga.host.rows import Market
from auriga.host.seals import Training, TrainingLog, facts
from auriga.host.setup import download_command
from auriga.host.signals import add_entries, add_signal_columns

NO_MODEL, OTHER_SETTINGS = "no model", "made with other settings or code"

CANDLES = (CANDLE, MISSING)

_EXPLAINED = 5
"""Differences whose cause is looked for: each costs the features of a pair."""


@dataclass(frozen=True)
class Parity:
    """What came of a comparison.

    Attributes
    ----------
    record : Path
        Folder of the bot's models and record.
    compared : dict of pair to int
        Candles that were compared.
    first, last : Timestamp
        Span of the compared candles, UTC.
    left_out : dict of str to int
        Candles that were not compared, by reason.
    models : dict of str to int
        Models by where they came from.
    repeated : (int, int)
        Saved models that were trained once more and answered the same, and how many were tried.
    differences : tuple of Difference
        Oldest first; of one candle in order of cause.
    trades : TradeParity or None
        None where there was no database.
    changed : tuple of str
        Settings, code and packages that are not as when the bot trained (only if that was to be ignored).
    """

    record: Path
    compared: dict[str, int]
    first: pd.Timestamp
    last: pd.Timestamp
    left_out: dict[str, int]
    models: dict[str, int]
    repeated: tuple[int, int]
    differences: tuple[Difference, ...]
    trades: TradeParity | None
    changed: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not self.differences and not (self.trades and self.trades.differences)


def live_parity(
    config: Mapping[str, Any],
    trades: Sequence[JournalTrade] | None = None,
    *,
    anyway: bool = False,
    repeat: bool = False,
    on_step: Callable[[str], None] = lambda text: None,
) -> Parity:
    """Replay the candles that a bot predicted through the backtest path.

    Reads only: FreqAI's folder of the identifier, the downloaded candles.

    Parameters
    ----------
    config : mapping
        The bot's configuration, as `load_config` reads it. Not changed.
    trades : sequence of JournalTrade, optional
        The bot's trades.
    anyway : bool
        Compare although settings, code or packages are not those that the bot trained with.
    repeat : bool
        Train each saved model once more, and say whether it answers the same.
    on_step : callable
        Told what is being done.

    Raises
    ------
    HostError
        If there is no record, no candles, or nothing can be compared; with the remedy.
    """
    try:
        with TemporaryDirectory(prefix="auriga-parity-") as scratch:
            return _Comparison(config, Path(scratch), anyway, on_step).result(trades, repeat)
    except FreqtradeException as error:
        raise HostError(str(error)) from None


class _Comparison:
    """One comparison; everything that its steps share."""

    def __init__(
        self, config: Mapping[str, Any], scratch: Path, anyway: bool, on_step: Callable[[str], None]
    ) -> None:
        used = offline_config(config)
        self.folder = used["user_data_dir"] / "models" / str(used["freqai"].get("identifier", ""))
        self._on_step = on_step
        self.live = read_live_predictions(self.folder)
        trainings = TrainingLog(self.folder).read()
        used["timerange"] = f"{_begin(self.live, trainings)}-"
        self.strategy, self.glue = strategy_and_model(used, scratch)
        self.timeframe = used["timeframe"]
        self.market = self._new_market()
        self.models = LiveModels(self.glue, self.strategy, self.folder, trainings)
        self.left_out: Counter[str] = Counter()
        self.changed = self._changed(trainings, anyway)

    def _new_market(self) -> Market:
        candles = self.strategy.dp.get_pair_dataframe
        return Market(self.strategy, self.glue.config, self.glue.settings, self.glue.label, candles)

    def _changed(self, trainings: Sequence[Training], anyway: bool) -> tuple[str, ...]:
        """Leave out what was made with other settings; refuse if that is everything."""
        glue = self.glue
        now = facts(glue.config, glue.settings, type(glue), self.strategy)
        other = {t.trained_at: lines for t in trainings if (lines := changed_facts(t, now))}
        if not other:
            return ()
        latest = tuple(other[max(other)])
        if anyway:
            return latest
        for number, each in enumerate(self.live):
            stays = ~each.rows[TRAINED_AT].isin(list(other))
            self.left_out[OTHER_SETTINGS] += int((~stays).sum())
            self.live[number] = replace(each, rows=each.rows[stays].reset_index(drop=True))
        if not any(len(each.rows) for each in self.live):
            shown = "\n  ".join(latest[:8])
            raise HostError(
                "settings, code or packages have changed since the bot trained, so today's backtest path "
                f"says nothing of it:\n  {shown}\nGive the bot's own configuration and version, wait for its "
                "next training, or compare all the same with --anyway"
            )
        return ()

    def result(self, trades: Sequence[JournalTrade] | None, repeat: bool) -> Parity:
        """Compare everything that can be compared."""
        found: list[Difference] = []
        compared: dict[str, int] = {}
        signals: dict[str, pd.DataFrame] = {}
        for each in self.live:
            self.left_out["filled in at the first prediction"] += each.filled_in
            self.left_out["missed: stopped, too slow or killed"] += len(each.missed)
            self.left_out["not traded: another candle came late"] += len(each.late)
            self.left_out["model expired"] += len(each.expired)
            replays = self._replays(each, found)
            compared[each.pair] = sum(len(replay.live) + len(replay.absent) for replay in replays)
            signals[each.pair] = self._signals(each.pair, replays)
        if not sum(compared.values()):
            reasons = ", ".join(f"{count} {reason}" for reason, count in self.left_out.items() if count)
            raise HostError(f"no live prediction in {self.folder} can be compared ({reasons or 'none yet'})")
        self._on_step("trades")
        judged = None if trades is None else trade_parity(trades, signals, self.timeframe)
        dates = pd.concat([each.rows["date"] for each in self.live])
        return Parity(
            record=self.folder,
            compared=compared,
            first=dates.min(),
            last=dates.max(),
            left_out={reason: count for reason, count in self.left_out.items() if count},
            models=self.models.counts(),
            repeated=self._repeated() if repeat else (0, 0),
            differences=tuple(self._explained(sorted(found, key=_cause_first))),
            trades=judged,
            changed=self.changed,
        )

    def _repeated(self) -> tuple[int, int]:
        self._on_step("training saved models once more")
        return self.models.repeated()

    # --- rows -------------------------------------------------------------------------------------

    def _replays(self, live: LivePredictions, found: list[Difference]) -> list[Replay]:
        """Replay a pair's rows, model by model; differences are appended to `found`."""
        if live.rows.empty:
            return []
        self._require_candles(live)
        replays = []
        for stamp in sorted(int(value) for value in live.rows[TRAINED_AT].unique()):
            group = live.rows[live.rows[TRAINED_AT] == stamp]
            self._on_step(f"{live.pair}: model of {pd.Timestamp(stamp, unit='s'):%Y-%m-%d %H:%M}")
            model = self.models.of(live.pair, stamp)
            if model.model is None:
                self.left_out[f"{NO_MODEL}: {model.complaint}"] += len(group)
                continue
            rows = candle_rows(self.market, live.pair, group["date"])
            there, absent = group[rows >= 0], pd.DatetimeIndex(group["date"][rows < 0])
            frame = replayed_rows(self.glue, self.market, live.pair, rows[rows >= 0], model.model)
            replay = Replay(live.pair, there.reset_index(drop=True), frame, absent)
            found += row_differences(replay, model, self.glue.label)
            replays.append(replay)
        return replays

    def _require_candles(self, live: LivePredictions) -> None:
        """Refuse a comparison for which next to nothing was downloaded."""
        frame = self.strategy.dp.get_pair_dataframe(live.pair, self.timeframe)
        last, first = live.rows["date"].iloc[-1], live.rows["date"].iloc[0]
        if frame.empty or frame["date"].iloc[-1] < first:
            there = "none" if frame.empty else f"up to {frame['date'].iloc[-1]:%Y-%m-%d %H:%M}"
            raise HostError(
                f"{live.pair} has live predictions from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}, but "
                f"the {self.timeframe} candles in {self.glue.config['datadir']} are {there}; get them with: "
                f"{self._download(live.pair, first)}"
            )

    def _download(self, pair: str, first: pd.Timestamp) -> str:
        settings, options = self.glue.settings, self.glue.config["freqai"]["feature_parameters"]
        frames = sorted({self.timeframe, settings.timeframe, *options["include_timeframes"]},
                        key=timeframe_delta)  # fmt: skip
        return download_command(pair, frames, first - pd.Timedelta(days=1), config=self.glue.config)

    def _signals(self, pair: str, replays: Sequence[Replay]) -> pd.DataFrame:
        """Replayed candles of a pair with thresholds and entries, by date."""
        if not replays:
            return pd.DataFrame()
        rows = pd.concat([replay.replayed for replay in replays], ignore_index=True).sort_values("date")
        own = self.market.rows(pair).features.frame
        frame = own.assign(date=own["date"].dt.as_unit("ms")).merge(
            rows.drop(columns=[name for name in rows if name in own and name != "date"]).assign(
                date=rows["date"].dt.as_unit("ms")
            ),
            on="date",
            how="left",
        )
        frame[DO_PREDICT] = frame[DO_PREDICT].fillna(0)
        strategy: Any = self.strategy  # one with thresholds
        settings, thresholds = self.glue.settings, strategy.thresholds
        frame = add_signal_columns(frame, settings, thresholds)
        can_short = bool(strategy.can_short)
        frame = add_entries(frame, settings, thresholds, timeframe=self.timeframe, can_short=can_short)
        return frame[frame["date"].isin(rows["date"])].reset_index(drop=True)

    # --- causes -----------------------------------------------------------------------------------

    def _explained(self, found: Sequence[Difference]) -> list[Difference]:
        explained = []
        changed = next((one for one in found if one.reason in CANDLES), None)
        for number, one in enumerate(found):
            if one.reason == PREDICTION and changed is not None and changed.date <= one.date:
                why = f"after the candle of {changed.pair} at {changed.date:%Y-%m-%d %H:%M}: {changed.reason}"
                explained.append(replace(one, detail=why))
                continue
            wanted = number < _EXPLAINED and one.reason in (PREDICTION, UNUSABLE, REGIME_DIFFERS)
            explained.append(self._explain(one) if wanted else one)
        return explained

    def _explain(self, one: Difference) -> Difference:
        """Look whether the few candles of a bot give other features or another regime than all."""
        self._on_step(f"{one.pair}: cause of the difference at {one.date:%Y-%m-%d %H:%M}")
        candles = next(each.filled_in for each in self.live if each.pair == one.pair)
        column, words = start_up_cause(self.strategy, self.glue, self.market, one.pair, one.date, candles)
        if column and (one.reason != REGIME_DIFFERS or column == LIVE_REGIME):
            return replace(one, reason=START_UP, detail=words)
        if one.reason == UNUSABLE:
            row = int(candle_rows(self.market, one.pair, pd.Series([one.date]))[0])
            lacking = missing_features(self.market, one.pair, row)
            side = "the backtest path" if lacking else "the bot"
            return replace(one, detail=f"{side} lacked a feature{': ' * bool(lacking)}{lacking}")
        detail = "not by the number of candles; candles of the bot before this one may have been others"
        return replace(one, detail=one.detail or detail)


def _cause_first(one: Difference) -> tuple[pd.Timestamp, bool]:
    """Oldest first; of one moment candles that differ, since every pair reads those of leading pairs."""
    return one.date, one.reason not in CANDLES


def _begin(live: Sequence[LivePredictions], trainings: Sequence[Training]) -> int:
    """First moment (seconds) of the candles that are needed."""
    rows = [each.rows for each in live if len(each.rows)]
    if not rows:
        filled = sum(each.filled_in for each in live)
        raise HostError(
            f"the record has no true live prediction yet ({filled} candles were filled in with hindsight at "
            "the start); wait for the bot's next candles"
        )
    moments = [int(each["date"].iloc[0].timestamp()) for each in rows]
    used = {int(stamp) for each in rows for stamp in each[TRAINED_AT].unique()}
    moments += [training.load_start for training in trainings if training.trained_at in used]
    return min(moments)
