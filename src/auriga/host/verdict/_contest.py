"""Hold a contest of models on a backtest's own windows and rows, and judge the regime split by it."""

import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pandas as pd

from auriga.errors import HostError, clause
from auriga.evaluation import Verdict, give_verdict
from auriga.host.freqai import BacktestRun
from auriga.host.reload import Recomputed, recomputed
from auriga.host.results import BacktestResult, WalkForward
from auriga.host.rows import TrainingTable
from auriga.host.seals import DAY, Window
from auriga.host.setup import own_command
from auriga.host.verdict._contestants import Contestants
from auriga.host.verdict._files import ContestFiles
from auriga.host.verdict._plan import ContestPlan, Sample, contest_plan
from auriga.host.verdict._rows import (
    Regimes,
    asked_regimes,
    asked_rows,
    placebo_regimes,
    raw_features,
    told_regimes,
)

logger = logging.getLogger(__name__)

CONTEST_SCHEMA = "1"
"""Raised whenever kept predictions would mean something else."""

_MOST_JOBS = 2
_PLACEBO = "placebo_"

OnProgress = Callable[[int, int], None]


def verdict_of(
    result: BacktestResult,
    datadir: Path,
    *,
    sample: Sample = "quick",
    userdir: Path | None = None,
    on_progress: OnProgress = lambda done, of: None,
    cache: bool = True,
    look: Recomputed | None = None,
) -> Verdict:
    """Train the configured experts and what they must beat on a backtest's windows, and judge the split.

    Contestants see the same training rows, are asked about the same test rows and know nothing from after
    the end of training: see `auriga.evaluation.CONTESTANTS`. Settings come from the result, code from today.
    Predictions are kept by window in `userdir/verdicts`, sealed against other settings, code and candles;
    a quick verdict uses those of a finished full one.

    Regressors are judged by the probability of an upward move that they trade on, like classifiers.

    Parameters
    ----------
    result : BacktestResult
    datadir : Path
        Folder of the candles.
    sample : "quick" or "full"
        `full` takes every window and row; `quick` a fixed part of both, the same on every machine.
    userdir : Path, optional
        The folder above the result's by default.
    on_progress : callable
        Told how many windows are done, and of how many.
    cache : bool
        Whether to read and keep predictions.
    look : Recomputed, optional
        The backtest's strategy, where it was loaded already.

    Raises
    ------
    HostError
        If it ran without FreqAI, there is no split to judge, candles are missing, no window could be
        trained, or Freqtrade refuses the settings.
    """
    windows = WalkForward(result).require()
    _require_split(result)
    home = result.path.parent.parent if userdir is None else userdir
    folder = home / "verdicts" / result.path.stem if cache else None
    with nullcontext(look) if look else recomputed(result, home, datadir) as loaded:
        return Contest(loaded, list(windows)).verdict(sample, folder, on_progress)


