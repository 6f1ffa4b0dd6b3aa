"""Data beside candles that some feature groups stand on: leading pairs, futures data, public trades."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from freqtrade.configuration import TimeRange
from freqtrade.data.converter import populate_dataframe_with_trades
from freqtrade.enums import TRADE_MODES
from freqtrade.exceptions import OperationalException

from auriga.candles import PRICES, timeframe_delta
from auriga.host.setup import DataProvider, Strategy, download_command, own_command

_FUNDING, _MARK = "funding_rate", "mark"
_TRADE_COLUMNS = ("bid", "ask", "delta", "total_trades")


class PairSourceError(OperationalException):
    """A pair lacks data that a feature group stands on; other pairs may have it."""

    def __init__(self, pair: str, reason: str) -> None:
        super().__init__(f"{pair}: {reason}")
        self.reason = reason


def require_sources(config: Mapping[str, Any], groups: Sequence[str]) -> None:
    """Refuse feature groups whose data this configuration cannot have.

    Raises
    ------
    OperationalException
        Naming the group and the remedy.
    """
    leaders = config["freqai"]["feature_parameters"].get("include_corr_pairlist") or []
    bases = {pair.split("/")[0] for pair in leaders}
    complaints = []
    if "cross" in groups and (not leaders or len(bases) < len(leaders)):
        complaints.append(
            f"the group cross compares pairs with leaders, but include_corr_pairlist is {leaders}: name at "
            "least one there, such as BTC/USDT, and no base currency twice"
        )
    if "funding" in groups and config.get("trading_mode") != "futures":
        complaints.append(
            f"the group funding exists for futures only, but trading_mode is "
            f"{str(config.get('trading_mode', 'spot'))!r}: set it to 'futures' and run "
            f"{own_command('freqtrade', 'download-data', '--trading-mode', 'futures', config=config)}"
        )
    if "orderflow" in groups and not config["exchange"].get("use_public_trades"):
        complaints.append(
            "the group orderflow needs public trades: set exchange.use_public_trades to true, add an "
            "orderflow block whose max_candles covers the training period, and run "
            f"{own_command('freqtrade', 'download-data', '--dl-trades', config=config)}"
        )
    if complaints:
        raise OperationalException(
            "regime.features.groups cannot be used: " + "; ".join(complaints) + ". Or leave the group out."
        )


def informative_sources(
    config: Mapping[str, Any], data_provider: DataProvider, groups: Sequence[str]
) -> list[tuple[str, str, str]]:
    """Candles that a live bot has to refresh for features, in the form of `informative_pairs`.

    Leading pairs need no entry: FreqAI names them on every timeframe.
    """
    if "funding" not in groups:
        return []
    timeframe = data_provider.get_funding_rate_timeframe()
    leaders = config["freqai"]["feature_parameters"].get("include_corr_pairlist") or []
    pairs = dict.fromkeys([*data_provider.current_whitelist(), *leaders])
    return [(pair, timeframe, kind) for pair in pairs for kind in (_FUNDING, _MARK)]


def futures_inputs(
    pair: str, data_provider: DataProvider, config: Mapping[str, Any] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Funding rates and mark prices of a pair, each with the moment it was known.

    Freqtrade dates a rate by its settlement and a mark candle by its opening. Both come at the exchange's
    funding timeframe (one hour), which is what `download-data --trading-mode futures` stores.

    Returns
    -------
    funding : DataFrame
        `date` and `funding_rate`.
    mark : DataFrame
        `date` (close of the mark candle) and `close`.

    Raises
    ------
    PairSourceError
        If there is no data, with the command that gets it.
    """
    timeframe = data_provider.get_funding_rate_timeframe()
    frames = {kind: _history(pair, timeframe, kind, data_provider) for kind in (_FUNDING, _MARK)}
    empty = [kind for kind, frame in frames.items() if frame.empty]
    if empty:
        raise PairSourceError(
            pair,
            f"no {' and no '.join(empty)} candles ({timeframe}), which the feature group funding needs. Take "
            f"funding out of regime.features.groups, or get them: {_download(pair, config, timeframe)}",
        )
    funding, mark = frames[_FUNDING], frames[_MARK]
    known_at = mark["date"] + timeframe_delta(timeframe)
    return funding[["date", "funding_rate"]], mark[["close"]].assign(date=known_at)


def _download(pair: str, config: Mapping[str, Any] | None, timeframe: str) -> str:
    """Command for funding rates and mark prices: Freqtrade downloads both with any futures candles."""
    known = config or {}
    start = TimeRange.parse_timerange(known.get("timerange")).startdt
    days = pd.Timedelta(days=int(known.get("freqai", {}).get("train_period_days", 0)) + 1)
    since = None if start is None else pd.Timestamp(start) - days
    return download_command(pair, timeframe, since, None, config=config)


