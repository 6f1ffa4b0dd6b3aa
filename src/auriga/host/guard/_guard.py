"""Before an entry leaves a live bot, look whether trades and the user explain what the account holds.

An order that the exchange accepted behind an error is in no trade, and Freqtrade orders again in its next
loop. This guard is asked first, and refuses while anything is unexplained.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Protocol, cast

from freqtrade.enums import RunMode
from freqtrade.exceptions import OperationalException
from freqtrade.exchange import timeframe_to_prev_date
from freqtrade.persistence import Trade

from auriga.host.books import ExchangeBooks, as_decimal, read_trades, traded_pairs, without_secrets
from auriga.host.guard._state import Baseline, GuardState
from auriga.host.guard._unexplained import Account, first_look, lowered, unexplained_lines
from auriga.host.setup import TradingStrategy, Wallets, guard_file, own_command
from auriga.reconciliation import BookTrade
from auriga.settings import GuardSettings

logger = logging.getLogger(__name__)

_LONGEST_MESSAGE = 4000  # Telegram cuts at 4096
_PAUSE = timedelta(seconds=60)  # asking costs time in which nothing is sold
_SOON = timedelta(minutes=5)
# Binance refuses what is older than Freqtrade's recvWindow of 10 s; setting leverage may take 18 s before.
_UNDER_WAY = timedelta(seconds=30)
_ONE_ATTEMPT = "one attempt for each pair and candle"


class EntryGuard:
    """The guard of one bot; does nothing except in live mode.

    Parameters
    ----------
    strategy : IStrategy
        With `config`, `dp` and `wallets`, as in `bot_start`.
    settings : GuardSettings

    Raises
    ------
    OperationalException
        If the bot could enlarge positions without asking.
    """

    def __init__(self, strategy: TradingStrategy, settings: GuardSettings) -> None:
        self._strategy = strategy
        self._settings = settings
        config = strategy.config
        live = config.get("runmode") == RunMode.LIVE and not config.get("dry_run", True)
        self.active = bool(live and settings.enabled)
        self._look_at: datetime | None = None
        self._said = ""
        self._refusals: dict[str, tuple[datetime, str]] = {}
        self._known_state = False
        self._passed: dict[str, int] = {}
        self._entered: dict[str, datetime] = {}
        if self.active:
            _refuse_unasked_entries(strategy)
            self._state = GuardState(guard_file(config))
            self._books = ExchangeBooks(strategy.dp._exchange)

    # --- the two questions ------------------------------------------------------------------------

    def allows(self, pair: str, side: str, amount: float, now: datetime) -> bool:
        """Whether an entry may leave; noted on disk before the answer is yes.

        Never raises: Freqtrade takes an exception in `confirm_trade_entry` for a yes.
        """
        if not self.active:
            return True
        try:
            reason, lasting = self._reason_against(pair, side, amount, now)
            if not reason:
                self._refusals.pop(pair, None)
                self._entered[pair] = now
                return True
            self._tell(pair, reason, now, lasting=lasting)
        except Exception as error:
            try:
                self._tell(pair, f"it could not be checked: {self._line(error)}", now, lasting=True)
            except Exception:
                logger.exception("%s: entry refused, and nobody could be told", pair)
        return False

    def watch(self, now: datetime) -> None:
        """Look at the whole account at start and every `check_minutes`; warn when something is new.

        Half a minute after each entry its pair is looked at: whoever waits for the next signal to find an
        order that was accepted behind an error may wait for days.
        """
        if not self.active:
            return
        if self._entry_went_wrong(now):
            self._look_at = None
        if self._look_at and now < self._look_at:
            return
        self._look_at = now + timedelta(minutes=self._settings.check_minutes)
        try:
            lines = self._unexplained(self._all_pairs(), now)
        except Exception as error:
            self._look_at = min(self._look_at, now + _SOON)
            lines = [f"The account could not be checked, no entries until it can: {self._line(error)}"]
        self._warn(lines)

    def _entry_went_wrong(self, now: datetime) -> bool:
        due = [pair for pair, at in self._entered.items() if not timedelta(0) <= now - at < _UNDER_WAY]
        for pair in due:
            del self._entered[pair]
        try:
            return bool(due and self._unexplained(due, now))
        except Exception:
            return True  # the look at the whole account says what is wrong

    # --- before an entry --------------------------------------------------------------------------

    def _reason_against(self, pair: str, side: str, amount: float, now: datetime) -> tuple[str, bool]:
        """Why not, and whether it is worth a message; an empty reason is a yes."""
        before = self._refusals.get(pair)
        if before and timedelta(0) <= now - before[0] < _PAUSE:
            return before[1], True
        self._ensure_baseline(now)
        candle = self._candle(pair, now)
        if self._state.attempted(pair, candle, _ms(now - _UNDER_WAY)):
            return _ONE_ATTEMPT, False
        lines = self._unexplained([pair], now)
        if lines:
            return "; ".join(lines), True
        if not self._state.attempt(pair, candle, side, amount, _ms(now)):
            return _ONE_ATTEMPT, False
        return "", False

    def _candle(self, pair: str, now: datetime) -> int:
        """Opening time of the candle that the signal stands on; the clock's where nothing is analysed."""
        frame, _ = self._strategy.dp.get_analyzed_dataframe(pair, self._strategy.timeframe)
        if len(frame):
            return _ms(frame["date"].iloc[-1].to_pydatetime())
        return _ms(timeframe_to_prev_date(self._strategy.timeframe, now))

    def _tell(self, pair: str, reason: str, now: datetime, *, lasting: bool) -> None:
        """Log a refusal once, and send it if it is about the account."""
        known = self._refusals.get(pair)
        if not lasting:
            if self._passed.get(pair) != self._candle(pair, now):
                logger.info("%s: no entry: %s", pair, reason)
                self._passed[pair] = self._candle(pair, now)
            return
        if known is None or known[1] != reason:
            logger.warning("%s: entry refused: %s", pair, reason)
            self._send(f"Entry of {pair} refused: {reason}\nSee: auriga reconcile")
        if known is None or known[1] != reason or now - known[0] >= _PAUSE:
            self._refusals[pair] = (now, reason)

    # --- the account ------------------------------------------------------------------------------

    def _unexplained(self, pairs: Sequence[str], now: datetime) -> list[str]:
        """What the account holds that nobody explains; asks the exchange."""
        self._ensure_baseline(now)
        self._wallets.update()
        baseline = self._state.baseline()
        trades = read_trades(Trade.session, baseline.at)
        account = self._account(pairs, trades)
        for kind, amounts in lowered(baseline, account, trades).items():
            self._state.change(kind, amounts)
            logger.info("guard: the baseline of %s fell to %s", kind, amounts)
        tolerance = as_decimal(self._settings.tolerance_frac)
        return unexplained_lines(self._state.baseline(), account, trades, pairs, tolerance)

    @property
    def _wallets(self) -> Wallets:
        return cast(Wallets, self._strategy.wallets)  # a bot has them before its first loop

    def _account(self, pairs: Iterable[str], trades: Sequence[BookTrade]) -> Account:
        wallets = self._wallets
        coins = {name: as_decimal(held.total) for name, held in wallets.get_all_balances().items()}
        locked = {name: as_decimal(held.used) for name, held in wallets.get_all_balances().items()}
        positions = {
            pair: as_decimal(held.position) * (-1 if held.side == "short" else 1)
            for pair, held in wallets.get_all_positions().items()
        }
        orders = [order for pair in pairs for order in self._books.open_orders(pair)]
        steps = {pair: self._books.step(pair) for pair in {*pairs, *traded_pairs(trades)}}
        return Account(coins, locked, positions, orders, steps, self._books.futures)

    def _all_pairs(self) -> list[str]:
        return sorted(
            {*self._strategy.dp.current_whitelist(), *traded_pairs(read_trades(Trade.session, _NEVER))}
        )

    def _ensure_baseline(self, now: datetime) -> None:
        """Take the baseline once in the life of a bot: at its first start."""
        if self._state.exists or self._known_state:
            self._known_state = True
            return
        self._wallets.update()
        trades = read_trades(Trade.session, _ms(now))
        pairs = sorted({*self._strategy.dp.current_whitelist(), *traded_pairs(trades)})
        baseline: Baseline = first_look(self._account(pairs, trades), trades, _ms(now))
        self._state.create(baseline)
        self._known_state = True
        logger.info("guard: took the account as it is for the baseline, in %s", self._state.file)
        if Trade.session.query(Trade).count():
            self._send(
                "The guard knows this bot's account from now on. If coins were orphaned before, it takes "
                "them for yours: look with "
                + own_command("auriga", "reconcile", "--days", "30", config=self._strategy.config)
            )

    # --- messages ---------------------------------------------------------------------------------

    def _warn(self, lines: Sequence[str]) -> None:
        """Send findings once, again when they change, and the all-clear."""
        text = "\n".join(lines)
        if text == self._said:
            return
        if text:
            logger.warning("guard: %s", "; ".join(lines))
            self._send(f"Exchange and trades disagree:\n{text}\nSee: auriga reconcile")
        else:
            self._refusals.clear()
            self._send("Exchange and trades agree again.")
        self._said = text

    def _send(self, text: str) -> None:
        self._strategy.dp.send_msg(text[:_LONGEST_MESSAGE], always_send=True)

    def _line(self, error: BaseException) -> str:
        return f"{type(error).__name__}: {without_secrets(error)}"


