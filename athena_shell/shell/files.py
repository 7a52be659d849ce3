"""Results into files, with a line that tells how far they are."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from athena_shell.core.model import ResultSet, Transferred
from athena_shell.output.export import FileWriter, whole_or_absent
from athena_shell.output.options import options_for
from athena_shell.output.transfer import ResultFile
from athena_shell.shell.tools import Tools


class Files:
    """Writes results to files.

    Args:
        tools: the shell's parts.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def write(
        self, result: ResultSet, path: Path, *, force: bool, format_name: str = ""
    ) -> Transferred:
        """Write a result to a file that is whole or absent; raises OutputError, ResultError."""
        with whole_or_absent(path, force=force) as writer:
            return self.add(result, self.open(writer, path, format_name))

    def open(self, writer: FileWriter, path: Path, format_name: str = "") -> ResultFile:
        """Return the file that results can be added to."""
        return ResultFile(self._tools.services.formatters, path, writer, format_name)

    def add(self, result: ResultSet, file: ResultFile) -> Transferred:
        """Write a result to an open file; raises OutputError, ResultError."""
        tools = self._tools
        settings = tools.current.settings
        with tools.transfer() as report:
            return file.add(result, options_for(settings), otherwise=settings.format, report=report)


class StandingFile:
    """A file that results go to until they go elsewhere; whole when it is closed."""

    def __init__(self, files: Files, path: Path, *, force: bool) -> None:
        self._opened: AbstractContextManager[FileWriter] = whole_or_absent(path, force=force)
        self.file = files.open(self._opened.__enter__(), path)

    def close(self) -> None:
        """Let the file appear."""
        self._opened.__exit__(None, None, None)
