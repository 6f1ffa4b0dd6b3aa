"""The fields that Binance's public documentation lists for each answer, per address.

Copied by hand from the pages "REST API" of the spot and "USDⓈ-M Futures" documentation. Fields that the
documentation marks as only there for features this exchange does not offer (order lists, icebergs, pegged
orders, self-trade prevention that struck) are left out.
"""

_SPOT_ORDER = {
    "symbol", "orderId", "orderListId", "clientOrderId", "price", "origQty", "executedQty",
    "cummulativeQuoteQty", "status", "timeInForce", "type", "side", "stopPrice", "icebergQty", "time",
    "updateTime", "isWorking", "workingTime", "origQuoteOrderQty", "selfTradePreventionMode",
}  # fmt: skip
_SPOT_NEW_ORDER = {
    "symbol", "orderId", "orderListId", "clientOrderId", "transactTime", "price", "origQty", "executedQty",
    "origQuoteOrderQty", "cummulativeQuoteQty", "status", "timeInForce", "type", "side", "workingTime",
    "selfTradePreventionMode", "fills",
}  # fmt: skip
_SPOT_CANCELED = (_SPOT_NEW_ORDER - {"fills", "workingTime"}) | {"origClientOrderId"}
_TRADE = {"id", "price", "qty", "quoteQty", "time", "isBuyerMaker"}
_AGGREGATED = {"a", "p", "q", "f", "l", "T", "m"}
_DAY_TICKER = {
    "symbol", "priceChange", "priceChangePercent", "weightedAvgPrice", "lastPrice", "lastQty", "openPrice",
    "highPrice", "lowPrice", "volume", "quoteVolume", "openTime", "closeTime", "firstId", "lastId", "count",
}  # fmt: skip
_BOOK_TICKER = {"symbol", "bidPrice", "bidQty", "askPrice", "askQty"}
_FUTURES_ORDER = {
    "avgPrice", "clientOrderId", "cumQuote", "executedQty", "orderId", "origQty", "origType", "price",
    "reduceOnly", "side", "positionSide", "status", "stopPrice", "closePosition", "symbol", "timeInForce",
    "type", "updateTime", "workingType", "priceProtect", "priceMatch", "selfTradePreventionMode",
    "goodTillDate",
}  # fmt: skip
_ALGO_ORDER = {
    "algoId", "clientAlgoId", "algoType", "orderType", "symbol", "side", "positionSide", "timeInForce",
    "quantity", "algoStatus", "triggerPrice", "price", "selfTradePreventionMode", "workingType",
    "priceMatch", "closePosition", "priceProtect", "reduceOnly", "createTime", "updateTime", "triggerTime",
    "goodTillDate",
}  # fmt: skip

