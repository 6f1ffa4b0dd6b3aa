"""Digests of source code by its syntax tree: comments, layout and docstrings do not count."""

import ast
import hashlib
from collections.abc import Iterator

_IGNORED = {"ctx", "type_comment", "kind", "type_ignores"}
_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def syntax_digest(*trees: ast.AST) -> str:
    """Digest of what these trees do.

    Examples
    --------
    >>> one, other = ast.parse("x = 1  # one"), ast.parse("'Page.'; x=1")
    >>> syntax_digest(one) == syntax_digest(other)
    True
    >>> syntax_digest(one) == syntax_digest(ast.parse("x = 1.0"))
    False
    """
    digest = hashlib.blake2b(digest_size=8)
    for tree in trees:
        digest.update("".join(_words(tree)).encode())
    return digest.hexdigest()


def _words(node: ast.AST) -> Iterator[str]:
    """Names of nodes and fields in order; empty fields are left out, since Python versions add some."""
    yield f"({type(node).__name__}"
    for name, value in ast.iter_fields(node):
        if name in _IGNORED or value is None or value == []:
            continue
        yield f" {name}="
        if isinstance(value, ast.AST):
            yield from _words(value)
        elif isinstance(value, list):
            parts = without_docstring(value) if name == "body" and isinstance(node, _DOCUMENTED) else value
            for part in parts:
                if isinstance(part, ast.AST):
                    yield from _words(part)
                else:
                    yield repr(part)
        else:
            yield repr(value)
    yield ")"


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements of a module, class or function but for its docstring."""
    first = body[0] if body else None
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return body[1:] if documented and isinstance(first.value.value, str) else body  # type: ignore[union-attr]
