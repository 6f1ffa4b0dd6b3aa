"""Every example runs: through Freqtrade's resolvers and backtest, the doctor, the report and the kit."""

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.examples.conftest import TIMERANGE, config_of, loaded
from tests.report.made_up_evidence import report_data

from auriga.host.doctor import Check, examine
from auriga.host.examination import Level
from auriga.host.reload import offline_run, stock_backtest
from auriga.report import write_report
from auriga.testing import (
    check_detector,
    check_features,
    check_label,
    check_signals,
    check_strategy,
    made_up_predictions,
    random_walk,
)

HORIZON = 12

# --- what is checked on its own ---------------------------------------------------------------------


def check_channel(module: ModuleType) -> None:
    check_detector(module.ChannelRule(period=20))


def check_runs(module: ModuleType) -> None:
    check_features(lambda frame: frame.join(module.run_features(frame)), warmup=14, scale_free=True)


def check_mean(module: ModuleType) -> None:
    check_label(lambda candles: module.mean_ahead(candles, HORIZON), HORIZON)


def check_busy(module: ModuleType) -> None:
    def rule(frame: pd.DataFrame) -> pd.DataFrame:
        tagged = frame.assign(enter_long=(frame["probability"] > 0.52).astype(int), enter_tag="mine")
        return module.only_busy(tagged)

    check_signals(rule, made_up_predictions(random_walk(2000)))


STRATEGIES: dict[str, Callable[[ModuleType], None]] = {
    "regimes/ChannelRegimes.py": check_channel,
    "features/CandleRuns.py": check_runs,
    "labels/MeanAhead.py": check_mean,
    "trading/BusyEntries.py": check_busy,
}


def test_every_example_is_run_here(root: Path) -> None:
    found = {file.relative_to(root / "examples").as_posix() for file in (root / "examples").rglob("*.py")}
    others = {"models/RegimeExtraTreesClassifier.py", "doctor/_silent.py", "report/_weekday_section.py"}
    assert found == {*STRATEGIES, *others}
    rooms = {Path(name).parts[0] for name in found}
    for room in rooms:
        package = root / "src" / "auriga"
        assert any((place / room).is_dir() for place in (package, package / "host")), f"{room} is no room"


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_strategy_passes_its_checks_and_trades(root, strategies, candles, our_trades, name: str) -> None:
    """Loaded by Freqtrade's resolver, trained by FreqAI, traded by its loop; the doctor finds nothing."""
    shutil.copy(root / "examples" / name, strategies)
    own = Path(name).stem
    STRATEGIES[name](loaded(strategies / f"{own}.py"))
    config = config_of(root)
    given = {"strategy_path": strategies, "timerange": TIMERANGE}
    check_strategy(own, candles, config, checks=["look_ahead", "label"], **given)
    with offline_run(own, candles, config, **given) as run:
        own_run = stock_backtest(run)
    assert type(own_run.strategy).__name__ == own
    assert len(own_run.trades) > 5
    assert not _same(our_trades, own_run.trades), "the example changes nothing"


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    columns = ["open_date", "close_date", "enter_tag"]
    return one[columns].equals(other[columns])


def test_the_regime_of_the_example_is_the_one_that_trades(root, strategies, candles) -> None:
    shutil.copy(root / "examples" / "regimes" / "ChannelRegimes.py", strategies)
    given = {"strategy_path": strategies, "timerange": TIMERANGE}
    with offline_run("ChannelRegimes", candles, config_of(root), **given) as run:
        found = stock_backtest(run)
    frame = found.frames["BTC/USDT"]
    module = loaded(strategies / "ChannelRegimes.py")
    slow = candles["BTC/USDT"].resample("4h", on="date").agg({"high": "max", "low": "min", "close": "last"})
    score = module.ChannelRule(period=20).score(slow)
    closed = frame["date"].dt.floor("4h") - pd.Timedelta("4h")  # known until the last 5m of the next
    expected = np.sign(score.reindex(closed).to_numpy())
    sure = np.abs(score.reindex(closed).to_numpy()) > 0.9
    known = (frame["regime"] != -2).to_numpy() & sure
    assert known.sum() > 200
    agree = (frame["regime"].to_numpy()[known] == expected[known]).mean()
    assert agree > 0.7  # confirmation holds a switch back by a candle or two
    tags = set(found.trades["enter_tag"])
    assert tags <= {"bull_long", "sideways_long", "bear_long"} and len(tags) >= 2


