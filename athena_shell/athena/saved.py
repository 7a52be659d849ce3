"""Named queries and prepared statements, by calls that are free and never start a query.

Member names and the greatest batch of 50 follow botocore's service model of Athena.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from athena_shell.athena import parse
from athena_shell.athena.patience import Patience
from athena_shell.core.errors import CommandError, QueryFailed, ServiceError
from athena_shell.core.saved import NamedQuery, PreparedStatement

if TYPE_CHECKING:
    from athena_shell.athena.calls import Caller
    from athena_shell.core.ports import Clock

_BATCH: Final = 50


class AthenaSavedWork:
    """The ``SavedWork`` port on Amazon Athena; safe to call from any thread.

    Args:
        caller: makes the calls.
        clock: time.
        patience: seconds for which a call is repeated in bad weather.
    """

    def __init__(self, caller: Caller, clock: Clock, *, patience: float = 10.0) -> None:
        self._caller = caller
        self._patience = Patience(clock, patience)

    def named(self, workgroup: str) -> Sequence[NamedQuery]:
        """Return the workgroup's named queries by name."""
        ids = list(self._pages("list_named_queries", "NamedQueryIds", workgroup))
        found: list[NamedQuery] = []
        for start in range(0, len(ids), _BATCH):
            reply = self._call(
                "batch_get_named_query",
                "NamedQueries",
                NamedQueryIds=ids[start : start + _BATCH],
            )
            found += [_named(value) for value in reply["NamedQueries"]]
        return sorted(found, key=attrgetter("name", "id"))

    def keep(self, query: NamedQuery, workgroup: str, token: str) -> str:
        """Save a new named query and return its id.

        Athena answers a known ClientRequestToken with the id it gave before (Athena API reference,
        CreateNamedQuery), so repeating the call saves nothing twice.
        """
        members = {"Description": query.description} if query.description else {}
        reply = self._call(
            "create_named_query",
            "NamedQueryId",
            Name=query.name,
            Database=query.database,
            QueryString=query.text,
            WorkGroup=workgroup,
            ClientRequestToken=token,
            **members,
        )
        return str(reply["NamedQueryId"])

    def change(self, query: NamedQuery) -> None:
        """Give the named query of this id another name, text and description."""
        self._call(
            "update_named_query",
            "",
            NamedQueryId=query.id,
            Name=query.name,
            QueryString=query.text,
            Description=query.description,
        )

    def forget(self, query_id: str) -> None:
        """Delete a named query; raises CommandError when there is none of that id.

        The service model marks the id as an idempotency token, so botocore would fill in a random
        one for a call without it: an empty id is refused here.
        """
        if not query_id:
            raise ValueError("an id is needed")
        self._delete(
            "delete_named_query", f"There is no named query {query_id}.", NamedQueryId=query_id
        )

    def prepared_names(self, workgroup: str) -> Sequence[str]:
        """Return the names of the workgroup's prepared statements."""
        values = self._pages("list_prepared_statements", "PreparedStatements", workgroup)
        return sorted(str(value["StatementName"]) for value in values)

    def prepared(self, workgroup: str) -> Sequence[PreparedStatement]:
        """Return the workgroup's prepared statements by name."""
        names = self.prepared_names(workgroup)
        found: list[PreparedStatement] = []
        for start in range(0, len(names), _BATCH):
            reply = self._call(
                "batch_get_prepared_statement",
                "PreparedStatements",
                PreparedStatementNames=list(names[start : start + _BATCH]),
                WorkGroup=workgroup,
            )
            found += [_prepared(value) for value in reply["PreparedStatements"]]
        return sorted(found, key=attrgetter("name"))

    def drop_prepared(self, workgroup: str, name: str) -> None:
        """Delete a prepared statement; raises CommandError when there is none of that name."""
        self._delete(
            "delete_prepared_statement",
            f"There is no prepared statement {name}.",
            StatementName=name,
            WorkGroup=workgroup,
        )

    def _delete(self, method: str, absent: str, /, **parameters: Any) -> None:
        """Delete; what a repeated call does not find any more was deleted by the first one."""
        calls = 0

        def attempt() -> None:
            nonlocal calls
            calls += 1
            self._caller.call("athena", method, **parameters)

        try:
            self._patience.repeat(attempt)
        except (QueryFailed, ServiceError) as error:
            if "not found" not in error.message.lower():
                raise
            if calls == 1:
                raise CommandError(absent) from error

    def _pages(self, method: str, member: str, workgroup: str) -> Iterator[Any]:
        token: str | None = None
        seen: set[str] = set()
        while True:
            more = {} if token is None else {"NextToken": token}
            reply = self._call(method, member, WorkGroup=workgroup, MaxResults=_BATCH, **more)
            yield from reply[member] or ()
            token = reply.get("NextToken")
            if token is None:
                return
            if token in seen:
                raise ServiceError(
                    f"{method} handed out a page token for the second time.", code="RepeatedToken"
                )
            seen.add(token)

    def _call(self, method: str, member: str, **parameters: Any) -> parse.Reply:
        """Make a call, again in bad weather or when a reply lacks ``member``."""

        def attempt() -> parse.Reply:
            reply: parse.Reply = self._caller.call("athena", method, **parameters)
            if member and member not in reply:
                raise parse.incomplete(method, member)
            return reply

        return self._patience.repeat(attempt)


def _named(value: parse.Reply) -> NamedQuery:
    operation = "BatchGetNamedQuery"
    return NamedQuery(
        name=str(parse.require(value, "Name", operation)),
        text=str(parse.require(value, "QueryString", operation)),
        database=value.get("Database", ""),
        description=value.get("Description", ""),
        id=str(parse.require(value, "NamedQueryId", operation)),
    )


def _prepared(value: parse.Reply) -> PreparedStatement:
    operation = "BatchGetPreparedStatement"
    return PreparedStatement(
        name=str(parse.require(value, "StatementName", operation)),
        text=value.get("QueryStatement", ""),
        description=value.get("Description", ""),
        modified=value.get("LastModifiedTime"),
    )
