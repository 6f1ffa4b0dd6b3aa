"""Collect everything a page shows; what cannot be had is named and the rest goes on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

from auriga.errors import AurigaError
from auriga.host import (
    BacktestResult,
    count_trials,
    model_evidence,
    prediction_evidence,
    regime_evidence,
    trading_evidence,
    verdict_of,
)
from auriga.report._data import ReportData

VerdictSample: TypeAlias = Literal["quick", "full", "none"]
OnStep: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, and how much of how much of it is done; 0 of 0 where nobody knows."""

_Part = TypeVar("_Part")
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Gathering:
    """Parts that were asked for, and why some are missing."""

    def __init__(self, on_step: OnStep) -> None:
        self.missing: dict[str, str] = {}
        self._on_step = on_step

    def part(self, name: str, said: str, read: Callable[[], _Part]) -> _Part | None:
        """Return a part, or None with its error remembered."""
        self._on_step(said, 0, 0)
        try:
            return read()
        except AurigaError as error:
            self.missing[name] = str(error)
            return None


def gather_report(
    result: BacktestResult,
    datadir: Path,
    userdir: Path,
    *,
    verdict: VerdictSample = "quick",
    more_trials: int = 0,
    candles: str = "",
    on_step: OnStep = lambda said, done, of: None,
) -> ReportData:
    """Read and compute everything about a backtest that a page shows.

    Parameters
    ----------
    result : BacktestResult
    datadir : Path
        Folder of the candles it ran on.
    userdir : Path
        Freqtrade's user_data folder of the backtest, with models and other results.
    verdict : "quick", "full" or "none"
        Whether models are trained to judge the split, on a part of the windows or on all.
    more_trials : int
        Tries that left no trace, at least 0.
    candles : str
        What candles they were, in words; found out as far as possible where it is empty.
    on_step : callable
        Told of each step.

    Returns
    -------
    ReportData
        A part that raised one of our errors is None with the message in `missing`.
    """
    gathering = Gathering(on_step)
    part = gathering.part
    models = userdir / "models"

    def contest() -> Any:
        return verdict_of(
            result, datadir, sample="full" if verdict == "full" else "quick", userdir=userdir,
            on_progress=lambda done, of: on_step("hold the contest of models", done, of),
        )  # fmt: skip

    if verdict == "none":
        gathering.missing["verdict"] = "It was not asked for (--verdict none)."
    return ReportData(
        title=f"{result.strategy}, {result.start:%Y-%m-%d} to {result.end:%Y-%m-%d}",
        result=result.path.name,
        currency=str(result.stats.get("stake_currency", "")),
        candles=candles or candles_in_words(result, datadir),
        trading=part("trading", "read trades", lambda: trading_evidence(result, datadir)),
        predictions=part(
            "predictions", "score predictions", lambda: prediction_evidence(result, models, datadir)
        ),
        regimes=part("regimes", "read regimes", lambda: regime_evidence(result, datadir)),
        models=part(
            "models",
            "look into models",
            lambda: model_evidence(result, models, datadir),
        ),
        verdict=None if verdict == "none" else part("verdict", "prepare the contest of models", contest),
        trials=part("trials", "count trials", lambda: count_trials(result, userdir, extra=more_trials)),
        missing=gathering.missing,
    )


def candles_in_words(result: BacktestResult, datadir: Path) -> str:
    """Return what is known of the candles: simulated ones must be called so.

    `auriga backtest` names its folder after the market; an exchange on the loopback interface may have served
    either kind. Candles of a real exchange need no word.
    """
    if datadir.name.startswith("simulated-"):
        market = datadir.name.removeprefix("simulated-")
        return f"SIMULATED candles of the market '{market}': no real prices."
    if datadir.name == "recorded":
        return "Recorded candles, served by the offline exchange."
    urls = str(result.config.get("exchange", {}).get("ccxt_config", {}).get("urls", ""))
    if any(place in urls for place in _LOOPBACK):
        return (
            "The backtest ran on the offline exchange of this machine, which serves recorded or simulated "
            "candles. Only whoever started it knows which."
        )
    return ""
