"""What our types say of Freqtrade's objects is true of the real ones.

mypy compares what it can; FreqAI's kitchen, drawer and model have methods that are replaced at run time and
attributes that only a run makes, so they are looked at in one.
"""

import inspect
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from freqtrade.data.dataprovider import DataProvider as RealDataProvider
from freqtrade.exchange import Exchange as RealExchange
from freqtrade.freqai.data_kitchen import FreqaiDataKitchen
from freqtrade.freqai.freqai_interface import IFreqaiModel
from freqtrade.persistence import LocalTrade, Order, Trade
from freqtrade.strategy import IStrategy
from freqtrade.wallets import Wallets as RealWallets

from auriga.host.books._protocols import Exchange, StoredOrder, StoredTrade
from auriga.host.freqai._protocols import Freqai, RunModel
from auriga.host.halts._protocols import HaltedStrategy, ValuedTrade
from auriga.host.seals import Drawer, Kitchen
from auriga.host.setup import DataProvider, Strategy, TradingStrategy, Wallets
from auriga.host.trading._protocols import OpenTrade

if TYPE_CHECKING:  # an error of mypy where a protocol asks for what the real class does not have

    def in_a_strategy(
        strategy: IStrategy, provider: RealDataProvider, wallets: RealWallets
    ) -> tuple[TradingStrategy, HaltedStrategy, DataProvider, Wallets]:
        return strategy, strategy, provider, wallets

    def in_a_backtest(trade: LocalTrade) -> tuple[OpenTrade, ValuedTrade]:
        return trade, trade

    def in_a_bot(
        trade: Trade, order: Order, exchange: RealExchange
    ) -> tuple[OpenTrade, ValuedTrade, StoredTrade, StoredOrder, Exchange]:
        return trade, trade, trade, order, exchange


def members(protocol: type) -> Iterator[tuple[str, object]]:
    """Names of a protocol and of those it is made of, with the function where there is one."""
    for part in protocol.__mro__:
        if part.__module__ not in ("abc", "builtins", "typing"):
            names = {**dict.fromkeys(vars(part).get("__annotations__", {})), **vars(part)}
            private = {
                name for name in names if name.startswith("__") or name in ("_abc_impl", "_is_protocol")
            }
            yield from ((name, names[name]) for name in sorted(names.keys() - private))


def untrue(protocol: type, real: object) -> list[str]:
    """Names that the real object does not have, and parameters that its methods do not take."""
    owner = real if inspect.isclass(real) else type(real)
    code = "".join(
        inspect.getsource(part) for part in owner.__mro__ if part.__module__.startswith("freqtrade")
    )
    found = []
    for name, said in members(protocol):
        there = getattr(real, name, None)
        if not hasattr(real, name) and f"self.{name}" not in code:
            found.append(name)
        elif inspect.isfunction(said) and callable(there):
            taken = inspect.signature(there).parameters.values()
            if any(each.kind is each.VAR_KEYWORD for each in taken):
                continue
            asked = set(inspect.signature(said).parameters) - {"self"}
            found += [f"{name}({each})" for each in sorted(asked - {each.name for each in taken})]
    return found


@pytest.fixture
def run(freqai_run):
    return freqai_run()


def test_strategy_provider_and_model_are_what_we_take_them_for(run) -> None:
    strategy, model = run.strategy, run.strategy.freqai
    assert untrue(Strategy, strategy) == []
    assert untrue(TradingStrategy, strategy) == []
    assert untrue(DataProvider, strategy.dp) == []
    assert untrue(RunModel, model) == []
    assert untrue(Freqai, model) == []
    assert untrue(Drawer, model.dd) == []
    assert untrue(Kitchen, FreqaiDataKitchen(run.config, False, "BTC/USDT")) == []


def test_trades_and_wallets_are_what_we_take_them_for() -> None:
    assert untrue(OpenTrade, Trade) == []
    assert untrue(Wallets, RealWallets) == []


def test_what_is_not_there_is_found() -> None:
    class Wrong:
        def start(self, frame: object) -> None: ...

        def startt(self) -> None: ...

    assert {"start(frame)", "startt"} <= {*untrue(Wrong, IFreqaiModel)}
