"""Features under the names that FreqAI recognises."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from auriga.columns import feature
from auriga.features import PairInputs


def add_features(frame: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """Append feature columns with FreqAI's sign to a frame; both share their index."""
    return pd.concat([frame, features.rename(columns=feature)], axis=1)


def pair_inputs(
    frame: pd.DataFrame, pair: str, data_provider: Any, config: Mapping[str, Any], groups: Sequence[str]
) -> PairInputs:
    """What `standard_features` reads for a pair: only the sources that the groups ask for."""
    leaders = {}
    if "cross" in groups:
        names = config["freqai"]["feature_parameters"].get("include_corr_pairlist", [])
        leaders = {name: data_provider.get_pair_dataframe(name, config["timeframe"]) for name in names}
    return PairInputs(frame, leaders)
