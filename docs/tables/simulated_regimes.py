"""Detectors against the truth of simulated markets: the second table of figures in `docs/regimes.md`.

`python docs/tables/simulated_regimes.py` prints it; half a minute.
"""

import pandas as pd

from auriga.candles import resample_candles
from auriga.datasets import simulate_market
from auriga.evaluation import compare_regimes, offline_regimes
from auriga.host.evidence import regime_views
from auriga.settings import RegimeSettings
from auriga.typing import Regime

DETECTORS = ("rules", "jump", "hmm")
DAYS, SEEDS = 2200, range(4)


def compare(market: str, seed: int) -> pd.DataFrame:
    """Detectors on daily candles of one simulation, over the days on which all of them answer."""
    simulated = simulate_market(DAYS * 24, market=market, seed=seed, timeframe="1h")
    daily = resample_candles(simulated.candles, "1d")
    views = regime_views(daily, RegimeSettings(), DETECTORS)
    detected = {name: view["regime"].to_numpy() for name, view in views.items()}
    start = max(int((regimes != Regime.UNKNOWN).argmax()) for regimes in detected.values())
    detected["hindsight"] = offline_regimes(daily["close"].to_numpy())
    truth = {"truth": simulated.regimes[::24][start:]}
    return compare_regimes({name: regimes[start:] for name, regimes in detected.items()}, truth, "1d")


def table() -> str:
    """Means over the seeds, one row a market and detector."""
    lines = ["| market | detector | recovery | delay | early | missed | flips a month |"]
    lines.append("|---|---|---|---|---|---|---|")
    for market in ("easy", "standard", "noise"):
        means = pd.concat([compare(market, seed) for seed in SEEDS]).groupby(level=0, sort=False).mean()
        for name, row in means.iterrows():
            shares = [f"truth_{share}" for share in ("agreement", "delay", "early_frac", "missed_frac")]
            recovery, delay, early, missed = row[shares]
            cells = [f"{recovery:.0%}", f"{delay:.0f}", f"{early:.0%}", f"{missed:.0%}"]
            cells = ["-"] * 4 if name == "truth" else cells
            lines.append(f"| {market} | {name} | {' | '.join(cells)} | {row['flips_per_month']:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
