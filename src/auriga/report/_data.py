"""What a page is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from auriga.evaluation import Verdict
from auriga.host.evidence import ModelEvidence, PredictionEvidence, RegimeEvidence, TradingEvidence, Trials


@dataclass(frozen=True, eq=False)
class ReportData:
    """Everything that is known of one backtest; a part that is None has a sentence in `missing`.

    Attributes
    ----------
    title : str
        Strategy and period.
    result : str
        Name of the result file.
    currency : str
        Stake currency, the unit of all money.
    candles : str
        What candles they were, in words; simulated ones must be named here. Empty when nobody knows.
    trading, predictions, regimes, models, verdict, trials
        The parts.
    missing : mapping of str to str
        Why a part is None, by its name.
    """

    title: str
    result: str
    currency: str
    candles: str = ""
    trading: TradingEvidence | None = None
    predictions: PredictionEvidence | None = None
    regimes: RegimeEvidence | None = None
    models: ModelEvidence | None = None
    verdict: Verdict | None = None
    trials: Trials | None = None
    missing: Mapping[str, str] = field(default_factory=dict)

    def reason(self, part: str) -> str:
        """Why a part is not there, in words."""
        return self.missing.get(part) or "It was not asked for."
