"""Whether features and regimes of a candle stay what they are when later candles are taken away."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from auriga.candles import timeframe_delta
from auriga.columns import REGIME, plain_feature
from auriga.host.examination import (
    Examination,
    Finding,
    Level,
    features_until,
    fine,
    moments,
)
from auriga.host.rows import PairFeatures, TimeframeBlock, named
from auriga.host.setup import download_command
from auriga.look_ahead import Difference, differences
from auriga.wording import counted

_MOMENTS = 2
_CHANGES = 1
"""Cuts of each pair just after the regime has changed: a regime that is known too early shows there alone."""
_MOST = 8
_REMEDY = (
    "compute it from candles up to its own: no negative shift, no centred window, no bfill, statistics of "
    "the candles before instead of the whole frame's, and slow candles only once they have closed "
    "(merge_informative_pair)"
)


@dataclass(frozen=True)
class Leak:
    """A column that sees later candles."""

    name: str
    pair: str
    timeframe: str
    first_at: pd.Timestamp
    ahead: int
    whole_sample: bool

    def __str__(self) -> str:
        far = (
            "as far as the whole sample"
            if self.whole_sample
            else f"{self.ahead} {self.timeframe} candles ahead"
        )
        return (
            f"{self.name} looks {far}: its value at {self.first_at:%Y-%m-%d %H:%M} ({self.pair}) changes "
            "when later candles are cut off"
        )


def look_ahead(exam: Examination) -> Iterator[Finding]:
    """Compare features and regimes with those of candles that end earlier, at several moments."""
    worst: dict[str, Leak] = {}
    compared = 0
    for number, pair in enumerate(exam.few_pairs):
        for stop in _cuts(exam, pair, seed=number):
            compared += 1
            for leak in _leaks(exam, pair, stop):
                known = worst.get(leak.name)
                if known is None or leak.ahead > known.ahead:
                    worst[leak.name] = leak
    if not compared:
        yield Finding(
            "look_ahead", Level.WARNING, "there are too few candles to cut any off",
            f"get more of them: {download_command((), config=exam.config)}",
        )  # fmt: skip
    found = sorted(worst.values(), key=lambda leak: (not leak.name.startswith("regime"), leak.name))
    for leak in found[:_MOST]:
        yield Finding("look_ahead", Level.WRONG, str(leak), _REMEDY)
    if len(found) > _MOST:
        rest = ", ".join(leak.name for leak in found[_MOST:])
        yield Finding("look_ahead", Level.WRONG, f"{len(found) - _MOST} more look ahead ({rest})", _REMEDY)
    if compared and not found:
        n_columns = len(exam.market.feature_names(exam.few_pairs[0]))
        yield fine(
            "look_ahead",
            f"{n_columns} features and the regime see no later candle ({counted(compared, 'cut')} of "
            f"{counted(len(exam.few_pairs), 'pair')})",
        )


def reach(exam: Examination) -> int:
    """Base candles after a cut: three of the slowest timeframe, so that it has candles to look ahead to."""
    slowest = max(timeframe_delta(timeframe) for _, timeframe in exam.series)
    return max(300, int(3 * slowest / timeframe_delta(exam.timeframe)))


def history(exam: Examination) -> int:
    """Candles of each timeframe that features are recomputed from."""
    return max(1500, 4 * int(exam.strategy.startup_candle_count))


def _cuts(exam: Examination, pair: str, seed: int) -> list[int]:
    drawn = moments(exam, pair, number=_MOMENTS, reach=reach(exam), seed=seed)
    if not drawn:
        return []
    frame, times = exam.market.features(pair).frame, exam.market.features(pair).times
    regime = frame[REGIME].to_numpy()
    changes = np.flatnonzero(regime[1:] != regime[:-1]) + 1
    late = changes[changes < len(times) - reach(exam)][-_CHANGES:]
    return [*drawn, *(int(times[row]) + exam.step for row in late)]


def _leaks(exam: Examination, pair: str, stop: int) -> Iterator[Leak]:
    anchor, count = stop + reach(exam) * exam.step, history(exam)
    whole = features_until(exam, pair, stop=anchor, anchor=anchor, count=count)
    cut = features_until(exam, pair, stop=stop, anchor=anchor, count=count)
    used = used_names(exam)
    for (before, _), (after, names) in zip(blocks(whole), blocks(cut), strict=True):
        for difference in differences(before.values, after.values):
            name = names[difference.column]
            if name in used or name in plain_names(after):
                yield _leak(name, pair, after, difference, exam)


def used_names(exam: Examination) -> set[str]:
    """Plain names of the features that models see, a leading pair's as if they were its own."""
    names = {plain_feature(name) for name in exam.market.feature_names(exam.known_pairs[0])}
    for pair in exam.leading:
        names |= {name.replace(f"_{pair.replace(':', '')}_", "_own_") for name in names}
    return names


def plain_names(block: TimeframeBlock) -> tuple[str, ...]:
    """Names of a block of plain columns; none of a block of features."""
    return () if block.timeframe else block.names


def blocks(features: PairFeatures) -> list[tuple[TimeframeBlock, list[str]]]:
    """Return features of each timeframe, of the pair itself, and plain columns, with names as in `keep`."""
    by_timeframe = [
        (block, [plain_feature(name) for name in named(block, "own")]) for block in features.blocks
    ]
    values = features.frame[list(features.added)].apply(_numbers).to_numpy(dtype=np.float64)
    finite = np.isfinite(values).all(axis=1)
    plain = TimeframeBlock(
        features.times,
        values,
        finite,
        features.added,
        "",
        features.frame,
    )
    standard = (features.standard, [plain_feature(name) for name in features.standard.names])
    return [*by_timeframe, standard, (plain, list(features.added))]


def _numbers(column: pd.Series) -> pd.Series:
    """Numbers as they are, and anything else by a number of its own."""
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return column.astype("float64")
    return pd.util.hash_pandas_object(column.astype(str), index=False).astype("float64")


def _leak(name: str, pair: str, cut: TimeframeBlock, difference: Difference, exam: Examination) -> Leak:
    return Leak(
        name=name,
        pair=pair,
        timeframe=cut.timeframe or exam.timeframe,
        first_at=cut.candles["date"].iloc[difference.first],
        ahead=len(cut.values) - difference.first,
        whole_sample=difference.everywhere,
    )
