"""What a run leaves behind: queries that were started and whose end nobody has seen."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from athena_shell.core.errors import AthenaShellError

if TYPE_CHECKING:
    from athena_shell.script.stage import Stage
    from athena_shell.script.talk import Talk


def tell_what_runs_on(stage: Stage, talk: Talk) -> None:
    """Say how each query that may still run is taken up again; nothing when there is none."""
    try:
        entries = stage.services.connect().journal.own()
    except AthenaShellError:  # no connection, no query
        return
    left = [entry.query_id for entry in entries if entry.is_open and entry.query_id]
    if not left:
        return
    name = stage.session.profile
    profile = "" if name == "default" else f" -p {shlex.quote(name)}"
    lines = [f"  athena-shell{profile} --attach {query_id}" for query_id in left]
    talk.always("\n".join(["Started and not seen to its end; this takes it up again:", *lines]))
