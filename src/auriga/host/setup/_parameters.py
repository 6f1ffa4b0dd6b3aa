"""Values of the strategy's parameters from the configuration, before a parameter file is read."""

from collections.abc import Mapping
from copy import copy
from difflib import get_close_matches
from typing import Any

from freqtrade.exceptions import OperationalException
from freqtrade.strategy.parameters import BaseParameter, NumericParameter

from auriga.settings import RegimeSettings


def start_parameters(strategy: object, settings: RegimeSettings) -> None:
    """Let `regime.parameters` set where the strategy's parameters start, as `enter_params` and its like do.

    Freqtrade reads those when it loads the parameters. What hyperopt wrote beside the strategy goes before
    them, they go before `enter_params` and the like of the class, and those before the defaults. Freqtrade
    writes values into parameters, which belong to the class: each strategy gets its own, so that nothing of
    another one of this process is left in them.

    Parameters
    ----------
    strategy : IStrategy
        Before its parameters are loaded; they, and `enter_params` and its like, are set on it.
    settings : RegimeSettings

    Raises
    ------
    OperationalException
        For a name that is none of its parameters, or a value out of a parameter's range; with the nearest
        name or the range.
    """
    parameters = _parameters(strategy)
    _refuse_unusable(parameters, settings.parameters)
    for name, each in parameters.items():
        setattr(strategy, name, copy(each))
    for space in {each.space for each in parameters.values()}:
        values = {
            name: value for name, value in settings.parameters.items() if parameters[name].space == space
        }
        if values:
            setattr(strategy, f"{space}_params", getattr(strategy, f"{space}_params", {}) | values)


def give_parameters(strategy: object, values: Mapping[str, float]) -> None:
    """Set parameters of a strategy that has not started, before what its configuration says.

    Parameters
    ----------
    strategy : IStrategy
        Freqtrade loads its parameters when it starts; a parameter file goes before these values too.
    values : mapping of str to float
        By name.
    """
    for name, value in values.items():
        parameter = getattr(strategy, name)
        parameter.value = value
        if parameter.space:
            place = f"{parameter.space}_params"
            setattr(strategy, place, getattr(strategy, place, {}) | {name: value})


def _parameters(strategy: object) -> dict[str, Any]:
    found = ((name, getattr(type(strategy), name)) for name in dir(type(strategy)))
    return {name: each for name, each in found if isinstance(each, BaseParameter) and each.space}


def _refuse_unusable(parameters: dict[str, Any], told: dict[str, float]) -> None:
    complaints = []
    for name, value in told.items():
        parameter = parameters.get(name)
        if parameter is None:
            near = get_close_matches(name, parameters, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it has: {', '.join(sorted(parameters))}"
            complaints.append(f"regime.parameters.{name} is no parameter of this strategy; {hint}")
        elif isinstance(parameter, NumericParameter) and not parameter.low <= value <= parameter.high:
            complaints.append(
                f"regime.parameters.{name} is {value:g}; write a number from {parameter.low:g} to "
                f"{parameter.high:g}"
            )
    if complaints:
        raise OperationalException("\n".join(complaints))
