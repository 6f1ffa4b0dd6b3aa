"""Whether labels look no further ahead than `regime.label.horizon`."""

from collections.abc import Iterator

from auriga.host.examination import Examination, Finding, Level, fine
from auriga.host.rows import LabelHorizonError


def label(exam: Examination) -> Iterator[Finding]:
    """Compute labels of candles that end at dozens of moments of the training span, of some pairs."""
    stop = exam.windows[-1].train_stop
    for pair in exam.few_pairs:
        try:
            exam.market.require_horizon(pair, stop)
        except LabelHorizonError as error:
            yield Finding("label_horizon", Level.WRONG, f"{pair}: {error.what}", error.remedy)
            return
    horizon = exam.settings.label.horizon
    yield fine("label", f"labels look at most {horizon} candles ahead (regime.label.horizon)")
