"""What a script runs on: handed in by the composition root, fakes in tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING, BinaryIO, TextIO

from athena_shell.config.options import ScriptOptions, Source
from athena_shell.config.settings import Settings
from athena_shell.core.records import dataclass
from athena_shell.core.session import Session
from athena_shell.output.screen import Screen
from athena_shell.output.sink import Sink
from athena_shell.query.run import Run
from athena_shell.script.standing import Standing

if TYPE_CHECKING:
    from athena_shell.commands.registry import CommandRegistry
    from athena_shell.commands.services import Services
    from athena_shell.query.cost import Price
    from athena_shell.query.foreground import Foreground


@dataclass(frozen=True)
class Stage:
    """Everything a run needs.

    Args:
        session: where statements run at first.
        settings: the settings at first.
        registry: returns the backslash commands; asked when the first one comes.
        services: what commands work with; its connection is made at the first statement.
        foreground: runs one statement while this thread hears signals.
        stdin: standard input's bytes.
        out: where results go.
        talk: where everything else goes: standard error.
        price: what scanning costs; ``None`` leaves costs out.
        screen: the terminal's size when standard output is one.
        sources: what to run, in order.
        options: how to run it.
        output: the file of ``-o``, empty for standard output.
        force: whether that file may exist.
        format_name: the format asked for on the command line, empty when none was.
        standing: which statement of the run is shown to be running.
        talk_width: returns the columns of the terminal behind ``talk``; 0 when it is none.
        warnings: sentences about the profile that the user should see once.
        run: which run of which script statements belong to.
    """

    session: Session
    settings: Settings
    registry: Callable[[], CommandRegistry]
    services: Services
    foreground: Foreground
    stdin: BinaryIO
    out: Sink
    talk: TextIO
    price: Price | None = None
    screen: Screen | None = None
    sources: tuple[Source, ...] = ()
    options: ScriptOptions = field(default_factory=ScriptOptions)
    output: str = ""
    force: bool = False
    format_name: str = ""
    standing: Standing = field(default_factory=Standing)
    talk_width: Callable[[], int] = lambda: 0
    warnings: tuple[str, ...] = ()
    run: Run = field(default_factory=Run)
