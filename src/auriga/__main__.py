"""`python -m auriga` is the `auriga` command."""

from auriga.cli import main

if __name__ == "__main__":
    main()
