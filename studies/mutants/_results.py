"""What came of each fault, kept in a file from run to run."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from studies.mutants._mutant import Mutant

KILLED, LATE, SURVIVED, REFUSED = "killed", "timed out", "survived", "refused"
THE_PROCESS = "the process itself"
"""What failed where the process of the tests ended before it could name one."""

NOTICED = (KILLED, LATE)
"""A suite that never ends with a fault has noticed it."""


@dataclass(frozen=True)
class Result:
    """One fault's fate.

    Attributes
    ----------
    fate : str
        One of the four.
    by : str
        The first test that failed, or why it was refused.
    digest : str
        `Mutant.digest` at that time.
    """

    fate: str
    by: str
    digest: str = ""

    @property
    def noticed_by(self) -> str:
        """The test that failed; empty where none did."""
        return self.by if self.fate == KILLED and self.by != THE_PROCESS else ""


class Results:
    """Results by id of the fault; written whole after each, so that a run can be broken off anywhere."""

    def __init__(self, file: Path) -> None:
        self._file = file
        content = json.loads(file.read_text()) if file.exists() else {}
        self._known = {name: Result(**raw) for name, raw in content.items()}

    def of(self, mutant: Mutant, tree: Path) -> Result | None:
        """Result of a fault, if nothing that it hangs on has changed since (`Mutant.digest`)."""
        found = self._known.get(mutant.id)
        return found if found and found.digest == mutant.digest(tree, found.noticed_by) else None

    def add(self, mutant: Mutant, result: Result) -> None:
        """Keep a result; one that was refused is tried again next time."""
        self._known.pop(mutant.id, None)
        if result.fate != REFUSED:
            self._known[mutant.id] = result
        self._write()

    def keep_only(self, mutants: Sequence[Mutant]) -> None:
        """Forget faults that are no longer listed."""
        self._known = {m.id: self._known[m.id] for m in mutants if m.id in self._known}
        self._write()

    def _write(self) -> None:
        content = {name: asdict(result) for name, result in sorted(self._known.items())}
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(content, indent=1) + "\n")
        new.replace(self._file)
