"""Features of one pair, computed once by the strategy's hooks and kept at each timeframe's own pace.

FreqAI merges every timeframe into the base candles, for every pair and once more for every leading
pair: most of its time outside training. Here each pair is computed once, its slow features are kept as
slow rows, and rows of the base candles are put together when they are needed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from freqtrade.exceptions import OperationalException

from auriga.candles import COLUMNS, timeframe_delta
from auriga.host.seals import opening_times
from auriga.host.setup import Strategy
from auriga.typing import BoolArray, IntArray
from auriga.wording import counted

Float32Array = npt.NDArray[np.float32]
CandleSource = Callable[[str, str], pd.DataFrame]
"""Candles of any pair at any timeframe, all over the same history."""


@dataclass(frozen=True)
class TimeframeBlock:
    """Features of one timeframe.

    Attributes
    ----------
    known_at : int64 array of shape (n,)
        Opening time (ms) of the first base candle at whose close the row is known, ascending.
    values : float32 array of shape (n, k)
    finite : bool array of shape (n,)
        Rows without a missing or infinite value.
    names : tuple of str
        `%-<feature>_<period>` and the timeframe apart, without the pair.
    timeframe : str
    candles : DataFrame
        What the values were computed from.
    """

    known_at: IntArray
    values: Float32Array
    finite: BoolArray
    names: tuple[str, ...]
    timeframe: str
    candles: pd.DataFrame

    def rows_at(self, times: IntArray) -> IntArray:
        """Row known at each base candle; -1 before the first, and once the next one should have come.

        Candles that have ended are no answer, as live, where a late candle gives `do_predict` 0.
        """
        rows: IntArray = np.searchsorted(self.known_at, times, side="right") - 1
        step = timeframe_delta(self.timeframe) // pd.Timedelta(milliseconds=1)
        if len(self.known_at):
            rows[times - self.known_at[rows] >= step] = -1
        return rows


@dataclass(frozen=True)
class PairFeatures:
    """Everything that is computed from one pair's candles before a model sees it.

    Attributes
    ----------
    pair : str
    times : int64 array of shape (n,)
        Opening time (ms) of each base candle.
    blocks : tuple of TimeframeBlock
        One for each timeframe; base candles first.
    standard : TimeframeBlock
        Features that the strategy adds for the pair itself, on its base candles.
    frame : DataFrame
        The base candles and the plain columns of the strategy's hooks.
    added : tuple of str
        Those plain columns.
    """

    pair: str
    times: IntArray
    blocks: tuple[TimeframeBlock, ...]
    standard: TimeframeBlock
    frame: pd.DataFrame
    added: tuple[str, ...]


def pair_features(
    strategy: Strategy,
    pair: str,
    base: pd.DataFrame,
    candles_of: CandleSource,
    config: Mapping[str, Any],
    known: PairFeatures | None = None,
) -> PairFeatures:
    """Call the strategy's feature hooks for one pair, as FreqAI does.

    Parameters
    ----------
    strategy : IStrategy
    pair : str
    base : DataFrame
        Candles of the base timeframe.
    candles_of : callable
        Candles of any pair at any timeframe. `feature_engineering_standard` gets it as `metadata["candles"]`,
        because live a model is trained on more history than the data provider has.
    config : mapping
        Freqtrade's configuration.
    known : PairFeatures, optional
        The pair's features before the newest candle: blocks whose candles are still the same are kept. Most
        base candles close no slow one.

    Raises
    ------
    OperationalException
        If `feature_engineering_standard` drops rows or columns.
    """
    times = opening_times(base["date"])
    earlier = {block.timeframe: block for block in known.blocks} if known is not None else {}
    blocks = tuple(_blocks(strategy, pair, base, candles_of, config, earlier))
    own = [named(block, pair) for block in blocks]
    values = np.concatenate([values_at(block, times) for block in blocks], axis=1)
    names = [name for block_names in own for name in block_names]
    given = pd.concat([base, pd.DataFrame(values, columns=names, index=base.index, copy=False)], axis=1)
    frame = strategy.feature_engineering_standard(
        given.copy(), metadata={"pair": pair, "candles": candles_of}
    )
    lost = [name for name in given.columns if name not in frame.columns]
    if lost or len(frame) != len(base):
        raise OperationalException(
            f"feature_engineering_standard of {pair} returned {len(frame)} of {len(base)} rows and lost "
            f"{counted(len(lost), 'column')} ({', '.join(lost[:3])}); it may only add columns"
        )
    added = [name for name in frame.columns if "%" in name and name not in given.columns]
    standard = _block(frame[added], times, tuple(added), config["timeframe"], base)
    plain = [name for name in frame.columns if "%" not in name or name.startswith("%%")]
    hooks = tuple(name for name in plain if name not in base.columns)
    return PairFeatures(pair, times, blocks, standard, frame[plain], hooks)


def _blocks(
    strategy: Strategy,
    pair: str,
    base: pd.DataFrame,
    candles_of: CandleSource,
    config: Mapping[str, Any],
    earlier: Mapping[str, TimeframeBlock],
) -> Iterator[TimeframeBlock]:
    options = config["freqai"]["feature_parameters"]
    base_step = timeframe_delta(config["timeframe"])
    for timeframe in options["include_timeframes"]:
        candles = base if timeframe == config["timeframe"] else candles_of(pair, timeframe)
        if timeframe in earlier and same_candles(earlier[timeframe].candles, candles):
            yield earlier[timeframe]
            continue
        metadata = {"pair": pair, "tf": timeframe}
        parts = [
            _features_of(
                strategy.feature_engineering_expand_all(candles.copy(), period, metadata=metadata), period
            )
            for period in options["indicator_periods_candles"]
        ]
        parts.append(
            _features_of(strategy.feature_engineering_expand_basic(candles.copy(), metadata=metadata), "gen")
        )
        features = pd.concat(parts, axis=1)
        shifted = [
            features.shift(candle).add_suffix(f"_shift-{candle}")
            for candle in range(1, options.get("include_shifted_candles", 0) + 1)
        ]
        if shifted:
            features = pd.concat([features, *shifted], axis=1)
        delay = (timeframe_delta(timeframe) - base_step) // pd.Timedelta(milliseconds=1)
        known_at = opening_times(candles["date"]) + delay
        yield _block(features, known_at, tuple(features.columns), timeframe, candles)


def _features_of(frame: pd.DataFrame, suffix: int | str) -> pd.DataFrame:
    return frame[[name for name in frame.columns if "%" in name]].add_suffix(f"_{suffix}")


def _block(
    features: pd.DataFrame, known_at: IntArray, names: tuple[str, ...], timeframe: str, candles: pd.DataFrame
) -> TimeframeBlock:
    with np.errstate(over="ignore"):  # values beyond float32 become infinite and count as missing
        values = np.ascontiguousarray(features.to_numpy(dtype=np.float32))
    return TimeframeBlock(known_at, values, np.isfinite(values).all(axis=1), names, timeframe, candles)


def same_candles(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two frames hold the same candles; other columns do not count."""
    if len(one) != len(other) or not np.array_equal(opening_times(one["date"]), opening_times(other["date"])):
        return False
    numbers = [name for name in COLUMNS if name != "date"]
    return all(
        np.array_equal(one[name].to_numpy(), other[name].to_numpy(), equal_nan=True) for name in numbers
    )


def named(block: TimeframeBlock, pair: str) -> list[str]:
    """FreqAI's names: the pair and the timeframe at the end, without colons."""
    return [f"{name}_{pair}_{block.timeframe}".replace(":", "") for name in block.names]


def values_at(block: TimeframeBlock, times: IntArray) -> Float32Array:
    """Newest row known at each base candle, shape (len(times), k); NaN before the first."""
    rows = block.rows_at(times)
    values = block.values[rows]
    values[rows < 0] = np.nan
    return values
