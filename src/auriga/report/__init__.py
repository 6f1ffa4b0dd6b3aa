"""Pictures and pages made of evaluation and host."""

from auriga.report._backtest_picture import draw_backtest
from auriga.report._data import ReportData
from auriga.report._page import write_report
from auriga.report._regimes_picture import draw_regimes

__all__ = ["ReportData", "draw_backtest", "draw_regimes", "write_report"]
