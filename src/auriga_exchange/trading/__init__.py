"""Orders, matching and accounts of the offline exchange."""

from auriga_exchange.trading._algo_orders import CONDITIONAL_KINDS, AlgoStatus
from auriga_exchange.trading._book_walk import amount_for
from auriga_exchange.trading._brackets import Bracket, brackets_of, most_value
from auriga_exchange.trading._contract_rules import check_contract
from auriga_exchange.trading._desk import OrderDesk
from auriga_exchange.trading._filters import check_filters
from auriga_exchange.trading._futures_balances import FuturesBalance, futures_balance
from auriga_exchange.trading._futures_desk import FuturesDesk
from auriga_exchange.trading._futures_ledger import MAKER_FEE_FRAC, TAKER_FEE_FRAC, FuturesLedger
from auriga_exchange.trading._futures_texts import (
    account_position_text,
    algo_text,
    futures_answer_text,
    futures_order_text,
    futures_trade_text,
    income_text,
    old_account_position_text,
    old_risk_text,
    risk_text,
)
from auriga_exchange.trading._journal import Journal
from auriga_exchange.trading._order import ZERO, Fill, Order, OrderRequest, Side, Status
from auriga_exchange.trading._position import Position, liquidation_price
from auriga_exchange.trading._prices import Leg, PriceSource
from auriga_exchange.trading._spot_ledger import FEE_FRAC, Balance, SpotLedger
from auriga_exchange.trading._spot_texts import (
    ack_text,
    cancel_text,
    full_text,
    order_text,
    result_text,
    trade_text,
)

__all__ = [
    "CONDITIONAL_KINDS",
    "FEE_FRAC",
    "MAKER_FEE_FRAC",
    "TAKER_FEE_FRAC",
    "ZERO",
    "AlgoStatus",
    "Balance",
    "Bracket",
    "Fill",
    "FuturesBalance",
    "FuturesDesk",
    "FuturesLedger",
    "Journal",
    "Leg",
    "Order",
    "OrderDesk",
    "OrderRequest",
    "Position",
    "PriceSource",
    "Side",
    "SpotLedger",
    "Status",
    "account_position_text",
    "ack_text",
    "algo_text",
    "amount_for",
    "brackets_of",
    "cancel_text",
    "check_contract",
    "check_filters",
    "full_text",
    "futures_answer_text",
    "futures_balance",
    "futures_order_text",
    "futures_trade_text",
    "income_text",
    "liquidation_price",
    "most_value",
    "old_account_position_text",
    "old_risk_text",
    "order_text",
    "result_text",
    "risk_text",
    "trade_text",
]
