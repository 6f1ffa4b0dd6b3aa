"""Messages: each event once, over restarts too, and nothing old at a first start."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pandas as pd
import pytest
from freqtrade.enums import RunMode

from auriga.columns import DO_PREDICT, EXPERT, REGIME
from auriga.host.halts._locks import FOREVER, Halt, HaltKind, as_ms
from auriga.host.messages import Announcements
from auriga.host.messages._sent import said_file
from auriga.host.signals import Thresholds
from auriga.settings import parse_settings
from auriga.typing import Regime

BTC, ETH = "BTC/USDT", "ETH/USDT"
BULL, SIDEWAYS, BEAR, UNKNOWN = Regime.BULL, Regime.SIDEWAYS, Regime.BEAR, Regime.UNKNOWN
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)
DAILY = Halt(HaltKind.DAILY, as_ms(MIDNIGHT) - 9000, as_ms(MIDNIGHT), "Halt, daily drawdown: 5.1%", number=3)
TOTAL = Halt(HaltKind.TOTAL, as_ms(MIDNIGHT) - 9000, as_ms(FOREVER), "Halt, total drawdown: 20.0%", number=4)


class Bot:
    """Plays the strategy and its data provider."""

    def __init__(self, folder, runmode=RunMode.DRY_RUN, *, can_short=False, **regime):
        self.config = {
            "runmode": runmode, "exchange": {"name": "binance"}, "user_data_dir": folder,
            "db_url": f"sqlite:///{folder / 'trades.sqlite'}",
        }  # fmt: skip
        self.settings = parse_settings(regime)
        self.thresholds = Thresholds(0.55, 0.45, 0.5, bear_offset=0.03)
        self.can_short = can_short
        self.sent = []
        self.dp = SimpleNamespace(send_msg=self.send)
        self.start()

    def send(self, text, *, always_send):
        assert always_send
        assert len(text) < 4096
        assert not set(text) & set("_*`[")  # Telegram's Markdown
        self.sent.append(text)

    def start(self):
        self.announcements = Announcements(self, self.settings.messages)

    def look(self, *regimes, pair=BTC, expert=None, usable=1):
        """The bot analyses candles of these regimes; what it says then."""
        before = len(self.sent)
        dates = pd.date_range("2026-11-21 20:00", periods=len(regimes), freq="5min", tz="UTC")
        experts = [regime if expert is None else expert for regime in regimes]
        frame = {"date": dates, REGIME: list(regimes), EXPERT: experts, DO_PREDICT: usable}
        self.announcements.look(pair, pd.DataFrame(frame))
        return self.sent[before:]

    def halts(self, *lasting):
        before = len(self.sent)
        self.announcements.tell_halts(lasting)
        return self.sent[before:]


def test_regime_change_is_told_once_with_what_it_means(tmp_path):
    bot = Bot(tmp_path)
    assert bot.look(BULL, BULL, BULL) == []
    assert bot.look(BULL, BULL, BEAR, BEAR) == [
        "Regime of BTC/USDT: bull -> bear, since 2026-11-21 20:15 UTC. Entries: long above 0.580."
    ]
    assert bot.look(BULL, BEAR, BEAR, BEAR) == []
    bot.start()
    assert bot.look(BEAR, BEAR) == []
    assert len(bot.look(BEAR, BULL)) == 1


def test_first_start_tells_nothing_and_a_later_one_what_changed_in_between(tmp_path):
    bot = Bot(tmp_path)
    assert bot.look(BEAR, BULL) == []
    bot.start()
    assert bot.look(SIDEWAYS, SIDEWAYS) == [
        "Regime of BTC/USDT: bull -> sideways. Entries: long above 0.550."
    ]


def test_unknown_is_no_regime(tmp_path):
    bot = Bot(tmp_path)
    bot.look(BULL)
    assert bot.look(BULL, UNKNOWN, expert=UNKNOWN) == []
    assert bot.look(UNKNOWN, BULL) == []
    assert len(bot.look(UNKNOWN, BEAR)) == 1


def test_what_a_regime_means_for_entries(tmp_path):
    stake = {"regime_factors": {"bear": 0, "bull": 0.5}}
    bot = Bot(tmp_path, can_short=True, stake=stake, signals={"grace_candles": 2})
    bot.look(SIDEWAYS)
    (bull,) = bot.look(SIDEWAYS, BULL)
    assert bull.endswith("Entries: long above 0.550, short below 0.450, stake x 0.5, after 2 candles of 1d.")
    (bear,) = bot.look(SIDEWAYS, BEAR)
    assert bear.endswith("No entries in it: its stake factor is 0.")


def test_reference_pair_speaks_once_for_all(tmp_path):
    bot = Bot(tmp_path, reference_pair=BTC)
    for pair in (BTC, ETH):
        assert bot.look(BULL, pair=pair) == []
    (told,) = bot.look(BULL, BEAR, pair=ETH)
    assert told.startswith("Regime of all pairs, by BTC/USDT: bull -> bear, ")
    assert bot.look(BULL, BEAR, pair=BTC) == []


def test_each_pair_speaks_for_itself_without_one(tmp_path):
    bot = Bot(tmp_path)
    for pair in (BTC, ETH):
        bot.look(BULL, pair=pair)
    assert [len(bot.look(BULL, BEAR, pair=pair)) for pair in (BTC, ETH)] == [1, 1]


def test_fallback_is_told_once_a_stretch_of_a_regime(tmp_path):
    bot = Bot(tmp_path)
    assert bot.look(BULL, expert=UNKNOWN, usable=0) == []  # past candles, or no prediction at all
    (told,) = bot.look(BULL, expert=UNKNOWN)
    assert told.startswith("BTC/USDT: the fallback model predicts in bull: ")
    assert bot.look(BULL, expert=UNKNOWN) == []
    bot.start()
    assert bot.look(BULL) == []
    assert bot.look(BULL, expert=UNKNOWN) == []  # the same stretch still
    assert len(bot.look(BULL, expert=UNKNOWN, pair=ETH)) == 1
    assert len(bot.look(BULL, BEAR)) == 1
    again = bot.look(BEAR, BULL, expert=UNKNOWN)
    assert [text[:15] for text in again] == ["Regime of BTC/U", "BTC/USDT: the f"]


def test_one_model_for_all_is_no_fallback(tmp_path):
    assert Bot(tmp_path, scheme="pooled").look(BULL, expert=UNKNOWN) == []


def test_halts_are_told_when_they_begin_and_when_they_end(tmp_path):
    bot = Bot(tmp_path)
    assert bot.halts() == []
    (begun,) = bot.halts(DAILY)
    assert begun == (
        "Halt, daily drawdown: 5.1%. No new trades; open ones go on. "
        "Ends 2026-11-22 00:00 UTC, or with /unlock 3."
    )
    assert bot.halts(DAILY) == []
    assert bot.halts(DAILY, TOTAL)[0].endswith("Ends only by hand: /unlock 4.")
    bot.start()
    assert bot.halts(DAILY, TOTAL) == []
    assert bot.halts(TOTAL) == ["Halt over, daily drawdown. No new trades still, because of: total drawdown."]
    bot.start()  # and unlocked meanwhile
    assert bot.halts() == ["Halt over, total drawdown. New trades are allowed again."]
    assert bot.halts() == []


def test_halt_from_before_the_first_start_is_only_told_at_its_end(tmp_path):
    bot = Bot(tmp_path)
    assert bot.halts(DAILY) == []
    assert len(bot.halts()) == 1


@pytest.mark.parametrize("switch", ["regime_change", "fallback", "halt"])
def test_each_kind_can_be_turned_off(tmp_path, switch):
    bot = Bot(tmp_path, messages={switch: False})
    bot.look(BULL)
    bot.halts()
    told = {
        "regime_change": bot.look(BULL, BEAR),
        "fallback": bot.look(BEAR, expert=UNKNOWN),
        "halt": bot.halts(DAILY),
    }
    assert {kind: len(texts) for kind, texts in told.items()} == {kind: kind != switch for kind in told}


@pytest.mark.parametrize(
    "runmode", [RunMode.BACKTEST, RunMode.HYPEROPT, RunMode.WEBSERVER, RunMode.UTIL_NO_EXCHANGE]
)
def test_silent_and_without_a_file_elsewhere(tmp_path, runmode):
    bot = Bot(tmp_path, runmode)
    assert bot.look(BULL) == bot.look(BULL, BEAR, expert=UNKNOWN) == bot.halts(DAILY) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["", "{", "[1]", '{"other": 1}', '{"regimes": 3}'])
def test_damaged_file_begins_anew(tmp_path, damage):
    bot = Bot(tmp_path)
    bot.look(BULL)
    said_file(bot.config).write_text(damage)
    bot.start()
    assert bot.look(BULL, BEAR) == []
    assert len(bot.look(BEAR, BULL)) == 1


def test_written_down_before_it_is_sent(tmp_path):
    bot = Bot(tmp_path)
    bot.look(BULL)

    def killed(text, *, always_send):
        raise KeyboardInterrupt

    bot.dp.send_msg = killed
    with pytest.raises(KeyboardInterrupt):
        bot.look(BULL, BEAR)
    bot.dp.send_msg = bot.send
    bot.start()
    assert bot.look(BULL, BEAR) == []


def test_trouble_costs_a_message_and_no_candle(tmp_path, caplog):
    bot = Bot(tmp_path)
    bot.announcements.look(BTC, pd.DataFrame({"date": [MIDNIGHT]}))  # no regime in it
    assert "could not look for news" in caplog.text
