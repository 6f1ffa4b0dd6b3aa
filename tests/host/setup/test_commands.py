"""Freqtrade in a process of its own: lines arrive, failure is an error with the log's place."""

import pytest

from auriga.errors import HostError
from auriga.host.setup import load_config, run_freqtrade, within_timerange


def test_lines_are_handed_over_and_logged(tmp_path) -> None:
    lines: list[str] = []
    log = tmp_path / "logs" / "a.log"
    run_freqtrade(["--version"], log=log, on_line=lines.append)
    assert any("2026.9" in line for line in lines)
    assert "$ freqtrade --version" in log.read_text()
    assert "2026.9" in log.read_text()


def test_failure_names_command_code_and_log(tmp_path) -> None:
    with pytest.raises(HostError, match=r"(?s)freqtrade backtesting ended with code 2.*a\.log"):
        run_freqtrade(["backtesting", "-c", str(tmp_path / "none.json")], log=tmp_path / "a.log")


def test_configuration_is_read_as_freqtrade_reads_it(root, tmp_path) -> None:
    config = load_config([root / "config.json", root / "configs" / "analysis.json"], datadir=tmp_path)
    assert config["freqai"]["identifier"] == "auriga-analysis"
    assert config["freqai"]["train_period_days"] == 365
    assert config["datadir"] == tmp_path


def test_missing_configuration_is_one_error_of_ours(tmp_path) -> None:
    with pytest.raises(HostError, match=r"nowhere\.json"):
        load_config([tmp_path / "nowhere.json"])


def test_timerange_cuts_rows(walk) -> None:
    assert len(within_timerange(walk, None)) == len(walk)
    assert len(within_timerange(walk, "20240101-20240102")) == 288
    assert len(within_timerange(walk, "20240102-")) == len(walk) - 288
