"""Digests of source code by its syntax tree: comments, layout and docstrings do not count."""

import ast
import hashlib

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
        words: list[str] = []
        _words(tree, words)
        digest.update("".join(words).encode())
    return digest.hexdigest()


def _words(node: ast.AST, words: list[str]) -> None:
    """Append names of nodes and fields in order, without empty fields: Python versions add some."""
    words.append(f"({type(node).__name__}")
    for name in node._fields:
        value = getattr(node, name, None)
        if value is None or value == [] or name in _IGNORED:
            continue
        words.append(f" {name}=")
        if isinstance(value, ast.AST):
            _words(value, words)
        elif isinstance(value, list):
            parts = without_docstring(value) if name == "body" and isinstance(node, _DOCUMENTED) else value
            for part in parts:
                if isinstance(part, ast.AST):
                    _words(part, words)
                else:
                    words.append(repr(part))
        else:
            words.append(repr(value))
    words.append(")")


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements of a module, class or function but for its docstring."""
    first = body[0] if body else None
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return body[1:] if documented and isinstance(first.value.value, str) else body  # type: ignore[union-attr]
