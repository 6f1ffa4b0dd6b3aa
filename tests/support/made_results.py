"""Results of backtests that never ran: trades from a test, statistics and zip by Freqtrade's own code."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.data.btanalysis.bt_fileutils import BT_DATA_COLUMNS
from freqtrade.optimize.optimize_reports import generate_backtest_stats, store_backtest_results

from auriga.columns import DO_PREDICT, EXPERT, EXPERT_ROWS, PRIOR, PROBABILITY
from auriga.host.results import BacktestResult, read_backtest
from auriga.host.seals._places import PREDICTIONS, place_folder, prediction_file
from auriga.host.seals._provenance import rows_digest, write_seal
from auriga.host.seals._run_record import record_run
from auriga.host.seals._saved import PredictionFile
from auriga.host.seals._windows import DAY, Window, pair_slug

START = pd.Timestamp("2024-02-05", tz="UTC")
PLACE = "20240205-made"
FEE = 0.0015
STAKE = 1000.0
CONFIG: dict[str, Any] = {
    "strategy": "RegimeStrategy", "timeframe": "5m", "stake_currency": "USDT", "stake_amount": "unlimited",
    "dry_run_wallet": 10_000, "max_open_trades": 3, "stoploss": -0.25, "minimal_roi": {}, "dry_run": True,
    "use_exit_signal": True, "exit_profit_only": False, "exit_profit_offset": 0.0, "margin_mode": "",
    "ignore_roi_if_entry_signal": False, "trading_mode": "spot", "freqaimodel": "RegimeLightGBMClassifier",
    "exchange": {"name": "binance", "key": "SECRET", "secret": "SECRET", "pair_whitelist": ["BTC/USDT"]},
    "regime": {"timeframe": "4h", "moving_average": {"period": 40}, "price_change": {"period": 20}},
    "freqai": {"enabled": True, "identifier": "made", "train_period_days": 14, "backtest_period_days": 7,
               "feature_parameters": {}},
}  # fmt: skip
RUN = {
    "locks": [], "run_id": "made", "rejected_signals": 0, "timedout_entry_orders": 0,
    "timedout_exit_orders": 0, "canceled_trade_entries": 0, "canceled_entry_orders": 0,
    "replaced_entry_orders": 0, "backtest_start_time": 1_700_000_000,
}  # fmt: skip


def trade(
    opened: pd.Timestamp,
    gain: float,
    *,
    minutes: int = 60,
    pair: str = "BTC/USDT",
    tag: str | None = "bull_long",
    short: bool = False,
    leverage: float = 1.0,
    funding: float = 0.0,
    reason: str = "roi",
) -> dict[str, Any]:
    """A closed trade whose price has moved by `gain` in its favour, counted as Freqtrade counts."""
    closed, entry = opened + pd.Timedelta(minutes=minutes), 100.0
    exit_ = entry * (1 - gain if short else 1 + gain)
    amount, sign = STAKE * leverage / entry, -1 if short else 1
    paid = amount * entry * (1 + sign * FEE)
    profit = sign * (amount * exit_ * (1 - sign * FEE) - paid) + funding
    orders = [_order(opened, entry, amount, True, tag), _order(closed, exit_, amount, False, reason)]
    return {
        "pair": pair, "stake_amount": STAKE, "max_stake_amount": STAKE, "amount": amount,
        "open_date": opened, "close_date": closed, "open_rate": entry, "close_rate": exit_,
        "fee_open": FEE, "fee_close": FEE, "trade_duration": minutes, "profit_ratio": profit / STAKE,
        "profit_abs": profit, "exit_reason": reason, "initial_stop_loss_abs": 1.0,
        "initial_stop_loss_ratio": -0.25, "stop_loss_abs": 1.0, "stop_loss_ratio": -0.25, "min_rate": 1.0,
        "max_rate": 200.0, "is_open": False, "enter_tag": tag, "leverage": leverage, "is_short": short,
        "open_timestamp": int(opened.timestamp() * 1000), "orders": orders, "funding_fees": funding,
        "close_timestamp": int(closed.timestamp() * 1000),
    }  # fmt: skip


def _order(at: pd.Timestamp, price: float, amount: float, entry: bool, tag: str | None) -> dict[str, Any]:
    filled = int(at.timestamp() * 1000)
    return {"amount": amount, "safe_price": price, "ft_order_side": "buy", "order_filled_timestamp": filled,
            "ft_is_entry": entry, "ft_order_tag": tag or "", "cost": amount * price}  # fmt: skip


def many_trades(days: int, seed: int = 0, **more: Any) -> list[dict[str, Any]]:
    """Five trades a day, a bit more than half of which gain."""
    rng = np.random.default_rng(seed)
    tags = [f"{regime}_{'short' if more.get('short') else 'long'}" for regime in ("bear", "sideways", "bull")]
    return [
        trade(
            START + pd.Timedelta(days=day, hours=4 * number),
            float(rng.normal(0.003, 0.012)),
            tag=tags[int(rng.integers(3))],
            minutes=int(rng.integers(1, 40)) * 5,
            reason=("roi", "stop_loss")[int(rng.integers(2))],
            **more,
        )
        for day in range(days)
        for number in range(5)
    ]


def made_result(
    folder: Path,
    trades: Mapping[str, Sequence[dict[str, Any]]] | Sequence[dict[str, Any]],
    *,
    days: float = 30,
    pairs: Sequence[str] = ("BTC/USDT",),
    name: str = "2024-03-06_00-00-00",
    **config: Any,
) -> Path:
    """Write `backtest-result-<name>.zip`; `trades` by strategy, or those of `RegimeStrategy`."""
    strategies = trades if isinstance(trades, Mapping) else {"RegimeStrategy": trades}
    stop = (START + pd.Timedelta(days=days)).to_pydatetime()
    asked = {"timerange": f"{START.timestamp():.0f}-{stop.timestamp():.0f}"}
    whole = {name: value for name, value in (CONFIG | asked | config).items() if value is not None}
    folder.mkdir(parents=True, exist_ok=True)
    contents: Any = {strategy: _content(list(rows), whole) for strategy, rows in strategies.items()}
    frames = {pair: pd.DataFrame({"date": [START, stop], "close": [100.0, 110.0]}) for pair in pairs}
    stats = generate_backtest_stats(frames, contents, START.to_pydatetime(), stop)
    where = whole | {"exportdirectory": folder, "original_config": whole}
    store_backtest_results(where, stats, name)
    return folder / f"backtest-result-{name}.zip"


def _content(rows: list[dict[str, Any]], config: dict[str, Any]) -> dict[str, Any]:
    results = pd.DataFrame(rows, columns=BT_DATA_COLUMNS)
    types: Any = {"open_date": "datetime64[ms, UTC]", "close_date": "datetime64[ms, UTC]", "is_short": bool}
    results = results.astype(types | {"profit_abs": float, "profit_ratio": float}).sort_values("close_date")
    return RUN | {
        "results": results.reset_index(drop=True),
        "config": config,
        "final_balance": config["dry_run_wallet"] + results["profit_abs"].sum(),
        "backtest_end_time": int(datetime.now(UTC).timestamp()),
    }


def read(path: Path, strategy: str = "RegimeStrategy") -> BacktestResult:
    """Read it back."""
    return read_backtest(path, strategy)


def write_predictions(
    models: Path, pair: str, candles: pd.DataFrame, stamp: int, probability: np.ndarray, **columns: Any
) -> Path:
    """Predictions of one window of seven days, sealed and recorded as Auriga's models write them."""
    begin = pd.Timestamp(stamp, unit="s", tz="UTC")
    own = (candles["date"] >= begin) & (candles["date"] < begin + pd.Timedelta(days=7))
    rows = pd.DataFrame({"date": candles["date"][own], PROBABILITY: probability[own.to_numpy()]})
    rows_of = candles[own]
    rows = rows.assign(**{PRIOR: 0.5, EXPERT: 0, EXPERT_ROWS: 5000, DO_PREDICT: 1} | columns)
    start = int(begin.timestamp()) * 1000
    window = Window(start - 14 * DAY, start, start, start + 7 * DAY)
    place = place_folder(models / "made", PLACE)
    file = PredictionFile(
        prediction_file(place, pair, window), facts={}, candles="", history="", window=rows_digest(rows_of)
    )
    file.write(rows.reset_index(drop=True))
    record_made(models, pair)
    return file.path


def sealed_anew(models: Path, pair: str) -> None:
    """Seal and record predictions that a test has written over, as a run that had made them would."""
    for path in sorted((place_folder(models / "made", PLACE) / PREDICTIONS).glob("*.feather")):
        seal = path.with_suffix(".json")
        content = json.loads(seal.read_text())
        write_seal(seal, [path], {name: value for name, value in content.items() if name != "sha256"})
    record_made(models, pair)


def record_made(models: Path, pair: str) -> None:
    """Record that a run was given all predictions of a pair that are there now."""
    folder = place_folder(models / "made", PLACE) / PREDICTIONS
    files = {}
    for path in sorted(folder.glob(f"cb_{pair_slug(pair).lower()}_*.feather")):
        seal = json.loads(path.with_suffix(".json").read_text())
        files[path.name] = seal["sha256"][path.name]
    record_run(
        models / "made", strategy="RegimeStrategy", model="RegimeLightGBMClassifier", pair=pair, place=PLACE,
        files=files,
    )  # fmt: skip
