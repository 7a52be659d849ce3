"""Every secret of real runs is known, and afterwards it is nowhere it should not be."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from athena_shell.app.surroundings import SystemClock
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.faults import FaultKind
from athena_shell.local.serve import Served, served
from tests.terminal.conftest import PtyTerminal, User, surroundings

if TYPE_CHECKING:
    from athena_shell.local.identity import Caller

# Writes down what any program could see of us: its own arguments and variables, and its parent's
# arguments.
RECORDER = """#!/bin/sh
{ echo "$0 $@"; tr '\\0' '\\n' < /proc/$$/environ; tr '\\0' ' ' < /proc/$PPID/cmdline; } >> %s
%s
"""
AMBIENT = {
    "AWS_SECRET_ACCESS_KEY": "canary-ambient-key",
    "AWS_SESSION_TOKEN": "canary-ambient-session",
    "ATHENA_SHELL_PROXYPWD": "canary-proxy-word",
}


@dataclass
class Endpoint:
    """The served endpoint, and every secret that has passed through it."""

    local: LocalEndpoint
    there: Served
    secrets: set[str] = field(default_factory=lambda: set(AMBIENT.values()))

    def __post_init__(self) -> None:
        issue = self.local.endpoint.sessions.issue

        def noted(role_arn: str, name: str, seconds: int) -> Caller:
            caller = issue(role_arn, name, seconds)
            self.secrets |= {caller.secret_key, caller.session_token, caller.access_key}
            return caller

        self.local.endpoint.sessions.issue = noted  # type: ignore[method-assign] # notes it
        self.secrets.add(self.there.token_file.read_text().rpartition(".")[2])

    def token(self) -> str:
        """Return a new token; its signature is a secret from now on."""
        token = self.local.token()
        self.secrets.add(token.rpartition(".")[2])
        return token

    def log_out(self) -> None:
        """End every session, and let STS refuse the token that it gets next."""
        refusal = {"code": "ExpiredTokenException", "status": 400, "message": "Token is expired"}
        faults = self.local.endpoint.faults
        faults.next("AssumeRoleWithWebIdentity", FaultKind.ERROR, **refusal)
        self.local.endpoint.sessions.expire_all()


@dataclass
class Watch:
    """Looks for secrets in what a run shows, and in what it leaves in a folder."""

    endpoint: Endpoint
    folder: Path

    @property
    def secrets(self) -> set[str]:
        return self.endpoint.secrets

    def found_in(self, text: str) -> list[str]:
        return sorted(secret for secret in self.secrets if secret in text)

    def found_in_files(self, *planted: Path) -> dict[str, list[str]]:
        """Return the files below the home with what they give away; not those planted here."""
        found = {}
        for path in self.folder.rglob("*"):
            if path.is_file() and path not in planted:
                secrets = self.found_in(path.read_bytes().decode("utf-8", "replace"))
                if secrets:
                    found[str(path.relative_to(self.folder))] = secrets
        return found


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """Serve one endpoint to all these runs and note every secret that it hands out."""
    local = LocalEndpoint.open(tmp_path_factory.mktemp("endpoint"), clock=SystemClock())
    with served(local, tmp_path_factory.mktemp("served")) as there:
        yield Endpoint(local, there)


@pytest.fixture
def watch(endpoint: Endpoint, tmp_path: Path) -> Watch:
    folder = tmp_path / "user"
    folder.mkdir()
    return Watch(endpoint, folder)


@pytest.fixture
def config(watch: Watch) -> Path:
    """Write profiles: a literal token, a token from a command, one that STS refuses."""
    path = watch.folder / "config.ini"
    good = watch.endpoint.there.profile
    source = f"web_identity_token_file = {watch.endpoint.there.token_file}"
    literal = good.replace(source, f"web_identity_token = {watch.endpoint.token()}")
    command = recorder(watch.folder / "token-command", f"cat {watch.endpoint.there.token_file}")
    path.write_text(
        f"{literal}[profile command]\n"
        + good.replace(source, f"web_identity_token_process = {command}").partition("\n")[2]
        + "[profile refused]\n"
        + literal.partition("\n")[2].replace("AthenaShellDemo", "Nobody")
    )
    path.chmod(0o600)
    return path


def recorder(path: Path, then: str = "cat > /dev/null") -> Path:
    """Write a program that records what it sees, and then does something."""
    path.write_text(RECORDER % (path.with_suffix(".seen"), then))
    path.chmod(0o755)
    return path


SCRIPT = "SELECT 1 AS n;\nSELECT 2 AS n \\g out-2.csv\n"
RUNS: Mapping[str, tuple[tuple[str, ...], int]] = {
    "statement": (("-c", "SELECT 1 AS n"), 0),
    "failing statement": (("-c", "SELEC 1"), 1),
    "script": (("--unrestricted", "--stats", "s.jsonl", "--junit", "j.xml", "run.sql"), 0),
    "export": (("-o", "out.parquet", "-c", "SELECT 1 AS n"), 0),
    "command": (("-p", "command", "-c", "SELECT 1 AS n"), 0),
    "check": (("--check",), 0),
    "check as JSON": (("--check", "--json"), 0),
    **{
        f"configuration as {form}": (("--show-config", "--as", form), 0)
        for form in ("table", "profile", "odbc", "jdbc", "json")
    },
    "failing login": (("-p", "refused", "-c", "SELECT 1"), 3),
    "failing check": (("-p", "refused", "--check"), 3),
}


@pytest.mark.parametrize("run", RUNS)
def test_a_run_gives_no_secret_away(watch: Watch, config: Path, run: str) -> None:
    (watch.folder / "run.sql").write_text(SCRIPT)
    arguments, code = RUNS[run]
    profile = () if "-p" in arguments else ("-p", "local")
    command = ["--debug", "--config", str(config), *profile, *arguments]
    done = subprocess.run(
        [sys.executable, "-m", "athena_shell", *command],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        cwd=watch.folder,
        env={**surroundings(watch.folder, AMBIENT), "TERM": "dumb"},
    )
    assert done.returncode == code, done.stderr
    assert watch.found_in(done.stdout + done.stderr) == []
    assert watch.found_in_files(config) == {}
    if "configuration" not in run:
        # The secrets did go through.
        assert "-> 200" in done.stderr or "-> 4" in done.stderr
    if run == "command":
        assert (watch.folder / "token-command.seen").exists()


def test_the_disk_cache_keeps_the_session_and_never_the_token(watch: Watch, config: Path) -> None:
    config.write_text(config.read_text().replace("[profile local]\n", CACHED))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "athena_shell",
            "--config",
            str(config),
            "-p",
            "local",
            "-c",
            "SELECT 1",
        ],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        env=surroundings(watch.folder, {}),
    )
    assert done.returncode == 0, done.stderr
    tokens = {part for part in watch.secrets if part in config.read_text()}
    (path, kept), *others = watch.found_in_files(config).items()
    assert others == []
    assert (watch.folder / path).stat().st_mode & 0o777 == 0o600
    assert tokens
    assert tokens.isdisjoint(kept)


CACHED = "[profile local]\nsession_cache = disk\n"


@pytest.fixture
def sit(watch: Watch) -> Iterator[Callable[[], User]]:
    with ExitStack() as stack:

        def down() -> User:
            terminal = PtyTerminal(watch.folder, 120, 40)
            stack.callback(terminal.end)
            return User(terminal, watch.folder)

        yield down


class Marks:
    """Waits until what was entered is done: until the line after it has been echoed."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._count = 0

    def after(self, line: str) -> None:
        self._user.line(line)
        self._count += 1
        self._user.line(f"\\echo mark-{self._count}")
        self._user.see(f"mark-{self._count}", times=2)


