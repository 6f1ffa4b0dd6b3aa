"""Collect everything a page shows; what cannot be had is named and the rest goes on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from auriga.errors import AurigaError, clause
from auriga.evaluation import Verdict
from auriga.host.evidence import (
    count_trials,
    model_evidence,
    prediction_evidence,
    regime_evidence,
    trading_evidence,
)
from auriga.host.results import BacktestResult
from auriga.host.verdict import verdict_of
from auriga.report._data import ReportData
from auriga.report._guarded import reason_of

VerdictSample: TypeAlias = Literal["quick", "full", "none"]
OnStep: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, and how much of how much of it is done; 0 of 0 where nobody knows."""

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Sources:
    """Where the parts of a page come from; attributes as the parameters of `gather_report`."""

    result: BacktestResult
    datadir: Path
    userdir: Path
    verdict: VerdictSample
    more_trials: int
    on_step: OnStep

    @property
    def models(self) -> Path:
        """FreqAI's folder of all identifiers."""
        return self.userdir / "models"


def _verdict(at: Sources) -> Verdict:
    return verdict_of(
        at.result, at.datadir, sample="full" if at.verdict == "full" else "quick", userdir=at.userdir,
        on_progress=lambda done, of: at.on_step("hold the contest of models", done, of),
    )  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A part of `ReportData`: what is told while it is read, and how."""

    step: str
    read: Callable[[Sources], Any]


PARTS: Mapping[str, Part] = {
    "trading": Part("read trades", lambda at: trading_evidence(at.result, at.datadir)),
    "predictions": Part(
        "score predictions", lambda at: prediction_evidence(at.result, at.models, at.datadir)
    ),
    "regimes": Part("read regimes", lambda at: regime_evidence(at.result, at.datadir)),
    "models": Part("look into models", lambda at: model_evidence(at.result, at.models, at.datadir)),
    "verdict": Part("prepare the contest of models", _verdict),
    "trials": Part("count trials", lambda at: count_trials(at.result, at.userdir, extra=at.more_trials)),
}
"""Every part by its name in `ReportData`, in the order in which they are read."""


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
        A part that could not be read, for whatever reason, is None with the reason in `missing`.
    """
    at = Sources(result, datadir, userdir, verdict, more_trials, on_step)
    missing = {"verdict": "It was not asked for (--verdict none)."} if verdict == "none" else {}
    parts: dict[str, Any] = {}
    for name, part in PARTS.items():
        if name in missing:
            continue
        on_step(part.step, 0, 0)
        try:
            parts[name] = part.read(at)
        except Exception as error:  # whatever it is, it must not take the other parts with it
            missing[name] = reason_of(error)
    return ReportData(
        title=f"{result.strategy}, {result.start:%Y-%m-%d} to {result.end:%Y-%m-%d}",
        result=result.path.name,
        currency=str(result.stats.get("stake_currency", "")),
        candles=candles or _candles(result, datadir),
        missing=missing,
        **parts,
    )


def _candles(result: BacktestResult, datadir: Path) -> str:
    try:
        return candles_in_words(result, datadir)
    except AurigaError as error:
        return f"What candles these are is not known: {clause(error)}."


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
