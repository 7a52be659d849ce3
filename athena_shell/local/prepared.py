"""Prepared statements of a workgroup, and the SQL that makes, runs and drops them."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from athena_shell.local.errors import EngineError
from athena_shell.local.wire import ApiError

_LEAD: Final = r"^(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*"
_NAME: Final = r'(?P<name>[A-Za-z_][A-Za-z0-9_@:]*|"[^"]+")'
_PREPARE: Final = re.compile(
    _LEAD + r"PREPARE\s+" + _NAME + r"\s+FROM\s+(?P<sql>.+)$", re.IGNORECASE | re.DOTALL
)
_EXECUTE: Final = re.compile(
    _LEAD + r"EXECUTE\s+" + _NAME + r"(?:\s+USING\s+(?P<values>.+?))?\s*;?\s*$",
    re.IGNORECASE | re.DOTALL,
)
_DEALLOCATE: Final = re.compile(
    _LEAD + r"DEALLOCATE\s+PREPARE\s+" + _NAME + r"\s*;?\s*$", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True)
class Prepared:
    """One prepared statement."""

    name: str
    workgroup: str
    sql: str
    description: str
    modified: datetime

    @property
    def described(self) -> dict[str, Any]:
        """The ``PreparedStatement`` structure of the API."""
        described: dict[str, Any] = {
            "StatementName": self.name,
            "QueryStatement": self.sql,
            "WorkGroupName": self.workgroup,
            "LastModifiedTime": self.modified,
        }
        if self.description:
            described["Description"] = self.description
        return described


@dataclass(frozen=True)
class Preparation:
    """``PREPARE name FROM sql``."""

    name: str
    sql: str


@dataclass(frozen=True)
class Invocation:
    """``EXECUTE name USING values``."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Removal:
    """``DEALLOCATE PREPARE name``."""

    name: str


def parse(sql: str) -> Preparation | Invocation | Removal | None:
    """Return what the statement does with prepared statements, ``None`` when nothing."""
    if match := _PREPARE.match(sql):
        return Preparation(match["name"].strip('"'), match["sql"])
    if match := _EXECUTE.match(sql):
        return Invocation(match["name"].strip('"'), tuple(_split(match["values"] or "")))
    if match := _DEALLOCATE.match(sql):
        return Removal(match["name"].strip('"'))
    return None


def _split(values: str) -> list[str]:
    """Return the expressions between the commas that are not inside brackets or quotes."""
    parts: list[str] = [""]
    depth, quote = 0, ""
    for character in values:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and not depth:
            parts.append("")
            continue
        parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


class PreparedStatements:
    """The prepared statements by workgroup and name; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], Prepared] = {}

    def put(self, statement: Prepared) -> None:
        """Keep one; replaces one of the same name."""
        with self._lock:
            self._kept[statement.workgroup, statement.name] = statement

    def find(self, workgroup: str, name: str) -> Prepared | None:
        """Return one, ``None`` when there is none of that name."""
        with self._lock:
            return self._kept.get((workgroup, name))

    def get(self, workgroup: str, name: str) -> Prepared:
        """Return one; ApiError when there is none of that name."""
        found = self.find(workgroup, name)
        if found is None:
            raise ApiError(
                "ResourceNotFoundException",
                f"Prepared Statement {name} was not found in workGroup {workgroup}",
                fields={"ResourceName": name},
            )
        return found

    def use(self, workgroup: str, name: str) -> Prepared:
        """Return one for EXECUTE; EngineError when there is none of that name."""
        found = self.find(workgroup, name)
        if found is None:
            raise EngineError("NOT_FOUND", f"Prepared statement not found: {name}")
        return found

    def remove(self, workgroup: str, name: str) -> bool:
        """Forget one; returns whether there was one."""
        with self._lock:
            return self._kept.pop((workgroup, name), None) is not None

    def of_workgroup(self, workgroup: str) -> list[Prepared]:
        """Return a workgroup's prepared statements by name."""
        with self._lock:
            names = sorted(name for group, name in self._kept if group == workgroup)
            return [self._kept[workgroup, name] for name in names]
