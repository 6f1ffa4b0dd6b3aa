"""What `auriga backtest` shows of Freqtrade's lines."""

import io

import pytest
from rich.console import Console
from rich.progress import Progress

from auriga.cli._screen import Screen

INFO = "2026-11-21 03:05:31,467 - auriga.host.freqai._backtest - INFO - "
BEGIN = f"{INFO}all 4 pairs: training 7 windows"
TRAINED = f"{INFO}all 4 pairs, window 2 of 7 (2024-01-16 to 2025-01-15): trained on fallback 800, bull 300"


@pytest.fixture
def screen():
    console = Console(file=io.StringIO(), width=200)
    screen = Screen(console, Progress(console=console))
    screen.step("begin")
    return screen


def said(screen: Screen) -> str:
    written = screen.console.file
    assert isinstance(written, io.StringIO)
    return written.getvalue()


def test_progress_counts_windows(screen) -> None:
    screen.on_line(BEGIN)
    task = screen.progress.tasks[-1]
    assert (task.completed, task.total) == (0, 7)
    assert "compute features, train all 4 pairs" in said(screen)
    screen.on_line(TRAINED)
    assert (task.completed, task.total) == (2, 7)
    assert "train all 4 pairs, window 2 of 7" in said(screen)


def test_download_is_named(screen) -> None:
    screen.on_line('x - INFO - Download history data for "BNB/USDT", 4h, spot and store in /tmp. From')
    assert "download BNB/USDT 4h" in said(screen)


def test_our_warnings_are_shown_and_logs_are_not_tables(screen) -> None:
    screen.on_line("2026 - auriga.host.checks._pair - WARNING - BTC/USDT 5m: 3 candles without volume")
    screen.on_line("2026 - freqtrade - INFO - something")
    assert "3 candles without volume" in said(screen)
    assert screen.tables == []


def test_tables_begin_with_the_result(screen) -> None:
    for line in ("wrapped rest of a log line", "Result for strategy RegimeStrategy", "│ BTC/USDT │"):
        screen.on_line(line)
    assert screen.tables == ["Result for strategy RegimeStrategy", "│ BTC/USDT │"]


def test_each_step_is_said_once_where_no_bar_can_move(screen) -> None:
    screen.on_line(TRAINED)
    screen.on_line(TRAINED)
    assert said(screen).count("window 2 of 7") == 1
