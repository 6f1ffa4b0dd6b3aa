"""Digests of the user's own code that predictions depend on: strategy, model, and what they import.

Freqtrade executes strategy and model files without registering them in `sys.modules`, so `inspect.getfile`
knows nothing of their classes. What it leaves is `__source__` (strategies), `__file__`, and the file name in
the code object of every method.
"""

import ast
import hashlib
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from inspect import unwrap
from types import CodeType, FunctionType
from typing import Any

from freqtrade.config_schema import CONF_SCHEMA

from auriga.host.seals._imported_code import imported_code, module_source, read_source
from auriga.host.seals._syntax import syntax_digest
from auriga.host.seals._trading_code import ATTRIBUTES, computing_trees, side_effects

NO_SOURCE = "no source found"
"""Stands before the digest of a class's byte code where its source cannot be read."""

_KNOWN = {"auriga", "freqtrade"}

_SEALED_ELSEWHERE = {"regime", "timerange", "datadir", "user_data_dir", "runmode", "base_train_period_days"}
"""Keys of the configuration that Freqtrade's schema does not name and that are no settings of the user's."""


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
        Values that features or labels read and that stand in no code: of hyperopt parameters, of attributes
        that the configuration overrides, and of settings that Freqtrade does not know.
    """

    modules: dict[str, str]
    packages: dict[str, str]
    parameters: dict[str, str]


def user_code(cls: type, instance: object = None) -> UserCode:
    """Look at a class as Freqtrade's resolver has loaded it; `instance` gives values of parameters."""
    sources, unread = _class_sources(cls)
    names = [name for name, texts in sources.items() for _ in texts]
    files = [ast.parse(text) for texts in sources.values() for text in texts]
    inherited = {name for part in cls.__mro__ if _is_known(part) for name in dir(part)}
    elsewhere: frozenset[str] = frozenset()
    while True:  # helpers may read something of the strategy that would be left out
        trees, read = computing_trees(files, elsewhere, inherited)
        imported = imported_code([*trees, *map(side_effects, files)], known={*names, *_KNOWN})
        if imported.read <= elsewhere:
            break
        elsewhere |= imported.read
    by_name = {name: [t for n, t in zip(names, trees, strict=True) if n == name] for name in sources}
    modules = {name: syntax_digest(*own) for name, own in by_name.items()}
    return UserCode(modules | imported.modules | unread, imported.packages, _values(instance, read))


def _values(instance: object, read: Collection[str]) -> dict[str, str]:
    """What stands in no file of code: hyperopt parameters, attributes and settings of the user's own.

    Freqtrade takes attributes such as `stoploss` from the configuration or the parameter file.
    """
    if instance is None:
        return {}
    values: dict[str, Any] = {}
    for name in sorted(filter(str.isidentifier, read)):
        value: Any = getattr(instance, name, None)
        if _is_parameter(value):
            values[name] = value.value
        elif name in ATTRIBUTES and not callable(value):
            values[name] = value
    config = getattr(instance, "config", {})
    whole: dict[str, Any] = CONF_SCHEMA
    schemas = (whole, whole["definitions"]["freqai"])
    for block, schema in zip((config, config.get("freqai", {})), schemas, strict=True):
        own = block.keys() - schema["properties"].keys() - _SEALED_ELSEWHERE - {*dir(instance)}
        values |= {f"config.{name}": block[name] for name in sorted(own & {*read})}
    return {name: repr(value) for name, value in values.items()}


def _is_parameter(value: object) -> bool:
    return any(base.__name__ == "BaseParameter" for base in type(value).__mro__)


def _is_known(cls: type) -> bool:
    """Whether a class is Python's, Freqtrade's or ours, and not of a file that goes by the same name."""
    package = cls.__module__.partition(".")[0]
    if package not in _KNOWN and package not in sys.stdlib_module_names:
        return False
    return getattr(sys.modules.get(cls.__module__), cls.__name__, None) is cls


def _class_sources(cls: type) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Source texts by module name, and classes without any; two files may have the same name."""
    sources: dict[str, list[str]] = {}
    unread: dict[str, str] = {}
    for part in cls.__mro__:
        if _is_known(part):
            continue
        text = _source(part)
        if text is not None:
            known = sources.setdefault(part.__module__, [])
            known += [text] if text not in known else []
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
