"""Which features make rows unusable, and which never say anything."""

from collections.abc import Iterator

import numpy as np

from auriga.columns import plain_feature
from auriga.host.examination import Examination, Finding, Level, fine
from auriga.host.rows import PairRows

_MUCH = 0.01
"""Share of rows without which a run is not quite what was asked for."""
_CHUNK = 20_000
_SAMPLE = 5000


def missing(exam: Examination) -> Iterator[Finding]:
    """Count missing values by feature over all training and test rows of each pair."""
    found: list[Finding] = []
    lost, asked = 0, 0
    for pair in exam.known_pairs:
        rows = exam.market.rows(pair)
        inside = _inside(exam, rows)
        if not inside.any():
            continue
        incomplete = inside & ~rows.complete
        lost, asked = lost + int(incomplete.sum()), asked + int(inside.sum())
        found += _of_pair(pair, rows, inside, incomplete)
        found += _constant(pair, rows, np.flatnonzero(inside))
    yield from found
    if not found:
        yield fine(
            "missing",
            f"{lost} of {asked} rows lack a feature ({lost / max(asked, 1):.2%}); none is always "
            "missing or constant",
        )


def _inside(exam: Examination, rows: PairRows) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    times, windows = rows.features.times, exam.windows
    return np.asarray((times >= windows[0].train_start) & (times < windows[-1].test_stop))


def _of_pair(
    pair: str,
    rows: PairRows,
    inside: np.ndarray[tuple[int], np.dtype[np.bool_]],
    incomplete: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> Iterator[Finding]:
    n_rows, n_lost = int(inside.sum()), int(incomplete.sum())
    if not n_lost:
        return
    counts = rows.columns.missing_counts(incomplete)
    always = rows.always_missing(incomplete) if n_lost == n_rows else []
    for name in always:
        yield Finding(
            "always_missing", Level.WRONG,
            f"{plain_feature(name)} of {pair} is missing in all {n_rows} rows, so no row can be "
            "learned from or predicted",
            "take it out of the strategy (or of regime.features), or download what it is made of",
        )  # fmt: skip
    if not always and n_lost > _MUCH * n_rows:
        worst = sorted(counts, key=lambda name: -counts[name])[:5]
        listed = ", ".join(f"{plain_feature(name)} {counts[name]}" for name in worst)
        yield Finding(
            "missing_values", Level.WARNING,
            f"{n_lost} of {n_rows} rows of {pair} ({n_lost / n_rows:.1%}) lack a feature: {listed}",
            "download earlier candles if they are at the start, else look at how these features "
            "divide or take logarithms",
        )  # fmt: skip


def _constant(
    pair: str, rows: PairRows, inside: np.ndarray[tuple[int], np.dtype[np.int_]]
) -> Iterator[Finding]:
    """Columns that never change; a few rows tell which may be, all rows which are."""
    few = rows.columns.rows(inside[:: max(1, len(inside) // _SAMPLE)])
    with np.errstate(invalid="ignore"):
        same = (few == few[0]) | ~np.isfinite(few)
    suspects = np.flatnonzero(same.all(axis=0) & np.isfinite(few).any(axis=0))
    for begin in range(0, len(inside) if len(suspects) else 0, _CHUNK):
        values = rows.columns.rows(inside[begin : begin + _CHUNK])[:, suspects]
        first = few[:, suspects][np.isfinite(few[:, suspects]).argmax(axis=0), np.arange(len(suspects))]
        suspects = suspects[((values == first) | ~np.isfinite(values)).all(axis=0)]
    names = [plain_feature(rows.columns.names[column]) for column in suspects]
    for name in names:
        yield Finding(
            "constant", Level.WARNING, f"{name} of {pair} has one value in all {len(inside)} rows",
            "take it out: it costs time and tells nothing; or look for the mistake in it",
        )  # fmt: skip
