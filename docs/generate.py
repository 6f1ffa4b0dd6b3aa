"""Write the catalogue tables of the pages anew: `python -m docs.generate` (`make tables`).

A page holds `<!-- table: NAME -->` and `<!-- end of table -->`; what stands between them comes from
`docs/tables/NAME.py`.
"""

import importlib
from pathlib import Path

FOLDER = Path(__file__).parent
NAMES = ("evaluation", "features", "labels", "regimes")
"""Pages with a table."""

_END = "<!-- end of table -->"


def with_table(text: str, name: str, table: str) -> str:
    r"""Return a page with another table.

    Parameters
    ----------
    text : str
        The page.
    name : str
        Of the table.
    table : str
        Markdown.

    Raises
    ------
    ValueError
        If the page has no place for it.

    Examples
    --------
    >>> with_table("a <!-- table: x -->old<!-- end of table --> b", "x", "new")
    'a <!-- table: x -->\n\nnew\n\n<!-- end of table --> b'
    """
    begin = f"<!-- table: {name} -->"
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(_END)
    if not found or not ended:
        raise ValueError(f"docs/{name}.md lacks {begin} and, after it, {_END}")
    return f"{before}{begin}\n\n{table}\n\n{_END}{after}"


def pages() -> dict[Path, str]:
    """Each page with a table, as it should be."""
    found = {}
    for name in NAMES:
        table: str = importlib.import_module(f"docs.tables.{name}").table()
        page = FOLDER / f"{name}.md"
        found[page] = with_table(page.read_text(), name, table.strip())
    return found


def main() -> None:
    """Write the pages that changed."""
    for page, text in pages().items():
        if page.read_text() != text:
            page.write_text(text)
            print(f"{page} written")


if __name__ == "__main__":
    main()
