"""One run of the program: the mode that the command line names, on the parts it needs."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from athena_shell.app.surroundings import SystemClock, environment
from athena_shell.config.ini import Configuration, load
from athena_shell.config.layers import Layer
from athena_shell.config.options import Mode, Options, Source
from athena_shell.config.paths import Paths
from athena_shell.config.request import request_of
from athena_shell.config.resolve import Resolved, resolve
from athena_shell.core.errors import ExitCode

if TYPE_CHECKING:
    from athena_shell.app.connecting import Connector
    from athena_shell.app.embedded import Embedded
    from athena_shell.auth.checks import Step
    from athena_shell.auth.registry import AuthRegistry
    from athena_shell.commands.registry import CommandRegistry
    from athena_shell.commands.services import Connection
    from athena_shell.core.ports import Clock
    from athena_shell.query.cost import Price
    from athena_shell.query.foreground import Display, Foreground
    from athena_shell.script.stage import Stage
    from athena_shell.script.standing import Standing
    from athena_shell.shell.console import Console
    from athena_shell.shell.start import Connected

_GREETING: Final = "athena-shell {version} · \\? helps, \\q quits"
_LOCAL_GREETING: Final = (
    "athena-shell {version} · embedded endpoint: your SQL runs in this process; nothing is sent,"
    " nothing is kept\nTry SELECT * FROM orders LIMIT 5; · \\dt lists tables, \\? helps, \\q quits"
)
_FILES_GREETING: Final = (
    "athena-shell {version} · embedded endpoint: the files below {data} are tables; nothing is"
    " sent, nothing is kept\n\\dt lists tables, \\? helps, \\q quits"
)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def run(options: Options) -> int:
    """Do what the command line asks and return the exit code.

    Raises AthenaShellError for every expected failure.
    """
    if options.debug:
        _log_to_stderr()
    with closing(Program(options, environment(), SystemClock())) as program:
        return program.run()


def _commands() -> CommandRegistry:
    from athena_shell.commands.built_in import built_in_commands

    return built_in_commands()


def _drawn(step: Step) -> str:
    """Return a step of a trial as the terminal can show it."""
    from shutil import get_terminal_size

    from athena_shell.auth.checks import as_text

    pictures = (sys.stdout.encoding or "").lower().startswith("utf")
    width = get_terminal_size().columns if sys.stdout.isatty() else 0
    return as_text(step, unicode=pictures, width=width)


def _log_to_stderr() -> None:
    """Show the program's own debug records, secrets cut out; no library's."""
    import logging

    from athena_shell.core.debug_log import ROOT, debug_handler

    logger = logging.getLogger(ROOT)
    logger.setLevel(logging.DEBUG)
    logger.addHandler(debug_handler(sys.stderr))


class Program:
    """The program's parts, made as they are needed.

    Args:
        options: the command line.
        environment: the environment variables.
        clock: the time.
    """

    def __init__(self, options: Options, environment: Mapping[str, str], clock: Clock) -> None:
        self._options = options
        self._environment = environment
        self._clock = clock
        self._embedded = self._make_embedded()
        paths = Paths.of(environment, sys.platform, config=options.config)
        self._paths = self._embedded.paths(paths) if self._embedded is not None else paths
        self._auth = self._make_registry()
        self._connector: Connector | None = None
        self._read: Configuration | None = None

    def run(self) -> int:
        """Run the mode that the options name."""
        options = self._options
        if options.mode in {Mode.SPEC, Mode.MAN, Mode.COMPLETION, Mode.INIT, Mode.SERVE}:
            return self._without_profile()
        resolved = self._resolved(options.profile)
        if options.mode is Mode.SHOW_CONFIG:
            return self._show(resolved)
        if options.mode is Mode.CHECK:
            return self._check(resolved)
        if options.mode is Mode.ATTACH:
            from athena_shell.script.start import run_attached

            return run_attached(self._stage(resolved), options.attach)
        if options.sources or not (sys.stdin.isatty() and sys.stdout.isatty()):
            return self._script(resolved)
        return self._shell(resolved)

    def close(self) -> None:
        """Close what was opened."""
        if self._connector is not None:
            self._connector.close()
        if self._embedded is not None:
            self._embedded.close()

    # --- parts ---

    def _make_embedded(self) -> Embedded | None:
        if not self._options.local:
            return None
        from athena_shell.app.embedded import Embedded

        return Embedded(self._clock, self._options.local_data)

    def _make_registry(self) -> AuthRegistry:
        from athena_shell.auth.registry import AuthRegistry

        return AuthRegistry.installed() if self._embedded is None else self._embedded.registry()

    def _configuration(self) -> Configuration:
        """Return the configuration; its file is read once, until it is to be read again."""
        if self._read is None:
            named = self._options.config is not None or "ATHENA_SHELL_CONFIG" in self._environment
            self._read = load(self._paths.config, required=named)
        return self._read

    def _read_again(self) -> None:
        """Let what was edited since the file was read count."""
        self._read = None

    def _resolved(self, profile: str) -> Resolved:
        options = replace(self._options, profile=profile)
        synthetic = None if self._embedded is None else self._embedded.parameters()
        brought = self._brought if profile == self._options.profile else None
        request = request_of(options, synthetic, brought)
        return resolve(self._configuration(), request, self._environment, self._auth)

    @cached_property
    def _brought(self) -> Layer:
        """What a connection string brings; read once, as it may come from standard input."""
        if self._embedded is not None:
            return Layer()
        from athena_shell.config.bring import connection_of

        return connection_of(self._options, self._environment, sys.stdin)

    def _connect(self, resolved: Resolved) -> Connection:
        return self._make_connector().connect(resolved)

    def _make_connector(self) -> Connector:
        from athena_shell.app.connecting import Connector

        if self._connector is None:
            self._connector = Connector(
                self._auth,
                self._paths,
                self._clock,
                self._environment,
                self._embedded,
                say=_say,
            )
        return self._connector

    # --- modes ---

    def _without_profile(self) -> int:
        if self._options.mode is Mode.INIT:
            return self._init()
        if self._options.mode is Mode.SERVE and self._embedded is not None:
            return self._serve(self._embedded)
        return self._describe()

    def _serve(self, embedded: Embedded) -> int:
        from athena_shell.app.serving import serve_embedded
        from athena_shell.output.sink import Sink

        return serve_embedded(embedded, self._options.port, Sink(sys.stdout))

    def _describe(self) -> int:
        from athena_shell.output.sink import Sink
        from athena_shell.script.about import about

        Sink(sys.stdout).write_all([about(self._options, self._auth.all_parameters())])
        return int(ExitCode.OK)

    def _init(self) -> int:
        from athena_shell.app.first_profile import ask_and_try
        from athena_shell.config.wizard import Person, write_first_profile

        path, registry = self._paths.config, self._auth

        def write(person: Person) -> str:
            return write_first_profile(path, person, registry.parameters_of, self._environment)

        return ask_and_try(path, write, lambda name: self._check(self._resolved(name)))

    def _show(self, resolved: Resolved) -> int:
        from athena_shell.config import report
        from athena_shell.output.sink import Sink

        sink = Sink(sys.stdout)
        sink.write(report.shown(resolved, self._options.show_as))
        sink.flush()
        return int(ExitCode.OK)

    def _check(self, resolved: Resolved) -> int:
        from athena_shell.auth.checks import as_json, succeeded
        from athena_shell.output.sanitize import sanitize
        from athena_shell.output.sink import Sink

        sink = Sink(sys.stdout)
        steps = []
        for step in self._make_connector().check(resolved):
            steps.append(step)
            if not self._options.json:
                sink.write_all([sanitize(_drawn(step), keep_newlines=True), "\n"])
        if self._options.json:
            sink.write_all([as_json(resolved.profile.name, steps), "\n"])
        sink.flush()
        return int(ExitCode.OK if succeeded(steps) else ExitCode.CONNECTION)

    def _stage(self, resolved: Resolved) -> Stage:
        from athena_shell.commands.services import Services
        from athena_shell.output.registry import FormatterRegistry
        from athena_shell.output.screen import Screen
        from athena_shell.output.sink import Sink
        from athena_shell.script.stage import Stage
        from athena_shell.script.standing import Standing
        from athena_shell.shell.console import Console

        options = self._options
        made: list[Connection] = []

        def connect() -> Connection:
            if not made:
                made.append(self._connect(resolved))
                gc.enable()
            return made[0]

        formatters = FormatterRegistry()
        services = Services(
            connect=connect,
            formatters=formatters,
            clock=self._clock,
            environment=self._environment,
            directory=Path.cwd(),
        )
        console = Console(
            sys.stdout, sys.stderr, self._environment, lambda: resolved.settings.color
        )
        standing = Standing(lambda: console.size()[0])
        price = self._make_connector().price(resolved)
        return Stage(
            session=resolved.session,
            settings=resolved.settings,
            registry=_commands,
            services=services,
            foreground=self._foreground(console, standing, price),
            stdin=sys.stdin.buffer,
            out=Sink(sys.stdout),
            talk=sys.stderr,
            price=price,
            standing=standing,
            talk_width=lambda: console.size()[0] if console.talk_tty else 0,
            screen=Screen(*console.size()) if console.sink.tty else None,
            sources=options.sources or (Source("-"),),
            options=options.script,
            output=options.output,
            force=options.force,
            format_name=options.settings.get("format", ""),
            warnings=self._warnings(resolved),
        )

    def _foreground(self, console: Console, standing: Standing, price: Price | None) -> Foreground:
        from athena_shell.query.foreground import Foreground, Hidden
        from athena_shell.script.standing import ProgressLog
        from athena_shell.shell.progress import ProgressLine

        display: Display = Hidden()
        if self._options.script.verbosity >= 0:
            display = ProgressLine(console, lambda: price, parts=standing.parts)
        if self._options.script.verbosity > 0 and not console.smart:
            display = ProgressLog(console.say, standing, price)
        return Foreground(self._clock, display=display)

    def _script(self, resolved: Resolved) -> int:
        # As in the shell; a script goes on collecting once it is connected.
        gc.disable()
        try:
            from athena_shell.script.start import run_script

            return run_script(self._stage(resolved))
        finally:
            gc.enable()

    def _shell(self, resolved: Resolved) -> int:
        # Loading makes thousands of objects that stay: collecting among them costs a tenth of the
        # time to the first prompt. The shell goes on collecting once it has painted.
        gc.disable()
        try:
            return self._run_shell(resolved)
        finally:
            gc.enable()

    def _run_shell(self, resolved: Resolved) -> int:
        from athena_shell.shell.start import ShellParts, run_shell

        options, paths = self._options, self._paths
        parts = ShellParts(
            session=resolved.session,
            settings=resolved.settings,
            connect=self._connected,
            paths=paths,
            clock=self._clock,
            environment=self._environment,
            directory=Path.cwd(),
            stdout=sys.stdout,
            stderr=sys.stderr,
            profiles=() if self._embedded else tuple(self._configuration().profiles),
            variables=dict(options.script.variables),
            greeting=self._greeting(),
            check=self._tried,
            crash=self._crash,
        )
        return run_shell(parts)

    def _tried(self, profile: str) -> Iterator[str]:
        """Yield the lines of ``--check`` for a profile as its file says now."""
        self._read_again()
        for step in self._make_connector().check(self._resolved(profile)):
            yield _drawn(step)

    def _connected(self, profile: str) -> Connected:
        from athena_shell.shell.start import Connected

        # What was edited since the start counts: the file is read again behind the first prompt.
        self._read_again()
        resolved = self._resolved(profile)
        return Connected(
            self._connect(resolved),
            resolved.session,
            self._warnings(resolved),
            resolved.settings,
            resolved.own_settings,
        )

    def _warnings(self, resolved: Resolved) -> tuple[str, ...]:
        own = self._embedded.warnings() if self._embedded is not None else ()
        return (*resolved.profile.warnings, *own)

    def _crash(self, error: BaseException) -> str:
        # Loaded for a crash alone: the first prompt does not wait for it.
        from athena_shell.config.crash import record

        return record(error, self._paths.log, debug=self._options.debug).rstrip("\n")

    def _greeting(self) -> str:
        from athena_shell import __version__

        if self._embedded is None:
            return _GREETING.format(version=__version__)
        data = self._options.local_data
        pattern = _LOCAL_GREETING if data is None else _FILES_GREETING
        return pattern.format(version=__version__, data=data)
