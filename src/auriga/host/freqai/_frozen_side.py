"""Whether frozen models fit a run, asked before any candle is loaded."""

from auriga.host.freeze import FrozenModels, require_fit
from auriga.host.freqai._protocols import RunModel
from auriga.host.seals import facts
from auriga.host.setup import Strategy, write_out_pairs


def require_frozen(model: RunModel, frozen: FrozenModels, strategy: Strategy) -> None:
    """Refuse frozen models that were made for another strategy, other settings, versions or pairs.

    Parameters
    ----------
    model : RegimeFreqaiModel
    frozen : FrozenModels
    strategy : IStrategy

    Raises
    ------
    OperationalException
        Naming each difference.
    """
    write_out_pairs(model.config, strategy.dp)
    known = facts(model.config, model.settings, type(model), strategy)
    require_fit(frozen, known, model.config)


def check_frozen(strategy: object) -> None:
    """Refuse frozen models that do not fit, at start, before any candle is loaded.

    Parameters
    ----------
    strategy : IStrategy
        With its FreqAI model, as after `load_freqAI_model`; one without frozen models passes.

    Raises
    ------
    OperationalException
        See `require_frozen`.
    """
    require = getattr(getattr(strategy, "freqai", None), "require_frozen", None)
    if require is not None:
        require(strategy)
