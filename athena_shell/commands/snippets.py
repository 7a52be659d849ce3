r"""Statements kept under a name on this machine: ``\sn daily 2024-05-01``."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from athena_shell.commands.arguments import first_word, without_semicolon, words
from athena_shell.commands.invocation import Invocation
from athena_shell.commands.literals import literals
from athena_shell.commands.outcome import Outcome, listing
from athena_shell.commands.registry import Command
from athena_shell.commands.request import Keep, RunStatement, RunText
from athena_shell.commands.snippet_values import filled, wrong_count
from athena_shell.config.parameters import nearest
from athena_shell.core.errors import CommandError
from athena_shell.sql.places import highest_place, question_marks

_SUBJECT: Final = "Saved work"
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
_SHOWN: Final = 60


class Snippets:
    """The folder that keeps snippets, one SQL file each.

    Args:
        folder: made when the first one is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> tuple[str, ...]:
        """Return the names there are, in alphabetical order."""
        with suppress(OSError):
            return tuple(sorted(each.stem for each in self._folder.glob("*.sql")))
        return ()

    def read(self, name: str) -> str:
        """Return a snippet; raises CommandError when there is no such one."""
        try:
            return self._path(name).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            near = nearest(name, self.names())
            known = ", ".join(self.names()) or "none yet"
            hint = (f"Did you mean {near}? " if near else "") + f"There are: {known}."
            raise CommandError(f"There is no snippet {name}.", hint) from error

    def keep(self, name: str, text: str) -> None:
        """Keep a snippet, readable by its owner only; raises CommandError when that fails."""
        path = self._path(name)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = path.with_suffix(f".{os.getpid()}")
            part.touch(mode=0o600)
            part.write_text(text + "\n", "utf-8")
            part.replace(path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error

    def drop(self, name: str) -> None:
        """Forget a snippet; raises CommandError when there is no such one."""
        self.read(name)
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise CommandError(f"“{name}” is no name of a snippet.", "Use letters, digits, _ . -")
        return self._folder / f"{name}.sql"


def _snippets(invocation: Invocation) -> Snippets:
    folder = invocation.services.snippets
    if folder is None:
        raise CommandError("There are no snippets here.")
    return Snippets(folder)


def _run(invocation: Invocation) -> Outcome:
    snippets = _snippets(invocation)
    typed = without_semicolon(invocation.arguments)
    if not typed:
        rows = ((name, " ".join(snippets.read(name).split())[:_SHOWN]) for name in snippets.names())
        return listing(("snippet", "statement"), rows)
    name, behind = first_word(typed)
    text = snippets.read(name).strip()
    marks, values = question_marks(text), words(behind)
    if not (marks and values) or highest_place(text):
        return Outcome(request=RunText(filled(text, values, name)))
    if len(values) != marks:
        raise wrong_count(name, marks, len(values))
    filling = literals(behind, invocation.situation.variables)
    return Outcome(request=RunStatement(text, filling))


def _keep(invocation: Invocation) -> Outcome:
    if not invocation.words:
        invocation.exactly(1)
    name, text = first_word(invocation.arguments)
    snippets = _snippets(invocation)
    question = f"{name} is kept already. Replace it?" if name in snippets.names() else ""

    def keep(typed: str) -> str:
        snippets.keep(name, typed)
        return f"Kept as {name}; \\snippet {name} runs it."

    return Outcome(request=Keep(keep, text.removesuffix(";").strip(), question))


def _drop(invocation: Invocation) -> Outcome:
    (name,) = invocation.exactly(1)
    _snippets(invocation).drop(name)
    return Outcome(message=f"The snippet {name} is no more.")


COMMANDS: Final = (
    Command(
        "snippet",
        r"\snippet [NAME [VALUE…]]",
        "Run a snippet, or list them",
        _run,
        ("sn",),
        _SUBJECT,
        r"\snippet",
        ("snippet", "text"),
        script=False,
        interactive=True,
        details="Snippets are your own, on this machine; \\saved is for a workgroup. $1, $2 … are\n"
        "replaced by the values as they are typed; inside quotes they stay inside. Values for ?\n"
        "are quoted for you, as \\bind does.",
    ),
    Command(
        "keep",
        r"\keep NAME [QUERY]",
        "Keep a query, or the last statement, as a snippet",
        _keep,
        ("sns",),
        _SUBJECT,
        "SELECT 1 AS n;\n\\keep one",
        ("snippet", "statement"),
        script=False,
        interactive=True,
        ends_statement=True,
        details="Behind a statement, which is not run then: SELECT $1 \\keep one. One of the same\n"
        "name is replaced after a yes.",
    ),
    Command(
        "drop",
        r"\drop NAME",
        "Forget a snippet",
        _drop,
        ("snd",),
        _SUBJECT,
        "SELECT 1 AS n;\n\\keep one\n\\drop one",
        ("snippet",),
        script=False,
        interactive=True,
    ),
)
