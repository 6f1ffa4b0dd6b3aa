"""Digests of the user's own code that predictions depend on: strategy, model, and what they import.

Freqtrade executes strategy and model files without registering them in `sys.modules`, so `inspect.getfile`
knows nothing of their classes. What it leaves is `__source__` (strategies), `__file__`, and the file name in
the code object of every method.
"""

import ast
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import unwrap
from types import CodeType, FunctionType
from typing import Any

from auriga.host._imported_code import imported_code, module_source, read_source
from auriga.host._syntax import syntax_digest
from auriga.host._trading_code import computing_tree, read_names

NO_SOURCE = "no source found"
"""Stands before the digest of a class's byte code where its source cannot be read."""

_KNOWN = {"auriga", "freqtrade"}


@dataclass(frozen=True)
class UserCode:
    """What a user's class is made of.

    Attributes
    ----------
    modules : dict of str to str
        Digest by module name: of the files of the class and its base classes outside freqtrade and this
        package, without what only trades (see `computing_tree`); of local modules that those import, whole.
        A class without readable source is named itself, with `NO_SOURCE` and a digest of its byte code.
    packages : dict of str to str
        Version of each installed package that those import.
    parameters : dict of str to str
        Values of hyperopt parameters that features or labels read.
    """

    modules: dict[str, str]
    packages: dict[str, str]
    parameters: dict[str, str]


def user_code(cls: type, instance: Any = None) -> UserCode:
    """Look at a class as Freqtrade's resolver has loaded it; `instance` gives values of parameters."""
    sources, unread = _class_sources(cls)
    trees = {name: computing_tree(ast.parse(text)) for name, text in sources.items()}
    modules = {name: syntax_digest(tree) for name, tree in trees.items()}
    helpers, packages = imported_code(list(trees.values()), known={*trees, *_KNOWN})
    read = frozenset().union(*map(read_names, trees.values()))
    found = {name: getattr(instance, name, None) for name in sorted(read) if name.isidentifier()}
    parameters = {name: repr(getattr(v, "value")) for name, v in found.items() if _is_parameter(v)}  # noqa: B009
    return UserCode(modules | helpers | unread, packages, parameters)


def _is_parameter(value: Any) -> bool:
    return any(base.__name__ == "BaseParameter" for base in type(value).__mro__)


def _class_sources(cls: type) -> tuple[dict[str, str], dict[str, str]]:
    """Source text by module name, and classes without any."""
    sources: dict[str, str] = {}
    unread: dict[str, str] = {}
    for part in cls.__mro__:
        package = part.__module__.partition(".")[0]
        if package in _KNOWN or package in sys.stdlib_module_names:
            continue
        text = _source(part)
        if text is not None:
            sources.setdefault(part.__module__, text)
        elif part.__module__ not in sources:  # a plain attribute holder stands in the file of its subclass
            unread[part.__qualname__] = f"{NO_SOURCE} ({_byte_code(part)})"
    return sources, unread


def _source(cls: type) -> str | None:
    """Text of the file that a class was made by; None where nothing can be read."""
    kept: Any = vars(cls).get("__source__")  # not inherited: that would be another class's
    if isinstance(kept, str):
        return kept
    module = sys.modules.get(cls.__module__)
    if module is not None and getattr(module, cls.__name__, None) is cls:
        return module_source(module)
    named: Any = vars(cls).get("__file__")
    files = [*([named] if named else []), *(code.co_filename for _, code in _codes(cls))]
    return next((text for text in map(read_source, files) if text is not None), None)


def _codes(cls: type) -> Iterator[tuple[str, CodeType]]:
    """Code objects of the methods that a class body defines."""
    for name, member in sorted(vars(cls).items()):
        if isinstance(member, property):
            parts: tuple[Any, ...] = (member.fget, member.fset)
        else:
            parts = (getattr(member, "__func__", member),)  # class and static methods
        for part in parts:
            function = unwrap(part) if callable(part) else None
            if isinstance(function, FunctionType) and function.__module__ == cls.__module__:
                yield name, function.__code__


def _byte_code(cls: type) -> str:
    plain = {name: value for name, value in vars(cls).items() if not name.startswith("__")}
    values = [(name, repr(value)) for name, value in plain.items() if isinstance(value, int | float | str)]
    content = [values, [(name, _instructions(code)) for name, code in _codes(cls)]]
    return hashlib.blake2b(repr(content).encode(), digest_size=8).hexdigest()


def _instructions(code: CodeType) -> tuple[Any, ...]:
    constants = [_instructions(part) if isinstance(part, CodeType) else part for part in code.co_consts]
    return code.co_code, code.co_names, constants
