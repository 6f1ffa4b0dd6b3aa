"""All checks, in the order in which they are made."""

import logging
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from freqtrade.exceptions import FreqtradeException

from auriga.errors import AurigaError, ParameterError, named
from auriga.host.doctor._candles import candles
from auriga.host.doctor._classes import classes
from auriga.host.doctor._history import history
from auriga.host.doctor._label import label
from auriga.host.doctor._look_ahead import look_ahead
from auriga.host.doctor._missing import missing
from auriga.host.doctor._plan import plan
from auriga.host.doctor._saved_files import saved_files
from auriga.host.doctor._settings import settings
from auriga.host.doctor._start_up import start_up
from auriga.host.doctor._windows import windows
from auriga.host.examination import Examination, Finding, Level, Resources, fine
from auriga.quiet import quiet_log


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes
    ----------
    name : str
    looks_at : str
        In words.
    look : callable
        Gives its findings; a single one that is ok where nothing is wrong.
    of_training : bool
        Whether it looks at what only a run that trains has.
    """

    name: str
    looks_at: str
    look: Callable[[Examination], Iterable[Finding]]
    of_training: bool = False


CHECKS = (
    Check("settings", "settings and pairs", settings),
    Check("candles", "downloaded candles", candles),
    Check("history", "candles before the timerange", history),
    Check("missing", "missing and constant features", missing),
    Check("look_ahead", "features and regimes that see the future", look_ahead),
    Check("start_up", "features that depend on where the history begins", start_up),
    Check("label", "how far labels look ahead", label),
    Check("windows", "rows of training, validation and test", windows, of_training=True),
    Check("classes", "classes and regimes of each window", classes, of_training=True),
    Check("saved", "saved models and predictions", saved_files),
    Check("plan", "time, memory and disk", plan, of_training=True),
)
"""Those that refuse a start come first: without a strategy there is little to look at."""


def examine(
    config: Mapping[str, Any],
    *,
    only: Collection[str] | None = None,
    resources: Resources | None = None,
    on_check: Callable[[Check], None] = lambda check: None,
) -> list[tuple[Check, Finding]]:
    """Look at a configuration, its strategy, model and candles before a run; nothing of theirs is changed.

    Parameters
    ----------
    config : mapping
        Freqtrade's configuration as `load_config` reads it, with strategy, timerange and pairs of the run.
    only : collection of str, optional
        Names of the only checks to make; by default all of `CHECKS`.
    resources : Resources, optional
        By default those of this machine.
    on_check : callable
        Told each check before it is made.

    Returns
    -------
    list of (Check, Finding)
        In the order of `CHECKS`; at least one finding a check, unless the strategy or model cannot be loaded.

    Raises
    ------
    HostError
        If there are no candles at all, or FreqAI is not enabled.
    ParameterError
        If `only` names a check that does not exist.
    """
    known = [check.name for check in CHECKS]
    if unknown := sorted(set(only or ()) - set(known)):
        raise ParameterError(f"there is no check {', '.join(unknown)}; there are {', '.join(known)}")
    wanted = [check for check in CHECKS if only is None or check.name in only]
    with (
        TemporaryDirectory(prefix="auriga-doctor-") as scratch,
        quiet_log(logging.ERROR),
    ):  # Freqtrade says again and again what is told once, as a finding
        exam = Examination(config, Path(scratch), resources)
        try:
            return list(_findings(exam, wanted, on_check))
        finally:
            exam.shut()


def _findings(
    exam: Examination, wanted: list[Check], on_check: Callable[[Check], None]
) -> Iterator[tuple[Check, Finding]]:
    said: set[str] = set()
    for number, check in enumerate(wanted, start=1):
        on_check(check)
        for finding in list(_made(check, exam)):
            if str(finding) not in said:  # what stops several checks is said once
                yield check, finding
            said.add(str(finding))
        if not exam.loadable:
            if number < len(wanted):
                yield check, _not_made(len(wanted) - number)
            return


def _not_made(number: int) -> Finding:
    return Finding(
        "not_made", Level.WARNING, f"{number} other checks were not made: strategy or model cannot be loaded",
        "correct what is wrong and look again",
    )  # fmt: skip


def _made(check: Check, exam: Examination) -> Iterator[Finding]:
    """Findings of a check; what a strategy's own code raises is one, too."""
    if check.of_training and exam.frozen:
        yield fine("frozen", f"regime.frozen_models is {exam.frozen!r}: nothing is trained")
        return
    try:
        yield from check.look(exam)
    except (FreqtradeException, AurigaError) as error:
        yield Finding(check.name, Level.WRONG, " ".join(str(error).split()))
    except Exception as error:  # hooks are anybody's code
        place = traceback.extract_tb(error.__traceback__)[-1]
        yield Finding(
            check.name, Level.WRONG,
            f"{check.looks_at} cannot be looked at: {named(error)} "
            f"({Path(place.filename).name}, line {place.lineno})",
            "if the line is the strategy's or the model's, correct it: a backtest would end the same way",
        )  # fmt: skip
