"""The `regime` block of `config.json`: names, ranges and defaults of everything a user may set.

An unknown key is refused with the nearest known one, an impossible value with the allowed range.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from auriga.errors import SettingsError
from auriga.settings._block import Block
from auriga.settings._costs import CostSettings
from auriga.settings._trading import (
    HaltSettings,
    LeverageSettings,
    MessageSettings,
    SignalSettings,
    StakeSettings,
    StopSettings,
)

MOVED = {
    "label.cost_frac": "costs stand in one place now: set regime.costs.fee_frac and .slippage_frac, what one "
    "side costs (a round trip is twice their sum)",
}
"""Keys of earlier versions, and what to write instead."""

RuleName = Literal["moving_average", "price_change", "volatility"]
DetectorName = Literal["rules", "jump", "hmm"]
LabelKind = Literal["direction", "triple_barrier", "meta", "return", "scaled_return"]
GroupName = Literal[
    "momentum", "trend", "volatility", "volume", "shape", "calendar", "oscillator", "range", "flow",
    "profile", "pattern", "structure", "cross", "funding", "orderflow",
]  # fmt: skip
SchemeName = Literal["warm_start", "hard", "shrunk", "weighted", "pooled", "pooled_with_regime"]
RegimeTimeframe = Literal["1h", "2h", "4h", "6h", "8h", "12h", "1d"]

_WHOLE_SENTENCE = "whole_sentence"  # of a refusal that names key and value itself

_Period = Annotated[int, Field(ge=2, le=1000)]
_Level = Annotated[float, Field(ge=0, le=10)]


class RuleSettings(Block):
    """One rule: length of its indicator in candles, where bull or bear begins and ends, its votes."""

    period: _Period
    enter_level: _Level
    exit_level: _Level
    weight: Annotated[float, Field(gt=0, le=100)] = 1.0

    @field_validator("exit_level")
    @classmethod
    def _below_enter_level(cls, value: float, info: ValidationInfo) -> float:
        if value > info.data.get("enter_level", value):
            raise ValueError(f"must not be above enter_level, which is {info.data['enter_level']}")
        return value


class MovingAverageSettings(RuleSettings):
    """Distance of the price from its moving average, as a fraction (0.05 = 5 %)."""

    period: _Period = 200
    enter_level: _Level = 0.05
    exit_level: _Level = 0.02


class PriceChangeSettings(RuleSettings):
    """Change of the price over the period, as a fraction (0.1 = 10 %)."""

    period: _Period = 30
    enter_level: _Level = 0.10
    exit_level: _Level = 0.05


class VolatilitySettings(RuleSettings):
    """Move over the period in ATR x sqrt(period): trending or choppy."""

    period: _Period = 20
    enter_level: _Level = 0.7
    exit_level: _Level = 0.35


class JumpSettings(Block):
    """The statistical jump model: three states of the slow candles' returns, with a price on switching.

    It is fitted on the `fit_candles` slow candles before a refit and used for the next `refit_candles`.
    """

    fit_candles: Annotated[int, Field(ge=60, le=20_000)] = 730
    refit_candles: Annotated[int, Field(ge=1, le=5000)] = 30
    penalty: Annotated[float, Field(ge=0, le=10_000)] = 20.0
    period: _Period = 14


class HmmSettings(Block):
    """The Gaussian hidden Markov model, filtered: three states of the slow candles' returns."""

    fit_candles: Annotated[int, Field(ge=60, le=20_000)] = 730
    refit_candles: Annotated[int, Field(ge=1, le=5000)] = 30
    period: _Period = 14


class FeatureSettings(Block):
    """Which features there are: groups of the catalogue, and of these, if given, only those in `keep`.

    `keep` holds names as a trained model knows them (`momentum_rsi_14_own_5m`); `auriga features` writes it.
    """

    groups: Annotated[tuple[GroupName, ...], Field(min_length=1, strict=False)] = (
        "momentum", "trend", "volatility", "volume", "shape", "calendar",
    )  # fmt: skip
    keep: Annotated[tuple[str, ...], Field(min_length=1, strict=False)] | None = None


