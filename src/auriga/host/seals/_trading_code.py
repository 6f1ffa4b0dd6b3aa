"""Which parts of a strategy only trade: a model does not depend on them."""

import ast
from collections.abc import Collection, Iterator, Sequence

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

ATTRIBUTES = frozenset(
    {
        "minimal_roi", "stoploss", "plot_config", "protections", "use_exit_signal", "exit_profit_only",
        "exit_profit_offset", "ignore_roi_if_entry_signal", "ignore_buying_expired_candle_after",
        "order_types", "order_time_in_force", "unfilledtimeout", "position_adjustment_enable",
        "max_entry_position_adjustment", "use_custom_stoploss", "use_custom_roi", "can_short",
        "disable_dataframe_checks", "max_open_trades", "stake_amount", "trailing_stop",
        "trailing_stop_positive", "trailing_stop_positive_offset", "trailing_only_offset_is_reached",
        "buy_params", "sell_params", "enter_params", "exit_params", "risk_params",
    }
)  # fmt: skip
"""Attributes that Freqtrade reads for trading; the configuration may override them."""

_PLAIN = frozenset({"property", "staticmethod", "classmethod"})
_DYNAMIC = frozenset(
    {"eval", "exec", "vars", "globals", "locals", "__dict__", "__getattribute__", "enumerate_parameters"}
)


def computing_tree(tree: ast.Module) -> ast.Module:
    """The part of one file that predictions may depend on, as `computing_trees` gives it.

    Examples
    --------
    >>> code = '''
    ... import trading, features
    ... class Mine:
    ...     stoploss = -0.1
    ...     def custom_exit(self): return trading.late(self.patience())
    ...     def patience(self): return 3
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
    return computing_trees([tree])[0][0]


def computing_trees(
    trees: Sequence[ast.Module], read_elsewhere: Collection[str] = (), inherited: Collection[str] = ()
) -> tuple[list[ast.Module], frozenset[str]]:
    """The parts of a strategy's or model's files that predictions may depend on, and all names they read.

    Left out, unless something that stays in any of them reads it: trading hooks, trading attributes, what
    nothing but those reads, hyperopt parameters, imports, and what `populate_indicators` does after it has
    asked FreqAI. `__init__`, `bot_start` and all other methods stay: they may prepare what features read. The
    given trees are not changed.

    Parameters
    ----------
    trees : sequence of ast.Module
        Files of a class and of its base classes.
    read_elsewhere : collection of str
        Names that files beside these read, such as helpers that are given the strategy.
    inherited : collection of str
        Names that base classes outside these files have: those may call what overrides them.
    """
    always = frozenset(read_elsewhere)
    helpers = _read_by_trading(trees) - frozenset(inherited)
    read = always
    while True:  # what stays may read something that was left out, which may read more
        kept = [ast.Module(body=_without(tree.body, read, helpers), type_ignores=[]) for tree in trees]
        more = always.union(
            *map(read_names, kept), *(_all_names(trees) for tree in kept if _is_dynamic(tree))
        )
        if more <= read:
            return kept, read
        read |= more


def side_effects(tree: ast.Module) -> ast.Module:
    """Imports of which nothing is read: they are there for what they do."""
    read = read_names(tree) | {"*"}
    body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    unread = [
        node for node in body if not any((a.asname or a.name).split(".")[0] in read for a in node.names)
    ]
    return ast.Module(body=list(unread), type_ignores=[])


def _read_by_trading(trees: Sequence[ast.Module]) -> frozenset[str]:
    """Names of what trading hooks read in these files, directly or by one another."""
    defined: dict[str, list[ast.stmt]] = {}
    waiting: list[ast.AST] = []
    for node in (part for tree in trees for part in _definitions(tree.body)):
        for name in _names_of(node):
            defined.setdefault(name, []).append(node)
        if isinstance(node, ast.FunctionDef) and node.name == "populate_indicators":
            waiting += node.body[len(_until_asked(node.body)) :]
        elif any(name in _HOOKS for name in _names_of(node)):
            waiting.append(node)
    found: set[str] = set()
    while waiting:
        new = (read_names(waiting.pop()) & defined.keys()) - found - {"populate_indicators"}
        found |= new
        waiting += [node for name in new for node in defined[name]]
    return frozenset(name for name in found if not name.startswith("__"))


def _definitions(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Functions, methods and plain assignments of a module and its classes."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _definitions(node.body)
        elif _names_of(node):
            yield node


def _names_of(node: ast.stmt) -> list[str]:
    """Names that a function or an assignment to plain names defines; none of what a decorator registers."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        plain = all(isinstance(d, ast.Name) and d.id in _PLAIN for d in node.decorator_list)
        return [node.name] if plain or node.name in _HOOKS else []
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return names if len(names) == len(targets) else []


def _is_dynamic(tree: ast.AST) -> bool:
    """Whether names are read that do not stand in the code: `getattr(self, f"ema_{period}")`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _DYNAMIC:
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in _DYNAMIC:
                return True
            if node.func.id in ("getattr", "attrgetter", "methodcaller"):
                named = node.args[1:2] if node.func.id == "getattr" else node.args
                if not all(isinstance(name, ast.Constant) for name in named):
                    return True
    return False


def _all_names(trees: Sequence[ast.Module]) -> frozenset[str]:
    parts = [node for tree in trees for node in ast.walk(tree)]
    functions = {node.name for node in parts if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    return frozenset(functions | {node.id for node in parts if isinstance(node, ast.Name)})


def read_names(tree: ast.AST) -> frozenset[str]:
    """Every name and attribute that is read anywhere in a tree, and every text: it may name one."""
    names = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and _is_read(node))
    return read_attributes(tree).union(names)


def read_attributes(tree: ast.AST) -> frozenset[str]:
    """Every attribute that is read anywhere in a tree, and every text: `getattr(self, "leverage")`."""
    nodes = list(ast.walk(tree))
    attributes = (node.attr for node in nodes if isinstance(node, ast.Attribute) and _is_read(node))
    texts = (n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return frozenset({*attributes, *texts})


def _is_read(node: ast.Name | ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Load)


def _without(body: Sequence[ast.stmt], read: frozenset[str], helpers: frozenset[str]) -> list[ast.stmt]:
    """Statements of a module or class without what only trades."""
    return [part for node in body for part in _kept(node, read, helpers)]


def _kept(node: ast.stmt, read: frozenset[str], helpers: frozenset[str]) -> Iterator[ast.stmt]:
    if isinstance(node, ast.ClassDef):
        yield _copied(node, body=_without(node.body, read, helpers) or [ast.Pass()])
    elif isinstance(node, ast.Import | ast.ImportFrom):
        names = [alias for alias in node.names if (alias.asname or alias.name).split(".")[0] in read | {"*"}]
        if names:
            yield _copied(node, names=names)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        if node.name == "populate_indicators":
            yield _copied(node, body=_until_asked(node.body))
        elif not (node.name in _HOOKS or helpers.issuperset(_names_of(node) or [""])) or node.name in read:
            yield node
    elif not _is_documentation(node) and not _only_trades(node, read, helpers):
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


def _only_trades(node: ast.stmt, read: frozenset[str], helpers: frozenset[str]) -> bool:
    """Whether an assignment sets what only trading reads."""
    names = _names_of(node)
    if not names or not isinstance(node, ast.Assign | ast.AnnAssign) or any(name in read for name in names):
        return False
    return _is_parameter(node.value) or all(name in ATTRIBUTES | helpers for name in names)


def _is_parameter(value: ast.expr | None) -> bool:
    if not isinstance(value, ast.Call):
        return False
    name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
    return name.endswith("Parameter")
