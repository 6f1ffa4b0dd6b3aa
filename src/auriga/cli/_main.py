"""Assemble the sub-commands and turn our own errors into one clear message.

The sub-commands import `auriga.host` and `auriga.evaluation` when they run: freqtrade and scikit-learn take
seconds and memory to import, and the offline exchange does without them.
"""

import logging
import sys

import typer
from rich.console import Console
from rich.markup import escape

from auriga.cli._backtest import backtest
from auriga.cli._backup import backup
from auriga.cli._candles import candles
from auriga.cli._compare import compare
from auriga.cli._doctor import doctor
from auriga.cli._exchange import exchange
from auriga.cli._explain import explain
from auriga.cli._features import features
from auriga.cli._freeze import freeze
from auriga.cli._journal import journal
from auriga.cli._parity import parity
from auriga.cli._reconcile import reconcile
from auriga.cli._regimes import regimes
from auriga.cli._report import report
from auriga.cli._restore import restore
from auriga.cli._score import score
from auriga.cli._verdict import verdict
from auriga.errors import AurigaError
from auriga.quiet import quiet_log

app = typer.Typer(
    name="auriga",
    help="One LightGBM per market regime for Freqtrade.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
COMMANDS = (
    backtest, backup, candles, compare, doctor, exchange, explain, features, freeze, journal, parity,
    reconcile, regimes, report, restore, score, verdict,
)  # fmt: skip
for command in COMMANDS:
    app.command()(command)


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
