"""Assemble the sub-commands and turn our own errors into one clear message.

Sub-commands are imported when they are called, and import `auriga.host` and `auriga.evaluation` when they
run: freqtrade and scikit-learn take seconds and memory to import, and the offline exchange does without them.
"""

import logging
import sys
from importlib.metadata import version
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from auriga.cli._lazy import LazyGroup
from auriga.errors import AurigaError
from auriga.quiet import quiet_log

app = typer.Typer(
    name="auriga",
    help="One LightGBM per market regime for Freqtrade.",
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"auriga {version('auriga')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit", callback=_tell_version, is_eager=True),
    ] = False,
) -> None:
    """One LightGBM per market regime for Freqtrade."""


def main() -> None:
    """Run the command line; exit code 1 with one message for an error of ours."""
    try:
        with quiet_log(logging.INFO):  # freqtrade's reading functions log every step
            app()
    except AurigaError as error:
        # Messages have brackets of their own, such as pip install auriga[jump].
        Console(stderr=True, soft_wrap=True).print(
            f"[bold red]Error:[/] {escape(str(error))}", highlight=False
        )
        sys.exit(1)
