"""Which pairs a run is about: Freqtrade's own list, also where the configuration holds patterns."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from freqtrade.exceptions import OperationalException
from freqtrade.plugins.pairlist.pairlist_helpers import expand_pairlist

from auriga.errors import HostError, clause
from auriga.host.setup._protocols import DataProvider
from auriga.host.setup._stored_candles import stored_pairs

logger = logging.getLogger(__name__)

_STATIC = "StaticPairList"


def traded_pairs_of(data_provider: DataProvider, config: Mapping[str, Any]) -> list[str]:
    """Pairs that Freqtrade backtests or trades, in its order.

    What its own pairlists make of the configuration: patterns written out, without what is blacklisted, of
    another currency or not on the exchange. Where there are no pairlists (plots, FreqUI's view of a result),
    `listed_pairs`.
    """
    try:
        return list(dict.fromkeys(data_provider.current_whitelist()))
    except OperationalException:
        return listed_pairs(config)


def listed_pairs(config: Mapping[str, Any]) -> list[str]:
    """Pairs of a configuration without asking an exchange: patterns stand for the pairs that have candles.

    `exchange.pair_whitelist` as Freqtrade reads it, without `exchange.pair_blacklist`: each entry is a
    regular expression (`.*/USDT`, `(BTC|ETH)/USDT`), and a plain name one that fits itself. A name without
    candles stays, so that whoever reads it can say what is missing.

    Raises
    ------
    HostError
        If an entry is no regular expression, or nothing is left of the list.
    """
    exchange, folder = config["exchange"], Path(config["datadir"])
    names: list[str] = list(exchange.get("pair_whitelist") or [])
    stake = config.get("stake_currency")
    stored = [pair for pair in stored_pairs(folder, config) if stake in (None, _quote(pair))]
    listed = dict.fromkeys(_expanded(names, stored, keep_invalid=True))
    left_out = set(_expanded(list(exchange.get("pair_blacklist") or []), list(listed)))
    pairs = [pair for pair in listed if pair not in left_out]
    if not pairs:
        raise HostError(
            f"exchange.pair_whitelist is {names}, and no pair with candles in {folder} fits it: name pairs "
            "there or with --pairs, or download their candles first"
        )
    return pairs


def exchange_pairs(config: Mapping[str, Any], markets: Sequence[str]) -> list[str]:
    """Pairs of a configuration among these markets: patterns written out, blacklisted pairs left out.

    Pairlists that choose pairs by volume and the like may have no `exchange.pair_whitelist`; then none.

    Raises
    ------
    HostError
        If an entry is no regular expression.
    """
    exchange = config["exchange"]
    listed = _expanded(list(exchange.get("pair_whitelist") or []), markets)
    left_out = set(_expanded(list(exchange.get("pair_blacklist") or []), markets))
    return [pair for pair in dict.fromkeys(listed) if pair not in left_out]


def _expanded(names: list[str], pairs: Sequence[str], *, keep_invalid: bool = False) -> list[str]:
    try:
        return expand_pairlist(names, list(pairs), keep_invalid)
    except ValueError as error:
        raise HostError(
            "exchange.pair_whitelist or pair_blacklist has an entry that is no regular expression: "
            f"{clause(error)}; write .*/USDT for every pair in USDT"
        ) from None


def _quote(pair: str) -> str:
    return pair.split("/")[-1].split(":")[0]


def write_out_pairs(config: Mapping[str, Any], data_provider: DataProvider) -> bool:
    """Write the pairs that patterns stand for into `exchange.pair_whitelist`, once; True if there were any.

    FreqAI reads that list itself, in four places, and knows no patterns: live it would never train a pair of
    `.*/USDT`. Plain names stay, whatever a filter does with them for the moment.
    """
    exchange = config["exchange"]
    names = list(exchange.get("pair_whitelist") or [])
    listed = traded_pairs_of(data_provider, config)
    plain = [name for name in names if name in listed or not _stands_for(name, listed)]
    if len(plain) == len(names):
        return False
    exchange["pair_whitelist"] = list(dict.fromkeys([*plain, *listed]))
    logger.info("exchange.pair_whitelist %s stands for %s", names, ", ".join(exchange["pair_whitelist"]))
    return True


def _stands_for(name: str, pairs: Sequence[str]) -> bool:
    """Whether a name is a pattern, or one of these pairs in other letters (`btc/usdt`)."""
    return bool(set("*+?()[]{}|^$\\") & set(name)) or name.upper() in {pair.upper() for pair in pairs}


def check_pairlists(config: Mapping[str, Any]) -> list[str]:
    """Complaints about pairlists whose pairs no model can be trained for.

    A model needs months of a pair's candles, which FreqAI loads once, at start, for the pairs of the
    configuration. Filters behind a static list only leave pairs out, and are fine.
    """
    pairlists = config.get("pairlists") or [{"method": _STATIC}]
    first = str(pairlists[0].get("method")) if isinstance(pairlists[0], Mapping) else str(pairlists[0])
    if first == _STATIC:
        return []
    return [
        f"pairlists begins with {first!r}, which adds pairs while the bot runs, but FreqAI loads the history "
        f"of a fixed list at start and trains no other: put {{'method': '{_STATIC}'}} first and name pairs "
        "in exchange.pair_whitelist (freqtrade test-pairlist prints today's); patterns such as .*/USDT and "
        "filters behind it are fine"
    ]
