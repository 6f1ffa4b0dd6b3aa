"""A page's data made by hand: numbers of every size, gaps, and names that try to break out of the page."""

import numpy as np
import pandas as pd

from auriga.evaluation import Verdict
from auriga.host.evidence import ModelEvidence, PredictionEvidence, RegimeEvidence, TradingEvidence, Trials
from auriga.report import ReportData

NAN = float("nan")
HOSTILE = "</script><img src=x onerror=alert(1)>"
PAIRS = ("BTC/USDT", "ETH/USDT")
WINDOWS = pd.date_range("2025-01-01", periods=6, freq="14D", tz="UTC")
EXPERTS = ("fallback", "bull", "sideways", "bear")


def headline() -> pd.DataFrame:
    figures = {
        "trades": (172, NAN, NAN, NAN, NAN),
        "net_profit_frac": (-0.0512345, -0.09, 0.02, 0.0712, 0.0),
        "cagr_frac": (-0.19, -0.33, 0.08, 0.31, 0.0),
        "sharpe": (-2.345678, -4.1, 0.9, 0.71, NAN),
        "sortino": (-2.9, -5.0, 1.2, 0.9, NAN),
        "max_drawdown_frac": (0.0623, 0.03, 0.11, 0.2817, 0.0),
        "win_rate_frac": (0.3837209, 0.31, 0.45, NAN, NAN),
        "profit_factor": (0.6543, 0.4, 1.1, NAN, NAN),
    }
    columns = ["estimate", "low", "high", "buy_and_hold", "cash"]
    return pd.DataFrame.from_dict(figures, orient="index", columns=columns)


def daily() -> pd.DataFrame:
    days = pd.date_range("2025-01-01", periods=90, tz="UTC")
    rng = np.random.default_rng(3)
    wallet = 10_000 * np.exp(np.cumsum(rng.normal(-0.0005, 0.002, 90)))
    held = 10_000 * np.exp(np.cumsum(rng.normal(0.0005, 0.03, 90)))
    falls = [1 - line / np.maximum.accumulate(line) for line in (wallet, held)]
    return pd.DataFrame(
        {
            "wallet": wallet,
            "buy_and_hold": held,
            "cash": 10_000.0,
            "drawdown_frac": falls[0],
            "buy_and_hold_drawdown_frac": falls[1],
        },
        index=days,
    )


def groups(names: tuple[str, ...]) -> pd.DataFrame:
    n = len(names)
    return pd.DataFrame(
        {
            "trades": np.arange(n, 0, -1) * 20,
            "profit": np.linspace(-200, 30, n),
            "profit_frac": np.linspace(-0.02, 0.003, n),
            "mean_frac": np.linspace(-0.003, 0.001, n),
            "mean_low": np.linspace(-0.004, -0.001, n),
            "mean_high": np.linspace(-0.002, 0.003, n),
            "win_rate_frac": np.linspace(0.3, 0.6, n),
            "holding_minutes": np.linspace(20, 300, n),
        },
        index=list(names),
    )


