"""Refuses labels that look further ahead than they may, or that make up a future."""

from freqtrade.exceptions import OperationalException

from auriga.look_ahead import LONGEST_HORIZON, Reach


class LabelHorizonError(OperationalException):
    """Labels look further ahead than they may, or make up a future."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}. {remedy[0].upper()}{remedy[1:]}.")
        self.what, self.remedy = what, remedy


def require_reach(found: Reach, horizon: int, pair: str) -> None:
    """Refuse labels of a pair that look further ahead than `horizon` candles, or that make up a future.

    Raises
    ------
    LabelHorizonError
        With the horizon that they really have, or how many candles without a future have a label.
    """
    if found.ahead > LONGEST_HORIZON:
        remedy = (
            f"no horizon is that long, labels of {pair} depend on all candles at once: take out of them what "
            "is computed over the whole frame, such as a mean, a quantile, ranks or bfill"
        )
    else:
        remedy = f"raise regime.label.horizon to at least {found.ahead}, or let the label look less far"
    if found.ahead > horizon:
        raise LabelHorizonError(
            f"set_freqai_targets looks {found.ahead} candles ahead, but regime.label.horizon is {horizon}: "
            "the models would learn from the candles they are tested on",
            remedy,
        )
    if found.invented:
        raise LabelHorizonError(
            f"set_freqai_targets gives the last {horizon} candles of {pair} labels although their future is "
            f"not there yet ({found.invented} of those looked at proved wrong): a bot would learn what "
            "never was",
            "let it give NaN there, as label.where(future.notna()) does",
        )
