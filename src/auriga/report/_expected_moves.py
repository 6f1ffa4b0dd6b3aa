"""Whether moves came as large as they were expected: the calibration of expected moves."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from auriga.host.evidence import PredictionEvidence
from auriga.report._blocks import Block, Chart, Table, absent
from auriga.report._figures import add_level, new_figure, rounded
from auriga.report._guarded import attempt
from auriga.report._palette import MUTED, mark
from auriga.report._tables import Column, frame_table, number, or_unknown

_EVERYTHING = "all"
_FEW = "fewer than two weeks"


def expected_move_blocks(found: PredictionEvidence) -> Iterator[Block]:
    """Give the figure and the table of expected against realised moves, or why there are none."""
    if found.expected.empty:
        yield from absent(
            "The models of this backtest told no expected moves, or none whose outcome is known."
        )
        return
    yield from attempt("expected moves", expected_moves_chart, found.expected, found.expected_slopes)
    yield from attempt("expected moves, table", expected_moves_table, found.expected, found.expected_slopes)


def expected_moves_chart(expected: pd.DataFrame, slopes: pd.DataFrame) -> Chart:
    """Return expected against realised moves, by regime."""
    figure = new_figure(height=360, x="Expected move in bp", y="Realised move in bp")
    ends = rounded([expected["expected"].min(), expected["expected"].max()])
    line = {"color": MUTED, "width": 1.2, "dash": "dash"}
    figure.add_scatter(x=ends, y=ends, mode="lines", line=line, name="as expected")
    add_level(figure, 0.0)
    for regime, buckets in expected.groupby("regime", sort=False):
        wide = regime == _EVERYTHING
        figure.add_scatter(
            x=rounded(buckets["expected"]), y=rounded(buckets["realised"]), mode="lines+markers",
            name=str(regime), line={"color": mark(str(regime)), "width": 2.6 if wide else 1.2},
            marker={"color": mark(str(regime)), "size": 7}, customdata=buckets["rows"].tolist(),
            error_y=_bars(buckets) if wide else None,
            hovertemplate="expected %{x:.1f} bp, came %{y:.1f} bp, %{customdata} rows",
        )  # fmt: skip
    return Chart(
        "expected-moves", "Expected and realised moves", figure, f"{_slope(slopes)}.",
        "Rows by the move that was expected over the label's horizon, with the mean that came; bars are 95 % "
        "intervals of resampled weeks. On the dashed line moves came as expected.",
        "points between the dashed line and 0: moves were promised that did not come.",
    )  # fmt: skip


def _bars(buckets: pd.DataFrame) -> dict[str, object]:
    mean = buckets["realised"]
    return {
        "type": "data", "symmetric": False, "array": rounded(buckets["realised_high"] - mean),
        "arrayminus": rounded(mean - buckets["realised_low"]), "color": MUTED, "thickness": 1.2, "width": 0,
    }  # fmt: skip


def expected_moves_table(expected: pd.DataFrame, slopes: pd.DataFrame) -> Table:
    """Return the buckets of all regimes together."""
    own = expected[expected["regime"] == _EVERYTHING]
    names = [_bucket(low, high) for low, high in zip(own["low"], own["high"], strict=True)]
    buckets = own.set_index(pd.Index(names))
    columns = {
        "rows": Column("Rows", number(0)),
        "blocks": Column("Weeks", number(0)),
        "expected": Column("Expected, bp", number(1, sign=True)),
        "realised": Column(
            "Came, bp (95 %)", number(1, sign=True), _FEW, ("realised_low", "realised_high"), toned=True
        ),
    }
    note = f"{_slope(slopes)}; 1 is honest, less promises too much."
    return frame_table(
        "expected-moves", "Realised move by expected move", "Expected", buckets, columns, note=note
    )


def _bucket(low: float, high: float) -> str:
    """Name of a bucket.

    Examples
    --------
    >>> _bucket(-np.inf, -25.0), _bucket(5.0, 10.0), _bucket(40.0, np.inf)
    ('below -25', '5 to 10', '40 and more')
    """
    if low == -np.inf and np.isfinite(high):
        return f"below {high:g}"
    if not np.isfinite(low) or np.isnan(high):
        return "not known"
    return f"{low:g} and more" if np.isinf(high) else f"{low:g} to {high:g}"


def _slope(slopes: pd.DataFrame) -> str:
    row = slopes.reindex([_EVERYTHING]).iloc[0]
    told = or_unknown(row["slope"], number(2))
    between = f"{or_unknown(row['low'], number(2))} to {or_unknown(row['high'], number(2))}"
    return f"Slope of realised on expected moves: {told} ({between})"
