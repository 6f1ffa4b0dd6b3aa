"""The strategy as overlays: plain thresholds, each rule added alone, all of them."""

import copy
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Variant:
    """One way to trade the same predictions.

    Attributes
    ----------
    name : str
        Of its folder.
    title : str
        In tables.
    regime : dict
        Overlay of the block `regime` over `rig.EVERY_PREDICTION`: a model that decides alone.
    parameters : dict
        `RegimeStrategy.json` by space; what is not named keeps its default.
    """

    name: str
    title: str
    regime: Json = field(default_factory=dict)
    parameters: Json = field(default_factory=dict)


_STAKE: Json = {"rule": "freqtrade", "max_position_frac": 1.0, "max_exposure_frac": 1.0}
_NO_HALT: Json = {"max_daily_drawdown_frac": None, "max_drawdown_frac": None, "max_consecutive_losses": None}
_PLAIN: Json = {
    "signals": {"exit_on_opposite": False, "max_candles": 0},
    "stake": _STAKE,
    "stops": {"kind": "fixed", "fixed_frac": 0.05},
    "halt": _NO_HALT,
    "leverage": {"base": 1, "cap": 1, "regime_factors": {"bull": 1.0, "sideways": 1.0, "bear": 1.0}},
}
_NO_TAKE_PROFIT: Json = {"exit": {"take_profit_atr": 0.0}}


def _added(title: str, name: str, *, take_profit: bool = False, **blocks: Json) -> Variant:
    """Plain thresholds with some blocks replaced by others."""
    regime = copy.deepcopy(_PLAIN) | blocks
    return Variant(name, title, regime, {} if take_profit else _NO_TAKE_PROFIT)


PLAIN = _added("plain thresholds", "plain")
ALL = Variant("all", "all rules")

SPOT = (
    PLAIN,
    _added("+ stake by confidence", "confidence", stake={}),
    _added("+ stake by Kelly", "kelly", stake={"rule": "kelly"}),
    _added("+ stop at 5 ATR", "stops", stops={}),
    _added("+ take-profit at 8 ATR", "take_profit", take_profit=True),
    _added("+ time limit of the horizon", "time_limit", signals={}),
    _added("+ kill switches", "halts", halt={}),
    Variant("all_plain_stake", "all rules, the stake of plain", {"stake": _STAKE}),
    ALL,
)
"""What a spot market is measured with."""

_LEVERED_STAKE = _STAKE | {"max_exposure_frac": 3.0}

FUTURES = (
    PLAIN,
    _added("+ leverage", "leverage", leverage={"base": 2, "cap": 3}, stake=_LEVERED_STAKE),
    Variant("all_plain_stake", "all rules, the stake of plain", {"stake": _LEVERED_STAKE}),
    ALL,
)
"""What a futures market is measured with: the rules beside leverage are the same."""
