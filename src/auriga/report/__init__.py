"""Pictures and pages made of evaluation and host."""

from auriga.report._backtest_picture import draw_backtest

__all__ = ["draw_backtest"]