_NEVER = 2**45  # ms, far in the future: no closed trade counts


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


class Guarded(Protocol):
    """A strategy with a guard."""

    @property
    def guard(self) -> EntryGuard: ...


class Grown(Protocol):
    """An open trade that may grow."""

    @property
    def pair(self) -> str: ...

    @property
    def is_short(self) -> bool: ...


def guarded_adjustment(method: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate `adjust_trade_position` of a strategy, so that the guard is asked before a position grows.

    Freqtrade does not ask `confirm_trade_entry` there. Answers that shrink a position pass unasked.

    Examples
    --------
    >>> class Averaging:
    ...     @guarded_adjustment
    ...     def adjust_trade_position(self, trade, current_time, **kwargs):
    ...         return 50.0
    >>> Averaging.adjust_trade_position.asks_guard
    True
    """

    @wraps(method)
    def ask(self: Guarded, trade: Grown, current_time: datetime, *arguments: object, **kwargs: object) -> Any:
        answer = method(self, trade, current_time, *arguments, **kwargs)
        stake = answer[0] if isinstance(answer, tuple) else answer
        if not stake or stake < 0:
            return answer
        side = "short" if trade.is_short else "long"
        return answer if self.guard.allows(trade.pair, side, float(stake), current_time) else None

    ask.asks_guard = True  # type: ignore[attr-defined]
    return ask


def _refuse_unasked_entries(strategy: TradingStrategy) -> None:
    """Refuse a live start whose positions could grow without the guard being asked."""
    if not getattr(strategy, "position_adjustment_enable", False):
        return
    if not getattr(strategy.adjust_trade_position, "asks_guard", False):
        raise OperationalException(
            "position_adjustment_enable is true, but Freqtrade asks nobody before it enlarges a position. "
            "Decorate adjust_trade_position with auriga.host.guard.guarded_adjustment, turn it off, or set "
            "regime.guard.enabled to false and accept that an order may be doubled."
        )
    if strategy.config.get("force_entry_enable"):
        raise OperationalException(
            "position_adjustment_enable and force_entry_enable are both true: /forceenter would enlarge a "
            "position without any check. Turn one of them off (with regime.stake.trim, the strategy turns "
            "the first on), or set regime.guard.enabled to false."
        )
