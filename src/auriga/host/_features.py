"""Features under the names that FreqAI recognises."""

import pandas as pd

from auriga.columns import feature


def add_features(frame: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """Append feature columns with FreqAI's sign to a frame; both share their index."""
    return pd.concat([frame, features.rename(columns=feature)], axis=1)
