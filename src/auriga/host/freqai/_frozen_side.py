"""What `RegimeFreqaiModel` does with frozen models: checks that they fit, and never trains."""

from typing import Any

from freqtrade.exceptions import OperationalException  # type: ignore[import-untyped]

from auriga.host.freeze import FrozenModels, require_fit
from auriga.host.freqai._backtest import BacktestRun
from auriga.host.freqai._frozen_backtest import FrozenRun
from auriga.host.seals import facts
from auriga.host.setup import write_out_pairs


class FrozenSide:
    """A part of `RegimeFreqaiModel`, in a file of its own."""

    frozen: FrozenModels | None
    """Models that `regime.frozen_models` names; None where models are trained."""

    def require_frozen(self: Any, strategy: Any) -> None:
        """Refuse frozen models that were made for another strategy, other settings, versions or pairs.

        Raises
        ------
        OperationalException
            Naming each difference.
        """
        if self.frozen is not None:
            write_out_pairs(self.config, strategy.dp)
            known = facts(self.config, self.settings, type(self), strategy)
            require_fit(self.frozen, known, self.config)

    def require_training(self: Any) -> None:
        """Refuse to train where `regime.frozen_models` names what must be used instead.

        Raises
        ------
        OperationalException
            With the remedy.
        """
        if self.frozen is not None:
            raise OperationalException(
                f"regime.frozen_models is {self.settings.frozen_models!r}: nothing is trained; take it out "
                "of the configuration to train models again"
            )

    def new_run(self: Any, strategy: Any) -> BacktestRun:
        """Return a fresh backtest, of frozen models or of models it trains."""
        if self.frozen is None:
            return BacktestRun(self, strategy)
        self.require_frozen(strategy)
        return FrozenRun(self, strategy, self.frozen)


def check_frozen(strategy: Any) -> None:
    """Refuse frozen models that do not fit, at start, before any candle is loaded.

    Parameters
    ----------
    strategy : IStrategy
        With its FreqAI model, as after `load_freqAI_model`; one without frozen models passes.

    Raises
    ------
    OperationalException
        See `FrozenSide.require_frozen`.
    """
    require = getattr(getattr(strategy, "freqai", None), "require_frozen", None)
    if require is not None:
        require(strategy)
