"""The account that `auriga exchange` keeps, from its options."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path

from auriga.errors import ExchangeError, ParameterError
from auriga_exchange import CandleStore, Clock, FuturesStore, Journal, Venue

_OWNER_ONLY = 0o600


class Mode(StrEnum):
    """What the overlay makes Freqtrade trade."""

    SPOT = "spot"
    FUTURES = "futures"


@dataclass(frozen=True, kw_only=True)
class AccountOptions:
    """The options about money, keys and limits.

    Parameters
    ----------
    mode : Mode
        Market the overlay is for; its account gets the balances.
    live : bool
        Whether the overlay carries the keys.
    overlay, state : Path or None
        Overlay to write; SQLite file that keeps the account.
    balances : sequence of str
        Such as `USDT=10000`.
    limited : bool
        Whether request limits are enforced.
    """

    mode: Mode
    live: bool
    overlay: Path | None
    state: Path | None
    balances: Sequence[str]
    limited: bool

    def __post_init__(self) -> None:
        if self.live and self.overlay is None:
            raise ParameterError("--live needs --overlay FILE: it is what carries the keys to Freqtrade")
        if self.balances and self.state and self.state.exists():
            raise ParameterError(
                f"--balance is for new accounts, but {self.state} holds one already; leave --balance out, "
                "or remove the file to begin anew"
            )
        self.amounts()

    def amounts(self) -> dict[str, Decimal]:
        """Balances by currency."""
        pairs = [_amount(text) for text in self.balances]
        if len(dict(pairs)) < len(pairs):
            raise ParameterError(
                f"--balance names a currency twice: {', '.join(self.balances)}; give each once"
            )
        return dict(pairs)

    def journal(self) -> Journal:
        """Open what the account is kept in."""
        if self.state is not None:
            _make_private(self.state)
        return Journal(self.state)

    def open(
        self, journal: Journal, store: CandleStore, futures_store: FuturesStore | None, clock: Clock
    ) -> Venue:
        """Build the exchange around its candles."""
        amounts = self.amounts() or None
        return Venue(
            store,
            clock,
            state=journal,
            futures_store=futures_store,
            balances=amounts if self.mode is Mode.SPOT else None,
            futures_balances=amounts if self.mode is Mode.FUTURES else None,
            limited=self.limited,
        )


def _amount(text: str) -> tuple[str, Decimal]:
    asset, _, number = text.partition("=")
    try:
        amount = Decimal(number)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not (asset.isalnum() and asset == asset.upper()) or not amount.is_finite() or amount < 0:
        raise ParameterError(f"--balance {text!r} is not a currency and an amount, such as USDT=10000")
    return asset, amount


def _make_private(path: Path) -> None:
    """Create the state file for its owner alone before anything stands in it: it holds the keys."""
    try:
        path.touch(_OWNER_ONLY)
    except OSError as error:
        raise ExchangeError(
            f"cannot keep the state in {path} ({error.strerror}); choose another --state"
        ) from error
