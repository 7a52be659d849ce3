"""Athena's operations on named queries and prepared statements."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import uuid4

from athena_shell.local.clock import Clock
from athena_shell.local.executions import invalid
from athena_shell.local.paging import page
from athena_shell.local.prepared import Prepared, PreparedStatements
from athena_shell.local.workgroups import PRIMARY, WorkGroups

Structure = dict[str, Any]
Operation = Callable[[Structure], Structure]

_PAGE: Final = 50


@dataclass(frozen=True)
class _Named:
    id: str
    name: str
    database: str
    sql: str
    workgroup: str
    description: str

    @property
    def described(self) -> Structure:
        described = {
            "NamedQueryId": self.id,
            "Name": self.name,
            "Database": self.database,
            "QueryString": self.sql,
            "WorkGroup": self.workgroup,
        }
        if self.description:
            described["Description"] = self.description
        return described


class NamedOperations:
    """The operations on named queries; safe for several threads.

    Args:
        groups: the workgroups they belong to.
    """

    def __init__(self, groups: WorkGroups) -> None:
        self._groups = groups
        self._lock = threading.Lock()
        self._kept: dict[str, _Named] = {}
        self._by_token: dict[str, str] = {}

    def operations(self) -> dict[str, Operation]:
        """Return the operations by their API names."""
        return {
            "CreateNamedQuery": self._create,
            "GetNamedQuery": self._get,
            "BatchGetNamedQuery": self._get_many,
            "ListNamedQueries": self._list,
            "UpdateNamedQuery": self._update,
            "DeleteNamedQuery": self._delete,
        }

    def _find(self, identifier: str) -> _Named:
        with self._lock:
            found = self._kept.get(identifier)
        if found is None:
            raise invalid(f"NamedQuery {identifier} was not found")
        return found

    def _create(self, asked: Structure) -> Structure:
        workgroup = asked.get("WorkGroup", PRIMARY)
        self._groups.get(workgroup)
        named = _Named(
            str(uuid4()),
            asked["Name"],
            asked["Database"],
            asked["QueryString"],
            workgroup,
            asked.get("Description", ""),
        )
        token = asked.get("ClientRequestToken", named.id)
        with self._lock:
            known = self._kept.get(self._by_token.get(token, ""))
            if known is not None:
                if replace(known, id=named.id) != named:
                    raise invalid("Idempotent parameters do not match")
                return {"NamedQueryId": known.id}
            self._kept[named.id] = named
            self._by_token[token] = named.id
        return {"NamedQueryId": named.id}

    def _get(self, asked: Structure) -> Structure:
        return {"NamedQuery": self._find(asked["NamedQueryId"]).described}

    def _get_many(self, asked: Structure) -> Structure:
        with self._lock:
            kept = dict(self._kept)
        wanted = asked["NamedQueryIds"]
        return {
            "NamedQueries": [kept[one].described for one in wanted if one in kept],
            "UnprocessedNamedQueryIds": [
                {
                    "NamedQueryId": one,
                    "ErrorCode": "INVALID_INPUT",
                    "ErrorMessage": f"NamedQuery {one} was not found",
                }
                for one in wanted
                if one not in kept
            ],
        }

    def _list(self, asked: Structure) -> Structure:
        workgroup = asked.get("WorkGroup", PRIMARY)
        self._groups.get(workgroup)
        with self._lock:
            ids = [named.id for named in self._kept.values() if named.workgroup == workgroup]
        some, token = page(
            ids,
            f"ListNamedQueries/{workgroup}",
            asked.get("NextToken"),
            asked.get("MaxResults", _PAGE),
        )
        return {"NamedQueryIds": some, **({"NextToken": token} if token is not None else {})}

    def _update(self, asked: Structure) -> Structure:
        named = self._find(asked["NamedQueryId"])
        changed = replace(
            named,
            name=asked["Name"],
            sql=asked["QueryString"],
            description=asked.get("Description", named.description),
        )
        with self._lock:
            self._kept[named.id] = changed
        return {}

    def _delete(self, asked: Structure) -> Structure:
        named = self._find(asked["NamedQueryId"])
        with self._lock:
            self._kept.pop(named.id, None)
        return {}


class PreparedOperations:
    """The operations on prepared statements.

    Args:
        statements: the statements, shared with ``PREPARE`` and ``EXECUTE``.
        groups: the workgroups they belong to.
        clock: dates changes.
    """

    def __init__(self, statements: PreparedStatements, groups: WorkGroups, clock: Clock) -> None:
        self._statements = statements
        self._groups = groups
        self._clock = clock

    def operations(self) -> dict[str, Operation]:
        """Return the operations by their API names."""
        return {
            "CreatePreparedStatement": self._create,
            "GetPreparedStatement": self._get,
            "BatchGetPreparedStatement": self._get_many,
            "ListPreparedStatements": self._list,
            "UpdatePreparedStatement": self._update,
            "DeletePreparedStatement": self._delete,
        }

    def _create(self, asked: Structure) -> Structure:
        self._groups.get(asked["WorkGroup"])
        name = asked["StatementName"]
        if self._statements.find(asked["WorkGroup"], name) is not None:
            raise invalid(f"Prepared Statement {name} already exists")
        self._put(asked)
        return {}

    def _update(self, asked: Structure) -> Structure:
        self._statements.get(asked["WorkGroup"], asked["StatementName"])
        self._put(asked)
        return {}

    def _put(self, asked: Structure) -> None:
        self._statements.put(
            Prepared(
                asked["StatementName"],
                asked["WorkGroup"],
                asked["QueryStatement"],
                asked.get("Description", ""),
                self._clock.now(),
            )
        )

    def _get(self, asked: Structure) -> Structure:
        found = self._statements.get(asked["WorkGroup"], asked["StatementName"])
        return {"PreparedStatement": found.described}

    def _get_many(self, asked: Structure) -> Structure:
        group = asked["WorkGroup"]
        self._groups.get(group)
        names = asked["PreparedStatementNames"]
        found = {name: self._statements.find(group, name) for name in names}
        return {
            "PreparedStatements": [one.described for one in found.values() if one is not None],
            "UnprocessedPreparedStatementNames": [
                {
                    "StatementName": name,
                    "ErrorCode": "RESOURCE_NOT_FOUND",
                    "ErrorMessage": f"Prepared Statement {name} was not found",
                }
                for name, one in found.items()
                if one is None
            ],
        }

    def _list(self, asked: Structure) -> Structure:
        group = asked["WorkGroup"]
        self._groups.get(group)
        summaries = [
            {"StatementName": one.name, "LastModifiedTime": one.modified}
            for one in self._statements.of_workgroup(group)
        ]
        some, token = page(
            summaries,
            f"ListPreparedStatements/{group}",
            asked.get("NextToken"),
            asked.get("MaxResults", _PAGE),
        )
        return {"PreparedStatements": some, **({"NextToken": token} if token is not None else {})}

    def _delete(self, asked: Structure) -> Structure:
        self._statements.get(asked["WorkGroup"], asked["StatementName"])
        self._statements.remove(asked["WorkGroup"], asked["StatementName"])
        return {}
