"""The feature columns that models see: the same names in the same order for every pair."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd
from freqtrade.exceptions import OperationalException

from auriga.columns import plain_feature
from auriga.host.rows._pair_features import Float32Array, PairFeatures, TimeframeBlock, named, values_at
from auriga.host.setup import own_command
from auriga.typing import BoolArray, IntArray


@dataclass(frozen=True)
class _Section:
    """Columns of a block that models see, and their names.

    `columns` are positions in the block, None for all of them; rows of a block that is not `aligned` are
    found by time.
    """

    block: TimeframeBlock
    names: tuple[str, ...]
    columns: IntArray | None
    aligned: bool

    def values(self, rows: IntArray, times: IntArray) -> Float32Array:
        values = self.block.values[rows] if self.aligned else values_at(self.block, times[rows])
        return values if self.columns is None else values[:, self.columns]

    def finite(self, times: IntArray) -> BoolArray:
        """Which base candles have every column."""
        chosen = self.columns
        finite = self.block.finite
        if chosen is not None:
            finite = np.asarray(np.isfinite(self.block.values[:, chosen]).all(axis=1))
        if self.aligned:
            return finite
        rows = self.block.rows_at(times)
        return np.asarray((rows >= 0) & finite[rows])


class ModelColumns:
    """Columns of one pair's base candles as a model sees them, for training and prediction alike.

    First the pair's own features under the name `own`, then those that exist once for a pair, then those of
    each leading pair. A leading pair has itself among the leading pairs, so one model can read every pair.

    Parameters
    ----------
    features : PairFeatures
    leading : sequence of PairFeatures
        Pairs whose features every pair is given.
    keep : collection of str, optional
        Plain names (`regime.features.keep`) of the only columns there are; their order does not count.

    Raises
    ------
    OperationalException
        Naming what is to be kept and does not exist, with the nearest names that do.
    """

    def __init__(
        self, features: PairFeatures, leading: Sequence[PairFeatures], keep: Collection[str] | None = None
    ) -> None:
        self._times = features.times
        sections = list(_all_sections(features, leading))
        if keep is not None:
            wanted = set(keep)
            _require_known(wanted, [plain_feature(name) for part in sections for name in part.names])
            sections = [_kept(part, wanted) for part in sections]
        self._sections = [part for part in sections if part.names]

    @property
    def names(self) -> list[str]:
        """Column names with FreqAI's sign, in order."""
        return [name for part in self._sections for name in part.names]

    def rows(self, rows: IntArray) -> Float32Array:
        """Values of base candles at these positions, shape (len(rows), n_columns); missing is NaN."""
        width = sum(len(part.names) for part in self._sections)
        values = np.empty(
            (len(rows), width), dtype=np.float32
        )  # filled in place: it may be most of the memory
        column = 0
        for part in self._sections:
            values[:, column : column + len(part.names)] = part.values(rows, self._times)
            column += len(part.names)
        return values

    def complete(self) -> BoolArray:
        """Which base candles have every column, shape (n,)."""
        complete = np.ones(len(self._times), dtype=bool)
        for part in self._sections:
            complete &= part.finite(self._times)
        return complete

    def missing_counts(self, asked: BoolArray) -> dict[str, int]:
        """How many of the asked base candles miss each column, by name; only columns that are missing."""
        counts = np.count_nonzero(~np.isfinite(self.rows(np.flatnonzero(asked))), axis=0)
        return {name: int(count) for name, count in zip(self.names, counts, strict=True) if count}


def _all_sections(features: PairFeatures, leading: Sequence[PairFeatures]) -> Iterator[_Section]:
    for block in features.blocks:
        yield _Section(block, tuple(named(block, "own")), None, aligned=False)
    yield _Section(features.standard, features.standard.names, None, aligned=True)
    for other in leading:
        for block in other.blocks:
            yield _Section(block, tuple(named(block, other.pair)), None, aligned=False)


def _kept(section: _Section, wanted: Collection[str]) -> _Section:
    columns = np.array(
        [i for i, name in enumerate(section.names) if plain_feature(name) in wanted], dtype=int
    )
    if len(columns) == len(section.names):
        return section
    names = tuple(section.names[i] for i in columns)
    return _Section(section.block, names, columns, section.aligned)


def _require_known(wanted: Collection[str], known: Sequence[str]) -> None:
    unknown = sorted(set(wanted).difference(known))
    if not unknown:
        return
    parts = []
    for name in unknown[:5]:
        near = get_close_matches(name, known, n=1)
        parts.append(f"{name!r} (did you mean {near[0]!r}?)" if near else repr(name))
    raise OperationalException(
        f"regime.features.keep names features that do not exist ({len(unknown)}): {', '.join(parts)}. There "
        f"are {len(known)} with these groups, timeframes, periods and leading pairs; correct the names, or "
        f"write the list anew with: {own_command('auriga', 'features', '--write', 'FILE')}"
    )


def freqai_frame(features: PairFeatures, leading: Sequence[PairFeatures]) -> pd.DataFrame:
    """Put the frame together that FreqAI builds: plain columns, own and leading features, its names.

    Used where FreqAI's own code reads the frame, which is live. It has every feature; a model picks its own.
    """
    others = [other for other in leading if other.pair != features.pair]
    values = ModelColumns(features, others).rows(np.arange(len(features.times)))
    own = [name for block in features.blocks for name in named(block, features.pair)]
    lead = [name for other in others for block in other.blocks for name in named(block, other.pair)]
    names = [*own, *features.standard.names, *lead]
    block = pd.DataFrame(values, columns=names, index=features.frame.index, copy=False)
    return pd.concat([features.frame, block], axis=1)


def canonical_columns(names: Sequence[str], pair: str, columns: Sequence[str]) -> list[str]:
    """Columns of one pair's `freqai_frame` that hold the canonical features, in their order.

    Parameters
    ----------
    names : sequence of str
        `ModelColumns.names`.
    pair : str
    columns : sequence of str
        Columns of the frame.

    Raises
    ------
    OperationalException
        Naming features that the model was trained on and the frame lacks.
    """
    plain = pair.replace(":", "")
    known = set(columns)
    found = [_rename_own(name, plain) for name in names]
    absent = [name for name in found if name not in known]
    if absent:
        raise OperationalException(
            f"The model of {pair} was trained on features that the strategy no longer gives ({len(absent)}): "
            f"{', '.join(absent[:5])}. Give freqai.identifier a new name to train anew."
        )
    return found


def _rename_own(name: str, pair: str) -> str:
    head, separator, timeframe = name.rpartition("_own_")
    return f"{head}_{pair}_{timeframe}" if separator else name
