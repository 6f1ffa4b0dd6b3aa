"""Pictures and pages made of evaluation and host."""

from auriga.report._backtest_picture import draw_backtest
from auriga.report._data import ReportData
from auriga.report._gather import VerdictSample, gather_report
from auriga.report._headline_section import headline_lines
from auriga.report._page import require_packages, write_report
from auriga.report._regimes_picture import draw_regimes
from auriga.report._verdict_section import verdict_line

__all__ = [
    "ReportData",
    "VerdictSample",
    "draw_backtest",
    "draw_regimes",
    "gather_report",
    "headline_lines",
    "require_packages",
    "verdict_line",
    "write_report",
]
