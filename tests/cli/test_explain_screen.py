"""Prices and money of an explanation, for coins of 1e-8 and of 1e5, in dollars and in bitcoin."""

import io
from decimal import Decimal

import pandas as pd
import pytest
from rich.console import Console

from auriga.cli._explain_screen import show_explanation
from auriga.host import Explanation, ModelView, SignalView, TradeView, amount_text, price_text
from auriga.host._journal_trades import Fill, average_price

AT = pd.Timestamp("2025-03-01 12:00", tz="UTC")


def shown(rate: float, stake: float, profit: float, currency: str) -> str:
    trade = TradeView(
        id=1, direction="long", enter_tag="bull_long", opened_at=AT, open_rate=rate, stake=stake,
        leverage=1.0, currency=currency, closed_at=AT, close_rate=rate, exit_reason="roi", profit=profit,
        profit_frac=0.01, frozen={},
    )  # fmt: skip
    explained = Explanation("a.zip", "X/BTC", "5m", AT, ModelView(), SignalView(), trade, ())
    text = io.StringIO()
    show_explanation(explained, Console(file=text, width=400, highlight=False))
    return text.getvalue()


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (1.23e-08, "0.0000000123"),
        (3.456e-05, "0.00003456"),
        (0.08123, "0.08123"),
        (1.0, "1"),
        (96558.21, "96558.21"),
        (1e5, "100000"),
    ],
)
def test_a_price_has_all_its_digits_and_no_exponent(rate, text) -> None:
    assert price_text(rate) == text and float(text) == rate
    output = shown(rate, 100.0, 1.0, "USDT")
    assert f" at {text}, stake 100.00 USDT" in output and f" at {text} by roi" in output


def test_money_of_any_currency_has_digits_that_say_something() -> None:
    output = shown(0.08, 0.0123456, -0.00001234, "BTC")
    assert "stake 0.0123 BTC" in output and "-0.0000123 BTC" in output
    assert amount_text(12_345_678.0, "JPY") == "12,345,678.00 JPY"


def test_the_price_of_several_fills_is_not_rounded_away() -> None:
    fills = [
        Fill(
            at=AT.to_pydatetime(), side="buy", is_entry=True, price=Decimal(price), amount=Decimal(1),
            kept=Decimal(1), fee=Decimal(0), funding=Decimal(0), tag="",
        )
        for price in ("0.0000000123", "0.0000000125")
    ]  # fmt: skip
    assert average_price(fills) == Decimal("0.0000000124")