def test_the_estimator_learns_and_trades(root, candles) -> None:
    overlay = {
        "freqaimodel": "RegimeExtraTreesClassifier",
        "freqaimodel_path": str(root / "examples" / "models"),
    }
    config = config_of(root, **overlay)
    config["regime"] = config["regime"] | {"scheme": "shrunk"}
    config["freqai"]["model_training_parameters"] = {"n_estimators": 20, "max_depth": 5}
    given = {"strategy_path": root / "strategies", "timerange": TIMERANGE}
    with offline_run("RegimeStrategy", candles, config, **given) as run:
        found = stock_backtest(run)
    assert type(found.strategy.freqai).__name__ == "RegimeExtraTreesClassifier"
    probability = found.frames["BTC/USDT"]["probability"].tail(1000)
    assert probability.nunique() > 500 and probability.between(0, 1).all()
    assert len(found.trades) > 0


# --- what needs a line of ours ----------------------------------------------------------------------


def silent_half(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(volume=frame["volume"].where(np.arange(len(frame)) % 2 == 0, 0.0))


@pytest.mark.parametrize(("change", "level"), [(lambda frame: frame, Level.OK), (silent_half, Level.WARNING)])
def test_the_check_is_one_of_the_doctor(root, candles, monkeypatch, change, level) -> None:
    """With the line that the example names, word for word."""
    module = loaded(root / "examples" / "doctor" / "_silent.py")
    monkeypatch.delitem(sys.modules, "_silent")
    (line,) = re.findall(r"^    (Check\(.*\)),$", str(module.__doc__), flags=re.MULTILINE)
    registry = sys.modules["auriga.host.doctor._registry"]
    check: Check = eval(line, {"Check": Check, "silent": module.silent})
    monkeypatch.setattr(registry, "CHECKS", (*registry.CHECKS, check))
    changed = {pair: change(frame) for pair, frame in candles.items()}
    given = {"strategy_path": root / "strategies", "timerange": TIMERANGE}
    with offline_run("RegimeStrategy", changed, config_of(root), **given) as run:
        ((made, finding),) = examine(run, only=["silent"])
    assert (made.name, finding.level) == ("silent", level)
    assert ("50% of the candles of BTC/USDT have no volume" in finding.what) == (level is Level.WARNING)


def test_the_section_is_one_of_the_report(root, tmp_path, monkeypatch) -> None:
    module = loaded(root / "examples" / "report" / "_weekday_section.py")
    monkeypatch.delitem(sys.modules, "_weekday_section")
    page = sys.modules["auriga.report._page"]
    makers = (*page.section_makers(), module.weekday_section)
    monkeypatch.setattr(page, "section_makers", lambda: makers)
    data = report_data()
    assert write_report(data, tmp_path / "page.html") == ()
    text = (tmp_path / "page.html").read_text()
    section = text[text.index('id="weekdays"') :]
    assert data.trading is not None
    profit: Any = data.trading.trades["profit"]
    monday = profit[data.trading.trades["opened_at"].dt.day_of_week == 0]
    row = re.search(r"Monday</th>(.*?)</tr>", section, flags=re.DOTALL)
    assert row is not None
    assert re.findall(r'data-value="([^"]+)"', row[1])[0] == str(float(len(monday)))
    assert float(re.findall(r'data-value="([^"]+)"', row[1])[1]) == pytest.approx(monday.sum())
    write_report(report_data(trading=None, missing={"trading": "No trades."}), tmp_path / "page.html")
    assert "Not shown: No trades." in (tmp_path / "page.html").read_text().split('id="weekdays"')[1]
