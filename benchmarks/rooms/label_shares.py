"""Classes and overlap of every kind of label on real candles: `python -m benchmarks.rooms.label_shares`.

Settings are the defaults of `regime.label`; regimes, for `meta`, those of `config.json`. Prints a table of
`docs/labels.md`.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from auriga.columns import DIRECTION, REGIME, RETURN
from auriga.host.results import read_candles
from auriga.host.rows import add_label, market_regimes
from auriga.host.rows._labels import label_spans
from auriga.models import average_uniqueness
from auriga.settings import LabelSettings, RegimeSettings, parse_settings

ROOT = Path(__file__).parents[2]
CASES: dict[str, dict[str, Any]] = {
    "`direction`": {},
    "`direction`, `threshold` 1 (`unit` `cost`)": {"threshold": 1.0},
    "`direction`, `threshold` 1 (`unit` `atr`)": {"threshold": 1.0, "unit": "atr"},
    "`triple_barrier`": {"kind": "triple_barrier"},
    "`triple_barrier`, barriers at 2 ATR": {"kind": "triple_barrier", "upper_atr": 2.0, "lower_atr": 2.0},
    "`triple_barrier`, `horizon` 48": {"kind": "triple_barrier", "horizon": 48},
    "`meta`": {"kind": "meta"},
    "`meta`, `horizon` 48": {"kind": "meta", "horizon": 48},
    "`return`": {"kind": "return"},
    "`scaled_return`": {"kind": "scaled_return"},
}


def table(folder: Path, pair: str, timeframe: str = "5m") -> Iterator[str]:
    """Lines of the table: what the labels say, candles they look at, average uniqueness."""
    settings = parse_settings(json.loads((ROOT / "config.json").read_text())["regime"])
    candles = with_regimes(folder, pair, timeframe, settings)
    yield "| label | says | candles looked at | average uniqueness |"
    yield "|---|---|---|---|"
    for name, changed in CASES.items():
        label = LabelSettings(**changed)
        values = add_label(candles, label)[RETURN if label.regression else DIRECTION]
        known = np.flatnonzero(values.notna())
        ahead = label_spans(candles, label).candles[known].astype(np.int64)
        unique = average_uniqueness(known, ahead)
        yield f"| {name} | {shares(values.iloc[known])} | {ahead.mean():.1f} | {unique:.3f} |"


def with_regimes(folder: Path, pair: str, timeframe: str, settings: RegimeSettings) -> pd.DataFrame:
    """Base candles and the regime of each."""
    candles, slow = read_candles(folder, pair, timeframe), read_candles(folder, pair, settings.timeframe)
    regimes = market_regimes(slow, candles["date"], settings, timeframe)
    return candles.assign(**{REGIME: regimes["regime"]})


def shares(values: pd.Series) -> str:
    if pd.api.types.is_numeric_dtype(values):
        largest = values.abs().max()
        return f"mean {values.mean():.2g}, deviation {values.std():.2g}, largest {largest:.2g}"
    found = values.value_counts(normalize=True).sort_index()
    return ", ".join(f"{name} {share:.1%}" for name, share in found.items()) + f" of {len(values):,}"


if __name__ == "__main__":
    print("\n".join(table(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "BTC/USDT")))
