"""What `auriga backtest` shows of Freqtrade's lines."""

import io

import pytest
from rich.console import Console
from rich.progress import Progress

from auriga.cli._screen import Screen

TRAIN = (
    "2026-11-21 03:05:31,467 - freqtrade.freqai.freqai_interface - INFO - Training ETH/USDT, 2/3 pairs "
    "from 2024-01-16 00:00:00 to 2025-01-15 00:00:00, 2/7 trains"
)


@pytest.fixture
def screen():
    console = Console(file=io.StringIO(), width=200)
    screen = Screen(console, Progress(console=console))
    screen.step("begin")
    return screen


def said(screen: Screen) -> str:
    return screen.console.file.getvalue()


def test_progress_counts_windows_of_all_pairs(screen) -> None:
    screen.on_line(TRAIN)
    task = screen.progress.tasks[-1]
    assert (task.completed, task.total) == (8, 21)
    assert "train and predict ETH/USDT, window 2 of 7" in said(screen)


def test_download_is_named(screen) -> None:
    screen.on_line('x - INFO - Download history data for "BNB/USDT", 4h, spot and store in /tmp. From')
    assert "download BNB/USDT 4h" in said(screen)


def test_our_warnings_are_shown_and_logs_are_not_tables(screen) -> None:
    screen.on_line("2026 - auriga.host._pair_checks - WARNING - BTC/USDT 5m: 3 candles without volume")
    screen.on_line("2026 - freqtrade - INFO - something")
    assert "3 candles without volume" in said(screen)
    assert screen.tables == []


def test_tables_begin_with_the_result(screen) -> None:
    for line in ("wrapped rest of a log line", "Result for strategy RegimeStrategy", "│ BTC/USDT │"):
        screen.on_line(line)
    assert screen.tables == ["Result for strategy RegimeStrategy", "│ BTC/USDT │"]


def test_each_step_is_said_once_where_no_bar_can_move(screen) -> None:
    screen.on_line(TRAIN)
    screen.on_line(TRAIN)
    assert said(screen).count("window 2 of 7") == 1
