"""Trap T14: the dissimilarity index builds a matrix of n x n distances."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from freqtrade.exceptions import OperationalException
from tests.support.stock import StockRun


@pytest.mark.parametrize("rows", [500, 1000])
def test_stock_dissimilarity_index_needs_a_matrix_of_rows_by_rows(tmp_path, datadir, rows) -> None:
    model = StockRun(tmp_path, datadir, feature_parameters={"DI_threshold": 0.9}).strategy.freqai
    features = pd.DataFrame(np.random.default_rng(1).normal(size=(rows, 3)), columns=list("abc"))
    pipeline = model.define_data_pipeline(threads=1)
    tracemalloc.start()
    try:
        pipeline.fit(features)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak > 8 * rows**2  # 8 bytes a distance: 7.2 GB for the 30,000 rows of 100 days of 5m


def test_ours_refuses_it_and_says_why(freqai_run) -> None:
    with pytest.raises(OperationalException, match=r"DI_threshold is 0\.9.*30,000 rows take 7 GB"):
        freqai_run(freqai={"feature_parameters": {"DI_threshold": 0.9}})
