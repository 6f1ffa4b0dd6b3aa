"""A section of `auriga report`: copy it to `src/auriga/report/_weekday_section.py`.

It needs two lines in `section_makers` of `src/auriga/report/_page.py`: an import, and `weekday_section` in
the tuple it returns, at its place on the page.
"""

from collections.abc import Iterator

import pandas as pd

from auriga.report._blocks import Block, Table, absent
from auriga.report._data import ReportData
from auriga.report._guarded import attempt, section
from auriga.report._tables import Column, amount, frame_table, number, percent

_LEAD = "Trades by the day of the week on which they were opened (UTC). Seven groups: one looks good by luck."


@section("weekdays", "Which days it traded on", _LEAD)
def weekday_section(data: ReportData) -> Iterator[Block]:
    """Give the section: one table, or the reason why there is none."""
    if data.trading is None:
        yield from absent(data.reason("trading"))
        return
    yield from attempt("trades by weekday", _table, data.trading.trades, data.currency)


def _table(trades: pd.DataFrame, currency: str) -> Table:
    by_day = trades.groupby(trades["opened_at"].dt.day_name(), sort=False)
    frame = by_day.agg(trades=("profit", "size"), profit=("profit", "sum"), mean_frac=("return_frac", "mean"))
    columns = {
        "trades": Column("Trades", number(0)),
        "profit": Column("Profit", amount(currency), toned=True),
        "mean_frac": Column("Mean return of a trade", percent(sign=True), toned=True),
    }
    return frame_table("weekdays", "Trades by weekday", "Opened on", frame, columns)
