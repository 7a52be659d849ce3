r"""``\output`` and ``\once``: results into a file in between, for scripts that may write."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from athena_shell.script.delivery import FileDelivery, delivery_to_file
from athena_shell.script.ending import EndOfRun

if TYPE_CHECKING:
    from athena_shell.commands.request import Divert
    from athena_shell.output.registry import FormatterRegistry


class Diversion:
    """The file that results go to for the time being.

    A context manager: a file that is open when the run breaks off does not appear.

    Args:
        formatters: the formats by name.
    """

    def __init__(self, formatters: FormatterRegistry) -> None:
        self._formatters = formatters
        self._open = ExitStack()
        self._once = False
        self.delivery: FileDelivery | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, EndOfRun) and error.whole:
            kind = error = trace = None
        self._open.__exit__(kind, error, trace)

    def turn(self, divert: Divert) -> None:
        """Send results to another file, or back to where they went; raises OutputError."""
        self.end()
        if divert.path is not None:
            file = delivery_to_file(self._formatters, Path(divert.path), force=divert.force)
            self.delivery, self._once = self._open.enter_context(file), divert.once

    def delivered(self) -> None:
        """Note that a result was delivered: the file of one result is whole; raises OutputError."""
        if self._once:
            self.end()

    def end(self) -> None:
        """Make the file whole; raises OutputError."""
        self.delivery, self._once = None, False
        self._open.close()
