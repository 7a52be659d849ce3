"""The facts that prompt, toolbar and window title are made of."""

from __future__ import annotations

from collections.abc import Mapping

from athena_shell.commands.session import time_left
from athena_shell.query.cost import format_bytes, format_cost
from athena_shell.query.watcher import Watcher
from athena_shell.shell.tools import Tools


def facts(tools: Tools, background: Watcher) -> Mapping[str, str]:
    """Return the texts of all fields; never waits for anything."""
    current = tools.current
    session = current.session
    price = tools.price()
    running = len(background.running)
    return {
        "profile": session.profile,
        "region": session.region,
        "catalog": session.catalog,
        "database": session.database,
        "workgroup": session.workgroup,
        "production": "!" if session.production else "",
        "format": current.settings.format,
        "running": f"{running} running" if running else "",
        "cost": format_cost(current.bill.cost, price.symbol) if price else "",
        "scanned": format_bytes(current.bill.scanned_bytes),
        "notice": _under_way(tools) or _names_loading(tools),
        **_identity(tools),
    }


def _under_way(tools: Tools) -> str:
    """Say which step to a session is being made at this moment."""
    connection = tools.behind.value
    if connection is None:
        return "" if tools.behind.in_vain else "connecting"
    return "logging in" if connection.authentication.is_renewing else ""


def _names_loading(tools: Tools) -> str:
    connection = tools.behind.value
    return "reading names" if connection and connection.names.is_loading else ""


def _identity(tools: Tools) -> Mapping[str, str]:
    connection = tools.behind.value
    credentials = connection.authentication.status() if connection else None
    if credentials is None:
        missing = "not logged in" if connection else "not connected"
        still = _under_way(tools) or missing
        return {"role": "", "subject": "", "audience": "", "account": "", "expires": still}
    identity = credentials.identity
    left = time_left(credentials.expires, tools.clock.now())
    return {
        "role": _role_name(identity.role),
        "subject": identity.subject,
        "audience": identity.audience,
        "account": identity.account,
        "expires": left,
    }


def _role_name(arn: str) -> str:
    """Return a role's name: the last part of its path, or what a session of it names.

    A session's ARN ends with its role's name and its own: ``…:assumed-role/analyst/jane``.
    """
    kind, *path = arn.rpartition(":")[2].split("/")
    names = path[:1] if kind == "assumed-role" else path[-1:]
    return names[0] if names else arn
