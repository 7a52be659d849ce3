"""Where and who: database, workgroup, profile, login."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from athena_shell.commands.arguments import unquoted
from athena_shell.commands.invocation import Invocation
from athena_shell.commands.names import database_of, naming_nearest, nearest_database
from athena_shell.commands.outcome import Outcome, figures, listing
from athena_shell.commands.registry import Command
from athena_shell.commands.request import Login, SwitchProfile
from athena_shell.config.parameters import nearest
from athena_shell.core.errors import CommandError, LoginRequired
from athena_shell.core.ports import Metadata
from athena_shell.core.session import Session

_SUBJECT: Final = "Session"


def switched(session: Session, metadata: Metadata, catalog: str | None, database: str) -> Session:
    """Return the session in another database; raises CommandError when there is no such one."""
    wanted = catalog or session.catalog
    with naming_nearest(lambda: nearest_database(metadata, wanted, database)):
        found = metadata.database(wanted, database)
    return replace(session, catalog=wanted, database=found.name)


def _use(invocation: Invocation) -> Outcome:
    (word,) = invocation.exactly(1)
    catalog, database = database_of(invocation.session, word)
    session = switched(invocation.session, invocation.connection.metadata, catalog, database)
    return Outcome(message=f"Using {session.catalog}.{session.database}.", session=session)


def _workgroup(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    session = invocation.session
    wanted = unquoted(words[0]) if words else session.workgroup
    metadata = invocation.connection.metadata
    with naming_nearest(lambda: nearest(wanted, metadata.workgroups())):
        group = metadata.workgroup(wanted)
    if not words:
        limit = "none" if group.scan_limit is None else f"{group.scan_limit:,} bytes a query"
        return figures(
            ("workgroup", "value"),
            (
                ("name", group.name),
                ("state", group.state),
                ("result location", group.output_location or "none"),
                ("settings enforced", "yes" if group.enforced else "no"),
                ("managed results", "yes" if group.managed_results else "no"),
                ("scan limit", limit),
                ("engine", group.engine_version),
                ("description", group.description),
            ),
        )
    if group.state != "ENABLED":
        raise CommandError(
            f"The workgroup {group.name} is {group.state.lower()}.", "\\workgroups lists others."
        )
    return Outcome(
        message=f"Using workgroup {group.name}.", session=replace(session, workgroup=group.name)
    )


def _profile(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    current = invocation.session.profile
    profiles = invocation.services.profiles or (current,)
    if not words:
        return listing(
            ("profile", "current"), ((name, "*" if name == current else "") for name in profiles)
        )
    wanted = unquoted(words[0])
    if wanted not in profiles:
        near = nearest(wanted, profiles)
        raise CommandError(
            f"There is no profile {wanted}.",
            (f"Did you mean {near}? " if near else "")
            + f"There are: {', '.join(profiles)}. \\use goes to another database.",
        )
    if not invocation.services.profiles:
        return Outcome(message=f"{current} is the only profile here.")
    return Outcome(request=SwitchProfile(wanted))


def time_left(expires: datetime | None, now: datetime) -> str:
    """Return ``14 min``, ``expired`` or an empty text when there is no end."""
    if expires is None:
        return ""
    left = expires - now
    if left <= timedelta():
        return "expired"
    minutes, seconds = divmod(int(left.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def _session(invocation: Invocation) -> Outcome:
    invocation.at_most(0)
    session = invocation.session
    rows = [
        ("profile", session.profile + (" (production)" if session.production else "")),
        ("region", session.region),
        ("catalog", session.catalog),
        ("database", session.database),
        ("workgroup", session.workgroup),
        ("result location", session.output_location or "the workgroup's"),
    ]
    authentication = invocation.connection.authentication
    credentials = authentication.status()
    rows.append(("login by", authentication.description))
    if credentials is None:
        rows.append(("login", "not yet"))
    else:
        identity = credentials.identity
        left = time_left(credentials.expires, invocation.services.clock.now())
        rows += [
            ("role", identity.role),
            ("subject", identity.subject),
            ("audience", identity.audience),
            ("issuer", identity.issuer),
            ("time left", left or "no end"),
        ]
    return figures(("session", "value"), rows)


def _login(invocation: Invocation) -> Outcome:
    invocation.at_most(0)
    authentication = invocation.connection.authentication
    try:
        authentication.login()
    except LoginRequired as error:
        if not authentication.can_replace_token:
            raise
        return Outcome(request=Login(error.message))
    credentials = authentication.status()
    left = time_left(credentials.expires if credentials else None, invocation.services.clock.now())
    return Outcome(message="Logged in." + (f" Time left: {left}." if left else ""))


def _logout(invocation: Invocation) -> Outcome:
    invocation.at_most(0)
    invocation.connection.authentication.forget()
    return Outcome(message="Forgot the session's keys. The next statement logs in again.")


def _refresh(invocation: Invocation) -> Outcome:
    invocation.at_most(0)
    invocation.connection.names.refresh()
    return Outcome(message="Reading the catalog's names again; Ctrl-C stops it.")


COMMANDS: Final = (
    Command(
        "use",
        r"\use [CATALOG.]DATABASE",
        "Go to another database, as USE does",
        _use,
        (),
        _SUBJECT,
        r"\use default",
        ("database",),
    ),
    Command(
        "workgroup",
        r"\workgroup [NAME]",
        "Go to another workgroup, or show its rules",
        _workgroup,
        (),
        _SUBJECT,
        r"\workgroup primary",
        ("workgroup",),
    ),
    Command(
        "profile",
        r"\profile [NAME]",
        "Switch to another profile, or list them",
        _profile,
        ("c", "connect"),
        _SUBJECT,
        r"\profile",
        ("profile",),
        script=False,
    ),
    Command(
        "session",
        r"\session",
        "Show where statements run, and as whom",
        _session,
        ("conninfo",),
        _SUBJECT,
        r"\session",
    ),
    Command(
        "login",
        r"\login",
        "Renew the login now, or hand in a new token",
        _login,
        (),
        _SUBJECT,
        r"\login",
        script=False,
    ),
    Command(
        "logout",
        r"\logout",
        "Forget the login in memory and on disk",
        _logout,
        (),
        _SUBJECT,
        r"\logout",
        script=False,
    ),
    Command(
        "refresh",
        r"\refresh",
        "Read the names for completion again",
        _refresh,
        ("rehash",),
        _SUBJECT,
        r"\refresh",
    ),
)
