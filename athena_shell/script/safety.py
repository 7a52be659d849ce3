"""What a run refuses before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from athena_shell.config.options import ScriptOptions
from athena_shell.config.settings import Settings
from athena_shell.core.errors import CommandError, ScriptError
from athena_shell.core.session import Session
from athena_shell.script.sources import inside, is_named_as_script
from athena_shell.sql.statement import classify

_ALWAYS: Final = "always"
_LIMITS: Final = ("timeout", "max_scan_per_query", "max_cost_per_session")


def refuse_forbidden(
    text: str, session: Session, options: ScriptOptions, settings: Settings
) -> None:
    """Refuse a statement that may write where that is not wanted; raises CommandError.

    What cannot be told to read only counts as writing.
    """
    knowledge = classify(text)
    if knowledge.reads_only:
        return
    what = knowledge.destructive or knowledge.verb.lower() or "is no query"
    if options.read_only:
        raise CommandError(
            f"The statement was not sent: it may write ({what}), and this run is --read-only.",
            "Leave --read-only out if it is to write.",
        )
    if session.production and not options.yes:
        raise CommandError(
            f"The statement was not sent: it may write ({what}), and {session.profile} is a"
            " production profile.",
            "A script asks nobody; --yes allows it.",
        )
    if knowledge.destructive and settings.destructive_warning == _ALWAYS and not options.yes:
        raise CommandError(
            f"The statement was not sent: it {knowledge.destructive}, and destructive_warning is"
            " always.",
            "A script asks nobody; --yes allows it.",
        )


def refuse_include(named: str, path: Path, directory: Path) -> None:
    """Refuse a file that a restricted script may not include; raises ScriptError.

    Args:
        named: how the script names it.
        path: where it is.
        directory: the script's own.
    """
    if not inside(path, directory):
        raise ScriptError(
            f"{named} is outside the script's own directory, and this script runs restricted.",
            "Start the program with --unrestricted if you trust the script.",
        )
    if not is_named_as_script(path):
        raise ScriptError(
            f"{named} is no .sql file by its name, and this script runs restricted.",
            "Other files may hold what is not meant for Athena. Start the program with"
            " --unrestricted if you trust the script.",
        )


def refuse_lifted_limits(before: Settings, after: Settings, options: ScriptOptions) -> None:
    """Refuse a script that lifts a limit its caller has set; raises CommandError."""
    if options.unrestricted:
        return
    for name in _LIMITS:
        limit, wanted = getattr(before, name), getattr(after, name)
        if limit and (not wanted or wanted > limit):
            raise CommandError(
                f"A script may lower {name} but not lift it.",
                "Set it on the command line, or start the program with --unrestricted.",
            )
    if before.destructive_warning == _ALWAYS != after.destructive_warning:
        raise CommandError(
            "A script may not change destructive_warning where its caller says always.",
            "Set it on the command line, or start the program with --unrestricted.",
        )
    if before.confirm_over not in {"off", after.confirm_over}:
        raise CommandError(
            "A script may not change confirm_over where its caller has set it.",
            "Set it on the command line, or start the program with --unrestricted.",
        )
