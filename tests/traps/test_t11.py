"""Trap T11: columns made in `populate_indicators` exist when a backtest trains, but not when a bot does."""

from freqtrade.freqai.prediction_models.LightGBMClassifier import LightGBMClassifier
from tests.support.stock import LiveRun, StockRun, StockStrategy, quiet_dry_run

from auriga.columns import EXPERT, REGIME
from auriga.typing import Regime


class EarlyRegime(StockStrategy):
    """Adds a regime column before it calls FreqAI."""

    def populate_indicators(self, dataframe, metadata):
        dataframe["regime"] = (dataframe["close"] > dataframe["close"].rolling(24).mean()).astype(int)
        return super().populate_indicators(dataframe, metadata)


class Looking(LightGBMClassifier):
    """Notes whether the regime column is there when it trains and when it predicts."""

    def __init__(self, config):
        super().__init__(config)
        self.trained_with: list[bool] = []
        self.predicted_with: list[bool] = []

    def train(self, unfiltered_df, pair, dk, **kwargs):
        self.trained_with.append("regime" in unfiltered_df)
        return super().train(unfiltered_df, pair, dk, **kwargs)

    def predict(self, unfiltered_df, dk, **kwargs):
        self.predicted_with.append("regime" in unfiltered_df)
        return super().predict(unfiltered_df, dk, **kwargs)


@quiet_dry_run
def test_stock_column_is_missing_in_live_training_alone(tmp_path, datadir, monkeypatch) -> None:
    backtest = StockRun(tmp_path / "backtest", datadir, strategy=EarlyRegime, model=Looking)
    backtest.indicators()
    assert backtest.strategy.freqai.trained_with == [True, True]

    live = LiveRun(StockRun(tmp_path / "live", datadir, strategy=EarlyRegime, model=Looking), monkeypatch)
    live.train()
    live.indicators()
    assert live.freqai.trained_with == [False]
    assert live.freqai.predicted_with == [True]


@quiet_dry_run
def test_ours_live_training_knows_the_regime(freqai_run, monkeypatch) -> None:
    run = LiveRun(freqai_run(), monkeypatch)
    run.train()
    rows = run.indicators(candles=900)
    routed = rows[rows[EXPERT] != Regime.UNKNOWN]
    assert len(routed)
    assert (routed[EXPERT] == routed[REGIME]).all()
    run.advance()
    assert run.indicators()["do_predict"].iloc[-1] == 1
