"""The `auriga` command: thin, each sub-command in a file of its own."""

from auriga.cli._main import main

__all__ = ["main"]
