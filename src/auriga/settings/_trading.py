"""The blocks of `regime` that say how predictions are traded: signals, stake, stops, halts, costs."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from auriga.settings._block import Block

TRADING_BLOCKS = (
    "profile",
    "parameters",
    "guard",
    "signals",
    "stake",
    "stops",
    "halt",
    "leverage",
    "messages",
)
"""Blocks that no model depends on. `costs` is not among them: labels may count in costs."""

_Factor = Annotated[float, Field(ge=0, le=10)]
_Frac = Annotated[float, Field(gt=0, le=1)]


class RegimeFactors(Block):
    """What a stake, a stop distance or a leverage is multiplied by in each regime; 0 means none at all."""

    bull: _Factor = 1.0
    sideways: _Factor = 1.0
    bear: _Factor = 1.0


Sides = Literal["flat", "long", "short", "both"]


class SideSettings(Block):
    """Which sides each regime allows. An unknown regime allows none, and spot has no shorts."""

    bull: Sides = "long"
    sideways: Sides = "flat"
    bear: Sides = "flat"


class SignalSettings(Block):
    """When a trade is entered and left; the thresholds are the strategy's own parameters.

    `sides` says what each regime allows. With `model` false that alone decides, and nothing is trained. With
    it, `role` says what the model decides: `time` when to enter and to leave, at the latest after
    `entry_patience_candles` and `exit_patience_candles` base candles (0: at once, since waiting has saved
    nothing, see studies/PROFILES.md); `veto` whether, within what the regime allows; `alone` all, above
    `cost_margin` times the costs of a round trip (null: above the threshold alone). `decide` says on which
    candles `veto` looks: every base candle, or the one that closes a candle of the regime.

    A regime must be at least `grace_candles` slow candles old. With `exit_on_regime`, a trade ends when a
    known regime no longer allows its side. A trade ends after `max_candles` base candles (null: the label's
    horizon, 0: no limit).
    """

    sides: SideSettings = SideSettings()
    model: bool = True
    role: Literal["time", "veto", "alone"] = "time"
    decide: Literal["every_candle", "regime_candle"] = "every_candle"
    entry_patience_candles: Annotated[int, Field(ge=0, le=2016)] = 0
    exit_patience_candles: Annotated[int, Field(ge=0, le=2016)] = 0
    cost_margin: Annotated[float, Field(ge=0, le=100)] | None = 1.2
    grace_candles: Annotated[int, Field(ge=0, le=1000)] = 0
    exit_on_regime: bool = True
    exit_on_opposite: bool = True
    exit_on_decay: bool = True
    max_candles: Annotated[int, Field(ge=0, le=100_000)] | None = 0


class StakeSettings(Block):
    """How much goes into a trade.

    `rule`: `volatility` stakes the capital times min(1/n, `target_volatility` / (n x annual volatility)),
    where n is `positions` (null: `max_open_trades`), and with `trim` sells once a day what stands above twice
    that, down to it;
    `confidence` stakes `risk_frac` of the capital times (0.5 + confidence); `kelly` stakes
    `kelly_frac` of the Kelly fraction of the calibrated probability (its log-odds times
    `probability_slope`) and the payoff of the bot's own closed trades (`payoff` until there are
    `kelly_min_trades`); `freqtrade` what `stake_amount` says. Then regime and volatility factors, then the
    caps, as fractions of the capital: one position (null: none beside the rule), and all positions with their
    leverage.
    """

    rule: Literal["volatility", "confidence", "kelly", "freqtrade"] = "volatility"
    target_volatility: Annotated[float, Field(gt=0, le=2)] = 0.4
    half_life_days: Annotated[float, Field(ge=1, le=120)] = 30.0
    positions: Annotated[int, Field(ge=1, le=1000)] | None = None
    trim: bool = True
    risk_frac: _Frac = 0.02
    kelly_frac: _Frac = 0.25
    kelly_min_trades: Annotated[int, Field(ge=1, le=100_000)] = 30
    payoff: Annotated[float, Field(ge=0.001, le=100)] = 1.0
    probability_slope: Annotated[float, Field(ge=0, le=2)] = 0.5  # between the two quarters measured
    max_position_frac: _Frac | None = None
    max_exposure_frac: Annotated[float, Field(gt=0, le=125)] = 1.0
    regime_factors: RegimeFactors = RegimeFactors()
    target_atr_frac: Annotated[float, Field(gt=0, le=1)] | None = None
    max_volatility_factor: Annotated[float, Field(ge=1, le=10)] = 2.0


class StopSettings(Block):
    """Where a trade ends at a loss; ATR multiples are the strategy's own parameters.

    `atr` keeps the ATR that was known at entry; `fixed` stands `fixed_frac` of the price away.
    """

    kind: Literal["fixed", "atr"] = "fixed"
    atr_period: Annotated[int, Field(ge=2, le=1000)] = 14
    fixed_frac: Annotated[float, Field(gt=0, lt=1)] = 0.25
    regime_factors: RegimeFactors = RegimeFactors()

    @field_validator("regime_factors")
    @classmethod
    def _some_distance(cls, value: RegimeFactors) -> RegimeFactors:
        if 0 in (value.bull, value.sideways, value.bear):
            raise ValueError("must be above 0: a stop at the entry ends the trade at once")
        return value


class HaltSettings(Block):
    """When no new trade is opened any more; null turns a rule off.

    Drawdowns are fractions of the capital: of the UTC day's start, and of the highest that closed trades
    brought. After `max_consecutive_losses` there is a pause of `pause_candles` base candles.
    """

    max_daily_drawdown_frac: _Frac | None = 0.1
    max_drawdown_frac: _Frac | None = 0.35
    max_consecutive_losses: Annotated[int, Field(ge=1, le=1000)] | None = None
    pause_candles: Annotated[int, Field(ge=1, le=100_000)] = 72


class LeverageSettings(Block):
    """Leverage of futures trades: `base` times the regime's factor, less in wild markets, `cap` at most.

    With `target_atr_frac` it is scaled down where the ATR is above it. Liquidation stays at least
    `liquidation_stops` stop distances away from the entry.
    """

    base: Annotated[float, Field(ge=1, le=125)] = 1.0
    cap: Annotated[float, Field(ge=1, le=125)] = 3.0
    regime_factors: RegimeFactors = RegimeFactors()
    target_atr_frac: Annotated[float, Field(gt=0, le=1)] | None = None
    liquidation_stops: Annotated[float, Field(ge=1, le=100)] = 2.0

    @field_validator("cap")
    @classmethod
    def _not_below_base(cls, value: float, info: ValidationInfo) -> float:
        if value < info.data.get("base", value):
            raise ValueError(f"must not be below base, which is {info.data['base']}")
        return value


class MessageSettings(Block):
    """What is sent to Telegram and webhooks, beside Freqtrade's own messages."""

    regime_change: bool = True
    fallback: bool = True
    halt: bool = True
