"""The runs of the page: stock `freqtrade backtesting`, one overlay each."""

from dataclasses import dataclass, field
from typing import Any

from rig import EVERY_PREDICTION

SIX = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "BNB/USDT", "DOGE/USDT", "ADA/USDT")
FOUR, TWO = SIX[:4], SIX[:2]
ALONE: dict[str, Any] = {"regime": {"signals": {"model": False}}}


@dataclass(frozen=True)
class Run:
    """One backtest.

    Attributes
    ----------
    name, title : str
        In the numbers, and in the table.
    candles : {"4h", "5m"}
        Which folder of candles it runs on.
    config : str
        File of the repository.
    pairs : tuple of str
    timerange : str
    overlay : dict
        Settings that differ from the file.
    """

    name: str
    title: str
    candles: str
    config: str
    pairs: tuple[str, ...]
    timerange: str
    overlay: dict[str, Any] = field(default_factory=dict)


def _swing(name: str, title: str, pairs: tuple[str, ...], timerange: str, **overlay: Any) -> Run:
    return Run(name, title, "4h", "configs/swing.json", pairs, timerange, overlay)


def _modelled(name: str, title: str, **overlay: Any) -> Run:
    return _swing(name, title, SIX, MODELS, **overlay)


def _fast(name: str, title: str, config: str = "config.json", **overlay: Any) -> Run:
    return Run(name, title, "5m", config, FOUR, "20240101-20250630", overlay)


def _learning(days: int, identifier: str, seed: int = 1, scheme: str = "warm_start") -> dict[str, Any]:
    return {
        "regime": {"scheme": scheme},
        "freqai": {
            "identifier": identifier,
            "train_period_days": days,
            "model_training_parameters": {"random_state": seed},
        },
    }


WHOLE, MODELS = "20200801-20250630", "20210701-20250630"
SWING = (
    _swing("rules six", "rules alone, six pairs", SIX, WHOLE, **ALONE),
    _swing("rules two", "rules alone, BTC and ETH", TWO, WHOLE, **ALONE),
    _swing("rules four", "rules alone, the shipped four", FOUR, WHOLE, **ALONE),
    _swing("rules 2022", "rules alone, six pairs, from 2022", SIX, "20220101-20250630", **ALONE),
    _swing("rules 2021-07", "rules alone, six pairs, from 2021-07", SIX, MODELS, **ALONE),
    *(
        _modelled(f"model {seed}", f"with the model, seed {seed}", **_learning(500, f"swing-{seed}", seed))
        for seed in (1, 2, 3)
    ),
    *(
        _modelled(f"model {name}", f"with the model, `{name}`", **_learning(500, f"swing-{name}", 1, name))
        for name in ("pooled", "hard")
    ),
    _swing("rules 2023", "rules alone, six pairs, from 2023-02-09", SIX, "20230209-20250630", **ALONE),
    _swing(
        "model 1095", "with the model as shipped", SIX, "20230209-20250630", **_learning(1095, "swing-1095")
    ),
)
FAST = (
    _fast("rules", "rules alone", **ALONE),
    _fast("default", "`config.json`"),
    _fast("former", "what `config.json` was before", regime=EVERY_PREDICTION),
    _fast("intraday", "`configs/intraday.json`", "configs/intraday.json"),
)
