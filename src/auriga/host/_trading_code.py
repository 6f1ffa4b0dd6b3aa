"""Which parts of a strategy only trade: a model does not depend on them."""

import ast
from collections.abc import Iterator, Sequence

_HOOKS = frozenset(
    {
        "populate_entry_trend", "populate_exit_trend", "populate_buy_trend", "populate_sell_trend",
        "custom_exit", "custom_sell", "custom_stoploss", "custom_roi", "custom_stake_amount",
        "custom_entry_price", "custom_exit_price", "confirm_trade_entry", "confirm_trade_exit",
        "adjust_trade_position", "adjust_entry_price", "adjust_exit_price", "adjust_order_price",
        "leverage", "order_filled", "check_entry_timeout", "check_exit_timeout", "check_buy_timeout",
        "check_sell_timeout", "protections", "plot_config", "plot_annotations", "version", "can_short",
        "informative_pairs", "thresholds",
    }
)  # fmt: skip
"""Hooks of Freqtrade, and our `thresholds`, by their full names: `custom_features` is a user's own."""

_ATTRIBUTES = frozenset(
    {
        "minimal_roi", "stoploss", "plot_config", "protections", "use_exit_signal", "exit_profit_only",
        "exit_profit_offset", "ignore_roi_if_entry_signal", "ignore_buying_expired_candle_after",
        "order_types", "order_time_in_force", "unfilledtimeout", "position_adjustment_enable",
        "max_entry_position_adjustment", "use_custom_stoploss", "use_custom_roi", "can_short",
        "disable_dataframe_checks", "max_open_trades", "stake_amount", "trailing_stop",
        "trailing_stop_positive", "trailing_stop_positive_offset", "trailing_only_offset_is_reached",
        "buy_params", "sell_params", "entry_params", "exit_params",
    }
)  # fmt: skip


def computing_tree(tree: ast.Module) -> ast.Module:
    """The part of a strategy's or model's file that predictions may depend on.

    Left out, unless something that stays reads it: trading hooks, trading attributes, hyperopt parameters,
    imports, and what `populate_indicators` does after it has asked FreqAI. `__init__`, `bot_start` and all
    other methods stay: they may prepare what features read. The given tree is not changed.

    Examples
    --------
    >>> code = '''
    ... import trading, features
    ... class Mine:
    ...     stoploss = -0.1
    ...     def custom_exit(self): return trading.late()
    ...     def custom_features(self): return features.mine()
    ... '''
    >>> print(ast.unparse(computing_tree(ast.parse(code))))
    import features
    <BLANKLINE>
    class Mine:
    <BLANKLINE>
        def custom_features(self):
            return features.mine()
    """
    kept = _without(tree.body, frozenset())
    while True:  # what stays may read something that was left out, which may read more
        read = read_names(ast.Module(body=kept, type_ignores=[]))
        more = _without(tree.body, read)
        if [ast.dump(part) for part in more] == [ast.dump(part) for part in kept]:
            return ast.Module(body=kept, type_ignores=[])
        kept = more


def read_names(tree: ast.AST) -> frozenset[str]:
    """Every name and attribute that is read anywhere in a tree, and every text: it may name one."""
    names = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and _is_read(node))
    attributes = (node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_read(node))
    texts = (  # getattr(self, "leverage")
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return frozenset({*names, *attributes, *texts})


def _is_read(node: ast.Name | ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Load)


def _without(body: Sequence[ast.stmt], read: frozenset[str]) -> list[ast.stmt]:
    """Statements of a module or class without what only trades."""
    return [part for node in body for part in _kept(node, read)]


def _kept(node: ast.stmt, read: frozenset[str]) -> Iterator[ast.stmt]:
    if isinstance(node, ast.ClassDef):
        yield _copied(node, body=_without(node.body, read) or [ast.Pass()])
    elif isinstance(node, ast.Import | ast.ImportFrom):
        names = [alias for alias in node.names if (alias.asname or alias.name).split(".")[0] in read | {"*"}]
        if names:
            yield _copied(node, names=names)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        if node.name == "populate_indicators":
            yield _copied(node, body=_until_asked(node.body))
        elif node.name not in _HOOKS or node.name in read:
            yield node
    elif not _is_documentation(node) and not _only_trades(node, read):
        yield node


def _copied(node: ast.stmt, **changed: Sequence[ast.AST]) -> ast.stmt:
    fields = dict(ast.iter_fields(node)) | {name: list(value) for name, value in changed.items()}
    return ast.copy_location(type(node)(**fields), node)


def _until_asked(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Statements up to the last that speaks of `freqai`; all where none does."""
    asks = [
        number
        for number, part in enumerate(body)
        if any(isinstance(node, ast.Attribute) and node.attr == "freqai" for node in ast.walk(part))
    ]
    return list(body[: asks[-1] + 1] if asks else body)


def _is_documentation(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _only_trades(node: ast.stmt, read: frozenset[str]) -> bool:
    """Whether an assignment sets what only trading reads."""
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    if len(names) < len(targets) or any(name in read for name in names):
        return False
    return _is_parameter(node.value) or all(name in _ATTRIBUTES for name in names)


def _is_parameter(value: ast.expr | None) -> bool:
    if not isinstance(value, ast.Call):
        return False
    name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
    return name.endswith("Parameter")
