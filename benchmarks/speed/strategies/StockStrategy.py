"""The shipped strategy on top of stock `LightGBMClassifier`; only the benchmark loads it."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pandas as pd

from auriga.columns import PROBABILITY

_FILE = Path(__file__).parents[3] / "strategies" / "RegimeStrategy.py"
_SPEC = spec_from_file_location("RegimeStrategy", _FILE)
if _SPEC is None or _SPEC.loader is None:
    raise ImportError(f"{_FILE} cannot be loaded")
_MODULE = module_from_spec(_SPEC)
sys.modules.setdefault("RegimeStrategy", _MODULE)
_SPEC.loader.exec_module(_MODULE)
# Stock takes neither ours' care of memory nor the longer look-back of its experts.
vars(_MODULE).update(map_large_blocks=lambda: None, look_back_for_experts=lambda config: None)


class StockStrategy(_MODULE.RegimeStrategy):  # type: ignore[misc, name-defined]
    """Same features, labels and regime columns; the probability is the stock model's `up` column."""

    def set_freqai_targets(
        self, dataframe: pd.DataFrame, metadata: dict[str, Any], **kwargs: Any
    ) -> pd.DataFrame:
        """Name the classes, which stock classifiers ask for."""
        self.freqai.class_names = ["down", "up"]
        labelled: pd.DataFrame = super().set_freqai_targets(dataframe, metadata, **kwargs)
        return labelled

    def populate_indicators(self, dataframe: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
        """Stock predictions under our name; without a model, live, there is no `up` column yet."""
        dataframe = super().populate_indicators(dataframe, metadata)
        up = dataframe["up"] if "up" in dataframe else pd.Series(float("nan"), index=dataframe.index)
        return dataframe.assign(**{PROBABILITY: up})
