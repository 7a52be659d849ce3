"""The script program: from a stage to an exit code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from athena_shell.core.errors import CommandError, ExitCode
from athena_shell.core.records import dataclass
from athena_shell.output.export import refuse_taken
from athena_shell.output.sanitize import sanitize
from athena_shell.output.transfer import file_format
from athena_shell.query.recovery import identify
from athena_shell.query.transfer_line import TransferLine, line_on
from athena_shell.script.delivery import (
    Delivery,
    PatternDelivery,
    ScreenDelivery,
    delivery_to_file,
    is_pattern,
    refuse_misspelled,
    show,
)
from athena_shell.script.ending import EndOfRun
from athena_shell.script.execution import attach
from athena_shell.script.left_open import tell_what_runs_on
from athena_shell.script.reports import STEP_SUMMARY, Reports
from athena_shell.script.resume import Earlier
from athena_shell.script.runner import ScriptRunner
from athena_shell.script.signals import EndSignal, end_signals
from athena_shell.script.sources import Script, load
from athena_shell.script.stage import Stage
from athena_shell.script.talk import NORMAL, Talk, figures_of
from athena_shell.script.unloading import UnloadDelivery


@dataclass(frozen=True)
class Ending:
    """How a run ended; ``whole`` tells that it came to its end, so that its file may appear."""

    code: int
    whole: bool = True


class _Unfinished(Exception):
    """Leaves a file's context, so that the file does not appear."""


def run_script(stage: Stage) -> int:
    """Run every source of the stage in order and return the exit code.

    All files named are read before anything runs. Raises ScriptError when one cannot be read,
    CommandError for an unknown format and OutputError when a file cannot be made; what fails later
    is told on standard error.
    """
    try:
        with end_signals():
            return _run_all(stage)
    except EndSignal as end:
        return int(end.code)


def _run_all(stage: Stage) -> int:
    # A run is resumed by comparing all of it with what was done before.
    scripts = load(stage.sources, stage.stdin, whole=stage.options.resume)
    formatters = stage.services.formatters
    formatters.named(stage.settings.format)
    refuse_misspelled(stage.output)
    _refuse_one_file_for_two(stage)
    talk = Talk.on(stage)
    if stage.options.github_summary and not stage.services.environment.get(STEP_SUMMARY):
        talk.normal(f"--github-summary writes nothing: {STEP_SUMMARY} is not set.")
    for warning in stage.warnings:
        talk.normal(sanitize(warning))
    if stage.options.unload and not stage.options.dry_run:
        return _run_unloading(stage, scripts, talk)
    if is_pattern(stage.output) and not stage.options.dry_run:
        pattern = PatternDelivery(
            formatters,
            stage.output,
            force=stage.force,
            format_name=stage.format_name,
            line=_line(stage),
        )
        return _run(stage, scripts, pattern).code
    if not stage.output or stage.options.dry_run:
        return _run(stage, scripts, ScreenDelivery(formatters, stage.out, stage.screen)).code
    ending = Ending(ExitCode.OK)
    try:
        with delivery_to_file(
            formatters,
            Path(stage.output),
            force=stage.force,
            format_name=stage.format_name,
            line=_line(stage),
        ) as delivery:
            ending = _run(stage, scripts, delivery)
            empty = not delivery.results
            absent = empty and _needs_a_result(stage)
            if empty and ending.whole:
                what = "was not written" if absent else "is empty"
                talk.normal(f"No statement had a result: {stage.output} {what}.")
            _leave_unless_whole(replace(ending, whole=ending.whole and not absent))
    except _Unfinished:
        pass
    return ending.code


def _run_unloading(stage: Stage, scripts: tuple[Script, ...], talk: Talk) -> int:
    if not is_pattern(stage.output):
        refuse_taken(Path(stage.output), force=stage.force, folder=True)
    delivery = UnloadDelivery(
        stage.services.formatters,
        stage.output,
        stage.services.connect,
        force=stage.force,
        line=_line(stage),
    )
    ending = _run(stage, scripts, delivery)
    if ending.whole and not delivery.results:
        talk.normal(f"No statement had a result: {stage.output} was not written.")
    return ending.code


def _refuse_one_file_for_two(stage: Stage) -> None:
    """Refuse a report that would overwrite a script, the result or another report; and ``-``."""
    files = {
        Path(source.text).resolve(): "the script" for source in stage.sources if source.is_file
    }
    options = stage.options
    named = (("-o", stage.output), ("--stats", options.stats), ("--junit", options.junit))
    for flag, name in named:
        path = Path(name)
        if name == "-":
            raise CommandError(
                f"{flag} - names no file.",
                "Results go to standard output without -o; a report goes there as /dev/stdout.",
            )
        if not name or (path.exists() and not path.is_file()):
            continue
        if path.resolve() in files:
            raise CommandError(
                f"{flag} {name} is also {files[path.resolve()]}.", "Give each a file of its own."
            )
        files[path.resolve()] = f"the file of {flag}"


def _needs_a_result(stage: Stage) -> bool:
    """Whether the output file would be no file of its format without a result."""
    path = Path(stage.output)
    formatters = stage.services.formatters
    formatter = file_format(formatters, path, stage.format_name, stage.settings.format)
    return formatter.binary or formatter.name == "json"


def _line(stage: Stage) -> TransferLine | None:
    if stage.options.verbosity < NORMAL:
        return None
    return line_on(stage.talk, stage.services.environment, stage.services.clock)


def run_attached(stage: Stage, query_id: str) -> int:
    """Watch a started query to its end and show its result; raises what the watching raises."""
    done = attach(query_id, stage)
    delivery = ScreenDelivery(stage.services.formatters, stage.out, stage.screen)
    rows = show(delivery, done.result, stage.settings)
    Talk.on(stage).figures(figures_of(done.execution, rows, done.seconds, stage.price))
    return int(ExitCode.OK)


def _run(stage: Stage, scripts: tuple[Script, ...], delivery: Delivery) -> Ending:
    options = stage.options
    step_summary = stage.services.environment.get(STEP_SUMMARY, "")
    reports = Reports(
        stats=options.stats,
        junit=options.junit,
        github=step_summary if options.github_summary else "",
        price=stage.price,
        summary=stage.settings.timing and not options.dry_run,
    )
    talk = Talk.on(stage)
    earlier = _earlier(stage, scripts) if options.resume else None
    try:
        ending = Ending(ScriptRunner(stage, delivery, reports, earlier).run(scripts))
    except EndOfRun as end:
        if not end.whole:
            tell_what_runs_on(stage, talk)
        ending = Ending(end.code, end.whole)
    finally:
        reports.finish(talk, expected=stage.standing.total)
        if (broken := reports.broken) is not None:
            talk.always(sanitize(f"{broken.message}\n{broken.hint}", keep_newlines=True))
    return ending if broken is None else replace(ending, code=ending.code or broken.exit_code)


def _earlier(stage: Stage, scripts: tuple[Script, ...]) -> Earlier:
    connection = stage.services.connect()
    journal = connection.journal
    identify(journal, connection.engine)
    others = [
        entry
        for entry in journal.entries()
        if entry.shell != journal.shell and journal.is_here(entry)
    ]
    earlier = Earlier(others, scripts)
    stage.run.take_up(earlier.runs)
    talk = Talk(stage.talk, stage.options.verbosity)
    for script in scripts:
        if script.path not in earlier.runs:
            talk.normal(f"{script.name}: no earlier run is known here; all of it runs.")
    return earlier


def _leave_unless_whole(ending: Ending) -> None:
    if not ending.whole:
        raise _Unfinished
