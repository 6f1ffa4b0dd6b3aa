"""An explanation as a person reads it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from auriga.host.explain import Explanation, ModelView, SignalView, TradeView

UNKNOWN = "unknown"


def show_explanation(explained: "Explanation", console: Console) -> None:
    """Print all that is known, in the order in which a decision is made."""
    console.print(_title(explained))
    facts = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, text in _facts(explained):
        facts.add_row(name, text)
    console.print(facts)
    if explained.model.shares:
        console.print(_shares(explained.model))
    for note in explained.notes:
        console.print(f"Note: {note}.")


def _title(explained: "Explanation") -> str:
    trade = explained.trade
    what = f"Trade {trade.id}: {trade.direction} {explained.pair}" if trade else explained.pair
    return f"{what}, signal candle {explained.candle_at:%Y-%m-%d %H:%M} UTC ({explained.timeframe})"


def _facts(explained: "Explanation") -> Iterator[tuple[str, str]]:
    model, signal, trade = explained.model, explained.signal, explained.trade
    yield "regime", _regime(signal)
    yield "model", _model(model)
    yield "training", _training(model)
    yield "probability", _probability(model)
    yield "thresholds", _thresholds(signal)
    if signal.verdict:
        yield "signal", _signal(signal)
    if trade:
        yield "entry", _entry(trade)
        if trade.frozen:
            yield "frozen", ", ".join(f"{name} {_text(value)}" for name, value in trade.frozen.items())
        yield "exit", _exit(trade)


def _regime(signal: "SignalView") -> str:
    if signal.regime is None:
        return UNKNOWN
    parts = [signal.regime]
    if signal.regime_status not in (None, "known"):
        parts.append(f"({signal.regime_status})")
    if signal.regime_candles is not None:
        parts.append(f"for {signal.regime_candles:.0f} candles of {signal.regime_timeframe}")
    if signal.regime_confidence is not None:
        parts.append(f"with confidence {signal.regime_confidence:.2f}")
    return " ".join(parts)


def _model(model: "ModelView") -> str:
    if model.expert is None:
        return UNKNOWN
    rows = "" if model.expert_rows is None else f", trained on {model.expert_rows} rows"
    name = "the model of all rows (fallback)" if model.expert == "fallback" else f"expert {model.expert}"
    return f"{name}{rows}"


def _training(model: "ModelView") -> str:
    if model.trained_until is None:
        return UNKNOWN
    start = "" if model.trained_from is None else f"{model.trained_from:%Y-%m-%d %H:%M} "
    return f"{start}until {model.trained_until:%Y-%m-%d %H:%M} UTC"


def _probability(model: "ModelView") -> str:
    if model.probability is None:
        return UNKNOWN
    prior = "" if model.prior is None else f"; {model.prior:.4f} of the training rows rose"
    usable = "; not to be used (do_predict 0)" if model.usable is False else ""
    return f"{model.probability:.4f} of a rise{prior}{usable}"


def _thresholds(signal: "SignalView") -> str:
    if signal.long_threshold is None or signal.short_threshold is None:
        return UNKNOWN
    offset = f" (offset of the regime {signal.offset:+.3f})" if signal.offset else ""
    return f"long above {signal.long_threshold:.4f}, short below {signal.short_threshold:.4f}{offset}"


def _signal(signal: "SignalView") -> str:
    confidence = f", confidence {signal.confidence:.3f}" if signal.confidence else ""
    atr = "" if signal.atr_frac is None else f", ATR {signal.atr_frac:.3%} of the price"
    return f"{signal.verdict}{confidence}{atr}"


def _entry(trade: "TradeView") -> str:
    from auriga.host.setup import money, price

    rate = "not filled" if trade.open_rate is None else f"at {price(trade.open_rate)}"
    leverage = "" if trade.leverage == 1 else f", leverage {trade.leverage:g}"
    tag = f", tag {trade.enter_tag}" if trade.enter_tag else ""
    stake = money(trade.stake, trade.currency)
    return f"{trade.opened_at:%Y-%m-%d %H:%M} {rate}, stake {stake}{leverage}{tag}"


def _exit(trade: "TradeView") -> str:
    if trade.closed_at is None:
        return "still open"
    from auriga.host.setup import money, price

    rate = "" if trade.close_rate is None else f" at {price(trade.close_rate)}"
    share = "" if trade.profit_frac is None else f" ({trade.profit_frac:+.2%})"
    return (
        f"{trade.closed_at:%Y-%m-%d %H:%M}{rate} by {trade.exit_reason or UNKNOWN}, "
        f"{money(trade.profit or 0.0, trade.currency, sign=True)}{share}"
    )


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _shares(model: "ModelView") -> Table:
    """Contributions, largest first; they add up to the prediction."""
    table = Table(
        "feature", "value", model.unit, "points", title=f"What features added ({model.n_features})",
        title_justify="left", caption="points: about, of probability in %", caption_justify="left",
    )  # fmt: skip
    for column in table.columns[1:]:
        column.justify = "right"
    table.add_row("expected before any feature", "", f"{model.expected or 0.0:+.4f}", "")
    for share in model.shares:
        points = f"{share.points:+.2f}"
        table.add_row(share.feature, f"{share.value:.5g}", f"{share.contribution:+.4f}", points)
    table.add_row("all others", "", f"{model.rest or 0.0:+.4f}", "")
    total = (model.expected or 0.0) + sum(share.contribution for share in model.shares) + (model.rest or 0.0)
    table.add_row("together", "", f"{total:+.4f}", "")
    return table
