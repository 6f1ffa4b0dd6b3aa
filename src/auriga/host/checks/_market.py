"""Settings that do not fit the market: futures settings on spot, spot pairs on futures, too much leverage."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from freqtrade.exceptions import OperationalException

from auriga.host.setup import TradingStrategy, check_trading_options, option_complaints
from auriga.host.trading import Margin, pair_margin
from auriga.settings import RegimeSettings
from auriga.typing import Regime

_PLAIN_PAIR = re.compile(r"[\w.-]+/[\w.-]+(:[\w.-]+)?")  # a whitelist may also hold regular expressions
_OVERLAY = "-c configs/futures.json"


def check_market(config: Mapping[str, Any], settings: RegimeSettings) -> None:
    """Refuse settings of one market with the configuration of the other, before pairs are looked up.

    Raises
    ------
    OperationalException
        With each value that does not fit, and the remedy.
    """
    futures = config.get("trading_mode") == "futures"
    complaints = [*_pairs(config, settings, futures=futures), *option_complaints(config, settings)]
    complaints += _futures(config, settings) if futures else _spot(config, settings)
    _refuse(complaints)


def check_leverage(strategy: TradingStrategy, settings: RegimeSettings) -> None:
    """Refuse leverage that the exchange does not give, or that a fixed stop cannot stand beside.

    And trading options that no rule covers (`check_trading_options`), which a strategy's class may set.

    Parameters
    ----------
    strategy : IStrategy
        With its data provider: pairs and the exchange's brackets are known.
    settings : RegimeSettings

    Raises
    ------
    OperationalException
        With each value that does not fit, and the remedy.
    """
    check_trading_options(strategy)
    if strategy.config.get("trading_mode") != "futures":
        return
    _refuse([*_above_brackets(strategy, settings), *_stop_beyond_liquidation(strategy, settings)])


def _refuse(complaints: list[str]) -> None:
    if complaints:
        raise OperationalException("These settings cannot be traded:\n" + "\n".join(complaints))


def _most_leverage(settings: RegimeSettings) -> float:
    """Leverage that a trade may get at most: of the regime with the largest factor, within the cap."""
    factors = settings.leverage.regime_factors
    return _within_cap(settings, max(factors.bull, factors.sideways, factors.bear))


def _within_cap(settings: RegimeSettings, factor: float) -> float:
    return max(1.0, min(settings.leverage.cap, settings.leverage.base * factor))


def _pairs(config: Mapping[str, Any], settings: RegimeSettings, *, futures: bool) -> Iterator[str]:
    """Names of the wrong market: contracts end in their margin currency, as in `BTC/USDT:USDT`."""
    lists = {
        "exchange.pair_whitelist": config.get("exchange", {}).get("pair_whitelist"),
        "freqai.feature_parameters.include_corr_pairlist": config.get("freqai", {})
        .get("feature_parameters", {})
        .get("include_corr_pairlist"),
        "regime.reference_pair": [settings.reference_pair],
    }
    for place, names in lists.items():
        known = [name for name in names or [] if name and _PLAIN_PAIR.fullmatch(name)]
        wrong = [name for name in known if (":" in name) != futures]
        if wrong and futures:
            yield (
                f"{place} has {', '.join(wrong)}, which is a spot pair, but trading_mode is 'futures': write "
                f"{_contract(wrong[0])}, or add {_OVERLAY}"
            )
        elif wrong:
            yield (
                f"{place} has {', '.join(wrong)}, which is a futures contract, but trading_mode is 'spot': "
                f"write {wrong[0].split(':')[0]}, or add {_OVERLAY}"
            )


def _contract(pair: str) -> str:
    return f"{pair}:{pair.split('/')[1]}"


def _spot(config: Mapping[str, Any], settings: RegimeSettings) -> Iterator[str]:
    if settings.leverage.base > 1:
        yield (
            f"regime.leverage.base is {settings.leverage.base:g}, but trading_mode is 'spot', where there is "
            f"no leverage: set it to 1, or add {_OVERLAY}"
        )
    if config.get("margin_mode"):
        yield (
            f"margin_mode is {str(config['margin_mode'])!r}, but trading_mode is 'spot': take it out, or add "
            f"{_OVERLAY}"
        )


def _futures(config: Mapping[str, Any], settings: RegimeSettings) -> Iterator[str]:
    if config.get("margin_mode") != "isolated":
        yield (
            f"margin_mode is {str(config.get('margin_mode') or '')!r}, but the distance to liquidation can "
            "be kept for isolated positions alone: set it to 'isolated'"
        )
    stake, leverage = settings.stake, _most_leverage(settings)
    position = (stake.max_position_frac or 0.0) * leverage
    if position > stake.max_exposure_frac:
        yield (
            f"regime.stake.max_exposure_frac is {stake.max_exposure_frac:g}, less than one position of "
            f"max_position_frac {stake.max_position_frac} x leverage {leverage:g} = {position:g}: raise it "
            "to that, or lower max_position_frac or regime.leverage.base"
        )


def _traded(strategy: TradingStrategy) -> list[str]:
    """Pairs on the list; none where there is no list, as in FreqUI's view of a result."""
    try:
        return list(strategy.dp.current_whitelist())
    except OperationalException:
        return []


def _above_brackets(strategy: TradingStrategy, settings: RegimeSettings) -> Iterator[str]:
    """Pairs for which the exchange gives less than a trade may ask for; unknown brackets allow anything."""
    exchange, wanted = strategy.dp._exchange, _most_leverage(settings)
    tiers = getattr(exchange, "_leverage_tiers", None) or {}
    for pair in _traded(strategy):
        most = max((tier["maxLeverage"] for tier in tiers.get(pair, ())), default=wanted)
        if wanted > most:
            yield (
                f"{pair}: leverage may reach {wanted:g} (regime.leverage), but the exchange allows {most:g} "
                f"at most: set regime.leverage.cap and base to {most:g} or less, or take the pair out of "
                "exchange.pair_whitelist"
            )


def _stop_beyond_liquidation(strategy: TradingStrategy, settings: RegimeSettings) -> Iterator[str]:
    """A fixed stop is known before any trade; an ATR stop lowers the leverage of its trade instead."""
    if settings.stops.kind != "fixed":
        return
    for pair in _traded(strategy):
        yield from islice(_too_near(pair, pair_margin(strategy, pair, 0.0), settings), 1)


def _too_near(pair: str, margin: Margin, settings: RegimeSettings) -> Iterator[str]:
    stops, wanted = settings.leverage.liquidation_stops, settings.leverage
    for regime in Regime.known():
        stop_frac = settings.stops.fixed_frac * getattr(settings.stops.regime_factors, regime.label)
        leverage = _within_cap(settings, getattr(wanted.regime_factors, regime.label))
        if leverage == 1:
            continue
        most = margin.most(leverage, stop_frac=min(stop_frac, 0.99), liquidation_stops=stops)
        if most < leverage:
            yield (
                f"{pair}: at leverage {leverage:g} in a {regime.label} regime, a stop {stop_frac:.4g} of the "
                f"price away (regime.stops.fixed_frac) is not {stops:g} times nearer than liquidation, or "
                f"beyond the strategy's stoploss, {margin.stoploss_frac:g} of the stake: set "
                f"regime.leverage.base and cap to {int(most)}, or a nearer stop"
            )
