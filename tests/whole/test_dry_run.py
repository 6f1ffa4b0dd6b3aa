"""The bot as a trader runs it: stock `freqtrade trade --dry-run` against the offline exchange."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
from tests.support.frequi import drawn_candles

from auriga.columns import DO_PREDICT, EXPERT, PROBABILITY, REGIME
from auriga.host.journal import journal_of_database
from auriga.typing import Regime
from rig import (
    ALWAYS_LONG,
    ALWAYS_OUT,
    ENDED_BY_SIGNAL,
    MARKET_ORDERS,
    PAIRS,
    Bot,
    Exchange,
    Receiver,
)

KNOWN = (Regime.BULL, Regime.SIDEWAYS, Regime.BEAR)
TAGS = {f"{regime.label}_long" for regime in KNOWN}
MINUTE = pd.Timedelta(minutes=1)
Told = dict[str, Any]
Pairs = set[tuple[str, str]]
LOSSES = 3  # what the bots of this test lose before they leave: one trade by hand, and at most two more


@dataclass
class Rig:
    """A bot with an exchange of its own and where its messages go."""

    bot: Bot
    exchange: Exchange
    receiver: Receiver
    first_models: dict[str, int] = field(default_factory=dict)
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    asked: int = 0

    def kline_requests(self) -> int:
        """How often candles were asked for by REST."""
        return int(self.exchange.control.counts()["requests"].get("GET /api/v3/klines", 0))


@contextmanager
def run_rig(folder: Path, *, websocket: bool) -> Iterator[Rig]:
    overlay = {
        **MARKET_ORDERS,
        "stake_amount": 100,
        "exchange": {"enable_ws": websocket},
        "regime": {"halt": {"max_consecutive_losses": LOSSES, "pause_candles": 600}},
    }
    with Receiver() as receiver, Exchange(folder / "exchange") as exchange:
        bot = Bot(folder, exchange, overlay=overlay, parameters=ALWAYS_LONG, receiver=receiver)
        with bot:
            yield Rig(bot, exchange, receiver)


@pytest.mark.host
@pytest.mark.timeout(900)
def test_bot_trains_trades_retrains_stops_and_starts_again(tmp_path) -> None:
    # Side by side: both wait for the same candles.
    with (
        run_rig(tmp_path / "rest", websocket=False) as by_rest,
        run_rig(tmp_path / "streams", websocket=True) as by_stream,
    ):
        rigs = (by_rest, by_stream)
        for step in STEPS:
            for rig in rigs:
                step(rig)
        assert by_rest.asked >= len(PAIRS)
        assert by_stream.asked == 0
        _starts_again(by_rest)


def _starts(rig: Rig) -> None:
    rig.bot.wait(rig.bot.running, 90, "bot is running")
    rig.bot.report("running")


def _trades_by_hand(rig: Rig) -> None:
    closed = _trade_by_hand(rig)
    assert (closed["enter_tag"], closed["exit_reason"]) == ("by_hand", "force_exit")
    rig.bot.report("opened and closed by hand")


def _trade_by_hand(rig: Rig) -> Told:
    rest = rig.bot.rest
    trade = rest.forceenter("ETH/USDT", ordertype="market", entry_tag="by_hand")["trade_id"]
    rig.bot.wait(lambda: _filled(rig, trade), 20, "the trade opened by hand is filled")
    rest.forceexit(trade, ordertype="market")
    return rig.bot.wait(lambda: _closed(rig, trade), 20, "the trade is closed by hand")


def _filled(rig: Rig, trade: int) -> bool | None:
    return (
        any(each["trade_id"] == trade and not each["has_open_orders"] for each in rig.bot.rest.status())
        or None
    )


def _closed(rig: Rig, trade: int) -> Told | None:
    return next((each for each in rig.bot.rest.trades() if each["trade_id"] == trade), None)


def _trains(rig: Rig) -> None:
    rig.first_models = rig.bot.wait(rig.bot.trained, 60, "first model of every pair")
    rig.bot.report("first models")
    rig.asked = -rig.kline_requests()


def _predicts(rig: Rig) -> None:
    bot = rig.bot
    # FreqAI marks what it predicts for past candles as unusable, so the first usable one is a new candle.
    rig.frames = bot.wait(bot.predicted, 150, "usable prediction of a new candle")
    rig.asked += rig.kline_requests()
    bot.report("usable prediction of a new candle")
    for frame in rig.frames.values():
        _check_candles(frame)


def _check_candles(frame: pd.DataFrame) -> None:
    # Freqtrade asks for 1000 candles, and does not hand over the running one.
    assert len(frame) >= 999
    last = frame.iloc[-1]
    assert pd.Timestamp.now("UTC") - last["date"] < 3 * MINUTE
    assert 0 < last[PROBABILITY] < 1
    assert last[REGIME] in KNOWN
    assert last[EXPERT] in (last[REGIME], Regime.UNKNOWN)


def _enters(rig: Rig) -> None:
    trades = rig.bot.wait(lambda: _open_by_itself(rig), 60, "every pair has a trade")
    assert {trade["enter_tag"] for trade in trades} <= TAGS
    entered = {(trade["pair"], trade["enter_tag"]) for trade in trades}
    for kind in ("entry", "entry_fill"):
        # The bot saves a fill before it tells of it.
        rig.bot.wait(partial(_all_told, _entered, rig, kind, entered), 30, f"every {kind} is told")
    rig.bot.report("entries")


def _draws(rig: Rig) -> None:
    for frame in _drawn(rig):
        assert frame["enter_tag"].notna().any()


def _drawn(rig: Rig) -> list[pd.DataFrame]:
    rest = rig.bot.rest
    plots = rest.get("plot_config")
    answers = (rest.get("pair_candles", pair=pair, timeframe="1m", limit="1000") for pair in PAIRS)
    return [drawn_candles(answer, plots) for answer in answers]


def _open_by_itself(rig: Rig) -> list[Told] | None:
    trades = [each for each in rig.bot.rest.status() if not each["has_open_orders"]]
    return trades if {each["pair"] for each in trades} == set(PAIRS) else None


def _retrains(rig: Rig) -> None:
    # Trap T18: stock FreqAI trains once, and never after the first new candle.
    closed = max(frame["date"].iloc[-1] for frame in rig.frames.values()) + MINUTE
    models = rig.bot.wait(lambda: rig.bot.trained(after=closed.timestamp()), 45, "models with the new candle")
    assert all(models[pair] > rig.first_models[pair] for pair in PAIRS)
    assert len(rig.bot.rest.status()) == len(PAIRS)
    rig.bot.report("models with the new candle, trades open")


def _leaves(rig: Rig) -> None:
    bot = rig.bot
    bot.tune(ALWAYS_OUT)
    bot.rest.reload_config()
    closed = bot.wait(lambda: _closed_by_itself(rig), 240, "every trade is closed")
    assert {trade["enter_tag"] for trade in closed} <= TAGS
    assert {trade["exit_reason"] for trade in closed} == {"decay"}
    left = {(trade["pair"], trade["exit_reason"]) for trade in closed}
    for kind in ("exit", "exit_fill"):
        bot.wait(partial(_all_told, _left, rig, kind, left), 30, f"every {kind} is told")
    assert all("decay" in frame["exit_tag"].tolist() for frame in _drawn(rig))
    bot.report("exits")


def _all_told(told: Callable[[Rig, str], Pairs], rig: Rig, kind: str, expected: Pairs) -> bool | None:
    return expected <= told(rig, kind) or None


def _entered(rig: Rig, kind: str) -> Pairs:
    return {(each["pair"], each["enter_tag"]) for each in rig.receiver.of_type(kind)}


def _left(rig: Rig, kind: str) -> Pairs:
    return {(each["pair"], each["exit_reason"]) for each in rig.receiver.of_type(kind)}


def _closed_by_itself(rig: Rig) -> list[Told] | None:
    closed = [each for each in rig.bot.rest.trades() if each["enter_tag"] != "by_hand"]
    return closed if {each["pair"] for each in closed} == set(PAIRS) else None


def _halts(rig: Rig) -> None:
    """Losses in a row halt entries: seen where FreqUI and `/locks` look, told once."""
    if rig.bot.settings["exchange"]["enable_ws"]:
        return  # one of the two is enough
    while _losses_in_a_row(rig) < LOSSES:
        _trade_by_hand(rig)
    (lock,) = rig.bot.wait(lambda: _locks(rig) or None, 90, "entries are halted")
    assert lock["reason"] == f"Halt, losses in a row: {LOSSES}"
    rig.bot.wait(lambda: _told(rig, "Halt, ") or None, 20, "the halt is told")
    rig.bot.report("halted")


def _locks(rig: Rig) -> list[Told]:
    """Locks of all pairs; Freqtrade itself locks a pair for the rest of the candle that it left."""
    return [each for each in rig.bot.rest.get("locks")["locks"] if each["pair"] == "*"]


def _losses_in_a_row(rig: Rig) -> int:
    by_closing = sorted(rig.bot.rest.trades(), key=lambda each: each["close_timestamp"], reverse=True)
    return len(list(takewhile(lambda each: each["profit_abs"] < 0, by_closing)))


def _told(rig: Rig, words: str) -> list[str]:
    return [each["text"] for each in rig.receiver.of_type("strategy_msg") if words in each["text"]]


def _unlocks(rig: Rig) -> None:
    """The restarted bot is halted still, says nothing again, and goes on once unlocked by hand."""
    rest = rig.bot.rest
    (lock,) = _locks(rig)
    with pytest.raises(httpx.HTTPStatusError):
        rest.forceenter("ETH/USDT", ordertype="market")
    rest.delete(f"locks/{lock['id']}")
    rig.bot.wait(lambda: _told(rig, "Halt over") or None, 20, "the end of the halt is told")
    assert rest.forceenter("ETH/USDT", ordertype="market")["pair"] == "ETH/USDT"
    assert [len(_told(rig, words)) for words in ("Halt, ", "Halt over")] == [1, 1]


def _keeps_books(rig: Rig) -> None:
    """What `docs/telegram.md` and `docs/journal.md` say of trades that the strategy opened and closed."""
    rest, by_hand = rig.bot.rest, {"by_hand"}
    trades = rest.trades()
    closed = {(trade["enter_tag"], trade["exit_reason"]) for trade in trades}
    assert by_hand < {each["enter_tag"] for each in rest.get("entries")} <= TAGS | by_hand
    assert {each["exit_reason"] for each in rest.get("exits")} == {"decay", "force_exit"}
    assert {each["mix_tag"] for each in rest.get("mix_tags")} == {" ".join(tags) for tags in closed}
    journal = {trade.id: trade for trade in journal_of_database(f"sqlite:///{rig.bot.database}")}
    for trade in trades:
        row = journal[trade["trade_id"]]
        assert float(row.pnl) == pytest.approx(trade["profit_abs"], abs=1e-8)
        assert [float(fill.price) for fill in row.fills] == [order["average"] for order in trade["orders"]]
        if row.enter_tag in TAGS:
            (facts,) = rest.get(f"trades/{row.id}/custom-data")
            known = {each["key"]: each["value"] for each in facts["custom_data"]}
            assert (row.regime, row.probability) == (known["regime"], float(known["probability"]))
            assert row.enter_tag == f"{row.regime}_long"


def _ends(rig: Rig) -> None:
    rig.frames = rig.bot.wait(rig.bot.analyzed, 30, "candles before the end")
    # While it reads its configuration again, it refuses what this test asks it.
    complaints = [each for each in rig.bot.complaints() if "Bot is not in the correct state" not in each]
    assert complaints == []
    assert rig.bot.stop() == ENDED_BY_SIGNAL


STEPS = (
    _starts,
    _trades_by_hand,
    _trains,
    _predicts,
    _enters,
    _draws,
    _retrains,
    _leaves,
    _keeps_books,
    _halts,
    _ends,
)


def _starts_again(rig: Rig) -> None:
    bot, started = rig.bot, time.time()
    bot.restart()
    bot.wait(bot.running, 60, "bot is running again")
    frames = bot.wait(bot.analyzed, 30, "candles after the restart")
    bot.report("candles after the restart")

    # What was predicted before comes from the stored history, not from the newest model.
    columns = [PROBABILITY, EXPERT, DO_PREDICT]
    for pair in PAIRS:
        was, now = (frame.set_index("date")[columns] for frame in (rig.frames[pair], frames[pair]))
        common = now.index.intersection(was.index)
        assert len(common) > 990
        pd.testing.assert_frame_equal(now.loc[common], was.loc[common], check_dtype=False)

    bot.wait(lambda: bot.trained(after=started), 45, "models of the restarted bot")
    bot.report("models of the restarted bot")
    assert "No model ready" not in bot.log
    assert bot.complaints() == []
    _unlocks(rig)
    assert bot.stop() == ENDED_BY_SIGNAL
