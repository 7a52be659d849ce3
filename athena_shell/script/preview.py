"""A dry run: what would be sent, whether Athena takes it, nothing run.

``EXPLAIN (TYPE VALIDATE)`` is free: Athena charges nothing for EXPLAIN
(https://docs.aws.amazon.com/athena/latest/ug/athena-explain-statement.html).
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import Final

from athena_shell.core.model import CommandLine, Statement
from athena_shell.core.records import dataclass
from athena_shell.script.wrapping import wrapped
from athena_shell.sql.statement import Knowledge, StatementKind, classify
from athena_shell.sql.variables import Substitution, names_in

_PREFIX: Final = "EXPLAIN (TYPE VALIDATE) "
_EXPLAIN: Final = re.compile(r"\s*(?:EXPLAIN|EXECUTE|PREPARE|DEALLOCATE|UNLOAD)\b", re.IGNORECASE)
_OBEYED: Final = frozenset({"set", "unset", "read", "i", "include", "ir", "use", "quit", "q"})


@dataclass
class Preview:
    """What a dry run knows so far.

    Args:
        created: names that statements before would have made.
        unknown: whether variables may come from results that are not there.
    """

    created: set[str] = field(default_factory=set)
    unknown: bool = False

    def placeholders(self, statement: Statement, values: dict[str, str]) -> dict[str, str]:
        """Return values with a stand-in for each variable that a result would have set."""
        if not self.unknown:
            return values
        return {**dict.fromkeys(names_in(statement.text), "?"), **values}

    def line(self, place: str, verb: str, text: str, *, checked: str) -> str:
        """Return what is said of a statement: place, verb, what it does, whether it is valid."""
        knowledge = classify(text)
        does = "reads" if knowledge.reads_only else knowledge.destructive or "writes"
        targets = ", ".join(knowledge.targets)
        parts = [verb or "?", does, "" if targets and targets in does else targets, checked]
        return f"{place}: " + " · ".join(part for part in parts if part)

    def check(self, text: str) -> str:
        """Return why a statement cannot be checked, an empty text when it can; takes note of it."""
        knowledge = classify(text)
        reason = self._reason(text, knowledge)
        if knowledge.verb.startswith("CREATE"):
            self.created.update(target.rpartition(".")[2].lower() for target in knowledge.targets)
        return reason

    def _reason(self, text: str, knowledge: Knowledge) -> str:
        if knowledge.kind is not StatementKind.QUERY or _EXPLAIN.match(text):
            return "not checked: Athena validates queries only"
        if self.unknown:
            return "not checked: it may depend on a result"
        words = set(re.findall(r"\w+", text.lower()))
        missing = sorted(self.created & words)
        if missing:
            return f"not checked: it needs {missing[0]}, which is not made in a dry run"
        return ""


def is_obeyed(command: CommandLine) -> bool:
    """Tell whether a dry run obeys a command, because what comes behind depends on it."""
    words = command.text.strip().removeprefix("\\").split(None, 1)
    return bool(words) and words[0].lower() in _OBEYED


def validation(sent: Substitution) -> Substitution:
    """Return the statement that validates another, with the way back to the typed text."""
    return wrapped(sent, _PREFIX)