DOCUMENTED: dict[str, set[str]] = {
    "GET /api/v3/exchangeInfo": {"timezone", "serverTime", "rateLimits", "exchangeFilters", "symbols"},
    "GET /api/v3/exchangeInfo symbols": {
        "symbol", "status", "baseAsset", "baseAssetPrecision", "quoteAsset", "quotePrecision",
        "quoteAssetPrecision", "baseCommissionPrecision", "quoteCommissionPrecision", "orderTypes",
        "icebergAllowed", "ocoAllowed", "otoAllowed", "quoteOrderQtyMarketAllowed", "allowTrailingStop",
        "cancelReplaceAllowed", "amendAllowed", "isSpotTradingAllowed", "isMarginTradingAllowed", "filters",
        "permissions", "permissionSets", "defaultSelfTradePreventionMode",
        "allowedSelfTradePreventionModes",
    },
    "GET /api/v3/depth": {"lastUpdateId", "bids", "asks"},
    "GET /api/v3/trades": _TRADE | {"isBestMatch"},
    "GET /api/v3/aggTrades": _AGGREGATED | {"M"},
    "GET /api/v3/avgPrice": {"mins", "price", "closeTime"},
    "GET /api/v3/ticker/24hr": _DAY_TICKER | _BOOK_TICKER | {"prevClosePrice"},
    "GET /api/v3/ticker/price": {"symbol", "price"},
    "GET /api/v3/ticker/bookTicker": _BOOK_TICKER,
    "POST /api/v3/order": _SPOT_NEW_ORDER,
    "POST /api/v3/order fills": {"price", "qty", "commission", "commissionAsset", "tradeId"},
    "GET /api/v3/order": _SPOT_ORDER,
    "DELETE /api/v3/order": _SPOT_CANCELED,
    "GET /api/v3/openOrders": _SPOT_ORDER,
    "GET /api/v3/allOrders": _SPOT_ORDER,
    "GET /api/v3/account": {
        "makerCommission", "takerCommission", "buyerCommission", "sellerCommission", "commissionRates",
        "canTrade", "canWithdraw", "canDeposit", "brokered", "requireSelfTradePrevention", "preventSor",
        "updateTime", "accountType", "balances", "permissions", "uid",
    },
    "GET /api/v3/account balances": {"asset", "free", "locked"},
    "GET /api/v3/myTrades": {
        "symbol", "id", "orderId", "orderListId", "price", "qty", "quoteQty", "commission",
        "commissionAsset", "time", "isBuyer", "isMaker", "isBestMatch",
    },
    "GET /fapi/v1/exchangeInfo symbols": {
        "symbol", "pair", "contractType", "deliveryDate", "onboardDate", "status", "maintMarginPercent",
        "requiredMarginPercent", "baseAsset", "quoteAsset", "marginAsset", "pricePrecision",
        "quantityPrecision", "baseAssetPrecision", "quotePrecision", "underlyingType", "underlyingSubType",
        "triggerProtect", "filters", "orderTypes", "timeInForce", "liquidationFee", "marketTakeBound",
    },
    "GET /fapi/v1/depth": {"lastUpdateId", "E", "T", "bids", "asks"},
    "GET /fapi/v1/aggTrades": _AGGREGATED,
    "GET /fapi/v1/premiumIndex": {
        "symbol", "markPrice", "indexPrice", "estimatedSettlePrice", "lastFundingRate", "interestRate",
        "nextFundingTime", "time",
    },
    "GET /fapi/v1/fundingRate": {"symbol", "fundingRate", "fundingTime", "markPrice"},
    "GET /fapi/v1/ticker/24hr": _DAY_TICKER,
    "GET /fapi/v1/ticker/price": {"symbol", "price", "time"},
    "GET /fapi/v1/ticker/bookTicker": _BOOK_TICKER | {"time"},
    "GET /fapi/v1/openInterest": {"openInterest", "symbol", "time"},
    "POST /fapi/v1/order": _FUTURES_ORDER | {"cumQty"},
    "GET /fapi/v1/order": _FUTURES_ORDER | {"time"},
    "DELETE /fapi/v1/order": _FUTURES_ORDER | {"cumQty"},
    "GET /fapi/v1/openOrders": _FUTURES_ORDER | {"time"},
    "GET /fapi/v1/allOrders": _FUTURES_ORDER | {"time"},
    "GET /fapi/v1/userTrades": {
        "buyer", "commission", "commissionAsset", "id", "maker", "orderId", "price", "qty", "quoteQty",
        "realizedPnl", "side", "positionSide", "symbol", "time",
    },
    "POST /fapi/v1/algoOrder": _ALGO_ORDER,
    "GET /fapi/v1/algoOrder": _ALGO_ORDER,
    "GET /fapi/v1/openAlgoOrders": _ALGO_ORDER,
    "DELETE /fapi/v1/algoOrder": {"algoId", "clientAlgoId", "code", "msg"},
    "POST /fapi/v1/leverage": {"leverage", "maxNotionalValue", "symbol"},
    "POST /fapi/v1/marginType": {"code", "msg"},
    "GET /fapi/v1/positionSide/dual": {"dualSidePosition"},
    "GET /fapi/v1/multiAssetsMargin": {"multiAssetsMargin"},
    "GET /fapi/v1/leverageBracket": {"symbol", "brackets"},
    "GET /fapi/v1/leverageBracket brackets": {
        "bracket", "initialLeverage", "notionalCap", "notionalFloor", "maintMarginRatio", "cum",
    },
    "GET /fapi/v1/income": {
        "symbol", "incomeType", "income", "asset", "info", "time", "tranId", "tradeId",
    },
    "GET /fapi/v3/account": {
        "totalInitialMargin", "totalMaintMargin", "totalWalletBalance", "totalUnrealizedProfit",
        "totalMarginBalance", "totalPositionInitialMargin", "totalOpenOrderInitialMargin",
        "totalCrossWalletBalance", "totalCrossUnPnl", "availableBalance", "maxWithdrawAmount", "assets",
        "positions",
    },
    "GET /fapi/v3/account assets": {
        "asset", "walletBalance", "unrealizedProfit", "marginBalance", "maintMargin", "initialMargin",
        "positionInitialMargin", "openOrderInitialMargin", "crossWalletBalance", "crossUnPnl",
        "availableBalance", "maxWithdrawAmount", "updateTime",
    },
    "GET /fapi/v3/positionRisk": {
        "symbol", "positionSide", "positionAmt", "entryPrice", "breakEvenPrice", "markPrice",
        "unRealizedProfit", "liquidationPrice", "isolatedMargin", "notional", "marginAsset",
        "isolatedWallet", "initialMargin", "maintMargin", "positionInitialMargin",
        "openOrderInitialMargin", "adl", "bidNotional", "askNotional", "updateTime",
    },
}  # fmt: skip
