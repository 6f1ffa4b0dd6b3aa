"""What a section of the page is made of: tables, figures and paragraphs, as values without HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Attributes
    ----------
    text : str
        What is shown, with its unit.
    value : float, optional
        The number behind it, unrounded; None for words and for what is not known.
    title : str
        Shown on hovering: why there is a dash.
    tone : str
        `good`, `bad` or empty: the colour. Never the only thing that tells.
    right : bool
        Whether words stand where numbers do.
    """

    text: str
    value: float | None = None
    title: str = ""
    tone: str = ""
    right: bool = False


@dataclass(frozen=True)
class Row:
    """One row of a table: its name and its cells. `key` finds it for machines."""

    name: str
    cells: tuple[Cell, ...]
    key: str = ""
    title: str = ""


@dataclass(frozen=True)
class Table:
    """A table with a caption; scrolls in its own box where the page is narrow."""

    key: str
    caption: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    half: bool = False

    kind = "table"


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure with its heading, what it shows in words, how to read it and what would be bad."""

    key: str
    title: str
    figure: Any
    alt: str
    read: str
    bad: str
    half: bool = False

    kind = "chart"

    @cached_property
    def json(self) -> str:
        """Data and layout as the page holds them."""
        from auriga.report._figures import figure_json

        return figure_json(self.figure)


@dataclass(frozen=True)
class Text:
    """A paragraph, a list of sentences, or a message that something is missing (`tone` is `missing`).

    `failed` names the part of the page that could not be made and in whose place this stands.
    """

    text: str
    items: tuple[str, ...] = ()
    tone: str = ""
    failed: str = ""

    kind = "text"


Block: TypeAlias = Table | Chart | Text


@dataclass(frozen=True)
class Section:
    """A section of the page.

    Attributes
    ----------
    key : str
        Anchor.
    title, lead : str
        Heading, and what the section answers.
    blocks : tuple
        In order.
    numbers : mapping
        What machines may read, unrounded.
    """

    key: str
    title: str
    lead: str
    blocks: tuple[Block, ...]
    numbers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def failures(self) -> tuple[str, ...]:
        """Parts that could not be made, one line each."""
        found = [block for block in self.blocks if isinstance(block, Text) and block.failed]
        return tuple(f"{self.title}: {block.text}" for block in found)


def notes(said: Sequence[str]) -> tuple[Block, ...]:
    """Return what could not be known, if there is such a thing."""
    return (Text("What to know about these figures:", tuple(said)),) if said else ()


def absent(why: str) -> tuple[Block, ...]:
    """Return the block of a section whose part could not be had."""
    return (Text(f"Not shown: {why}", tone="missing"),)
