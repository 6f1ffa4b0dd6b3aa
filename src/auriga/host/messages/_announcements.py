"""Messages of the strategy to Telegram and webhooks: each event once."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd
from freqtrade.enums import RunMode

from auriga.columns import DO_PREDICT, EXPERT, REGIME
from auriga.host.halts import FOREVER, Halt, HaltKind, as_ms
from auriga.host.messages._protocols import AnnouncingStrategy
from auriga.host.messages._sent import Said, load_said, said_file, save_said
from auriga.host.rows import regime_pair
from auriga.settings import MessageSettings
from auriga.typing import Regime

logger = logging.getLogger(__name__)

_LONGEST = 4000  # Telegram cuts at 4096
_ONE_MODEL = ("pooled", "pooled_with_regime")  # schemes without experts: the fallback is the model


class Announcements:
    """Confirmed regime changes, fallback predictions and halts, each told once, over restarts too.

    What is told is written down before it is sent. At the first start of a bot nothing is told that was so
    before; at later ones what has changed in between, once. Only in dry-run and live. Texts hold no
    underscores, asterisks, backticks or brackets: Telegram reads them as Markdown, and drops a message
    where they do not come in pairs.

    Parameters
    ----------
    strategy : IStrategy
        With `dp`, as in `bot_start`.
    settings : MessageSettings
    """

    def __init__(self, strategy: AnnouncingStrategy, settings: MessageSettings) -> None:
        self._strategy, self._settings = strategy, settings
        config = strategy.config
        self.active = config.get("runmode") in (RunMode.DRY_RUN, RunMode.LIVE)
        if self.active:
            self._file = said_file(config)
            self._said: Said = load_said(self._file)

    def look(self, pair: str, frame: pd.DataFrame) -> None:
        """Tell what is new on the last candle of an analysed frame.

        Never raises: no message is worth a candle without signals.
        """
        if not self.active or frame.empty:
            return
        try:
            self._look(pair, frame)
        except Exception:
            logger.exception("%s: could not look for news", pair)

    def tell_halts(self, lasting: Sequence[Halt]) -> None:
        """Tell which halts have begun and which are over; called in each loop with those that last."""
        if not self.active:
            return
        halts = {f"{each.kind} {each.at}": each for each in lasting}
        first, known = self._said.halts is None, self._said.halts or {}
        if first or halts.keys() != known.keys():
            self._said.halts = {key: each.kind for key, each in halts.items()}
            begun = [] if first else [_begin_of(halts[key]) for key in halts if key not in known]
            over = [_end_of(known[key], list(halts.values())) for key in known if key not in halts]
            self._send([*begun, *over] if self._settings.halt else [])

    # --- regimes and fallback ---------------------------------------------------------------------

    def _look(self, pair: str, frame: pd.DataFrame) -> None:
        last = frame.iloc[-1]
        if pd.isna(last[REGIME]) or Regime(int(last[REGIME])) is Regime.UNKNOWN:
            return
        regime = Regime(int(last[REGIME]))
        news = [*self._regime_change(pair, frame, regime), *self._fallback(pair, last, regime)]
        if news:
            self._send([text for text in news if text])

    def _regime_change(self, pair: str, frame: pd.DataFrame, regime: Regime) -> list[str]:
        """News about the regime; an empty text is written down and not sent."""
        settings = self._strategy.settings
        source = regime_pair(pair, settings)
        before = self._said.regimes.get(source)
        if before == regime.label:
            return []
        self._said.regimes[source] = regime.label
        if before is None or not self._settings.regime_change:
            return [""]
        whose = "all pairs, by " + source if settings.reference_pair else pair
        change = f"Regime of {whose}: {before} -> {regime.label}{_since(frame, regime)}."
        return [f"{change} {self._entries_in(regime)}"]

    def _entries_in(self, regime: Regime) -> str:
        """Say what the regime means for new trades."""
        settings, thresholds = self._strategy.settings, self._strategy.thresholds
        offset = thresholds.offset(regime)
        long = f"long above {thresholds.long + offset:.3f}"
        short = f", short below {thresholds.short + offset:.3f}" if self._strategy.can_short else ""
        factor = getattr(settings.stake.regime_factors, regime.label)
        if not factor:
            return "No entries in it: its stake factor is 0."
        grace = settings.signals.grace_candles
        wait = f", after {grace} candles of {settings.timeframe}" if grace else ""
        stake = f", stake x {factor:g}" if factor != 1 else ""
        return f"Entries: {long}{short}{stake}{wait}."

    def _fallback(self, pair: str, last: pd.Series, regime: Regime) -> list[str]:
        """News about who predicts, once a pair and stretch of a regime."""
        said = self._said.fallbacks
        gone = [""] if said.get(pair, regime.label) != regime.label else []
        if gone:
            del said[pair]
        if last.get(DO_PREDICT) != 1 or last.get(EXPERT) != Regime.UNKNOWN or pair in said:
            return gone
        if self._strategy.settings.scheme in _ONE_MODEL or not self._settings.fallback:
            return gone
        said[pair] = regime.label
        rows = self._strategy.settings.min_samples
        return [
            f"{pair}: the fallback model predicts in {regime.label}: that regime has no model of its own "
            f"(fewer than {rows} training candles). Entries go on."
        ]

    def _send(self, texts: Sequence[str]) -> None:
        save_said(self._said, self._file)
        for text in texts:
            logger.info("%s", text)
            self._strategy.dp.send_msg(text[:_LONGEST], always_send=True)


def _since(frame: pd.DataFrame, regime: Regime) -> str:
    """When the regime was first known: the close of the first candle of its stretch, if the frame has it."""
    other = (frame[REGIME] != regime).to_numpy()
    if not other.any():
        return ""
    first = len(other) - int(other[::-1].argmax())
    length = frame["date"].iloc[-1] - frame["date"].iloc[-2]
    return f", since {frame['date'].iloc[first] + length:%Y-%m-%d %H:%M} UTC"


def _begin_of(halt: Halt) -> str:
    unlock = f"/unlock {halt.number}"
    if halt.until >= as_ms(FOREVER):
        end = f"Ends only by hand: {unlock}"
    else:
        end = f"Ends {datetime.fromtimestamp(halt.until / 1000, UTC):%Y-%m-%d %H:%M} UTC, or with {unlock}"
    return f"{halt.reason}. No new trades; open ones go on. {end}."


def _end_of(kind: str, lasting: Sequence[Halt]) -> str:
    others = ", ".join(str(each.kind) for each in lasting)
    then = f"No new trades still, because of: {others}." if others else "New trades are allowed again."
    return f"Halt over, {HaltKind(kind)}. {then}"
