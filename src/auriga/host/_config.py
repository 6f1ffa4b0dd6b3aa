"""Freqtrade's configuration files, read the way Freqtrade reads them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pandas as pd
from freqtrade.configuration import (  # type: ignore[import-untyped]
    TimeRange,
    setup_utils_configuration,
)
from freqtrade.enums import RunMode  # type: ignore[import-untyped]
from freqtrade.exceptions import FreqtradeException  # type: ignore[import-untyped]

from auriga.errors import HostError


def load_config(
    files: Sequence[Path], *, userdir: Path | None = None, datadir: Path | None = None
) -> dict[str, Any]:
    """Read configuration files as `freqtrade -c ... -c ...` does, without asking the exchange.

    Parameters
    ----------
    files : sequence of Path
        Later files overlay earlier ones.
    userdir, datadir : Path, optional
        As Freqtrade's options of the same names.

    Returns
    -------
    dict
        With `user_data_dir` and `datadir` as paths.

    Raises
    ------
    HostError
        With Freqtrade's own words for files that are missing or not valid.
    """
    arguments: dict[str, Any] = {"config": [str(file) for file in files]}
    if userdir:
        arguments["user_data_dir"] = str(userdir)
    if datadir:
        arguments["datadir"] = str(datadir)
    try:
        return cast(dict[str, Any], setup_utils_configuration(arguments, RunMode.UTIL_NO_EXCHANGE))
    except FreqtradeException as error:
        raise HostError(f"freqtrade refuses {', '.join(map(str, files))}: {error}") from None


def within_timerange(frame: pd.DataFrame, timerange: str | None) -> pd.DataFrame:
    """Rows whose `date` lies in a timerange of Freqtrade's notation; all rows without one."""
    asked = TimeRange.parse_timerange(timerange)
    if asked.startdt:
        frame = frame[frame["date"] >= asked.startdt]
    if asked.stopdt:
        frame = frame[frame["date"] < asked.stopdt]
    return frame