def trades(n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    returns = rng.normal(-0.001, 0.006, n)
    opened = pd.date_range("2025-01-02", periods=n, freq="31h", tz="UTC")
    minutes = rng.exponential(60, n).round()
    return pd.DataFrame(
        {
            "pair": rng.choice(PAIRS, n),
            "direction": "long",
            "regime": rng.choice(["bull", "sideways", "bear"], n),
            "enter_tag": HOSTILE,
            "exit_reason": "decay",
            "opened_at": opened,
            "closed_at": opened + pd.to_timedelta(minutes, unit="min"),
            "return_frac": returns,
            "profit": 1000 * returns,
            "holding_minutes": minutes,
        }
    )


def trading() -> TradingEvidence:
    monthly = pd.DataFrame([[-0.01, -0.02, 0.005, *[NAN] * 9, -0.025]], index=[2025])
    costs = {
        "cost_frac": [0.0, 0.0015, 0.003, 0.0045],
        "net_profit_frac": [0.01, -0.05, -0.11, -0.17],
        "sharpe": [0.6, -2.3, -5.1, NAN],
        "win_rate_frac": [0.52, 0.38, 0.3, 0.2],
    }
    return TradingEvidence(
        facts={"strategy": "RegimeStrategy", "pairs": ", ".join(PAIRS)},
        headline=headline(),
        daily=daily(),
        monthly=monthly.set_axis([*range(1, 13), "year"], axis=1),
        by_regime=groups(("bull", "sideways", "bear")),
        by_tag=groups((HOSTILE, "bull_long", "bear_long")),
        by_exit=groups(("decay", "stop_loss")),
        by_pair=groups(PAIRS),
        trades=trades(),
        costs=pd.DataFrame(costs, index=[0, 1, 2, 3]),
        break_even_cost_frac=0.00022,
    )


def scores(names: tuple[object, ...]) -> pd.DataFrame:
    n = len(names)
    spread = np.linspace(0, 0.03, n)
    return pd.DataFrame(
        {
            "rows": 10_000, "up_share": 0.49, "auc": 0.5 + spread, "auc_low": 0.49 + spread,
            "auc_high": 0.51 + spread, "log_loss": 0.6931, "log_loss_constant": 0.6930,
            "skill_1e5": np.linspace(-20, 40, n), "skill_low": np.linspace(-50, 10, n),
            "skill_high": np.linspace(10, 70, n), "brier": 0.2499, "ic": spread, "ic_low": spread - 0.01,
            "ic_high": spread + 0.01,
        },
        index=list(names),
    )  # fmt: skip


def predictions() -> PredictionEvidence:
    bins = np.linspace(0.42, 0.58, 10)
    calibration = [
        pd.DataFrame({"regime": name, "predicted": bins, "observed": 0.5 + (bins - 0.5) * k, "rows": 1000})
        for name, k in (("all", 0.5), ("bull", 0.7), ("sideways", 0.2), ("bear", 0.4))
    ]
    windows = pd.DataFrame(
        {
            "trained_from": WINDOWS - pd.Timedelta(days=365),
            "trained_until": WINDOWS,
            "failed": ["", "", "one class only", "", "", ""],
            **{name: 100_000.0 / place for place, name in enumerate(EXPERTS, start=1)},
            "fallback_frac": [0.1, 0.0, 1.0, 0.0, 0.2, 0.0],
            "unusable_frac": [0.0, 0.0, 1.0, 0.0, 0.0, NAN],
            "up_share": [0.5, 0.49, NAN, 0.5, 0.51, 0.48],
        },
        index=WINDOWS,
    )
    low = np.array([-np.inf, 0.0, 20.0])
    buckets = {
        "low": low, "high": [0.0, 20.0, np.inf], "rows": [900, 80, 20], "blocks": [30, 9, 1],
        "expected": [-1.0, 9.0, 25.0], "realised": [0.2, 7.0, 31.0], "realised_low": [-0.8, 2.0, NAN],
        "realised_high": [1.2, 12.0, NAN],
    }  # fmt: skip
    expected = [pd.DataFrame(buckets).assign(regime=name) for name in ("bull", "all")]
    slopes = pd.DataFrame({"slope": [1.3, 1.1], "low": [0.9, 0.8], "high": [1.6, 1.4]}, index=["bull", "all"])
    return PredictionEvidence(
        by_regime=scores(("bull", "sideways", "bear", "all")),
        by_pair=scores((*PAIRS, "all")),
        by_window=scores((*WINDOWS, "all")),
        by_expert=scores(("bull", "fallback", "all")),
        calibration=pd.concat(calibration, ignore_index=True),
        windows=windows,
        drift=pd.DataFrame({"probability_psi": [0.0, 0.1, NAN, 0.3, 0.2, 0.5]}, index=WINDOWS),
        expected=pd.concat(expected, ignore_index=True),
        expected_slopes=slopes,
        label="whether the close of twelve candles later is higher",
    )


def regimes() -> RegimeEvidence:
    days = pd.date_range("2025-01-01", periods=90, tz="UTC")
    codes = np.repeat(np.array([1, 0, -1, 0, 1, -2], dtype=np.int8), 15)
    rng = np.random.default_rng(1)
    closes = [100 * np.exp(np.cumsum(rng.normal(0, scale, 90))) for scale in (0.03, 0.15)]
    statistics = pd.DataFrame(
        {
            "pair": np.repeat(PAIRS, 3),
            "regime": ["bull", "sideways", "bear"] * 2,
            "share_frac": [0.4, 0.4, 0.2] * 2,
            "dwells": [2, 2, 1] * 2,
            "dwell_days_median": [15.0, 15.0, NAN] * 2,
            "dwell_days_longest": [15.0] * 6,
            "return_frac": [0.2, 0.01, -0.15, 0.3, -0.02, -0.2],
            "volatility_frac": [0.4, 0.3, 0.6, 0.6, 0.5, 0.8],
        }
    )
    counts = pd.DataFrame([[0, 1], [1, 0]], index=["bull", "sideways"], columns=["bull", "sideways"])
    frames = [pd.DataFrame({"date": days, "close": close, "regime": codes}) for close in closes]
    return RegimeEvidence(
        timelines=dict(zip(PAIRS, frames, strict=True)),
        statistics=statistics,
        transitions=dict.fromkeys(PAIRS, counts),
        told_by={"BTC/USDT": "BTC/USDT", "ETH/USDT": "BTC/USDT"},
    )


def models() -> ModelEvidence:
    features = [f"rsi-period_14_shift-{place}_BTC/USDT_1h" for place in range(14)]
    shares = np.linspace(0.2, 0.01, 14)
    importance = [
        pd.DataFrame({"expert": name, "feature": features, "gain_frac": shares[::-1], "shap_frac": shares})
        for name in EXPERTS
    ]
    drift = [
        pd.DataFrame({"window": window, "feature": features, "psi": shares * place})
        for place, window in enumerate(WINDOWS, start=1)
    ]
    return ModelEvidence(
        pd.concat(importance, ignore_index=True), pd.concat(drift, ignore_index=True), missing=""
    )


def verdict(pays: bool | None = False) -> Verdict:
    others = ("pooled", "pooled_with_regime", "placebo", "logistic")
    titles = ("one model of all rows", "one model that is told the regime", "shuffled regimes", "logistic")
    wide = pd.DataFrame(
        {
            "title": ["experts of regimes", *titles], "rows": 50_000, "auc": 0.53, "auc_low": 0.52,
            "auc_high": 0.54, "skill_1e5": 20.0, "skill_low": -5.0, "skill_high": 45.0,
        },
        index=["experts", *others],
    )  # fmt: skip
    differences = pd.DataFrame(
        {
            "other": others, "title": titles, "auc_1e4": [1.0, -3.0, 2.0, 90.0],
            "auc_low": [-9.0, -14.0, -8.0, 60.0], "auc_high": [11.0, 8.0, 12.0, 120.0],
            "skill_1e5": [-2.0, -1.0, 3.0, 40.0], "skill_low": [-8.0, -5.0, -4.0, 30.0],
            "skill_high": [4.0, 3.0, 10.0, 50.0],
        }
    )  # fmt: skip
    return Verdict(
        pays=pays,
        sentence="No: one model of all rows predicts as well (-2 in 1e-5 nats, -8 to 4).",
        reasons=("Against one model of all rows: no difference that is sure.", "Against the placebo: none."),
        variants=wide,
        differences=differences,
        n_windows=3,
        n_windows_of=7,
        n_rows=50_000,
        sample="Every second window was left out.",
    )


def report_data(**changes: object) -> ReportData:
    whole = {
        "title": "RegimeStrategy, 2025-01-01 to 2025-04-01",
        "result": "backtest-result-made-up.zip",
        "currency": "USDT",
        "candles": "Numbers made by hand for a test.",
        "trading": trading(),
        "predictions": predictions(),
        "regimes": regimes(),
        "models": models(),
        "verdict": verdict(),
        "trials": Trials(101, "100 hyperopt epochs, 1 backtest", -2.3, 0.04, 1.9, 0.001),
    }
    return ReportData(**(whole | changes))  # type: ignore[arg-type]
