"""From the command line to the program; errors become exit codes.

Nothing heavy is imported here: ``--help`` and ``--version`` cost little more than the interpreter.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final, NoReturn

from athena_shell.core.errors import AthenaShellError, ExitCode, ScriptError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from athena_shell.config.options import Options

_HELP: Final = frozenset({"-h", "--help"})
_VERSION: Final = frozenset({"-V", "--version"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code.

    Args:
        argv: the arguments without the program's name; ``sys.argv``'s by default.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    _complete_streams()
    try:
        return _run(arguments)
    except AthenaShellError as error:
        _tell(error)
        return int(error.exit_code)
    except KeyboardInterrupt:
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        _abandon_output()
        return int(ExitCode.OUTPUT)
    except Exception as error:  # noqa: BLE001 - the last net: one line, a log file, an exit code
        return _unexpected(error, debug="--debug" in arguments)


def program() -> NoReturn:
    """Run the program and end the process with its exit code."""
    end_process(main())


def end_process(code: int) -> NoReturn:
    """End the process.

    Where the embedded engine was loaded, the process ends at once when all is written and every
    thread that must end has ended: an interpreter that takes itself apart while the engine is
    still known to some thread makes the engine complain on standard error.
    """
    if "duckdb" not in sys.modules:
        sys.exit(code)
    import threading

    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.current_thread():
            thread.join()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            code = code or int(ExitCode.OUTPUT)
    os._exit(code)


def _complete_streams() -> None:
    """Fill the places of closed standard streams, so that no file of ours lands there.

    A closed output stays unwritable: results that go nowhere are no success.
    """
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")
    if sys.stdout is None:
        unwritable = os.open(os.devnull, os.O_RDONLY)
        sys.stdout = os.fdopen(unwritable, "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _run(arguments: Sequence[str]) -> int:
    asked = list(arguments)
    flags = asked[: asked.index("--")] if "--" in asked else asked
    if any(word in _HELP for word in flags):
        from athena_shell.config.manual import help_text

        return _print(help_text())
    if any(word in _VERSION for word in flags):
        from athena_shell import __version__

        return _print(f"athena-shell {__version__}\n")
    from athena_shell import app

    return app.run(_options(asked))


def _options(asked: Sequence[str]) -> Options:
    """Return what the command line asks for; the flags' table is loaded for flags alone."""
    if not asked:
        from athena_shell.config.options import Options

        return Options()
    from athena_shell.config.arguments import parse

    return parse(asked)


def _print(text: str) -> int:
    sys.stdout.write(text)
    sys.stdout.flush()
    return int(ExitCode.OK)


def _tell(error: AthenaShellError) -> None:
    from athena_shell.core.redact import redact
    from athena_shell.output.sanitize import sanitize

    place = ""
    if isinstance(error, ScriptError) and error.line:
        place = f"{error.source}:{error.line}:{error.column}: "
    for text in (place + error.message, error.hint):
        if text:
            _to_stderr(_folded(sanitize(redact(text), keep_newlines=True)) + "\n")


def _folded(text: str) -> str:
    """Return a text with its lines broken between words where a terminal would break them."""
    try:
        width = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return text
    from athena_shell.shell.console import folded

    return folded(text, width) if width else text


def _unexpected(error: Exception, *, debug: bool) -> int:
    from athena_shell.config.crash import record

    _to_stderr(record(error, _log(), debug=debug))
    return int(ExitCode.QUERY_FAILED)


def _log() -> Path | None:
    try:
        from athena_shell import app
        from athena_shell.config.paths import Paths

        return Paths.of(app.environment(), sys.platform).log
    except Exception:  # noqa: BLE001 - the failure to be recorded may be app's own
        return None


def _to_stderr(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        return  # nobody is listening, and there is nobody else to tell


def _abandon_output() -> None:
    """Point standard output at nothing, so that the interpreter's last flush cannot fail."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
