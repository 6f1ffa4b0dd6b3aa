"""Sub-commands that are imported when they are called: `auriga --help` waits for none of them."""

import ast
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

COMMANDS = (
    "backtest", "backup", "candles", "compare", "doctor", "exchange", "explain", "features", "freeze", "hold",
    "journal", "parity", "reconcile", "regimes", "report", "restore", "score", "verdict",
)  # fmt: skip
"""Each is the function of its name in the file of its name."""


class LazyGroup(TyperGroup):
    """All commands by name and summary; the one that is called is imported."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of the help page."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return what the help page shows of a command; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        return TyperCommand(cmd_name, help=_summary(cmd_name), rich_markup_mode=self.rich_markup_mode)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command that is called, with all its options."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, found if name is None or found is None else command(name), rest


@cache
def command(name: str) -> Any:
    """Import a command."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command(name)(getattr(import_module(f"auriga.cli._{name}"), name))
    return typer.main.get_command(app)


def _summary(name: str) -> str:
    """First paragraph of a command's docstring, read without importing its file."""
    tree = ast.parse(Path(__file__).with_name(f"_{name}.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    return (ast.get_docstring(functions[0]) or "").partition("\n\n")[0]
