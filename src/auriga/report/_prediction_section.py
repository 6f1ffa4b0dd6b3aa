"""Section 3, first half: how good the predictions were."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from auriga.host.evidence import PredictionEvidence
from auriga.report._blocks import Block, Chart, Table, Text, absent, notes
from auriga.report._data import ReportData
from auriga.report._expected_moves import expected_move_blocks
from auriga.report._figures import add_level, add_line, forest, moments, new_figure, rounded, thinned
from auriga.report._guarded import attempt
from auriga.report._palette import BAD, MUTED, SECOND, STRATEGY, mark
from auriga.report._tables import Column, frame_table, number, or_unknown, percent, words

EVERYTHING = "all"
LARGE_SHIFT = 0.25
"""Population stability index above which a distribution is commonly called another one."""

_NOT_EXPERTS = {
    "trained_from",
    "trained_until",
    "failed",
    "fallback_frac",
    "unusable_frac",
    "up_share",
    "reasons",
}
_SILENT = "answered nothing, or was not trained"
_FEW = "too few rows, or rows of one class only"
_BY = {"regime": "regime", "pair": "pair", "expert": "expert that answered", "window": "window"}


def prediction_blocks(data: ReportData) -> Iterator[Block]:
    """Give tables and figures of prediction quality, or why there are none."""
    if data.predictions is None:
        yield from absent(data.reason("predictions"))
        return
    found = data.predictions
    if found.label:
        yield Text(f"Predicted: {found.label}.")
    if found.by_regime.empty:
        yield from absent(" ".join(found.notes) or "There are no predictions.")
        yield from attempt("windows", window_blocks, found) if len(found.windows) else ()
        return
    for by, scores in (("regime", found.by_regime), ("pair", found.by_pair)):
        yield from attempt(f"AUC by {by}", scores_chart, by, scores)
    for by, scores in (("regime", found.by_regime), ("pair", found.by_pair), ("expert", found.by_expert)):
        yield from attempt(f"scores by {by}", scores_table, by, scores)
    yield from attempt("calibration", calibration_chart, found.calibration)
    yield from attempt("expected moves", expected_move_blocks, found)
    yield from attempt("AUC by window", windows_auc_chart, found.by_window)
    yield from attempt("windows", window_blocks, found)
    yield from attempt("scores by window", scores_table, "window", found.by_window)
    yield from notes(found.notes)


def window_blocks(found: PredictionEvidence) -> Iterator[Block]:
    """Give what the training windows had and did."""
    yield from attempt("rows of each expert", rows_chart, found.windows)
    yield from attempt("fallback, unusable rows, class balance", shares_chart, found.windows)
    yield from attempt("drift of the prediction", probability_drift_chart, found.drift)
    yield from attempt("training windows", windows_table, found.windows)


def _names(frame: pd.DataFrame) -> list[str]:
    return [_day(name) for name in frame.index]


def _day(name: object) -> str:
    return f"{name:%Y-%m-%d}" if isinstance(name, pd.Timestamp) else str(name)


def scores_table(by: str, scores: pd.DataFrame) -> Table:
    """Return AUC, log-loss, Brier and information coefficient of each group."""
    columns = {
        "rows": Column("Rows", number(0)),
        "up_share": Column("Rose", percent(1)),
        "auc": Column("AUC (95 %)", number(4), _FEW, ("auc_low", "auc_high")),
        "log_loss": Column("Log-loss, nats", number(5), _FEW),
        "log_loss_constant": Column("Constant's", number(5), _FEW),
        "skill_1e5": Column(
            "Saved, 1e-5 nats (95 %)", number(0, sign=True), _FEW, ("skill_low", "skill_high"), toned=True
        ),
        "brier": Column("Brier", number(4), _FEW),
        "ic": Column("IC (95 %)", number(3, sign=True), _FEW, ("ic_low", "ic_high"), toned=True),
    }
    note = (
        "AUC: 0.5 is guessing. Saved: log-loss less than that of always telling the training share; below 0 "
        "is worse than a constant. IC: rank correlation of the probability with the return over the horizon."
    )
    return frame_table(
        f"scores-by-{by}", f"Prediction quality by {_BY[by]}", by.capitalize(), scores, columns,
        names=_day, note=note if by == "regime" else "",
    )  # fmt: skip


def scores_chart(by: str, scores: pd.DataFrame) -> Chart:
    """Return the AUC of each group with its interval."""
    values = scores[["auc", "auc_low", "auc_high"]].to_numpy(float)
    names = _names(scores)
    figure = forest(
        names, values[:, 0], values[:, 1], values[:, 2], level=0.5, x="AUC (0.5 is guessing)",
        colors=[mark(name) for name in names],
    )  # fmt: skip
    said = "; ".join(
        f"{name} {or_unknown(auc, number(3))}" for name, auc in zip(names, values[:, 0], strict=True)
    )
    return Chart(
        f"auc-by-{by}", f"AUC by {_BY[by]}", figure, f"AUC: {said}.",
        "How often a candle before a rise got a higher probability than one before a fall. Bars are 95 % "
        "intervals, the dashed line is guessing.",
        "bars that hold the dashed line, or lie left of it: there is nothing to trade on.", half=True,
    )  # fmt: skip


def calibration_chart(calibration: pd.DataFrame) -> Chart:
    """Return what was told against what came, by regime."""
    figure = new_figure(height=360, x="Predicted probability of a rise", y="Share that rose")
    told = calibration["predicted"]
    ends = rounded([told.min(), told.max()]) if len(calibration) else [0.0, 1.0]
    line = {"color": MUTED, "width": 1.2, "dash": "dash"}
    figure.add_scatter(x=ends, y=ends, mode="lines", line=line, name="as told")
    for regime, bins in calibration.groupby("regime", sort=False):
        color, wide = mark(str(regime)), regime == EVERYTHING
        figure.add_scatter(
            x=rounded(bins["predicted"]), y=rounded(bins["observed"]), mode="lines+markers",
            name=str(regime), line={"color": color, "width": 2.6 if wide else 1.4},
            marker={"color": color, "size": 7}, customdata=bins["rows"].tolist(),
            hovertemplate="told %{x:.3f}, came %{y:.3f}, %{customdata} rows",
        )  # fmt: skip
    gap = (calibration["observed"] - told).abs()[calibration["regime"] == EVERYTHING]
    alt = f"Mean distance from the dashed line over all rows: {or_unknown(gap.mean(), number(3))}."
    return Chart(
        "calibration", "Calibration", figure, alt,
        "Rows in ten equal parts by what was predicted. On the dashed line, what was told came as often.",
        "a flat line: the probabilities differ, but what happens does not.",
    )  # fmt: skip


def windows_auc_chart(by_window: pd.DataFrame) -> Chart:
    """Return the AUC of each window over time."""
    scores = by_window[by_window.index.astype("str") != EVERYTHING]
    days = pd.to_datetime(pd.Index(_names(scores)))
    figure = new_figure(height=280, y="AUC")
    spans = scores[["auc_low", "auc_high"]].to_numpy(float)
    figure.add_scatter(
        x=[text for day in moments(days) for text in (day, day, None)],
        y=[bound for low, high in spans for bound in (*rounded([low, high]), None)],
        mode="lines", line={"color": MUTED, "width": 2}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    add_line(figure, days, scores["auc"], "AUC", STRATEGY, mode="markers", showlegend=False)
    add_level(figure, 0.5)
    above = int((scores["auc"] > 0.5).sum())
    return Chart(
        "auc-by-window", "AUC by window", figure,
        f"{above} of {len(scores)} windows are above 0.5.",
        "One point for each prediction window, with its 95 % interval where it has 20 days or more; the "
        "dashed line is guessing.",
        "points on both sides of the line alike, or a fall over time: the market has changed.",
    )  # fmt: skip


def experts_of(windows: pd.DataFrame) -> list[str]:
    """Names of the experts that have a column of training rows."""
    return [str(name) for name in windows.columns if name not in _NOT_EXPERTS]


def _window_days(frame: pd.DataFrame) -> list[str]:
    return moments(pd.to_datetime(frame.index))


def rows_chart(windows: pd.DataFrame) -> Chart:
    """Return how many rows each expert was trained on, by window."""
    figure = new_figure(height=280, y="Training rows")
    experts = experts_of(windows)
    for expert in experts:
        rows = windows[expert].to_numpy(float)
        style = {"color": mark(expert), "width": 1.8, "shape": "hv"}
        figure.add_scatter(
            x=_window_days(windows), y=rounded(rows), name=expert, mode="lines+markers", line=style,
            marker={"color": mark(expert), "size": 5},
        )  # fmt: skip
    least = "; ".join(
        f"{expert} {or_unknown(windows[expert].astype(float).min(), number(0))}" for expert in experts
    )
    return Chart(
        "training-rows", "Rows of each expert", figure,
        f"Fewest rows: {least}." if len(windows) else "No windows.",
        "How many candles of its regime each expert could learn from, window by window.",
        "an expert near or below regime.min_samples: it has hardly seen its regime.", half=True,
    )  # fmt: skip


def shares_chart(windows: pd.DataFrame) -> Chart:
    """Return fallback, unusable rows and class balance by window."""
    figure = new_figure(height=280, y="Share of rows in %")
    wanted = (
        ("fallback_frac", "answered by the fallback", SECOND),
        ("unusable_frac", "not usable", BAD),
        ("up_share", "rises in training", STRATEGY),
    )
    for name, said, color in wanted:
        add_line(
            figure, pd.to_datetime(windows.index), 100 * windows[name].astype(float), said, color,
            mode="lines+markers",
        )  # fmt: skip
    means = "; ".join(
        f"{said} {or_unknown(windows[name].astype(float).mean(), percent(1))}" for name, said, _ in wanted
    )
    return Chart(
        "shares", "Fallback, unusable rows, class balance", figure, f"Means: {means}.",
        "Which share of each window the fallback answered, which had no usable prediction, and how many rows "
        "of the training rose.",
        "much fallback (the split hardly takes part), unusable rows, or a balance that jumps.", half=True,
    )  # fmt: skip


def probability_drift_chart(drift: pd.DataFrame) -> Chart:
    """Return how far the probabilities moved from those of the first window."""
    figure = new_figure(height=260, y="Stability index (PSI)")
    rows = thinned(drift)
    add_line(
        figure, pd.to_datetime(rows.index), rows["probability_psi"], "probability", STRATEGY,
        mode="lines+markers", showlegend=False,
    )  # fmt: skip
    add_level(figure, LARGE_SHIFT, color=BAD)
    above = int((drift["probability_psi"] > LARGE_SHIFT).sum())
    return Chart(
        "probability-drift", "Drift of the prediction", figure,
        f"{above} of {len(drift)} windows are above {LARGE_SHIFT}.",
        f"How much a window's probabilities differ from those of the first one; above the dashed line "
        f"({LARGE_SHIFT}) they are commonly called other ones.",
        "high values: thresholds tuned on the first windows mean something else now.",
    )  # fmt: skip


def windows_table(windows: pd.DataFrame) -> Table:
    """Return spans, rows and failures of each training window."""
    experts = experts_of(windows)
    columns = {
        **{expert: Column(f"{expert.capitalize()}, rows", number(0), _SILENT) for expert in experts},
        "fallback_frac": Column("Fallback", percent(1), "no rows"),
        "unusable_frac": Column("Unusable", percent(1), "no rows"),
        "up_share": Column("Rises", percent(1), "not trained"),
    }
    plain = frame_table("windows", "Training windows", "Predicts from", windows, columns, names=_day)
    return _with_spans(plain, windows)


def _with_spans(table: Table, windows: pd.DataFrame) -> Table:
    spans = [_span(row) for row in windows.to_dict("records")]
    failed = [str(text) for text in windows["failed"]]
    rows = tuple(
        type(row)(row.name, (*words([span]), *row.cells, *words([why])), row.key)
        for row, span, why in zip(table.rows, spans, failed, strict=True)
    )
    n_failed = sum(map(bool, failed))
    note = (
        f"{n_failed} of {len(failed)} windows failed: nothing was predicted." if n_failed else "None failed."
    )
    columns = ("Trained on", *table.columns, "Failed")
    return Table(table.key, table.caption, table.corner, columns, rows, note)


def _span(row: Mapping[Any, Any]) -> str:
    ends = (row["trained_from"], row["trained_until"])
    return " to ".join(map(_day, ends)) if all(pd.notna(end) for end in ends) else ""
