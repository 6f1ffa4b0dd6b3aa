"""Whether features are the same from `startup_candle_count` candles as from a long history."""

from collections.abc import Iterator

import numpy as np

from auriga.columns import REGIME_AGE, REGIME_CONFIDENCE, REGIME_STATUS
from auriga.host.doctor._look_ahead import blocks, plain_names, used_names
from auriga.host.examination import Examination, Finding, Level, features_until, fine, moments
from auriga.host.rows import PairFeatures
from auriga.look_ahead import differing

_MOMENTS = 2
_TOLERATED = 0.01
"""Of a feature's standard deviation; a tree's threshold lies closer to no value than that by chance."""
_MOST = 8
_MULTIPLES = (2, 3, 4, 6)
_EXEMPT = (REGIME_AGE, REGIME_CONFIDENCE, REGIME_STATUS)
"""An age is counted from the first change that was seen; no model reads these."""


def start_up(exam: Examination) -> Iterator[Finding]:
    """Compare the newest row of features from a short history with that of a long one."""
    declared = int(exam.strategy.startup_candle_count)
    worst: dict[str, tuple[str, int]] = {}
    compared = 0
    for number, pair in enumerate(exam.few_pairs):
        for stop in moments(exam, pair, number=_MOMENTS, reach=2, seed=10 + number):
            compared += 1
            long = _newest(exam, pair, stop, _long(exam))
            unlike = [name for name in _unlike(exam, long, pair, stop, declared) if name not in worst]
            if unlike:
                enough = _enough(exam, long, pair, stop, unlike)
                worst |= {name: (pair, enough.get(name, 0)) for name in unlike}
    yield from _told(worst, declared)
    if not worst:
        yield fine(
            "start_up",
            f"the newest features are the same from {declared} candles (startup_candle_count) as from "
            f"{_long(exam)} ({compared} moments)",
        )


def _told(worst: dict[str, tuple[str, int]], declared: int) -> Iterator[Finding]:
    for name in sorted(worst)[:_MOST]:
        yield _finding(name, *worst[name], declared)
    if rest := sorted(worst)[_MOST:]:
        yield Finding(
            "start_up", Level.WRONG,
            f"{len(rest)} more depend on where the history begins ({', '.join(rest)})",
            "raise startup_candle_count, or leave them out",
        )  # fmt: skip


def _finding(name: str, pair: str, enough: int, declared: int) -> Finding:
    short = f"{declared} candles (startup_candle_count)"
    what = f"{name} ({pair}), from {short}, is not what a long history gives"
    if enough > 0:
        remedy = f"set startup_candle_count to {enough}, which is enough, or shorten its period"
    else:
        remedy = (
            "no number of candles that was tried is enough, it depends on where the history begins: use a "
            "difference or a ratio over a fixed period instead of a running sum"
        )
    return Finding("start_up", Level.WRONG, what, remedy)


def _long(exam: Examination) -> int:
    """Candles that count as a long history."""
    return max(3000, 8 * int(exam.strategy.startup_candle_count))


def _newest(exam: Examination, pair: str, stop: int, count: int) -> PairFeatures:
    return features_until(exam, pair, stop=stop, anchor=stop, count=count)


def _unlike(exam: Examination, long: PairFeatures, pair: str, stop: int, count: int) -> list[str]:
    """Columns whose newest value from `count` candles differs; those no model uses do not count."""
    short = _newest(exam, pair, stop, count)
    used, found = used_names(exam), []
    for (reference, names), (block, _) in zip(blocks(long), blocks(short), strict=True):
        if not len(reference.values) or len(reference.values) < count:
            continue  # there is no longer history to compare with
        last = block.values[-1:] if len(block.values) else np.full((1, len(names)), np.nan)
        apart = differing(reference.values[-1:], last, relative=_TOLERATED, spread_of=reference.values)[0]
        plain = plain_names(block)
        found += [
            name
            for name, differs in zip(names, apart, strict=True)
            if differs and (name in used or name in plain) and name not in _EXEMPT
        ]
    return found


def _enough(exam: Examination, long: PairFeatures, pair: str, stop: int, names: list[str]) -> dict[str, int]:
    """Smallest count that was tried and gives the value of the long history; names with one alone."""
    found: dict[str, int] = {}
    for multiple in _MULTIPLES:
        count = int(multiple * int(exam.strategy.startup_candle_count))
        left = [name for name in names if name not in found]
        if not left or count > _long(exam) // 2:
            break
        unlike = _unlike(exam, long, pair, stop, count)
        found |= {name: count for name in left if name not in unlike}
    return found
