"""Section 3, second half: what the experts use, and how far their features have drifted."""

import math
from collections.abc import Iterator

import pandas as pd

from auriga.report._blocks import Block, Chart, Table, Text, absent, notes
from auriga.report._data import ReportData
from auriga.report._figures import add_level, moments, name_rows, new_figure, rounded
from auriga.report._guarded import attempt, section
from auriga.report._palette import BAD, SECOND, mark
from auriga.report._prediction_section import LARGE_SHIFT, prediction_blocks
from auriga.report._tables import Column, frame_table, number, or_unknown, percent

N_FEATURES = 10
N_DRIFTING = 12
_LEAD = (
    "How good the predictions were on candles the models had not seen, who answered, from how many rows each "
    "expert learnt, and which features they use. No trading rule can earn what is not in the predictions."
)


@section("predictions", "How good the predictions are", _LEAD)
def quality_section(data: ReportData) -> Iterator[Block]:
    """Give the third section: predictions first, then models."""
    yield from attempt("predictions", prediction_blocks, data)
    yield from attempt("models", model_blocks, data)


def model_blocks(data: ReportData) -> Iterator[Block]:
    """Give importance and feature drift, or why there is none."""
    if data.models is None:
        yield from absent(data.reason("models"))
        return
    if data.models.missing:
        yield from absent(data.models.missing)
        return
    yield from attempt("importance", importance_blocks, data.models.importance)
    yield from attempt("drift", drift_blocks, data.models.drift)
    yield from notes(data.models.notes)


def importance_blocks(importance: pd.DataFrame) -> tuple[Block, ...]:
    """Return a figure for each expert, and a table of them side by side."""
    if importance.empty:
        return (Text("No model of this backtest has an importance.", tone="missing"),)
    experts = [str(expert) for expert in dict.fromkeys(importance["expert"])]
    blocks: list[Block] = []
    for expert in experts:
        own = importance[importance["expert"] == expert]
        blocks += attempt(f"what the expert uses: {expert}", importance_chart, expert, own)
    return (*blocks, *attempt("importance of features", importance_table, importance, experts))


def importance_chart(expert: str, importance: pd.DataFrame) -> Chart:
    """Return the most used features of an expert, by gain and by SHAP."""
    top = _most_important(importance).head(N_FEATURES).iloc[::-1]
    figure = new_figure(height=90 + 34 * len(top), x="Share of the expert's total in %")
    places = name_rows(figure, top["feature"])
    for column, said, color in (("gain_frac", "gain", SECOND), ("shap_frac", "SHAP", mark(expert))):
        figure.add_bar(
            x=rounded(100 * top[column]), y=places, orientation="h", name=said, marker={"color": color}
        )
    figure.update_layout(barmode="group", legend={"traceorder": "reversed"})
    shares = [
        f"{percent(1)(top[column].iloc[-1])} by {said}"
        for column, said in (("shap_frac", "SHAP"), ("gain_frac", "gain"))
        if math.isfinite(top[column].iloc[-1])
    ]
    return Chart(
        f"importance-{expert.replace(' ', '-')}", f"What the expert uses: {expert}", figure,
        f"Most used: {', '.join([str(top['feature'].iloc[-1]), *shares])}.",
        "Gain: what splits on the feature saved in training. SHAP: how far it moved predictions.",
        "one feature that stands far above all others (a leak?), or gain without SHAP (noise was learnt).",
        half=True,
    )  # fmt: skip


def _most_important(importance: pd.DataFrame) -> pd.DataFrame:
    """By SHAP, then by gain: an expert without rows of its regime has no SHAP values, others tell no gain."""
    return importance.sort_values(["shap_frac", "gain_frac"], ascending=False, kind="stable")


def importance_table(importance: pd.DataFrame, experts: list[str]) -> Table:
    """Return the features that matter most, experts side by side."""
    largest = importance.groupby("feature", sort=False)[["gain_frac", "shap_frac"]].max().reset_index()
    best = pd.Index(_most_important(largest)["feature"].head(2 * N_FEATURES))
    said = {"gain_frac": "gain", "shap_frac": "SHAP"}
    shares: dict[str, pd.Series] = {}
    columns: dict[str, Column] = {}
    for expert in experts:
        own = importance[importance["expert"] == expert].set_index("feature")
        for kind, word in said.items():
            shares[f"{expert} {kind}"] = own[kind].reindex(best)
            title = f"{expert.capitalize()}, {word}"
            columns[f"{expert} {kind}"] = Column(title, percent(1), _why(own[kind], kind))
    caption = "Importance of features in each expert"
    note = "Shares of each expert's own trees, averaged over windows; columns sum to 100 % over all features."
    shown = pd.DataFrame(shares, index=best)
    return frame_table("importance", caption, "Feature", shown, columns, note=note)


def _why(shares: pd.Series, kind: str) -> str:
    """Reason for a dash."""
    if shares.notna().any():
        return "not used"
    if kind == "gain_frac":
        return "this estimator does not tell, or its trees never split"
    return "no candle of its regime was predicted, or this estimator does not tell"


def drift_blocks(drift: pd.DataFrame) -> tuple[Block, ...]:
    """Return how far the features drifted between training and use."""
    measured = drift.dropna(subset="psi")
    if measured.empty:
        return (Text("No drift of features could be measured.", tone="missing"),)
    worst = measured.groupby("feature")["psi"].agg(["median", "max"]).nlargest(N_DRIFTING, "median")
    return (
        *attempt("features that drift most", features_drift_chart, worst),
        *attempt("drift by window", windows_drift_chart, measured),
        *attempt("stability index of features", features_drift_table, worst),
    )


def features_drift_chart(worst: pd.DataFrame) -> Chart:
    """Return the features that drift most."""
    shown = worst.iloc[::-1]
    figure = new_figure(height=90 + 28 * len(shown), x="Stability index (PSI), median of windows")
    colors = [BAD if value > LARGE_SHIFT else SECOND for value in shown["median"]]
    places = name_rows(figure, shown.index)
    figure.add_bar(x=rounded(shown["median"]), y=places, orientation="h", marker={"color": colors})
    add_level(figure, LARGE_SHIFT, vertical=True, color=BAD)
    return Chart(
        "feature-drift", "Features that drift most", figure,
        f"Most: {worst.index[0]}, {or_unknown(worst['median'].iloc[0], number(2))}.",
        f"How differently a feature is distributed where the model is used and where it learnt; above "
        f"{LARGE_SHIFT} it is a large shift.",
        "important features far right of the dashed line: the model extrapolates.", half=True,
    )  # fmt: skip


def windows_drift_chart(drift: pd.DataFrame) -> Chart:
    """Return the share of features with a large shift, by window."""
    share = drift.assign(large=drift["psi"] > LARGE_SHIFT).groupby("window")["large"].mean()
    figure = new_figure(height=260, y="Features with a large shift, %")
    days = moments(pd.to_datetime(share.index))
    figure.add_bar(x=days, y=rounded(100 * share), marker={"color": SECOND})
    return Chart(
        "window-drift", "Drift by window", figure,
        f"On average {100 * share.mean():.0f} % of the features of a window have a large shift.",
        f"Which share of the features has an index above {LARGE_SHIFT} in each window.",
        "bars that grow from window to window.", half=True,
    )  # fmt: skip


def features_drift_table(worst: pd.DataFrame) -> Table:
    """Return the same with figures."""
    columns = {"median": Column("Median of windows", number(3)), "max": Column("Largest", number(3))}
    return frame_table("drift", "Stability index of features", "Feature", worst, columns)
