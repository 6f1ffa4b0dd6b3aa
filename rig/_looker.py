"""`auriga reconcile` that stays: started anew for each question, it would import Freqtrade each time."""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rig._bot import Bot
from rig._errors import FireError
from rig._settings import ROOT


class Looker:
    """Compares both books of a bot whenever it is asked, in a process of its own while the block lasts.

    Parameters
    ----------
    bot : Bot
        Configured; it may be stopped, killed and started meanwhile.
    """

    def __init__(self, bot: Bot) -> None:
        self._errors = (bot.folder / "looker.txt").open("w")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rig._looker", *bot.files],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
        )

    def look(self) -> list[dict[str, Any]]:
        """Everything that two looks one after the other find.

        Raises
        ------
        FireError
            If it could not compare.
        """
        questions, answers = self._process.stdin, self._process.stdout
        assert questions is not None and answers is not None
        try:
            questions.write("\n")
            questions.flush()
            return list(json.loads(answers.readline()))
        except (OSError, ValueError):
            raise FireError(Path(self._errors.name).read_text()[-2000:]) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()


def main() -> None:
    """Answer each line of standard input with findings."""
    from auriga.host.guard import Reconciler

    parser = argparse.ArgumentParser()
    parser.add_argument("-c", dest="configs", action="append", type=Path)
    parser.add_argument("--userdir", type=Path)
    parser.add_argument("--db-url")
    options = parser.parse_args()
    books = Reconciler(options.configs, userdir=options.userdir, db_url=options.db_url)
    for _ in sys.stdin:
        findings = books.look(settle_seconds=1).as_dict()["findings"]
        print(json.dumps(findings), flush=True)


if __name__ == "__main__":
    main()
