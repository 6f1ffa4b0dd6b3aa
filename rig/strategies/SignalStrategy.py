"""Our strategy with signals on demand: what stands in `signals.json` counts, and keeps standing."""

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
from freqtrade.enums import SignalDirection

sys.path.insert(0, str(Path(__file__).parents[2] / "strategies"))
import RegimeStrategy as ours


class SignalStrategy(ours.RegimeStrategy):
    """Everything is `RegimeStrategy`'s but the moment of a signal: a test cannot wait for the market."""

    use_custom_roi = False  # nor may the market take a trade away from it

    def get_entry_signal(
        self, pair: str, timeframe: str, dataframe: pd.DataFrame
    ) -> tuple[SignalDirection | None, str | None]:
        """Long or short while the file names the pair under `long` or `short`."""
        for direction in (SignalDirection.LONG, SignalDirection.SHORT):
            if pair in self._signals().get(direction.value, ()):
                return direction, "signal"
        return None, None

    def get_exit_signal(
        self, pair: str, timeframe: str, dataframe: pd.DataFrame, is_short: bool | None = None
    ) -> tuple[bool, bool, str | None]:
        """Exit while the file names the pair under `exit`."""
        return False, pair in self._signals().get("exit", ()), "signal"

    def _signals(self) -> dict[str, Any]:
        path = Path(self.config["user_data_dir"]) / "signals.json"
        return json.loads(path.read_text()) if path.exists() else {}
