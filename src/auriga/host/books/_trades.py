"""Freqtrade's trades and orders as plain values, from a running bot or from its database read only."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from freqtrade.persistence import Trade
from freqtrade.persistence.base import ModelBase
from sqlalchemy import create_engine, or_, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, scoped_session

from auriga.errors import HostError
from auriga.host.books._exchange import as_decimal
from auriga.host.books._protocols import StoredOrder, StoredTrade
from auriga.reconciliation import BookOrder, BookTrade, Role


def read_trades(session: Session | scoped_session[Session], closed_since: int) -> list[BookTrade]:
    """Open trades, and those closed at or after a moment (ms UTC).

    Parameters
    ----------
    session : Session
        `Trade.session` of a running bot, or one of `reading_session`.
    """
    moment = datetime.fromtimestamp(closed_since / 1000, tz=UTC).replace(tzinfo=None)
    wanted = or_(Trade.is_open.is_(True), Trade.close_date >= moment, Trade.close_date.is_(None))
    return [book_trade(trade) for trade in session.scalars(select(Trade).filter(wanted)).unique()]


def book_trade(trade: StoredTrade) -> BookTrade:
    """Plain values of one trade and its orders."""
    return BookTrade(
        id=trade.id,
        pair=trade.pair,
        base=trade.safe_base_currency,
        is_open=bool(trade.is_open),
        opened_at=_ms(trade.open_date) or 0,
        orders=tuple(_book_order(order, trade) for order in trade.orders),
        short=bool(trade.is_short),
        closed_at=_ms(trade.close_date),
    )


def _book_order(order: StoredOrder, trade: StoredTrade) -> BookOrder:
    entry = order.ft_order_side == trade.entry_side
    role = Role.STOP if order.ft_order_side == "stoploss" else (Role.ENTRY if entry else Role.EXIT)
    return BookOrder(
        id=str(order.order_id or ""),
        pair=trade.pair,
        role=role,
        amount=as_decimal(order.safe_amount),
        filled=as_decimal(order.safe_filled),
        is_open=bool(order.ft_is_open),
        price=as_decimal(order.price or order.ft_price),
        fee_base=as_decimal(order.ft_fee_base),
        at=_ms(order.order_date) or 0,
        sells=(order.side or "") == "sell",
    )


def _ms(moment: datetime | None) -> int | None:
    """Freqtrade keeps UTC without saying so."""
    return int(moment.replace(tzinfo=UTC).timestamp() * 1000) if moment else None


@contextmanager
def reading_session(db_url: str) -> Iterator[Session]:
    """Open the database of a bot without creating, migrating or changing anything.

    Raises
    ------
    HostError
        If it is not there, not Freqtrade's, or cannot be read.
    """
    engine = create_engine(_read_only(db_url))
    try:
        with Session(engine, autoflush=False) as session:
            session.execute(select(ModelBase.metadata.tables["trades"].c.id).limit(1))
            yield session
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        raise HostError(f"the trades in {shown_url(db_url)} cannot be read: {reason}") from None
    finally:
        engine.dispose()


def _read_only(db_url: str) -> str:
    url = make_url(db_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return db_url
    file = Path(url.database)
    if not file.is_file():
        raise HostError(
            f"there is no database {file.absolute()}; start where the bot was started, or give --db-url"
        )
    return f"sqlite:///file:{file.absolute()}?mode=ro&uri=true"


def shown_url(db_url: str) -> str:
    """Return the address of a database without its password."""
    return make_url(db_url).render_as_string(hide_password=True)


def traded_pairs(trades: Sequence[BookTrade]) -> list[str]:
    """Pairs of these trades, sorted."""
    return sorted({trade.pair for trade in trades})
