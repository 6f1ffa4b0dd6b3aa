"""The shipped strategy with thresholds that decide by themselves when it trades."""

import json
import shutil
from pathlib import Path
from typing import Any

from rig._settings import ROOT

Json = dict[str, Any]

_NO_TAKE_PROFIT = {"0": 100.0}


def _parameters(long: float, exit_: float, *, minutes: int | None = None) -> Json:
    roi = _NO_TAKE_PROFIT if minutes is None else {**_NO_TAKE_PROFIT, str(minutes): -1.0}
    return {
        "enter": {"long_threshold": long, "short_threshold": 0.0},
        "exit": {"exit_threshold": exit_, "take_profit_atr": 0.0},
        "roi": roi,
        "stoploss": {"stoploss": -0.05},
    }


NEVER: Json = _parameters(1.0, 0.0)
"""Neither enters nor leaves by itself: trades come from `forceenter` and go with `forceexit`."""

ALWAYS_LONG: Json = _parameters(0.0, 0.0)
"""Enters on every usable prediction and never leaves."""

TRADING: Json = _parameters(0.0, 0.0, minutes=3)
"""Enters on every usable prediction, and leaves after three minutes."""

ALWAYS_OUT: Json = _parameters(1.0, 1.0)
"""Leaves on every usable prediction and never enters."""


def write_strategy(userdir: Path, parameters: Json) -> Path:
    """Copy the shipped strategy into a user folder, with a parameter file beside it.

    Returns
    -------
    Path
        The folder, for `strategy_path`.
    """
    folder = userdir / "strategies"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "strategies" / "RegimeStrategy.py", folder)
    content = {"strategy_name": "RegimeStrategy", "params": parameters, "ft_stratparam_v": 1}
    (folder / "RegimeStrategy.json").write_text(json.dumps(content, indent=1))
    return folder
