"""Whether labels look no further ahead than `regime.label.horizon`."""

from collections.abc import Iterator

from freqtrade.exceptions import OperationalException  # type: ignore[import-untyped]

from auriga.host.doctor._examination import Examination
from auriga.host.doctor._finding import Finding, Level, fine


def label(exam: Examination) -> Iterator[Finding]:
    """Compute labels of candles that end with a training window, of some pairs and windows."""
    windows = exam.windows
    stops = {windows[number].train_stop for number in (0, len(windows) // 2, -1)}
    for pair in exam.few_pairs:
        try:
            for stop in sorted(stops):
                exam.market.require_horizon(pair, stop)
        except OperationalException as error:
            yield Finding("label_horizon", Level.WRONG, f"{pair}: {str(error).removesuffix('.')}", _REMEDY)
            return
    horizon = exam.settings.label.horizon
    yield fine("label", f"labels look at most {horizon} candles ahead (regime.label.horizon)")


_REMEDY = "raise regime.label.horizon to that, or let set_freqai_targets look less far ahead"
