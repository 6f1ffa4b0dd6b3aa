"""What a page is made of: every part that was asked for, with what was told, and which candles they were."""

from pathlib import Path
from typing import Any

import pytest
from tests.support.made_results import CONFIG, made_result, many_trades, read

from auriga.report import gather_report
from auriga.report._gather import PARTS, Part


@pytest.fixture
def asked(monkeypatch) -> dict[str, object]:
    """What the verdict and the count of trials are asked; both fail then."""
    seen: dict[str, object] = {}

    def verdict(result, datadir, *, sample, userdir, on_progress):
        seen.update(datadir=datadir, sample=sample, userdir=userdir)
        raise ZeroDivisionError("planted verdict")

    monkeypatch.setattr("auriga.report._gather.verdict_of", verdict)
    return seen


def result_in(folder: Path, **config):
    return read(made_result(folder / "backtest_results", many_trades(9), days=9, **config))


@pytest.mark.parametrize("sample", ["quick", "full"])
def test_the_verdict_is_of_the_sample_that_was_asked_for(tmp_path, asked, sample) -> None:
    data = gather_report(result_in(tmp_path), tmp_path / "data", tmp_path, verdict=sample)
    assert asked == {"datadir": tmp_path / "data", "sample": sample, "userdir": tmp_path}
    assert "ZeroDivisionError: planted verdict" in data.missing["verdict"] and data.verdict is None
    assert data.trials is not None and data.trading is not None


def test_without_a_verdict_everything_else_is_there(tmp_path, asked) -> None:
    data = gather_report(result_in(tmp_path), tmp_path / "data", tmp_path, verdict="none", more_trials=40)
    assert asked == {} and data.missing["verdict"] == "It was not asked for (--verdict none)."
    assert data.trials is not None and data.trials.n_trials == 41


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_fails_for_any_reason_ends_no_other(tmp_path, asked, monkeypatch, part) -> None:
    steps: list[str] = []
    monkeypatch.setitem(PARTS, part, Part("fail", lambda at: [][1]))
    gathered: dict[str, Any] = {"verdict": "quick", "on_step": lambda said, done, of: steps.append(said)}
    data = gather_report(result_in(tmp_path), tmp_path / "data", tmp_path, **gathered)
    assert "IndexError" in data.missing[part]
    assert steps == [each.step for each in PARTS.values()]


SERVED = {"exchange": CONFIG["exchange"] | {"ccxt_config": {"urls": {"api": "http://127.0.0.1:8484/api"}}}}


@pytest.mark.parametrize(
    ("folder", "config", "words"),
    [
        ("binance", {}, ""),
        ("simulated-easy", {}, "SIMULATED candles of the market 'easy': no real prices."),
        ("recorded", {}, "Recorded candles, served by the offline exchange."),
        ("binance", SERVED, "The backtest ran on the offline exchange of this machine"),
    ],
)
def test_candles_are_called_what_they_are(tmp_path, folder, config, words) -> None:
    result = result_in(tmp_path, **config)
    data = gather_report(result, tmp_path / folder, tmp_path, verdict="none")
    assert data.candles.startswith(words) and bool(data.candles) == bool(words)
    told = gather_report(result, tmp_path / folder, tmp_path, verdict="none", candles="of my own")
    assert told.candles == "of my own"
