"""FOR TIMESTAMP AS OF and FOR VERSION AS OF: which snapshot of a table is meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from athena_shell.local.dialect import Context, Pointer
from athena_shell.local.errors import EngineError
from athena_shell.local.scope import Scope
from athena_shell.local.snapshots import History, Snapshot

_BRANCH: Final = "main"
_EPOCH: Final = datetime.fromtimestamp(0, UTC)


def pointer(context: Context, node: Any) -> Pointer | None:
    """Return what a table's FOR … AS OF points to, ``None`` without one."""
    if node.args.get("when") is not None:
        raise context.refuse("This kind of time travel", node)
    version = node.args.get("version")
    if version is None:
        return None
    if version.args.get("kind") != "AS OF":
        raise context.error("SYNTAX_ERROR", "Only FOR … AS OF is supported", node)
    value = context.expression(version.expression, Scope())
    kind, place = value.type, context.position(node)
    if str(version.this) == "TIMESTAMP":
        if not kind.is_timed:
            raise context.error(
                "TYPE_MISMATCH",
                f"Type {kind.athena} invalid. Temporal pointers must be of type Timestamp, "
                "Timestamp with Time Zone, or Date.",
                node,
            )
        moment = f"CAST({value.sql} AS TIMESTAMP)" if kind.name == "DATE" else value.sql
        return Pointer("moment", f"epoch_ms({moment})", place)
    if kind.is_integer:
        return Pointer("snapshot", f"CAST({value.sql} AS BIGINT)", place)
    if kind.name == "VARCHAR":
        return Pointer("reference", value.sql, place)
    message = f"Unsupported type for table version: {kind.athena}"
    raise context.error("NOT_SUPPORTED", message, node)


def chosen_snapshot(
    history: History, pointer: Pointer, value: Any, now: int, name: str
) -> Snapshot:
    """Return the snapshot that a pointer's value means.

    Args:
        history: the table's.
        pointer: what the statement says.
        value: what its SQL gives.
        now: milliseconds since 1970.
        name: the table's name, for errors.

    Raises:
        EngineError: INVALID_ARGUMENTS when there is none.
    """
    if value is None:
        raise EngineError("INVALID_ARGUMENTS", f"{pointer.place}Pointer value cannot be NULL")
    if pointer.kind == "moment":
        if value > now:
            message = f"Pointer value '{_shown(value)}' is not in the past"
            raise EngineError("INVALID_ARGUMENTS", pointer.place + message)
        found = history.at(value)
        message = f"No version history table {name} at or before {_instant(value)}"
    elif pointer.kind == "snapshot":
        found = history.find(value)
        message = f"Iceberg snapshot ID does not exists: {value}"
    else:
        found = history.current if value == _BRANCH else None
        message = f"Cannot find snapshot with reference name: {value}"
    if found is None:
        raise EngineError("INVALID_ARGUMENTS", message)
    return found


def _shown(moment: int) -> str:
    stamp = _EPOCH + timedelta(milliseconds=moment)
    return f"{stamp:%Y-%m-%d %H:%M:%S}.{moment % 1000:03} UTC"


def _instant(moment: int) -> str:
    # As Java prints an instant: 2024-05-01T12:00:00Z, with milliseconds where there are some.
    stamp = _EPOCH + timedelta(milliseconds=moment)
    rest = f".{moment % 1000:03}" if moment % 1000 else ""
    return f"{stamp:%Y-%m-%dT%H:%M:%S}{rest}Z"
