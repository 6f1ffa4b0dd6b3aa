"""Does the regime split pay? Differences between models on the same rows, and a sentence that may say no."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, eq=False)
class Verdict:
    """Judgement on the regime split.

    Attributes
    ----------
    pays : bool or None
        None when the rows cannot tell.
    sentence : str
        The judgement in one or two sentences, with figures.
    reasons : tuple of str
        One sentence for each comparison it rests on.
    variants : DataFrame indexed by name
        `title`, `rows`, `auc`, `auc_low`, `auc_high`, `skill_1e5`, `skill_low`, `skill_high` (log-loss saved
        against the constant predictor).
    differences : DataFrame
        Columns `other` (name), `title`, `auc_1e4`, `auc_low`, `auc_high`, `skill_1e5`, `skill_low`,
        `skill_high`: the experts minus the other, above 0 is better; stationary-bootstrap 95 % intervals.
    n_windows, n_windows_of, n_rows : int
        Windows compared, windows of the backtest, test rows.
    sample : str
        What was left out, in words; empty when nothing was.
    """

    pays: bool | None
    sentence: str
    reasons: tuple[str, ...]
    variants: pd.DataFrame
    differences: pd.DataFrame
    n_windows: int
    n_windows_of: int
    n_rows: int
    sample: str