def source_candles(
    pairs: Iterable[str], data_provider: DataProvider, groups: Sequence[str]
) -> dict[tuple[str, str], pd.DataFrame]:
    """Futures data that models depend on, as candles by name and timeframe that close when they are known."""
    if "funding" not in groups:
        return {}
    timeframe, frames = data_provider.get_funding_rate_timeframe(), {}
    for pair in pairs:
        funding, mark = futures_inputs(pair, data_provider)
        for kind, known_at, values in (
            (_FUNDING, funding["date"], funding["funding_rate"]),
            (_MARK, mark["date"], mark["close"]),
        ):
            prices = dict.fromkeys(PRICES, values)
            opened_at = known_at - timeframe_delta(timeframe)
            frames[f"{pair} {kind}", timeframe] = pd.DataFrame({"date": opened_at, **prices, "volume": 0.0})
    return frames


def traded_candles(
    pairs: Iterable[str], data_provider: DataProvider, config: Mapping[str, Any], groups: Sequence[str]
) -> dict[tuple[str, str], pd.DataFrame]:
    """Public trades that models depend on, added up by base candle, as candles by name and timeframe."""
    if "orderflow" not in groups:
        return {}
    timeframe = config["timeframe"]
    step, frames = int(timeframe_delta(timeframe) // pd.Timedelta(milliseconds=1)), {}
    for pair in pairs:
        trades = data_provider.trades(pair=pair)
        if trades.empty:
            continue
        bought = trades["amount"].where(trades["side"] == "buy", -trades["amount"])
        content = trades[["price", "amount", "cost", "timestamp"]].astype(float).assign(bought=bought)
        sums = content.groupby(trades["timestamp"] // step * step).sum().set_axis([*PRICES, "volume"], axis=1)
        frames[f"{pair} trades", timeframe] = sums.reset_index(drop=True).assign(
            date=pd.to_datetime(sums.index, unit="ms", utc=True)
        )
    return frames


def informative_candles(strategy: Strategy, left_out: Collection[str]) -> dict[tuple[str, str], pd.DataFrame]:
    """Candles that a strategy names as its informative pairs: its features may read them.

    Parameters
    ----------
    strategy : IStrategy
    left_out : collection of str
        Pairs that take no part; what is read for them changes nothing.
    """
    frames = {}
    for pair, timeframe, kind in strategy.gather_informative_pairs():
        if pair in left_out or str(kind) in (_FUNDING, _MARK):
            continue
        candles = strategy.dp.get_pair_dataframe(pair, timeframe, str(kind))
        if not candles.empty:
            frames[pair, timeframe] = candles
    return frames


def _history(pair: str, timeframe: str, kind: str, data_provider: DataProvider) -> pd.DataFrame:
    """All there is: live, what was downloaded for training before what the exchange still gives."""
    recent: pd.DataFrame = data_provider.get_pair_dataframe(pair, timeframe, candle_type=kind)
    if data_provider.runmode not in TRADE_MODES:
        return recent
    stored = data_provider.historic_ohlcv(pair, timeframe, candle_type=kind)
    both = [frame for frame in (stored, recent) if not frame.empty]
    if not both:
        return recent
    together: pd.DataFrame = pd.concat(both)
    return together.drop_duplicates("date", keep="last").sort_values("date", ignore_index=True)


def with_public_trades(
    frame: pd.DataFrame, pair: str, data_provider: DataProvider, config: Mapping[str, Any]
) -> pd.DataFrame:
    """Candles with the columns of public trades.

    Freqtrade gives them to the frame of the pair that is being analysed. Candles from the data provider,
    which models of all pairs are trained on, get them here, by the same function of Freqtrade.

    Raises
    ------
    PairSourceError
        If no trade of the pair was downloaded.
    """
    if frame.empty or all(name in frame for name in _TRADE_COLUMNS):
        return frame
    stop = frame["date"].iloc[-1] + timeframe_delta(config["timeframe"])
    # Milliseconds, both ends included: for trades Freqtrade reads a timerange that way.
    first, last = (int(1000 * moment.timestamp()) for moment in (frame["date"].iloc[0], stop))
    trades = data_provider.trades(pair=pair, timerange=TimeRange("date", "date", first, last - 1))
    if trades.empty and data_provider.runmode not in TRADE_MODES:
        raise PairSourceError(
            pair,
            "no public trades, which the feature group orderflow needs. Take orderflow out of "
            "regime.features.groups, or get them: "
            + download_command(pair, (), frame["date"].iloc[0], None, "--dl-trades", config=config),
        )
    filled: pd.DataFrame = populate_dataframe_with_trades(None, dict(config), frame.copy(), trades)[0]
    return filled
