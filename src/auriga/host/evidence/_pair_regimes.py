"""One pair over one period: what several detectors say, beside hindsight or the truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from freqtrade.configuration import TimeRange

from auriga.candles import timeframe_delta
from auriga.errors import HostError
from auriga.evaluation import compare_regimes, offline_regimes, regime_table, unknown_share
from auriga.host.evidence._regime_views import detector_settings, regime_views
from auriga.host.results import read_slow_candles
from auriga.host.rows import regime_pair
from auriga.host.setup import download_command, within_timerange
from auriga.settings import RegimeSettings
from auriga.typing import Regime, RegimeArray, RegimeStatus

OFFLINE = "offline"
"""Name of the labelling with hindsight among the references."""


@dataclass(frozen=True, eq=False)
class PairRegimes:
    """Regimes of one pair over one period by several detectors.

    Attributes
    ----------
    pair, timeframe : str
        Of the slow candles.
    source : str
        Timeframe of the file the candles were read from; `timeframe` unless they were resampled.
    candles : DataFrame of shape (n, 6)
        Slow candles of the period.
    told_by : str
        Pair whose candles the detectors saw: `reference_pair` of the settings, or the pair itself.
    views : dict of str to DataFrame of shape (n, 6)
        As `regime_views` returns them, by detector; row t is known at the close of candle t.
    references : dict of str to array of shape (n,)
        Regimes in force during candle t, by name; `"offline"` is always there.
    silent : dict of str to str
        Optional detectors that have no answer in the whole period, and why.
    """

    pair: str
    timeframe: str
    source: str
    told_by: str
    candles: pd.DataFrame
    views: Mapping[str, pd.DataFrame]
    references: Mapping[str, RegimeArray]
    silent: Mapping[str, str] = field(default_factory=dict)

    @property
    def start(self) -> int:
        """Position of the first candle for which every detector has an answer."""
        return max(_first_answer(view["regime"]) for view in self.views.values())

    def comparison(self) -> pd.DataFrame:
        """Detectors side by side over the same candles, from `start` on (see `compare_regimes`).

        `unknown_frac` counts all candles of the period.
        """
        detected = {name: view["regime"].to_numpy()[self.start :] for name, view in self.views.items()}
        known = {name: regimes[self.start :] for name, regimes in self.references.items()}
        table = compare_regimes(detected, known, self.timeframe)
        for name, view in self.views.items():
            table.loc[name, "unknown_frac"] = unknown_share(view["regime"].to_numpy())
        return table

    def details(self) -> dict[str, pd.DataFrame]:
        """One row a regime for each detector and reference, from `start` on (see `regime_table`)."""
        close = self.candles["close"].to_numpy()[self.start :]
        tables = {
            name: regime_table(close, view["regime"].to_numpy()[self.start :], self.timeframe)
            for name, view in self.views.items()
        }
        for name, regimes in self.references.items():
            tables[name] = regime_table(close, regimes[self.start :], self.timeframe, known_before=False)
        return tables

    def figures(self) -> pd.DataFrame:
        """All numbers, one a row: `pair`, `detector`, `regime` (empty: of all), `figure`, `value`."""
        keys = ["detector", "regime"]
        parts = [self.comparison().rename_axis("detector").reset_index().assign(regime="")]
        parts += [table.reset_index().assign(detector=name) for name, table in self.details().items()]
        tidy = pd.concat([part.melt(id_vars=keys, var_name="figure") for part in parts], ignore_index=True)
        return tidy.dropna(subset="value").assign(pair=self.pair)[["pair", *keys, "figure", "value"]]


def read_pair_regimes(
    datadir: Path,
    pair: str,
    settings: RegimeSettings,
    detectors: Sequence[str],
    *,
    timerange: str | None = None,
    optional: Sequence[str] = (),
    data_format: str | None = None,
) -> PairRegimes:
    """Regimes of a pair by several detectors, from candles on disk.

    Parameters
    ----------
    datadir : Path
        Folder of downloaded candles; slow ones are made of faster ones where they are missing.
    pair : str
    settings : RegimeSettings
    detectors : sequence of str
        As in `detector_settings`.
    timerange : str, optional
        Period in Freqtrade's notation. Earlier candles serve as warm-up, later ones only hindsight.
    optional : sequence of str
        Those of the detectors that are left out where there are too few candles for an answer.
    data_format : str, optional
        As in `read_candles`.

    Raises
    ------
    HostError
        If there are no candles, none in the period, or too few for a detector to answer.
    SettingsError
        If a detector is unknown.
    """
    candles, source = read_slow_candles(datadir, pair, settings.timeframe, data_format)
    shown = within_timerange(candles, timerange).index
    if shown.empty:
        raise HostError(
            f"{pair} has candles from {_day(candles, 0)} to {_day(candles, -1)}, none in {timerange}; choose "
            f"another period, or: {_download(pair, source, candles, str(timerange))}"
        )
    told_by = regime_pair(pair, settings)
    telling = candles
    if told_by != pair:
        telling, _ = read_slow_candles(datadir, told_by, settings.timeframe, data_format)
    views = regime_views(telling, settings, detectors)
    views = {name: _on_dates(view, candles["date"]) for name, view in views.items()}
    offline = offline_regimes(candles["close"].to_numpy())
    silent = {
        name: _too_short(told_by, name, view, detector_settings(settings, name), source)
        for name, view in views.items()
        if (view["regime"].loc[shown] == Regime.UNKNOWN).all()
    }
    required = [why for name, why in silent.items() if name not in optional]
    if required or len(silent) == len(views):
        raise HostError((required or list(silent.values()))[0])
    return PairRegimes(
        pair=pair,
        timeframe=settings.timeframe,
        source=source,
        told_by=told_by,
        candles=candles.loc[shown].reset_index(drop=True),
        views={name: views[name].loc[shown].reset_index(drop=True) for name in views if name not in silent},
        references={OFFLINE: offline[shown.to_numpy()]},
        silent=silent,
    )


def _on_dates(view: pd.DataFrame, dates: pd.Series) -> pd.DataFrame:
    """Rows of a view at these dates; unknown where the candles that tell the regime are missing."""
    joined = dates.to_frame("date").merge(view, on="date", how="left")
    unknown = {"raw_regime": Regime.UNKNOWN, "regime": Regime.UNKNOWN}
    joined = joined.fillna({**unknown, "regime_status": RegimeStatus.SOURCE_MISSING})
    codes = dict.fromkeys(["raw_regime", "regime", "regime_status"], "int8")
    return joined.astype(codes)


def _first_answer(regimes: pd.Series) -> int:
    return int((regimes.to_numpy() != Regime.UNKNOWN).argmax())


def _day(frame: pd.DataFrame, position: int) -> str:
    return f"{frame['date'].iloc[position]:%Y-%m-%d}"


def _download(pair: str, timeframe: str, candles: pd.DataFrame, timerange: str) -> str:
    """Command for the candles of a period, which lies before or after those that are there."""
    asked = TimeRange.parse_timerange(timerange)
    since = pd.Timestamp(asked.startdt) if asked.startdt else None
    earlier = since is not None and since < candles["date"].iloc[0]
    return download_command(pair, timeframe, since, None, *(["--prepend"] if earlier else []))


def _too_short(pair: str, name: str, view: pd.DataFrame, settings: RegimeSettings, source: str) -> str:
    answers = (view["regime"] != Regime.UNKNOWN).to_numpy()
    first = f"on {_day(view, int(answers.argmax()))}" if answers.any() else "never"
    needed = settings.warmup_candles * timeframe_delta(settings.timeframe)
    early = view["date"].iloc[0] - needed
    return (
        f"{name} has no regime of {pair} in the period: candles begin on {_day(view, 0)}, it first answers "
        f"{first}; its warm-up takes {settings.warmup_candles} candles of {settings.timeframe}. Choose a "
        f"later period, or: {download_command(pair, source, early, None, '--prepend')}"
    )
