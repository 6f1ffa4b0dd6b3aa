"""What was told to the trader, kept so that no restart tells it again."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from auriga.errors import clause
from auriga.host.setup import guard_file

logger = logging.getLogger(__name__)


class Said(BaseModel):
    """What the trader knows.

    Attributes
    ----------
    regimes : dict
        Name of the last regime, by the pair that tells it.
    fallbacks : dict
        Name of the regime in which the fallback has predicted, by pair.
    halts : dict or None
        What is told at the end of each halt that lasts, by kind and begin; None before the first look.
    """

    model_config = ConfigDict(extra="forbid")

    regimes: dict[str, str] = Field(default_factory=dict)
    fallbacks: dict[str, str] = Field(default_factory=dict)
    halts: dict[str, str] | None = None


def said_file(config: Mapping[str, Any]) -> Path:
    """Beside the guard's state: one file for each exchange, trading mode and trades database."""
    return guard_file(config).with_suffix(".said.json")


def load_said(file: Path) -> Said:
    """Read it; a file that is missing or cannot be read begins anew, and then nothing old is told."""
    try:
        return Said.model_validate_json(file.read_text())
    except FileNotFoundError:
        return Said()
    except (OSError, ValueError) as error:
        logger.warning("%s cannot be read (%s): messages begin anew", file, clause(error))
        return Said()


def save_said(said: Said, file: Path) -> None:
    """Write it whole: a killed bot leaves the old file or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".tmp")
    with beside.open("w") as opened:
        opened.write(said.model_dump_json(indent=1))
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(file)
