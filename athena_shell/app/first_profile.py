"""``--init`` at the terminal: the questions, the trial, and what to do next."""

from __future__ import annotations

import sys
from collections.abc import Callable
from getpass import getpass
from pathlib import Path
from shutil import get_terminal_size

from athena_shell.config.wizard import Person
from athena_shell.output.sink import Sink
from athena_shell.shell.console import folded


def ask_and_try(path: Path, write: Callable[[Person], str], check: Callable[[str], int]) -> int:
    """Have a profile written, try it, and return the exit code of the trial.

    Args:
        path: the configuration file.
        write: asks the person, writes the profile and returns its name.
        check: tries a profile by its name, showing each step.
    """
    person = _person()
    name = write(person)
    flag = f" --profile {name}"
    try:
        code = check(name)
    except KeyboardInterrupt:
        person.tell(f"\nThe profile is written. Try it with:\n  athena-shell --check{flag}")
        raise
    person.tell(
        f"Change it in {path} and try it again:\n  athena-shell --check{flag}"
        if code
        else f"Open the shell with: athena-shell{flag}"
    )
    return code


def _person() -> Person:
    """Return whoever sits at the terminal, or feeds the standard input."""
    talk = Sink(sys.stderr)

    def fitted(text: str) -> str:
        return folded(text, get_terminal_size().columns) if talk.tty else text

    def ask(question: str) -> str:
        talk.write_all([f"{fitted(question.rstrip())} "])  # input() would write it among the data
        return input()

    # getpass() reads the terminal even where the answers come from a pipe.
    ask_secret = getpass if sys.stdin.isatty() else ask
    return Person(ask, ask_secret, lambda line: talk.write_all([f"{fitted(line)}\n"]))
