"""The user's editor on a text or a file."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from athena_shell.core.child import how_it_ended, interrupts_left_to_the_child
from athena_shell.core.errors import CommandError
from athena_shell.output.children import child_environment

_DEFAULT = "vi"


def editor_command(setting: str, environment: Mapping[str, str]) -> list[str]:
    """Return the editor's arguments: the setting, ``$VISUAL``, ``$EDITOR`` or vi."""
    line = setting or environment.get("VISUAL", "") or environment.get("EDITOR", "") or _DEFAULT
    try:
        arguments = shlex.split(line)
    except ValueError as error:
        raise CommandError(
            f"The editor “{line}” cannot be split into arguments: {error}.", "Close the quote."
        ) from error
    return arguments or [_DEFAULT]


def edit_file(
    path: Path, command: list[str], environment: Mapping[str, str], directory: Path
) -> None:
    """Open the editor on a file and wait for its end; raises CommandError when that fails.

    Args:
        path: the file.
        command: the editor's arguments.
        environment: what the editor inherits, before secrets are taken out.
        directory: where it works.
    """
    try:
        with interrupts_left_to_the_child():
            ended = subprocess.run(  # noqa: S603 - the user's own editor, as arguments
                [*command, str(path)],
                env=child_environment(environment),
                cwd=directory,
                check=False,
            )
    except OSError as error:
        raise CommandError(
            f"The editor {command[0]} cannot be started: {error.strerror}.",
            "\\set editor COMMAND chooses another one.",
        ) from error
    if ended.returncode:
        raise CommandError(f"The editor {command[0]} ended {how_it_ended(ended.returncode)}.")


def edit_text(
    text: str, command: list[str], environment: Mapping[str, str], directory: Path
) -> str:
    """Return a text as the user saved it; it is kept in a private directory meanwhile."""
    with TemporaryDirectory(prefix="athena-shell-") as folder:
        path = Path(folder) / "statement.sql"
        path.touch(mode=0o600)
        path.write_text(text + "\n" if text else "", "utf-8")
        edit_file(path, command, environment, directory)
        return path.read_text("utf-8", "replace").rstrip("\n")
