"""Section 3, second half: what the experts use, and how far their features have drifted."""

import pandas as pd

from auriga.report._blocks import Block, Chart, Section, Table, Text, absent, notes
from auriga.report._data import ReportData
from auriga.report._figures import add_level, moments, name_rows, new_figure, rounded
from auriga.report._palette import BAD, SECOND, mark
from auriga.report._prediction_section import LARGE_SHIFT, prediction_blocks
from auriga.report._tables import Column, frame_table, number, percent

N_FEATURES = 10
N_DRIFTING = 12
_LEAD = (
    "How good the predictions were on candles the models had not seen, who answered, from how many rows each "
    "expert learnt, and which features they use. No trading rule can earn what is not in the predictions."
)


def quality_section(data: ReportData) -> Section:
    """Return the third section: predictions first, then models."""
    blocks = (*prediction_blocks(data), *model_blocks(data))
    lead = f"{_LEAD} Predicted: {data.predictions.label}." if data.predictions else _LEAD
    return Section("predictions", "How good the predictions are", lead, blocks)


def model_blocks(data: ReportData) -> tuple[Block, ...]:
    """Return importance and feature drift, or why there is none."""
    if data.models is None:
        return absent(data.reason("models"))
    if data.models.missing:
        return absent(data.models.missing)
    return (
        *importance_blocks(data.models.importance),
        *drift_blocks(data.models.drift),
        *notes(data.models.notes),
    )


def importance_blocks(importance: pd.DataFrame) -> tuple[Block, ...]:
    """Return a figure for each expert, and a table of them side by side."""
    if importance.empty:
        return (Text("No model of this backtest has an importance.", tone="missing"),)
    experts = list(dict.fromkeys(importance["expert"]))
    charts = [importance_chart(str(expert), importance[importance["expert"] == expert]) for expert in experts]
    return (*charts, importance_table(importance, experts))


def importance_chart(expert: str, importance: pd.DataFrame) -> Chart:
    """Return the most used features of an expert, by gain and by SHAP."""
    top = importance.nlargest(N_FEATURES, "shap_frac").iloc[::-1]
    figure = new_figure(height=90 + 34 * len(top), x="Share of the expert's total in %")
    places = name_rows(figure, top["feature"])
    for column, said, color in (("gain_frac", "gain", SECOND), ("shap_frac", "SHAP", mark(expert))):
        figure.add_bar(
            x=rounded(100 * top[column]), y=places, orientation="h", name=said, marker={"color": color}
        )
    figure.update_layout(barmode="group", legend={"traceorder": "reversed"})
    first = top.iloc[-1]
    return Chart(
        f"importance-{expert.replace(' ', '-')}", f"What the expert uses: {expert}", figure,
        f"Most used: {first['feature']}, {100 * first['shap_frac']:.1f} % by SHAP, "
        f"{100 * first['gain_frac']:.1f} % by gain.",
        "Gain: what splits on the feature saved in training. SHAP: how far it moved predictions.",
        "one feature that stands far above all others (a leak?), or gain without SHAP (noise was learnt).",
        half=True,
    )  # fmt: skip


def importance_table(importance: pd.DataFrame, experts: list[str]) -> Table:
    """Return the features that matter most, experts side by side."""
    wide = importance.pivot_table(
        index="feature", columns="expert", values=["gain_frac", "shap_frac"], sort=False, observed=True
    )
    best = pd.DataFrame(wide["shap_frac"]).max(axis=1).nlargest(2 * N_FEATURES).index
    flat = pd.DataFrame(
        {
            f"{expert} {kind}": wide[(kind, expert)].loc[best]
            for expert in experts
            for kind in ("gain_frac", "shap_frac")
        }
    )
    said = {"gain_frac": "gain", "shap_frac": "SHAP"}
    columns = {
        f"{expert} {kind}": Column(f"{expert.capitalize()}, {said[kind]}", percent(1), "not used")
        for expert in experts
        for kind in said
    }
    caption = "Importance of features in each expert"
    note = "Shares of each expert's own trees, averaged over windows; columns sum to 100 % over all features."
    return frame_table("importance", caption, "Feature", flat, columns, note=note)


def drift_blocks(drift: pd.DataFrame) -> tuple[Block, ...]:
    """Return how far the features drifted between training and use."""
    if drift.empty:
        return (Text("No drift of features could be measured.", tone="missing"),)
    by_feature = drift.groupby("feature")["psi"].agg(["median", "max"])
    worst = by_feature.nlargest(N_DRIFTING, "median")
    return (features_drift_chart(worst), windows_drift_chart(drift), features_drift_table(worst))


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
        f"Most: {worst.index[0]}, {worst['median'].iloc[0]:.2f}.",
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
