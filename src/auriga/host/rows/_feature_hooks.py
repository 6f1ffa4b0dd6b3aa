"""Features under the names that FreqAI recognises, and the data they are made from."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from auriga.columns import feature
from auriga.features import (
    PairInputs,
    basic_warmup_candles,
    period_warmup_candles,
    standard_warmup_candles,
)
from auriga.host.rows._sources import futures_inputs, with_public_trades
from auriga.host.setup import DataProvider


def add_features(frame: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """Append feature columns with FreqAI's sign to a frame; both share their index."""
    return pd.concat([frame, features.rename(columns=feature)], axis=1)


def pair_inputs(
    frame: pd.DataFrame,
    metadata: Mapping[str, Any],
    data_provider: DataProvider,
    config: Mapping[str, Any],
    groups: Sequence[str],
) -> PairInputs:
    """What `standard_features` reads for a pair: only the sources that the groups ask for.

    Parameters
    ----------
    frame : DataFrame
        Base candles of the pair, as the hook was given them.
    metadata : mapping
        The hook's: `pair`, and `candles`, which gives the candles of any pair and timeframe over the same
        history as the frame. Without it they come from the data provider, which live has less history than
        a model is trained on.
    data_provider : DataProvider
    config : mapping
        Freqtrade's configuration.
    groups : sequence of str
        Feature groups in use.

    Raises
    ------
    OperationalException
        If a source has no data at all.
    """
    pair, timeframe = metadata["pair"], config["timeframe"]
    leaders = {}
    if "cross" in groups:
        candles = metadata.get("candles", data_provider.get_pair_dataframe)
        names = config["freqai"]["feature_parameters"]["include_corr_pairlist"]
        leaders = {name: frame if name == pair else candles(name, timeframe) for name in names}
    funding, mark = futures_inputs(pair, data_provider, config) if "funding" in groups else (None, None)
    if "orderflow" in groups:
        frame = with_public_trades(frame, pair, data_provider, config)
    return PairInputs(frame, leaders, funding, mark)


def feature_warmup_candles(config: Mapping[str, Any], groups: Sequence[str]) -> int:
    """Candles before the first complete row of features, on every timeframe: the slowest column.

    Parameters
    ----------
    config : mapping
        Freqtrade's configuration.
    groups : sequence of str
        Feature groups in use.
    """
    options = config.get("freqai", {}).get("feature_parameters", {})
    periods = options.get("indicator_periods_candles", [])
    by_period = [period_warmup_candles(period, groups=groups) for period in periods]
    shifted: int = options.get("include_shifted_candles", 0)
    by_timeframe = max([basic_warmup_candles(groups=groups), *by_period]) + shifted
    return max(by_timeframe, standard_warmup_candles(groups=groups))