class LabelSettings(Block):
    """What the models learn to predict.

    For a classifier: the `direction` of the move over the horizon, the first touch of a `triple_barrier`,
    or whether a primary rule is right (`meta`). For a regressor: the `return`, or `scaled_return`, the same
    in units of volatility. `threshold` counts in `unit`: round-trip costs (`cost`, as `regime.costs` has
    them) or ATRs (`atr`, over `atr_period` candles). 0 means every move counts and there is no class
    `flat`. Barriers stand `upper_atr` above and `lower_atr` below the close.
    """

    kind: LabelKind = "direction"
    horizon: Annotated[int, Field(ge=1, le=2016)] = 12
    threshold: Annotated[float, Field(ge=0, le=20)] = 0.0
    unit: Literal["cost", "atr"] = "cost"
    atr_period: _Period = 14
    upper_atr: Annotated[float, Field(gt=0, le=100)] = 3.0
    lower_atr: Annotated[float, Field(gt=0, le=100)] = 3.0

    @property
    def flat(self) -> bool:
        """Whether moves that do not count form a class of their own."""
        return self.kind == "triple_barrier" or (self.kind == "direction" and self.threshold > 0)

    @property
    def regression(self) -> bool:
        """Whether the label is a number, for a regressor."""
        return self.kind in ("return", "scaled_return")


class GuardSettings(Block):
    """What is checked before an entry leaves a live bot; see `docs/guard.md`.

    `check_minutes` lie between two looks at the whole account, `tolerance_frac` (0.001 = 0.1 %) is how far
    holdings may differ from what trades account for, beside one step of the pair.
    """

    enabled: bool = True
    check_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
    tolerance_frac: Annotated[float, Field(ge=0, le=0.05)] = 0.001


class RegimeSettings(Block):
    """All of the `regime` block; every key has a default.

    The keys from `scheme` to `stale_models` say how models are trained (`docs/models.md`), `frozen_models`
    which are used instead (`docs/freeze.md`), those from `parameters` (where the strategy's own start) on how
    they are traded (`docs/trading.md`).
    """

    profile: Annotated[str, Field(min_length=1)] | None = None
    timeframe: RegimeTimeframe = "1d"
    reference_pair: Annotated[str, Field(pattern=r"^[^/\s]+/[^/\s]+$")] | None = None
    detector: DetectorName = "rules"
    rules: Annotated[tuple[RuleName, ...], Field(min_length=1, strict=False)] = (
        "moving_average",
        "price_change",
        "volatility",
    )
    moving_average: MovingAverageSettings = MovingAverageSettings()
    price_change: PriceChangeSettings = PriceChangeSettings()
    volatility: VolatilitySettings = VolatilitySettings()
    confirm_candles: Annotated[int, Field(ge=1, le=100)] = 2
    min_dwell: Annotated[int, Field(ge=1, le=1000)] = 5
    min_confidence: Annotated[float, Field(ge=0, le=1)] = 0.0
    jump: JumpSettings = JumpSettings()
    hmm: HmmSettings = HmmSettings()
    features: FeatureSettings = FeatureSettings()
    label: LabelSettings = LabelSettings()
    scheme: SchemeName = "warm_start"
    pairs: Literal["own", "all"] | None = None
    sample_every: Annotated[int, Field(ge=1, le=1000)] | None = None
    min_samples: Annotated[int, Field(ge=1)] = 2000
    expert_trees: Annotated[int, Field(ge=1, le=5000)] = 30
    expert_learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.015
    expert_train_period_days: Annotated[int, Field(ge=1, le=5000)] | None = None
    prior_samples: Annotated[float, Field(ge=0)] = 104_000.0
    other_weight: Annotated[float, Field(ge=0, le=1)] = 0.3
    balance_classes: bool = False
    n_seeds: Annotated[int, Field(ge=1, le=50)] = 1
    recency_half_life_days: Annotated[float, Field(gt=0)] | None = None
    uniqueness_weights: bool = False
    return_weights: bool = False
    embargo_candles: Annotated[int, Field(ge=0, le=10_000)] = 0
    stale_models: Literal["retrain", "refuse"] = "retrain"
    frozen_models: Annotated[str, Field(min_length=1)] | None = None
    guard: GuardSettings = GuardSettings()
    parameters: dict[str, float] = Field(default_factory=dict)
    signals: SignalSettings = SignalSettings()
    stake: StakeSettings = StakeSettings()
    stops: StopSettings = StopSettings()
    halt: HaltSettings = HaltSettings()
    costs: CostSettings = CostSettings()
    leverage: LeverageSettings = LeverageSettings()
    messages: MessageSettings = MessageSettings()

    @field_validator("rules")
    @classmethod
    def _no_rule_twice(cls, value: tuple[RuleName, ...]) -> tuple[RuleName, ...]:
        if len(set(value)) < len(value):
            raise ValueError("name a rule twice; every rule has one vote")
        return value

    @field_validator("signals")
    @classmethod
    def _patience_within_label(cls, value: SignalSettings, info: ValidationInfo) -> SignalSettings:
        label = info.data.get("label")
        if label is None or not value.model or value.role != "time":
            return value
        for name in ("entry_patience_candles", "exit_patience_candles"):
            if getattr(value, name) > label.horizon:
                raise PydanticCustomError(
                    _WHOLE_SENTENCE,
                    "regime.signals.{name} is {patience}, but a prediction is about the next {horizon} "
                    "candles alone: wait no longer than regime.label.horizon, or lengthen that",
                    {"name": name, "patience": getattr(value, name), "horizon": label.horizon},
                )
        return value

    @property
    def trains_on_all_pairs(self) -> bool:
        """Whether one model serves all pairs: by default everywhere but in `hard`, as first asked."""
        return (self.scheme != "hard") if self.pairs is None else self.pairs == "all"

    @property
    def warmup_candles(self) -> int:
        """Slow candles before the first regime, at most: what the detector needs, and its confirmation.

        The slowest rule; or for a statistical detector its features, a whole fit window, and the wait for
        the next fit of its schedule.
        """
        if self.detector == "rules":
            needed = max(rule.period for rule in self.active_rules().values())
        else:
            fit = self.jump if self.detector == "jump" else self.hmm
            needed = fit.period + fit.fit_candles + fit.refit_candles - 1
        return needed + self.confirm_candles

    def active_rules(self) -> dict[str, RuleSettings]:
        """Settings of the rules in use, by name."""
        return {name: getattr(self, name) for name in self.rules}


