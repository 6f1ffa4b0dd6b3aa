"""What the models of a backtest use, and how far its features have drifted from what they learnt."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, eq=False)
class ModelEvidence:
    """Importance of features in each expert and their drift.

    Attributes
    ----------
    importance : DataFrame
        Columns `expert` (`all rows` is the base), `feature` (plain name), `gain_frac` and `shap_frac`: share of
        the expert's total, averaged over windows. Own trees of the expert alone, as in `split_importance`.
    drift : DataFrame
        Columns `window` (first predicted day), `feature`, `psi`: population stability index of the feature in
        the window's test span against its training span, all pairs together.
    missing : str
        Why there is nothing, in words; empty when there is. Models are not always saved.
    """

    importance: pd.DataFrame
    drift: pd.DataFrame
    missing: str
