"""Features sorted into LightGBM's histogram bins once, shared by every model that trains on them."""

from collections.abc import Mapping, Sequence
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

from auriga.errors import ParameterError
from auriga.typing import FloatArray, IntArray


class BinnedFeatures:
    """Rows of features as bin numbers: one byte each, taken by position without being sorted again.

    Sorting into bins costs more than growing a few small trees, so it is done once for all windows,
    experts and pairs. The raw values are not kept.

    Parameters
    ----------
    features : sequence of arrays or `lightgbm.Sequence`, each of shape (n_i, n_features)
        Stacked in this order. NaN is a bin of its own. A `Sequence` is read in batches, so that the raw
        values never stand in memory together; then a reference is needed.
    reference : array of shape (m, n_features), optional
        Rows the bin edges come from; all of `features` by default. In a walk-forward these must
        precede the first test row, or the edges would know the future's range.
    params : mapping, optional
        LightGBM parameters; those that concern bins (`max_bin`, `min_data_in_bin`, ...) take effect
        here, and models on these features must be given the same ones.

    Raises
    ------
    ParameterError
        If there are no rows, or the arrays differ in width.

    Examples
    --------
    >>> binned = BinnedFeatures([np.zeros((3, 2)), np.ones((2, 2))])
    >>> binned.shape, binned.take([0, 4]).shape
    ((5, 2), (2, 2))
    """

    def __init__(
        self,
        features: Sequence[npt.NDArray[Any] | lgb.Sequence],
        *,
        reference: npt.NDArray[Any] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> None:
        parts = [part if isinstance(part, lgb.Sequence) else _contiguous(part) for part in features]
        rows = sum(len(part) for part in parts)
        if not rows or (reference is not None and not len(reference)):
            raise ParameterError("there are no rows to sort into bins")
        widths = {part[:1].shape[1] for part in parts} | (
            {reference.shape[1]} if reference is not None else set()
        )
        if len(widths) != 1:
            raise ParameterError(f"features have {sorted(widths)} columns; all arrays need the same ones")
        self.params = dict(params or {}) | {"feature_pre_filter": False, "verbosity": -1}
        data: Any = parts if len(parts) > 1 or isinstance(parts[0], lgb.Sequence) else parts[0]
        if reference is None:
            if any(isinstance(part, lgb.Sequence) for part in parts):
                raise ParameterError(
                    "a Sequence is read in batches and needs reference rows for the bin edges"
                )
            self._all = lgb.Dataset(data, params=self.params).construct()
        else:
            edges = lgb.Dataset(_contiguous(reference), params=self.params)
            self._all = edges.create_valid(data, params=self.params).construct()
        self._rows: IntArray = np.arange(rows, dtype=np.int64)
        self._n_features = widths.pop()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and features."""
        return len(self._rows), self._n_features

    def take(self, rows: npt.ArrayLike) -> "BinnedFeatures":
        """Return a view of the rows at these ascending positions; nothing is copied or sorted again."""
        view = object.__new__(BinnedFeatures)
        view.params, view._all, view._n_features = self.params, self._all, self._n_features
        view._rows = self._rows[np.asarray(rows)]
        return view

    def dataset(
        self,
        rows: npt.ArrayLike,
        target: npt.NDArray[Any],
        *,
        weight: FloatArray | None = None,
        init_score: FloatArray | None = None,
    ) -> lgb.Dataset:
        """Training set of LightGBM from the rows at these ascending positions."""
        data = self._all.subset(self._rows[np.asarray(rows)], params=self.params).construct()
        data.set_label(target)
        if weight is not None:
            data.set_weight(weight)
        if init_score is not None:
            data.set_init_score(init_score)
        return data


def _contiguous(part: npt.NDArray[Any]) -> npt.NDArray[Any]:
    dtype = part.dtype if part.dtype in (np.float32, np.float64) else np.float64
    return np.ascontiguousarray(part, dtype=dtype)
