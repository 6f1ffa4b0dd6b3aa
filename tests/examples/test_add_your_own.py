"""Every block of *Add your own* runs: files where it says, their checks, the strategies in Freqtrade."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.examples.conftest import TIMERANGE, config_of, loaded
from tests.report.made_up_evidence import report_data

from auriga.host.doctor import Check, examine
from auriga.host.reload import offline_run, stock_backtest
from auriga.report import write_report
from auriga.testing import ContractError, check_series, check_strategy

PAGE = "docs/add-your-own.md"
SECTIONS = (
    "Estimator", "Detector", "Rule", "Feature group", "Label", "Check", "Report section",
    "A backtest in a test",
)  # fmt: skip
MOST_LINES = 25


def blocks(root: Path) -> dict[str, list[tuple[str, str]]]:
    """Blocks of Python by section, each with what its first line says of it."""
    parts = re.split(r"^## (.*)$", (root / PAGE).read_text(), flags=re.MULTILINE)
    found = {}
    for title, text in zip(parts[1::2], parts[2::2], strict=True):
        codes = re.findall(r"^```python\n# ([^\n]*)\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
        assert len(codes) == text.count("```python"), f"a block of {title} does not say what it is"
        if codes:
            found[title] = codes
    return found


@pytest.fixture
def recipes(root: Path, strategies: Path) -> Iterator[dict[str, list[tuple[str, str]]]]:
    """All recipes; the files that a trader writes stand where the page says."""
    found = blocks(root)
    for codes in found.values():
        for name, code in codes:
            if name.endswith(".py"):
                file = strategies.parent / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(code)
    yield found


def test_the_page_has_every_recipe(root: Path) -> None:
    found = blocks(root)
    assert tuple(found) == SECTIONS
    for title, codes in found.items():
        lines = [line for line in codes[0][1].splitlines() if line.strip()]
        assert 5 <= len(lines) <= MOST_LINES, f"{title} has {len(lines)} lines"
    named = set(re.findall(r"`(examples/\w+)/`", (root / PAGE).read_text()))
    assert named == {f"examples/{place.name}" for place in (root / "examples").iterdir() if place.is_dir()}


def test_the_message_on_the_page_is_what_a_check_says(root: Path) -> None:
    def next_return(candles: pd.DataFrame) -> pd.Series:
        return candles["close"].shift(-1) / candles["close"] - 1

    (shown,) = re.findall(r"^```text\n(.*?)^```", (root / PAGE).read_text(), flags=re.DOTALL | re.MULTILINE)
    with pytest.raises(ContractError) as told:
        check_series(next_return)
    assert str(told.value).split() == shown.split()


@pytest.mark.parametrize("title", ["Detector", "Rule", "Feature group", "Label", "A backtest in a test"])
def test_the_check_of_a_recipe_passes(recipes, title: str) -> None:
    (test,) = [code for name, code in recipes[title] if name == "its test"]
    exec(compile(test, f"{PAGE}: {title}", "exec"), {})


STRATEGIES = {"Detector": "MyRegimes", "Rule": "MyRule", "Feature group": "MyFeatures", "Label": "MyLabel"}


@pytest.mark.parametrize("title", STRATEGIES)
def test_the_strategy_of_a_recipe_passes_the_doctor_and_trades(
    recipes, root, strategies, candles, title: str
) -> None:
    name, config = STRATEGIES[title], config_of(root)
    assert recipes[title][0][0] == f"strategies/{name}.py"
    given: dict[str, Any] = {"strategy_path": strategies, "timerange": TIMERANGE}
    check_strategy(name, candles, config, checks=["look_ahead", "label"], **given)
    with offline_run(name, candles, config, **given) as run:
        found = stock_backtest(run)
    assert type(found.strategy).__name__ == name
    assert len(found.trades) > 0


def test_the_estimator_of_the_recipe_learns(recipes, root, strategies, candles) -> None:
    assert recipes["Estimator"][0][0] == "freqaimodels/MyTrees.py"
    config = config_of(root, freqaimodel="MyTrees", freqaimodel_path=str(strategies.parent / "freqaimodels"))
    config["regime"] = config["regime"] | {"scheme": "shrunk"}
    config["freqai"]["model_training_parameters"] = {"n_estimators": 20, "max_depth": 5}
    given: dict[str, Any] = {"strategy_path": strategies, "timerange": TIMERANGE}
    with offline_run("RegimeStrategy", candles, config, **given) as run:
        found = stock_backtest(run)
    assert type(found.strategy.freqai).__name__ == "MyTrees"
    assert found.frames["BTC/USDT"]["probability"].tail(1000).nunique() > 500


def test_the_check_of_the_recipe_is_made_by_the_doctor(
    recipes, root, strategies, candles, monkeypatch
) -> None:
    """Its line of `CHECKS` is taken as it stands."""
    (_, _), (_, line) = recipes["Check"]
    module = loaded(strategies.parent / recipes["Check"][0][0])
    registry = sys.modules["auriga.host.doctor._registry"]
    more: tuple[Check, ...] = eval(f"({line})", {"Check": Check, "few": module.few})
    monkeypatch.setattr(registry, "CHECKS", (*registry.CHECKS, *more))
    given: dict[str, Any] = {"strategy_path": strategies, "timerange": TIMERANGE}
    with offline_run("RegimeStrategy", candles, config_of(root), **given) as run:
        ((_, finding),) = examine(run, only=["few"])
    assert str(finding) == "BTC/USDT is the only pair: add pairs to learn from"


def test_the_section_of_the_recipe_stands_on_the_page(recipes, strategies, tmp_path, monkeypatch) -> None:
    module = loaded(strategies.parent / recipes["Report section"][0][0])
    page = sys.modules["auriga.report._page"]
    makers = (*page.section_makers(), module.side_section)
    monkeypatch.setattr(page, "section_makers", lambda: makers)
    assert write_report(report_data(), tmp_path / "page.html") == ()
    assert "Trades by side" in (tmp_path / "page.html").read_text().split('id="sides"')[1]
