"""How much is measured: the full plan for a quiet machine, and a smoke that takes a few minutes."""

from dataclasses import dataclass

from benchmarks.speed._overlays import EXAMPLE_TREES, FAST_REGIMES, SAME_TREES
from benchmarks.speed._runs import Case


@dataclass(frozen=True)
class Plan:
    """Cases and counts of the five measurements.

    Attributes
    ----------
    same : Case
        The same tree parameters on both sides.
    shipped, example : Case
        Our defaults, and stock with Freqtrade's example parameters.
    short, long : Case
        Growth: the same with four times the range.
    least, most : int
        Alternations of the first measurement; between them as many as the time allows.
    growth_repeats, example_repeats : int
    epochs : tuple of int
        Two hyperopt runs, whose difference is the time of the epochs between.
    live : tuple of str
        Options of `benchmarks.speed.live`.
    minutes : float
        When the first measurement, which comes last, stops asking for more than `least`.
    """

    same: Case
    shipped: Case
    example: Case
    short: Case
    long: Case
    least: int = 2
    most: int = 5
    growth_repeats: int = 3
    example_repeats: int = 1
    epochs: tuple[int, int] = (2, 12)
    live: tuple[str, ...] = ("--pairs", "20", "--loops", "4", "--train-days", "10")
    minutes: float = 14

    @property
    def history_days(self) -> int:
        """Days of 5m candles that the longest case needs, 240 candles of 4h before it included."""
        cases = (self.same, self.shipped, self.example, self.short, self.long)
        return max(case.train_days + case.test_days for case in cases) + 45


def _growth(test_days: int, trees: int) -> Case:
    return Case(60, test_days, trees=SAME_TREES | {"n_estimators": trees}, regime=FAST_REGIMES)


FULL = Plan(
    same=Case(60, 91, trees=SAME_TREES, regime=FAST_REGIMES),
    shipped=Case(365, 14, backtest_days=14),
    example=Case(365, 14, backtest_days=14, trees=EXAMPLE_TREES),
    short=_growth(21, 20),
    long=_growth(84, 20),
)

QUICK = Plan(
    same=Case(30, 14, trees=SAME_TREES | {"n_estimators": 5}, regime=FAST_REGIMES),
    shipped=Case(60, 7),
    example=Case(60, 7, trees={"n_estimators": 10}),
    short=_growth(7, 3),
    long=_growth(28, 3),
    least=1,
    most=1,
    growth_repeats=1,
    epochs=(1, 3),
    live=("--pairs", "3", "--loops", "1", "--train-days", "5"),
)
