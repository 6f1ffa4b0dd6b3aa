"""The strategy's decisions replayed candle by candle, with a loop and accounts of its own.

At the open of each candle the replay knows the frames up to the candle before, cut off there before any
signal is computed, and its own books. It shares with the strategy what a decision is made of (the signal
functions of `host` and the functions of `risk`) and nothing of Freqtrade: no trades, wallets or callbacks.

What a candle does to an open trade is told as Freqtrade's backtesting documents it: exits by signal or time
at the open; then the stop, raised by the candle's best price first and tested against its worst; then the
take-profit.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import pandas as pd
from tests.support.replayed_halts import ReplayedHalts
from tests.support.replayed_signals import CANDLE, Eyes, Row

from auriga.columns import ATR_FRAC, LONG_THRESHOLD, PROBABILITY, REGIME, SHORT_THRESHOLD
from auriga.risk import (
    calibrated,
    capped_stake,
    confidence,
    confidence_stake,
    kelly_fraction,
    leverage_for,
    leverage_within_liquidation,
    payoff_ratio,
    stop_distance,
    stop_price,
    take_profit_frac,
    volatility_factor,
)
from auriga.settings import RegimeSettings
from auriga.typing import Regime


@dataclass(frozen=True)
class Rules:
    """Everything that decides about trades, and what the exchange asks for."""

    settings: RegimeSettings
    parameters: Mapping[str, float]
    wallet: float
    tradable_frac: float
    max_open_trades: int
    worst_loss: float
    min_cost: float
    steps: Mapping[str, float]
    tick: float
    can_short: bool = False
    maintenance_frac: float = 0.0
    max_leverage: float = 1.0
    liquidation_buffer: float = 0.05

    def leverage(self, seen: Row, distance: float) -> float:
        """Whole leverage that leaves liquidation, less the buffer, and the worst loss beyond the stop."""
        rules = self.settings.leverage
        wanted = leverage_for(
            base=rules.base,
            factor=getattr(rules.regime_factors, regime_of(seen)),
            atr_frac=seen[ATR_FRAC],
            target_atr_frac=rules.target_atr_frac,
            cap=rules.cap,
            max_leverage=self.max_leverage,
        )
        within = leverage_within_liquidation(
            wanted,
            stop_frac=distance,
            liquidation_stops=rules.liquidation_stops / (1 - self.liquidation_buffer),
            maintenance_frac=self.maintenance_frac,
        )
        return max(1.0, math.floor(min(within, self.worst_loss / distance) + 1e-9))


@dataclass
class Position:
    """An open trade; its distances are those of the candle before it was opened."""

    pair: str
    side: str
    opened_at: pd.Timestamp
    open_rate: float
    amount: float
    tag: str
    atr: float
    distance: float
    target: float
    leverage: float = 1.0
    stop: float = 0.0
    moved: bool = False
    best: float = 0.0

    @property
    def sign(self) -> int:
        return 1 if self.side == "long" else -1

    @property
    def stake(self) -> float:
        return self.amount * self.open_rate / self.leverage

    def paid_and_received(self, rate: float, fee: float) -> tuple[float, float]:
        """Value at entry and at this rate, after fees."""
        values = self.amount * self.open_rate, self.amount * rate
        return values[0] * (1 + self.sign * fee), values[1] * (1 - self.sign * fee)


@dataclass
class Replay:
    """Trades of some pairs from `start_at` on; `run` gives the list."""

    frames: Mapping[str, pd.DataFrame]
    rules: Rules
    start_at: pd.Timestamp
    end_at: pd.Timestamp
    open: list[Position] = field(default_factory=list)
    closed: list[Row] = field(default_factory=list)
    every: int = 1

    def __post_init__(self) -> None:
        self.eyes = Eyes(
            self.frames, self.rules.settings, self.rules.parameters,
            can_short=self.rules.can_short, every=self.every,
        )  # fmt: skip
        prices = ["open", "high", "low", "close"]
        self._candles = {
            pair: dict(zip(frame["date"], frame[prices].to_dict("records"), strict=True))
            for pair, frame in self.frames.items()
        }
        self.halts = ReplayedHalts(self.rules.settings.halt, self._capital())

    def run(self) -> pd.DataFrame:
        """Every trade in the order in which it ended."""
        for now in pd.date_range(self.start_at + CANDLE, self.end_at, freq=CANDLE):
            self._look_at_halts(now)
            for pair in dict.fromkeys([*(trade.pair for trade in self.open), *self.frames]):
                self._candle(pair, now)
        for pair in self.frames:
            for trade in self._of(pair):
                self._close(trade, self.end_at, self._candles[pair][self.end_at]["open"], "force_exit")
        return pd.DataFrame(self.closed)

    # --- one candle -------------------------------------------------------------------------------

    def _candle(self, pair: str, now: pd.Timestamp) -> None:
        seen, candle, before = self.eyes.last_closed(pair, now), self._candles[pair][now], self._of(pair)
        wanted = self._wanted(seen)
        free = len(self.open) < self.rules.max_open_trades and not self.halts.halted(now)
        if wanted and now < self.end_at and not before and free:
            self._enter(pair, wanted, now, seen, candle)
        for trade in self._of(pair):
            self._look(trade, now, seen, candle)
        reversed_ = before and not self._of(pair) and wanted and wanted != before[0].side
        if reversed_ and self.rules.can_short:  # Freqtrade turns round within the candle
            self._candle(pair, now)

    def _look_at_halts(self, now: pd.Timestamp) -> None:
        fee, open_profit = self.rules.settings.costs.side_frac, 0.0
        for trade in self.open:
            paid, worth = trade.paid_and_received(self._candles[trade.pair][now - CANDLE]["close"], fee)
            open_profit += trade.sign * (worth - paid)
        closed = [(trade["close_date"], trade["profit_abs"]) for trade in self.closed]
        self.halts.look(now, closed, open_profit)

    def _of(self, pair: str) -> list[Position]:
        return [trade for trade in self.open if trade.pair == pair]

    def _wanted(self, seen: Row) -> str:
        long, short = (
            seen.get(f"enter_{side}", 0) == 1 and seen.get(f"exit_{side}", 0) != 1
            for side in ("long", "short")
        )
        return "" if long == short else "long" if long else "short"

    def _look(self, trade: Position, now: pd.Timestamp, seen: Row, candle: Row) -> None:
        """End the trade if this candle does."""
        reason = self._reason_at_open(trade, now, seen)
        if reason:
            return self._close(trade, now, candle["open"], reason)
        worst, best = (candle["low"], candle["high"])[:: trade.sign]
        trade.best = max(trade.best, best) if trade.sign > 0 else min(trade.best, best)
        if trade.sign * (worst - trade.stop) > 0:
            self._tighten(trade)
        hit, target_hit = trade.sign * (trade.stop - worst) >= 0, trade.sign * (best - trade.target) > 0
        if hit and not trade.moved:
            self._close(trade, now, self._stopped_at(trade, now, candle), "stop_loss")
        elif target_hit:
            gap = now > trade.opened_at and trade.sign * (candle["open"] - trade.target) > 0
            self._close(trade, now, candle["open"] if gap else trade.target, "roi")
        elif hit:
            self._close(trade, now, self._stopped_at(trade, now, candle), "trailing_stop_loss")
        return None

    def _reason_at_open(self, trade: Position, now: pd.Timestamp, seen: Row) -> str:
        again = seen.get(f"enter_{trade.side}", 0) == 1
        leave = seen.get(f"exit_{trade.side}", 0) == 1
        if leave and not again:
            return str(seen["exit_tag"])
        signals, label = self.rules.settings.signals, self.rules.settings.label
        limit = label.horizon if signals.max_candles is None else signals.max_candles
        due = limit and now >= trade.opened_at + limit * CANDLE
        return "time_limit" if due and not (again and not leave) else ""

    def _stopped_at(self, trade: Position, now: pd.Timestamp, candle: Row) -> float:
        worst, best = (candle["low"], candle["high"])[:: trade.sign]
        if trade.sign * (trade.stop - best) > 0:  # opened beyond it
            return float(candle["open"])
        if trade.moved and now == trade.opened_at:  # as if the best price came at once and little above
            pessimistic = candle["open"] * (1 - trade.sign * abs(1 - trade.stop / best))
            return float(max(worst, pessimistic) if trade.sign > 0 else min(worst, pessimistic))
        return trade.stop

    # --- decisions --------------------------------------------------------------------------------

    def _enter(self, pair: str, side: str, now: pd.Timestamp, seen: Row, candle: Row) -> None:
        rate, sign = float(candle["open"]), 1 if side == "long" else -1
        atr, settings, parameters = float(seen[ATR_FRAC]), self.rules.settings, self.rules.parameters
        distance = stop_distance(
            kind=settings.stops.kind,
            atr_frac=atr,
            stop_atr=parameters["stop_atr"],
            fixed_frac=settings.stops.fixed_frac,
            factor=getattr(settings.stops.regime_factors, regime_of(seen)),
        )
        leverage = self.rules.leverage(seen, distance)
        step, stake = Decimal(str(self.rules.steps[pair])), self._stake(seen, side, leverage)
        amount = float((Decimal(str(stake / rate * leverage)) / step).to_integral_value(ROUND_DOWN) * step)
        if not amount:
            return
        gain = take_profit_frac(atr, parameters["take_profit_atr"])
        worst = self.rules.worst_loss / leverage
        distance, gain = round(min(distance, worst), 6), round(gain, 6)  # as custom data keeps them
        trade = Position(
            pair, side, now, rate, amount, str(seen["enter_tag"]), round(atr, 6), distance,
            target=rate * (1 + sign * gain), leverage=leverage, best=rate,
            stop=rounded(rate * (1 - sign * worst), self.rules.tick, away=-sign),
        )  # fmt: skip
        self.eyes.confirm(pair, now)
        self._tighten(trade)
        trade.moved = False  # the first stop has not moved yet
        self.open.append(trade)

    def _tighten(self, trade: Position) -> None:
        parameters = self.rules.parameters
        price = stop_price(
            open_rate=trade.open_rate,
            best_rate=trade.best,
            side=trade.side,
            distance_frac=trade.distance,
            atr=trade.atr * trade.open_rate,
            break_even_atr=parameters["break_even_atr"],
            trailing_start_atr=parameters["trailing_start_atr"],
            trailing_atr=parameters["trailing_atr"],
            cost_frac=self.rules.settings.costs.round_trip_frac,
        )
        price = rounded(price, self.rules.tick, away=-trade.sign)
        if trade.sign * (price - trade.stop) > 0.5 * self.rules.tick:
            trade.stop, trade.moved = price, True

    def _stake(self, seen: Row, side: str, leverage: float) -> float:
        stakes, funds = self.rules.settings.stake, self._capital()
        factor = volatility_factor(
            seen[ATR_FRAC], stakes.target_atr_frac, most=stakes.max_volatility_factor
        ) * getattr(stakes.regime_factors, regime_of(seen))
        tied = sum(trade.stake for trade in self.open)
        reserve = 1.05 / (1 - 0.05)  # of Freqtrade: an exit after a loss has to be allowed too
        return capped_stake(
            self._asked(seen, side, funds) * factor,
            capital=funds,
            leverage=leverage,
            max_position_frac=stakes.max_position_frac or 1.0,
            exposure=sum(trade.stake * trade.leverage for trade in self.open),
            max_exposure_frac=stakes.max_exposure_frac,
            min_stake=self.rules.min_cost * reserve / leverage,
            max_stake=min(funds - tied, self.rules.wallet + self._gained() - tied),
        )

    def _asked(self, seen: Row, side: str, funds: float) -> float:
        stakes, probability = self.rules.settings.stake, seen[PROBABILITY]
        if stakes.rule == "confidence":
            threshold = seen[LONG_THRESHOLD if side == "long" else SHORT_THRESHOLD]
            return confidence_stake(funds, stakes.risk_frac, confidence(probability, threshold, side))
        payoff = payoff_ratio(
            [trade["profit_ratio"] for trade in self.closed],
            min_trades=stakes.kelly_min_trades,
            default=stakes.payoff,
        )
        rise = calibrated(probability, stakes.probability_slope)
        return funds * stakes.kelly_frac * kelly_fraction(rise if side == "long" else 1 - rise, payoff)

    # --- accounts ---------------------------------------------------------------------------------

    def _gained(self) -> float:
        return sum(trade["profit_abs"] for trade in self.closed)

    def _capital(self) -> float:
        return (self.rules.wallet + self._gained()) * self.rules.tradable_frac

    def _close(self, trade: Position, now: pd.Timestamp, rate: float, reason: str) -> None:
        self.eyes.confirm(trade.pair, now)
        fee = self.rules.settings.costs.side_frac
        rate = rounded(rate, self.rules.tick)
        paid, received = trade.paid_and_received(rate, fee)
        profit = round(trade.sign * (received - paid), 8)
        self.open.remove(trade)
        self.closed.append(
            {
                "pair": trade.pair, "is_short": trade.side == "short", "enter_tag": trade.tag,
                "exit_reason": reason, "open_date": trade.opened_at, "close_date": now,
                "open_rate": trade.open_rate, "close_rate": rate, "stake_amount": trade.stake,
                "amount": trade.amount, "profit_abs": profit,
                "profit_ratio": trade.sign * (received - paid) / paid * trade.leverage,
            }
        )  # fmt: skip


def regime_of(seen: Row) -> str:
    return Regime(int(seen[REGIME])).label


def rounded(price: float, tick: float, *, away: int = 0) -> float:
    """Price on the exchange's grid: the nearest, or with `away` -1 the next above, +1 the next below."""
    mode = {0: ROUND_HALF_UP, -1: ROUND_CEILING, 1: ROUND_FLOOR}[away]
    ticks = Decimal(str(round(float(price) / tick, 6)))
    return float(ticks.to_integral_value(mode) * Decimal(str(tick)))


WORDS = ["pair", "is_short", "enter_tag", "exit_reason", "open_date", "close_date"]
NUMBERS = ["open_rate", "close_rate", "stake_amount", "amount", "profit_abs", "profit_ratio"]


def differences(expected: pd.DataFrame, found: pd.DataFrame) -> list[str]:
    """Where two lists of trades differ; empty when they are the same."""
    order = ["open_date", "pair"]
    expected = expected.sort_values(order).reset_index(drop=True)
    found = found.sort_values(order).reset_index(drop=True)
    told = [] if len(expected) == len(found) else [f"{len(expected)} trades and {len(found)}"]
    for number, (one, other) in enumerate(zip(expected.itertuples(), found.itertuples(), strict=False)):
        for name in WORDS + NUMBERS:
            left, right = getattr(one, name), getattr(other, name)
            same = left == right if name in WORDS else math.isclose(left, right, rel_tol=1e-9, abs_tol=2e-8)
            if not same:
                told.append(f"trade {number}, {one.pair} {one.open_date}: {name} {left} and {right}")
    return told
