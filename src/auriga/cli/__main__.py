"""`python -m auriga.cli` is the `auriga` command."""

from auriga.cli import main

main()