_IN_WORDS = {
    "model_type": "it must be a block of settings in braces",
    "tuple_type": "it must be a list in brackets",
    "int_from_float": "it must be a whole number",
    "int_parsing": "it must be a whole number",
    "int_type": "it must be a whole number",
    "float_parsing": "it must be a number",
    "float_type": "it must be a number",
    "bool_parsing": "it must be true or false",
    "bool_type": "it must be true or false",
    "string_type": "it must be a text in quotes",
}
"""What pydantic says in the words of Python, and with the names of our classes, in those of JSON."""


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    """Names that are allowed in the block that contains `location`."""
    block: type[BaseModel] = RegimeSettings
    for part in location[:-1]:
        annotation = block.model_fields[str(part)].annotation
        block = annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else block
    return list(block.model_fields)


def _complaints(error: ValidationError) -> Iterator[str]:
    for detail in error.errors():
        location = detail["loc"]
        name = "regime." + ".".join(str(part) for part in location) if location else "regime"
        moved = MOVED.get(name.removeprefix("regime."))
        if detail["type"] == "extra_forbidden" and moved:
            yield f"{name} is no longer a key; {moved}"
        elif detail["type"] == "extra_forbidden":
            known = _known_keys(location)
            near = get_close_matches(str(location[-1]), known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
            yield f"unknown key {name}; {hint}"
        elif detail["type"] == _WHOLE_SENTENCE:
            yield detail["msg"]
        else:
            message = _IN_WORDS.get(detail["type"]) or detail["msg"].removeprefix("Value error, ")
            message = message[:1].lower() + message[1:]
            yield f"{name} is {detail['input']!r}: {message}"


def parse_settings(block: Mapping[str, Any]) -> RegimeSettings:
    """Validate the `regime` block of a configuration.

    Parameters
    ----------
    block : mapping
        As read from JSON; an empty one gives the defaults.

    Raises
    ------
    SettingsError
        With one line for each key that is unknown (and its nearest known name) and each value that
        is impossible (and the allowed range).

    Examples
    --------
    >>> parse_settings({"confirm_candles": 3}).confirm_candles
    3
    >>> parse_settings({"confirm_candels": 3})
    Traceback (most recent call last):
    auriga.errors.SettingsError: unknown key regime.confirm_candels; did you mean 'confirm_candles'?
    """
    if not isinstance(block, Mapping):
        raise SettingsError(f"regime is {block!r}; it must be a block of settings in braces")
    try:
        return RegimeSettings.model_validate(dict(block))
    except ValidationError as error:
        raise SettingsError("\n".join(_complaints(error))) from None
