"""Saved work that fits on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from athena_shell.core.errors import CommandError
from athena_shell.core.saved import NamedQuery, PreparedStatement


@dataclass
class FakeSaved:
    """A workgroup's saved work in memory."""

    queries: list[NamedQuery] = field(default_factory=list)
    statements: list[PreparedStatement] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def named(self, workgroup: str) -> Sequence[NamedQuery]:
        assert workgroup == "primary"
        return tuple(self.queries)

    def keep(self, query: NamedQuery, workgroup: str, token: str) -> str:
        assert workgroup == "primary"
        self.tokens.append(token)
        self.queries.append(replace(query, id=f"id-{len(self.queries) + 1}"))
        return self.queries[-1].id

    def change(self, query: NamedQuery) -> None:
        self.queries = [query if each.id == query.id else each for each in self.queries]

    def forget(self, query_id: str) -> None:
        self.queries = [each for each in self.queries if each.id != query_id]

    def prepared_names(self, workgroup: str) -> Sequence[str]:
        return tuple(each.name for each in self.prepared(workgroup))

    def prepared(self, workgroup: str) -> Sequence[PreparedStatement]:
        assert workgroup == "primary"
        return tuple(self.statements)

    def drop_prepared(self, workgroup: str, name: str) -> None:
        if name not in self.prepared_names(workgroup):
            raise CommandError(f"There is no prepared statement {name}.")
        self.statements = [each for each in self.statements if each.name != name]
