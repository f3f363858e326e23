"""What a build shows: one live line per stage on a terminal, a few lines in a file."""

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

STEPS = 2  # a stage is told in so many parts in a file


class Shown:
    """Stages of a build, with how far each is, what runs now, and how long it may still take."""

    def __init__(self):
        self.console = Console(highlight=False)
        self._bar = None

    def say(self, text):
        """Print a line."""
        self.console.print(text, markup=False, soft_wrap=True)

    def begin(self, stage, expected):
        """Begin a stage.

        Parameters
        ----------
        stage : str
        expected : dict of str to float
            Seconds that each part may take, by its name.
        """
        self._stage, self._expected, self._running = stage, expected, {}
        self._whole, self._done, self._began = sum(expected.values()), 0.0, time.monotonic()
        self._said = 0
        if self.console.is_terminal:
            self._bar = Progress(
                TextColumn("{task.description:<14}"),
                BarColumn(bar_width=30),
                TextColumn("{task.fields[left]:>12}  {task.fields[runs]}"),
                console=self.console,
            )
            self._task = self._bar.add_task(stage, total=self._whole, left="", runs="")
            self._bar.start()

    def start(self, name):
        """A part begins."""
        if name in self._expected:
            self._running[name] = None
            self._show()

    def finish(self, name):
        """A part is done."""
        if name in self._expected:
            self._running.pop(name, None)
            self._done += self._expected[name]
            self._show()

    def end(self):
        """The stage is over."""
        seconds = time.monotonic() - self._began
        if self._bar is not None:
            self._bar.update(self._task, completed=self._whole, left=f"{seconds:.0f} s", runs="")
            self._bar.stop()
            self._bar = None
        else:
            self.say(f"{self._stage:<14} done in {seconds:.0f} s")

    def abandon(self):
        """Give the terminal back in the middle of a stage."""
        if self._bar is not None:
            self._bar.stop()

    def _show(self):
        elapsed = time.monotonic() - self._began
        left = elapsed * (self._whole / self._done - 1) if self._done else None
        told = "" if left is None else f"{left:.0f} s left"
        if self._bar is not None:
            runs = ", ".join(name.split(".")[2] for name in self._running)
            self._bar.update(self._task, completed=self._done, left=told, runs=runs)
        elif (step := int(STEPS * self._done / self._whole)) > self._said and step < STEPS:
            self._said = step
            self.say(f"{self._stage:<14} {self._done / self._whole:.0%}, about {told}")