def spend_a_day(
    user: User, endpoint: Endpoint, pipe: Path, pager: Path, escape: Path, edited: Path
) -> None:
    done = Marks(user)
    done.after("SELECT 1 AS n;")
    done.after("SELECT 2 AS n \\g out.csv")
    done.after(f"SELECT 3 AS n \\g |{pipe}")
    done.after(f"\\set pager {pager}")
    done.after("SELECT n FROM UNNEST(sequence(1, 100)) AS t (n);")
    done.after(f"\\! {escape} </dev/null")
    done.after(f"\\e {edited}")
    done.after("\\session")
    endpoint.log_out()
    user.line("SELECT 4 AS n;", see="New token (hidden):")
    done.after(endpoint.token())
    done.after("\\login")
    done.after("\\set pager off")
    done.after("\\check")
    done.after("\\logout")
    user.line("\\q")


@pytest.mark.terminal
def test_an_interactive_day_gives_no_secret_away(
    watch: Watch, config: Path, sit: Callable[[], User]
) -> None:
    user, folder = sit(), watch.folder
    edited = folder / "edited.sql"
    edited.write_text("SELECT 5 AS n;")
    pager, editor = recorder(folder / "pager"), recorder(folder / "editor", "true")
    escape, pipe = recorder(folder / "escape"), recorder(folder / "pipe")
    options = ("--debug", "--config", str(config), "-p", "local")
    user.run(*options, prompt="default>", EDITOR=str(editor), SHELL="/bin/sh", **AMBIENT)
    spend_a_day(user, watch.endpoint, pipe, pager, escape, edited)
    assert user.leave() == 0
    raw = user.terminal.raw.decode("utf-8", "replace")  # type: ignore[attr-defined] # a pty keeps all bytes
    assert watch.found_in(raw) == []
    assert watch.found_in(user.terminal.text()) == []
    seen = [path.with_suffix(".seen").stat().st_size for path in (pager, editor, escape, pipe)]
    assert min(seen) > 0
    assert watch.found_in_files(config) == {}
    assert len(watch.secrets) > len(AMBIENT) + 3


def test_the_search_finds_what_is_planted(watch: Watch, config: Path) -> None:
    planted = watch.folder / "deep" / "log"
    planted.parent.mkdir()
    planted.write_text(f"token {watch.endpoint.token()}")
    assert list(watch.found_in_files(config)) == [os.path.join("deep", "log")]  # noqa: PTH118