class Contest:
    """Contestants of one backtest.

    Parameters
    ----------
    look : Recomputed
        The backtest's strategy and features.
    windows : list of Window
        All windows of the backtest.

    Raises
    ------
    HostError
        If there are no candles.
    """

    def __init__(self, look: Recomputed, windows: list[Window]) -> None:
        self.glue, self.market, self.windows = look.glue, look.market, windows
        self._run = BacktestRun(look.glue, look.strategy)
        self.pairs = self._run.pairs
        if not self.pairs:
            raise HostError(f"there are no {look.config['timeframe']} candles in {look.config['datadir']}")
        self._placebos: list[Regimes] = []
        self._tables: tuple[TrainingTable | None, TrainingTable | None] = None, None

    def verdict(self, sample: Sample, folder: Path | None, on_progress: OnProgress) -> Verdict:
        """Hold the contest, or read what was kept of it, and judge."""
        for wanted in ("full", sample) if sample == "quick" and folder else (sample,):
            plan = contest_plan(self.windows, wanted, glue=self.glue, n_pairs=len(self.pairs))
            files = self._files(folder and folder / wanted, plan)
            kept = {window: files.read(str(window.stamp)) if files else None for window in plan.windows}
            if all(frame is not None for frame in kept.values()):
                break
        frames = list(self._held(plan, kept, files, on_progress))
        return self._judged(plan, [frame for frame in frames if len(frame)])

    def _files(self, folder: Path | None, plan: ContestPlan) -> ContestFiles | None:
        if folder is None:
            return None
        facts, digests = self._run.provenance(self.windows)
        told = facts | plan.facts | {"contest.schema": CONTEST_SCHEMA}
        return ContestFiles(folder, {"facts": told, "candles": digests[self.windows[-1].test_stop]})

    def _held(
        self,
        plan: ContestPlan,
        kept: dict[Window, pd.DataFrame | None],
        files: ContestFiles | None,
        on_progress: OnProgress,
    ) -> Iterator[pd.DataFrame]:
        wanted = [window for window, frame in kept.items() if frame is None]
        done = len(kept) - len(wanted)
        on_progress(done, len(kept))
        yield from (frame for frame in kept.values() if frame is not None)
        if not wanted:
            return
        self._prepare(plan)
        for window, frame in zip(wanted, self._made(wanted, plan), strict=True):
            if files:
                files.write(str(window.stamp), frame)
            done += 1
            on_progress(done, len(kept))
            yield frame

    def _made(self, windows: list[Window], plan: ContestPlan) -> Iterator[pd.DataFrame]:
        """Predictions of windows, made side by side; those not begun are left when the caller is."""
        pool = ThreadPoolExecutor(min(_MOST_JOBS, os.cpu_count() or 1))
        try:
            for made in [pool.submit(self.predictions, window, plan) for window in windows]:
                yield made.result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _prepare(self, plan: ContestPlan) -> None:
        """Features, placebos and both training tables, once for all windows."""
        self.market.require_horizon(self.pairs[0], self.windows[0].train_stop)
        self._placebos = [
            placebo_regimes(self.market, self.pairs, self.windows, draw) for draw in range(1, plan.draws + 1)
        ]
        plain, told = (self._table(plan, regime_columns=told) for told in (False, True))
        self._tables = plain, told

    def _table(self, plan: ContestPlan, *, regime_columns: bool) -> TrainingTable | None:
        table: TrainingTable | None = self.glue.collect_rows(
            self.market,
            self.pairs,
            start=min(window.train_start for window in plan.windows),
            stop=max(self.glue.learn_stop(window.train_stop) for window in plan.windows),
            bins_stop=self.glue.learn_stop(plan.windows[0].train_stop),
            sample_every=plan.train_every,
            regime_columns=regime_columns,
        )
        return table

    def predictions(self, window: Window, plan: ContestPlan) -> pd.DataFrame:
        """Everybody's predictions of one window; no rows where somebody could not be trained.

        Columns: `time` (ms), `pair`, `up`, `prior`, and one for each contestant and placebo draw.
        """
        owners = [None] if self.glue.settings.trains_on_all_pairs else self.pairs
        frames = []
        for owner in owners:
            try:
                frames.append(self._asked(window, plan, owner))
            except Exception as error:  # a window of one class, or too short: nobody is asked about it
                logger.warning(
                    "%s, %s: left out of the contest (%s)", window.trained_on, owner or "all", clause(error)
                )
        found = [frame for frame in frames if len(frame)]
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame({"time": []})

    def _asked(self, window: Window, plan: ContestPlan, owner: str | None) -> pd.DataFrame:
        asked = asked_rows(self.market, self.pairs, window, plan, self.glue, owner)
        if asked is None:
            raise HostError("no complete test rows with a known outcome")
        rows, told = (self._training_rows(table, window, owner) for table in self._tables)
        span = (
            self.glue.base_start(window.train_start, window.train_stop),
            self.glue.learn_stop(window.train_stop),
        )
        contestants = Contestants(self.glue, rows, told, span, plan.thinning)
        said = {}
        said["experts"], prior = contestants.experts(rows.regimes, asked.regimes, asked)
        said["pooled"] = contestants.pooled(asked)
        for draw, regimes in enumerate(self._placebos, start=1):
            trained = told_regimes(rows, regimes, self.market).regimes
            shuffled = asked_regimes(asked, regimes, self.pairs)
            said[f"{_PLACEBO}{draw}"], _ = contestants.experts(trained, shuffled, asked)
        said["pooled_with_regime"] = contestants.pooled_with_regime(asked)
        said["logistic"] = contestants.logistic(raw_features(rows, self.market), asked)
        facts = {"time": asked.times, "pair": asked.pairs, "up": asked.up, "prior": prior}
        return pd.DataFrame(facts | said)

    def _training_rows(self, table: TrainingTable | None, window: Window, owner: str | None) -> TrainingTable:
        stop = self.glue.learn_stop(window.train_stop)
        rows = None if table is None else table.within(window.train_start, stop, owner)
        if rows is None or not len(rows):
            raise HostError("no complete training rows with a label")
        kept: TrainingTable = self.glue.split_rows(rows)[0]
        return kept

    def _judged(self, plan: ContestPlan, frames: list[pd.DataFrame]) -> Verdict:
        if not frames:
            raise HostError(
                "no window could be judged: there are no complete rows to train on and to ask about; "
                f"{own_command('auriga', 'doctor')} says which candles or features are missing"
            )
        rows = pd.concat(frames, ignore_index=True)
        draws = [name for name in rows.columns if name.startswith(_PLACEBO)]
        names = ("experts", "pooled", "pooled_with_regime", "logistic")
        said = {name: rows[name].to_numpy() for name in names} | {"placebo": rows[draws].to_numpy().T}
        return give_verdict(
            rows["up"].to_numpy(dtype=bool),
            (rows["time"].to_numpy(dtype=np.int64) // DAY),
            rows["prior"].to_numpy(),
            said,
            n_windows=len(frames),
            n_windows_of=plan.n_windows_of,
            sample=plan.sample,
        )


def _require_split(result: BacktestResult) -> None:
    scheme = result.settings.scheme
    if scheme in ("pooled", "pooled_with_regime"):
        raise HostError(
            f"regime.scheme is {scheme!r}: one model answers every row, there is no split to judge. Run a "
            "backtest with a scheme that has experts, such as 'warm_start', and judge that"
        )
