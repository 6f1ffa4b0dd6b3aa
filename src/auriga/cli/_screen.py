"""What the user sees while Freqtrade works: one progress line, and its tables when they come."""

import re
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import Progress, TaskID

_TRAINING = re.compile(r" - ([^-]*): training (\d+) windows")
_TRAINED = re.compile(r" - ([^-]*), window (\d+) of (\d+) \(")
_DOWNLOAD = re.compile(r"Download history data for \"?([^\",]+)\"?, ([^,]+),")


@dataclass
class Screen:
    """What the user sees: one progress line, and the tables of Freqtrade when they come."""

    console: Console
    progress: Progress
    tables: list[str] = field(default_factory=list)
    task: TaskID | None = None
    said: str = ""

    def step(self, text: str) -> None:
        """Begin a new step."""
        if self.task is not None:
            self.progress.update(self.task, total=1, completed=1)
        self.task = self.progress.add_task(text, total=None)
        self._say(text)

    def _say(self, text: str) -> None:
        """Where no bar can move (a log file, CI), print each step once."""
        if not self.console.is_terminal and text != self.said:
            self.console.print(text, highlight=False)
            self.said = text

    def _describe(self, text: str, total: int | None = None, done: int | None = None) -> None:
        if self.task is not None:
            self.progress.update(self.task, description=text, total=total, completed=done)
        self._say(text)

    def on_line(self, line: str) -> None:
        """Move the progress bar by what Freqtrade logs; keep what is not log."""
        if match := _TRAINING.search(line):
            self._describe(f"compute features, train {match[1]}", total=int(match[2]), done=0)
        elif match := _TRAINED.search(line):
            who, window, windows = match.groups()
            text = f"train {who}, window {window} of {windows}"
            self._describe(text, total=int(windows), done=int(window))
        elif match := _DOWNLOAD.search(line):
            self._describe(f"download {match[1]} {match[2]}")
        if " - auriga" in line and " - WARNING - " in line:
            self.console.print(line.split(" - WARNING - ", 1)[1], style="yellow", highlight=False)
        elif self.tables or line.startswith("Result for strategy"):
            self.tables.append(line)
