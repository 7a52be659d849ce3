"""The record of an unexpected failure: one line for the user, the traceback in a private file."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from athena_shell.core.redact import redact


def record(error: BaseException, log: Path | None, *, debug: bool = False) -> str:
    """Append the redacted traceback to the log and return what to tell the user.

    Args:
        error: the failure.
        log: the log file, made readable by its owner only; ``None`` when there is none.
        debug: whether to show the traceback too.
    """
    text = redact("".join(traceback.format_exception(error)))
    kept = log is not None and _append(log, text)
    where = f" Details: {log}" if kept else " Repeat with --debug to see where."
    line = f"athena-shell failed in an unexpected way ({type(error).__name__}).{where}\n"
    return f"{text}{line}" if debug else line


def _append(log: Path, text: str) -> bool:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(log, flags, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as stream:
            os.fchmod(descriptor, 0o600)
            stream.write(f"{text}\n")
    except OSError:
        return False
    return True
