"""The picture of regimes shows the regimes it was given, each from the time it was known."""

import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.dates import num2date
from matplotlib.figure import Figure

from auriga.candles import close_times
from auriga.host.evidence import PairRegimes
from auriga.report import draw_regimes
from auriga.report._regimes_picture import _STRIPS, _draw_price, _draw_strips, regime_runs

CODES = np.array([-2, -2, 1, 1, 1, 0, 0, -1, -1, 1], dtype=np.int8)
TRUTH = np.array([1, 1, 1, 1, 0, 0, -1, -1, 1, 1], dtype=np.int8)


@pytest.fixture
def study(make_walk) -> PairRegimes:
    candles = make_walk(len(CODES), "1d", seed=1)

    def view(codes, confidence) -> pd.DataFrame:
        frame = pd.DataFrame({"date": candles["date"], "regime": codes})
        return frame.assign(regime_confidence=confidence)

    views = {"rules": view(CODES, np.linspace(0, 1, len(CODES))), "hmm": view(-np.abs(CODES), np.nan)}
    return PairRegimes("BTC/USDT", "1d", "1d", "BTC/USDT", candles, views, {"offline": TRUTH})


def test_picture_is_written_and_not_empty(study, tmp_path) -> None:
    target = draw_regimes(study, tmp_path / "plot" / "a.png", caption="SIMULATED")
    assert target.read_bytes().startswith(b"\x89PNG")
    assert target.stat().st_size > 20_000


def strip(axes, row: int) -> list[tuple[str, str, str]]:
    """First day, last day (exclusive) and regime of each bar of a strip, as drawn."""
    collection = axes.collections[row]
    colors = {color: regime.label for regime, color in _STRIPS.items()}
    bars = []
    for path, color in zip(collection.get_paths(), collection.get_facecolors(), strict=True):
        x = path.vertices[:, 0]
        begin, end = (f"{num2date(edge):%m-%d}" for edge in (x.min(), x.max()))
        bars.append((begin, end, colors[to_hex(color)]))
    return bars


def test_strips_show_the_regimes_when_they_were_known(study) -> None:
    axes = Figure().subplots()
    _draw_strips(axes, study, close_times(study.candles["date"], "1d"))
    # The candle of January 1 closes on January 2: from then on its regime was known.
    assert strip(axes, 0) == [
        ("01-02", "01-04", "unknown"), ("01-04", "01-07", "bull"), ("01-07", "01-09", "sideways"),
        ("01-09", "01-11", "bear"), ("01-11", "01-12", "bull"),
    ]  # fmt: skip
    # Hindsight speaks of the candle itself.
    assert strip(axes, 2) == [
        ("01-01", "01-05", "bull"), ("01-05", "01-07", "sideways"), ("01-07", "01-09", "bear"),
        ("01-09", "01-11", "bull"),
    ]  # fmt: skip
    assert [label.get_text() for label in axes.get_yticklabels()] == ["rules", "hmm", "offline"]


def test_price_has_one_band_for_each_run(study) -> None:
    axes = Figure().subplots()
    known_at = close_times(study.candles["date"], "1d")
    _draw_price(axes, study, known_at, CODES)
    assert len(axes.patches) == 5
    assert np.asarray(axes.lines[0].get_ydata()).tolist() == study.candles["close"].tolist()


def test_confidence_has_a_panel_only_where_there_is_one(study, tmp_path, monkeypatch) -> None:
    sizes = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: sizes.append(len(figure.axes)))
    draw_regimes(study, tmp_path / "a.png")
    without = PairRegimes(
        "X/Y", "1d", "1d", "X/Y", study.candles, {"hmm": study.views["hmm"]}, study.references
    )
    draw_regimes(without, tmp_path / "b.png")
    assert sizes == [3, 2]


def test_runs_cover_the_period_without_gap_or_overlap() -> None:
    dates = pd.Series(pd.date_range("2024-01-01", periods=len(CODES), freq="4h", tz="UTC"))
    runs = regime_runs(dates, CODES, "4h")
    assert runs[0][0] == dates.iloc[0]
    assert runs[-1][1] == dates.iloc[-1] + pd.Timedelta(hours=4)
    assert all(a[1] == b[0] for a, b in itertools.pairwise(runs))
    assert [int(regime) for *_, regime in runs] == [-2, 1, 0, -1, 1]
