"""What the terminal shows: one line for each step, with a bar while it runs and its seconds when it is done."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Advance = Callable[[float, str], None]


class Terminal:
    """Tells the steps of a start."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console()

    def say(self, text: str, *, style: str = "") -> None:
        """One line."""
        self.console.print(text, style=style, markup=False, highlight=False)

    def panel(self, title: str, lines: list[tuple[str, str]]) -> None:
        """The end of a start: what is where."""
        width = max(len(name) for name, _ in lines)
        text = "\n".join(f"{name:<{width}}   {value}" for name, value in lines)
        self.console.print(Panel.fit(text, title=title, border_style="green", padding=(1, 3)), soft_wrap=True)

    @contextmanager
    def step(self, name: str) -> Iterator[Advance]:
        """A step that may tell how far it is, from 0 to 1, and what it is doing."""
        started = time.monotonic()
        bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[doing]}", style="dim"),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
        )
        with bar:
            task = bar.add_task(name, total=1.0, doing="")

            def advance(done: float, doing: str) -> None:
                bar.update(task, completed=done, doing=doing)

            yield advance
        self.console.print(f"[green]✓[/green] {name} [dim]{time.monotonic() - started:.1f} s[/dim]", highlight=False)
